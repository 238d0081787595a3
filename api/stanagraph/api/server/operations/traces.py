"""Traces of OpenTelemetry: one span a request, continuing that of the client. Without the setting nothing is loaded."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from stanagraph.graph import __version__
from stanagraph.graph.errors import SettingsRefused
from stanagraph.graph.resources import SETTINGS, home

from .settings import TraceSettings

# Opens a span for a request: by method and headers; what it gives has set_attribute and update_name.
Tracer = Callable[[str, dict[str, str]], AbstractContextManager[Any]]


def tracer_of(settings: TraceSettings, exporter: Any = None) -> Tracer | None:
    """What traces requests, or None where nobody wants them. `exporter` stands in for the collector in tests."""
    if not settings.endpoint:
        return None
    if importlib.util.find_spec("opentelemetry.sdk") is None:
        raise SettingsRefused(home() / SETTINGS, ["service.traces.endpoint: install stanagraph[otel] for traces"])
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor, SimpleSpanProcessor
    from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased
    from opentelemetry.trace import SpanKind
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    provider = TracerProvider(
        resource=Resource.create({"service.name": "stanagraph", "service.version": __version__}),
        sampler=ParentBased(TraceIdRatioBased(settings.share)),
    )
    if exporter is not None:
        provider.add_span_processor(SimpleSpanProcessor(exporter))
    else:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

        provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=settings.endpoint)))
    tracer, propagator = provider.get_tracer("stanagraph"), TraceContextTextMapPropagator()

    def opened(method: str, headers: dict[str, str]) -> AbstractContextManager[Any]:
        return tracer.start_as_current_span(
            method, context=propagator.extract(headers), kind=SpanKind.SERVER, record_exception=False
        )

    return opened

"""Numbers for Prometheus. With several workers they add up, through the folder that the workers share.

Labels are the method, the path of the route (never the path that was asked for) and the status: strangers cannot make
their number grow, and nothing that only an audience may see stands in them.
"""

from __future__ import annotations

import os

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

REGISTRY = CollectorRegistry()
REQUESTS = Counter("stanagraph_http_requests", "Requests answered.", ["method", "route", "status"], registry=REGISTRY)
SECONDS = Histogram(
    "stanagraph_http_request_seconds",
    "From the first byte of a request to the last byte of its answer.",
    ["route"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
    registry=REGISTRY,
)
RUNNING = Gauge(
    "stanagraph_http_requests_running", "Requests being answered.", registry=REGISTRY, multiprocess_mode="livesum"
)
LIMITED = Counter("stanagraph_http_limited", "Requests refused because they were too many.", registry=REGISTRY)
FAILURES = Counter("stanagraph_login_failures", "Credentials that were not believed.", registry=REGISTRY)
OPENED = Counter("stanagraph_releases_opened", "Releases opened, by worker and audience.", registry=REGISTRY)
NOT_OPENED = Counter(
    "stanagraph_releases_not_opened",
    "Attempts to open a release that failed; the last good one goes on.",
    registry=REGISTRY,
)
ELSEWHERE = Counter(
    "stanagraph_elsewhere_asked",
    "Questions to the store on another machine: answered, failed, or other-release; the release here answers the rest.",
    ["outcome"],
    registry=REGISTRY,
)
NOT_RECORDED = Counter("stanagraph_audit_failures", "Lines that the audit log could not take.", registry=REGISTRY)

MEDIA = CONTENT_TYPE_LATEST


def written() -> bytes:
    """All numbers, of all workers, in the format of Prometheus."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return generate_latest(REGISTRY)
    together = CollectorRegistry()
    MultiProcessCollector(together)  # type: ignore[no-untyped-call]
    return generate_latest(together)


def forget_worker() -> None:
    """This worker ends: what it had running is over."""
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        mark_process_dead(os.getpid())  # type: ignore[no-untyped-call]

"""`stanagraph check`: descriptions of systems against a standard, a profile or an interface."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from stanagraph.graph.errors import BadArgument, DescriptionRefused

from ..words import message
from .app import app, examples
from .session import Session, session_of

if TYPE_CHECKING:
    from ..conformance.description import Description
    from ..conformance.report import Report


class ReportFormat(StrEnum):
    """The forms in which a report can be written."""

    table = "table"
    json = "json"
    earl = "earl"
    earl_json = "earl-jsonld"
    shacl = "shacl"
    html = "html"
    pdf = "pdf"
    junit = "junit"
    gitb = "gitb"


class Confidence(StrEnum):
    """How far what decides has to be trusted."""

    low = "low"
    medium = "medium"
    high = "high"


class FailOn(StrEnum):
    """What makes the exit code 1."""

    failed = "failed"
    cannot_tell = "cannot-tell"
    never = "never"


class Schema(StrEnum):
    """What a JSON Schema can be asked of."""

    description = "description"
    report = "report"


@app.command(
    epilog=examples(
        "stanagraph check my-cartridge.json --against STANAG-4172",
        "stanagraph check *.xlsx --against 5.56x45 --format junit --output report.xml",
    )
)
def check(
    ctx: typer.Context,
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[FILE]...", help=message("Descriptions: JSON, JSON-LD, Turtle or other RDF, or XLSX.")),
    ] = None,
    against: Annotated[
        str, typer.Option("--against", "-a", metavar="NAME", help=message("Standard, edition, profile or interface."))
    ] = "",
    confidence: Annotated[
        Confidence, typer.Option("--confidence", help=message("What is trusted less than this decides nothing."))
    ] = Confidence.low,
    works_with: Annotated[
        bool,
        typer.Option(
            "--works-with/--no-works-with",
            help=message("Tell whose equipment or munitions it would work with, too; without it comes sooner."),
        ),
    ] = True,
    form: Annotated[
        ReportFormat, typer.Option("--format", "-f", help=message("How the report is written."))
    ] = ReportFormat.table,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="PATH", help=message("File to write; needed for PDF."))
    ] = None,
    fail_on: Annotated[
        FailOn, typer.Option("--fail-on", help=message("What makes the exit code 1; cannot-tell includes untested."))
    ] = FailOn.failed,
    schema: Annotated[
        Schema | None, typer.Option("--schema", help=message("Write the JSON Schema of descriptions or reports."))
    ] = None,
    template: Annotated[
        Path | None, typer.Option("--template", metavar="OUT.xlsx", help=message("Write a sheet to fill in."))
    ] = None,
) -> None:
    """Check descriptions of systems against a standard, a profile or an interface, clause by clause: passed, failed,
    cannot tell, untested or inapplicable; and tell whose equipment or munitions they would work with.

    What a description leaves out is not known: it is never failed. Exit code 0: nothing failed, 1: something did, 2: a
    description cannot be used.
    """
    session = session_of(ctx)
    if schema is not None:
        from ..conformance import description, report

        session.json((description if schema is Schema.description else report).schema())
        return
    if template is not None:
        _template(session, template)
        return
    if not files:
        raise BadArgument("FILE", message("expected at least one description"))
    if not against:
        raise BadArgument("--against", message("expected a standard, a profile or an interface"))
    if form is ReportFormat.pdf and output is None:
        raise BadArgument("--output", message("expected a file to write: PDF is no text"))
    reports = _reports(session, files, against, confidence, works_with=works_with)
    _write(session, reports, form, output)
    bad = any(it.failed or (fail_on is FailOn.cannot_tell and it.unknown) for it in reports)
    if bad and fail_on is not FailOn.never:
        raise typer.Exit(1)


def _template(session: Session, path: Path) -> None:
    from ..conformance import sheet

    if path.suffix.lower() != ".xlsx":
        raise BadArgument(str(path), message("expected a name that ends in .xlsx"))
    if path.exists():
        raise BadArgument(str(path), message("the file is there already"))
    try:
        sheet.write(path, language=session.language)
    except OSError as error:
        raise BadArgument(str(path), message("expected a place that can be written to")) from error
    session.print(session.words("Wrote {path}", path=path), whole=True)


def _reports(
    session: Session, files: list[Path], against: str, confidence: Confidence, *, works_with: bool
) -> list[Report]:
    from ..conformance.demands import target
    from ..conformance.names import understood
    from ..conformance.prepared import Prepared
    from ..conformance.reading import read
    from ..conformance.report import check as judged

    wanted = target(session.store, against)
    prepared = Prepared(session.store)
    found: list[Description] = []
    refused: list[DescriptionRefused] = []
    for path in files:
        if not path.is_file():
            raise BadArgument(str(path), message("no such file"))
        try:
            found.append(understood(read(path), prepared.names))
        except DescriptionRefused as error:
            # All that is wrong in all files is told at once.
            refused.append(error)
    if refused:
        raise DescriptionRefused([fault for error in refused for fault in error.faults])
    release, made = session.held
    return [
        judged(session.store, release, made, it, wanted, confidence.value, prepared, works_with=works_with)
        for it in found
    ]


def _write(session: Session, reports: list[Report], form: ReportFormat, output: Path | None) -> None:
    if form is ReportFormat.table and output is None:
        from ..conformance.terminal import drawn
        from ..conformance.wording import ReportWords

        for number, report in enumerate(reports):
            if number:
                session.print()
            session.print(drawn(report, ReportWords(session.language)))
        return
    if form in (ReportFormat.html, ReportFormat.pdf) and len(reports) > 1:
        if output is None or (output.exists() and not output.is_dir()):
            raise BadArgument("--output", message("expected a folder: each report is a file of its own"))
        for report in reports:
            _put(output / f"{report.system.id}.{form.value}", _written(session, [report], form))
        return
    content = _written(session, reports, form)
    if output is None:
        session.write(content.decode("utf-8"))
    else:
        _put(output, content)


def _put(path: Path, content: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as error:
        raise BadArgument(str(path), message("expected a place that can be written to")) from error


def _written(session: Session, reports: list[Report], form: ReportFormat) -> bytes:
    from ..conformance.wording import ReportWords

    words = ReportWords(session.language)
    if form in (ReportFormat.html, ReportFormat.pdf):
        from ..conformance.page import page
        from ..documents import html, pdf

        document = page(reports[0], words)
        return html(document).encode() if form is ReportFormat.html else pdf(document)
    if form is ReportFormat.junit:
        from ..conformance.junit import junit

        return junit(reports, words).encode()
    if form is ReportFormat.gitb:
        from ..conformance.trl import trl

        return trl(reports, words).encode()
    if form in (ReportFormat.earl, ReportFormat.earl_json, ReportFormat.shacl):
        from ..conformance import graphs

        triples = graphs.shacl_triples if form is ReportFormat.shacl else graphs.earl_triples
        write: Callable[..., str] = graphs.json_ld if form is ReportFormat.earl_json else graphs.turtle
        return write(triple for report in reports for triple in triples(report)).encode()
    import json

    told = [report.model_dump(mode="json") for report in reports]
    text = json.dumps(told[0] if len(told) == 1 else told, ensure_ascii=False, indent=2)
    return f"{text}\n".encode()

"""`stanagraph ontology`: check the ontology, compare two versions of it, count what it is made of."""

from __future__ import annotations

import sys
import time
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.text import Text

from stanagraph.graph.resources import folder, in_checkout

from ..words import Words, message
from .app import app, examples
from .consoles import console_for
from .session import Session, session_of
from .tables import empty_table

if TYPE_CHECKING:
    from stanagraph.graph.ontology.check import Part, Report
    from stanagraph.graph.ontology.stats import Statistics

group = typer.Typer(
    help=message("Check, document, compare and count the ontology."),
    no_args_is_help=True,
    rich_markup_mode=None,
    epilog=examples("stanagraph ontology check", "stanagraph ontology diff 0.1.0 current"),
)
app.add_typer(group, name="ontology")

JsonOption = Annotated[bool, typer.Option("--json", help=message("Write JSON."))]
PARTS = {
    "parse": message("files"),
    "conventions": message("conventions"),
    "examples": message("examples and shapes"),
    "profiles": message("OWL 2 DL and RL"),
    "reasoning": message("contradictions"),
    "version": message("version"),
}
COUNTS = {
    "modules": message("modules: {count}"),
    "vocabularies": message("vocabularies: {count}"),
    "shapes": message("files of shapes: {count}"),
    "examples": message("examples: {count}"),
    "alignments": message("alignments: {count}"),
    "added": message("added files: {count}"),
    "rules": message("rules: {count}"),
    "axioms_dl": message("axioms in DL: {count}"),
    "axioms_rl": message("axioms in RL: {count}"),
    "ontologies": message("ontologies: {count}"),
    "left_out": message("dated values left out, OWL 2 has no dates: {count}"),
    "changes": message("changes: {count}"),
}
ROWS = {
    "version": message("version"),
    "classes": message("classes"),
    "object_properties": message("properties of things"),
    "data_properties": message("properties of values"),
    "annotation_properties": message("properties for notes"),
    "foreign_terms": message("terms of other vocabularies"),
    "individuals": message("individuals"),
    "schemes": message("schemes"),
    "concepts": message("concepts"),
    "node_shapes": message("shapes"),
    "closed_shapes": message("closed shapes"),
    "constraints": message("constraints that refuse, warn, remark"),
    "examples": message("examples"),
    "checks": message("rules"),
    "closure_rules": message("closure rules"),
    "reports": message("reports"),
    "competency_cases": message("competency cases"),
}


class DiffFormat(StrEnum):
    """The forms in which a difference can be written."""

    table = "table"
    json = "json"
    markdown = "markdown"
    turtle = "turtle"


@group.command(
    epilog=examples("stanagraph ontology check", "stanagraph ontology check my-facts.ttl --json"),
)
def check(
    ctx: typer.Context,
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[FILES]...", help=message("Turtle files that are read together with the ontology.")),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Check the ontology: conventions, examples, profiles, contradictions, version.

    Files of your own, with individuals or more terms, are checked together with it; nothing is changed.
    """
    from stanagraph.graph.ontology.check import check as run

    session = session_of(ctx)
    began = time.monotonic()
    console = console_for(sys.stderr)
    status = console.status("") if console.is_terminal else None
    shown: AbstractContextManager[Any] = status if status is not None else nullcontext()

    def observe(part: str, detail: str) -> None:
        if status is not None:
            status.update(f"{session.words(PARTS[part])}  {detail}")

    def finished(part: Part) -> None:
        if not as_json:
            session.print(_line(part, session.words))

    with shown:
        report = run(added=files or (), observe=observe, finished=finished)
    if as_json:
        session.json(_report(report, session.words, time.monotonic() - began))
    else:
        _faults(session, report, time.monotonic() - began)
    if not report.passed:
        raise typer.Exit(1)


def _line(part: Part, words: Words) -> Text:
    mark = ("✗", "bold red") if part.faults else ("✓", "green")
    told = [words(COUNTS[name], count=words.number(count)) for name, count in part.counts.items()]
    if part.faults:
        told.append(words("faults: {count}", count=words.number(len(part.faults))))
    told += [part.note] if part.note else []
    seconds = f"{part.seconds:.1f}".replace(".", "," if words.language == "fr" else ".")
    return Text.assemble(mark, f" {words(PARTS[part.name]):<22}{seconds:>5} s  ", (", ".join(told), "dim"))


def _faults(session: Session, report: Report, seconds: float) -> None:
    from stanagraph.graph.ontology.files import labels_in, triples_of

    from ..faults import told

    words, count = session.words, sum(len(part.faults) for part in report.parts)
    labels = labels_in(triples_of((*report.ontology.core, *report.ontology.added))) if count else {}
    for part in report.parts:
        for fault in part.faults:
            head, *more = told(fault, words, labels)
            session.print()
            session.print(Text(head, style="bold"), whole=True)
            for line in more:
                session.print(Text(line), whole=True)
    session.print()
    number = words.number(max(1, seconds))
    if not count:
        session.print(words("The ontology is sound ({seconds} s)", seconds=number))
    else:
        session.print(words("Faults: {count} ({seconds} s)", count=words.number(count), seconds=number))


def _report(report: Report, words: Words, seconds: float) -> dict[str, Any]:
    from stanagraph.graph.ontology.files import labels_in, triples_of

    from ..faults import told

    labels = labels_in(triples_of((*report.ontology.core, *report.ontology.added)))
    parts = [
        {
            "part": part.name,
            "passed": not part.faults,
            "seconds": round(part.seconds, 2),
            "counts": dict(part.counts),
            "faults": [
                {"kind": type(fault).__name__, "text": "\n".join(told(fault, words, labels))} for fault in part.faults
            ],
        }
        for part in report.parts
    ]
    return {"passed": report.passed, "seconds": round(seconds, 2), "parts": parts}


@group.command(
    epilog=examples("stanagraph ontology diff 0.1.0 current", "stanagraph ontology diff 0.1.0 current -f markdown"),
)
def diff(
    ctx: typer.Context,
    old: Annotated[str, typer.Argument(metavar="A", help=message("Version, folder or file; or current."))],
    new: Annotated[str, typer.Argument(metavar="B", help=message("Version, folder or file; or current."))],
    form: Annotated[
        DiffFormat, typer.Option("--format", "-f", help=message("How the answer is written."))
    ] = DiffFormat.table,
) -> None:
    """Tell what has changed between two versions of the ontology, by meaning, and which version number is due."""
    from stanagraph.graph.ontology.diff import difference, version_at
    from stanagraph.graph.ontology.files import labels_in

    from .. import differences

    session = session_of(ctx)
    words, place = session.words, folder("ontology")
    before, after = version_at(old, place), version_at(new, place)
    found = difference(before, after)
    labels = labels_in(before.triples) | labels_in(after.triples)
    if form is DiffFormat.json:
        session.json(differences.as_json(found, words, labels))
    elif form is DiffFormat.markdown:
        session.write(differences.as_markdown(found, words, labels))
    elif form is DiffFormat.turtle:
        session.write(differences.as_turtle(found))
    else:
        title = words("Ontology {old} → {new}", old=found.old or old, new=found.new or new)
        session.print(Text(title, style="bold"))
        for section in differences.sections(found, words, labels):
            session.print()
            session.print(Text(f"{section.heading} ({words.number(len(section.entries))})", style="bold"))
            for entry in section.entries:
                session.print(Text(f"  {entry.head}"), whole=True)
                for line in entry.lines:
                    session.print(Text(f"    {line}"), whole=True)
        session.print()
        session.print(differences.verdict(found, words))


@group.command(
    epilog=examples("stanagraph ontology stats", "stanagraph ontology stats --json"),
)
def stats(ctx: typer.Context, as_json: JsonOption = False) -> None:
    """Count what the ontology is made of: terms, axioms, concepts, shapes, rules, cases."""
    from stanagraph.graph.ontology.files import Ontology
    from stanagraph.graph.ontology.stats import statistics

    session, place = session_of(ctx), folder("ontology")
    cases = place.parent / "tests" / "competency" if in_checkout() else None
    found = statistics(Ontology.read(place), folder("queries"), cases)
    if as_json:
        session.json(asdict(found))
    else:
        _counted(session, found)


def _counted(session: Session, found: Statistics) -> None:
    words, counts = session.words, asdict(found)

    def number(value: Any) -> str:
        if isinstance(value, dict):
            return " / ".join(words.number(it) for it in value.values())
        return value if isinstance(value, str) else words("not known") if value is None else words.number(value)

    tables = [("", {words(text): counts[name] for name, text in ROWS.items()})]
    for title, part in (
        (words("Terms by module"), found.modules),
        (words("Axioms by kind"), found.axioms),
        (words("Mappings by alignment"), found.alignments),
    ):
        tables += [(title, dict(part))] if part else []
    for at, (title, rows) in enumerate(tables):
        table = empty_table(title)
        table.show_header, table.box = False, None
        table.add_column(min_width=40)
        table.add_column(justify="right")
        for name, value in rows.items():
            table.add_row(name, number(value))
        if at:
            session.print()
        session.print(table)

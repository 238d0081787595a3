"""A report on a terminal: what was asked, what was stated, and what follows."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from ..marks import MARKS
from ..words import Words, message
from .judging import Outcome
from .page import FOOTER, NOT_ASKED, NOT_KNOWN
from .reasons import OBLIGATIONS, OUTCOMES, with_notes
from .report import Report, Result

_MARKS = {
    Outcome.PASSED: MARKS["compatible"],
    Outcome.FAILED: MARKS["incompatible"],
    Outcome.UNTESTED: MARKS["restricted"],
    Outcome.CANT_TELL: MARKS["unknown"],
}
_FEW, _MANY = 12, 40
MORE = message("and {count} more; `--format json` has all")


def drawn(report: Report, words: Words) -> RenderableType:
    """The report as a table with what stands under it."""
    language = words.language
    title = words(
        "{system} against {document}: {label}",
        system=report.system.label[language],
        document=report.against.id,
        label=report.against.label[language],
    )
    parts: list[RenderableType] = [Text(title, style="bold"), Text(""), _results(report.results, words), Text("")]
    counted = "   ".join(f"{words(text)} {words.number(report.counts[name])}" for name, text in OUTCOMES.items())
    parts += [Text(counted, style="bold"), Text(words(NOT_KNOWN), style="dim")]
    parts += _lacking(report, words)
    parts += _nations(report, words)
    parts += [Text(""), Text(f"{words('report')}: {report.iri}", style="dim"), Text(words(FOOTER), style="dim")]
    return Group(*parts)


def _results(results: tuple[Result, ...], words: Words) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_edge=False)
    for name in (words("outcome"), words("clause"), words("what"), words("asked for"), words("reason")):
        table.add_column(name, overflow="fold")
    for it in _few(results):
        if isinstance(it, tuple):
            outcome, count = it
            table.add_row(
                Text(words(OUTCOMES[outcome])), "", "", "", words(MORE, count=words.number(count)), style="dim"
            )
            continue
        mark = _MARKS.get(Outcome(it.outcome))
        shown = Text(f"{mark.shape if mark else '–'} {words(OUTCOMES[it.outcome])}", mark.colour if mark else "")
        where = " ".join(part for part in (it.document, it.edition, it.clause) if part) or it.subject or ""
        what = it.label[words.language]
        if it.kind == "standard":
            what = words(OBLIGATIONS.get(it.obligation or "none", it.obligation or ""))
        table.add_row(shown, where, what, it.required[words.language], _reason(it, words))
    return table


def _reason(it: Result, words: Words) -> str:
    reason = it.reason[words.language]
    # Whoever is refused should see what the source remarks on its figure.
    notes = [source.note for source in it.sources] if it.outcome == Outcome.FAILED else []
    return with_notes(reason, notes, words)


def _few(results: tuple[Result, ...]) -> Iterator[Result | tuple[str, int]]:
    """All results where they fit a screen or two, else all that failed and a few of each other outcome."""
    if len(results) <= _MANY:
        yield from results
        return
    for outcome in (Outcome.FAILED, Outcome.PASSED, Outcome.UNTESTED, Outcome.INAPPLICABLE, Outcome.CANT_TELL):
        found = [it for it in results if it.outcome == outcome]
        kept = len(found) if outcome is Outcome.FAILED else _FEW
        yield from found[:kept]
        if found[kept:]:
            yield outcome.value, len(found) - kept


def _lacking(report: Report, words: Words) -> list[Text]:
    if not report.lacking:
        return []
    by_test = {it.test: it for it in report.results}
    lines = [Text(""), Text(words("Standards that are not shown to be kept"), style="bold")]
    for test in report.lacking[:_FEW]:
        it = by_test[test]
        obligation = words(OBLIGATIONS.get(it.obligation or "none", it.obligation or ""))
        name = " ".join(part for part in (it.document, it.edition) if part)
        lines.append(Text(f"  {name} ({obligation}): {it.reason[words.language]}"))
    if len(report.lacking) > _FEW:
        lines.append(Text(f"  {words(MORE, count=words.number(len(report.lacking) - _FEW))}", style="dim"))
    return lines


def _nations(report: Report, words: Words) -> list[Text]:
    lines = [Text(""), Text(words("Works with"), style="bold")]
    if report.works_with is None:
        return [*lines, Text(f"  {words(NOT_ASKED)}")]
    if not report.interfaces:
        return [*lines, Text(f"  {words('not known: the description names no interface')}")]
    if not report.works_with:
        return [*lines, Text(f"  {words('no type of this release stands beside it')}")]
    for verdict, text in (
        ("compatible", message("compatible")),
        ("restricted", message("restricted")),
        ("unknown", message("not known")),
        ("incompatible", message("incompatible")),
    ):
        found = [it for it in report.works_with if it.verdict == verdict]
        if not found:
            continue
        mark = MARKS[verdict]
        lines.append(Text(f"  {mark.shape} {words(text)} {len(found)}", mark.colour))
        for it in found[:_FEW]:
            nations = ", ".join(it.nations) or words("no nation is known to have it")
            lines.append(Text(f"    {it.thing.label[words.language]}: {nations}"))
        if len(found) > _FEW:
            lines.append(Text(f"    {words(MORE, count=words.number(len(found) - _FEW))}", style="dim"))
    return lines

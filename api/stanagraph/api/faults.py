"""What the check of the ontology finds, told in words: contradictions, broken rules, wrong examples and the rest."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pyoxigraph as ox

from stanagraph.graph.errors import TurtleFault
from stanagraph.graph.ontology.axioms import short
from stanagraph.graph.ontology.check import BrokenRule, Fault, LowVersion, NotJudged, Unsound
from stanagraph.graph.ontology.examples import Result, WrongExample
from stanagraph.graph.ontology.explain import Contradiction
from stanagraph.graph.ontology.profiles import Lost

from .axioms import Labels, Teller
from .words import Words, message

_ROWS = 5
LEVELS = {"major": message("major"), "minor": message("minor"), "patch": message("patch")}
# What py-horned-owl says of a violation, as people say it.
PROFILE = {
    r"superclass position": message("a class expression that cannot stand on the right of a subclass axiom"),
    r"subclass position": message("a class expression that cannot stand on the left of a subclass axiom"),
    r"axiom kind that is not allowed": message("an axiom of a kind that the profile does not have"),
    r"non-simple property": message("a transitive or chained property where only a simple one may stand"),
    r"undeclared": message("a name that is not declared"),
    r"punning": message("one name for things of two kinds"),
    r"datatype": message("a datatype that OWL 2 does not have"),
}
# What the parser says most often, with what it expected.
EXPECTED = {
    r"A dot is expected": message("expected a dot at the end of the statement"),
    r"Unexpected end": message("the file ends inside a statement or a text: expected a dot or a closing quote"),
    r"The prefix (?P<name>.*) has not been declared": message(
        "expected a prefix that is declared above with @prefix, not {name}"
    ),
    r"Line jumps are not allowed": message("expected the closing quote of the text on the same line"),
    r"Invalid IRI|No scheme found": message("expected an address that is valid: no blanks, no quotes, no braces"),
    r"language code|subtag": message("expected a language tag such as @en or @fr"),
    r"(?P<name>\S+) is not a valid RDF (?:object|predicate|subject)": message("expected a name or a value, not {name}"),
}


def place_and_reason(fault: TurtleFault, words: Words) -> str:
    """One line for a file that cannot be parsed: file, line, column, and what was expected there."""
    for pattern, text in EXPECTED.items():
        if found := re.search(pattern, fault.expected):
            said = words(text, **found.groupdict())
            break
    else:
        said = fault.expected
    return words("{file}, line {line}, column {column}: {said}", **(vars(fault) | {"said": said}))


def contradiction_told(found: Contradiction, words: Words) -> list[str]:
    """A contradiction: a heading, then each statement with the file that it stands in."""
    teller = Teller(words, found.labels)
    if found.empty:
        head = words(
            "{kind} can have no members, because not all of this can be so:", kind=teller.quoted(_name(found.empty))
        )
    else:
        head = words("Not all of this can be so:")
    if not found.reasons:
        return [words("The reasoner finds a contradiction, but no axioms that it could be told by.")]
    return [head, *(f"  - {teller(reason.axiom)}  [{reason.file}]" for reason in found.reasons)]


def _name(iri: str) -> ox.NamedNode:
    return ox.NamedNode(iri)


def told(fault: Fault, words: Words, labels: Labels) -> list[str]:
    """One fault of the check: what is wrong, on the first line, and the details below."""
    if isinstance(fault, BrokenRule):
        return _rule(fault, words)
    if isinstance(fault, WrongExample):
        return _example(fault, words)
    if isinstance(fault, Unsound):
        beside = [words("Together with {files}:", files=", ".join(fault.beside))] if fault.beside else []
        return [*beside, *contradiction_told(fault.contradiction, words)]
    if isinstance(fault, NotJudged):
        return [fault.reason]
    if isinstance(fault, LowVersion):
        text = message(
            "The changes since {frozen} ask for {due} ({level}), but the ontology says that it is {declared}."
        )
        return [
            words(text, frozen=fault.frozen, due=fault.due, level=words(LEVELS[fault.level]), declared=fault.declared)
        ]
    if isinstance(fault, Lost):
        text = message("OWL 2 {profile}: of {stated} axioms of the kind {kind}, {read} could be read.")
        return [words(text, profile=fault.profile, stated=fault.stated, kind=fault.kind, read=fault.read)]
    why = next((words(text) for pattern, text in PROFILE.items() if re.search(pattern, fault.message)), fault.message)
    names = ", ".join(f":{short(_name(term))}" for term in fault.terms[:1])
    head = words("OWL 2 {profile}: {names}: {why}", profile=fault.profile, names=names, why=why)
    return [head, *([f"  {fault.axiom}"] if fault.axiom else [])]


def _rule(fault: BrokenRule, words: Words) -> list[str]:
    question = fault.question.get(words.language) or fault.question.get("en", "")
    rows = ["  - " + ", ".join(_cell(cell) for cell in row if cell is not None) for row in fault.rows[:_ROWS]]
    if len(fault.rows) > _ROWS:
        rows.append("  " + words("and {count} more", count=words.number(len(fault.rows) - _ROWS)))
    return [f"queries/checks/{fault.rule}.rq: {question}", *rows]


def _cell(cell: object) -> str:
    if isinstance(cell, ox.NamedNode):
        name = short(cell)
        return f":{name}" if "/ns/" in cell.value else name
    return cell.value if isinstance(cell, ox.Literal) else str(cell)


def _example(fault: WrongExample, words: Words) -> list[str]:
    lines = [words("{file} does not do what its first line says:", file=fault.file)]
    for where in fault.missing:
        lines.append("  - " + words("{where} should fail and passes", where=_path(where)))
    for result in fault.unexpected:
        where, thing = _path(result.where), short(_name(result.thing)) if "://" in result.thing else result.thing
        line = words("{where} of {thing} fails: {why}", where=where, thing=thing, why=_message(result, words))
        lines.append(f"  - {line}")
    return lines


def _path(where: str) -> str:
    return f":{short(_name(where))}" if "://" in where else where


def _message(result: Result, words: Words) -> str:
    messages: Mapping[str, str] = dict(result.messages)
    return messages.get(words.language) or messages.get("en") or next(iter(messages.values()), result.severity)

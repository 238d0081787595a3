"""How an error ends: one clear line, near names on the next, never a traceback."""

from __future__ import annotations

import sys

from rich.console import Console
from rich.text import Text

from stanagraph.graph.errors import (
    AudienceNotFound,
    BackupRefused,
    BadArgument,
    BudgetTooSmall,
    BuildRunning,
    DataRefused,
    DescriptionRefused,
    MoveFault,
    NameNotKnown,
    NoRelease,
    OntologyInconsistent,
    QueryNotFound,
    ReleaseDamaged,
    ReleaseNotFound,
    RowFault,
    ScenarioNotFound,
    ScenarioRefused,
    SettingsRefused,
    SourceNotFound,
    SourceRefused,
    StanagraphError,
    StoreFailed,
    TurtleRefused,
    WeightFault,
    WeightsRefused,
)
from stanagraph.graph.wording import Wording

from ..words import Words, message

KINDS = {
    "nation": message("nation"),
    "munition-class": message("munition class"),
    "gap-cause": message("cause of gaps"),
    "agreement": message("agreement"),
    "equipment": message("equipment"),
    "munition": message("munition"),
    "interface": message("interface"),
    "gap": message("gap"),
    "section": message("section of changes"),
    "audience": message("audience"),
    "thing": message("thing"),
    "property": message("property"),
    "publication": message("publication"),
    "agreement-edition": message("edition of an agreement"),
    "publication-edition": message("edition of a publication"),
    "national-document": message("national document"),
    "profile": message("profile"),
    "candidate-reason": message("reason for a merge candidate"),
    "action-kind": message("kind of action"),
    "parameter": message("parameter"),
    "key": message("key"),
    "ontology-version": message("version, folder or file of the ontology"),
}


def report(error: StanagraphError, words: Words) -> None:
    """Write an error to standard error in the language of the session."""
    console = Console(file=sys.stderr, highlight=False, soft_wrap=True)
    head, *more = _lines(error, words)
    console.print(Text.assemble((words("error:"), "bold red"), " ", head))
    for line in more:
        console.print(Text(line))


def _lines(error: StanagraphError, words: Words) -> list[str]:
    if isinstance(error, NameNotKnown):
        kinds = words(" or ").join(words(KINDS.get(kind, kind)) for kind in error.kinds)
        return [words("no {kinds} is called “{name}”", kinds=kinds, name=error.name), *_near(error.suggestions, words)]
    if isinstance(error, QueryNotFound):
        near = _near(error.suggestions, words) or [words("`stanagraph query` lists them all")]
        return [words("no query is called “{name}”", name=error.name), *near]
    if isinstance(error, DataRefused):
        count = len(error.faults)
        head = words("{count} cell is refused; nothing was changed") if words.is_one(count) else ""
        head = head or words("{count} cells are refused; nothing was changed")
        marked = [words("a copy with the bad cells marked: {path}", path=error.marked)] if error.marked else []
        return [head.format(count=words.number(count)), *(_fault(it, words) for it in error.faults), *marked]
    if isinstance(error, DescriptionRefused):
        from ..conformance.faults import told as faults_told
        from ..conformance.wording import ReportWords

        count = len(error.faults)
        head = words("{count} thing in the description is refused") if words.is_one(count) else ""
        head = head or words("{count} things in the description are refused")
        return [head.format(count=words.number(count)), *faults_told(error.faults, ReportWords(words.language))]
    if isinstance(error, NoRelease):
        return [words("there is no release yet"), words("try: {command}", command="stanagraph release build")]
    if isinstance(error, ReleaseNotFound):
        return [
            words("no release is called “{name}”", name=error.identifier),
            words("try: {command}", command="stanagraph release list"),
        ]
    if isinstance(error, ReleaseDamaged):
        return [words("release {id} is damaged", id=error.identifier), *error.faults]
    if isinstance(error, TurtleRefused):
        from ..faults import place_and_reason

        head = words("{count} file cannot be parsed; nothing was changed") if words.is_one(len(error.faults)) else ""
        head = head or words("{count} files cannot be parsed; nothing was changed")
        told = (place_and_reason(fault, words) for fault in error.faults)
        return [head.format(count=words.number(len(error.faults))), *told]
    if isinstance(error, OntologyInconsistent) and error.contradictions:
        from ..faults import contradiction_told

        told = (line for it in error.contradictions for line in contradiction_told(it, words))
        return [words("the ontology contradicts itself; nothing was changed"), *told]
    if isinstance(error, SourceRefused):
        why = words.told(Wording(error.why, **error.values))
        return [words("{name}: {why}; nothing was changed", name=error.name, why=why)]
    if isinstance(error, StoreFailed):
        return [words("{name}: {why}", name=error.name, why=words.told(Wording(error.why, **error.values)))]
    if isinstance(error, SourceNotFound):
        return [
            words("no source is called “{name}”", name=error.name),
            words("try: {command}", command="stanagraph sources list"),
        ]
    if isinstance(error, ScenarioRefused):
        head = words("the scenario {name} cannot be supposed; nothing was changed", name=error.name)
        return [head, *(_move_fault(fault, words) for fault in error.faults)]
    if isinstance(error, ScenarioNotFound):
        return [
            words("no scenario is called “{name}”", name=error.name),
            words("try: {command}", command="stanagraph scenario list"),
        ]
    if isinstance(error, SettingsRefused):
        return [words("the settings cannot be used; nothing was changed"), *str(error).splitlines()]
    if isinstance(error, AudienceNotFound):
        return [
            words("no audience is called “{name}”", name=error.name),
            words("there are {names}", names=", ".join(error.known)),
        ]
    if isinstance(error, BuildRunning):
        return [words("another process builds a release here: {holder}", holder=error.holder)]
    if isinstance(error, BackupRefused):
        return [words("{name}: {why}", name=error.name, why=words.told(Wording(error.why, **error.values)))]
    if isinstance(error, WeightsRefused):
        told = (_weight_fault(fault, words) for fault in error.faults)
        return [words("the weights in {path} cannot be used", path=error.path), *told]
    if isinstance(error, BudgetTooSmall):
        text = message("a budget of {budget} closes no gap; the least that closes one takes an effort of {least}")
        if error.count == "pairs":
            text = message("a budget of {budget} frees no pair; the least that frees one takes an effort of {least}")
        return [words(text, budget=error.budget, least=error.least)]
    if isinstance(error, BadArgument):
        return [words("{argument}: {why}", argument=error.argument, why=words.told(error.why))]
    return str(error).splitlines() or [type(error).__name__]


def _fault(fault: RowFault, words: Words) -> str:
    value = words.told(fault.value) if isinstance(fault.value, Wording) else fault.value
    return f"{fault.place}: {value!r}, {words('expected {what}', what=words.told(fault.expected))}"


def _weight_fault(fault: WeightFault, words: Words) -> str:
    said = words(fault.why, **fault.values)
    return words("{argument}: {why}", argument=fault.field, why=said) if fault.field else said


def _move_fault(fault: MoveFault, words: Words) -> str:
    values = {
        name: words(" or ").join(words(KINDS.get(str(kind), str(kind))) for kind in it) if isinstance(it, tuple) else it
        for name, it in fault.values.items()
    }
    why = words(fault.why, **values)
    place = words("move {number}, {field}", number=fault.move, field=fault.field) if fault.move else fault.field
    return " – ".join([words("{argument}: {why}", argument=place, why=why), *_near(fault.near, words)])


def _near(names: tuple[str, ...], words: Words) -> list[str]:
    return [words("did you mean {names}?", names=words(" or ").join(names))] if names else []

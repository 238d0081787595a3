"""Every error that Stanagraph raises on purpose.

StanagraphError
├── BadInput            the caller gave something that cannot be used     (exit 2, HTTP 422)
│   ├── NameNotKnown    no thing of this name; carries near names         (exit 2, HTTP 404)
│   ├── BadArgument     a query argument of the wrong type or missing
│   ├── QueryNotFound   no report of this name in the catalogue           (exit 2, HTTP 404)
│   ├── DataRefused     rows that break a rule; carries them all
│   ├── DescriptionRefused a description of a system that cannot be used; carries all faults
│   ├── SourceNotFound  no source of this name in the current release     (exit 2, HTTP 404)
│   ├── SourceRefused   a file or address that cannot be read as a source at all
│   ├── BackupRefused   a file that cannot be restored, or a home that is in use
│   ├── SettingsRefused stanagraph.toml says what it may not; carries all faults
│   ├── WeightsRefused  a file of weights that cannot be used; carries all faults
│   ├── BudgetTooSmall  no action fits the budget of a plan; carries the least that would
│   ├── ScenarioRefused moves of a scenario that cannot be made; carries each with its field and near names
│   ├── ScenarioNotFound no scenario of this name is kept                  (exit 2, HTTP 404)
│   └── TurtleRefused   files that cannot be parsed; carries file, line and column of each
├── ReleaseError        a release cannot be built, opened or published    (exit 1, HTTP 503)
│   ├── NoRelease       nothing has been built yet
│   ├── ReleaseNotFound no release of this identifier                     (exit 2, HTTP 404)
│   ├── AudienceNotFound no audience of this name in a release            (exit 2, HTTP 404)
│   ├── BuildRunning    another process builds; carries who                (exit 1, HTTP 503)
│   └── ReleaseDamaged  files differ from the manifest
├── StoreFailed         a store on another machine did not answer whole; carries where and why (exit 1, HTTP 503)
└── OntologyInconsistent the reasoner found a contradiction; carries the statements that contradict each other
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from .ontology.explain import Contradiction


class StanagraphError(Exception):
    """The root of the tree: `status` is the HTTP status, `exit_code` that of the command line."""

    status = 500
    exit_code = 1
    problem = "error"


class BadInput(StanagraphError):
    """The caller gave something that cannot be used."""

    status = 422
    exit_code = 2
    problem = "bad-input"


class NameNotKnown(BadInput):
    """No thing of this name is in the release."""

    status = 404
    problem = "name-not-known"

    def __init__(self, name: str, kinds: Sequence[str], suggestions: Sequence[str]) -> None:
        self.name, self.kinds, self.suggestions = name, tuple(kinds), tuple(suggestions)
        near = f"; did you mean {', '.join(self.suggestions)}?" if self.suggestions else ""
        super().__init__(f"no {' or '.join(self.kinds)} is called {name!r}{near}")


class BadArgument(BadInput):
    """A query argument is missing, unknown or of the wrong type."""

    problem = "bad-argument"

    def __init__(self, argument: str, why: str) -> None:
        self.argument, self.why = argument, why
        super().__init__(f"{argument}: {why}")


class QueryNotFound(BadInput):
    """No report of this name exists in the catalogue."""

    status = 404
    problem = "query-not-found"

    def __init__(self, name: str, suggestions: Sequence[str]) -> None:
        self.name, self.suggestions = name, tuple(suggestions)
        near = f"; did you mean {', '.join(self.suggestions)}?" if self.suggestions else ""
        super().__init__(f"no query is called {name!r}{near}")


@dataclass(frozen=True, order=True)
class RowFault:
    """One thing that is wrong in one cell: where it stands, what stands there, what was expected."""

    file: str
    line: int
    column: str
    value: str
    expected: str
    sheet: str = ""

    def __str__(self) -> str:
        return f"{self.place}: {self.value!r}, expected {self.expected}"

    @property
    def place(self) -> str:
        """File, sheet, line and column."""
        where = f"{self.file}[{self.sheet}]" if self.sheet else self.file
        return f"{where}:{self.line}: {self.column}"


class DataRefused(BadInput):
    """Rows that break a rule; `faults` holds all of them, and nothing was changed."""

    problem = "data-refused"

    def __init__(self, faults: Sequence[RowFault]) -> None:
        self.faults = tuple(sorted(faults))
        # A copy of the file with its bad cells marked, where one was made.
        self.marked: Path | None = None
        super().__init__("\n".join(str(fault) for fault in self.faults))


@dataclass(frozen=True, order=True)
class DescriptionFault:
    """One thing that is wrong in a description: where (JSON Pointer, cell or address), what, and what was expected."""

    file: str
    place: str
    value: str
    # The text that translations know; `values` fill its places.
    expected: str
    suggestions: tuple[str, ...] = ()
    values: tuple[tuple[str, str], ...] = ()
    # Where the part is, or would be, in the JSON of the same description, whichever form this one has.
    pointer: str = ""

    @property
    def told(self) -> str:
        """What stands there and what was expected, in English."""
        near = f"; did you mean {', '.join(self.suggestions)}?" if self.suggestions else ""
        expected = self.expected.format(**dict(self.values)) if self.values else self.expected
        return f"{self.value!r}, expected {expected}{near}"

    def __str__(self) -> str:
        return f"{self.file}: {self.place or '/'}: {self.told}"


class DescriptionRefused(BadInput):
    """A description of a system that cannot be used; `faults` holds all that is wrong, and nothing was changed."""

    problem = "description-refused"

    def __init__(self, faults: Sequence[DescriptionFault]) -> None:
        self.faults = tuple(sorted(faults))
        super().__init__("\n".join(str(fault) for fault in self.faults))


class SourceRefused(BadInput):
    """A file or address cannot be read as a source: `name` says which, `why` in words; nothing was changed."""

    problem = "source-refused"

    def __init__(self, name: str, why: str, **values: object) -> None:
        # `why` is the text that translations know; `values` fill its places.
        self.name, self.why, self.values = name, why, values
        super().__init__(f"{name}: {why.format(**values) if values else why}")


class SourceNotFound(BadInput):
    """The current release was made from no source of this name."""

    status = 404
    problem = "source-not-found"

    def __init__(self, name: str, known: Sequence[str]) -> None:
        self.name, self.known = name, tuple(known)
        have = f"; there are {', '.join(known)}" if known else ""
        super().__init__(f"no source is called {name!r}{have}")


class BackupRefused(BadInput):
    """A backup cannot be written to or restored from this file: `why` says it in words; nothing was changed."""

    problem = "backup-refused"

    def __init__(self, name: str, why: str, **values: object) -> None:
        # As in SourceRefused.
        self.name, self.why, self.values = name, why, values
        super().__init__(f"{name}: {why.format(**values) if values else why}")


class SettingsRefused(BadInput):
    """The settings of a workspace cannot be read; `faults` holds all that is wrong."""

    problem = "settings-refused"

    def __init__(self, path: Path, faults: Sequence[str]) -> None:
        self.path, self.faults = path, tuple(faults)
        super().__init__("\n".join(f"{path.name}: {fault}" for fault in self.faults))


class WeightFault:
    """One thing that is wrong in a file of weights: in which field (none: the file), and why."""

    def __init__(self, field: str, why: str, **values: object) -> None:
        # As in SourceRefused.
        self.field, self.why, self.values = field, why, values

    def __str__(self) -> str:
        said = self.why.format(**self.values) if self.values else self.why
        return f"{self.field}: {said}" if self.field else said


class WeightsRefused(BadInput):
    """A file of weights cannot be used; `faults` holds all that is wrong."""

    problem = "weights-refused"

    def __init__(self, path: Path, faults: Sequence[WeightFault]) -> None:
        self.path, self.faults = path, tuple(faults)
        super().__init__("\n".join(f"{path.name}: {fault}" for fault in self.faults))


class BudgetTooSmall(BadInput):
    """No action fits the budget of a plan; `least` is the effort that would achieve something."""

    problem = "budget-too-small"

    def __init__(self, budget: str, least: str, count: str) -> None:
        self.budget, self.least, self.count = budget, least, count
        what = "frees a pair" if count == "pairs" else "closes a gap"
        super().__init__(f"a budget of {budget} {what} nowhere; the least that does takes an effort of {least}")


@dataclass(frozen=True, order=True)
class TurtleFault:
    """The place at which a file can no longer be parsed, and what the parser expected there."""

    file: str
    line: int
    column: int
    expected: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.expected}"


class TurtleRefused(BadInput):
    """Files that cannot be parsed; `faults` holds the first fault of each, and nothing was changed."""

    problem = "turtle-refused"

    def __init__(self, faults: Sequence[TurtleFault]) -> None:
        self.faults = tuple(sorted(faults))
        super().__init__("\n".join(str(fault) for fault in self.faults))


@dataclass(frozen=True)
class MoveFault:
    """One thing that is wrong in a scenario: the move (0: the scenario as a whole), the field, and why."""

    move: int
    field: str
    why: str  # the text that translations know; `values` fill its places
    values: Mapping[str, object]
    near: tuple[str, ...] = ()

    def __str__(self) -> str:
        place = f"move {self.move}, {self.field}" if self.move else self.field
        near = f"; did you mean {', '.join(self.near)}?" if self.near else ""
        values = {name: " or ".join(it) if isinstance(it, tuple) else it for name, it in self.values.items()}
        return f"{place}: {self.why.format(**values) if values else self.why}{near}"


class ScenarioRefused(BadInput):
    """Moves of a scenario that cannot be made; `faults` holds all of them, and nothing was changed."""

    problem = "scenario-refused"

    def __init__(self, name: str, faults: Sequence[MoveFault]) -> None:
        self.name = name
        self.faults = tuple(sorted(faults, key=lambda fault: fault.move))
        super().__init__("\n".join(f"{name}: {fault}" for fault in self.faults))


class ScenarioNotFound(BadInput):
    """No scenario of this name is kept in the workspace."""

    status = 404
    problem = "scenario-not-found"

    def __init__(self, name: str, known: Sequence[str]) -> None:
        self.name, self.known = name, tuple(known)
        have = f"; there are {', '.join(known)}" if known else ""
        super().__init__(f"no scenario is called {name!r}{have}")


class ReleaseError(StanagraphError):
    """A release cannot be built, opened or published."""

    status = 503
    problem = "release-unavailable"


class NoRelease(ReleaseError):
    """Nothing has been built yet."""

    def __init__(self) -> None:
        super().__init__("there is no release yet: run `stanagraph release build`")


class ReleaseNotFound(ReleaseError):
    """No release of this identifier exists."""

    status = 404
    exit_code = 2
    problem = "release-not-found"

    def __init__(self, identifier: str, known: Sequence[str]) -> None:
        self.identifier = identifier
        have = f"; there are {', '.join(known)}" if known else ""
        super().__init__(f"no release is called {identifier!r}{have}")


class AudienceNotFound(ReleaseError):
    """A release has no audience of this name."""

    status = 404
    exit_code = 2
    problem = "audience-not-found"

    def __init__(self, name: str, known: Sequence[str]) -> None:
        self.name, self.known = name, tuple(known)
        super().__init__(f"no audience is called {name!r}; there are {', '.join(known)}")


class BuildRunning(ReleaseError):
    """Another process builds a release in this workspace: `holder` says which, since when."""

    problem = "build-running"

    def __init__(self, holder: str) -> None:
        self.holder = holder
        super().__init__(f"another process builds a release here: {holder}")


class ReleaseDamaged(ReleaseError):
    """Files of a release differ from its manifest; `faults` says which and how."""

    def __init__(self, identifier: str, faults: Sequence[str]) -> None:
        self.identifier, self.faults = identifier, tuple(faults)
        super().__init__(f"release {identifier} is damaged: {'; '.join(self.faults)}")


class StoreFailed(StanagraphError):
    """A store on another machine refused, broke off or did not answer whole: `name` says which, `why` in words."""

    status = 503
    problem = "store-failed"

    def __init__(self, name: str, why: str, **values: object) -> None:
        # As in SourceRefused.
        self.name, self.why, self.values = name, why, values
        super().__init__(f"{name}: {why.format(**values) if values else why}")


class OntologyInconsistent(StanagraphError):
    """The reasoner found a contradiction, or a class that can have no members; `contradictions` says why."""

    problem = "ontology-inconsistent"

    def __init__(self, explanation: str, contradictions: Sequence[Contradiction] = ()) -> None:
        self.explanation, self.contradictions = explanation, tuple(contradictions)
        super().__init__(explanation)

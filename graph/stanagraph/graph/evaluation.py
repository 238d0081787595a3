"""Evaluation: verdicts derived from parameters alone beside the findings that somebody documented."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from .catalogue import Catalogue
from .store import Store
from .verdicts import notation

_LIMITS = ("restricted", "incompatible")


@dataclass(frozen=True)
class Compared:
    """One documented finding beside what the rules derive for the same pair without it."""

    equipment: str
    munition: str
    documented: str
    reason_code: str
    derived: str
    derived_reason_code: str | None
    combined: str
    text: str

    @property
    def flips(self) -> bool:
        """Whether one says compatible and the other incompatible."""
        return {self.documented, self.derived} == {"compatible", "incompatible"}


@dataclass(frozen=True)
class ReasonRow:
    """How often one reason limits a pair as documented, as derived, and both for the same pair."""

    reason: str
    documented: int
    derived: int
    both: int

    @property
    def precision(self) -> float | None:
        """The share of what is derived that is documented; None where nothing is derived."""
        return self.both / self.derived if self.derived else None

    @property
    def recall(self) -> float | None:
        """The share of what is documented that is derived; None where nothing is documented."""
        return self.both / self.documented if self.documented else None


@dataclass(frozen=True)
class CriterionRow:
    """How many pairs with this documented verdict have this outcome on a criterion on which the finding bears."""

    criterion: str
    documented: str
    outcome: str
    pairs: int


@dataclass(frozen=True)
class Evaluation:
    """How verdicts derived from parameters alone compare with documented findings."""

    compared: tuple[Compared, ...]

    @property
    def confusion(self) -> Mapping[tuple[str, str], int]:
        """How often each (documented, derived) occurs."""
        return Counter((pair.documented, pair.derived) for pair in self.compared)

    @property
    def coverage(self) -> float:
        """The share of pairs whose derived verdict is not unknown."""
        return sum(pair.derived != "unknown" for pair in self.compared) / len(self.compared)

    @property
    def agreement(self) -> float:
        """The share of pairs whose derived verdict equals the documented one."""
        return sum(pair.derived == pair.documented for pair in self.compared) / len(self.compared)

    @property
    def disagreements(self) -> tuple[Compared, ...]:
        """The pairs that differ, in order."""
        return tuple(pair for pair in self.compared if pair.derived != pair.documented)

    @property
    def reasons(self) -> tuple[ReasonRow, ...]:
        """How well each reason is found, by name: only reasons for which a pair is restricted or incompatible."""
        documented = Counter(pair.reason_code for pair in self.compared if pair.documented in _LIMITS)
        derived = Counter(pair.derived_reason_code for pair in self.compared if pair.derived in _LIMITS)
        both = Counter(
            pair.reason_code
            for pair in self.compared
            if pair.documented in _LIMITS and pair.derived in _LIMITS and pair.reason_code == pair.derived_reason_code
        )
        names = sorted({name for name in (*documented, *derived) if name})
        return tuple(ReasonRow(name, documented[name], derived[name], both[name]) for name in names)


def evaluate(store: Store) -> Evaluation:
    """Compare every documented finding with the verdict derived without any finding."""
    return Evaluation(
        tuple(
            Compared(
                equipment=str(notation(row["equipment"])),
                munition=str(notation(row["munition"])),
                documented=str(notation(row["documented"])),
                reason_code=str(notation(row["reason"])),
                derived=str(notation(row["derived"])),
                derived_reason_code=notation(row["derivedReason"]),
                combined=str(notation(row["combined"])),
                text=str(notation(row["text"])),
            )
            for row in Catalogue().ask(store, "evaluation").records()
        )
    )


def criteria(store: Store) -> tuple[CriterionRow, ...]:
    """What the rules find on each criterion, beside what documented findings imply of it."""
    return tuple(
        CriterionRow(
            criterion=str(notation(row["criterion"])),
            documented=str(notation(row["documented"])),
            outcome=str(notation(row["outcome"])),
            pairs=int(row["pairs"].value),
        )
        for row in Catalogue().ask(store, "evaluation-criteria").records()
    )

"""Evaluation: verdicts derived from parameters alone beside the findings that somebody documented."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from .catalogue import Catalogue
from .store import Store
from .verdicts import notation


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

"""What a plan is made of: gaps, the actions that close them, the pairs that they block, and the plan itself.

A gap is closed once all the actions that it needs are done, or any one that does instead. A pair is freed once every
gap that blocks it is closed. A question (a gap of which it is not known whether it is one) is answered, never closed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

UNKNOWN = "not-known"
Count = Literal["gaps", "pairs"]
Method = Literal["exact", "greedy"]


@dataclass(frozen=True)
class Action:
    """A deed that would help to close gaps; `iri` and `target` are addresses, `kind` and `nation` keys."""

    key: str
    iri: str
    kind: str
    target: str
    nation: str | None


@dataclass(frozen=True)
class Gap:
    """A gap or question: it takes all the actions of `needs`, or one of `instead`, by their keys."""

    key: str
    cause: str
    needs: frozenset[str]
    instead: frozenset[str] = frozenset()

    @property
    def is_question(self) -> bool:
        """Whether it is not known that there is a gap at all."""
        return self.cause == UNKNOWN


@dataclass(frozen=True)
class Pairs:
    """Pairs of one nation, equipment and munition, `count` of them by who provides, and the gaps that block them."""

    using: str
    equipment: str | None
    munition: str
    count: int
    gaps: frozenset[str]


@dataclass(frozen=True)
class Situation:
    """What there is to plan: `gaps` are to be closed, `beside` block some of the same pairs and were not asked for."""

    actions: Mapping[str, Action]
    gaps: tuple[Gap, ...]
    beside: tuple[Gap, ...] = ()
    pairs: tuple[Pairs, ...] = ()

    @property
    def questions(self) -> tuple[Gap, ...]:
        """Those of the gaps of which nobody knows whether they are any."""
        return tuple(gap for gap in self.gaps if gap.is_question)


@dataclass(frozen=True)
class Tally:
    """What some actions achieve: gaps closed, questions answered, and pairs freed.

    Of `pairs` no known gap is left; of `surely` no question either, so that the truth lies between the two.
    """

    gaps: int = 0
    questions: int = 0
    surely: int = 0
    pairs: int = 0


@dataclass(frozen=True)
class Step:
    """One action of a plan, in the order in which it closes most for its effort.

    `alone` is what it would achieve with no other, `together` what the plan would lose without it, `so_far` what it
    and the steps before it achieve; `closes` names the gaps and questions that this step is the last to close.
    """

    action: Action
    effort: Decimal
    alone: Tally
    together: Tally
    effort_so_far: Decimal
    so_far: Tally
    closes: tuple[str, ...]


@dataclass(frozen=True)
class Plan:
    """The actions to take, what they achieve, and how far from the best they can be.

    `bound` is a proven limit: no plan closes more than that (with a budget), or takes less effort (without one).
    `guarantee` is the share of the best that the method promises beforehand, where it promises any.
    """

    count: Count
    budget: Decimal | None
    steps: tuple[Step, ...]
    effort: Decimal
    achieved: Tally
    whole: Tally
    method: Method
    optimal: bool
    bound: Decimal
    guarantee: float | None = None

    @property
    def value(self) -> Decimal:
        """What was to be made large (with a budget) or small (without one)."""
        if self.budget is None:
            return self.effort
        found = self.achieved.pairs if self.count == "pairs" else self.achieved.gaps + self.achieved.questions
        return Decimal(found)

    @property
    def distance(self) -> float:
        """How far from the best the plan is at most, as a share of the best; 0 where it is proven to be the best."""
        if self.optimal or self.bound == self.value:
            return 0.0
        best = max(self.bound, self.value)
        return float(abs(self.bound - self.value) / best) if best else 0.0


@dataclass(frozen=True)
class Point:
    """The best that this much effort buys: one point of the curve of gaps closed against effort."""

    effort: Decimal
    achieved: Tally
    optimal: bool

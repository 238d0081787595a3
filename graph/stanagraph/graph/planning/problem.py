"""A situation as numbers: the same whatever the order in which its gaps, actions and pairs were given."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from .model import Action, Count, Gap, Situation, Tally


@dataclass(frozen=True)
class Group:
    """Gaps that the same actions close: how many gaps and questions of those that are to be closed."""

    needs: tuple[int, ...]
    instead: tuple[int, ...]
    gaps: int
    questions: int


@dataclass(frozen=True)
class PairGroup:
    """Pairs that the same groups block: how many, and how many of them surely, without any question."""

    groups: tuple[int, ...]
    pairs: int
    surely: int


@dataclass(frozen=True)
class Problem:
    """Actions by number in the order of their keys, each with its effort in whole units of 1/`scale`."""

    actions: tuple[Action, ...]
    efforts: tuple[int, ...]
    scale: int
    groups: tuple[Group, ...]
    pairs: tuple[PairGroup, ...]
    whole: Tally
    group_of: dict[str, int]

    @cached_property
    def groups_of(self) -> tuple[tuple[int, ...], ...]:
        """For each action the groups in which it stands."""
        found: list[list[int]] = [[] for _ in self.actions]
        for place, group in enumerate(self.groups):
            for action in {*group.needs, *group.instead}:
                found[action].append(place)
        return tuple(map(tuple, found))

    @cached_property
    def pairs_of(self) -> tuple[tuple[int, ...], ...]:
        """For each group the groups of pairs that it blocks."""
        found: list[list[int]] = [[] for _ in self.groups]
        for place, pair in enumerate(self.pairs):
            for group in pair.groups:
                found[group].append(place)
        return tuple(map(tuple, found))

    @property
    def arcs(self) -> int:
        """How large it is: actions in groups, and groups in groups of pairs."""
        inside = sum(len(group.needs) + len(group.instead) for group in self.groups)
        return inside + sum(len(pair.groups) for pair in self.pairs)

    def effort(self, chosen: Iterable[int]) -> int:
        """The effort of these actions together."""
        return sum(self.efforts[action] for action in chosen)

    def units(self, effort: Decimal) -> int:
        """An effort in whole units, what is left over dropped."""
        return int(effort * self.scale)

    def told(self, units: int) -> Decimal:
        """Units as an effort, without zeros at the end."""
        found = Decimal(units) / self.scale
        return found.quantize(Decimal(1)) if found == found.to_integral_value() else found.normalize()

    def achieved(self, chosen: Iterable[int]) -> Tally:
        """What these actions achieve."""
        progress = Progress(self)
        for action in chosen:
            progress.add(action)
        return progress.tally


def problem_of(situation: Situation, effort: Callable[[Action], Decimal]) -> Problem:
    """The numbers of a situation: only what closes a gap that is to be closed can be done."""
    used = {key for gap in situation.gaps for key in gap.needs | gap.instead}
    actions = tuple(situation.actions[key] for key in sorted(used))
    place = {action.key: number for number, action in enumerate(actions)}
    efforts = [effort(action) for action in actions]
    scale = 10 ** max([0, *(-int(it.normalize().as_tuple().exponent) for it in efforts)])
    asked = {gap.key for gap in situation.gaps}
    shapes: dict[str, tuple[tuple[int, ...], tuple[int, ...]] | None] = {}
    for gap in [*situation.gaps, *situation.beside]:
        shapes[gap.key] = _shape(gap, place)
    gaps = Counter(shapes[gap.key] for gap in situation.gaps if not gap.is_question)
    questions = Counter(shapes[gap.key] for gap in situation.gaps if gap.is_question)
    kept = sorted({shape for shape in shapes.values() if shape is not None})
    number = {shape: at for at, shape in enumerate(kept)}
    groups = tuple(Group(*shape, gaps[shape], questions[shape]) for shape in kept)
    open_questions = {gap.key for gap in [*situation.gaps, *situation.beside] if gap.is_question}
    blocked: dict[tuple[int, ...], list[int]] = defaultdict(lambda: [0, 0])
    whole = [0, 0]
    for pair in situation.pairs:
        if not pair.gaps & asked:
            continue
        # A question that was not asked for need not be answered, but leaves the pair uncertain.
        needed = {shapes[key] for key in pair.gaps if key not in open_questions or key in asked}
        sure = 0 if pair.gaps & open_questions else pair.count
        whole = [whole[0] + pair.count, whole[1] + sure]
        if None in needed:
            continue
        into = blocked[tuple(sorted(number[shape] for shape in needed if shape is not None))]
        into[0] += pair.count
        into[1] += sure
    return Problem(
        actions,
        tuple(int(it * scale) for it in efforts),
        scale,
        groups,
        tuple(PairGroup(key, *counts) for key, counts in sorted(blocked.items())),
        Tally(sum(gaps.values()), sum(questions.values()), whole[1], whole[0]),
        {gap.key: number[shape] for gap in situation.gaps if (shape := shapes[gap.key]) is not None},
    )


def _shape(gap: Gap, place: dict[str, int]) -> tuple[tuple[int, ...], tuple[int, ...]] | None:
    """The actions of a gap by number; None where no action that can be done closes it."""
    instead = tuple(sorted(place[key] for key in gap.instead if key in place))
    if gap.needs and gap.needs <= place.keys():
        return tuple(sorted(place[key] for key in gap.needs)), instead
    if not instead:
        return None
    # What it needs cannot be done: the first of those that do instead takes its place.
    return instead[:1], instead[1:]


class Progress:
    """What the actions done so far achieve, kept up to date as actions come and go."""

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self.done: set[int] = set()
        self._missing = [len(group.needs) for group in problem.groups]
        self._instead = [0] * len(problem.groups)
        self._open = [len(pair.groups) for pair in problem.pairs]
        self._tally = [0, 0, 0, 0]

    @property
    def tally(self) -> Tally:
        """What is achieved."""
        return Tally(*self._tally)

    def value(self, count: Count) -> int:
        """How many gaps and questions, or pairs."""
        return self._tally[3] if count == "pairs" else self._tally[0] + self._tally[1]

    def closed(self, group: int) -> bool:
        """Whether the gaps of a group are closed."""
        return not self._missing[group] or self._instead[group] > 0

    def freed(self, pair: int) -> bool:
        """Whether the pairs of a group are freed."""
        return not self._open[pair]

    def add(self, action: int) -> None:
        """Do one more action."""
        self._change(action, 1)
        self.done.add(action)

    def remove(self, action: int) -> None:
        """Leave one action out again."""
        self._change(action, -1)
        self.done.remove(action)

    def gain(self, actions: Iterable[int], count: Count) -> int:
        """How much more would be achieved with these."""
        before, new = self.value(count), [action for action in actions if action not in self.done]
        for action in new:
            self.add(action)
        found = self.value(count) - before
        for action in new:
            self.remove(action)
        return found

    def _change(self, action: int, sign: int) -> None:
        problem = self._problem
        for place in problem.groups_of[action]:
            group, was = problem.groups[place], self.closed(place)
            if action in group.needs:
                self._missing[place] -= sign
            if action in group.instead:
                self._instead[place] += sign
            if self.closed(place) is was:
                continue
            self._tally[0] += sign * group.gaps
            self._tally[1] += sign * group.questions
            for which in problem.pairs_of[place]:
                free = self.freed(which)
                self._open[which] -= sign
                if self.freed(which) is not free:
                    self._tally[2] += sign * problem.pairs[which].surely
                    self._tally[3] += sign * problem.pairs[which].pairs

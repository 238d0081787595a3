"""How near the best plan comes in the time that a person waits: the gap to the optimum of plans of growing size.

Run with `python benchmarks/plan.py`; it needs no release. The decision is up to which size the exact solver is asked
before greed (`MOST_ACTIONS` and `MOST_ARCS` in the planner). Situations are drawn with a seed: a few actions stand in
very many gaps, most in few; of the gaps four fifths take one action, the rest two or three together, and one in twenty
has an alternative. Efforts are those of the kinds of action, with a factor for each nation.
"""

from __future__ import annotations

import argparse
import random
import resource
import time
from decimal import Decimal

from stanagraph.graph.planning import BUILT_IN, SECONDS, Action, Count, Gap, Pairs, Situation, Weights, make_plan

NATIONS = [f"N{number:02}" for number in range(37)]
SKEW = 0.8


def situation(actions: int, gaps: int, seed: int) -> Situation:
    """A situation of this size; the same seed gives the same."""
    drawn = random.Random(seed)
    kinds = sorted(set(BUILT_IN) - {"find-out"})
    made = {
        key: Action(key, key, drawn.choice(kinds), key, drawn.choice(NATIONS))
        for key in (f"a{number:06}" for number in range(actions))
    }
    names = list(made)
    often = [1 / (place + 1) ** SKEW for place in range(actions)]
    drawn.shuffle(often)
    sizes = drawn.choices((1, 2, 3), (80, 15, 5), k=gaps)
    needed = iter(drawn.choices(names, often, k=sum(sizes)))
    found = []
    for number, size in enumerate(sizes):
        needs = frozenset(next(needed) for _ in range(size))
        instead = frozenset(drawn.choices(names, often)) if drawn.random() < 0.05 else frozenset()
        found.append(Gap(f"g{number:06}", "technical", needs, instead))
    pairs = [
        Pairs("NOR", f"e{number}", "m", drawn.randrange(1, 9), frozenset(it.key for it in drawn.sample(found, 2)))
        for number in range(gaps // 10)
    ]
    return Situation(made, tuple(found), (), tuple(pairs))


def measure(actions: int, gaps: int, seed: int, share: float | None, count: Count, seconds: float) -> None:
    """Plan with a budget of this share of all effort (None: close all), and print how near it comes."""
    given = situation(actions, gaps, seed)
    drawn = random.Random(seed)
    paid = Weights(nations={nation: Decimal(drawn.choice(("0.5", "1", "1", "1.5", "2"))) for nation in NATIONS})
    whole = sum(paid.of(action) for action in given.actions.values())
    budget = None if share is None else Decimal(round(share * float(whole)))
    began = time.perf_counter()
    plan = make_plan(given, paid.of, budget=budget, count=count, seconds=seconds)
    took = time.perf_counter() - began
    asked = "close all" if share is None else f"most {count} for {share:.0%} of all effort"
    proof = "proven best" if plan.optimal else f"at most {plan.distance:.2%} from the best"
    print(
        f"{actions:,} actions, {gaps:,} gaps, seed {seed}, {asked}, {plan.method}:"
        f" {plan.value} of at most {plan.bound}, {proof}, {took:.1f} s"
        if budget is not None
        else f"{actions:,} actions, {gaps:,} gaps, seed {seed}, {asked}, {plan.method}:"
        f" effort {plan.value}, least {plan.bound}, {proof}, {took:.1f} s",
        flush=True,
    )


def main() -> None:
    """Measure one size or the usual ones."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--actions", type=int, default=5_000)
    parser.add_argument("--gaps", type=int, default=50_000)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    given = parser.parse_args()
    for seed in range(1, given.seeds + 1):
        for share in (0.02, 0.1, 0.3, None):
            measure(given.actions, given.gaps, seed, share, "gaps", given.seconds)
        measure(given.actions, given.gaps, seed, 0.1, "pairs", given.seconds)
    measure(given.actions, given.gaps, 1, 0.1, "gaps", 0)
    measure(given.actions, given.gaps, 1, None, "gaps", 0)
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")


if __name__ == "__main__":
    main()

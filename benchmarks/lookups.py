"""What deriving at release saves at reading: each report beside the same question asked of the facts.

Run with `python benchmarks/lookups.py`; it uses the current release and prints ratios measured side by side in one run.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

from stanagraph.graph.catalogue import Catalogue
from stanagraph.graph.names import thing
from stanagraph.graph.releases import Releases
from stanagraph.graph.resources import folder
from stanagraph.graph.verdicts import assess, explain

ROUNDS = 5


def rule(name: str) -> str:
    """The text of a rule of the release."""
    return (folder("queries") / "derive" / f"{name}.rq").read_text(encoding="utf-8")


def seconds(work: Callable[[], object]) -> float:
    """The median time of a piece of work over some rounds."""
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def main() -> None:
    """Print each pair of times and their ratio."""
    store = Releases().current().open()
    catalogue = Catalogue()
    gun, round_ = thing("equipment", "m777"), thing("munition", "m982-excalibur")
    pairs: list[tuple[str, Callable[[], object], Callable[[], object]]] = [
        (
            "matrix of a class: cells looked up / aggregated over verdicts",
            lambda: catalogue.ask(store, "matrix", {"class": "155mm"}),
            lambda: list(store.construct(rule("70-matrix"))),
        ),
        (
            "gaps: looked up / their pairs counted over holdings and stocks",
            lambda: catalogue.ask(store, "gap-causes"),
            lambda: list(store.construct(rule("64-blocked-pairs"))),
        ),
        (
            "one verdict with its evidence: looked up / judged on the spot",
            lambda: explain(store, gun, round_),
            lambda: explain(assess(store, [(gun, round_)]), gun, round_),
        ),
    ]
    for name, looked_up, worked_out in pairs:
        quick, slow = seconds(looked_up), seconds(worked_out)
        print(f"{name}: {quick * 1000:.1f} ms / {slow * 1000:.1f} ms = 1 : {slow / quick:.0f}")


if __name__ == "__main__":
    main()

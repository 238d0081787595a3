"""The closing plan: which actions close given gaps at least effort, or most gaps within a budget."""

from .model import Action, Count, Gap, Pairs, Plan, Point, Situation, Step, Tally
from .planner import SECONDS, frontier, make_plan
from .reading import known_names, read_situation
from .weights import BUILT_IN, Weights, read_weights

__all__ = [
    "BUILT_IN", "SECONDS", "Action", "Count", "Gap", "Pairs", "Plan", "Point", "Situation", "Step", "Tally", "Weights",
    "frontier", "known_names", "make_plan", "read_situation", "read_weights",
]  # fmt: skip

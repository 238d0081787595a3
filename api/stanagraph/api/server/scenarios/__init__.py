"""Scenarios of callers: what would change if, over a release that stays as it is.

settings  how many a caller may keep, and what an answer may cost
asked     from the body of a request to a scenario, and what is wrong with it, with a JSON Pointer each
kept      scenarios on the disk, for every worker; each has an owner
answered  what a scenario changes, worked out in a process of its own
forms     that as rows, for CSV and pages
"""

from .answered import Answered, Answers
from .kept import CallersScenario, KeptScenarios

__all__ = ["Answered", "Answers", "CallersScenario", "KeptScenarios"]

"""How verdicts look: one colour, one shape and one word each, everywhere the same (Okabe-Ito colours)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Mark:
    """A colour for light and dark grounds alike, and a shape that tells verdicts apart without colour."""

    colour: str
    shape: str


MARKS = {
    "compatible": Mark("#009E73", "■"),
    "restricted": Mark("#E69F00", "◧"),
    "incompatible": Mark("#D55E00", "✕"),
    "unknown": Mark("#BBBBBB", "▨"),
}
# The three questions of a verdict and the outcomes of its criteria use the marks of what they amount to.
SAME_AS = {
    "yes": "compatible",
    "satisfied": "compatible",
    "limited": "restricted",
    "no": "incompatible",
    "violated": "incompatible",
    "not-known": "unknown",
}


def mark(notation: str) -> Mark | None:
    """The mark of a verdict, an answer or an outcome; None for anything else."""
    return MARKS.get(SAME_AS.get(notation, notation))

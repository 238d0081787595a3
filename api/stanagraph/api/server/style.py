"""The one style sheet, as it stands inside every page, and the hash by which the security policy admits it."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

from ..marks import MARKS

STEP = 5
_HERE = Path(__file__).parent


def _style() -> str:
    rules = (_HERE / "templates" / "atlas.css").read_text(encoding="utf-8")
    colours = "".join(f"--{name}:{mark.colour};" for name, mark in MARKS.items())
    # The tint of a cell and the width of its hatching come in steps, so that no cell needs a style of its own.
    steps = "".join(f".t{n}{{--tint:{n}%}}.u{n}{{--unsure:{n}%}}\n" for n in range(0, 101, STEP))
    return f":root{{{colours}}}\n{rules}\n{steps}"


def _look() -> str:
    digest = hashlib.sha256()
    for path in sorted([*_HERE.glob("templates/*"), *_HERE.glob("locale/*.po")]):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


STYLE = _style()
STYLE_HASH = "sha256-" + base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()


LOOK = _look()
"""Changes with every change of what pages look like or say."""


def step(share: float) -> int:
    """A share between 0 and 1 in steps of five per cent; what is more than nothing is never drawn as nothing."""
    if share <= 0:
        return 0
    return min(100, max(STEP, round(share * 100 / STEP) * STEP))

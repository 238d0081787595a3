"""Consoles: a page wide at most, with colour only on a terminal."""

from __future__ import annotations

from typing import Any

from rich.console import Console

WIDTH = 100


def console_for(stream: Any) -> Console:
    """A console on this stream that is at most a page wide."""
    console = Console(file=stream, highlight=False, emoji=False, markup=False)
    console.width = min(console.width, WIDTH) if console.is_terminal else WIDTH
    return console

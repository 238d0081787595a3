"""What a scenario changes as rows: gaps, verdicts, the index by class, and the cells of the matrix."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

COLUMNS = ("section", "change", "id", "name", "before", "after", "moves")


def rows_of(document: dict[str, Any]) -> Iterator[list[str]]:
    """One row for each change; `moves` are the numbers of those that are the reason, where that is known."""
    for section in ("gaps", "verdicts", "classes"):
        for change in document[section]["changes"]:
            names = list(change)
            key = " × ".join(str(change[name]) for name in names[1 : names.index("name")])
            moved = change["moved"] or [name for name, values in (change["after"] or {}).items() if values]
            moves = sorted({str(why["move"]) for why in change.get("reasons", ())})
            both = [_said(change[side], moved) for side in ("before", "after")]
            yield [section, change["change"], key, change["name"], *both, " ".join(moves)]
    for cell in document["cells"]:
        key = " × ".join((cell["using"], cell["providing"], cell["class"]))
        kind = "new" if cell["before"] is None else "gone" if cell["after"] is None else "changed"
        yield ["cells", kind, key, "", _index(cell["before"]), _index(cell["after"]), ""]


def _said(cells: dict[str, list[Any]] | None, moved: list[str]) -> str:
    told = {name: ", ".join(map(str, (cells or {}).get(name, ()))) for name in moved}
    return "; ".join(f"{name}: {text}" for name, text in told.items() if text)


def _index(figures: dict[str, float] | None) -> str:
    return "" if figures is None else f"{figures['lower']:g} to {figures['upper']:g}"

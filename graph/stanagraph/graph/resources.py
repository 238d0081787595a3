"""Where the ontology, the queries, the data and the releases lie: in a checkout or beside the installed code."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

SETTINGS = "stanagraph.toml"
_PACKAGE = Path(__file__).parents[1]
_CHECKOUT = Path(__file__).parents[3]


def in_checkout() -> bool:
    """Whether this code runs from a checkout and not from an installed wheel."""
    return (_CHECKOUT / "pyproject.toml").is_file() and (_CHECKOUT / "ontology").is_dir()


def folder(name: str) -> Path:
    """The folder `ontology`, `queries` or `data` that belongs to this code."""
    path = _CHECKOUT / name if in_checkout() else _PACKAGE / "_data" / name
    if not path.is_dir():
        raise FileNotFoundError(f"the folder {name} is missing beside {_PACKAGE}")
    return path


def documentation() -> Path:
    """Where the generated pages of the ontology lie; in a checkout they are there only after `make docs`."""
    return _CHECKOUT / "build" / "documentation" if in_checkout() else _PACKAGE / "_data" / "documentation"


def home() -> Path:
    """The workspace: where settings, sources and releases are kept.

    `STANAGRAPH_HOME`; else the nearest folder, from here upwards, that holds a stanagraph.toml; else `.stanagraph` in
    a checkout; else the user's data folder.
    """
    if chosen := os.environ.get("STANAGRAPH_HOME"):
        return Path(chosen)
    here = Path.cwd()
    for above in (here, *here.parents):
        if (above / SETTINGS).is_file():
            return above
    return _CHECKOUT / ".stanagraph" if in_checkout() else platformdirs.user_data_path("stanagraph")

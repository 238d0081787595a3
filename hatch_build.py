"""Brings the generated documentation of the ontology into the wheel, and into the source distribution for its wheel.

A wheel without its pages would be half a wheel, so there is none; an editable install finds them in the checkout and
needs nothing. `force-include` in pyproject.toml cannot tell the two apart.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PAGES = "build/documentation"
SHIPPED = {"wheel": "stanagraph/_data/documentation", "sdist": PAGES}
MISSING = f"""\
{PAGES} is missing: the wheel ships the documentation of the ontology, which is generated.
Run `make docs` first, or `stanagraph ontology docs` where stanagraph[docs] is installed.
For work on the code, an editable install needs no pages: pip install --editable ."""


class Documentation(BuildHookInterface[Any]):
    """Includes the generated pages, or says how to make them."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the folder of the pages to what the target includes."""
        if version == "editable":
            return
        pages = Path(self.root) / PAGES
        if not (pages / "index.en.html").is_file():
            raise FileNotFoundError(MISSING)
        build_data["force_include"][str(pages)] = SHIPPED[self.target_name]

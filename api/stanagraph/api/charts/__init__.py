"""Charts: where people would rather look than read, as SVG, PNG or a page that works without a network."""

from __future__ import annotations

from .gaps import gaps_chart
from .matrix import matrix_chart
from .plan import plan_chart
from .positions import positions_chart
from .shared import SUFFIXES, write
from .supply import supply_chart

__all__ = ["SUFFIXES", "gaps_chart", "matrix_chart", "plan_chart", "positions_chart", "supply_chart", "write"]

"""What charts share: how they are set, their colours, their titles, and how they are written."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..words import Words

if TYPE_CHECKING:
    import altair as alt

SUFFIXES = (".svg", ".png", ".html")
LIGHT, DARK, QUIET = "#ffffff", "#000000", "#555555"
# What is known. Dark enough to differ from hatching in grey print.
SOLID = "#0b8a68"
# What is not known: hatched, with an outline.
HATCH, PALE = "#8a938f", "#f4f5f5"
# The one family that vl-convert draws on any machine.
FONT = "sans-serif"


def title(text: str, lines: Sequence[str], words: Words, release: str) -> alt.TitleParams:
    """A title and what explains the chart; the last line always tells the release."""
    import altair as alt

    told = words("Release {id}. Public facts only. Not affiliated with NATO.", id=release)
    return alt.TitleParams(
        text,
        subtitle=[*lines, told],
        anchor="start",
        frame="group",
        fontSize=17,
        subtitleFontSize=12,
        subtitleColor=QUIET,
        subtitlePadding=5,
        offset=16,
    )


def styled(chart: alt.LayerChart | alt.FacetChart, *, fill: str | None = None, **axis: Any) -> alt.LayerChart:
    """The chart on a white ground, in the type of all charts."""
    shown: Any = (
        chart.configure(font=FONT, background=LIGHT, padding=18)
        .configure_view(stroke=None, **({"fill": fill} if fill else {}))
        .configure_axis(titleFontWeight="normal", titleColor=QUIET, labelColor=DARK, titlePadding=8, **axis)
    )
    finished: alt.LayerChart = shown
    return finished


def write(chart: alt.LayerChart, path: Path) -> Path:
    """Write a chart as .svg, .png or .html, as the name says; the page works without a network."""
    import vl_convert

    # vl-convert draws with the Vega-Lite that Altair speaks; nothing is fetched.
    spec = chart.to_dict()
    if path.suffix == ".svg":
        path.write_text(vl_convert.vegalite_to_svg(spec), encoding="utf-8")
    elif path.suffix == ".png":
        path.write_bytes(vl_convert.vegalite_to_png(spec, scale=2))
    else:
        path.write_text(vl_convert.vegalite_to_html(spec, bundle=True), encoding="utf-8")
    return path

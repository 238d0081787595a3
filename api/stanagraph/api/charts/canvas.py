"""A drawing of rectangles, hatching and texts at pixels, for charts that no ready-made mark of Vega-Lite fits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from .shared import DARK, HATCH, LIGHT, PALE, styled

if TYPE_CHECKING:
    import altair as alt

Align = Literal["left", "center", "right"]
Weight = Literal["normal", "bold"]
STEP = 6.0


@dataclass
class Canvas:
    """Shapes from the top left corner, in pixels: a grid, on it boxes, then lines, then texts."""

    width: float
    height: float
    _grid: list[dict[str, Any]] = field(default_factory=list)
    _boxes: list[dict[str, Any]] = field(default_factory=list)
    _lines: list[dict[str, Any]] = field(default_factory=list)
    _texts: dict[tuple[Align, float, Weight, str, float | None], list[dict[str, Any]]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def box(self, x: float, y: float, wide: float, high: float, fill: str, told: str = "", edge: str = LIGHT) -> None:
        """A filled rectangle; `told` is shown where a page is pointed at."""
        corner = {"x": x, "y": y, "x2": x + wide, "y2": y + high}
        self._boxes.append(corner | {"fill": fill, "edge": edge, "told": told or None})

    def unknown(self, x: float, y: float, wide: float, high: float, told: str = "") -> None:
        """A rectangle for what is not known: pale, outlined and hatched."""
        self.box(x, y, wide, high, PALE, told, HATCH)
        for line in hatching(wide, high):
            x1, y1, x2, y2 = line
            self.line(x + x1, y + y1, x + x2, y + y2, HATCH, 0.9)

    def grid(self, x: float, y: float, x2: float, y2: float, colour: str = "#d5d8d6") -> None:
        """A thin line below all else."""
        self._grid.append({"x": x, "y": y, "x2": x2, "y2": y2, "colour": colour, "wide": 1})

    def line(self, x: float, y: float, x2: float, y2: float, colour: str, wide: float = 1) -> None:
        """A straight line."""
        self._lines.append({"x": x, "y": y, "x2": x2, "y2": y2, "colour": colour, "wide": wide})

    def text(
        self, x: float, y: float, text: str, *, align: Align = "left", size: float = 12, weight: Weight = "normal",
        colour: str = DARK, room: float | None = None,
    ) -> None:  # fmt: skip
        """A text whose middle is as high as `y`; `room` is where it is cut off with an ellipsis."""
        self._texts[align, size, weight, colour, room].append({"x": x, "y": y, "text": text})

    def chart(self, title: alt.TitleParams) -> alt.LayerChart:
        """The drawing as a chart."""
        import altair as alt

        across = alt.Scale(domain=[0, self.width], nice=False, zero=False)
        down = alt.Scale(domain=[self.height, 0], nice=False, zero=False)
        x, y = alt.X("x:Q", scale=across, axis=None), alt.Y("y:Q", scale=down, axis=None)
        fill = alt.Fill("fill:N", scale=None, legend=None)

        def lines(drawn: list[dict[str, Any]]) -> alt.Chart:
            shown: alt.Chart = (
                alt.Chart(alt.InlineData(values=drawn))
                .mark_rule(tooltip=False)
                .encode(
                    x=x,
                    x2="x2:Q",
                    y=y,
                    y2="y2:Q",
                    color=alt.Color("colour:N", scale=None, legend=None),
                    strokeWidth=alt.StrokeWidth("wide:Q", scale=None, legend=None),
                )
            )
            return shown

        layers: list[Any] = [
            lines(self._grid),
            alt.Chart(alt.InlineData(values=self._boxes))
            .mark_rect(strokeWidth=1)
            .encode(
                x=x, x2="x2:Q", y=y, y2="y2:Q", fill=fill, tooltip=alt.Tooltip("told:N"),
                stroke=alt.Stroke("edge:N", scale=None, legend=None),
            ),
            lines(self._lines),
        ]  # fmt: skip
        for (align, size, weight, colour, room), texts in self._texts.items():
            limit: dict[str, Any] = {} if room is None else {"limit": room}
            marks = alt.Chart(alt.InlineData(values=texts)).mark_text(
                align=align, baseline="middle", fontSize=size, fontWeight=weight, color=colour, tooltip=False, **limit
            )
            layers.append(marks.encode(x=x, y=y, text="text:N"))
        return styled(alt.layer(*layers).properties(width=self.width, height=self.height, title=title))


def hatching(wide: float, high: float, step: float = STEP) -> Iterator[tuple[float, float, float, float]]:
    """Diagonal lines that fill a rectangle, from its lower left to its upper right."""
    at = step
    while at < wide + high:
        yield max(0.0, at - high), min(at, high), min(at, wide), max(0.0, at - wide)
        at += step

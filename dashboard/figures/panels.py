"""Panels side by side, laid out by hand: Plotly's own subplots take ten times as long to make."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dashboard.figures.style import LABEL


@dataclass(frozen=True)
class PanelAxes:
    """The axes of one panel: their names in traces, their names in a layout, and where they lie."""

    number: int
    domain: list[float]

    @property
    def x(self) -> str:
        return f"x{self._suffix}"

    @property
    def y(self) -> str:
        return f"y{self._suffix}"

    @property
    def x_key(self) -> str:
        return f"xaxis{self._suffix}"

    @property
    def y_key(self) -> str:
        return f"yaxis{self._suffix}"

    @property
    def _suffix(self) -> str:
        return "" if self.number == 1 else str(self.number)


def axes_of(names: Sequence[str], gap: float) -> list[PanelAxes]:
    """Panels of equal width from left to right, `gap` (a share of the figure's width) apart."""
    width = (1 - gap * (len(names) - 1)) / len(names)
    return [
        PanelAxes(number, [at := (number - 1) * (width + gap), min(1.0, at + width)])
        for number in range(1, len(names) + 1)
    ]


def panel_titles(names: Sequence[str], gap: float) -> list[dict[str, Any]]:
    """A title above each panel."""
    return [
        {
            "text": name, "font": LABEL, "showarrow": False, "x": sum(place.domain) / 2, "xanchor": "center", "y": 1,
            "yanchor": "bottom", "xref": "paper", "yref": "paper",
        }
        for name, place in zip(names, axes_of(names, gap), strict=True)
    ]  # fmt: skip

"""Panels side by side, laid out by hand: Plotly's own subplots take ten times as long to make."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import pandas as pd

from dashboard.figures.style import CONTROL, FOUND, LABEL


class Panel(NamedTuple):
    """A panel's place, and the ending of its axes' names: `x2` and `y2` in traces, `xaxis2` and `yaxis2` in layouts."""

    ending: str
    domain: list[float]


def panels_of(names: Sequence[str], gap: float) -> list[Panel]:
    """Panels of equal width from left to right, `gap` (a share of the figure's width) apart."""
    width = (1 - gap * (len(names) - 1)) / len(names)
    starts = [number * (width + gap) for number in range(len(names))]
    return [Panel(str(number + 1) if number else "", [at, min(1.0, at + width)]) for number, at in enumerate(starts)]


def panel_titles(names: Sequence[str], gap: float) -> list[dict[str, Any]]:
    """A title above each panel."""
    return [
        {
            "text": name, "font": LABEL, "showarrow": False, "x": sum(panel.domain) / 2, "xanchor": "center", "y": 1,
            "yanchor": "bottom", "xref": "paper", "yref": "paper",
        }
        for name, panel in zip(names, panels_of(names, gap), strict=True)
    ]  # fmt: skip


def bars(labels: pd.Series, values: pd.Series) -> tuple[dict[str, Any], dict[str, Any]]:
    """A trace of bars from the top down, colored as activations: high or low; and the axis that names them."""
    rows, names = list(range(len(labels))), list(labels)
    trace = {
        "type": "bar", "orientation": "h", "x": values, "y": rows, "customdata": names,
        "marker": {"color": [CONTROL if value > 0 else FOUND for value in values]},
        "hovertemplate": "%{customdata}: %{x:+.2f}<extra></extra>",
    }  # fmt: skip
    axis = {
        "tickvals": rows, "ticktext": names, "range": [len(rows) - 0.5, -0.5], "tickfont": LABEL, "automargin": True,
        "showgrid": False, "zeroline": False,
    }  # fmt: skip
    return trace, axis

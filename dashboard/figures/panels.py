"""Panels in rows, laid out by hand: Plotly's own subplots take ten times as long to make."""

from collections.abc import Sequence
from math import ceil
from typing import Any, NamedTuple

import pandas as pd

from dashboard.figures.style import CONTROL, FOUND, LABEL


class Panel(NamedTuple):
    """A panel's place, and the ending of its axes' names: `x2` and `y2` in traces, `xaxis2` and `yaxis2` in layouts."""

    ending: str
    across: list[float]
    upward: list[float]


def panels_of(names: Sequence[str], columns: int, gap: float = 0, between: float = 0) -> list[Panel]:
    """Panels of one size, `columns` in a row: `gap` (a share of the width) apart, rows `between` (of the height)."""
    rows, columns = ceil(len(names) / columns), min(columns, len(names))
    width, height = (1 - gap * (columns - 1)) / columns, (1 - between * (rows - 1)) / rows
    panels = []
    for number in range(len(names)):
        row, column = divmod(number, columns)
        left, top = column * (width + gap), 1 - row * (height + between)
        across, upward = [left, min(1.0, left + width)], [max(0.0, top - height), top]
        panels.append(Panel(str(number + 1) if number else "", across, upward))
    return panels


def panel_titles(names: Sequence[str], panels: Sequence[Panel]) -> list[dict[str, Any]]:
    """A title above each panel."""
    return [
        {
            "text": name, "font": LABEL, "showarrow": False, "x": sum(panel.across) / 2, "xanchor": "center",
            "y": panel.upward[1], "yanchor": "bottom", "xref": "paper", "yref": "paper",
        }
        for name, panel in zip(names, panels, strict=True)
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

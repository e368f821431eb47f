"""Forest plots: dots with intervals on rows with names, in panels one below the other, with one legend."""

from typing import Any

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from dashboard.figures.style import LABEL, layout, legend


def forest_figure(
    dots: pd.DataFrame,
    traces: dict[str, dict[str, Any]],
    axes: dict[str, dict[str, Any]],
    row_height: int,
    gap: int,
    top: int,
    bottom: int,
) -> go.Figure:
    """A panel for each of `axes` that has dots; its rows have the order of its dots, from the bottom up.

    Args:
        dots: a row per dot, with `panel`, `label`, `kind`, `x` and, where its trace has an `error_x`, `low` and `high`.
        traces: kind -> properties of its trace; `customdata` names a column, or several.
        axes: panel -> properties of its axis.
        row_height: in pixels, as all that follow.
        gap: between two panels.
        top: margin for the legend.
        bottom: margin for the title of the last axis.
    """
    panels = {panel: part for panel in axes if len(part := dots[dots["panel"] == panel])}
    rows = [part["label"].nunique() for part in panels.values()]
    drawn = row_height * sum(rows) + gap * (len(rows) - 1)
    figure = make_subplots(len(rows), 1, row_heights=rows, vertical_spacing=gap / drawn if len(rows) > 1 else 0)
    in_legend: set[str] = set()
    for number, (panel, part) in enumerate(panels.items(), 1):
        for kind, trace in traces.items():
            shown = part[part["kind"] == kind]
            if shown["x"].notna().any():
                own = {"legendgroup": kind, "showlegend": kind not in in_legend, "x": shown["x"], "y": shown["label"]}
                figure.add_scatter(mode="markers", **trace | own | _of_dots(shown, trace), row=number, col=1)
                in_legend.add(kind)
        names = list(dict.fromkeys(part["label"]))
        figure.update_xaxes(axes[panel], row=number, col=1)
        order = {"categoryorder": "array", "categoryarray": names, "range": [-0.6, len(names) - 0.4]}
        figure.update_yaxes(order, row=number, col=1)
    figure.update_yaxes(tickfont=LABEL, automargin=True)
    return figure.update_layout(layout(drawn + top + bottom, top, 24, bottom, legend=legend()))


def _of_dots(dots: pd.DataFrame, trace: dict[str, Any]) -> dict[str, Any]:
    """What a trace says of each of its dots."""
    each: dict[str, Any] = {"customdata": dots[trace["customdata"]]} if "customdata" in trace else {}
    if "error_x" in trace:
        ends = {"array": dots["high"] - dots["x"], "arrayminus": dots["x"] - dots["low"]}
        each["error_x"] = trace["error_x"] | ends
    return each

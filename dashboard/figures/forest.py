"""Forest plots: dots with intervals on rows, in panels one below the other, with one legend.

Each row's name stands above its dots, and each panel's axis above its rows.
"""

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from dashboard.figures.style import GRID, layout, legend, names_above, wrapped

ROW_HEIGHT, HEADER, BETWEEN = 42, 54, 24  # of a row; of an axis above a panel; between two panels; in pixels
LEGEND, UP = 34, 7  # room for a legend in one row; from the middle of a row up to its name; in pixels
BELOW = 0.36  # share of a row below its middle; the rest has its name


def forest_figure(
    dots: pd.DataFrame, traces: dict[str, dict[str, Any]], axes: dict[str, dict[str, Any]], **more: Any
) -> go.Figure:
    """A panel for each of `axes` that has dots; its rows have the order of its dots, from the bottom up.

    Args:
        dots: a row per dot, with `panel`, `label`, `kind`, `x` and, where its trace has an `error_x`, `low` and `high`.
        traces: kind -> properties of its trace; `customdata` names a column, or several; `text` is the wrapped label.
        axes: panel -> properties of its axis.
        more: properties of the layout.
    """
    panels = {panel: part for panel in axes if len(part := dots[dots["panel"] == panel])}
    rows = [_axis_of_rows(part) for part in panels.values()]
    drawn = sum(HEADER + ROW_HEIGHT * len(axis["categoryarray"]) for axis in rows) + BETWEEN * (len(rows) - 1)
    figure = layout(drawn + LEGEND, LEGEND, 16, 0, legend=legend(), **more)
    data, names, in_legend, top = [], [], set(), drawn
    for number, ((panel, part), axis) in enumerate(zip(panels.items(), rows, strict=True), 1):
        ending, top = str(number) if number > 1 else "", top - HEADER
        x, y, bottom = f"x{ending}", f"y{ending}", top - ROW_HEIGHT * len(axis["categoryarray"])
        for kind, trace in traces.items():
            shown = part[part["kind"] == kind]
            if shown["x"].notna().any():
                place = {"xaxis": x, "yaxis": y, "legendgroup": kind, "showlegend": kind not in in_legend}
                data.append({"type": "scatter", "mode": "markers", **trace, **place, **_of_dots(shown, trace)})
                in_legend.add(kind)
        names += names_above(axis["tickvals"], ending, axis["tickvals"], UP)
        figure[f"xaxis{ending}"] = {"side": "top", "anchor": y, "showgrid": True, "zeroline": False, **axes[panel]}
        figure[f"yaxis{ending}"] = axis | {"anchor": x, "domain": [bottom / drawn, top / drawn]}
        top = bottom - BETWEEN
    return go.Figure({"data": data, "layout": figure | {"annotations": names}})


def _axis_of_rows(dots: pd.DataFrame) -> dict[str, Any]:
    """An axis with a row per name from the bottom up, and an empty one above a name for each further line of it."""
    names = list(dict.fromkeys(dots["label"]))
    rows = [f"{name}{'<br>' * line}" for name in names for line in range(len(wrapped(name).split("<br>")))]
    return {
        "type": "category", "categoryorder": "array", "categoryarray": rows, "range": [-BELOW, len(rows) - BELOW],
        "tickvals": names, "showticklabels": False, "showgrid": True, "gridcolor": GRID,
    }  # fmt: skip


def _of_dots(dots: pd.DataFrame, trace: dict[str, Any]) -> dict[str, Any]:
    """What a trace says of each of its dots."""
    each: dict[str, Any] = {"x": dots["x"], "y": dots["label"], "text": dots["label"].map(wrapped)}
    if "customdata" in trace:
        each["customdata"] = dots[trace["customdata"]]
    if "error_x" in trace:
        ends = {"array": dots["high"] - dots["x"], "arrayminus": dots["x"] - dots["low"]}
        each["error_x"] = trace["error_x"] | ends
    return each

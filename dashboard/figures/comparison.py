"""Models of one text side by side: a dot per model with its interval, a panel per way of counting."""

import html
from math import log

import pandas as pd
import plotly.graph_objects as go

from dashboard.figures.forest import forest_figure
from dashboard.figures.style import CONTROL, FOUND, QUIET, axis

KINDS = {  # kind -> (name in the legend, marker)
    "chosen": ("this model", {"size": 15, "color": FOUND}),
    "dynamic": ("adapting as it reads", {"size": 13, "symbol": "triangle-up", "color": FOUND}),
    "model": ("other models", {"size": 12, "color": "rgba(0, 0, 0, 0)", "line": {"width": 2.5, "color": FOUND}}),
    "n-gram": ("best n-gram model", {"size": 12, "symbol": "square", "color": CONTROL}),
    "paper": ("the paper", {"size": 13, "symbol": "diamond", "color": QUIET}),
}
COMMON = {
    "customdata": ["bits", "interval"],
    "error_x": {"color": QUIET, "thickness": 2, "width": 5},
    "hovertemplate": "<b>%{text}</b><br>%{x:.3f} nats · %{customdata[0]:.3f} bits%{customdata[1]}<extra></extra>",
}


def comparison_figure(results: pd.DataFrame) -> go.Figure:
    """Test losses, lowest at the top.

    Args:
        results: a row per dot, with `panel` (the axis title: what the loss is a mean over), `label`, `kind` (a key of
            `KINDS`), `nats`, `low`, `high` (NaN without an interval).
    """
    interval = [
        f"<br>95 % interval {low:.3f} to {high:.3f}" if low == low else ""
        for low, high in zip(results["low"], results["high"], strict=True)
    ]
    labels = results["label"].map(html.escape)  # Plotly reads some HTML, and a model is called what people called it
    dots = results.assign(label=labels, x=results["nats"], bits=results["nats"] / log(2), interval=interval)
    traces = {kind: {"name": name, "marker": marker, **COMMON} for kind, (name, marker) in KINDS.items()}
    axes = {str(panel): axis(str(panel), range=_range_of(part)) for panel, part in dots.groupby("panel", sort=False)}
    return forest_figure(dots.sort_values("nats", ascending=False), traces, axes)


def _range_of(dots: pd.DataFrame) -> list[float]:
    """The range of all dots and intervals, with some room."""
    lowest = float(dots[["x", "low"]].min().min())
    highest = float(dots[["x", "high"]].max().max())
    room = 0.06 * (highest - lowest) or 0.1
    return [lowest - room, highest + room]

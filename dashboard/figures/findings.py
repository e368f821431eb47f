"""The search's findings as figures: data in, figure out."""

from collections.abc import Iterator
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from dashboard.figures.forest import forest_figure
from dashboard.figures.style import CONTROL, FOUND, GRID, LABEL, QUIET, axis, layout, legend
from models.units import symbol_of

PANELS = {  # measure -> (axis title, range)
    "AUROC": ("AUROC: .5 is chance, 1 is perfect", (0.45, 1.01)),
    "Spearman": ("Spearman's correlation: 0 is chance", (-0.05, 1.02)),
    "η²": ("η²: the share of variance explained", (-0.05, 1.02)),
}
COLORS = {"hidden": CONTROL, "cell": FOUND}


def _control(name: str, **marker: Any) -> dict[str, Any]:
    return {"name": name, "marker": marker, "hovertemplate": f"{name}: %{{x:.3f}}<extra></extra>"}


def _unit(name: str, interval: str, **marker: Any) -> dict[str, Any]:
    return {
        "name": name,
        "marker": marker,
        "customdata": "row",
        "error_x": {"color": interval, "thickness": 2, "width": 0},
        "hovertemplate": "%{text}<br>%{x:.3f}<extra></extra>",
        "cliponaxis": False,
    }


CONTROLS = {  # by column
    "ngram": _control("n-gram baseline", symbol="diamond", size=9, color=CONTROL),
    "untrained": _control("untrained networks", symbol="line-ns", size=13, line={"width": 3, "color": CONTROL}),
    "null_95": _control("null labels", symbol="line-ns", size=9, line={"width": 2, "color": QUIET}),
    "rotated": _control("rotated layer", symbol="triangle-up-open", size=9, color=QUIET),
    "delimiter_swap": _control("swapped delimiters", symbol="square-open", size=8, color=QUIET),
}
UNITS = {
    "clear": _unit("best unit: detector or ramp", FOUND, size=13, color=FOUND),
    "local": _unit("best unit: local", QUIET, size=12, symbol="circle-open", color=FOUND, line={"width": 2.5}),
    "none": _unit("best unit: short of the rule", QUIET, size=12, symbol="x-thin", line={"width": 2.5, "color": QUIET}),
}


def findings_figure(best: pd.DataFrame) -> go.Figure:
    """A forest plot: each concept's best unit with its interval, and the controls on the same axis.

    Args:
        best: one row per concept, best first, with `title`, `name`, `symbol`, `score`, `ci_low`, `ci_high`, `measure`,
            `clear`, `verdict` and the controls; a click on a dot returns the row's index.
    """
    units = zip(best["title"], best["name"], best["symbol"], strict=True)
    rows = best.assign(
        panel=best["measure"],
        label=[f"{title}  <b>{name}</b> {symbol}" for title, name, symbol in units],
        row=best.index,
        kind=best["verdict"].where(~best["clear"], "clear").replace({"detector": "none", "ramp": "none"}),
        x=best["score"],
        low=best["ci_low"],
        high=best["ci_high"],
    ).iloc[::-1]
    dots = pd.concat([rows, *(rows.assign(kind=control, x=rows[control]) for control in CONTROLS)])
    lowest = dots.groupby("panel")["x"].min() - 0.03  # a dot outside of its axis could not be seen or clicked
    axes = {
        measure: axis(title, range=[min(low, lowest.get(measure, low)), high], gridcolor=GRID)
        for measure, (title, (low, high)) in PANELS.items()
    }
    return forest_figure(dots, CONTROLS | UNITS, axes, clickmode="event+select")


def share_figure(share: pd.DataFrame, published: float = 0.05) -> go.Figure:
    """The share of interpretable units against the AUROC required; the post's estimate as a line.

    Args:
        share: `source` (trained, rotated, untrained), `state`, `threshold`, `share` and `concepts` (how many different
            ones these units detect).
        published: the share that the post names.
    """
    figure = go.Figure()
    lines = {"trained": ("solid", 3.0), "rotated": ("dash", 2.0), "untrained": ("dot", 2.0)}
    for rows, curve in _curves(share, lines):
        figure.add_scatter(
            x=rows["threshold"],
            y=rows["share"],
            customdata=rows["concepts"],
            mode="lines",
            hovertemplate="AUROC ≥ %{x:.2f}: %{y:.1%} of the units, %{customdata:.0f} concepts<extra></extra>",
            **curve,
        )
    _add_level(figure, published, "“about 5 %” (Karpathy 2015)")
    shares = {"title": {"text": "share of units", "font": LABEL}, "tickformat": ".0%", "rangemode": "tozero"}
    return _with_layout(figure, 340, axis("minimum of AUROC and stratified AUROC"), shares)


def probes_figure(probes: pd.DataFrame, measure: str, ngram: float) -> go.Figure:
    """How well the best 1, 2, 4, 8 and 16 units together predict one concept, trained and untrained.

    Args:
        probes: of one concept, with `source`, `state`, `size` and `score`.
        measure: what the score is, for the axis.
        ngram: what the best n-gram baseline reaches; NaN for none.
    """
    figure = go.Figure()
    for rows, curve in _curves(probes, {"trained": ("solid", 2.5), "untrained": ("dot", 2.5)}):
        sizes, hover = rows["size"].astype(str), "%{x} units: %{y:.3f}<extra></extra>"
        figure.add_scatter(x=sizes, y=rows["score"], mode="lines+markers", hovertemplate=hover, **curve)
    if ngram == ngram:
        _add_level(figure, ngram, "n-gram baseline")
    return _with_layout(figure, 320, axis("units together", type="category"), axis(measure))


def _curves(table: pd.DataFrame, lines: dict[str, tuple[str, float]]) -> Iterator[tuple[pd.DataFrame, dict[str, Any]]]:
    """The rows of each source and state, with the name and the line of their curve; `lines` are dashes and widths."""
    for (source, state), rows in table.groupby(["source", "state"], sort=False):
        dash, width = lines[str(source)]
        line = {"dash": dash, "width": width, "color": COLORS.get(str(state), QUIET)}
        yield rows, {"name": f"{symbol_of(str(state))}, {source}", "line": line}


def _add_level(figure: go.Figure, y: float, name: str) -> None:
    figure.add_hline(y=y, line={"dash": "dot", "color": QUIET}, annotation={"text": name, "font": LABEL})


def _with_layout(figure: go.Figure, height: int, x: dict[str, Any], y: dict[str, Any]) -> go.Figure:
    return figure.update_layout(layout(height, 40, 24, 52, xaxis=x, yaxis=y, legend=legend()))

"""One unit and one concept: distribution of activations, means around events, lead or lag.

Each figure is made in one call from plain data: this page has many, and Plotly is slow to change one.
"""

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from jaxtyping import Float64

from dashboard.figures.panels import axes_of, panel_titles
from dashboard.figures.style import CONTROL, FAINT, FOUND, LABEL, QUIET

HEIGHT = 300
LEGEND = {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0, "font": LABEL, "traceorder": "reversed"}
BAND, INSIDE, OUTSIDE = "rgba(38, 120, 210, 0.22)", "rgba(38, 120, 210, 0.6)", "rgba(128, 128, 128, 0.35)"
ROW_HEIGHT = 30
GAP = 0.05


def histogram_figure(
    edges: Float64[np.ndarray, " edge"],
    inside: Float64[np.ndarray, " bin"],
    outside: Float64[np.ndarray, " bin"],
    names: tuple[str, str],
    axis: str,
    threshold: float | None,
) -> go.Figure:
    """Two histograms over the same bins, each as shares of its own characters.

    Args:
        edges: of the bins, one more than there are bins.
        inside: share per bin.
        outside: share per bin.
        names: the names of inside and outside.
        axis: the name of the activation.
        threshold: the threshold chosen by the search, if any.
    """
    hover = f"{axis} %{{x:.2f}}: %{{y:.1%}}<extra>%{{fullData.name}}</extra>"
    data = [
        {
            "type": "bar", "x": (edges[:-1] + edges[1:]) / 2, "y": share, "width": np.diff(edges), "name": name,
            "hovertemplate": hover, "marker": {"color": color, "line": {"width": 0}},
        }
        for share, name, color in ((outside, names[1], OUTSIDE), (inside, names[0], INSIDE))
    ]  # fmt: skip
    shown = threshold is not None and edges[0] <= threshold <= edges[-1]
    shares = {"title": {"text": "share of characters", "font": LABEL}, "tickfont": LABEL, "tickformat": ".0%"}
    line = {"color": CONTROL, "width": 2, "dash": "dash"}
    layout = _layout(HEIGHT, 40, _axis(axis), shares) | {
        "barmode": "overlay",
        "bargap": 0,
        "showlegend": True,
        "legend": LEGEND,
        "shapes": [_upright(threshold, line)] if shown else [],
    }
    return go.Figure({"data": data, "layout": layout})


def amount_figure(amounts: pd.DataFrame, title: str, axis: str) -> go.Figure:
    """The mean activation by amount, with the band that holds 80 % of the characters.

    Args:
        amounts: columns `amount`, `mean`, `low`, `high`.
        title: the name of the amount.
        axis: the name of the activation.
    """
    mean = _line(amounts["amount"], amounts["mean"], f"{title} %{{x:.4~g}}: mean {axis} %{{y:.2f}}<extra></extra>")
    data = [_band(amounts["amount"], amounts["low"], amounts["high"]), mean]
    layout = _layout(HEIGHT, 16, _axis(title), _axis(f"{axis}, mean and 80 % band"))
    return go.Figure({"data": data, "layout": layout})


def peri_event_figure(panels: pd.DataFrame, axis: str) -> go.Figure:
    """The mean activation around events, a panel per kind of event, with a 95 % band.

    Args:
        panels: a row per event and lag, with `event` (the panel's title), `lag`, `mean`, `low`, `high`.
        axis: the name of the activation.
    """
    names = list(dict.fromkeys(panels["event"]))
    data, shapes = [], []
    layout = _layout(HEIGHT, 40, {}, {}) | {"annotations": panel_titles(names, GAP), "shapes": shapes}
    for name, place in zip(names, axes_of(names, GAP), strict=True):
        part, on = panels[panels["event"] == name], {"xaxis": place.x, "yaxis": place.y}
        mean = _line(part["lag"], part["mean"], "%{x:+d} characters: %{y:.2f}<extra></extra>")
        data += [_band(part["lag"], part["low"], part["high"]) | on, mean | on]
        shapes.append(_upright(0, {"color": FAINT, "width": 1.5, "dash": "dot"}, place.x, place.y))
        layout[place.x_key] = _axis("characters after the event") | {"domain": place.domain, "anchor": place.y}
        first = place.number == 1
        layout[place.y_key] = (_axis(f"mean {axis}") if first else {"matches": "y", "showticklabels": False}) | {
            "anchor": place.x
        }
    return go.Figure({"data": data, "layout": layout})


def lead_figure(agreement: dict[int, float], measure: str) -> go.Figure:
    """How well the unit now agrees with the concept at earlier and later characters."""
    lags, values = list(agreement), list(agreement.values())
    best = max(lags, key=lambda lag: abs(agreement[lag] - (0.5 if measure == "AUROC" else 0)))
    sizes, colors = zip(*((14, FOUND) if lag == best else (9, QUIET) for lag in lags), strict=True)
    dots = {
        "type": "scatter", "x": lags, "y": values, "mode": "lines+markers", "line": {"color": QUIET, "width": 2},
        "marker": {"size": sizes, "color": colors, "opacity": 1}, "cliponaxis": False,
        "hovertemplate": f"%{{x:+d}} characters: {measure} %{{y:.3f}}<extra></extra>",
    }  # fmt: skip
    ticks = ["now" if lag == 0 else f"{lag:+d}".replace("-", "−") for lag in lags]
    ahead = _axis("lag of the concept, in characters")
    ahead |= {"tickvals": lags, "ticktext": ticks, "range": [min(lags) - 0.4, max(lags) + 0.4]}
    return go.Figure({"data": [dots], "layout": _layout(HEIGHT, 16, ahead, _axis(measure))})


def movers_figure(movers: pd.DataFrame) -> go.Figure:
    """How much events change a unit, with intervals, from the top down.

    Args:
        movers: columns `label`, `change`, `low`, `high`.
    """
    change, rows = movers["change"], list(range(len(movers)))
    bars = {
        "type": "bar", "orientation": "h", "x": change, "y": rows, "customdata": list(movers["label"]),
        "marker": {"color": [CONTROL if value > 0 else FOUND for value in change]},
        "hovertemplate": "%{customdata}: %{x:+.2f}<extra></extra>",
        "error_x": {
            "array": movers["high"] - change, "arrayminus": change - movers["low"], "color": QUIET, "thickness": 2,
            "width": 4,
        },
    }  # fmt: skip
    names = {
        "tickvals": rows, "ticktext": list(movers["label"]), "range": [len(rows) - 0.5, -0.5], "tickfont": LABEL,
        "automargin": True, "showgrid": False, "zeroline": False,
    }  # fmt: skip
    changes = _axis("change over the event, in standard deviations of the unit") | {"zerolinecolor": FAINT}
    layout = _layout(60 + ROW_HEIGHT * len(rows), 4, changes, names) | {"bargap": 0.35}
    return go.Figure({"data": [bars], "layout": layout})


def _line(x: pd.Series, y: pd.Series, hover: str) -> dict[str, Any]:
    line = {"color": FOUND, "width": 3}
    return {"type": "scatter", "x": x, "y": y, "mode": "lines", "line": line, "hovertemplate": hover}


def _band(x: pd.Series, low: pd.Series, high: pd.Series) -> dict[str, Any]:
    return {
        "type": "scatter", "x": [*x, *x[::-1]], "y": [*low, *high[::-1]], "fill": "toself", "fillcolor": BAND,
        "line": {"width": 0}, "mode": "lines", "hoverinfo": "skip", "showlegend": False,
    }  # fmt: skip


def _upright(x: float | None, line: dict[str, Any], on: str = "x", along: str = "y") -> dict[str, Any]:
    """A line from the bottom to the top of a panel."""
    return {"type": "line", "x0": x, "x1": x, "xref": on, "y0": 0, "y1": 1, "yref": f"{along} domain", "line": line}


def _axis(title: str) -> dict[str, Any]:
    return {"title": {"text": title, "font": LABEL}, "tickfont": LABEL}


def _layout(height: int, top: int, x: dict[str, Any], y: dict[str, Any]) -> dict[str, Any]:
    margin = {"l": 8, "r": 8, "t": top, "b": 8}
    return {"height": height, "margin": margin, "dragmode": False, "showlegend": False, "xaxis": x, "yaxis": y}

"""One unit and one concept: distribution of activations, means around events, lead or lag.

Each figure is made in one call from plain data: this page has many, and Plotly is slow to change one.
"""

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from jaxtyping import Float64

from dashboard.figures.panels import bars, panel_titles, panels_of
from dashboard.figures.style import CONTROL, FAINT, FOUND, GRID, QUIET, axis, layout, legend, names_above, wrapped

HEIGHT = 300
BAND, INSIDE, OUTSIDE = "rgba(38, 120, 210, 0.22)", "rgba(38, 120, 210, 0.6)", "rgba(128, 128, 128, 0.35)"
EVENT_HEIGHT, BETWEEN = 170, 44  # of a panel; between two; in pixels
ROW_HEIGHT, UP = 44, 10  # of a bar with its name above; from the middle of a bar up to its name; in pixels


def histogram_figure(
    edges: Float64[np.ndarray, " edge"],
    inside: Float64[np.ndarray, " bin"],
    outside: Float64[np.ndarray, " bin"],
    names: tuple[str, str],
    activation: str,
    threshold: float | None,
) -> go.Figure:
    """Two histograms over the same bins, each as shares of its own characters.

    Args:
        edges: of the bins, one more than there are bins.
        inside: share per bin.
        outside: share per bin.
        names: the names of inside and outside.
        activation: the name of the activation.
        threshold: the threshold chosen by the search, if any.
    """
    hover = f"{activation} %{{x:.2f}}: %{{y:.1%}}<extra>%{{fullData.name}}</extra>"
    data = [
        {
            "type": "bar", "x": (edges[:-1] + edges[1:]) / 2, "y": share, "width": np.diff(edges), "name": name,
            "hovertemplate": hover, "marker": {"color": color, "line": {"width": 0}},
        }
        for share, name, color in ((outside, names[1], OUTSIDE), (inside, names[0], INSIDE))
    ]  # fmt: skip
    shown = threshold is not None and edges[0] <= threshold <= edges[-1]
    drawn = layout(
        HEIGHT,
        40,
        xaxis=axis(activation),
        yaxis=axis("share of characters", tickformat=".0%"),
        barmode="overlay",
        bargap=0,
        showlegend=True,
        legend=legend(1.02, traceorder="reversed"),
        shapes=[_upright(threshold, {"color": CONTROL, "width": 2, "dash": "dash"})] if shown else [],
    )
    return go.Figure({"data": data, "layout": drawn})


def amount_figure(amounts: pd.DataFrame, title: str, activation: str) -> go.Figure:
    """The mean activation by amount, with the band that holds 80 % of the characters.

    Args:
        amounts: columns `amount`, `mean`, `low`, `high`.
        title: the name of the amount.
        activation: the name of the activation.
    """
    hover = f"{title} %{{x:.4~g}}: mean {activation} %{{y:.2f}}<extra></extra>"
    data = [_band(amounts["amount"], amounts), _mean(amounts["amount"], amounts, hover)]
    return _figure(data, axis(wrapped(title, 36)), axis(f"{activation}, mean and 80 % band"))


def peri_event_figure(panels: pd.DataFrame, activation: str) -> go.Figure:
    """The mean activation around events, a panel per kind of event, one below the other, with a 95 % band.

    Args:
        panels: a row per event and lag, with `event` (the panel's title), `lag`, `mean`, `low`, `high`.
        activation: the name of the activation.
    """
    names = list(dict.fromkeys(panels["event"]))
    drawn_height = len(names) * (EVENT_HEIGHT + BETWEEN) - BETWEEN
    places = panels_of(names, 1, between=BETWEEN / drawn_height)
    data, shapes = [], []
    drawn = layout(drawn_height + 84, 28, showlegend=False, annotations=panel_titles(names, places), shapes=shapes)
    for name, (ending, _, upward) in zip(names, places, strict=True):
        part, x, y = panels[panels["event"] == name], f"x{ending}", f"y{ending}"
        mean = _mean(part["lag"], part, "%{x:+d} characters: %{y:.2f}<extra></extra>")
        data += [trace | {"xaxis": x, "yaxis": y} for trace in (_band(part["lag"], part), mean)]
        shapes.append(_upright(0, {"color": FAINT, "width": 1.5, "dash": "dot"}, x, y))
        last = name == names[-1]
        drawn[f"xaxis{ending}"] = (axis("characters after the event") if last else {"showticklabels": False}) | {
            "anchor": y,
            "zeroline": False,
        }
        drawn[f"yaxis{ending}"] = axis(
            f"mean {activation}", domain=upward, anchor=x, **({"matches": "y"} if ending else {})
        )
    return go.Figure({"data": data, "layout": drawn})


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
    ahead = {"tickvals": lags, "ticktext": ticks, "range": [min(lags) - 0.4, max(lags) + 0.4]}
    return _figure([dots], axis("lag of the concept, in characters", **ahead), axis(measure))


def movers_figure(movers: pd.DataFrame) -> go.Figure:
    """How much events change a unit, with intervals, from the top down.

    Args:
        movers: columns `label`, `change`, `low`, `high`.
    """
    change = movers["change"]
    trace, names = bars(movers["label"], change)
    ends = {"array": movers["high"] - change, "arrayminus": change - movers["low"]}
    trace |= {"error_x": {**ends, "color": QUIET, "thickness": 2, "width": 4}}
    changes = axis("change, in standard deviations", zerolinecolor=FAINT)
    names |= {"range": [len(movers) - 0.64, -0.64], "showticklabels": False, "showgrid": True, "gridcolor": GRID}
    above = names_above(list(movers["label"]), "", trace["y"], UP)
    height = 60 + ROW_HEIGHT * len(movers)
    drawn = layout(height, 4, 16, showlegend=False, bargap=0.6, xaxis=changes, yaxis=names, annotations=above)
    return go.Figure({"data": [trace], "layout": drawn})


def _figure(data: list[dict[str, Any]], x: dict[str, Any], y: dict[str, Any]) -> go.Figure:
    return go.Figure({"data": data, "layout": layout(HEIGHT, 16, showlegend=False, xaxis=x, yaxis=y)})


def _mean(x: pd.Series, values: pd.DataFrame, hover: str) -> dict[str, Any]:
    line = {"color": FOUND, "width": 3}
    return {"type": "scatter", "x": x, "y": values["mean"], "mode": "lines", "line": line, "hovertemplate": hover}


def _band(x: pd.Series, values: pd.DataFrame) -> dict[str, Any]:
    return {
        "type": "scatter", "x": [*x, *x[::-1]], "y": [*values["low"], *values["high"][::-1]], "fill": "toself",
        "fillcolor": BAND, "line": {"width": 0}, "mode": "lines", "hoverinfo": "skip", "showlegend": False,
    }  # fmt: skip


def _upright(x: float | None, line: dict[str, Any], on: str = "x", along: str = "y") -> dict[str, Any]:
    """A line from the bottom to the top of a panel."""
    return {"type": "line", "x0": x, "x1": x, "xref": on, "y0": 0, "y1": 1, "yref": f"{along} domain", "line": line}

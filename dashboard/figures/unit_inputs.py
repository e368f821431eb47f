"""What drives the gates of a unit up and down, and what the unit predicts: panels of bars."""

from collections.abc import Callable
from math import floor, log10
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from dashboard.figures.panels import bars, panel_titles, panels_of
from dashboard.figures.style import FAINT, LABEL, layout

ROW_HEIGHT, BETWEEN = 24, 64  # of a bar; between two rows of panels; in pixels
COLUMNS, GAP = 2, 0.05  # panels in a row, and the share of the width between them: readable on a phone too
Drawn = tuple[list[dict[str, Any]], list[float], dict[str, Any]]  # traces, range of values, axis with the names


def inputs_figure(inputs: pd.DataFrame) -> go.Figure:
    """A panel per gate, with its inputs in row order, each named across from its bar; all panels share one scale.

    Args:
        inputs: columns `gate` (the panel's title), `label` and `push`.
    """
    return _figure(inputs, "gate", _both_ways)


def predictions_figure(characters: pd.DataFrame) -> go.Figure:
    """What a unit makes more likely in one panel, less likely in the other; all are named where their bars begin.

    Args:
        characters: columns `side` (the panel's title), `label` and `push`, which has one sign in each panel.
    """
    return _figure(characters, "side", _one_way)


def _both_ways(part: pd.DataFrame, widest: float) -> Drawn:
    trace, names = bars(part["label"], part["push"])
    named = {
        "type": "scatter", "mode": "text", "x": [0] * len(part), "y": trace["y"], "textfont": LABEL,
        "text": [f"\u2004{label}\u2004" for label in part["label"]], "hoverinfo": "skip", "cliponaxis": False,
        "textposition": ["middle left" if push > 0 else "middle right" for push in part["push"]],
    }  # fmt: skip
    return [trace, named], [-widest, widest], names | {"showticklabels": False}


def _one_way(part: pd.DataFrame, widest: float) -> Drawn:
    trace, names = bars(part["label"], part["push"])
    if (part["push"] < 0).any():
        return [trace], [-widest, 0], names | {"side": "right"}
    return [trace], [0, widest], names


def _figure(table: pd.DataFrame, by: str, panel: Callable[[pd.DataFrame, float], Drawn]) -> go.Figure:
    parts = {str(name): part for name, part in table.groupby(by, sort=False)}
    widest = 1.1 * float(table["push"].abs().max() or 1)
    tick, rows = _round_below(0.85 * widest), -(-len(parts) // COLUMNS)
    inside = rows * (ROW_HEIGHT * max(map(len, parts.values())) + BETWEEN) - BETWEEN
    places = panels_of(list(parts), COLUMNS, GAP, BETWEEN / inside)
    drawn = layout(inside + 60, 28, showlegend=False, bargap=0.3, annotations=panel_titles(list(parts), places))
    data = []
    for (name, part), (ending, across, upward) in zip(parts.items(), places, strict=True):
        traces, limits, names = panel(part, widest)
        data += [trace | {"xaxis": f"x{ending}", "yaxis": f"y{ending}", "name": name} for trace in traces]
        drawn[f"xaxis{ending}"] = {
            "domain": across, "anchor": f"y{ending}", "range": limits, "tickfont": LABEL, "zeroline": True,
            "tickvals": [-tick, 0, tick], "tickangle": 0, "zerolinecolor": FAINT, "zerolinewidth": 1,
        }  # fmt: skip
        drawn[f"yaxis{ending}"] = {"anchor": f"x{ending}", "domain": upward, **names}
    return go.Figure({"data": data, "layout": drawn})


def _round_below(number: float) -> float:
    """The largest of 1, 2 and 5 times a power of ten that is not above a number."""
    power = 10.0 ** floor(log10(number))
    return float(f"{max(step for step in (1, 2, 5) if step * power <= number * (1 + 1e-9)) * power:g}")

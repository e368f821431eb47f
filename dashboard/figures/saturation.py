"""How often each unit's gates are wide open or shut, as in figure 3 of Karpathy, Johnson and Fei-Fei."""

import pandas as pd
import plotly.graph_objects as go

from dashboard.figures.panels import panel_titles, panels_of
from dashboard.figures.style import FAINT, LAYERS, axis, layout, legend
from models.units import Unit

HEIGHT = 340
HOVER = "<b>%{customdata[2]}</b><br>open %{x:.0%} of the time<br>shut %{y:.0%}<extra></extra>"


def saturation_figure(gate: str, units: pd.DataFrame) -> go.Figure:
    """One gate: a dot per unit, colored by its layer; a dot's customdata are layer, unit and name.

    Args:
        gate: its name.
        units: a row per unit, with `layer`, `unit`, `right` (share of time above .9) and `left` (share of time below
            .1). The two shares add up to at most 1, so the legend in the upper right corner covers no dot.
    """
    names = [f"{gate} gate"]
    line = {"color": FAINT, "width": 1, "dash": "dot"}
    diagonal = {"type": "line", "x0": 0, "y0": 1, "x1": 1, "y1": 0, "line": line, "layer": "below"}
    share = {"range": [-0.02, 1.02], "tickformat": ".0%", "dtick": 0.5}
    drawn = layout(
        HEIGHT,
        28,
        16,
        xaxis=axis("open (> .9), share of the time", **share),
        yaxis=axis("shut (< .1), share of the time", **share),
        annotations=panel_titles(names, panels_of(names, 1)),
        shapes=[diagonal],
        showlegend=True,
        legend=legend(orientation="v", x=1, xanchor="right", yanchor="top", bgcolor="rgba(0, 0, 0, 0)"),
        clickmode="event+select",
    )
    return go.Figure({"data": [_dots(int(layer), part) for layer, part in units.groupby("layer")], "layout": drawn})  # pyright: ignore[reportArgumentType]


def _dots(layer: int, units: pd.DataFrame) -> dict:
    return {
        "type": "scatter", "x": units["right"], "y": units["left"], "mode": "markers", "name": f"layer {layer}",
        "customdata": [(layer, int(unit), str(Unit(layer, int(unit)))) for unit in units["unit"]],
        "marker": {"size": 8, "opacity": 0.65, "color": LAYERS[(layer - 1) % len(LAYERS)]},
        "hovertemplate": HOVER, "cliponaxis": False,
    }  # fmt: skip

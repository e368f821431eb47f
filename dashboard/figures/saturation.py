"""How often each unit's gates are wide open or shut, as in figure 3 of Karpathy, Johnson and Fei-Fei."""

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from dashboard.figures.style import FAINT, LABEL, LAYERS, axis, layout, legend
from models.units import Unit

HEIGHT = 410
HOVER = "<b>%{customdata[2]}</b><br>open %{x:.0%} of the time<br>shut %{y:.0%}<extra></extra>"


def saturation_figure(gates: pd.DataFrame) -> go.Figure:
    """One panel per gate, a dot per unit, colored by its layer; a dot's customdata are layer, unit and name.

    Args:
        gates: a row per gate and unit, with `gate`, `layer`, `unit`, `right` (share of time above .9) and `left` (share
            of time below .1).
    """
    names = list(dict.fromkeys(gates["gate"]))
    figure = make_subplots(1, len(names), subplot_titles=[f"{name} gate" for name in names], shared_yaxes=True)
    for column, gate in enumerate(names, 1):
        at = {"row": 1, "col": column}
        for layer, part in gates[gates["gate"] == gate].groupby("layer"):
            units = [(int(layer), int(unit), str(Unit(int(layer), int(unit)))) for unit in part["unit"]]  # pyright: ignore[reportArgumentType]
            figure.add_scatter(
                x=part["right"],
                y=part["left"],
                customdata=units,
                mode="markers",
                name=f"layer {layer}",
                legendgroup=f"layer {layer}",
                showlegend=column == 1,
                marker={"size": 8, "opacity": 0.65, "color": LAYERS[(int(layer) - 1) % len(LAYERS)]},  # pyright: ignore[reportArgumentType]
                hovertemplate=HOVER,
                cliponaxis=False,
                **at,
            )
        line = {"color": FAINT, "width": 1, "dash": "dot"}
        figure.add_scatter(x=[0, 1], y=[1, 0], mode="lines", line=line, hoverinfo="skip", showlegend=False, **at)
    share = {"range": [-0.02, 1.02], "tickformat": ".0%", "dtick": 0.5}
    figure.update_xaxes(axis("open (> .9), share of the time", **share))
    figure.update_yaxes(tickfont=LABEL, **share).update_yaxes(axis("shut (< .1), share of the time"), col=1)
    return figure.update_layout(layout(HEIGHT, 64, legend=legend(1.1), clickmode="event+select"))

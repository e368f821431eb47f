"""How often each unit's gates are wide open or shut, as in figure 3 of Karpathy, Johnson and Fei-Fei."""

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from dashboard.figures.style import FAINT, LABEL, LAYERS
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
                row=1,
                col=column,
            )
        figure.add_scatter(
            x=[0, 1],
            y=[1, 0],
            mode="lines",
            line={"color": FAINT, "width": 1, "dash": "dot"},
            hoverinfo="skip",
            showlegend=False,
            row=1,
            col=column,
        )
    share = {"range": [-0.02, 1.02], "tickformat": ".0%", "dtick": 0.5, "tickfont": LABEL}
    figure.update_xaxes(title={"text": "open (> .9), share of the time", "font": LABEL}, **share)
    figure.update_yaxes(**share)
    figure.update_yaxes(title={"text": "shut (< .1), share of the time", "font": LABEL}, col=1)
    figure.update_layout(
        height=HEIGHT,
        margin={"l": 8, "r": 8, "t": 64, "b": 8},
        legend={"orientation": "h", "y": 1.1, "yanchor": "bottom", "x": 0, "font": LABEL},
        dragmode=False,
        clickmode="event+select",
    )
    return figure

"""Models of one text side by side: a dot per model with its interval, a panel per way of counting."""

from math import log

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from dashboard.figures.style import CONTROL, FOUND, LABEL, QUIET

ROW_HEIGHT, GAP = 36, 96  # pixels: of a row, and between two panels
MARGIN = {"l": 8, "r": 24, "t": 44, "b": 64}
KINDS = {  # kind -> (name in the legend, marker)
    "chosen": ("this model", {"size": 15, "color": FOUND}),
    "model": ("other models", {"size": 12, "color": "rgba(0, 0, 0, 0)", "line": {"width": 2.5, "color": FOUND}}),
    "dynamic": ("adapting as it reads", {"size": 13, "symbol": "triangle-up", "color": FOUND}),
    "n-gram": ("best n-gram model", {"size": 12, "symbol": "square", "color": CONTROL}),
    "paper": ("the paper", {"size": 13, "symbol": "diamond", "color": QUIET}),
}
HOVER = "<b>%{y}</b><br>%{x:.3f} nats · %{customdata[0]:.3f} bits%{customdata[1]}<extra></extra>"


def comparison_figure(results: pd.DataFrame) -> go.Figure:
    """Test losses, lowest at the top.

    Args:
        results: a row per dot, with `panel` (the axis title: what the loss is a mean over), `label`, `kind` (a key of
            `KINDS`), `nats`, `low`, `high` (NaN without an interval).
    """
    panels = list(dict.fromkeys(results["panel"]))
    rows = [results[results["panel"] == panel]["label"].nunique() for panel in panels]
    drawn = ROW_HEIGHT * sum(rows) + GAP * (len(rows) - 1)
    figure = make_subplots(len(panels), 1, row_heights=rows, vertical_spacing=GAP / drawn if len(panels) > 1 else 0)
    shown: set[str] = set()
    for number, panel in enumerate(panels, 1):
        part = results[results["panel"] == panel].sort_values("nats", ascending=False)
        for kind, dots in part.groupby("kind"):
            _add_dots(figure, dots, str(kind), kind not in shown, number)
            shown.add(str(kind))
        figure.update_xaxes(title={"text": panel, "font": LABEL}, tickfont=LABEL, row=number, col=1)
        figure.update_yaxes(
            categoryorder="array",
            categoryarray=list(dict.fromkeys(part["label"])),
            range=[-0.6, rows[number - 1] - 0.4],
            tickfont=LABEL,
            automargin=True,
            row=number,
            col=1,
        )
    figure.update_layout(
        height=drawn + MARGIN["t"] + MARGIN["b"],
        margin=MARGIN,
        legend={"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0, "font": LABEL},
        dragmode=False,
    )
    return figure


def _add_dots(figure: go.Figure, dots: pd.DataFrame, kind: str, in_legend: bool, panel: int) -> None:
    name, marker = KINDS[kind]
    interval = [
        f"<br>95 % interval {low:.3f} to {high:.3f}" if low == low else ""
        for low, high in zip(dots["low"], dots["high"], strict=True)
    ]
    figure.add_scatter(
        x=dots["nats"],
        y=dots["label"],
        customdata=list(zip(dots["nats"] / log(2), interval, strict=True)),
        error_x={
            "array": dots["high"] - dots["nats"],
            "arrayminus": dots["nats"] - dots["low"],
            "color": QUIET,
            "thickness": 2,
            "width": 5,
        },
        mode="markers",
        marker=marker,
        name=name,
        legendgroup=kind,
        showlegend=in_legend,
        hovertemplate=HOVER,
        row=panel,
        col=1,
    )

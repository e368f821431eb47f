"""What drives the gates of a unit up and down: a panel of bars per gate."""

import pandas as pd
import plotly.graph_objects as go

from dashboard.figures.panels import axes_of, panel_titles
from dashboard.figures.style import CONTROL, FAINT, FOUND, LABEL

ROW_HEIGHT = 24
UP, DOWN = CONTROL, FOUND  # as activations: high and low
GAP = 0.09  # between two panels, as a share of the width: room for the names of rows


def inputs_figure(inputs: pd.DataFrame) -> go.Figure:
    """A panel per gate, with its inputs in row order; all panels share one scale.

    Args:
        inputs: columns `gate` (the panel's title), `label` and `push`.
    """
    panels = [(str(gate), part) for gate, part in inputs.groupby("gate", sort=False)]
    widest = 1.1 * float(inputs["push"].abs().max() or 1)
    names = [gate for gate, _ in panels]
    layout = {
        "height": 64 + ROW_HEIGHT * max(len(part) for _, part in panels),
        "margin": {"l": 8, "r": 8, "t": 32, "b": 8},
        "showlegend": False,
        "bargap": 0.3,
        "dragmode": False,
        "annotations": panel_titles(names, GAP),
    }
    data = []
    for (gate, part), place in zip(panels, axes_of(names, GAP), strict=True):
        pushes = part["push"].to_numpy()
        rows, colors = list(range(len(part))), [UP if push > 0 else DOWN for push in pushes]
        data.append(
            {
                "type": "bar", "orientation": "h", "x": pushes, "y": rows, "customdata": list(part["label"]),
                "xaxis": place.x, "yaxis": place.y, "marker": {"color": colors}, "name": gate,
                "hovertemplate": "%{customdata}: %{x:+.2f}<extra></extra>",
            }
        )  # fmt: skip
        low, high = -widest if (pushes < 0).any() else 0, widest if (pushes > 0).any() else 0
        layout[place.x_key] = {
            "domain": place.domain, "anchor": place.y, "range": [low, high], "tickfont": LABEL, "nticks": 4,
            "zeroline": True, "zerolinecolor": FAINT, "zerolinewidth": 1,
        }  # fmt: skip
        layout[place.y_key] = {
            "anchor": place.x, "tickvals": rows, "ticktext": list(part["label"]), "range": [len(rows) - 0.5, -0.5],
            "tickfont": LABEL, "showgrid": False, "zeroline": False, "automargin": True,
        }  # fmt: skip
    return go.Figure({"data": data, "layout": layout})

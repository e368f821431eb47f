"""What drives the gates of a unit up and down: a panel of bars per gate."""

import pandas as pd
import plotly.graph_objects as go

from dashboard.figures.panels import bars, panel_titles, panels_of
from dashboard.figures.style import FAINT, LABEL, layout

ROW_HEIGHT = 24
GAP = 0.09  # between two panels, as a share of the width: room for the names of rows


def inputs_figure(inputs: pd.DataFrame) -> go.Figure:
    """A panel per gate, with its inputs in row order; all panels share one scale.

    Args:
        inputs: columns `gate` (the panel's title), `label` and `push`.
    """
    gates = {str(gate): part for gate, part in inputs.groupby("gate", sort=False)}
    widest = 1.1 * float(inputs["push"].abs().max() or 1)
    height = 64 + ROW_HEIGHT * max(map(len, gates.values()))
    drawn = layout(height, 32, showlegend=False, bargap=0.3, annotations=panel_titles(list(gates), GAP))
    data = []
    for (gate, part), (ending, domain) in zip(gates.items(), panels_of(list(gates), GAP), strict=True):
        pushes, x, y = part["push"], f"x{ending}", f"y{ending}"
        trace, names = bars(part["label"], pushes)
        data.append(trace | {"xaxis": x, "yaxis": y, "name": gate})
        low, high = -widest if (pushes < 0).any() else 0, widest if (pushes > 0).any() else 0
        drawn[f"xaxis{ending}"] = {
            "domain": domain, "anchor": y, "range": [low, high], "tickfont": LABEL, "nticks": 4, "zeroline": True,
            "zerolinecolor": FAINT, "zerolinewidth": 1,
        }  # fmt: skip
        drawn[f"yaxis{ending}"] = {"anchor": x, **names}
    return go.Figure({"data": data, "layout": drawn})

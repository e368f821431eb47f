"""What the search found: data in, figure out."""

import pandas as pd
import plotly.graph_objects as go

from dashboard.figures.style import CONTROL, FOUND

ROW_HEIGHT = 44


def findings_figure(best: pd.DataFrame) -> go.Figure:
    """One row per concept: the best unit's score on held-out text, and what untrained networks reach.

    Args:
        best: one row per concept, best first, with `title`, `name`, `score`, `measure`, `clear`, `random_init`.
    """
    rows = best.iloc[::-1].assign(label=best["title"].where(best["measure"] == "AUROC", best["title"] + " (Spearman)"))
    figure = go.Figure()
    for row in rows.itertuples():
        x, y = [row.random_init, row.score], [row.label, row.label]
        line = {"color": "rgba(128, 128, 128, 0.5)", "width": 2}
        figure.add_scatter(x=x, y=y, mode="lines", line=line, hoverinfo="skip", showlegend=False)
    figure.add_scatter(
        x=rows["random_init"],
        y=rows["label"],
        mode="markers",
        name="best of untrained networks",
        marker={"symbol": "line-ns", "size": 14, "line": {"width": 3, "color": CONTROL}},
        hovertemplate="untrained networks reach %{x:.3f}<extra></extra>",
    )
    for clear, name in ((True, "best unit, a clear case"), (False, "best unit, no clear case")):
        part = rows[rows["clear"] == clear]
        figure.add_scatter(
            x=part["score"],
            y=part["label"],
            mode="markers+text",
            name=name,
            text=part["name"],
            textposition="top center",
            customdata=part.index,
            marker={"size": 13, "color": FOUND if clear else "rgba(0,0,0,0)", "line": {"width": 2, "color": FOUND}},
            hovertemplate="%{text}: %{x:.3f}<extra></extra>",
            cliponaxis=False,
        )
    figure.update_layout(
        height=110 + ROW_HEIGHT * len(rows),
        margin={"l": 8, "r": 80, "t": 8, "b": 8},
        xaxis={
            "range": [0, 1.02],
            "title": "AUROC (.5 is chance), or Spearman where named (0 is chance), on held-out text",
        },
        yaxis={"automargin": True, "categoryorder": "array", "categoryarray": list(rows["label"])},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom"},
        dragmode=False,
        clickmode="event+select",
    )
    return figure

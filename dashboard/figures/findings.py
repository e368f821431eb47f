"""The search's findings as figures: data in, figure out."""

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from dashboard.figures.style import CONTROL, FOUND, LABEL, QUIET
from models.units import symbol_of

GRID = "rgba(128, 128, 128, 0.22)"
ROW_HEIGHT, GAP = 30, 74  # pixels: of a row, and between two panels
MARGIN = {"l": 8, "r": 24, "t": 56, "b": 52}
PANELS = {  # measure -> (axis title, range)
    "AUROC": ("AUROC: .5 is chance, 1 is perfect", (0.45, 1.01)),
    "Spearman": ("Spearman's correlation: 0 is chance", (-0.05, 1.02)),
    "η²": ("η²: the share of the unit's variance that the classes explain", (-0.05, 1.02)),
}
KINDS = {  # kind -> (name in the legend, marker)
    "clear": ("best unit: detector or ramp", {"size": 13, "color": FOUND}),
    "local": ("best unit: local", {"size": 12, "symbol": "circle-open", "color": FOUND, "line": {"width": 2.5}}),
    "none": ("best unit: short of the rule", {"size": 12, "symbol": "x-thin", "line": {"width": 2.5, "color": QUIET}}),
}
CONTROLS = {  # column -> (name in the legend, marker)
    "ngram": ("n-gram baseline: the last 1–5 characters", {"symbol": "diamond", "size": 9, "color": CONTROL}),
    "untrained": (
        "untrained networks",
        {"symbol": "line-ns", "size": 13, "line": {"width": 3, "color": CONTROL}},
    ),
    "null_95": (
        "null labels: the best unit, 95th percentile",
        {"symbol": "line-ns", "size": 9, "line": {"width": 2, "color": QUIET}},
    ),
    "rotated": ("randomly rotated layer", {"symbol": "triangle-up-open", "size": 9, "color": QUIET}),
    "delimiter_swap": ("swapped delimiters", {"symbol": "square-open", "size": 8, "color": QUIET}),
}


def findings_figure(best: pd.DataFrame) -> go.Figure:
    """A forest plot: each concept's best unit with its interval, and the controls on the same axis.

    Args:
        best: one row per concept, best first, with `title`, `name`, `symbol`, `score`, `ci_low`, `ci_high`, `measure`,
            `clear`, `verdict` and the controls; a click on a dot returns the row's index.
    """
    best = best.assign(
        kind=best["verdict"].where(~best["clear"], "clear").replace({"detector": "none", "ramp": "none"})
    )
    units = zip(best["title"], best["name"], best["symbol"], strict=True)
    best["label"] = [f"{title}  <b>{name}</b> {symbol}" for title, name, symbol in units]
    measures = [measure for measure in PANELS if (best["measure"] == measure).any()]
    rows = [int((best["measure"] == measure).sum()) for measure in measures]
    drawn = ROW_HEIGHT * sum(rows) + GAP * (len(rows) - 1)
    figure = make_subplots(len(rows), 1, row_heights=rows, vertical_spacing=GAP / drawn if len(rows) > 1 else 0)
    shown: set[str] = set()
    for number, measure in enumerate(measures, 1):
        part = best[best["measure"] == measure].iloc[::-1]
        for control, (name, marker) in CONTROLS.items():
            if part[control].notna().any():
                _add_control(figure, part, control, name, marker, control not in shown, number)
                shown.add(control)
        for kind, (name, marker) in KINDS.items():
            dots = part[part["kind"] == kind]
            if len(dots):
                _add_units(figure, dots, name, marker, kind not in shown, number)
                shown.add(kind)
        title, limits = PANELS[measure]
        figure.update_xaxes(
            title={"text": title, "font": LABEL},
            range=limits,
            tickfont=LABEL,
            showgrid=True,
            gridcolor=GRID,
            zeroline=False,
            row=number,
            col=1,
        )
        figure.update_yaxes(
            categoryorder="array", categoryarray=list(part["label"]), range=[-0.6, len(part) - 0.4], tickfont=LABEL,
            automargin=True, showgrid=False, row=number, col=1,
        )  # fmt: skip
    figure.update_layout(
        height=drawn + MARGIN["t"] + MARGIN["b"],
        margin=MARGIN,
        legend={"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0, "font": LABEL},
        dragmode=False,
        clickmode="event+select",
    )
    return figure


def _add_control(
    figure: go.Figure, part: pd.DataFrame, column: str, name: str, marker: dict, in_legend: bool, panel: int
) -> None:
    figure.add_scatter(
        x=part[column], y=part["label"], mode="markers", name=name, marker=marker, legendgroup=column,
        showlegend=in_legend, hovertemplate=f"{name}: %{{x:.3f}}<extra></extra>", row=panel, col=1,
    )  # fmt: skip


def _add_units(figure: go.Figure, dots: pd.DataFrame, name: str, marker: dict, in_legend: bool, panel: int) -> None:
    figure.add_scatter(
        x=dots["score"],
        y=dots["label"],
        error_x={
            "array": dots["ci_high"] - dots["score"],
            "arrayminus": dots["score"] - dots["ci_low"],
            "color": FOUND if name == KINDS["clear"][0] else QUIET,
            "thickness": 2,
            "width": 0,
        },
        mode="markers",
        name=name,
        customdata=dots.index,
        marker=marker,
        legendgroup=name,
        showlegend=in_legend,
        hovertemplate="%{y}: %{x:.3f}<extra></extra>",
        cliponaxis=False,
        row=panel,
        col=1,
    )


def share_figure(share: pd.DataFrame, published: float = 0.05) -> go.Figure:
    """The share of interpretable units against the AUROC required; the post's estimate as a line.

    Args:
        share: `source` (trained, rotated, untrained), `state`, `threshold`, `share` and `concepts` (how many different
            ones these units detect).
        published: the share that the post names.
    """
    figure = go.Figure()
    styles = {"trained": ("solid", 3.0), "rotated": ("dash", 2.0), "untrained": ("dot", 2.0)}
    colors = {"hidden": CONTROL, "cell": FOUND}
    for (source, state), rows in share.groupby(["source", "state"], sort=False):
        dash, width = styles[str(source)]
        symbol = symbol_of(str(state))
        figure.add_scatter(
            x=rows["threshold"],
            y=rows["share"],
            customdata=rows["concepts"],
            mode="lines",
            name=f"{symbol}, {source}",
            line={"dash": dash, "width": width, "color": colors.get(str(state), QUIET)},
            hovertemplate="AUROC ≥ %{x:.2f}: %{y:.1%} of the units, %{customdata:.0f} concepts<extra></extra>",
        )
    figure.add_hline(
        y=published,
        line={"dash": "dot", "color": QUIET},
        annotation={"text": "“about 5 %” (Karpathy 2015)", "font": LABEL},
    )
    figure.update_layout(
        height=340,
        margin=MARGIN | {"t": 40},
        xaxis={"title": {"text": "minimum of AUROC and stratified AUROC", "font": LABEL}, "tickfont": LABEL},
        yaxis={"title": {"text": "share of units", "font": LABEL}, "tickformat": ".0%", "rangemode": "tozero"},
        legend={"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0, "font": LABEL},
        dragmode=False,
    )
    return figure


def probes_figure(probes: pd.DataFrame, measure: str, ngram: float) -> go.Figure:
    """How well the best 1, 2, 4, 8 and 16 units together predict one concept, trained and untrained.

    Args:
        probes: of one concept, with `source`, `state`, `size` and `score`.
        measure: what the score is, for the axis.
        ngram: what the best n-gram baseline reaches; NaN for none.
    """
    figure = go.Figure()
    colors = {"hidden": CONTROL, "cell": FOUND}
    for (source, state), rows in probes.groupby(["source", "state"], sort=False):
        symbol = symbol_of(str(state))
        figure.add_scatter(
            x=[str(size) for size in rows["size"]],
            y=rows["score"],
            mode="lines+markers",
            name=f"{symbol}, {source}",
            line={
                "dash": "solid" if source == "trained" else "dot", "width": 2.5, "color": colors.get(str(state), QUIET),
            },
            hovertemplate="%{x} units: %{y:.3f}<extra></extra>",
        )  # fmt: skip
    if ngram == ngram:
        figure.add_hline(
            y=ngram,
            line={"dash": "dot", "color": QUIET},
            annotation={"text": "n-gram baseline", "font": LABEL},
        )
    figure.update_layout(
        height=320,
        margin=MARGIN | {"t": 40},
        xaxis={"title": {"text": "units together", "font": LABEL}, "tickfont": LABEL, "type": "category"},
        yaxis={"title": {"text": measure, "font": LABEL}, "tickfont": LABEL},
        legend={"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0, "font": LABEL},
        dragmode=False,
    )
    return figure

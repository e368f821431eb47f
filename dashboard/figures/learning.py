"""How a model learned: its loss, in nats per character, against the characters read."""

from math import inf, log, log10, sqrt

import pandas as pd
import plotly.graph_objects as go

from dashboard.figures.style import CONTROL, FOUND, LABEL, QUIET, axis, layout, legend

HEIGHT = 400
EARLY_SHARE = 0.02  # of the training: too steep for a linear axis
HOVER = "%{y:.3f} nats · %{customdata[0]:.3f} bits<br>step %{customdata[1]:,}, %{x:.4s} characters read"


def loss_figure(
    rows: pd.DataFrame, best_step: int | None, levels: dict[str, float], per: str, logarithmic: bool, marked_at: int
) -> go.Figure:
    """Training and validation loss, with other losses to compare them with.

    Args:
        rows: the log, with `step`, `chars`, `train_loss`, `validation_loss` (NaN where it was not measured).
        best_step: the step whose weights were kept; None if not known yet.
        levels: the nats of other models of the same text, by name.
        per: what a loss is a mean over, `character` or `byte`.
        logarithmic: whether the axis of characters is logarithmic, which shows the beginning.
        marked_at: characters read at the step in view.
    """
    figure = go.Figure()
    validated = rows[rows["validation_loss"].notna()]
    _add_curve(figure, rows, "train_loss", "training", "lines", {"color": QUIET, "width": 1.5})
    _add_curve(figure, validated, "validation_loss", "validation", "lines+markers", {"color": FOUND, "width": 3})
    best = validated[validated["step"] == best_step]
    figure.add_scatter(
        x=best["chars"],
        y=best["validation_loss"],
        mode="markers",
        name="best: these weights were kept",
        marker={"size": 13, "color": FOUND, "symbol": "circle-open", "line": {"width": 3}},
        hoverinfo="skip",
    )
    halfway = _losses_halfway(rows, logarithmic)
    for name, nats in levels.items():
        _add_level(figure, name, nats, passed=bool(halfway < nats))
    if marked_at > 0:
        figure.add_vline(x=marked_at, line={"color": FOUND, "width": 2, "dash": "dot"})
    return figure.update_layout(
        layout(
            HEIGHT,
            xaxis=_axis_of_characters(rows, logarithmic, marked_at),
            yaxis=axis(f"nats per {per}", range=_range_of_losses(rows, list(levels.values()), logarithmic)),
            legend=legend(1.02),
            hovermode="closest",
        )
    )


def _add_curve(figure: go.Figure, rows: pd.DataFrame, column: str, name: str, mode: str, line: dict) -> None:
    measured = rows[["step", "chars", column]].assign(bits=rows[column] / log(2))
    figure.add_scatter(
        x=measured["chars"],
        y=measured[column],
        customdata=measured[["bits", "step"]],
        mode=mode,
        name=name,
        line=line,
        hovertemplate=f"{name}: {HOVER}<extra></extra>",
    )


def _add_level(figure: go.Figure, name: str, nats: float, passed: bool) -> None:
    """A dashed line with its name clear of the curves: above its end if they passed it early, else below its start."""
    place = {"x": 0.985, "xanchor": "right"} if passed else {"x": 0.01, "xanchor": "left"}
    line = {"color": CONTROL, "width": 2, "dash": "dash"}
    label = {"text": f"{name}: {nats:.3f}", "font": LABEL} | place
    figure.add_hline(y=nats, line=line, annotation=label, annotation_position="top right" if passed else "bottom left")


def _losses_halfway(rows: pd.DataFrame, logarithmic: bool) -> float:
    """The higher loss in the middle of the axis."""
    first, last = float(rows["chars"].min()), float(rows["chars"].max())
    middle = sqrt(first * last) if logarithmic else (first + last) / 2
    return rows[rows["chars"] <= middle][["train_loss", "validation_loss"]].ffill().iloc[-1].max()


def _axis_of_characters(rows: pd.DataFrame, logarithmic: bool, marked_at: int) -> dict:
    last = float(rows["chars"].max())
    if not logarithmic:
        return axis("characters read", tickformat="~s", range=[0, 1.01 * last])
    first = min(float(rows["chars"].min()), marked_at or float("inf"))
    ticks = [step * 10**power for power in range(int(log10(last)) + 1) for step in (1, 2, 5)]
    shown = [log10(first) - 0.05, log10(last) + 0.02]
    return axis("characters read", tickformat="~s", type="log", range=shown, tickvals=ticks)


def _range_of_losses(rows: pd.DataFrame, levels: list[float], logarithmic: bool) -> list[float]:
    """The range of all losses and levels; on a linear axis, only after the first steep fall."""
    shown = rows if logarithmic else rows[rows["chars"] >= EARLY_SHARE * rows["chars"].max()]
    both = shown[["train_loss", "validation_loss"]]
    lowest, highest = min(both.min().min(), *levels, inf), max(both.max().max(), *levels, -inf)
    room = 0.1 * (highest - lowest) or 0.1
    return [lowest - room, highest + room]

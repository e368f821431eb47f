"""The application's figures, made from a recording or a run, for a notebook.

Axes: `time layer unit`.
"""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
import xarray as xr

from analysis.api import label_text
from analysis.concepts import Concept, concept
from analysis.profile.tracking import histogram
from corpora import InputError, to_text
from dashboard.figures.learning import loss_figure
from dashboard.figures.style import GRID, LABEL, LAYERS, axis, layout, legend
from dashboard.figures.unit import histogram_figure
from models.api import AnyRun, as_run
from models.comparison import best_ngram_of, counted_by
from models.history import load_log
from models.units import Unit

TRACE_HEIGHT = 260  # pixels
CHARACTERS_NAMED = 120  # up to which each character stands below the axis


def loss_curve(run: AnyRun, *, logarithmic: bool = False) -> go.Figure:
    """Training and validation loss of a run, with the best n-gram model of its text where it was counted.

    Raises:
        InputError: no such run, or one without a log.
    """
    loaded = as_run(run)
    rows = load_log(loaded)
    if rows.empty:
        raise InputError(f"Wanted the log of a training, {loaded.name} has none. Name another run.")
    per = counted_by(loaded)
    ngram = best_ngram_of(loaded, per)
    levels = {f"n-gram model of order {ngram['order']}": ngram["nats"]} if ngram else {}
    return loss_figure(rows, loaded.training.get("best_step"), levels, per, logarithmic, 0)


def unit_histogram(recording: xr.Dataset, unit: str | Unit, named: str | Concept, *, state: str = "") -> go.Figure:
    """How a unit's activations are distributed inside and outside a concept, over a recording.

    Args:
        recording: with that state.
        unit: such as `L2.u392`.
        named: the concept; one that counts is cut at its median.
        state: by default the unit's own, else the cell state where there is one.

    Raises:
        InputError: no such unit, state or concept, or a concept without an inside.
    """
    found = named if isinstance(named, Concept) else concept(named)
    chosen, values = values_of(recording, unit, state)
    inside, outside = found.sides(label_text(found, recording))
    bars = histogram(values, inside, outside)
    return histogram_figure(bars.edges, bars.inside, bars.outside, ("inside", "outside"), _name(chosen), None)


def unit_trace(
    recording: xr.Dataset,
    units: str | Unit | Sequence[str | Unit],
    *,
    state: str = "",
    start: int = 0,
    length: int = 80,
) -> go.Figure:
    """The activations of units, character by character.

    Args:
        recording: with that state.
        units: such as `L2.u392`, or several.
        state: by default each unit's own, else the cell state where there is one.
        start: the first character to show.
        length: how many.

    Raises:
        InputError: no such unit or state, or a stretch outside the text.
    """
    text = to_text(np.asarray(recording["char"].values[start : start + length], dtype=np.uint32))
    if start < 0 or not text:
        raise InputError(f"Wanted a start from 0 to {recording.sizes['time'] - 1:,}, got {start:,}.")
    at = np.arange(start, start + len(text))
    figure = go.Figure()
    for number, each in enumerate([units] if isinstance(units, str | Unit) else units):
        chosen, values = values_of(recording, each, state)
        figure.add_scatter(
            x=at, y=values[at], mode="lines+markers", name=_name(chosen), line={"color": LAYERS[number % len(LAYERS)]},
            customdata=[repr(character) for character in text], hovertemplate="%{customdata}: %{y:.3f}",
        )  # fmt: skip
    shown = [{"\n": "⏎", " ": "␣"}.get(character, character) for character in text]
    named = {"tickvals": at, "ticktext": shown} if len(text) <= CHARACTERS_NAMED else {}
    return figure.update_layout(
        layout(
            TRACE_HEIGHT,
            xaxis=axis("", tickangle=0, **named) | {"tickfont": LABEL | {"family": "monospace", "size": 11}},
            yaxis=axis("activation", zeroline=True, zerolinecolor=GRID),
            legend=legend(1.02),
            showlegend=True,
        )
    )


def values_of(recording: xr.Dataset, unit: str | Unit, state: str = "") -> tuple[Unit, np.ndarray]:
    """A unit in the state that was meant, and its activations over a recording [time], in float32.

    Raises:
        InputError: the recording lacks the unit or the state.
    """
    chosen = Unit.parse(unit) if isinstance(unit, str) else unit
    chosen = chosen.in_state(state or chosen.state or ("cell" if "cell" in recording else "hidden"))
    if chosen.state not in recording:
        raise InputError(f"Wanted {chosen.state} in the recording, got {', '.join(map(str, recording.data_vars))}.")
    try:
        values = recording[chosen.state].sel(layer=chosen.layer, unit=chosen.index)
    except KeyError:
        layers, units = int(recording["layer"].max()), int(recording["unit"].max())
        raise InputError(f"Wanted a unit from L1.u0 to L{layers}.u{units}, got {chosen.slug}.") from None
    return chosen, np.asarray(values.values, dtype=np.float32)


def _name(unit: Unit) -> str:
    return f"{unit} ({unit.symbol})"

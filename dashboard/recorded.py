"""Recordings as readings, ready for the browser: those on disk hold their text, those in memory do not.

Axes: `time layer unit`, as in `models.recording`.
"""

import itertools
import operator
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import xarray as xr

from corpora import InputError, to_code_points, to_text
from dashboard.readings import LONGEST_TEXT, Reading, reading_of
from models.recording import BLOCK, Recording
from models.recording.store import PREDICTIONS, blocks_of
from models.run import Run, load_run

AXES = ("time", "layer", "unit")


def reading_on_disk(
    recorded: xr.Dataset, run: Run | None, start: int, length: int | None, gates: bool = False
) -> Reading:
    """A stretch of an opened recording, by the run that made it; with `gates`, those that it holds as well.

    Raises:
        InputError: that run is not here or has other weights; the recording lacks its text, its states or some units.
    """
    run = _run_that_made(recorded, run)
    wanted = (*run.states, *(run.model.gate_states if gates else ()))
    states = {name: recorded[name] for name in wanted if name in recorded}
    _require_all_units(run, {name: values.shape if values.dims == AXES else () for name, values in states.items()})
    if "char" not in recorded:
        raise InputError("Wanted a recording that holds its text, `char`, got one without. Record the text again.")
    first, stop = stretch_of(recorded.sizes["time"], start, length)
    needed = {*states, *PREDICTIONS}
    blocks = blocks_of(recorded.drop_vars([name for name in recorded.data_vars if name not in needed]), first, stop)
    return reading_of(run, to_text(recorded["char"][first:stop].values), blocks)


def reading_in_memory(
    recorded: Recording, text: str, run: Run, start: int, length: int | None, gates: bool = False
) -> Reading:
    """A stretch of a recording in memory; `text` is what was recorded, or all that came before it as well.

    With `gates` it has those that the recording holds.

    Raises:
        InputError: the text has another length, or the recording is not of this run.
    """
    codes = to_code_points(text)
    if len(codes) != len(recorded):
        codes = codes[recorded.start : recorded.stop] if recorded.start else codes
    if len(codes) != len(recorded):
        raise InputError(
            f"Wanted the text of the recording, {len(recorded):,} characters, got {len(text):,}. Give that text."
        )
    wanted = (*run.states, *(run.model.gate_states if gates else ()))
    recorded = replace(recorded, states={name: recorded.states[name] for name in wanted if name in recorded.states})
    _require_all_units(run, {name: values.shape for name, values in recorded.states.items()})
    if recorded.top_char.max(initial=0) >= len(run.vocabulary):
        raise InputError(f"Wanted a recording of {run.name}, got one of another vocabulary. Name the run that made it.")
    first, stop = stretch_of(len(recorded), start, length)
    edges = [*range(first, stop, BLOCK), stop]
    blocks = (
        recorded.stretch(recorded.start + one, recorded.start + other) for one, other in itertools.pairwise(edges)
    )
    return reading_of(run, to_text(codes[first:stop]), blocks)


def stretch_of(total: int, start: int, length: int | None) -> tuple[int, int]:
    """The first character of a stretch and the one after its last; without a length, all from `start` on.

    Raises:
        InputError: it is not in the text, or longer than a page should be.
    """
    try:
        first, count = operator.index(start), total if length is None else operator.index(length)
    except TypeError:
        raise InputError(f"Wanted whole numbers as start and length, got {start!r} and {length!r}.") from None
    if not 0 <= first < total or count < 1:
        raise InputError(
            f"Wanted a start from 0 to {total - 1:,} and a length from 1 on, got {first:,} and {count:,}. "
            "Choose a stretch of the text."
        )
    stop = min(total, first + count)
    if stop - first > LONGEST_TEXT:
        raise InputError(
            f"Wanted at most {LONGEST_TEXT:,} characters, got {stop - first:,}. "
            f"Choose a stretch, such as start={first}, length=20_000."
        )
    return first, stop


def open_run(run: str | Path | Run) -> Run:
    """A run, or the one of that name or in that folder."""
    return run if isinstance(run, Run) else load_run(run)


def _run_that_made(recorded: xr.Dataset, run: Run | None) -> Run:
    name, weights = recorded.attrs.get("run", ""), recorded.attrs.get("weights_sha256")
    if run is None:
        try:
            run = load_run(name or "?")
        except InputError:
            raise InputError(
                f"Wanted the run that made the recording, {name or 'which it does not name'}, and did not find it. "
                "Name its folder: heatmap(recording, run=FOLDER)."
            ) from None
    if weights is not None and weights != run.weights_hash:
        raise InputError(
            f"Wanted the weights {weights[:12]} that made the recording, got {run.weights_hash[:12]} in {run.name}. "
            "Record the text again, or name the folder that has them: heatmap(recording, run=FOLDER)."
        )
    return run


def _require_all_units(run: Run, shapes: dict[str, Iterable[int]]) -> None:
    """Refuse a recording without states, or one whose columns are not the run's units."""
    layers, units = run.model.num_layers, run.model.hidden_size
    if not shapes:
        raise InputError(f"Wanted {' or '.join(run.states)} in the recording, got neither. Record the text again.")
    for name, shape in shapes.items():
        if tuple(shape)[1:] != (layers, units):
            got = " x ".join(map(str, tuple(shape)[1:])) or "another selection"
            raise InputError(
                f"Wanted {name} of all {layers} x {units} units of {run.name}, got {got}. Give the whole recording and "
                "choose units by unit=."
            )

"""How a model's states came to be: h and tanh c on one passage, at the steps at which it also wrote a sample.

With these the emergence of a cell can be shown without keeping the weights of every step.

Axes: `snapshot`, `time`, `unit_name` (all layers' units side by side); on disk also `layer`, `unit`.
"""

import dataclasses
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import xarray as xr
from jaxtyping import Int64

from corpora import Corpus, Vocabulary, to_code_points, to_text
from corpora.demo import load_passage, passage_names
from corpora.stored import DamagedFileError, reason_of
from models.config import ModelConfig
from models.network import CharRNN
from models.recording import join, record_blocks
from models.run import UNITS, Run
from models.stored_arrays import UNREADABLE, Axes, read_arrays, require_axes
from models.tables import Column, Table
from models.units import STATES, Unit
from models.writing import replacing

NAMED_UNITS = Table(
    UNITS,
    (Column("concept", "string"), Column("state", "string"), Column("layer", "integer"), Column("unit", "integer")),
    "Delete it, then search again: python -m analysis search RUN",
    format=2,
)
"""Of the search's table, what packing wants to know; `analysis.findings` declares all of it."""
SNAPSHOTS, PACKED = "snapshots", "snapshots.npz"  # a folder with a file per step; one file for a shipped model
LENGTH = 1000  # characters of the passage
FULL = 127  # what the value 1 is stored as
ROOM = 1_400_000  # values in a packed file, which hardly get smaller than a byte each


def passage_of(corpus: Corpus) -> str:
    """What snapshots of a training on this corpus read: its demo passage, or the start of its validation split."""
    has_one = corpus.name in passage_names()
    return load_passage(corpus.name)[:LENGTH] if has_one else to_text(corpus.split("validation")[:LENGTH])


def save_snapshot(folder: Path, step: int, network: CharRNN, vocabulary: Vocabulary, passage: str) -> None:
    """Record the passage now and write `snapshots/STEP.npz`, whole or not at all: about a byte per value."""
    codes = to_code_points(passage)
    states = {}
    for name, values in join(record_blocks(network, vocabulary.encode(codes))).states.items():
        states[name] = np.rint(FULL * (np.tanh(values) if name == "cell" else values)).astype(np.int8)
    with replacing(folder / SNAPSHOTS / f"{step:08}.npz") as temporary, temporary.open("wb") as out:
        np.savez_compressed(out, char=codes, **states)


def forget_snapshots_after(folder: Path, step: int) -> None:
    """Drop the snapshots of steps that a resumed run will do again."""
    for path in _files(folder):
        if int(path.stem) > step:
            path.unlink()


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in (folder / SNAPSHOTS).glob("*.npz") if path.stem.isdecimal() and path.stem.isascii())


def snapshot_files(run: Run) -> list[Path]:
    """The files that snapshots are read from: one for each step, or one for all steps of a packed run."""
    return _files(run.folder) or [path for path in [run.folder / PACKED] if path.exists()]


def read_snapshot(path: Path) -> dict[str, np.ndarray]:
    """The arrays of one such file, as they are stored.

    Raises:
        One of `models.stored_arrays.UNREADABLE`: it is none, or damaged.
    """
    return read_arrays(path)


def load_snapshots(run: Run, read: Callable[[Path], dict[str, np.ndarray]] = read_snapshot) -> xr.Dataset | None:
    """All snapshots of a run, or None if it has none. `read` reads a file, or knows what is in it.

    `hidden` and, for an LSTM, tanh of `cell` have the dims `snapshot time unit_name` and are int8: 127 stands for 1.
    `char` (`time`) holds code points. Coordinates: `step` of each snapshot, and of each unit its `unit_name` (say
    `L2·u217`), `layer` (from 1) and `unit` (from 0). A run has all units, a packed one those that its search named.

    Raises:
        InputError: a damaged file.
    """
    paths, packed = _files(run.folder), run.folder / PACKED
    try:
        if paths:
            return _of_all_units(run.model, [int(path.stem) for path in paths], [read(path) for path in paths])
        return _dataset(_units_of(run.model, read(packed))) if os.path.lexists(packed) else None
    except UNREADABLE as error:
        damaged, reason = run.folder / SNAPSHOTS if paths else packed, reason_of(error)
        message = "{path} is damaged ({reason}). Delete it, or train the run again."
        raise DamagedFileError.because(damaged, reason, message) from None


def _axes(model: ModelConfig, states: tuple[str, ...], **more: tuple[tuple[str, ...], str]) -> Axes:
    """What a file of a network holds: the passage, and each of its states with these axes."""
    return {"char": (("time",), "code"), **dict.fromkeys(model.states, (states, "int8")), **more}


def _units_of(model: ModelConfig, stored: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The arrays of a packed file, if their units are those of the network."""
    of_unit = (("unit",), "integer")
    axes = _axes(model, ("snapshot", "time", "unit"), step=(("snapshot",), "integer"), layer=of_unit, unit=of_unit)
    sizes = require_axes(stored, axes)
    steps, layers, units = (stored[name] for name in ("step", "layer", "unit"))
    sound = ((layers >= 1) & (layers <= model.num_layers) & (units >= 0) & (units < model.hidden_size)).all()
    if not sound or (np.diff(steps) <= 0).any() or len(set(zip(layers, units, strict=True))) < sizes["unit"]:
        raise ValueError("its steps or units are none of the run's")
    return stored


def _of_all_units(model: ModelConfig, steps: list[int], stored: list[dict[str, np.ndarray]]) -> xr.Dataset:
    time, layers, units = stored[0]["hidden"].shape
    for arrays in stored:
        require_axes(arrays, _axes(model, ("time", "layer", "unit")))
        if arrays["hidden"].shape != (time, model.num_layers, model.hidden_size):
            raise ValueError(f"hidden: wanted the states of a {model.title}, got {arrays['hidden'].shape}")
        if not np.array_equal(arrays["char"], stored[0]["char"]):
            raise ValueError("char: snapshots are of two passages")
    layer, unit = np.indices((layers, units)).reshape(2, -1)
    names = [name for name in STATES if name in stored[0]]
    states = {name: np.stack([arrays[name] for arrays in stored]).reshape(len(steps), time, -1) for name in names}
    return _dataset({"char": stored[0]["char"], "step": np.array(steps), "layer": layer + 1, "unit": unit, **states})


def _dataset(arrays: dict[str, np.ndarray]) -> xr.Dataset:
    states = {name: arrays[name] for name in STATES if name in arrays}
    return xr.Dataset(
        {"char": ("time", arrays["char"])}
        | {name: (("snapshot", "time", "unit_name"), of) for name, of in states.items()},
        coords={
            "step": ("snapshot", arrays["step"]),
            "layer": ("unit_name", arrays["layer"]),
            "unit": ("unit_name", arrays["unit"]),
            "unit_name": _names(arrays["layer"], arrays["unit"]),
        },
    )


def _names(layers: Int64[np.ndarray, " unit_name"], units: Int64[np.ndarray, " unit_name"]) -> list[str]:
    return [str(Unit(layer, unit)) for layer, unit in zip(layers, units, strict=True)]


def pack_snapshots(run: Run, folder: Path) -> None:
    """Write the snapshots of the units that a search table names, as many as fit in, best places first.

    The table is that of the packed run, if it was searched before, else the run's own. Without one that belongs to
    the weights, or without snapshots, nothing is written.

    Raises:
        InputError: damaged snapshots, or the file cannot be written.
    """
    snapshots = load_snapshots(run)
    found = dataclasses.replace(run, folder=folder, results=None).measured_table(NAMED_UNITS)
    found = run.measured_table(NAMED_UNITS) if found is None else found
    if snapshots is None or found is None:
        (folder / PACKED).unlink(missing_ok=True)  # of what was packed there before
        return
    among_its_own = found.groupby(["concept", "state"], sort=False).cumcount()  # best first in the table
    found = found.iloc[among_its_own.argsort(kind="stable")]
    named = dict.fromkeys(_names(found["layer"].to_numpy(), found["unit"].to_numpy()))
    states = [name for name in STATES if name in snapshots]
    fitting = ROOM // (len(states) * snapshots.sizes["snapshot"] * snapshots.sizes["time"])
    few = snapshots.sel(unit_name=[name for name in named if name in snapshots["unit_name"]][:fitting])
    kept = {name: few[name].to_numpy() for name in ("char", "step", "layer", "unit", *states)}
    with replacing(folder / PACKED) as temporary, temporary.open("wb") as out:
        np.savez_compressed(out, allow_pickle=False, **kept)

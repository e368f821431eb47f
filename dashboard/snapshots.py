"""What a run's snapshots show: a unit at each step of the training, which units changed, and for what.

A file of snapshots is read once, and again only if it was written since. Axes: `snapshot`; `time`, the characters of
the passage; `unit_name`.
"""

import json
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr
from jaxtyping import Float32, Int8

from analysis.concepts import CONCEPTS, concept
from analysis.profile.emergence import PASSES, best_concept, emergence, emerging_units, fitting_labels, followers
from analysis.statistics import MEASURE_TITLES
from corpora import InputError
from dashboard.engine import ENGINE
from dashboard.frames import encode_frame
from models.run import Run
from models.snapshots import load_snapshots, read_snapshot, snapshot_files
from models.units import Unit, unit_at

Stamp = tuple[int, int, int]


def stamp_of(path: Path) -> Stamp:
    """Tells whether a file was written again; zeros for one that is not there."""
    try:
        written = path.stat()
    except OSError:
        return 0, 0, 0
    return written.st_mtime_ns, written.st_size, written.st_ino


def _read(path: Path) -> dict[str, np.ndarray]:
    """The arrays of a file of snapshots, kept by the server."""
    return ENGINE.remember(
        ("snapshot", path, stamp_of(path)),
        lambda: read_snapshot(path),
        lambda arrays: sum(array.nbytes for array in arrays.values()),
    )


def _snapshots(run: Run) -> xr.Dataset:
    found = load_snapshots(run, _read)
    if found is None:
        raise InputError(f"{run.name} has no snapshots of its training. A training that you start now keeps them.")
    return found


def steps_of(run: Run) -> list[int]:
    """The steps of the snapshots that are there.

    Raises:
        InputError: the snapshots of a packed run are damaged.
    """
    files = snapshot_files(run)
    if not files or files[0].stem.isdecimal():
        return [int(path.stem) for path in files]
    return _snapshots(run)["step"].to_numpy().tolist()


def kept_units(run: Run) -> list[str] | None:
    """The units whose snapshots a packed run keeps, such as `L2.u392`; None for all units."""
    files = snapshot_files(run)
    if not files or files[0].stem.isdecimal():
        return None
    return [name.replace("·", ".") for name in _snapshots(run)["unit_name"].to_numpy().tolist()]


def _values(run: Run, snapshots: xr.Dataset, unit: Unit) -> Int8[np.ndarray, "snapshot time"]:
    """A unit's codes: 127 stands for 1.

    Raises:
        InputError: the network has no such unit, or its snapshots were not kept.
    """
    unit.require(run.model)
    if str(unit) not in snapshots["unit_name"]:
        kept = ", ".join(snapshots["unit_name"].to_numpy().tolist())
        raise InputError(f"{run.name} keeps snapshots of the units that its search named: {kept}. Choose one of these.")
    return snapshots[unit.state].sel(unit_name=str(unit)).to_numpy()


def snapshots_frame(run: Run, state: str, column: int) -> bytes:
    """The snapshots of one unit: see docs/frame-format.md.

    Raises:
        InputError: the run has no such unit, or no snapshots of it, or they are damaged.
    """
    snapshots = _snapshots(run)
    values = _values(run, snapshots, unit_at(column, run.model.hidden_size, state))
    text = "".join(map(chr, snapshots["char"].to_numpy()))
    return encode_frame(
        {"steps": snapshots["step"].to_numpy().tolist(), "length": len(text)},
        {"text": np.frombuffer(text.encode(errors="replace"), dtype=np.uint8), "activations": values},
    )


# ---- emergence ------------------------------------------------------------------------------------------------------


def _labels(run: Run, snapshots: xr.Dataset) -> dict[str, Float32[np.ndarray, " time"]]:
    codes, corpus = snapshots["char"].to_numpy(), run.corpus["name"]
    key = ("passage", corpus, zlib.crc32(codes.tobytes()), len(codes))
    return ENGINE.hold(key, lambda: fitting_labels(codes, corpus), lambda found: 4 * len(codes) * len(found))


def emerging(run: Run) -> dict[str, Any]:
    """The concepts that fit the passage, and the units that came to follow one.

    Raises:
        InputError: no snapshots, or damaged ones.
    """
    key = ("emerging", *((path, stamp_of(path)) for path in snapshot_files(run)))
    return ENGINE.hold(key, lambda: _emerging(run, _snapshots(run)), lambda found: len(json.dumps(found)))


def _emerging(run: Run, snapshots: xr.Dataset) -> dict[str, Any]:
    labels = _labels(run, snapshots)
    return {
        "concepts": [{"name": name, "title": CONCEPTS[name].title} for name in labels],
        "units": _listed(emerging_units(snapshots, labels, run.memory).to_dict("records")),
    }


def _listed(rows: list[Any]) -> list[dict[str, Any]]:
    return [
        {
            "unit": Unit.of_row(row).slug,
            "state": row["state"],
            "concept": row["concept"],
            "title": CONCEPTS[row["concept"]].title,
            "gain": round(float(row["gain"]), 4),
        }
        for row in rows
    ]


def following(run: Run, name: str) -> dict[str, Any]:
    """The units that follow a concept best at the last snapshot; none for one that is too rare in the passage.

    Raises:
        InputError: no such concept, or no snapshots.
    """
    snapshots = _snapshots(run)
    labels = _labels(run, snapshots)
    if concept(name).name not in labels:
        return {"concept": name, "units": []}
    return {"concept": name, "units": _listed(followers(snapshots, labels, run.memory, name).to_dict("records"))}


def emergence_of(run: Run, unit: Unit, name: str = "") -> dict[str, Any]:
    """How well a unit followed a concept at each snapshot; without a name, the concept that it follows best.

    Raises:
        InputError: no such unit, no such concept, or no snapshots.
    """
    snapshots = _snapshots(run)
    values, codes = _values(run, snapshots, unit), snapshots["char"].to_numpy()
    name = name or best_concept(unit, snapshots, _labels(run, snapshots))
    if not name:
        raise InputError("No concept occurs often enough in the passage of this training.")
    of_text = concept(name).labels(codes.astype(np.uint32))
    _require_sides(name, of_text)
    sign = _sign_of_search(run, unit, name)
    found, steps = emergence(CONCEPTS[name], of_text, values, sign), snapshots["step"].to_numpy().tolist()
    return {
        "unit": unit.slug,
        "state": unit.state,
        "concept": name,
        "title": CONCEPTS[name].title,
        "measure": MEASURE_TITLES[CONCEPTS[name].measure],
        "passes": PASSES[CONCEPTS[name].measure],
        "sign": found.sign,
        "sign_of": "search" if sign else "last snapshot",
        "steps": steps,
        "scores": [round(float(score), 6) for score in found.scores],
        "settled": None if found.settled is None else steps[found.settled],
    }


def _require_sides(name: str, labels: Float32[np.ndarray, " time"]) -> None:
    """Refuse a concept that the passage does not have."""
    if not all(side.any() for side in CONCEPTS[name].sides(labels)):
        raise InputError(f"The passage of this training has no place with and without {CONCEPTS[name].title}.")


def _sign_of_search(run: Run, unit: Unit, name: str) -> int | None:
    """The sign that the search chose for a unit and a concept, if it scored them."""
    try:
        found = ENGINE.findings(run)
    except (InputError, OSError):
        return None
    if found is None:
        return None
    scores = found.scores
    rows = scores[
        (scores["concept"] == name)
        & (scores["state"] == unit.state)
        & (scores["layer"] == unit.layer)
        & (scores["unit"] == unit.index)
    ]
    sign = rows["sign"].iloc[0] if len(rows) else 0
    return int(sign) if sign in (1, -1) else None

"""A training as the browser follows it: its losses, its samples, its snapshots' steps, and how far it is.

All is read from the run's folder, and read again only where a file was written since: many browsers may ask at once,
while the training writes.
"""

import json
import zlib
from collections.abc import Sequence
from functools import lru_cache
from math import log
from pathlib import Path
from typing import Any

import numpy as np

from analysis.findings import FOUND
from corpora import InputError
from corpora.places import runs_folder
from dashboard.landing import LANDING_CONCEPTS
from dashboard.readings import findings_of
from dashboard.snapshots import Stamp, kept_units, stamp_of, steps_of
from models.baseline import best_ngram_on
from models.comparison import best_ngram_of, counted_by
from models.history import LOG, SAMPLES, read_log, read_samples
from models.jobs import find_job
from models.run import Run, is_run_name, load_run, shipped_runs
from models.status import status_of
from models.units import Unit

Rows = list[list[float | None]]
FIGURES = ("step", "chars", "train_loss", "validation_loss")


def find_training(name: str) -> Run:
    """A run by its name, also one that has no weights yet; never by a path.

    Raises:
        InputError: no run has that name.
    """
    if name in shipped_runs() or (is_run_name(name) and (runs_folder() / name / "config.json").is_file()):
        return load_run(name)
    raise InputError(f"No run is called {name[:40]!r}; it may have been deleted. Choose another model.")


@lru_cache(maxsize=64)
def _rows(path: Path, _: Stamp) -> Rows:
    """Step, characters read, training loss and validation loss (None where not measured) of each row of the log."""
    table = read_log(path)[list(FIGURES)].astype(float).to_numpy()
    return [[None if np.isnan(value) else float(value) for value in row] for row in table]


@lru_cache(maxsize=64)
def _speed(path: Path, _: Stamp) -> float | None:
    """Characters per second at the last row of the log."""
    table = read_log(path)
    if table.empty or "chars_per_second" not in table:
        return None
    speed = float(table["chars_per_second"].iloc[-1])
    return speed if np.isfinite(speed) else None


@lru_cache(maxsize=64)
def _samples(path: Path, _: Stamp) -> list[dict[str, Any]]:
    return [
        {"step": one.step, "chars": one.chars, "temperature": one.temperature, "text": one.text}
        for one in read_samples(path)
    ]


def history(run: Run, since: str = "") -> dict[str, Any]:
    """What docs/frame-format.md says of `history`: without the rows and samples that a browser has.

    Args:
        run: the run.
        since: the `version` of an earlier answer; empty, or one of a training that was set back, for all of it.

    Raises:
        InputError: a damaged file.
    """
    log_path, samples_path = run.folder / LOG, run.folder / SAMPLES
    rows, samples = _rows(log_path, stamp_of(log_path)), _samples(samples_path, stamp_of(samples_path))
    known_rows, known_samples = _known(since, rows, samples)
    per = counted_by(run)
    ngram = best_ngram_on(run, "validation") or best_ngram_of(run, per)  # beside the validation loss
    return {
        "run": run.name,
        "version": _version(rows, samples),
        "kept": [known_rows, known_samples],
        "rows": rows[known_rows:],
        "samples": samples[known_samples:],
        "snapshots": steps_of(run),
        "kept_units": kept_units(run),
        "best_step": run.training.get("best_step"),
        "per": per,
        "levels": {
            "ngram": {"order": ngram["order"], "nats": ngram["nats"]} if ngram else None,
            "uniform": {"characters": len(run.vocabulary), "nats": log(len(run.vocabulary))},
        },
        "units": run.model.hidden_size,
        "layers": run.model.num_layers,
        "states": list(run.states),
        "detectors": _detectors(run),
        **_progress(run, _speed(log_path, stamp_of(log_path))),
    }


def _version(rows: Sequence[Any], samples: Sequence[Any]) -> str:
    """So many rows and samples, and a sum of what is in them."""
    return f"{len(rows)}-{len(samples)}-{zlib.crc32(json.dumps([rows, samples]).encode()):08x}"


def _known(since: str, rows: Rows, samples: list[dict[str, Any]]) -> tuple[int, int]:
    """How many rows and samples a browser has, if they are still the first ones; else none."""
    parts = since.split("-")
    if len(parts) != 3 or not all(part.isascii() and part.isdigit() and len(part) < 9 for part in parts[:2]):
        return 0, 0
    known = int(parts[0]), int(parts[1])
    return known if _version(rows[: known[0]], samples[: known[1]]) == since else (0, 0)


def _progress(run: Run, speed: float | None) -> dict[str, Any]:
    """Where the training stands: `status`, and while it trains how far it is and how many seconds are left."""
    job, status = find_job(run.folder, "train"), status_of(run.folder)
    told = job.progress if job and status == "training" else None
    return {
        "status": status,
        "speed": speed if told else None,
        "total": int(told.total) if told and told.total else run.training.get("steps_done"),
        "done": int(told.done) if told else run.training.get("steps_done"),
        "seconds_left": told.seconds_left if told else None,
    }


def _detectors(run: Run) -> list[dict[str, Any]]:
    """The best unit of each concept that the search found and whose snapshots are kept, the corpus's own first."""
    kept = kept_units(run)
    try:
        rows = [row for row in findings_of(run) if row["rank"] == 1 and row["verdict"] in FOUND]
    except (InputError, OSError):  # weights that are being written, or none yet
        return []
    landing = LANDING_CONCEPTS.get(run.corpus["name"])
    found = [
        {"unit": Unit.of_row(row).slug, "state": row["state"], "concept": row["concept"], "title": row["title"]}
        for row in sorted(rows, key=lambda row: row["concept"] != landing)
        if row["state"] in run.states
    ]
    return [one for one in found if kept is None or one["unit"] in kept]

"""The numbers of lesson 18: what a shipped run kept of its training.

Axes: `snapshot`; `time`, the characters of the passage that every snapshot read.
"""

from base64 import b64encode
from math import log
from typing import Any

import numpy as np
import xarray as xr
from jaxtyping import Float

from analysis.concepts import Concept, concept
from analysis.statistics import auroc, spearman
from dashboard.lessons.units import shipped_unit
from models.history import load_log, load_samples, losses_at
from models.run import load_run
from models.snapshots import load_snapshots
from models.units import Unit

MODEL = "war-and-peace"
FOLLOWED = ("column", "inside-quotes", "attribution")
"""Concepts; of each the unit whose cell state follows it best at the end of training."""


def data() -> dict[str, Any]:
    """Losses in bits, and at each snapshot a sample and what a few units did on the passage."""
    run = load_run(MODEL)
    table, snapshots = load_log(run), load_snapshots(run)
    assert snapshots is not None  # shipped with the model
    evaluated = table[table["validation_loss"].notna()]
    points = []
    for sample in load_samples(run):
        losses = losses_at(table, sample.step)
        points.append(
            {"step": sample.step, "characters": sample.chars, "text": sample.text, "temperature": sample.temperature,
             "train": _bits(losses.train), "from": losses.train_first, "to": losses.train_last,
             "validation": _bits(losses.validation), "measured": losses.validation_step}
        )  # fmt: skip
    text = "".join(map(chr, snapshots["char"].to_numpy()))
    return {
        "model": MODEL,
        "vocabulary": len(run.vocabulary),
        "train": [[int(step), _bits(loss)] for step, loss in table[["step", "train_loss"]].to_numpy()],
        "validation": [[int(step), _bits(loss)] for step, loss in evaluated[["step", "validation_loss"]].to_numpy()],
        "points": points,
        "passage": text,
        "units": {name: _unit(snapshots, shipped_unit(MODEL, name, "cell"), concept(name), text) for name in FOLLOWED},
    }


def _bits(nats: float | None) -> float | None:
    return None if nats is None else round(float(nats) / log(2), 4)


def _unit(snapshots: xr.Dataset, unit: Unit, tracked: Concept, text: str) -> dict[str, Any]:
    """A unit's tanh c at all snapshots, 127 for 1, and how well it follows its concept at each."""
    cell = snapshots["cell"].sel(unit_name=str(unit)).to_numpy()
    scores = np.array([agreement(tracked, text, values) for values in cell])
    sign = 1 if scores[-1] > 0 else -1
    return {
        "unit": str(unit),
        "title": tracked.title,
        "scores": (sign * scores).round(4).tolist(),
        "cell": b64encode(np.ascontiguousarray(cell).tobytes()).decode(),
    }


def agreement(tracked: Concept, text: str, values: Float[np.ndarray, " time"] | np.ndarray) -> float:
    """From -1 to 1, by chance 0: 2 AUROC - 1 of a concept that holds or not, Spearman's correlation of an amount."""
    labels, values = tracked.labels(text), values.astype(np.float64)
    known = ~np.isnan(labels)
    if tracked.is_binary:
        return 2 * auroc(labels[known], values[known]) - 1
    return spearman(labels[known], values[known])

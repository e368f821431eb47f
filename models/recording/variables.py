"""What the variables of a recording mean: the description that a Dataset carries with it, in memory and on disk.

Axes: `time layer unit`, and `prediction`. Layers count from 1, units from 0.
"""

import hashlib
from typing import Any

import numpy as np
import xarray as xr

from corpora import to_code_points
from models.recording.recording import Recording
from models.run import Run

STATE, PER_CHARACTER, PREDICTED = ("time", "layer", "unit"), ("time",), ("time", "prediction")
MEANINGS: dict[str, tuple[str, str]] = {
    "char": ("character that was read", "Unicode code point"),
    "hidden": ("hidden state h after the character was read", "1, within -1 to 1"),
    "cell": ("cell state c after the character was read", "1, unbounded"),
    "input_gate": ("input gate, activated", "1, within 0 to 1"),
    "forget_gate": ("forget gate, activated", "1, within 0 to 1"),
    "output_gate": ("output gate, activated", "1, within 0 to 1"),
    "reset_gate": ("reset gate, activated", "1, within 0 to 1"),
    "update_gate": ("update gate, activated: the share of the old state that stays", "1, within 0 to 1"),
    "candidate_gate": ("candidate, activated", "1, within -1 to 1"),
    "loss": ("loss at the next character; NaN at the last", "nat"),
    "rank": ("rank of the next character among all, 1 the likeliest; 0 at the last", "1"),
    "top_char": ("five likeliest next characters, the likeliest first", "index into the attribute vocabulary"),
    "top_prob": ("their probabilities", "1"),
    "time": ("position in the text", "character"),
    "layer": ("recurrent layer, counted from 1", "1"),
    "unit": ("unit of a layer, counted from 0", "1"),
    "prediction": ("place among the likeliest, counted from 1", "1"),
}


def described(name: str) -> dict[str, str]:
    """A variable's attributes: `long_name` and `units`."""
    long_name, units = MEANINGS[name]
    return {"long_name": long_name, "units": units}


def variables_of(block: Recording) -> dict[str, tuple[tuple[str, ...], np.ndarray]]:
    """Dims and values of a block under the names of the Dataset."""
    return {
        **{name: (STATE, values) for name, values in block.states.items()},
        "loss": (PER_CHARACTER, block.loss),
        "rank": (PER_CHARACTER, block.rank.astype(np.uint16)),
        "top_char": (PREDICTED, block.top_char.astype(np.uint16)),
        "top_prob": (PREDICTED, block.top_prob),
    }


def coordinates(layers: int, units: int, predictions: int) -> dict[str, np.ndarray]:
    """The coordinates of all axes but time, so that `.sel(layer=2)` is layer 2."""
    return {
        "layer": np.arange(1, layers + 1),
        "unit": np.arange(units),
        "prediction": np.arange(1, predictions + 1),
    }


def attributes(run: Run, codes: np.ndarray) -> dict[str, Any]:
    """What was recorded, and what `top_char` indexes."""
    return {
        "run": run.name,
        "weights_sha256": run.weights_hash,
        "text_sha256": hashlib.sha256(codes.tobytes()).hexdigest(),
        "unknown_characters": run.vocabulary.count_unknown(codes),
        "vocabulary": list(run.vocabulary.characters),
    }


def to_dataset(run: Run, text: str, recording: Recording) -> xr.Dataset:
    """A recording of a whole text in memory, with coordinates and the meaning and units of each variable.

    It has the variables of a recording on disk, states in float32.
    """
    codes, (_, layers, units) = to_code_points(text), recording.states["hidden"].shape
    named = {"char": (PER_CHARACTER, codes), **variables_of(recording)}
    predictions = recording.top_char.shape[1]
    return xr.Dataset(
        {name: (dims, values, described(name)) for name, (dims, values) in named.items()},
        {name: (name, values, described(name)) for name, values in coordinates(layers, units, predictions).items()},
        attributes(run, codes),
    )

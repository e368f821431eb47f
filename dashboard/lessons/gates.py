"""The numbers of lesson 11: two units of a shipped LSTM at each character of a passage, as they are recorded."""

from math import log
from typing import Any

import numpy as np

from corpora.demo import load_passage
from models.recording import record
from models.run import load_run
from models.units import Unit

MODEL, LENGTH = "war-and-peace", 131
UNITS = {"quote": Unit(2, 392), "line": Unit(1, 286)}
"""The two that the search holds for a detector of `inside-quotes` and a ramp of `column`."""
STATES = {"i": "input_gate", "f": "forget_gate", "g": "candidate_gate", "o": "output_gate", "c": "cell", "h": "hidden"}


def data() -> dict[str, Any]:
    """The passage's beginning, for each unit its gates and states after each character, and the loss in bits."""
    text = load_passage("war-and-peace")[:LENGTH]
    recording = record(load_run(MODEL), text, gates=True)
    units = {
        name: {"layer": unit.layer, "unit": unit.index}
        | {letter: _rounded(recording.states[state][:, unit.layer - 1, unit.index]) for letter, state in STATES.items()}
        for name, unit in UNITS.items()
    }
    bits = float(recording.loss[:-1].mean(dtype=np.float64)) / log(2)
    return {"model": MODEL, "text": text, "units": units, "bits": bits}


def _rounded(values: np.ndarray) -> list[float]:
    return [round(float(value), 7) for value in values]

"""The numbers of lesson 12: the forget gates of three units of a shipped LSTM while it reads."""

from typing import Any

import numpy as np
from jaxtyping import Float

from corpora.demo import load_passage
from dashboard.lessons.units import shipped_unit
from models.recording import record
from models.run import load_run

MODEL, PASSAGE, END = "war-and-peace", "war-and-peace", "across his chest."
UNITS = {"quotes": "inside-quotes", "line": "column", "space": "space"}
"""Concepts; of each the unit whose cell state follows it best is shown."""


def data() -> dict[str, Any]:
    """The text that is read, and each unit's forget gate at each character."""
    run, passage = load_run(MODEL), load_passage(PASSAGE)
    text = passage[: passage.index(END) + len(END)]
    gates = record(run, text, gates=True).states["forget_gate"]
    units = {name: shipped_unit(MODEL, concept, "cell") for name, concept in UNITS.items()}
    shown = {
        name: {"layer": unit.layer, "unit": unit.index, "forget": _rounded(gates[:, unit.layer - 1, unit.index])}
        for name, unit in units.items()
    }
    return {"model": MODEL, "text": text, "units": shown}


def _rounded(gates: Float[np.ndarray, " time"]) -> list[float]:
    return [float(f"{gate:.6g}") for gate in gates]

"""The numbers of lesson 12: the forget gates of three units of a shipped LSTM while it reads."""

from typing import Any

from corpora.demo import load_passage
from models.recording import record
from models.run import load_run

MODEL, PASSAGE, END = "war-and-peace", "war-and-peace", "across his chest."
UNITS = {"quotes": (2, 392), "line": (1, 286), "space": (1, 431)}
"""Layer and unit of those shown: one follows quotes, one counts along the line, one fires at spaces."""


def data() -> dict[str, Any]:
    """The text that is read, and each unit's forget gate at each character."""
    run, passage = load_run(MODEL), load_passage(PASSAGE)
    text = passage[: passage.index(END) + len(END)]
    gates = record(run, text, gates=True).states["forget_gate"]
    units = {
        name: {"layer": layer, "unit": unit, "forget": [float(f"{f:.6g}") for f in gates[:, layer - 1, unit]]}
        for name, (layer, unit) in UNITS.items()
    }
    return {"model": MODEL, "text": text, "units": units}

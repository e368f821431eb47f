"""A reading: a text as one model read it, ready for the browser.

Axes: `time`, `unit` (layer and unit flattened: column = (layer - 1) * units + unit), `prediction`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from sys import getsizeof
from typing import Any

import numpy as np
from jaxtyping import Float32, Int8

from analysis.concepts import CONCEPTS
from analysis.findings import load_units, ranked, rows_of
from analysis.statistics import MEASURE_TITLES
from corpora import InputError
from dashboard.codes import CellCoder, bounded_codes
from dashboard.frames import encode_frame
from models.network import CharRNN
from models.recording import Recording, join, record_blocks
from models.run import Run

LONGEST_TEXT = 100_000  # characters of a text that is read while a visitor waits
FINDING = (
    "concept", "title", "where", "kind", "state", "layer", "unit", "sign", "measure", "score", "untrained", "ngram",
    "verdict", "level", "clear", "f1", "share", "rank",
)  # fmt: skip


@dataclass(frozen=True)
class Reading:
    """A text for the browser: states as codes, predictions, loss, and the search's findings."""

    run: Run
    text: str
    states: dict[str, Int8[np.ndarray, "unit time"]]
    """The states as codes, -127 .. 127: see `dashboard.codes`. A recording may hold fewer than the run's cells have.

    Gates such as `forget_gate` come last, if they are held.
    """
    cell_scale: Float32[np.ndarray, " unit"] | None
    """Largest |c| of each unit in this text, which the code 127 stands for; None without a c."""
    predictions: Recording
    """Loss, ranks and predictions: a recording without its states."""
    gates: tuple[str, ...] = ()
    """The gates that can be had: among `states`, or else by `read_gates`, as `Engine.with_gates` does."""

    @property
    def layers(self) -> int:
        return self.run.model.num_layers

    @property
    def units(self) -> int:
        return self.run.model.hidden_size

    def __len__(self) -> int:
        return len(self.predictions)

    @property
    def nbytes(self) -> int:
        """The memory that it takes."""
        scale = () if self.cell_scale is None else (self.cell_scale,)
        states = sum(array.nbytes for array in (*self.states.values(), *scale))
        return self.predictions.nbytes + states + getsizeof(self.text)

    def stretch(self, start: int, stop: int) -> "Reading":
        """The characters from `start` to before `stop`; what came before still shapes their states."""
        states = {name: codes[:, start:stop] for name, codes in self.states.items()}
        return replace(
            self, text=self.text[start:stop], states=states, predictions=self.predictions.stretch(start, stop)
        )

    def header(self) -> dict[str, Any]:
        """The header of the base frame: see docs/frame-format.md."""
        return {
            "length": len(self),
            "layers": self.layers,
            "units": self.units,
            "columns": self.layers * self.units,
            "states": [state for state in self.states if state in self.run.states],
            "gates": list(self.gates),
            "vocabulary": list(self.run.vocabulary.characters),
            "findings": findings_of(self.run),
            "model": self.run.name,
        }

    def base_arrays(self) -> dict[str, np.ndarray]:
        """The arrays of the base frame; docs/frame-format.md gives their shapes and units."""
        predictions = self.predictions
        return {
            "text": np.frombuffer(self.text.encode(), dtype=np.uint8),
            "top_char": predictions.top_char.astype(np.uint16),
            "top_prob": predictions.top_prob,
            "loss": np.nan_to_num(predictions.loss),
            "rank": predictions.rank.astype(np.uint16),
            **({} if self.cell_scale is None else {"cell_scale": self.cell_scale}),
        }

    def base_frame(self) -> bytes:
        """Everything except the activations."""
        return encode_frame(self.header(), self.base_arrays())

    def state_frame(self, state: str, column: int | None = None) -> bytes:
        """The activations of a state, for all units or for one."""
        if state not in self.states or not (column is None or 0 <= column < self.layers * self.units):
            raise InputError(
                f"Wanted {' or '.join(self.states)} and a unit below {self.layers * self.units}, got {state}/{column}."
            )
        values = self.states[state]
        return encode_frame({}, {"activations": values if column is None else values[column]})


def read_text(run: Run, text: str, network: CharRNN) -> Reading:
    """Read a text. Its gates can be had later: most who read a text never ask for them."""
    read = reading_of(run, text, record_blocks(network, run.vocabulary.encode(text)))
    return replace(read, gates=run.model.gate_states)


def read_gates(run: Run, text: str, network: CharRNN) -> dict[str, Int8[np.ndarray, "unit time"]]:
    """The codes of all gates of a text, by name: the text is read once more."""
    gates = run.model.gate_states
    blocks = record_blocks(network, run.vocabulary.encode(text), gates=True)
    only = (replace(block, states={name: block.states[name] for name in gates}) for block in blocks)
    return reading_of(run, text, only).states


def reading_of(run: Run, text: str, blocks: Iterable[Recording]) -> Reading:
    """The reading of a text, or of a stretch of it, from its blocks in order, with the states that they hold.

    States are coded block by block: as float32 they would need more than four times the memory.
    """
    columns, codes, cell, predictions, first = run.model.num_layers * run.model.hidden_size, {}, None, [], None
    for block in blocks:
        first = block.start if first is None else first
        at = block.start - first
        for name in ({*run.states, *run.model.gate_states} - {"cell"}) & block.states.keys():
            if name not in codes:
                codes[name] = np.empty((columns, len(text)), dtype=np.int8)
            codes[name][:, at : at + len(block)] = bounded_codes(block.states[name].reshape(-1, columns))
        if "cell" in block.states:
            cell = cell or CellCoder(columns, len(text))
            cell.add(at, block.states["cell"].reshape(-1, columns))
        predictions.append(replace(block, states={}))
    held = codes | ({"cell": cell.codes()} if cell else {})
    states = {name: held[name] for name in (*run.states, *run.model.gate_states) if name in held}
    gates = tuple(name for name in states if name not in run.states)
    return Reading(run, text, states, cell.largest if cell else None, join(predictions), gates)


def findings_of(run: Run) -> list[dict[str, Any]]:
    """The rows of a run's search table for the browser, the clearest concept first."""
    units = load_units(run)
    if units is None:
        return []
    table = ranked(units[units["concept"].isin(CONCEPTS) & units["score"].notna()])
    table = table.assign(
        title=[CONCEPTS[name].title for name in table["concept"]],
        where=[CONCEPTS[name].where for name in table["concept"]],
        measure=table["measure"].map(MEASURE_TITLES),
    )
    plain = table[list(FINDING)].astype(object)
    return rows_of(plain.where(plain.notna(), None))  # None, not NaN: JSON has no NaN

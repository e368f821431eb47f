"""All units of a network over a text, quantised to bytes, on disk in panels of 256 columns: as long as the disk holds.

Axes: `time`; `column`, which runs over states, layers and units: (state, layer, unit) flattened. The states are those
of the run's cell (hidden and cell of an LSTM, hidden of the others), its gates if wanted, and as a control the same
states rotated: standardised and multiplied by a random rotation of each layer's units.
"""

import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path

import numpy as np
from jaxtyping import Float, Int64, UInt8

from analysis.scoring.labels import BLOCK
from analysis.scoring.quantiser import Quantiser
from analysis.scoring.sources import ROTATED, RotatedSource, Source, sample_parts
from models.units import Unit, unit_at

PANEL = 256  # columns per file: their tables of 256 bins fit a core's own cache


@dataclass(frozen=True)
class Panel:
    """Up to 256 columns of a store, in one file: uint8 [time, column]."""

    path: str
    start: int
    """The first column."""
    width: int

    def read(self, part: slice) -> UInt8[np.ndarray, "time column"]:
        """A stretch of time, read into memory of its own: pages that the system keeps are not ours."""
        count, start = (part.stop - part.start) * self.width, part.start * self.width
        return np.fromfile(self.path, dtype=np.uint8, count=count, offset=start).reshape(-1, self.width)

    def read_columns(self, columns: list[int], part: slice) -> UInt8[np.ndarray, "column time"]:
        """Some columns over a stretch of time, a block of it in memory at a time."""
        bins = np.empty((len(columns), part.stop - part.start), dtype=np.uint8)
        for at in range(part.start, part.stop, BLOCK):
            block = slice(at, min(at + BLOCK, part.stop))
            bins[:, at - part.start : block.stop - part.start] = self.read(block)[:, columns].T
        return bins

    def read_rows(
        self, rows: Int64[np.ndarray, " row"], columns: slice = slice(None)
    ) -> UInt8[np.ndarray, "row column"]:
        """Some characters, in ascending order, a block of the text at a time."""
        found = [np.empty((0, self.width), dtype=np.uint8)[:, columns]]
        for start in range(int(rows[0]), int(rows[-1]) + 1, BLOCK) if len(rows) else ():
            within = rows[(rows >= start) & (rows < start + BLOCK)]
            if len(within):
                found.append(self.read(slice(start, int(within[-1]) + 1))[within - start, columns])
        return np.concatenate(found)


@dataclass(frozen=True)
class ActivationStore:
    """Quantised activations in a folder."""

    folder: Path
    length: int
    states: tuple[str, ...]
    layers: int
    units: int
    quantiser: Quantiser

    @property
    def columns_per_state(self) -> int:
        return self.layers * self.units

    @property
    def columns(self) -> int:
        return len(self.states) * self.columns_per_state

    def unit(self, column: int) -> Unit:
        """The unit, and its state, that a column holds."""
        state, rest = divmod(column, self.columns_per_state)
        return unit_at(rest, self.units, self.states[state])

    def column(self, unit: Unit) -> int:
        """The column of a unit in its state."""
        return self.columns_of(unit.state).start + unit.column(self.units)

    def panel_of(self, column: int) -> tuple[int, int]:
        """The panel that a column is in, and where in it."""
        state, rest = divmod(column, self.columns_per_state)
        panel, offset = divmod(rest, PANEL)
        return state * -(-self.columns_per_state // PANEL) + panel, offset

    def without_rotated(self) -> "ActivationStore":
        """The same without the rotated states."""
        return replace(self, states=tuple(state for state in self.states if not state.endswith(ROTATED)))

    def columns_of(self, state: str) -> slice:
        start = self.states.index(state) * self.columns_per_state
        return slice(start, start + self.columns_per_state)

    @cached_property
    def panels(self) -> list[Panel]:
        """The files; each holds columns of one state."""
        bounds = [
            (start + at, min(PANEL, self.columns_per_state - at))
            for start in range(0, self.columns, self.columns_per_state)
            for at in range(0, self.columns_per_state, PANEL)
        ]
        return [Panel(str(self.folder / f"{start:06d}.u8"), start, width) for start, width in bounds]

    def read_rows(self, columns: slice, rows: Int64[np.ndarray, " row"]) -> UInt8[np.ndarray, "row column"]:
        """Neighbouring columns at some characters, in ascending order."""
        found = []
        for panel in self.panels:
            within = slice(max(columns.start - panel.start, 0), min(columns.stop - panel.start, panel.width))
            if within.start < within.stop:
                found.append(panel.read_rows(rows, within))
        return np.concatenate(found, axis=1)

    def write(self, blocks: Iterable[tuple[int, Float[np.ndarray, "_ column"]]]) -> Iterator[int]:
        """Quantise blocks of activations, each with the time it starts at; yields how many characters each had."""
        self.folder.mkdir(parents=True, exist_ok=True)
        files = [os.open(panel.path, os.O_RDWR | os.O_CREAT) for panel in self.panels]
        try:
            with ThreadPoolExecutor() as pool:
                for start, values in blocks:
                    list(pool.map(partial(self._write_panel, start, values), self.panels, files))
                    yield len(values)
        finally:
            for file in files:
                os.close(file)

    def _write_panel(self, start: int, values: Float[np.ndarray, "time column"], panel: Panel, file: int) -> None:
        columns = slice(panel.start, panel.start + panel.width)
        os.pwrite(file, self.quantiser.to_bins(values[:, columns], columns).data, start * panel.width)


def make_store(
    source: Source, folder: Path, development: int, rotated: bool = False
) -> tuple[ActivationStore, Iterator[int]]:
    """A store of a source, and the iterator that fills it: it yields how many characters were done just now.

    `development` is the length of the part that may shape the bins; `rotated` adds the states rotated at random.
    """
    parts = sample_parts(development)
    sample = source.sample(parts)
    if rotated:
        source = RotatedSource(source, sample)
        sample = source.rotate(sample)
    store = ActivationStore(folder, source.length, source.states, source.layers, source.units, Quantiser(sample))
    return store, store.write(source.blocks())

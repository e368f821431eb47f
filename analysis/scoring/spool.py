"""All units of a network over a text, quantised to bytes, on disk in panels of 256 columns: as long as the disk holds.

Axes: `time`; `column`, which runs over states, layers and units: (state, layer, unit) flattened. The states are those
of the run's cell (hidden and cell of an LSTM, hidden of the others), its gates if wanted, and for control the same
states turned: standardised and multiplied by a random rotation of each layer's units.

A unit's bins are filled evenly by a sample from the development part (docs/decisions/008): fine where it dwells. A
value keeps its rank but for ties within a bin, so what is computed from ranks needs nothing but the bins.
"""

import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from typing import Protocol, runtime_checkable

import numpy as np
import xarray as xr
from jaxtyping import Float, Float32, Int64, UInt8

from analysis.scoring.kernels import BINS, find_bins
from corpora import InputError
from models.network import CharRNN
from models.record import record_blocks
from models.recordings import CHUNK

PANEL = 256  # columns per file: their tables of 256 bins fit a core's own cache
STREAMS = 32
MANY = 64_000  # characters from which a text is read as many streams
ROTATION_SEED = 7
ROTATED = "_rotated"  # what follows the name of a state that was turned


class Quantiser:
    """Maps activations to 256 levels that a sample fills evenly, but for the rarest values, which are told apart too.

    Level b holds the values from `edges[column, b]` up to `edges[column, b + 1]`; the outermost edges are infinite.
    Five levels at either end are filled half as much each as the one before, so that a unit that is on once in a
    thousand characters has levels of its own for it. Of a unit that takes few values each is a level.
    """

    def __init__(self, sample: Float[np.ndarray, "time column"]) -> None:
        sample = sample.astype(np.float32)
        inner = np.quantile(sample, _SHARES, axis=0).T.astype(np.float32)
        for column in np.flatnonzero((np.diff(inner, axis=1) == 0).any(axis=1)):
            inner[column] = _spread(inner[column], np.unique(sample[:, column]))
        infinite = np.full((len(inner), 1), np.inf, dtype=np.float32)
        self.edges: Float32[np.ndarray, "column edge"] = np.concatenate([-infinite, inner, infinite], axis=1)

    def to_bins(
        self, values: Float[np.ndarray, "time column"], columns: slice = slice(None)
    ) -> UInt8[np.ndarray, "time column"]:
        """The levels of values of these columns, by default of all."""
        return find_bins(np.ascontiguousarray(values, dtype=np.float32), self.edges[columns])

    def to_value(self, column: int, edge: int) -> float:
        """The activation at a bin edge (0 .. 256) of a column."""
        return float(self.edges[column, edge])


_TAIL = 0.5 ** np.arange(9, 14)
_EVEN = BINS - 1 - 2 * len(_TAIL)
_SHARES = np.sort(np.concatenate([np.arange(1, _EVEN + 1) / (_EVEN + 1), _TAIL, 1 - _TAIL]))


def _spread(edges: Float32[np.ndarray, " edge"], values: Float32[np.ndarray, " value"]) -> np.ndarray:
    """Edges of which some are the same, with others of the values in their place; all values if they are few."""
    found = values[1:] if 1 < len(values) <= len(edges) + 1 else np.unique(edges)
    others = np.setdiff1d(values[1:], found)
    spare = min(len(edges) - len(found), len(others))
    chosen = others[np.linspace(0, len(others) - 1, spare).astype(int)] if spare else others[:0]
    found = np.sort(np.concatenate([found, chosen]))
    return np.concatenate([found, np.repeat(found[-1:], len(edges) - len(found))])


@dataclass(frozen=True)
class Panel:
    """Up to 256 columns of a spool, in one file: uint8 [time, column]."""

    path: str
    start: int
    """The first column."""
    width: int

    def read(self, part: slice) -> UInt8[np.ndarray, "time column"]:
        """A stretch of time, read into memory of its own: pages that the system keeps are not ours."""
        count, start = (part.stop - part.start) * self.width, part.start * self.width
        return np.fromfile(self.path, dtype=np.uint8, count=count, offset=start).reshape(-1, self.width)


@dataclass(frozen=True)
class Spool:
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

    def name(self, column: int) -> tuple[str, int, int]:
        """State, layer (from 1) and unit of a column."""
        state, rest = divmod(column, self.columns_per_state)
        layer, unit = divmod(rest, self.units)
        return self.states[state], layer + 1, unit

    def column(self, state: str, layer: int, unit: int) -> int:
        """The column of a unit in a state."""
        return self.columns_of(state).start + (layer - 1) * self.units + unit

    def place(self, column: int) -> tuple[int, int]:
        """The panel that a column is in, and its place there."""
        state, rest = divmod(column, self.columns_per_state)
        panel, place = divmod(rest, PANEL)
        return state * -(-self.columns_per_state // PANEL) + panel, place

    def without_rotated(self) -> "Spool":
        """The same without the states that were turned."""
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

    def read(self, columns: slice, part: slice) -> UInt8[np.ndarray, "time column"]:
        """A stretch of time of neighbouring columns."""
        found = []
        for panel in self.panels:
            within = slice(max(columns.start - panel.start, 0), min(columns.stop - panel.start, panel.width))
            if within.start < within.stop:
                found.append(panel.read(part)[:, within])
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


@runtime_checkable
class Source(Protocol):
    """What is spooled: activations of a text by states, a sample of them first, then all of them block by block."""

    length: int
    layers: int
    units: int
    states: tuple[str, ...]

    def sample(self, parts: list[slice]) -> Float[np.ndarray, "time column"]:
        """Activations of some stretches of the text, one after the other."""
        ...

    def blocks(self) -> Iterator[tuple[int, Float[np.ndarray, "time column"]]]:
        """All activations in stretches, each with the time it starts at, in whatever order."""
        ...


class NetworkSource:
    """A network that reads the text now, 32 streams side by side if the text is long."""

    def __init__(self, network: CharRNN, ids: Int64[np.ndarray, " time"], gates: bool = False) -> None:
        config, kind = network.config, network.kind
        self.network, self.ids, self.gates = network, ids, gates
        self.length, self.layers, self.units = len(ids), config.num_layers, config.hidden_size
        self.states = (*kind.states, *(f"{gate}_gate" for gate in kind.gates if gates))

    def sample(self, parts: list[slice]) -> Float[np.ndarray, "time column"]:
        ids = np.concatenate([self.ids[part] for part in parts])
        return np.concatenate([values for _, values in self._read(ids, streams=1)])

    def blocks(self) -> Iterator[tuple[int, Float[np.ndarray, "time column"]]]:
        yield from self._read(self.ids, STREAMS if self.length >= MANY else 1)

    def _read(self, ids: np.ndarray, streams: int) -> Iterator[tuple[int, Float[np.ndarray, "time column"]]]:
        for block in record_blocks(self.network, ids, streams, self.gates):
            yield block.start, flatten([*block.states.values(), *block.gates.values()])


class RecordingSource:
    """A recording on disk, a chunk at a time."""

    def __init__(self, recording: xr.Dataset, states: tuple[str, ...]) -> None:
        self.recording, self.states = recording, states
        self.length, self.layers, self.units = (recording.sizes[axis] for axis in ("time", "layer", "unit"))

    def sample(self, parts: list[slice]) -> Float[np.ndarray, "time column"]:
        return np.concatenate([self._read(part) for part in parts])

    def blocks(self) -> Iterator[tuple[int, Float[np.ndarray, "time column"]]]:
        for start in range(0, self.length, CHUNK):
            yield start, self._read(slice(start, min(start + CHUNK, self.length)))

    def _read(self, part: slice) -> Float[np.ndarray, "time column"]:
        chunk = self.recording.isel(time=part)
        values = flatten([chunk[state].to_numpy() for state in self.states])
        if not np.isfinite(values).all():
            at = part.start + int(np.argmin(np.isfinite(values).all(axis=1)))
            raise InputError(
                f"Wanted numbers in the recording, got NaN or infinity at character {at:,}. Record the text again."
            )
        return values


class RotatedSource:
    """The same units, and for each state also its units turned at random, layer by layer.

    What a rotation of the standardised units tracks as well as the units do is in the layer, but not in its units: the
    control of Radford et al. and of Bau et al. 2017 (Network Dissection, section 3.2), "axis-aligned interpretability".
    """

    def __init__(self, source: Source, sample: Float[np.ndarray, "time column"], seed: int = ROTATION_SEED) -> None:
        self.source = source
        self.length, self.layers, self.units = source.length, source.layers, source.units
        self.states = (*source.states, *(state + ROTATED for state in source.states))
        self.mean, deviation = sample.mean(axis=0), sample.std(axis=0)
        self.scale = 1 / np.where(deviation > 0, deviation, 1)
        chance = np.random.default_rng(seed)
        of_layers = (np.linalg.qr(chance.standard_normal((self.units, self.units))) for _ in range(self.layers))
        self.rotations = [np.asarray(q, dtype=np.float32) for q, _ in of_layers]

    def sample(self, parts: list[slice]) -> Float[np.ndarray, "time column"]:
        return self._turn(self.source.sample(parts))

    def blocks(self) -> Iterator[tuple[int, Float[np.ndarray, "time column"]]]:
        for start, values in self.source.blocks():
            yield start, self._turn(values)

    def _turn(self, values: Float[np.ndarray, "time column"]) -> Float[np.ndarray, "time both"]:
        standard = ((values - self.mean) * self.scale).astype(np.float32)
        turned = np.empty_like(standard)
        for index in range(standard.shape[1] // self.units):
            part = slice(index * self.units, (index + 1) * self.units)
            turned[:, part] = standard[:, part] @ self.rotations[index % self.layers]
        return np.concatenate([values.astype(np.float32), turned], axis=1)


def flatten(states: list[Float[np.ndarray, "time layer unit"]]) -> Float[np.ndarray, "time column"]:
    """States side by side, layers and units flattened."""
    return np.concatenate([state.reshape(len(state), -1) for state in states], axis=1)


def sample_parts(length: int, parts: int = 8, part_length: int = 2048) -> list[slice]:
    """Where the quantiser looks in the first `length` characters: at all of them, or at evenly spaced stretches."""
    if length <= parts * part_length:
        return [slice(0, length)]
    return [slice(start, start + part_length) for start in np.linspace(0, length - part_length, parts).astype(int)]


def make_spool(source: Source, folder: Path, development: int, rotated: bool = False) -> tuple[Spool, Iterator[int]]:
    """A spool of a source, and the iterator that fills it: it yields how many characters were done just now.

    `development` is the length of the part that may shape the bins; `rotated` adds the states turned at random.
    """
    parts = sample_parts(development)
    sample = source.sample(parts)
    if rotated:
        source = RotatedSource(source, sample)
        sample = source.sample(parts)
    spool = Spool(folder, source.length, source.states, source.layers, source.units, Quantiser(sample))
    return spool, spool.write(source.blocks())

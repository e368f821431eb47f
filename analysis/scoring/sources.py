"""Where activations come from: a network that reads the text now, a recording on disk, or a random rotation of either.

Axes: `time`; `column`, which runs over states, layers and units flattened; `layer`, `unit`.
"""

from collections.abc import Iterator
from typing import Protocol, runtime_checkable

import numpy as np
import xarray as xr
from jaxtyping import Float, Int64

from corpora import InputError
from models.config import ModelConfig
from models.network import CharRNN
from models.recording import record_blocks, streams_for
from models.recording.store import CHUNK, read_part
from models.units import GATE

ROTATION_SEED = 7
ROTATED = "_rotated"  # what follows the name of a state that was rotated


@runtime_checkable
class Source(Protocol):
    """What is stored: activations of a text by states, a sample of them first, then all of them block by block."""

    length: int
    layers: int
    units: int
    states: tuple[str, ...]

    def sample(self, parts: list[slice]) -> Float[np.ndarray, "time column"]:
        """Activations of some stretches of the text that follow one another, as they are when all of it is read."""
        ...

    def blocks(self) -> Iterator[tuple[int, Float[np.ndarray, "time column"]]]:
        """All activations in stretches, each with the time it starts at, in whatever order."""
        ...


class NetworkSource:
    """A network that reads the text now."""

    def __init__(self, network: CharRNN, ids: Int64[np.ndarray, " time"], gates: bool = False) -> None:
        config = network.config
        self.network, self.ids, self.gates = network, ids, gates
        self.length, self.layers, self.units = len(ids), config.num_layers, config.hidden_size
        self.states = recorded_states(config, gates)

    def sample(self, parts: list[slice]) -> Float[np.ndarray, "time column"]:
        """All text before them is read, too: a unit that counts has its values only then."""
        starts = np.cumsum([0, *(part.stop - part.start for part in parts)])
        found = np.empty((starts[-1], len(self.states) * self.layers * self.units), dtype=np.float32)
        for start, values in self._read(parts[-1].stop):
            for at, part in zip(starts, parts, strict=False):
                first, last = max(start, part.start), min(start + len(values), part.stop)
                if first < last:
                    found[at + first - part.start : at + last - part.start] = values[first - start : last - start]
        return found

    def blocks(self) -> Iterator[tuple[int, Float[np.ndarray, "time column"]]]:
        yield from self._read(self.length)

    def _read(self, length: int) -> Iterator[tuple[int, Float[np.ndarray, "time column"]]]:
        for block in record_blocks(self.network, self.ids[:length], streams_for(self.network, length), self.gates):
            yield block.start, flatten(list(block.states.values()))


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
        chunk = read_part(self.recording[list(self.states)], part)
        values = flatten([chunk[state].to_numpy() for state in self.states])
        if not np.isfinite(values).all():
            at = part.start + int(np.argmin(np.isfinite(values).all(axis=1)))
            raise InputError(
                f"Wanted numbers in the recording, got NaN or infinity at character {at:,}. Record the text again."
            )
        return values


class RotatedSource:
    """The same units, and for each state also its units rotated at random, layer by layer.

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
        return self.rotate(self.source.sample(parts))

    def blocks(self) -> Iterator[tuple[int, Float[np.ndarray, "time column"]]]:
        for start, values in self.source.blocks():
            yield start, self.rotate(values)

    def rotate(self, values: Float[np.ndarray, "time column"]) -> Float[np.ndarray, "time both"]:
        """The values as they are, and rotated."""
        standard = ((values - self.mean) * self.scale).astype(np.float32)
        rotated = np.empty_like(standard)
        for index in range(standard.shape[1] // self.units):
            part = slice(index * self.units, (index + 1) * self.units)
            rotated[:, part] = standard[:, part] @ self.rotations[index % self.layers]
        return np.concatenate([values.astype(np.float32), rotated], axis=1)


def recorded_states(model: ModelConfig, gates: bool) -> tuple[str, ...]:
    """The states of a network's cells, and if wanted its gates, under the names that they have in a recording."""
    return (*model.states, *(gate + GATE for gate in model.gates if gates))


def flatten(states: list[Float[np.ndarray, "time layer unit"]]) -> Float[np.ndarray, "time column"]:
    """States side by side, layers and units flattened."""
    return np.concatenate([state.reshape(len(state), -1) for state in states], axis=1)


def sample_parts(length: int, parts: int = 8, part_length: int = 2048) -> list[slice]:
    """Where the quantiser looks in the first `length` characters: at all of them, or at evenly spaced stretches."""
    if length <= parts * part_length:
        return [slice(0, length)]
    return [
        slice(start, start + part_length) for start in np.linspace(0, length - part_length, parts).astype(int).tolist()
    ]

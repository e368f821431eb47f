"""Reads a text with units held at values, many such readings side by side: what does the network need them for?

python -m models sample RUN --clamp L1.u37=1

Axes: `time`, `stream` (a reading with clamps of its own; all streams read the same text), `unit`, `row` (gate x unit).

A clamped state is overwritten after every step, before anything reads it. Of an LSTM's c this means that the next
step's forget gate keeps the clamped value, and that h = o tanh(c) is taken from it for the recurrence, the next layer
and the readout alike; the unit's own output gate stays free. Before the first character all states are 0, clamped or
not. Layers below the lowest clamp do the same in all streams and are read once.
"""

import copy
import math
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Event

import numpy as np
import torch
from jaxtyping import Float, Float32, Int64
from torch import Tensor
from torch.nn import functional

from corpora import InputError
from models.network import CharRNN
from models.recording.layers import BLOCK, LayerReader, PackedLayer
from models.recurrence import STEPS
from models.units import Unit

SHARE = 16  # streams at least that a thread reads: with fewer its time goes into reading the weights
ROWS = 4096  # steps x streams of a block: large enough for the matrix product, 32 MiB of gates with 512 units


@dataclass(frozen=True)
class Clamp:
    """A unit whose state is held at a value; without a state it is the memory: c of an LSTM, h of the others."""

    unit: Unit
    value: float

    @classmethod
    def parse(cls, written: str) -> "Clamp":
        """`L1.u37=1` or `L1·u37=-0.5`.

        Raises:
            InputError: anything else.
        """
        name, _, value = written.partition("=")
        try:
            return cls(Unit.parse(name), float(value))
        except (InputError, ValueError):
            raise InputError(
                f"Wanted a clamp such as L1.u37=1 (layers count from 1, units from 0), got {written!r}. "
                "Name a unit and the value to hold it at."
            ) from None


class ClampedLayer:
    """Reads one layer in blocks as many streams, each with its own units held, and keeps its state in between."""

    def __init__(self, network: CharRNN, layer: int, streams: Sequence[Sequence[Clamp]]) -> None:
        self.step = STEPS[network.config.cell]
        self.weights = network.layer_weights()[layer]
        self.recurrent = self.weights.weight_hh.T.contiguous()
        self.state = tuple(torch.zeros(len(streams), network.config.hidden_size) for _ in network.kind.states)
        self.of_state = torch.empty(len(streams), len(self.weights.bias_hh))
        self.rows = torch.empty_like(self.of_state)
        self.cells, self.hidden = (_Held.of(network, layer, streams, state) for state in ("cell", "hidden"))

    @torch.inference_mode()
    def read(self, x: Float[Tensor, "time batch input"]) -> Float[Tensor, "time stream unit"]:
        """The hidden state after each step of a block; `batch` is 1 where all streams have the same input."""
        time, batch, _ = x.shape
        of_input = torch.addmm(self.weights.bias_ih, x.flatten(0, 1), self.weights.weight_ih.T).view(time, batch, -1)
        hidden = torch.empty(time, *self.state[0].shape)
        rows, of_state, *states = (array.numpy() for array in (self.rows, self.of_state, *self.state))  # same memory
        for t in range(time):
            self.rows.copy_(of_input[t])
            torch.addmm(self.weights.bias_hh, self.state[0], self.recurrent, out=self.of_state)
            self.step(rows, of_state, *states)
            self._hold(rows, *states)
            hidden[t] = self.state[0]
        return hidden

    def _hold(
        self,
        rows: Float32[np.ndarray, "stream row"],
        h: Float32[np.ndarray, "stream unit"],
        c: Float32[np.ndarray, "stream unit"] | None = None,
    ) -> None:
        if c is not None and len(self.cells.value):
            at = (self.cells.stream, self.cells.unit)
            output_gate = rows[:, -h.shape[1] :]
            c[at] = self.cells.value
            h[at] = output_gate[at] * np.tanh(self.cells.value)
        if len(self.hidden.value):
            h[self.hidden.stream, self.hidden.unit] = self.hidden.value


@dataclass(frozen=True)
class _Held:
    """The clamps of one state of one layer, in all streams: `value[k]` for `unit[k]` of `stream[k]`."""

    stream: Int64[np.ndarray, " clamp"]
    unit: Int64[np.ndarray, " clamp"]
    value: Float32[np.ndarray, " clamp"]

    @classmethod
    def of(cls, network: CharRNN, layer: int, streams: Sequence[Sequence[Clamp]], state: str) -> "_Held":
        memory = network.config.memory
        found = [
            (stream, clamp.unit.index, clamp.value)
            for stream, clamps in enumerate(streams)
            for clamp in clamps
            if clamp.unit.layer == layer + 1 and (clamp.unit.state or memory) == state
        ]
        stream, unit, value = zip(*found, strict=True) if found else ((), (), ())
        return cls(np.array(stream, np.int64), np.array(unit, np.int64), np.array(value, np.float32))


def clamped_losses(
    network: CharRNN,
    ids: Int64[np.ndarray, " time"],
    streams: Sequence[Sequence[Clamp]],
    advance: Callable[[int], None] = lambda _: None,
) -> Float32[np.ndarray, "time stream"]:
    """The nats of each true next character, NaN after the last, as each stream with its clamps predicts it.

    A stream without clamps is the network as it is. `advance` receives the number of characters just read, from
    another thread. Apart from the losses, memory does not grow with the text.

    Each thread reads some of the streams, with matrix products of its own. Threads that shared every product took four
    to seven times as long on a busy machine: at each step all wait for the one that has lost its core.

    Raises:
        InputError: no text, no stream, or a clamp of a unit or state that the network lacks.
    """
    if not (len(ids) and len(streams)):
        raise InputError(f"Wanted a text and readings of it, got {len(ids)} characters and {len(streams)} readings.")
    network = _prepared(network, streams)
    lowest = min((clamp.unit.layer for clamps in streams for clamp in clamps), default=network.config.num_layers) - 1
    losses = np.full((len(ids), len(streams)), np.nan, dtype=np.float32)
    workers, stopped = max(1, min(torch.get_num_threads(), len(streams) // SHARE)), Event()

    def read(worker: int) -> None:
        if workers > 1:
            torch.set_num_threads(1)  # those that this thread has for a product
        share = slice(worker, None, workers)
        for at, of_block in _read(network, ids, streams[share], lowest):
            losses[at : at + len(of_block), share] = of_block
            if stopped.is_set():
                return
            if worker == 0:  # the others are about as far
                advance(len(of_block))

    with ThreadPoolExecutor(workers) as pool:
        try:
            for _ in pool.map(read, range(workers)):
                pass
        finally:  # an interruption ends the work within a block
            stopped.set()
    return losses


@torch.inference_mode()
def _read(
    network: CharRNN, ids: Int64[np.ndarray, " time"], streams: Sequence[Sequence[Clamp]], lowest: int
) -> Iterator[tuple[int, Float32[np.ndarray, "time stream"]]]:
    """Where each block begins, and its losses; layers from `lowest` on, counted from 0, differ between streams."""
    layers = range(network.config.num_layers)
    below = [LayerReader(PackedLayer.of(network, layer)) for layer in layers[:lowest]]
    clamped = [ClampedLayer(network, layer, streams) for layer in layers[lowest:]]
    length = min(BLOCK, max(1, ROWS // len(streams)))
    for start in range(0, len(ids) - 1, length):
        read = torch.from_numpy(ids[start : start + length + 1])
        x = functional.embedding(read[:-1], network.embedding.weight)
        for layer in below:
            x = layer.read(x).states[0]
        x = x[:, None]
        for layer in clamped:
            x = layer.read(x)
        targets = read[1:, None].expand(-1, len(streams))
        of_block = functional.cross_entropy(network.readout(x).flatten(0, 1), targets.flatten(), reduction="none")
        yield start, of_block.view(len(x), -1).numpy()


class ClampedStepper:
    """Reads one character at a time with units held at values: `models.sample.Stepper` with clamps."""

    def __init__(self, network: CharRNN, clamps: Sequence[Clamp]) -> None:
        self.network = _prepared(network, [clamps])
        self.layers = [ClampedLayer(self.network, layer, [clamps]) for layer in range(network.config.num_layers)]

    @torch.inference_mode()
    def step(self, index: int) -> Tensor:
        """Read one character; the logits [vocab] of the next."""
        x = self.network.embedding.weight[index][None, None]
        for layer in self.layers:
            x = layer.read(x)
        return self.network.readout(x)[0, 0]


def _prepared(network: CharRNN, streams: Sequence[Sequence[Clamp]]) -> CharRNN:
    """The network on the processor, for which the steps are compiled, once its clamps are known to be possible."""
    for clamp in (clamp for clamps in streams for clamp in clamps):
        clamp.unit.require(network.config)
        if not math.isfinite(clamp.value):
            raise InputError(f"Wanted a number to hold {clamp.unit.slug} at, got {clamp.value}. Name a finite one.")
    on_processor = network.readout.weight.device.type == "cpu"
    return network if on_processor else copy.deepcopy(network).cpu()

"""Reads a text with a network's layers, block by block, from any state: states and gates of every step.

Axes: `stream`, `time`, `unit` of a layer, `row`, gate x unit.

The states of every step are had without a Python loop over characters (docs/decisions/003). What the first layer's
input adds to its gates is computed once for each character that a block has; what another layer's adds, in one product
for a stretch of time; the rest is the compiled recurrence of `models.recurrence`, which leaves the activated gates
where their sums were. The same text from the same state gives the same bits, whatever is read beside it.
"""

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from itertools import chain

import numpy as np
import torch
from jaxtyping import Float, Float32, Int64
from torch import Tensor

from models.network import CharRNN
from models.products import multiply, pack, padded
from models.recurrence import RECURRENCES, embed, multiply_input

BLOCK = 256  # steps per block: its gates stay in cache

# One layer's state of some streams: h and, of an LSTM, c, which is summed up in float64 (docs/decisions/015). The
# network's: of all layers.
LayerState = tuple[Float[np.ndarray, "stream unit"], ...]
NetworkState = list[LayerState]
ALONE = np.zeros(1, np.int64)  # the number of the only stream


@dataclass(frozen=True)
class LayerStates:
    """What one layer did over a block: its states, h first, and its activated gates, in PyTorch's order."""

    states: tuple[Float32[Tensor, "time unit"], ...]
    rows: Float32[Tensor, "time row"]


@dataclass(frozen=True)
class PackedLayer:
    """A layer's weights as the compiled recurrence takes them."""

    cell: str
    units: int
    rows: int
    """Gates times units, without those that only fill up the panels."""
    of_input: Float32[np.ndarray, "panel input width"]
    of_state: Float32[np.ndarray, "panel unit width"]
    bias_ih: Float32[np.ndarray, " row"]
    bias_hh: Float32[np.ndarray, " row"]

    @classmethod
    def of(cls, network: CharRNN, layer: int) -> "PackedLayer":
        """The weights of a layer, which count from 0."""
        weights = network.layer_weights()[layer]
        rows, units = weights.weight_hh.shape
        biases = [np.zeros(padded(rows), np.float32) for _ in range(2)]
        for filled, bias in zip(biases, (weights.bias_ih, weights.bias_hh), strict=True):
            filled[:rows] = bias.numpy()
        matrices = (pack(matrix.numpy()) for matrix in (weights.weight_ih, weights.weight_hh))
        return cls(network.config.cell, units, rows, *matrices, *biases)

    def added_by(self, inputs: Float32[np.ndarray, "place input"]) -> Float32[np.ndarray, "place row"]:
        """What each of some inputs adds to the gates, their bias included."""
        rows = np.tile(self.bias_ih, (len(inputs), 1))
        multiply(self.of_input, inputs, rows)
        return rows

    def zero_state(self, streams: int) -> LayerState:
        """The state before the first character."""
        dtypes = (np.float32, np.float64) if self.cell == "lstm" else (np.float32,)
        return tuple(np.zeros((streams, self.units), dtype) for dtype in dtypes)


class LayerReader:
    """Reads one layer of some streams in blocks and keeps their states in between."""

    def __init__(self, weights: PackedLayer, kept: dict[str, np.ndarray] | None = None) -> None:
        self.weights = weights
        self.recurrence = RECURRENCES[weights.cell]
        self.state = weights.zero_state(1)
        self.kept = {} if kept is None else kept
        """Arrays that several layers may share: each is done with them when the next one begins."""

    def read(self, x: Float32[Tensor, "time input"]) -> LayerStates:
        """The states and gates of the only stream after each step of a block."""
        return self._alone(self.rows_of_text(x.contiguous().numpy()[None], ALONE, 0, len(x)))

    def read_places(self, table: Float32[np.ndarray, "place row"], places: Int64[np.ndarray, "1 time"]) -> LayerStates:
        """The same, of inputs that are rows of a table."""
        return self._alone(self.rows_of_places(table, places))

    def _alone(self, rows: Float32[np.ndarray, "1 time row"]) -> LayerStates:
        states = tuple(np.empty((1, rows.shape[1], self.weights.units), np.float32) for _ in self.state)
        self.advance(rows, states, ALONE, 0)
        return LayerStates(
            tuple(torch.from_numpy(of_stream[0]) for of_stream in states),
            torch.from_numpy(rows[0, :, : self.weights.rows]),
        )

    def rows_of_places(
        self, table: Float32[np.ndarray, "place row"], places: Int64[np.ndarray, "stream time"]
    ) -> Float32[np.ndarray, "stream time row"]:
        """What the inputs add to the gates, each of them a row of a table that `PackedLayer.added_by` has made."""
        rows = self._scratch("rows", places.shape[0], places.shape[1], table.shape[1])
        embed(table, places, rows)
        return rows

    def rows_of_text(
        self,
        x: Float32[np.ndarray, "number text_time input"],
        numbers: Int64[np.ndarray, " stream"],
        at: int,
        time: int,
    ) -> Float32[np.ndarray, "stream time row"]:
        """What `time` inputs from `at` on add to the gates."""
        weights = self.weights
        rows = self._scratch("rows", len(numbers), time, len(weights.bias_ih))
        together = self._scratch("together", len(numbers), time, x.shape[2])
        multiply_input(weights.of_input, weights.bias_ih, x, numbers, at, together, rows)
        return rows

    def _scratch(self, name: str, streams: int, time: int, width: int) -> Float32[np.ndarray, "stream time column"]:
        """An array to write to: of streams side by side the one that was used before, which is in a cache."""
        if streams == 1:
            return np.empty((1, time, width), np.float32)  # it may be given to somebody
        if name not in self.kept or self.kept[name].size < streams * time * width:
            self.kept[name] = np.empty(streams * time * width, np.float32)
        return self.kept[name][: streams * time * width].reshape(streams, time, width)

    def advance(
        self,
        rows: Float32[np.ndarray, "stream time row"],
        states: tuple[Float32[np.ndarray, "number text_time unit"], ...],
        numbers: Int64[np.ndarray, " stream"],
        at: int,
    ) -> None:
        """Read on; the states are written to these numbers from `at` on, and `rows` become the activated gates."""
        weights = self.weights
        self.recurrence(rows, weights.of_state, weights.bias_hh, numbers, at, *self.state, *states)


class NetworkReader:
    """Reads a text with all layers and keeps their states in between."""

    def __init__(
        self, network: CharRNN, state: NetworkState | None = None, weights: Sequence[PackedLayer] = ()
    ) -> None:
        self.embedding = network.embedding.weight.detach().numpy()
        self.layers = [LayerReader(each) for each in weights or pack_layers(network)]
        for reader, given in zip(self.layers, state or [], strict=False):
            reader.state = tuple(part.copy() for part in given)

    def read(self, ids: Int64[np.ndarray, " time"]) -> list[LayerStates]:
        """What every layer did over a block, one layer after the other."""
        done: list[LayerStates] = []
        for _ in self.layers:
            self._advance((ids, done))
        return done

    def _advance(self, block: tuple[Int64[np.ndarray, " time"], list[LayerStates]]) -> None:
        """Read a block with the layer above those that have read it."""
        ids, done = block
        reader = self.layers[len(done)]
        done.append(reader.read(done[-1].states[0]) if done else reader.read_places(*self._table(ids)))

    def _table(
        self, ids: Int64[np.ndarray, " time"]
    ) -> tuple[Float32[np.ndarray, "place row"], Int64[np.ndarray, "1 time"]]:
        occurring, places = np.unique(ids, return_inverse=True)
        return self.layers[0].weights.added_by(self.embedding[occurring]), places[None]

    def read_on(self, blocks: Iterable[Int64[np.ndarray, " time"]]) -> Iterator[list[LayerStates]]:
        """The same for many blocks, the layers in parallel.

        Each works on the block that the one below it has just finished: they are processor-bound, release the
        interpreter's lock, and each fits in a core's own cache. They go on while the caller has a block.
        """
        flying: list[tuple[Int64[np.ndarray, " time"], list[LayerStates]]] = []
        with ThreadPoolExecutor(len(self.layers)) as pool:
            for ids in chain(blocks, [None] * len(self.layers)):
                finished = flying.pop(0)[1] if flying and len(flying[0][1]) == len(self.layers) else None
                if ids is not None:
                    flying.append((ids, []))
                advancing = [pool.submit(self._advance, block) for block in flying]
                try:
                    if finished:
                        yield finished
                finally:
                    wait(advancing)
                for each in advancing:
                    each.result()


def pack_layers(network: CharRNN) -> list[PackedLayer]:
    """The weights of all layers."""
    return [PackedLayer.of(network, layer) for layer in range(network.config.num_layers)]

"""Reads a text with a network's layers, block by block, from any state: states and gates of every step.

Axes: `time`, `unit` of a layer, `row`, gate x unit.

The states of every step are had without a Python loop over characters (docs/decisions/003). What a layer's input adds
to its gates is one matrix product for a block of time; the rest is the compiled recurrence of `models.recurrence`,
which leaves the activated gates where their sums were. The same block from the same state gives the same bits.
"""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain

import numpy as np
import torch
from jaxtyping import Float, Float32, Int64
from torch import Tensor
from torch.nn import functional

from models.network import CharRNN
from models.recurrence import RECURRENCES

BLOCK = 256  # steps per block: its gates stay in cache

# One layer's state: h and, of an LSTM, c, which is summed up in float64 (docs/decisions/015). The network's: of all.
LayerState = tuple[Float[np.ndarray, " unit"], ...]
NetworkState = list[LayerState]


@dataclass(frozen=True)
class LayerStates:
    """What one layer did over a block: its states, h first, and its activated gates, in PyTorch's order."""

    states: tuple[Float32[Tensor, "time unit"], ...]
    rows: Float32[Tensor, "time row"]


class LayerReader:
    """Reads one layer in blocks and keeps its state in between."""

    def __init__(self, network: CharRNN, layer: int) -> None:
        self.recurrence = RECURRENCES[network.config.cell]
        self.weights = network.layer_weights()[layer]
        self.recurrent = self.weights.weight_hh.T.contiguous()
        dtypes = (np.float32, np.float64)[: len(network.kind.states)]
        self.state: LayerState = tuple(np.zeros(network.config.hidden_size, dtype) for dtype in dtypes)

    @torch.inference_mode()
    def read(self, x: Float32[Tensor, "time input"]) -> LayerStates:
        """The states and gates after each step of a block."""
        rows = torch.addmm(self.weights.bias_ih, x, self.weights.weight_ih.T)
        states = tuple(torch.empty(len(x), len(now)) for now in self.state)
        arrays = (array.numpy() for array in (rows, self.recurrent, self.weights.bias_hh))
        self.recurrence(*arrays, *self.state, *(kept.numpy() for kept in states))
        return LayerStates(states, rows)


class NetworkReader:
    """Reads a text with all layers and keeps their states in between."""

    def __init__(self, network: CharRNN, state: NetworkState | None = None) -> None:
        self.network = network
        self.layers = [LayerReader(network, layer) for layer in range(network.config.num_layers)]
        for reader, given in zip(self.layers, state or [], strict=False):
            reader.state = tuple(part.copy() for part in given)

    @property
    def state(self) -> NetworkState:
        """A copy of each layer's state."""
        return [tuple(part.copy() for part in reader.state) for reader in self.layers]

    def read(self, ids: Int64[np.ndarray, " time"]) -> list[LayerStates]:
        """What every layer did over a block, one layer after the other."""
        done: list[LayerStates] = []
        for reader in self.layers:
            done.append(reader.read(done[-1].states[0] if done else self._embedded(ids)))
        return done

    def read_on(self, blocks: Iterable[Int64[np.ndarray, " time"]]) -> Iterator[list[LayerStates]]:
        """The same for many blocks, the layers in parallel.

        Each works on the block that the one below it has just finished: they are processor-bound, release the
        interpreter's lock, and each fits in a core's own cache.
        """
        flying: list[tuple[Tensor, list[LayerStates]]] = []

        def advance(block: tuple[Tensor, list[LayerStates]]) -> None:
            x, done = block
            done.append(self.layers[len(done)].read(done[-1].states[0] if done else x))

        with ThreadPoolExecutor(len(self.layers)) as pool:
            for ids in chain(blocks, [None] * (len(self.layers) - 1)):
                if ids is not None:
                    flying.append((self._embedded(ids), []))
                for _ in pool.map(advance, flying):
                    pass
                if flying and len(flying[0][1]) == len(self.layers):
                    yield flying.pop(0)[1]

    def _embedded(self, ids: Int64[np.ndarray, " time"]) -> Float32[Tensor, "time input"]:
        return functional.embedding(torch.tensor(ids), self.network.embedding.weight.detach())

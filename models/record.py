"""Reads a text with a network and gives what every unit did: states, gates, loss, top-5 guesses, block by block.

Axes: `time layer unit`; within the computation also `batch`, streams that are read side by side, and `row`, gate x
unit. Row t describes the network after it has read character t; its loss and guesses are about character t + 1.

The states of every step are had without a Python loop over characters (docs/decisions/003). What a layer's input adds
to its gates is one matrix product for a block of time. One stream: the compiled recurrence of `models.recurrence`, the
layers in parallel. Many streams: a loop over the block's steps, each one matrix product for all streams and one
compiled pass over what it gives. Either way the activated gates are left where their sums were.
"""

import copy
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain

import numpy as np
import torch
from jaxtyping import Float, Int64
from torch import Tensor
from torch.nn import functional

from corpora import InputError
from models.network import CharRNN
from models.recurrence import RECURRENCES, STEPS

TOP = 5
BLOCK = 256  # steps per block: its gates stay in cache
WARM_UP = 500  # characters that a stream reads before it is recorded


@dataclass(frozen=True)
class Block:
    """A stretch of a recording: characters `start ..` of the text; every array has `time` first, float32.

    `states` holds the states that the network's cells have, by name; `gates` is empty unless they were asked for.
    """

    start: int
    states: dict[str, Float[np.ndarray, "time layer unit"]]
    gates: dict[str, Float[np.ndarray, "time layer unit"]]
    loss: Float[np.ndarray, " time"]
    rank: Int64[np.ndarray, " time"]
    top_char: Int64[np.ndarray, "time guess"]
    top_prob: Float[np.ndarray, "time guess"]

    def __len__(self) -> int:
        return len(self.loss)


@dataclass(frozen=True)
class LayerStates:
    """What one layer did over a block: its states, h first, and its activated gates, in PyTorch's order."""

    states: tuple[Float[Tensor, "time batch unit"], ...]
    rows: Float[Tensor, "time batch row"]


class LayerReader:
    """Reads one layer in blocks and keeps its state in between."""

    def __init__(self, network: CharRNN, layer: int, batch: int) -> None:
        self.cell = network.config.cell
        self.weights = network.layer_weights()[layer]
        self.recurrent = self.weights.weight_hh.T.contiguous()
        self.state = tuple(torch.zeros(batch, network.config.hidden_size) for _ in network.kind.states)

    @torch.inference_mode()
    def read(self, x: Float[Tensor, "time batch input"]) -> LayerStates:
        """The states and gates after each step of a block."""
        time, batch, _ = x.shape
        rows = torch.addmm(self.weights.bias_ih, x.flatten(0, 1), self.weights.weight_ih.T).view(time, batch, -1)
        states = tuple(torch.empty(time, *now.shape) for now in self.state)
        if batch == 1:
            self._read_alone(rows, states)
        else:
            self._read_together(rows, states)
        return LayerStates(states, rows)

    def _read_alone(self, rows: Tensor, states: tuple[Tensor, ...]) -> None:
        now, kept = (now[0] for now in self.state), (kept[:, 0] for kept in states)
        arrays = (rows[:, 0], self.recurrent, self.weights.bias_hh, *now, *kept)
        RECURRENCES[self.cell](*(array.numpy() for array in arrays))

    def _read_together(self, rows: Tensor, states: tuple[Tensor, ...]) -> None:
        step, of_state = STEPS[self.cell], torch.empty_like(rows[0])
        shared = [array.numpy() for array in (of_state, *self.state)]  # the same memory under NumPy's name
        for t, row in enumerate(rows.numpy()):
            torch.addmm(self.weights.bias_hh, self.state[0], self.recurrent, out=of_state)
            step(row, *shared)
            for kept, now in zip(states, self.state, strict=True):
                kept[t] = now


@torch.inference_mode()
def record_blocks(
    network: CharRNN, ids: Int64[np.ndarray, " time"], streams: int = 1, gates: bool = False
) -> Iterator[Block]:
    """Record a text block by block.

    With one stream every state is exactly that of reading the text from its start. With several, the text
    is cut into as many segments, read side by side; each but the first starts from the state after the 500
    characters before it instead of after all of them. Blocks of different segments alternate.

    Raises:
        InputError: an empty text.
    """
    if len(ids) == 0:
        raise InputError("Wanted a text to record, got an empty one. Give at least one character.")
    if network.readout.weight.device.type != "cpu":
        network = copy.deepcopy(network).cpu()  # the recurrences are compiled for the processor
    segment = -(-len(ids) // streams)
    if streams > 1:  # whole blocks, and a whole warm-up before every segment but the first
        segment = max(segment + -segment % BLOCK, WARM_UP + -WARM_UP % BLOCK)
    starts = np.arange(0, len(ids), segment)
    layers = [LayerReader(network, layer, len(starts)) for layer in range(network.config.num_layers)]
    if len(starts) > 1:
        _warm_up(network, layers, ids, starts)
    offsets = [np.arange(at, min(at + BLOCK, segment)) for at in range(0, segment, BLOCK)]
    positions = [starts[None, :] + offset[:, None] for offset in offsets]
    for at, of_layers in zip(positions, _read(network, layers, ids, positions), strict=True):
        predictions = _predictions(network, of_layers[-1].states[0], ids, at)
        for stream, start in enumerate(at[0]):
            length = min(len(at), len(ids) - int(start), segment)
            if length > 0:
                states, of_gates = _of_stream(network, of_layers, stream, length, gates)
                yield Block(int(start), states, of_gates, *(each[:length, stream].numpy() for each in predictions))


def _warm_up(network: CharRNN, layers: list[LayerReader], ids: np.ndarray, starts: np.ndarray) -> None:
    """Read what comes before each segment. Nothing comes before the first: it keeps the zero state."""
    for _ in _read(network, layers, ids, [starts[None, :] + np.arange(-WARM_UP, 0)[:, None]]):
        pass
    for reader in layers:
        for state in reader.state:
            state[0] = 0.0


def _read(
    network: CharRNN, layers: list[LayerReader], ids: np.ndarray, blocks: Iterable[np.ndarray]
) -> Iterator[list[LayerStates]]:
    """What all layers did, block by block.

    For a single stream the layers work at the same time, each on the block that the one below it has just
    finished: they are processor-bound, release the interpreter's lock, and each fits in a core's own cache.
    """
    workers = len(layers) if len(layers[0].state[0]) == 1 else 1
    flying: list[tuple[Tensor, list[LayerStates]]] = []

    def advance(block: tuple[Tensor, list[LayerStates]]) -> None:
        x, done = block
        done.append(layers[len(done)].read(done[-1].states[0] if done else x))

    with ThreadPoolExecutor(workers) as pool:
        for positions in chain(blocks, [None] * (len(layers) - 1)):
            if positions is not None:
                inputs = torch.from_numpy(ids[np.clip(positions, 0, len(ids) - 1)])
                flying.append((functional.embedding(inputs, network.embedding.weight), []))
            for _ in pool.map(advance, flying):
                pass
            if flying and len(flying[0][1]) == len(layers):
                yield flying.pop(0)[1]


def _predictions(
    network: CharRNN, hidden: Tensor, ids: Int64[np.ndarray, " time"], positions: np.ndarray
) -> tuple[Tensor, ...]:
    """Loss and rank of the true next character (NaN and 0 after the last), the likeliest and their probabilities."""
    log_probabilities = torch.log_softmax(network.readout(hidden), dim=-1)
    targets = torch.from_numpy(ids[np.clip(positions + 1, 0, len(ids) - 1)])
    of_true = log_probabilities.gather(-1, targets[..., None])
    rank = (log_probabilities > of_true).sum(dim=-1) + 1
    loss = -of_true.squeeze(-1)
    nothing_follows = torch.from_numpy(positions + 1 >= len(ids))
    loss[nothing_follows], rank[nothing_follows] = torch.nan, 0
    top_prob, top_char = log_probabilities.exp().topk(min(TOP, log_probabilities.shape[-1]), dim=-1)
    return loss, rank, top_char, top_prob


def _of_stream(
    network: CharRNN, layers: list[LayerStates], stream: int, length: int, with_gates: bool
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """States, and gates if wanted, of the first steps of one stream by name, each [time layer unit]."""

    def stack(of_layers: list[Tensor]) -> np.ndarray:
        return torch.stack([tensor[:length, stream] for tensor in of_layers], dim=1).numpy()

    kind = network.kind
    states = {name: stack([layer.states[index] for layer in layers]) for index, name in enumerate(kind.states)}
    if not (with_gates and kind.gates):
        return states, {}
    activated = [layer.rows.chunk(len(kind.gates), dim=-1) for layer in layers]
    return states, {name: stack([of_layer[index] for of_layer in activated]) for index, name in enumerate(kind.gates)}

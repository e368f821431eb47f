"""Reads a text with a network and gives what every unit did: states, gates, loss and predictions, block by block.

Axes: `time layer unit`, and `prediction`. Row t describes the network after it has read character t; its loss and its
predictions are about character t + 1.
"""

import copy
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial

import numpy as np
import torch
from jaxtyping import Float32, Int64
from torch import Tensor

from corpora import InputError
from models.network import CharRNN
from models.recording.layers import BLOCK, LayerStates, NetworkReader, pack_layers
from models.recording.recording import Recording, join
from models.recording.segments import Window, streams_for, windows
from models.run import Run
from models.units import GATE

TOP = 5
AHEAD = 16  # blocks that are made before they are asked for


def record(run: Run, text: str, gates: bool = False, network: CharRNN | None = None) -> Recording:
    """A recording of a whole text, in memory.

    `network` may be another of the same shape (an untrained control) or one already loaded.
    """
    network, ids = network or run.load_network(), run.vocabulary.encode(text)
    return join(record_blocks(network, ids, gates=gates))


def record_blocks(
    network: CharRNN, ids: Int64[np.ndarray, " time"], streams: int | None = None, gates: bool = False
) -> Iterator[Recording]:
    """Record a text block by block: what reading it from its start gives, in however many streams it is read.

    The blocks come in order. With several streams, as many as are soonest if none are given, the text is read in
    windows of as many segments. A segment is given only when it is known that it starts from the state in which the
    segment before it ends; what cannot be made sure of soon is read as one stream.

    Raises:
        InputError: an empty text.
    """
    if len(ids) == 0:
        raise InputError("Wanted a text to record, got an empty one. Give at least one character.")
    if network.readout.weight.device.type != "cpu":
        network = copy.deepcopy(network).cpu()  # the recurrences are compiled for the processor
    streams = streams or streams_for(network, len(ids))
    make, weights, at, state = partial(_recording, network, ids, gates), pack_layers(network), 0, None
    if streams > 1:
        with _pool() as pool:
            for window, stop in windows(network, weights, ids, streams, gates, pool):
                yield from _in_turn(pool, make, window, at, stop)
                at, state = stop, window.state_at(stop)
    reader, starts = NetworkReader(network, state, weights), range(at, len(ids), BLOCK)
    for start, layers in zip(starts, reader.read_on(ids[start : start + BLOCK] for start in starts), strict=True):
        yield make(start, layers)


def _in_turn(
    pool: ThreadPoolExecutor,
    make: Callable[[int, list[LayerStates]], Recording],
    window: Window,
    start: int,
    stop: int,
) -> Iterator[Recording]:
    """The blocks of a stretch of a window, of which some are made ahead."""
    starts = range(start, stop, BLOCK)
    for k in range(0, len(starts), AHEAD):
        yield from pool.map(lambda at: make(at, window.block(at, min(at + BLOCK, stop))), starts[k : k + AHEAD])


@contextmanager
def _pool() -> Iterator[ThreadPoolExecutor]:
    """A thread for each core, each with matrix products of its own."""
    cores = torch.get_num_threads()
    try:
        with ThreadPoolExecutor(cores, initializer=torch.set_num_threads, initargs=(1,)) as pool:
            yield pool
    finally:
        torch.set_num_threads(cores)  # of threads to come, which take over what was set last


@torch.inference_mode()
def _recording(
    network: CharRNN, ids: Int64[np.ndarray, " time"], gates: bool, start: int, layers: list[LayerStates]
) -> Recording:
    """The block that starts there."""
    kind, states = network.kind, {}
    for index, name in enumerate(kind.states):
        states[name] = torch.stack([layer.states[index] for layer in layers], dim=1).numpy()
    if gates and kind.gates:
        of_layers = zip(*(layer.rows.chunk(len(kind.gates), dim=-1) for layer in layers), strict=True)
        for name, of_gate in zip(kind.gates, of_layers, strict=True):
            states[name + GATE] = torch.stack(of_gate, dim=1).numpy()
    hidden = layers[-1].states[0]
    return Recording(start, states, *_predictions(network, hidden, ids[start + 1 : start + 1 + len(hidden)]))


def _predictions(
    network: CharRNN, hidden: Float32[Tensor, "time unit"], following: Int64[np.ndarray, " following"]
) -> tuple[np.ndarray, ...]:
    """Loss and rank of each next character (NaN and 0 where none follows), the likeliest and their probabilities."""
    log_probabilities = torch.log_softmax(network.readout(hidden), dim=-1)
    loss, rank = torch.full((len(hidden),), torch.nan), torch.zeros(len(hidden), dtype=torch.int64)
    known = log_probabilities[: len(following)]
    of_true = known.gather(-1, torch.tensor(following)[:, None])
    loss[: len(following)], rank[: len(following)] = -of_true[:, 0], (known > of_true).sum(dim=-1) + 1
    top, top_char = log_probabilities.topk(min(TOP, log_probabilities.shape[-1]), dim=-1)
    return loss.numpy(), rank.numpy(), top_char.numpy(), top.exp().numpy()

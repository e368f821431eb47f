"""Recording every state of every step, against the usual ways of reading a text.

python -m benchmarks.bench_recording

A recording is made of all states, the loss and five predictions. A short text of 3,072 characters: against a loop over
PyTorch's own cell (`nn.LSTMCell`, say) that keeps the states, for which at least 6x is wanted, and against the bare
forward pass of its layers (`nn.LSTM`) over the same single stream, which keeps h of the last layer only. A long text:
against the bare forward pass of 32 pieces of it side by side, which knows nothing of what comes before a piece, and
against recording it as one stream. Networks are random-init: what they read is forgotten within 96 characters, so each
segment is read once. `--run NAME` takes a trained one instead, whose cells may add up, so that segments are read twice.

Axes: `time`, `batch`, `layer`, `unit`.
"""

from dataclasses import asdict
from functools import partial
from typing import Annotated

import numpy as np
import torch
import typer
from jaxtyping import Float, Int64
from torch import nn

from benchmarks.compare import Quick, announce, compare, report
from corpora.demo import load_passage
from models.config import Cell, ModelConfig
from models.network import CharRNN
from models.recording import BLOCK, record_blocks
from models.run import load_run

Case = tuple[Cell, int, int]  # cell, layers, units
CASES: tuple[Case, ...] = (("lstm", 2, 256), ("lstm", 2, 512), ("lstm", 3, 512), ("gru", 2, 512), ("rnn", 2, 512))
QUICK_CASES: tuple[Case, ...] = (("lstm", 2, 24), ("lstm", 3, 40), ("gru", 2, 24), ("rnn", 2, 24))
CELL_MODULES = {"lstm": nn.LSTMCell, "gru": nn.GRUCell, "rnn": nn.RNNCell}
VOCABULARY, STREAMS = 96, 32
TOLERANCE = 5e-6  # of a state; random-init networks stay far below


def network_of(cell: Cell, layers: int, units: int) -> CharRNN:
    """A random-init network in evaluation mode."""
    torch.manual_seed(0)
    return CharRNN(ModelConfig(cell=cell, num_layers=layers, hidden_size=units), VOCABULARY).eval()


def read_by_recording(network: CharRNN, ids: Int64[np.ndarray, " time"], streams: int | None = None) -> None:
    """The candidate: every block is made, none is kept."""
    for _ in record_blocks(network, ids, streams):
        pass


@torch.inference_mode()
def read_by_cells(network: CharRNN, ids: Int64[np.ndarray, " time"]) -> Float[np.ndarray, "state time layer unit"]:
    """A reference: one `nn.LSTMCell` (or such) per layer, one character at a time, all states kept."""
    size, states = network.config.hidden_size, network.kind.states
    cells = []
    for weights in network.layer_weights():
        cells.append(CELL_MODULES[network.config.cell](weights.weight_ih.shape[1], size))
        cells[-1].load_state_dict(asdict(weights))
    now = [tuple(torch.zeros(1, size) for _ in states) for _ in cells]
    kept = np.empty((len(states), len(ids), len(cells), size), dtype=np.float32)
    for time, embedded in enumerate(network.embedding(torch.from_numpy(ids))):
        x = embedded[None]
        for layer, cell in enumerate(cells):
            now[layer] = cell(x, now[layer]) if len(states) > 1 else (cell(x, now[layer][0]),)
            x = now[layer][0]
            for state, values in enumerate(now[layer]):
                kept[state, time, layer] = values[0].numpy()
    return kept


@torch.inference_mode()
def read_bare(network: CharRNN, ids: Int64[np.ndarray, " time"], streams: int) -> None:
    """A reference: nothing but PyTorch's layers over the same characters, in blocks of as many steps."""
    side_by_side = torch.from_numpy(ids[: len(ids) // streams * streams].reshape(streams, -1).T.copy())
    state, single = network.initial_state(streams), len(network.kind.states) == 1
    for at in range(0, len(side_by_side), BLOCK):
        embedded = network.embedding(side_by_side[at : at + BLOCK])
        _, end = network.rnn(embedded, state[0] if single else state)
        state = (end,) if single else end


def check(network: CharRNN, ids: Int64[np.ndarray, " time"], streams: int) -> None:
    """Recordings of one and of many streams hold what the loop over cells holds, to float32 rounding."""
    expected = read_by_cells(network, ids)
    for count in (1, streams):
        for block in record_blocks(network, ids, count):
            at = slice(block.start, block.stop)
            found = np.stack(list(block.states.values()))
            assert np.abs(found - expected[:, at]).max() < TOLERANCE, f"states differ in {count} streams"


def time_shape(name: str, network: CharRNN, ids: Int64[np.ndarray, " time"], short: int, rounds: int) -> None:
    """Report how fast a short text, the first `short` characters, and a long one are recorded."""
    few = ids[:short]
    recorded = partial(read_by_recording, network, few)
    by_cells = compare(recorded, partial(read_by_cells, network, few), rounds)
    report(f"{name}, short text / loop over cells", by_cells.ratio, _speed(short, by_cells.candidate_seconds))
    report(
        f"{name}, short text / bare forward, 1 stream",
        compare(recorded, partial(read_bare, network, few, 1), rounds).ratio,
    )
    recorded = partial(read_by_recording, network, ids)
    bare = compare(recorded, partial(read_bare, network, ids, STREAMS), rounds)
    report(f"{name}, long text / bare forward, {STREAMS} streams", bare.ratio, _speed(len(ids), bare.candidate_seconds))
    alone = compare(recorded, partial(read_by_recording, network, ids, 1), 1)
    report(f"{name}, long text / as one stream", alone.ratio)


def _speed(characters: int, seconds: float) -> str:
    return f"{characters / seconds:,.0f} characters/s"


def main(quick: Quick = False, run: Annotated[str, typer.Option(help="A trained run instead.")] = "") -> None:
    """Check, then time, for each shape."""
    announce("Recording: characters per second as a multiple of the reference's")
    rounds, short, long = (1, BLOCK, 16 * BLOCK) if quick else (3, 12 * BLOCK, STREAMS * 8 * BLOCK)
    chance = np.random.default_rng(0)
    if run:
        loaded = load_run(run)
        text = loaded.vocabulary.encode(load_passage(loaded.corpus["name"]))
        time_shape(run, loaded.load_network(), np.tile(text, -(-long // len(text)))[:long], short, rounds)
        return
    for cell, layers, units in QUICK_CASES if quick else CASES:
        network, ids = network_of(cell, layers, units), chance.integers(VOCABULARY, size=long)
        check(network, ids[: 6 * BLOCK], streams=3)
        time_shape(f"{layers}x{units} {cell.upper()}", network, ids, short, rounds)


if __name__ == "__main__":
    typer.run(main)

"""Recording every state of every step, against the usual ways of reading a text.

python -m benchmarks.bench_recording

One stream: the whole recording (states, loss, five guesses) against a loop over `nn.LSTMCell` that keeps h and c,
for which at least 6x is wanted, and against the bare forward pass of `nn.LSTM`, which keeps h of the last layer only.
Many streams: against the bare forward pass of as many streams. Networks are random-init: their size sets the time.

Axes: `time`, `batch`, `layer`, `unit`.
"""

from functools import partial

import numpy as np
import torch
import typer
from jaxtyping import Float, Int64
from torch import Tensor, nn

from benchmarks.compare import Quick, announce, compare, report
from models.config import ModelConfig
from models.network import CharRNN
from models.record import BLOCK, record_blocks

SHAPES = ((2, 256), (2, 512), (3, 512))
QUICK_SHAPES = ((2, 24), (3, 40))
VOCABULARY, STREAMS = 96, 32
TOLERANCE = 5e-6  # of a state; random-init networks stay far below


def network_of(layers: int, units: int) -> CharRNN:
    """A random-init network in evaluation mode."""
    torch.manual_seed(0)
    return CharRNN(ModelConfig(num_layers=layers, hidden_size=units), VOCABULARY).eval()


def read_by_recording(network: CharRNN, ids: Int64[np.ndarray, " time"], streams: int) -> None:
    """The candidate: every block is made, none is kept."""
    for _ in record_blocks(network, ids, streams):
        pass


@torch.inference_mode()
def read_by_cells(network: CharRNN, ids: Int64[np.ndarray, " time"]) -> Float[np.ndarray, "state time layer unit"]:
    """A reference: one `nn.LSTMCell` per layer, one character at a time, h and c kept."""
    cells = []
    for weights in network.layer_weights():
        cell = nn.LSTMCell(weights.weight_ih.shape[1], network.config.hidden_size)
        cell.load_state_dict(
            {
                "weight_ih": weights.weight_ih,
                "weight_hh": weights.weight_hh,
                "bias_ih": weights.bias_ih,
                "bias_hh": weights.bias_hh,
            }
        )
        cells.append(cell)
    states: list[tuple[Tensor, Tensor]] = [
        (torch.zeros(1, network.config.hidden_size), torch.zeros(1, network.config.hidden_size)) for _ in cells
    ]
    kept = np.empty((2, len(ids), len(cells), network.config.hidden_size), dtype=np.float32)
    for time, embedded in enumerate(network.embedding(torch.from_numpy(ids))):
        x = embedded[None]
        for layer, cell in enumerate(cells):
            states[layer] = cell(x, states[layer])
            x = states[layer][0]
            kept[0, time, layer], kept[1, time, layer] = states[layer][0][0].numpy(), states[layer][1][0].numpy()
    return kept


@torch.inference_mode()
def read_bare(network: CharRNN, ids: Int64[np.ndarray, " time"], streams: int) -> None:
    """A reference: nothing but `nn.LSTM` over the same characters, in blocks of as many steps."""
    side_by_side = torch.from_numpy(ids[: len(ids) // streams * streams].reshape(streams, -1).T.copy())
    state = network.initial_state(streams)
    for at in range(0, len(side_by_side), BLOCK):
        _, state = network.rnn(network.embedding(side_by_side[at : at + BLOCK]), state)


def check(network: CharRNN, ids: Int64[np.ndarray, " time"], streams: int) -> None:
    """Recordings of one and of many streams hold what the loop over cells holds, to float32 rounding."""
    expected = read_by_cells(network, ids)
    for count in (1, streams):
        for block in record_blocks(network, ids, count):
            at = slice(block.start, block.start + len(block))
            found = np.stack([block.hidden, block.cell])
            assert np.abs(found - expected[:, at]).max() < TOLERANCE, f"states differ in {count} streams"


def main(quick: Quick = False) -> None:
    """Check, then time, for each shape."""
    announce("Recording: characters per second as a multiple of the reference's")
    rounds, short, long = (1, BLOCK, 16 * BLOCK) if quick else (3, 12 * BLOCK, STREAMS * 8 * BLOCK)
    shapes = QUICK_SHAPES if quick else SHAPES
    ids = np.random.default_rng(0).integers(VOCABULARY, size=long)
    for layers, units in shapes:
        network, name = network_of(layers, units), f"{layers}x{units}"
        check(network, ids[: 6 * BLOCK], streams=3)
        one = partial(read_by_recording, network, ids[:short], 1)
        many = partial(read_by_recording, network, ids, STREAMS)
        by_cells = compare(one, partial(read_by_cells, network, ids[:short]), rounds)
        speed = f"{short / by_cells.candidate_seconds:,.0f} characters/s"
        report(f"{name}, one stream / loop over LSTMCell", by_cells.ratio, speed)
        report(
            f"{name}, one stream / bare nn.LSTM",
            compare(one, partial(read_bare, network, ids[:short], 1), rounds).ratio,
        )
        bare = compare(many, partial(read_bare, network, ids, STREAMS), rounds)
        speed = f"{long / bare.candidate_seconds:,.0f} characters/s"
        report(f"{name}, {STREAMS} streams / bare nn.LSTM", bare.ratio, speed)


if __name__ == "__main__":
    typer.run(main)

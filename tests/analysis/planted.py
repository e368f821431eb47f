"""Hand-wired networks: noise units, and among them some whose behaviour is known, for the search to find.

`wired_run` is the small network of one layer, for any kind of cell: a latch holds its state and a quotation mark turns
it into the opposite; a ramp rises at each character and a newline empties it; each comes also upside down. The large
one, with a plant for everything that the post of 2015 names, is in `planted_lstm`.
"""

from math import sqrt
from pathlib import Path

import torch
from torch import Tensor

from corpora import Vocabulary, to_code_points
from models.config import Cell, ModelConfig
from models.network import CharRNN
from models.run import Run
from tests.conftest import write_story

UNITS = 40
LATCH, INVERTED_LATCH, RAMP, INVERTED_RAMP = 7, 23, 31, 4
PLANTED = [LATCH, INVERTED_LATCH, RAMP, INVERTED_RAMP]
TEXT = write_story(24_000, seed=3)
OPEN = 30.0  # what a gate is pushed open by, and pushed shut by when negative


def wired_run(folder: Path, cell: Cell = "lstm", planted: bool = True) -> Run:
    """A run of a hand-wired network, in `folder`."""
    vocabulary = Vocabulary.of([to_code_points(TEXT)], min_count=1)
    model = ModelConfig(cell=cell, num_layers=1, hidden_size=UNITS, embedding_size=len(vocabulary))
    torch.manual_seed(0)
    network = CharRNN(model, len(vocabulary))
    wire(network, vocabulary, planted)
    return save_run(folder / "wired", network, vocabulary, "war-and-peace")


def save_run(folder: Path, network: CharRNN, vocabulary: Vocabulary, corpus: str) -> Run:
    """A run of the given network, as if it had been trained on a corpus of that name."""
    run = Run(folder, network.config, vocabulary, {"name": corpus}, {})
    run.save_config()
    run.save_weights(network.state_dict())
    return run


def wire(network: CharRNN, vocabulary: Vocabulary, planted: bool) -> None:
    """Set the weights of a one-layer network by hand; the embedding is one-hot."""
    quote, newline = (int(vocabulary.encode(character)[0]) for character in '"\n')
    generator, rnn = torch.Generator().manual_seed(1), network.rnn
    with torch.no_grad():
        network.embedding.weight.copy_(torch.eye(len(vocabulary)))
        random_weights(network, generator)
        if not planted:
            return
        rnn.bias_hh_l0.zero_()
        gates = len(network.kind.gates)
        of_input, of_state, bias = (
            w.view(gates, UNITS, -1) for w in (rnn.weight_ih_l0, rnn.weight_hh_l0, rnn.bias_ih_l0)
        )
        of_state[:, :, PLANTED] = 0.0  # the noise hears nothing of the plants
        for weights in (of_input, of_state, bias):
            weights[:, PLANTED] = 0.0
        {"lstm": plant_in_lstm, "gru": plant_in_gru}[network.config.cell](of_input, of_state, bias, quote, newline)


def random_weights(network: CharRNN, generator: torch.Generator) -> None:
    """Noise that every processor computes alike: it hears the characters well and the past so little that it forgets.

    Larger recurrent weights make it chaotic: a rounding error then grows until the states are others.
    """
    for name, parameter in network.rnn.named_parameters():
        scale = 0.45 / sqrt(network.config.hidden_size) if "weight_hh" in name else 0.5
        parameter.copy_(scale * torch.randn(parameter.shape, generator=generator))


def plant_in_lstm(of_input: Tensor, of_state: Tensor, bias: Tensor, quote: int, newline: int) -> None:
    """Weights are [gate, unit, input]. A latch's cell holds 1 or -1, a ramp's adds .01 at each character."""
    i, f, g, o = range(4)
    bias[o, PLANTED] = OPEN
    for unit, sign in ((LATCH, 1), (INVERTED_LATCH, -1)):
        bias[i, unit], of_input[i, unit, quote] = -OPEN, 2 * OPEN
        bias[f, unit], of_input[f, unit, quote] = OPEN, -2 * OPEN
        of_state[g, unit, unit], bias[g, unit] = -20.0, 5.0 * sign
    for unit, sign in ((RAMP, 1), (INVERTED_RAMP, -1)):
        for gate in (i, f):
            bias[gate, unit], of_input[gate, unit, newline] = OPEN, -2 * OPEN
        bias[g, unit] = 0.01 * sign


def plant_in_gru(of_input: Tensor, of_state: Tensor, bias: Tensor, quote: int, newline: int) -> None:
    """Weights are [gate, unit, input]. A latch is overwritten at a quote only; a ramp leaks towards its candidate."""
    r, z, n = range(3)
    bias[r, PLANTED] = OPEN
    for unit, sign in ((LATCH, 1), (INVERTED_LATCH, -1)):
        bias[z, unit], of_input[z, unit, quote] = OPEN, -2 * OPEN
        of_state[n, unit, unit], bias[n, unit] = -20.0, 5.0 * sign
    for unit, sign in ((RAMP, 1), (INVERTED_RAMP, -1)):
        bias[z, unit], of_input[z, unit, newline] = 4.0, -2 * OPEN
        bias[n, unit], of_input[n, unit, newline] = 5.0 * sign, -5.0 * sign

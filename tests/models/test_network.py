"""The network before it has learnt anything, and the step that all else is measured against."""

import math

import numpy as np
import pytest
import torch
from torch import nn

from models.config import ModelConfig
from models.evaluate import evaluate
from models.network import CharRNN, lstm_step

MODEL = ModelConfig(num_layers=2, hidden_size=24, embedding_size=12)


def test_the_forget_gates_bias_starts_at_one_and_only_theirs():
    torch.manual_seed(0)
    for weights in CharRNN(MODEL, 30).layer_weights():
        of_input, of_forget, of_candidate, of_output = weights.bias.chunk(4)
        assert (of_forget == 1).all()
        assert all((bias.abs() < 2 / math.sqrt(24)).all() for bias in (of_input, of_candidate, of_output))


@pytest.mark.parametrize("vocabulary_size", [2, 30, 200])
def test_an_untrained_network_knows_nothing(vocabulary_size: int):
    torch.manual_seed(0)
    ids = np.random.default_rng(0).integers(vocabulary_size, size=2000)
    loss = evaluate(CharRNN(MODEL, vocabulary_size), ids).nats
    assert loss == pytest.approx(math.log(vocabulary_size), abs=0.1)


def test_the_step_is_that_of_torch():
    torch.manual_seed(0)
    cell = nn.LSTMCell(5, 7)
    network = CharRNN(ModelConfig(num_layers=1, hidden_size=7, embedding_size=5), 10)
    network.rnn.load_state_dict({f"{name}_l0": tensor for name, tensor in cell.state_dict().items()})
    x, h, c = torch.randn(3, 5), torch.randn(3, 7), 3 * torch.randn(3, 7)
    torch.testing.assert_close(lstm_step(network.layer_weights()[0], x, (h, c)), cell(x, (h, c)))


def test_the_state_carries_over_from_one_stretch_of_text_to_the_next():
    torch.manual_seed(0)
    network = CharRNN(MODEL, 10).eval()
    ids = torch.randint(10, (20, 3))
    whole, end = network(ids, network.initial_state(3))
    first, state = network(ids[:8], network.initial_state(3))
    second, state = network(ids[8:], state)
    torch.testing.assert_close(torch.cat([first, second]), whole)
    torch.testing.assert_close(state, end)


def test_every_parameter_is_counted():
    gates = 4 * 24
    expected = 30 * 12 + gates * (12 + 24 + 2) + gates * (24 + 24 + 2) + 30 * 24 + 30
    assert CharRNN(MODEL, 30).parameter_count == expected

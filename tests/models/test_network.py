"""The network before it has learnt anything: it is PyTorch's own, and drops what it should while it learns."""

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from models.config import Cell, ModelConfig
from models.dropout import LEVELS, dropout
from models.evaluate import evaluate
from models.network import CELLS, CharRNN

MODEL = ModelConfig(num_layers=2, hidden_size=24, embedding_size=12)
TORCH_CELLS = {"lstm": nn.LSTMCell, "gru": nn.GRUCell, "rnn": nn.RNNCell}
every_cell = pytest.mark.parametrize("cell", CELLS)


def network_of(cell: Cell, **changed: float) -> CharRNN:
    """A network in training mode, always with the same weights."""
    torch.manual_seed(0)
    return CharRNN(replace(MODEL, **{"cell": cell, "dropout": 0.0} | changed), 30)


def some_ids(time: int = 11, batch: int = 3) -> Tensor:
    return torch.randint(30, (time, batch), generator=torch.Generator().manual_seed(1))


def plain(network: CharRNN, ids: Tensor) -> Tensor:
    """The logits as PyTorch's own modules give them, without anything of ours."""
    config = network.config
    embedding = nn.functional.embedding(ids, network.embedding.weight)
    rnn = {"lstm": nn.LSTM, "gru": nn.GRU, "rnn": nn.RNN}[config.cell](
        config.embedding_size, config.hidden_size, config.num_layers
    )
    rnn.load_state_dict(network.rnn.state_dict())
    return rnn(embedding)[0] @ network.readout.weight.T + network.readout.bias


def test_the_forget_gates_bias_starts_at_one_and_only_theirs():
    for weights in network_of("lstm").layer_weights():
        of_input, of_forget, of_candidate, of_output = weights.bias.chunk(4)
        assert (of_forget == 1).all()
        assert all((bias.abs() < 2 / math.sqrt(24)).all() for bias in (of_input, of_candidate, of_output))


@every_cell
@pytest.mark.parametrize("vocabulary_size", [2, 30, 200])
def test_an_untrained_network_knows_nothing(vocabulary_size: int, cell: Cell):
    torch.manual_seed(0)
    ids = np.random.default_rng(0).integers(vocabulary_size, size=2000)
    loss = evaluate(CharRNN(replace(MODEL, cell=cell), vocabulary_size), ids).nats
    assert loss == pytest.approx(math.log(vocabulary_size), abs=0.1)


@every_cell
def test_the_network_is_torchs_own(cell: Cell):
    network, ids = network_of(cell), some_ids()
    logits, _ = network(ids, network.initial_state(3))
    torch.testing.assert_close(logits, plain(network, ids))


@every_cell
def test_the_step_is_that_of_torch(cell: Cell):
    torch.manual_seed(0)
    theirs = TORCH_CELLS[cell](5, 7)
    network = CharRNN(ModelConfig(cell=cell, num_layers=1, hidden_size=7, embedding_size=5), 10)
    network.rnn.load_state_dict({f"{name}_l0": tensor for name, tensor in theirs.state_dict().items()})
    x, state = torch.randn(3, 5), tuple(torch.rand(3, 7) * scale for scale in (1, 3)[: len(network.kind.states)])
    expected = theirs(x, state if cell == "lstm" else state[0])
    found = network.kind.step(network.layer_weights()[0], x, state)
    torch.testing.assert_close(found, expected if cell == "lstm" else (expected,))


@every_cell
def test_the_state_carries_over_from_one_stretch_of_text_to_the_next(cell: Cell):
    network, ids = network_of(cell), some_ids(20)
    whole, end = network(ids, network.initial_state(3))
    first, state = network(ids[:8], network.initial_state(3))
    second, state = network(ids[8:], state)
    torch.testing.assert_close(torch.cat([first, second]), whole)
    torch.testing.assert_close(state, end)
    assert len(end) == len(network.kind.states)
    assert all(part.shape == (2, 3, 24) for part in end)


@every_cell
def test_every_parameter_is_counted(cell: Cell):
    rows = {"lstm": 4, "gru": 3, "rnn": 1}[cell] * 24
    expected = 30 * 12 + rows * (12 + 24 + 2) + rows * (24 + 24 + 2) + 30 * 24 + 30
    assert network_of(cell).parameter_count == expected


# ---- what is dropped while training ------------------------------------------------------------------------


def kept_or_scaled(found: Tensor, whole: Tensor, rate: float) -> Tensor:
    """Which values were dropped; fails unless all others make up for them."""
    dropped = found == 0
    exact = round(rate * LEVELS) / LEVELS
    torch.testing.assert_close(found[~dropped], whole[~dropped] / (1 - exact))
    return dropped


@every_cell
def test_dropped_weights_are_recurrent_ones_and_the_network_computes_without_them(cell: Cell):
    network, ids = network_of(cell, weight_drop=0.3), some_ids()
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    torch.manual_seed(7)
    weights = network._dropped_weights()
    assert set(weights) == {"weight_hh_l0", "weight_hh_l1"}
    for name, found in weights.items():
        share = kept_or_scaled(found, before[f"rnn.{name}"], 0.3).float().mean()
        assert share == pytest.approx(0.3, abs=0.06)
    torch.manual_seed(7)  # the same weights are dropped
    logits, _ = network(ids, network.initial_state(3))
    torch.testing.assert_close(network.state_dict(), before, rtol=0, atol=0)
    without = network_of(cell)
    without.rnn.load_state_dict(network.rnn.state_dict() | {name: found.detach() for name, found in weights.items()})
    torch.testing.assert_close(logits, plain(without, ids))
    assert not torch.allclose(logits, plain(network, ids), atol=1e-3)


@every_cell
def test_gradients_reach_the_weights_that_were_not_dropped_and_only_those(cell: Cell):
    network, ids = network_of(cell, weight_drop=0.5), some_ids()
    torch.manual_seed(7)
    dropped = {name: found == 0 for name, found in network._dropped_weights().items()}
    torch.manual_seed(7)
    logits, _ = network(ids, network.initial_state(3))
    logits.square().sum().backward()
    for name, out in dropped.items():
        gradient = network.rnn.get_parameter(name).grad
        assert gradient is not None
        assert (gradient[out] == 0).all()
        assert (gradient[~out] != 0).float().mean() > 0.95
    assert all(parameter.grad is not None for parameter in network.parameters())


def test_dropped_weights_are_right_on_average():
    network = network_of("lstm", weight_drop=0.4)
    weight = network.rnn.get_parameter("weight_hh_l1").detach()
    torch.manual_seed(0)
    draws = torch.stack([network._dropped_weights()["weight_hh_l1"].detach() for _ in range(2000)])
    deviation = weight.abs() * math.sqrt(0.4 / 0.6 / 2000)
    assert ((draws.mean(dim=0) - weight).abs() < 5 * deviation + 1e-7).all()


def seen_by(network: CharRNN, module: Callable[[CharRNN], nn.Module], ids: Tensor) -> Tensor:
    """What goes into a part of the network."""
    seen: list[Tensor] = []
    handle = module(network).register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0]))
    network(ids, network.initial_state(ids.shape[1]))
    handle.remove()
    return seen[0]


@pytest.mark.parametrize(
    ("option", "module"),
    [("embedding_dropout", lambda network: network.rnn), ("readout_dropout", lambda network: network.readout)],
    ids=["embedding", "readout"],
)
def test_inputs_of_the_recurrent_layers_and_of_the_readout_are_dropped(
    option: str, module: Callable[[CharRNN], nn.Module]
):
    network, ids = network_of("lstm", **{option: 0.3}), some_ids(100, 8)
    whole = seen_by(network_of("lstm"), module, ids)
    dropped = kept_or_scaled(seen_by(network, module, ids), whole, 0.3)
    assert dropped.float().mean() == pytest.approx(0.3, abs=0.02)
    torch.testing.assert_close(seen_by(network.eval(), module, ids), whole)


@every_cell
def test_layers_that_run_one_by_one_are_those_that_run_together(cell: Cell):
    """A rate too small for one element in 65,536 takes the way with dropout between layers, and drops nothing."""
    apart, together, ids = network_of(cell, dropout=1e-6), network_of(cell), some_ids()
    state = tuple(torch.randn_like(part) for part in together.initial_state(3))
    (logits, end), (expected, expected_end) = apart(ids, state), together(ids, state)
    torch.testing.assert_close(logits, expected)
    torch.testing.assert_close(end, expected_end)
    for network, found in ((apart, logits), (together, expected)):
        found.square().sum().backward()
        assert network.embedding.weight.grad is not None
    for (name, one), (_, other) in zip(apart.named_parameters(), together.named_parameters(), strict=True):
        torch.testing.assert_close(one.grad, other.grad, msg=name)


@every_cell
def test_outputs_between_layers_are_dropped_and_only_there(cell: Cell, monkeypatch: pytest.MonkeyPatch):
    rates: list[float] = []
    monkeypatch.setattr("models.network.dropout", lambda x, rate: rates.append(rate) or dropout(x, rate))
    network, ids = network_of(cell, dropout=0.5), some_ids()
    logits = [network(ids, network.initial_state(3))[0] for _ in range(2)]
    assert rates == [0.0, 0.5] * 2  # of two layers: before the first nothing is dropped
    assert not torch.allclose(*logits, atol=1e-3)


@every_cell
def test_nothing_is_dropped_when_it_counts(cell: Cell):
    dropping = network_of(cell, dropout=0.5, embedding_dropout=0.5, readout_dropout=0.5, weight_drop=0.5)
    ids, outputs = some_ids(), []
    for network in (dropping.eval(), network_of(cell)):
        outputs.append(network(ids, network.initial_state(3))[0])
    torch.testing.assert_close(outputs[0], outputs[1], rtol=0, atol=0)
    assert set(dropping.state_dict()) == set(network_of(cell).state_dict())

"""Gate saturation against gates computed by hand, for every kind of cell."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
import torch

from corpora import InputError
from models.config import ModelConfig
from models.network import CELLS, CharRNN
from models.run import Run, load_run
from models.saturation import gate_saturation, load_saturation, save_saturation, summarise_saturation
from tests.conftest import Outcome


def network_of(cell: str, units: int = 6) -> CharRNN:
    """Untrained, with weights so large that gates saturate now and then."""
    torch.manual_seed(0)
    network = CharRNN(ModelConfig(cell, num_layers=2, hidden_size=units, embedding_size=5), 9)
    with torch.no_grad():
        for parameter in network.rnn.parameters():
            parameter *= 6
    return network.eval()


def sigmoid(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))


def gates_by_hand(network: CharRNN, ids: np.ndarray) -> dict[str, np.ndarray]:
    """The sigmoid gates [time layer unit], step by step in NumPy."""
    kind, units = network.kind, network.config.hidden_size
    found = {gate: np.zeros((len(ids), network.config.num_layers, units)) for gate in kind.sigmoid_gates}
    inputs = network.embedding.weight.detach().double().numpy()[ids]
    for layer, weights in enumerate(network.layer_weights()):
        w, u = weights.weight_ih.double().numpy(), weights.weight_hh.double().numpy()
        b_x, b_h = weights.bias_ih.double().numpy(), weights.bias_hh.double().numpy()
        h, c, outputs = np.zeros(units), np.zeros(units), []
        for t, x in enumerate(inputs):
            of_x = dict(zip(kind.gates, np.split(w @ x + b_x, len(kind.gates)), strict=True))
            of_h = dict(zip(kind.gates, np.split(u @ h + b_h, len(kind.gates)), strict=True))
            at = {gate: sigmoid(of_x[gate] + of_h[gate]) for gate in kind.sigmoid_gates}
            for gate, value in at.items():
                found[gate][t, layer] = value
            if "cell" in kind.states:
                c = at["forget"] * c + at["input"] * np.tanh(of_x["candidate"] + of_h["candidate"])
                h = at["output"] * np.tanh(c)
            else:
                n = np.tanh(of_x["candidate"] + at["reset"] * of_h["candidate"])
                h = (1 - at["update"]) * n + at["update"] * h
            outputs.append(h)
        inputs = np.array(outputs)
    return found


@pytest.mark.parametrize("cell", [cell for cell in CELLS if CELLS[cell].gates])
def test_shares_are_those_of_gates_computed_by_hand(cell: str):
    network, ids = network_of(cell), np.random.default_rng(0).integers(9, size=700)
    table, expected = gate_saturation(network, ids), gates_by_hand(network, ids)
    assert list(table["gate"].unique()) == list(CELLS[cell].sigmoid_gates)
    assert len(table) == len(expected) * 2 * 6
    for row in table.itertuples():
        of_unit = expected[row.gate][:, row.layer - 1, row.unit]
        assert row.left == pytest.approx((of_unit < 0.1).mean(), abs=2 / 700)  # a gate at the very edge may differ
        assert row.right == pytest.approx((of_unit > 0.9).mean(), abs=2 / 700)
    assert 0.05 < table["left"].mean() < 0.95
    assert (table["left"] + table["right"] <= 1).all()


def test_a_long_text_is_read_in_streams_with_nearly_the_same_shares():
    network, ids = network_of("lstm"), np.random.default_rng(1).integers(9, size=9000)
    told = []
    table = gate_saturation(network, ids, told.append)
    assert sum(told) == len(ids)
    expected = gates_by_hand(network, ids)
    for row in table.itertuples():
        assert row.right == pytest.approx((expected[row.gate][:, row.layer - 1, row.unit] > 0.9).mean(), abs=0.01)


def test_a_plain_rnn_has_no_gates():
    with pytest.raises(InputError, match=r"Wanted a network with gates, got a plain RNN.* LSTM or GRU"):
        gate_saturation(network_of("rnn"), np.zeros(10, dtype=np.int64))


def test_the_summary_counts_units_that_are_mostly_saturated():
    units = {"unit": range(4), "left": [0.0, 0.1, 0.3, 0.9], "right": [1.0, 0.6, 0.5, 0.0]}
    summary = summarise_saturation(pd.DataFrame({"gate": "forget", "layer": 2, **units}))
    assert summary.to_dict("records") == [
        {"gate": "forget", "layer": 2, "left": 0.2, "right": 0.55, "mostly_left": 0.25, "mostly_right": 0.5}
    ]


def test_a_table_is_that_of_the_present_weights(tiny_run: Run):
    assert load_saturation(tiny_run) is None
    table = gate_saturation(tiny_run.load_network(), np.arange(50) % len(tiny_run.vocabulary))
    save_saturation(tiny_run, table, "story", "test", 50)
    loaded = load_saturation(tiny_run)
    assert loaded is not None
    pd.testing.assert_frame_equal(loaded, table, check_dtype=False)
    named = {"weights_sha256": tiny_run.weights_hash, "corpus": "story", "split": "test", "characters": 50}
    assert loaded.attrs == named
    assert table.attrs == {}
    tiny_run.save_weights(tiny_run.untrained_network(0).state_dict())
    assert load_saturation(load_run("tiny")) is None


def test_the_command_measures_keeps_and_summarises(tiny_run: Run, command: Callable[..., Outcome]):
    outcome = command("models", "gates", "tiny", "--split=validation", "--chars=3000")
    lines = outcome.out.splitlines()
    assert lines[0].startswith(f"tiny (2x24 LSTM) on 3,000 characters of {tiny_run.corpus['name']} validation")
    assert len(lines) == 1 + 3 * 2
    assert all("forget" in line for line in lines[3:5])
    table = load_saturation(tiny_run)
    assert table is not None
    assert table.attrs["characters"] == 3000
    assert table.attrs["split"] == "validation"
    assert len(table) == 3 * 2 * 24

"""Recording against PyTorch's own layers and cells, the textbook, and an independent softmax; for each cell."""

import numpy as np
import pytest
import torch
from torch import nn

from corpora import InputError
from models.config import Cell, ModelConfig
from models.network import CELLS, CharRNN
from models.recording import TOP, Recording, join, record, record_blocks
from models.recording import blocks as blocks_module
from models.recording import segments as segments_module
from models.run import Run

TOLERANCE = 1e-5
CELL_MODULES = {"lstm": nn.LSTMCell, "gru": nn.GRUCell, "rnn": nn.RNNCell}
every_cell = pytest.mark.parametrize("cell", CELLS)


def network_of(cell: Cell, layers: int, hidden: int = 20, characters: int = 12) -> CharRNN:
    """A random network with larger weights than a fresh one, but not so large that rounding errors grow."""
    torch.manual_seed(layers)
    config = ModelConfig(cell=cell, num_layers=layers, hidden_size=hidden, embedding_size=9)
    network = CharRNN(config, characters).eval()
    with torch.no_grad():
        for parameter in network.parameters():
            parameter *= 1.5
    return network


def text_ids(length: int, characters: int = 12) -> np.ndarray:
    return np.random.default_rng(length).integers(characters, size=length)


def hidden_by_layers(network: CharRNN, ids: np.ndarray, layer: int) -> np.ndarray:
    """h [time, unit] of one layer by `torch.nn.LSTM` (or GRU, or RNN) with that many layers."""
    config = network.config
    lower = network.kind.module(config.embedding_size, config.hidden_size, layer + 1)
    lower.load_state_dict({name: getattr(network.rnn, name) for name in lower.state_dict()})
    with torch.no_grad():
        return lower(network.embedding(torch.from_numpy(ids)))[0].numpy()


def states_by_cells(network: CharRNN, ids: np.ndarray) -> dict[str, np.ndarray]:
    """Each state [time, layer, unit] by a loop over `torch.nn.LSTMCell` (or such), a character at a time."""
    config, names, cells = network.config, network.kind.states, []
    for layer in range(config.num_layers):
        width = config.hidden_size if layer else config.embedding_size
        cells.append(CELL_MODULES[config.cell](width, config.hidden_size))
        cells[-1].load_state_dict({name: getattr(network.rnn, f"{name}_l{layer}") for name in cells[-1].state_dict()})
    now = [tuple(torch.zeros(config.hidden_size) for _ in names) for _ in cells]
    history = []
    with torch.no_grad():
        for x in network.embedding(torch.from_numpy(ids)):
            for layer, cell in enumerate(cells):
                below = now[layer - 1][0] if layer else x
                now[layer] = cell(below, now[layer]) if len(names) > 1 else (cell(below, now[layer][0]),)
            history.append([torch.stack(of_layer) for of_layer in now])
    stacked = torch.stack([torch.stack(of_step) for of_step in history]).numpy()  # time layer state unit
    return {name: stacked[:, :, index] for index, name in enumerate(names)}


def assert_close(found: dict[str, np.ndarray], expected: dict[str, np.ndarray], at: slice = slice(None)) -> None:
    """The same states by name and, to 1e-5 (c: of the value), by value."""
    assert list(found) == list(expected)
    for name, values in found.items():
        relative = TOLERANCE if name == "cell" else 0
        np.testing.assert_allclose(values, expected[name][at], rtol=relative, atol=TOLERANCE, err_msg=name)


@every_cell
@pytest.mark.parametrize("layers", [1, 2, 3])
@pytest.mark.parametrize("length", [1, 255, 700])
def test_one_stream_has_the_states_of_torch(cell: Cell, layers: int, length: int):
    network, ids = network_of(cell, layers), text_ids(length)
    states = join(record_blocks(network, ids)).states
    assert_close(states, states_by_cells(network, ids))
    for layer in range(layers):
        expected = hidden_by_layers(network, ids, layer)
        np.testing.assert_allclose(states["hidden"][:, layer], expected, rtol=0, atol=TOLERANCE)


def test_a_trained_network_has_the_states_of_torch(tiny_run: Run, story: str):
    network, states = tiny_run.load_network(), record(tiny_run, story[-3000:]).states
    ids = tiny_run.vocabulary.encode(story[-3000:])
    assert_close(states, states_by_cells(network, ids))
    np.testing.assert_allclose(states["hidden"][:, 1], hidden_by_layers(network, ids, 1), rtol=0, atol=TOLERANCE)


def test_other_weights_of_the_same_shape_can_be_recorded(tiny_run: Run):
    control = tiny_run.untrained_network(1)
    recorded = record(tiny_run, "abc", network=control)
    with torch.inference_mode():
        _, (hidden, _) = control(torch.from_numpy(tiny_run.vocabulary.encode("abc"))[:, None], control.initial_state(1))
    np.testing.assert_allclose(recorded.states["hidden"][-1], hidden[:, 0], rtol=0, atol=1e-6)


@every_cell
def test_a_recording_has_the_states_and_gates_of_its_cell(cell: Cell):
    network = network_of(cell, 2)
    (plain,), (full,) = (record_blocks(network, text_ids(50), gates=gates) for gates in (False, True))
    assert tuple(plain.states) == network.kind.states
    assert tuple(full.states) == (*network.kind.states, *(f"{gate}_gate" for gate in network.kind.gates))
    assert {values.shape for values in full.states.values()} == {(50, 2, 20)}


# ---- the textbook --------------------------------------------------------------------------------------------------


def sigmoid(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))


def textbook_lstm(of_input: np.ndarray, of_state: np.ndarray, before: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000."""
    i, f, g, o = np.split(of_input + of_state, 4, axis=1)
    i, f, g, o = sigmoid(i), sigmoid(f), np.tanh(g), sigmoid(o)
    c = f * before["cell"] + i * g
    return {"input": i, "forget": f, "candidate": g, "output": o, "hidden": o * np.tanh(c), "cell": c}


def textbook_gru(of_input: np.ndarray, of_state: np.ndarray, before: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Cho et al. 2014 in PyTorch's convention: r acts on U h + b_hh, not on h, and z says how much of h stays."""
    (r_x, z_x, n_x), (r_h, z_h, n_h) = np.split(of_input, 3, axis=1), np.split(of_state, 3, axis=1)
    r, z = sigmoid(r_x + r_h), sigmoid(z_x + z_h)
    n = np.tanh(n_x + r * n_h)
    return {"reset": r, "update": z, "candidate": n, "hidden": (1 - z) * n + z * before["hidden"]}


def textbook_rnn(of_input: np.ndarray, of_state: np.ndarray, before: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Elman 1990."""
    return {"hidden": np.tanh(of_input + of_state)}


TEXTBOOK = {"lstm": textbook_lstm, "gru": textbook_gru, "rnn": textbook_rnn}


@every_cell
@pytest.mark.parametrize("streams", [1, 2])
def test_gates_and_states_follow_the_textbook(cell: Cell, streams: int):
    network, ids = network_of(cell, 2), text_ids(1024)
    states = join(record_blocks(network, ids, streams, gates=True)).states
    found = {name.removesuffix("_gate"): values.astype(np.float64) for name, values in states.items()}
    x = network.embedding.weight.detach().double().numpy()[ids]
    for layer, w in enumerate(network.layer_weights()):
        before = {name: np.vstack([np.zeros((1, 20)), found[name][:-1, layer]]) for name in network.kind.states}
        of_input = x @ w.weight_ih.double().numpy().T + w.bias_ih.double().numpy()
        of_state = before["hidden"] @ w.weight_hh.double().numpy().T + w.bias_hh.double().numpy()
        expected = TEXTBOOK[cell](of_input, of_state, before)
        assert set(expected) == set(found)
        for name, values in expected.items():
            relative = TOLERANCE if name == "cell" else 0
            np.testing.assert_allclose(found[name][:, layer], values, rtol=relative, atol=TOLERANCE, err_msg=name)
        x = found["hidden"][:, layer]


# ---- blocks and predictions ----------------------------------------------------------------------------------------


@every_cell
@pytest.mark.parametrize("streams", [1, 2])
@pytest.mark.parametrize("block", [8, 64, 512])
def test_blocks_are_one_pass(cell: Cell, block: int, streams: int, monkeypatch: pytest.MonkeyPatch):
    network, ids = network_of(cell, 3), text_ids(1024)
    expected = record_in_blocks(monkeypatch, 1024, network, ids)
    found = record_in_blocks(monkeypatch, block, network, ids, streams)
    assert len(expected) == len(found) == 1024
    for name, values in (expected.states | expected.others()).items():
        np.testing.assert_allclose((found.states | found.others())[name], values, rtol=TOLERANCE, atol=TOLERANCE)


def record_in_blocks(
    monkeypatch: pytest.MonkeyPatch, block: int, network: CharRNN, ids: np.ndarray, streams: int = 1
) -> Recording:
    monkeypatch.setattr(blocks_module, "BLOCK", block)
    monkeypatch.setattr(segments_module, "PIECE", block)
    return join(record_blocks(network, ids, streams, gates=True))


def test_what_is_read_later_changes_nothing_before():
    network, ids = network_of("lstm", 2), text_ids(600)
    other = np.concatenate([ids[:300], (ids[300:] + 1) % 12])
    whole, changed, part = (join(record_blocks(network, each)) for each in (ids, other, ids[:300]))
    for expected, got, shorter in (
        (whole.states["hidden"][:300], changed.states["hidden"][:300], part.states["hidden"]),
        (whole.loss[:299], changed.loss[:299], part.loss[:299]),
    ):
        np.testing.assert_array_equal(got, expected)
        np.testing.assert_allclose(shorter, expected, rtol=0, atol=TOLERANCE)  # of another length


@pytest.mark.parametrize("streams", [1, 2])
def test_loss_rank_and_predictions_are_those_of_a_softmax(streams: int):
    network, ids = network_of("lstm", 2), text_ids(1200)
    found = join(record_blocks(network, ids, streams))
    weight, bias = (parameter.detach().double().numpy() for parameter in network.readout.parameters())
    logits = found.states["hidden"][:, -1].astype(np.float64) @ weight.T + bias
    probability = np.exp(logits - logits.max(axis=1, keepdims=True))
    probability /= probability.sum(axis=1, keepdims=True)
    of_true = probability[np.arange(1199), ids[1:]]
    loss, rank = found.loss, found.rank
    np.testing.assert_allclose(loss[:-1], -np.log(of_true), rtol=TOLERANCE, atol=TOLERANCE)
    assert np.isnan(loss[-1])
    best, top_char = -np.sort(-probability)[:, :TOP], found.top_char
    np.testing.assert_allclose(np.take_along_axis(probability, top_char, axis=1), best, rtol=0, atol=TOLERANCE)
    assert (np.diff(np.sort(top_char)) > 0).all()
    np.testing.assert_allclose(found.top_prob, best, rtol=0, atol=TOLERANCE)
    assert rank[-1] == 0
    better, as_good = (
        (probability[:-1] > of_true[:, None] + by).sum(axis=1) for by in (TOLERANCE, -TOLERANCE)
    )  # whose probabilities are nearly the same may come in any order
    assert ((better < rank[:-1]) & (rank[:-1] <= as_good)).all()


def test_a_vocabulary_of_fewer_characters_than_predictions_has_fewer_predictions():
    (block,) = record_blocks(network_of("rnn", 1, characters=3), text_ids(50, characters=3))
    assert block.top_char.shape == (50, 3)
    np.testing.assert_allclose(block.top_prob.sum(axis=1), 1, atol=TOLERANCE)


def test_an_empty_text_is_one_clear_error():
    with pytest.raises(InputError, match="at least one character"):
        list(record_blocks(network_of("lstm", 1), text_ids(0)))

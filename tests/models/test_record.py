"""Recording against `torch.nn.LSTM`, a loop over `torch.nn.LSTMCell`, the textbook, and an independent softmax."""

from pathlib import Path

import dask.array
import numpy as np
import pytest
import torch
from torch import nn

from corpora import InputError, to_code_points
from models import record as recording_module
from models.config import ModelConfig
from models.network import CharRNN
from models.record import TOP, Block, open_recording, record, record_blocks, record_to_zarr
from models.run import Run

TOLERANCE = 1e-5


def network_of(layers: int, hidden: int = 20, characters: int = 12) -> CharRNN:
    """A random network with larger weights than a fresh one, but not so large that rounding errors grow."""
    torch.manual_seed(layers)
    network = CharRNN(ModelConfig(num_layers=layers, hidden_size=hidden, embedding_size=9), characters).eval()
    with torch.no_grad():
        for parameter in network.parameters():
            parameter *= 1.5
    return network


def text_ids(length: int, characters: int = 12) -> np.ndarray:
    return np.random.default_rng(length).integers(characters, size=length)


def join(blocks: list[Block], name: str) -> np.ndarray:
    """One array of a recording, put together by position; every position is there once."""
    positions = np.concatenate([block.start + np.arange(len(block)) for block in blocks])
    assert sorted(positions) == list(range(len(positions)))
    return np.concatenate([getattr(block, name) for block in blocks])[np.argsort(positions)]


def hidden_by_lstm(network: CharRNN, ids: np.ndarray, layer: int) -> np.ndarray:
    """h [time, unit] of one layer by `torch.nn.LSTM` with that many layers."""
    config = network.config
    lower = nn.LSTM(config.embedding_size, config.hidden_size, layer + 1)
    lower.load_state_dict({name: getattr(network.rnn, name) for name in lower.state_dict()})
    with torch.no_grad():
        return lower(network.embedding(torch.from_numpy(ids)))[0].numpy()


def states_by_cells(network: CharRNN, ids: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """h and c [time, layer, unit] by a loop over `torch.nn.LSTMCell`, a character at a time."""
    config, cells = network.config, []
    for layer in range(config.num_layers):
        cells.append(nn.LSTMCell(config.hidden_size if layer else config.embedding_size, config.hidden_size))
        cells[-1].load_state_dict({name: getattr(network.rnn, f"{name}_l{layer}") for name in cells[-1].state_dict()})
    states = [(torch.zeros(config.hidden_size), torch.zeros(config.hidden_size)) for _ in cells]
    history = []
    with torch.no_grad():
        for x in network.embedding(torch.from_numpy(ids)):
            for layer, cell in enumerate(cells):
                states[layer] = cell(states[layer - 1][0] if layer else x, states[layer])
            history.append([torch.stack(of_layer) for of_layer in states])
    stacked = torch.stack([torch.stack(of_step) for of_step in history]).numpy()  # time layer state unit
    return stacked[:, :, 0], stacked[:, :, 1]


def sigmoid(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))


@pytest.mark.parametrize("layers", [1, 2, 3])
@pytest.mark.parametrize("length", [1, 255, 700])
def test_one_stream_has_the_states_of_torch(layers: int, length: int):
    network, ids = network_of(layers), text_ids(length)
    blocks = list(record_blocks(network, ids))
    hidden, cell = states_by_cells(network, ids)
    np.testing.assert_allclose(join(blocks, "hidden"), hidden, rtol=0, atol=TOLERANCE)
    np.testing.assert_allclose(join(blocks, "cell"), cell, rtol=TOLERANCE, atol=TOLERANCE)
    for layer in range(layers):
        expected = hidden_by_lstm(network, ids, layer)
        np.testing.assert_allclose(join(blocks, "hidden")[:, layer], expected, rtol=0, atol=TOLERANCE)


def test_a_trained_network_has_the_states_of_torch(tiny_run: Run, story: str):
    network, recording = tiny_run.load_network(), record(tiny_run, story[-3000:])
    ids = tiny_run.vocabulary.encode(story[-3000:])
    hidden, cell = states_by_cells(network, ids)
    np.testing.assert_allclose(recording["hidden"], hidden, rtol=0, atol=TOLERANCE)
    np.testing.assert_allclose(recording["cell"], cell, rtol=TOLERANCE, atol=TOLERANCE)
    np.testing.assert_allclose(recording["hidden"][:, 1], hidden_by_lstm(network, ids, 1), rtol=0, atol=TOLERANCE)


@pytest.mark.parametrize("layers", [1, 2, 3])
def test_many_streams_have_the_states_of_torch_after_five_hundred_characters_of_warm_up(layers: int):
    network, ids = network_of(layers), text_ids(1500)
    blocks = list(record_blocks(network, ids, streams=3, gates=True))
    hidden, cell, gates = (join(blocks, name) for name in ("hidden", "cell", "gates"))
    starts = (0, 512, 1024)
    assert {block.start for block in blocks} >= set(starts)
    for start, end in zip(starts, (512, 1024, 1500), strict=True):
        before = min(start, 500)
        expected_hidden, expected_cell = states_by_cells(network, ids[start - before : end])
        np.testing.assert_allclose(hidden[start:end], expected_hidden[before:], rtol=0, atol=TOLERANCE)
        np.testing.assert_allclose(cell[start:end], expected_cell[before:], rtol=TOLERANCE, atol=TOLERANCE)
    alone = join(list(record_blocks(network, ids, gates=True)), "gates")
    np.testing.assert_allclose(gates[:512], alone[:512], rtol=0, atol=TOLERANCE)


@pytest.mark.parametrize(("streams", "length"), [(1, 400), (2, 1100), (7, 1100), (50, 3000), (4, 300)])
def test_every_character_is_recorded_once_however_many_streams(streams: int, length: int):
    blocks = list(record_blocks(network_of(1), text_ids(length), streams))
    assert len(join(blocks, "loss")) == length


def test_gates_and_states_follow_the_textbook():
    network, ids = network_of(2), text_ids(600)
    blocks, weights = list(record_blocks(network, ids, gates=True)), network.layer_weights()
    hidden, cell, gates = (join(blocks, name).astype(np.float64) for name in ("hidden", "cell", "gates"))
    x = network.embedding.weight.detach().numpy()[ids]
    for layer, w in enumerate(weights):
        h_before = np.vstack([np.zeros((1, 20)), hidden[:-1, layer]])
        c_before = np.vstack([np.zeros((1, 20)), cell[:-1, layer]])
        rows = x @ w.weight_ih.numpy().T + h_before @ w.weight_hh.numpy().T + w.bias.numpy()
        i, f, g, o = np.split(rows, 4, axis=1)
        i, f, g, o = sigmoid(i), sigmoid(f), np.tanh(g), sigmoid(o)
        np.testing.assert_allclose(gates[:, :, layer], np.stack([i, f, g, o], axis=1), rtol=0, atol=TOLERANCE)
        np.testing.assert_allclose(cell[:, layer], f * c_before + i * g, rtol=TOLERANCE, atol=TOLERANCE)
        np.testing.assert_allclose(hidden[:, layer], o * np.tanh(cell[:, layer]), rtol=0, atol=TOLERANCE)
        x = hidden[:, layer]


@pytest.mark.parametrize("streams", [1, 2])
@pytest.mark.parametrize("block", [8, 64, 512])
def test_blocks_are_one_pass(block: int, streams: int, monkeypatch: pytest.MonkeyPatch):
    network, ids = network_of(3), text_ids(1024)
    monkeypatch.setattr(recording_module, "WARM_UP", 512)
    monkeypatch.setattr(recording_module, "BLOCK", 1024 // streams)
    expected = list(record_blocks(network, ids, streams, gates=True))
    assert len(expected) == streams
    monkeypatch.setattr(recording_module, "BLOCK", block)
    blocks = list(record_blocks(network, ids, streams, gates=True))
    for name in ("hidden", "cell", "gates", "loss", "top_prob"):
        np.testing.assert_allclose(join(blocks, name), join(expected, name), rtol=TOLERANCE, atol=TOLERANCE)


def test_what_is_read_later_changes_nothing_before():
    network, ids = network_of(2), text_ids(600)
    whole, part = (list(record_blocks(network, ids[:length])) for length in (600, 300))
    np.testing.assert_array_equal(join(part, "hidden"), join(whole, "hidden")[:300])
    np.testing.assert_array_equal(join(part, "loss")[:-1], join(whole, "loss")[:299])


@pytest.mark.parametrize("streams", [1, 2])
def test_loss_rank_and_guesses_are_those_of_a_softmax(streams: int):
    network, ids = network_of(2), text_ids(1200)
    blocks = list(record_blocks(network, ids, streams))
    weight, bias = (parameter.detach().double().numpy() for parameter in network.readout.parameters())
    logits = join(blocks, "hidden")[:, -1].astype(np.float64) @ weight.T + bias
    probability = np.exp(logits - logits.max(axis=1, keepdims=True))
    probability /= probability.sum(axis=1, keepdims=True)
    of_true = probability[np.arange(1199), ids[1:]]
    loss, rank = join(blocks, "loss"), join(blocks, "rank")
    np.testing.assert_allclose(loss[:-1], -np.log(of_true), rtol=TOLERANCE, atol=TOLERANCE)
    assert np.isnan(loss[-1])
    order = np.argsort(-probability, axis=1)
    np.testing.assert_array_equal(join(blocks, "top_char"), order[:, :TOP])
    np.testing.assert_allclose(join(blocks, "top_prob"), -np.sort(-probability)[:, :TOP], rtol=0, atol=TOLERANCE)
    assert rank[-1] == 0
    np.testing.assert_array_equal(rank[:-1], np.argmax(order[:-1] == ids[1:, None], axis=1) + 1)


def test_a_vocabulary_of_fewer_characters_than_guesses_has_fewer_guesses():
    (block,) = record_blocks(network_of(1, characters=3), text_ids(50, characters=3))
    assert block.top_char.shape == (50, 3)
    np.testing.assert_allclose(block.top_prob.sum(axis=1), 1, atol=TOLERANCE)


def test_no_text_is_one_clear_error(tiny_run: Run):
    with pytest.raises(InputError, match="at least one character"):
        record(tiny_run, "")


def test_a_recording_names_its_axes_its_weights_and_its_text(tiny_run: Run, story: str):
    text = story[:300] + "é☃"
    recording = record(tiny_run, text, gates=True)
    assert recording.sizes == {"time": 302, "layer": 2, "unit": 24, "guess": 5}
    gates = {"input_gate", "forget_gate", "candidate_gate", "output_gate"}
    expected = {"char", "hidden", "cell", "loss", "rank", "top_char", "top_prob"} | gates
    assert set(recording.data_vars) == expected
    np.testing.assert_array_equal(recording["char"], to_code_points(text))
    assert recording.attrs["weights_sha256"] == tiny_run.weights_hash
    assert recording.attrs["text_sha256"] != record(tiny_run, text[:-1]).attrs["text_sha256"]
    assert recording.attrs["unknown_characters"] == 2


@pytest.mark.parametrize("streams", [1, 4])
def test_a_recording_comes_back_from_disk(streams: int, tiny_run: Run, story: str, tmp_path: Path):
    text = story[:5000]
    done = list(record_to_zarr(tiny_run, text, tmp_path / "x.zarr", streams, gates=True))
    assert done[-1] == 5000
    assert done == sorted(done)
    stored, expected = open_recording(tmp_path / "x.zarr"), record(tiny_run, text, gates=True)
    assert isinstance(stored["hidden"].data, dask.array.Array)
    assert stored.sizes == expected.sizes
    assert stored.attrs == expected.attrs
    np.testing.assert_array_equal(stored["char"], expected["char"])
    for name in ("hidden", "cell", "input_gate", "output_gate"):
        assert stored[name].dims == ("time", "layer", "unit")
        assert stored[name].dtype == np.float16
        near = stored[name].to_numpy()[:1000]
        np.testing.assert_allclose(near, expected[name].to_numpy()[:1000], rtol=1e-3, atol=1e-4)
    np.testing.assert_allclose(stored["loss"], expected["loss"], atol=1e-5 if streams == 1 else 0.5)
    assert not (stored["rank"].to_numpy()[:-1] == 0).any()


def test_where_a_recording_is_none_can_be_written_and_elsewhere_none_opened(tiny_run: Run, tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="exists"):
        list(record_to_zarr(tiny_run, "abc", tmp_path))
    with pytest.raises(InputError, match="Cannot write the recording"):
        list(record_to_zarr(tiny_run, "abc", tmp_path / "file" / "x.zarr"))
    with pytest.raises(InputError, match=r"No recording at .*python -m models record"):
        open_recording(tmp_path)

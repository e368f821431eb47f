"""Segments read side by side are what one stream is: for every cell, for units that count or hold, as shipped."""

import numpy as np
import pytest
import torch

from analysis.concepts import concept
from corpora.demo import load_passage
from models.config import Cell
from models.network import CELLS, CharRNN
from models.recording import Recording, join, record_blocks, segments, streams_for
from models.run import Run, load_run
from tests.analysis.planted_counters import BRACES, EMPTY, LATCH, STOPS, TOGGLE, counting_run, write_nested
from tests.models.recording.test_blocks import every_cell, network_of, text_ids

EXACT = 1e-5


def assert_exact(found: Recording, expected: Recording) -> None:
    """To 1e-5; values beyond 1, as c has them, to 1e-5 of their size."""
    assert list(found.states) == list(expected.states)
    for name, values in expected.states.items():
        off = np.abs(found.states[name] - values) / np.maximum(1, np.abs(values))
        assert off.max() <= EXACT, name
    np.testing.assert_allclose(found.loss, expected.loss, rtol=EXACT, atol=10 * EXACT)


def assert_segments_are_one_stream(network: CharRNN, ids: np.ndarray, streams: int, gates: bool = True) -> None:
    blocks = list(record_blocks(network, ids, streams, gates))
    positions = np.concatenate([np.arange(block.start, block.stop) for block in blocks])
    assert sorted(positions) == list(range(len(ids)))
    assert_exact(join(blocks), join(record_blocks(network, ids, 1, gates)))


@every_cell
@pytest.mark.parametrize("layers", [1, 2, 3])
def test_segments_are_one_stream_for_every_cell_and_depth(cell: Cell, layers: int):
    assert_segments_are_one_stream(network_of(cell, layers), text_ids(2000), 3)


@pytest.mark.parametrize(("streams", "length"), [(2, 400), (2, 513), (7, 1100), (50, 3000), (4000, 1537), (3, 1)])
def test_segments_are_one_stream_however_they_fall(streams: int, length: int):
    assert_segments_are_one_stream(network_of("gru", 1), text_ids(length), streams)


def holding_network(cell: Cell, hidden: int = 20) -> CharRNN:
    """A random network whose memory hardly fades: a warm-up of 500 characters does not tell its state."""
    network, kind = network_of(cell, 2, hidden), CELLS[cell]
    with torch.no_grad():
        for layer in range(2):
            gate = kind.gates.index("forget" if cell == "lstm" else "update")
            bias = network.rnn.get_parameter(f"bias_ih_l{layer}").view(len(kind.gates), hidden)
            bias[gate] = torch.linspace(2, 14, hidden)
    return network


@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_segments_of_a_network_that_remembers_for_long_are_one_stream(cell: Cell):
    network, ids = holding_network(cell), text_ids(6000)
    memory = CELLS[cell].states[-1]
    whole, part = (join(record_blocks(network, ids[start:4000], 1)).states[memory] for start in (0, 2500))
    assert np.abs(whole[-1] - part[-1]).max() > 0.01  # 1,500 characters before are not enough
    assert_segments_are_one_stream(network, ids, 8)


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("gates", [False, True])
def test_several_windows_are_one_stream(cell: Cell, gates: bool, monkeypatch: pytest.MonkeyPatch):
    """Of about 1,000 characters each: 8 windows."""
    network = network_of(cell, 2)
    arrays = len(CELLS[cell].states) + gates * len(CELLS[cell].gates)
    monkeypatch.setattr(segments, "MEMORY", 1024 * 4 * 2 * 20 * arrays)
    windows = []
    fill = segments.Window.fill
    monkeypatch.setattr(segments.Window, "fill", lambda self, *given: windows.append(self) or fill(self, *given))
    assert_segments_are_one_stream(network, text_ids(8000), 4, gates)
    assert len(windows) >= 7
    if cell != "rnn":
        assert_segments_are_one_stream(holding_network(cell), text_ids(8000), 4, gates)


def test_units_that_count_are_right_through_several_windows(
    counting: Run, nested: str, monkeypatch: pytest.MonkeyPatch
):
    network = counting.load_network()
    monkeypatch.setattr(segments, "MEMORY", 8192 * 4 * 2 * network.config.num_layers * network.config.hidden_size)
    assert_segments_are_one_stream(network, counting.vocabulary.encode(nested[:40_000]), 8, gates=False)


def test_a_stream_has_the_same_bits_alone_and_as_the_first_segment():
    network, ids = network_of("lstm", 2, hidden=30), text_ids(3000)
    one, many = (join(record_blocks(network, ids, streams)).states["hidden"][:256] for streams in (1, 5))
    np.testing.assert_array_equal(one, many)


# ---- a toggle, a counter, a latch, a count: what they hold is known ------------------------------------------------


@pytest.fixture(scope="module")
def nested() -> str:
    return write_nested(200_000)


@pytest.fixture(scope="module")
def counting(nested: str, tmp_path_factory: pytest.TempPathFactory) -> Run:
    return counting_run(tmp_path_factory.mktemp("counting"), nested)


@pytest.mark.parametrize("streams", [1, 32])
def test_units_that_count_or_hold_are_right_through_the_whole_text(streams: int, counting: Run, nested: str):
    cell = join(record_blocks(counting.load_network(), counting.vocabulary.encode(nested), streams)).states["cell"][
        :, 0
    ]
    characters = np.array(list(nested))
    odd = np.cumsum(characters == '"') % 2 == 1
    np.testing.assert_array_equal(cell[:, TOGGLE] > 0.5, odd)
    depth = np.cumsum(characters == "{") - np.cumsum(characters == "}")
    np.testing.assert_allclose(cell[:, BRACES], depth, atol=0.01)
    np.testing.assert_allclose(cell[:, LATCH], 1, atol=0.01)
    stops, emptied = np.cumsum(characters == "."), characters == EMPTY
    since = stops - np.maximum.accumulate(np.where(emptied, stops, 0))
    assert since.max() > 500
    np.testing.assert_allclose(cell[:, STOPS], 0.01 * since, atol=0.02)
    np.testing.assert_array_equal(concept("inside-quotes").labels(nested), odd)
    np.testing.assert_array_equal(concept("brace-depth").labels(nested), depth)


def test_thirty_two_segments_are_one_stream_where_units_count(counting: Run, nested: str):
    assert_segments_are_one_stream(counting.load_network(), counting.vocabulary.encode(nested), 32, gates=False)


# ---- how many streams, and how they come to agree -------------------------------------------------------------------


def test_what_starts_wrong_is_read_on_as_one_stream(counting: Run, nested: str, monkeypatch: pytest.MonkeyPatch):
    """The toggle starts from a guess, right or wrong; no sweep sees further than to the next segment."""
    network, ids = counting.load_network(), counting.vocabulary.encode(nested[:40_000])
    monkeypatch.setattr(segments, "SWEEPS", 1)
    starts = [block.start for block in record_blocks(network, ids, 16)]
    assert_segments_are_one_stream(network, ids, 16)
    assert starts[-20:] == list(range(starts[-20], 40_000, 256))


@pytest.mark.parametrize(
    ("cores", "length", "streams"), [(1, 10**6, 24), (2, 10**6, 48), (2, 8191, 1), (2, 8192, 32), (64, 64_000, 250)]
)
def test_a_text_is_read_in_segments_where_it_is_long(
    cores: int, length: int, streams: int, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(torch, "get_num_threads", lambda: cores)
    assert streams_for(network_of("lstm", 2), length) == streams


# ---- shipped models -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["war-and-peace", "linux", "wikipedia", "war-and-peace-lstm", "war-and-peace-gru", "war-and-peace-rnn"]
)
def test_segments_of_shipped_models_are_one_stream(name: str):
    run = load_run(name)
    text = load_passage(run.corpus["name"]) * 2
    ids = run.vocabulary.encode(text[:2560])
    assert_segments_are_one_stream(run.load_network(), ids, 4, gates=False)

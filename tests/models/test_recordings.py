"""Recordings as Datasets: what they hold for each kind of cell, and that they come back from disk."""

from collections.abc import Callable
from pathlib import Path

import dask.array
import numpy as np
import pytest
import torch

from corpora import InputError, to_code_points
from models import recordings
from models.network import CELLS
from models.record import Block
from models.recordings import open_recording, record, record_to_zarr
from models.run import Run
from tests.conftest import Outcome
from tests.other_cells import with_cell

EXPECTED = {
    "lstm": {"hidden", "cell", "input_gate", "forget_gate", "candidate_gate", "output_gate"},
    "gru": {"hidden", "reset_gate", "update_gate", "candidate_gate"},
    "rnn": {"hidden"},
}
ALWAYS = {"char", "loss", "rank", "top_char", "top_prob"}


@pytest.fixture(params=CELLS)
def run(request: pytest.FixtureRequest, tiny_run: Run) -> Run:
    """A run of each kind of cell: the tiny trained LSTM, and its like with other cells, untrained."""
    return with_cell(tiny_run, request.param)


def test_a_recording_names_its_axes_its_weights_and_its_text(run: Run, story: str):
    text = story[:300] + "é☃"
    recording = record(run, text, gates=True)
    assert recording.sizes == {"time": 302, "layer": 2, "unit": 24, "guess": 5}
    assert set(recording.data_vars) == EXPECTED[run.model.cell] | ALWAYS
    np.testing.assert_array_equal(recording["char"], to_code_points(text))
    assert recording.attrs["weights_sha256"] == run.weights_hash
    assert recording.attrs["text_sha256"] != record(run, text[:-1]).attrs["text_sha256"]
    assert recording.attrs["unknown_characters"] == 2


def test_without_gates_a_recording_has_states_only(run: Run, story: str):
    assert set(record(run, story[:50]).data_vars) == set(run.load_network().kind.states) | ALWAYS


@pytest.mark.parametrize("streams", [1, 4])
def test_a_recording_comes_back_from_disk(streams: int, run: Run, story: str, tmp_path: Path):
    text = story[:5000]
    done = list(record_to_zarr(run, text, tmp_path / "x.zarr", streams, gates=True))
    assert done[-1] == 5000
    assert done == sorted(done)
    stored, expected = open_recording(tmp_path / "x.zarr"), record(run, text, gates=True)
    assert set(stored.data_vars) == EXPECTED[run.model.cell] | ALWAYS
    assert isinstance(stored["hidden"].data, dask.array.Array)
    assert stored.sizes == expected.sizes
    assert stored.attrs == expected.attrs
    np.testing.assert_array_equal(stored["char"], expected["char"])
    for name in EXPECTED[run.model.cell]:
        assert stored[name].dims == ("time", "layer", "unit")
        assert stored[name].dtype == np.float16
        near = stored[name].to_numpy()[:1000]
        np.testing.assert_allclose(near, expected[name].to_numpy()[:1000], rtol=1e-3, atol=1e-4)
    np.testing.assert_allclose(stored["loss"], expected["loss"], atol=1e-5 if streams == 1 else 0.5)
    assert not (stored["rank"].to_numpy()[:-1] == 0).any()


def test_a_cell_beyond_float16_is_stored_as_its_largest(tiny_run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def grown(*_: object) -> list[Block]:
        hidden, cell = np.zeros((2, 1, 2), np.float32), np.array([[[1e6, -1e6]], [[7.0, -65_504]]], np.float32)
        rank, top_char = np.zeros(2, np.int64), np.zeros((2, 5), np.int64)
        return [Block(0, {"hidden": hidden, "cell": cell}, {}, np.zeros(2), rank, top_char, np.zeros((2, 5)))]

    monkeypatch.setattr(recordings, "record_blocks", grown)
    list(record_to_zarr(tiny_run, "ab", tmp_path / "x.zarr"))
    stored = open_recording(tmp_path / "x.zarr")["cell"].to_numpy()
    assert stored.tolist() == [[[65_504, -65_504]], [[7, -65_504]]]


def test_where_a_recording_is_none_can_be_written_and_elsewhere_none_opened(tiny_run: Run, tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="exists"):
        list(record_to_zarr(tiny_run, "abc", tmp_path))
    with pytest.raises(InputError, match="Cannot write the recording"):
        list(record_to_zarr(tiny_run, "abc", tmp_path / "file" / "x.zarr"))
    with pytest.raises(InputError, match=r"No recording at .*python -m models record"):
        open_recording(tmp_path)


def test_the_command_says_in_one_line_that_a_plain_rnn_has_no_gates(
    run: Run, story: str, tmp_path: Path, command: Callable[..., Outcome]
):
    (tmp_path / "text.txt").write_text(story[:500])
    done = command(
        "models", "record", run.name, "--text", tmp_path / "text.txt", "--gates", "--out", tmp_path / "x.zarr"
    )
    assert done.code == 0, done
    assert done.out.startswith(f"{tmp_path / 'x.zarr'}: 500 characters of {run.name}")
    assert done.err == ("A plain RNN has no gates: none are recorded.\n" if run.model.cell == "rnn" else "")
    assert set(open_recording(tmp_path / "x.zarr").data_vars) == EXPECTED[run.model.cell] | ALWAYS


def test_other_weights_of_the_same_shape_can_be_recorded(tiny_run: Run):
    control = tiny_run.untrained_network(1)
    recorded = record(tiny_run, "abc", network=control)
    with torch.inference_mode():
        _, (hidden, _) = control(torch.from_numpy(tiny_run.vocabulary.encode("abc"))[:, None], control.initial_state(1))
    np.testing.assert_allclose(recorded["hidden"][-1], hidden[:, 0], rtol=0, atol=1e-6)

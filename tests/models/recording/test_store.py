"""Recordings on disk: what they hold for each kind of cell, and that it is what was recorded."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import dask.array
import numpy as np
import pytest
import xarray as xr

from corpora import InputError, to_code_points
from models.network import CELLS
from models.recording import Recording, join, record, store
from models.recording.store import blocks_of, open_recording, record_to_zarr
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


def stored(run: Run, text: str, folder: Path, streams: int = 1, gates: bool = True) -> xr.Dataset:
    """A recording that was written to disk and opened again."""
    path = folder / f"{len(list(folder.iterdir()))}.zarr"
    list(record_to_zarr(run, text, path, streams, gates))
    return open_recording(path)


def test_a_recording_names_its_axes_its_weights_and_its_text(run: Run, story: str, tmp_path: Path):
    text = story[:300] + "é☃"
    recording = stored(run, text, tmp_path)
    assert recording.sizes == {"time": 302, "layer": 2, "unit": 24, "prediction": 5}
    assert set(recording.data_vars) == EXPECTED[run.model.cell] | ALWAYS
    np.testing.assert_array_equal(recording["char"], to_code_points(text))
    assert recording.attrs["weights_sha256"] == run.weights_hash
    assert recording.attrs["text_sha256"] != stored(run, text[:-1], tmp_path).attrs["text_sha256"]
    assert recording.attrs["unknown_characters"] == 2


def test_without_gates_a_recording_has_states_only(run: Run, story: str, tmp_path: Path):
    assert set(stored(run, story[:50], tmp_path, gates=False).data_vars) == {*CELLS[run.model.cell].states, *ALWAYS}


@pytest.mark.parametrize("streams", [1, 4])
def test_a_recording_comes_back_from_disk(streams: int, run: Run, story: str, tmp_path: Path):
    text = story[:5000]
    done = list(record_to_zarr(run, text, tmp_path / "x.zarr", streams, gates=True))
    assert sum(done) == 5000
    assert len(done) > 1
    found, expected = open_recording(tmp_path / "x.zarr"), record(run, text, gates=True)
    assert isinstance(found["hidden"].data, dask.array.Array)
    assert EXPECTED[run.model.cell] == set(expected.states)
    for name, values in expected.states.items():
        assert found[name].dims == ("time", "layer", "unit")
        assert found[name].dtype == np.float16
        np.testing.assert_allclose(found[name], values, rtol=1e-3, atol=1e-4)
    for name, values in expected.others().items():
        np.testing.assert_allclose(found[name], values, rtol=0, atol=1e-4)


def test_a_stretch_on_disk_is_read_block_by_block(
    run: Run, story: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    opened, expected = stored(run, story[:500], tmp_path), record(run, story[:500], gates=True).stretch(120, 430)
    monkeypatch.setattr(store, "CHUNK", 100)
    blocks = list(blocks_of(opened, 120, 430))
    assert [(block.start, len(block)) for block in blocks] == [(120, 100), (220, 100), (320, 100), (420, 10)]
    found = join(blocks)
    assert (found.start, found.stop) == (expected.start, expected.stop) == (120, 430)
    assert set(found.states) == set(expected.states)
    for name, values in expected.states.items():
        np.testing.assert_allclose(found.states[name], values, rtol=1e-3, atol=1e-4)
    for name, values in expected.others().items():
        np.testing.assert_allclose(found.others()[name], values, rtol=0, atol=1e-4)


def test_a_selection_without_predictions_has_none(run: Run, story: str, tmp_path: Path):
    (block,) = blocks_of(stored(run, story[:50], tmp_path)[["hidden", "char", "loss"]], 10, 40)
    assert set(block.states) == {"hidden"}
    assert np.isnan(block.loss).all()
    assert not block.rank.any()
    assert block.top_char.shape == block.top_prob.shape == (30, 0)


def test_a_recording_of_an_earlier_version_has_its_axis_of_predictions(tiny_run: Run, tmp_path: Path):
    stored(tiny_run, "abc", tmp_path).rename({"prediction": "guess"}).to_zarr(tmp_path / "old.zarr", consolidated=False)
    assert open_recording(tmp_path / "old.zarr")["top_char"].dims == ("time", "prediction")


def test_a_cell_beyond_float16_is_stored_as_its_largest(tiny_run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    cell = np.array([[[1e6, -1e6]], [[7.0, -65_504]]], np.float32)
    grown = replace(record(tiny_run, "ab"), states={"hidden": np.zeros((2, 1, 2), np.float32), "cell": cell})

    def record_grown(*_: object) -> list[Recording]:
        return [grown]

    monkeypatch.setattr(store, "record_blocks", record_grown)
    assert stored(tiny_run, "ab", tmp_path)["cell"].to_numpy().tolist() == [[[65_504, -65_504]], [[7, -65_504]]]


def test_where_a_recording_is_none_can_be_written_and_elsewhere_none_opened(tiny_run: Run, tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="exists"):
        list(record_to_zarr(tiny_run, "abc", tmp_path))
    with pytest.raises(InputError, match="Cannot write"):
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


@pytest.mark.parametrize("place", ["mine.txt", "hidden/mine.txt", "hidden/c/mine.txt", "mine/deep/er.txt"])
def test_nothing_but_a_recording_is_replaced(place: str, tiny_run: Run, tmp_path: Path):
    path = tmp_path / "x.zarr"
    for _ in range(2):  # all that is in a recording is known to be part of it
        list(record_to_zarr(tiny_run, "abc" * 3000, path, gates=True, overwrite=True))
    mine = path / place
    mine.parent.mkdir(parents=True, exist_ok=True)
    mine.write_text("mine")
    with pytest.raises(InputError, match="which is no part of a recording"):
        list(record_to_zarr(tiny_run, "abc", path, overwrite=True))
    assert mine.read_text() == "mine"

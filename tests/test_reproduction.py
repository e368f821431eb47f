"""The page of figures says what the logged runs say."""

import json
import math
from pathlib import Path

import pytest

from corpora import InputError
from docs import reproduction, rows
from models.config import Cell
from models.run import Run, load_run


def test_the_page_is_up_to_date():
    assert reproduction.PAGE.read_text() == reproduction.page()


def test_a_run_is_kept_once_with_its_figures(tiny_run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(reproduction, "RUNS", tmp_path / "runs.jsonl")
    for change in ("first", "second"):
        reproduction.keep("tiny", "ablation", change)
    (line,) = reproduction.kept_runs()
    assert (line["run"], line["group"], line["change"]) == ("tiny", "ablation", "second")
    assert (line["cell"], line["layers"], line["units"]) == ("lstm", 2, 24)
    assert line["validation"] == tiny_run.training["validation_loss"]
    assert min(loss for _, loss in line["curve"]) == pytest.approx(line["validation"], abs=1e-3)
    assert json.loads((tmp_path / "runs.jsonl").read_text()) == line
    reproduction.keep("tiny", "row", size=24)  # a run may stand in two tables
    assert [line["group"] for line in reproduction.kept_runs()] == ["ablation", "row"]
    assert reproduction.page().count(line["command"]) == 1
    with pytest.raises(InputError, match="--size with --group row"):
        reproduction.keep("tiny", "row")


def test_rows_stand_beside_the_paper_s():
    run = {"cell": "lstm", "layers": 2, "size": 128, "units": 128, "epochs": 4.0, "parameters": 246_478}
    gru, large = run | {"cell": "gru", "units": 152, "epochs": 5.0}, run | {"size": 256, "layers": 1}
    found = [one | {"figures": {"test paper bytes": loss}} for one, loss in ((run, 1.25), (gru, 1.3), (large, 1.2))]
    page = reproduction.rows_table(found)
    assert "| 128 | LSTM |  | 1.277 | 1.250 | 1.227 |  | 1.279 | 246 | 4 |" in page
    assert "| 128 | GRU |  | 1.230 | 1.300 | 1.226 |  | 1.253 | 246 | 5 |" in page
    assert "| 256 | LSTM | 1.200 | 1.189 |  | 1.137 |  | 1.141 | 246 | 4 |" in page


@pytest.mark.parametrize("layers", reproduction.LAYERS)
@pytest.mark.parametrize("cell", reproduction.CELLS)
@pytest.mark.parametrize("size", [128, 256])
def test_the_networks_of_a_row_have_as_many_parameters(size: int, cell: Cell, layers: int):
    width = rows.width_of(size, cell, layers)
    assert rows.parameters(width, cell, layers) == pytest.approx(rows.parameters(size, "lstm", layers), rel=0.05)
    assert cell != "lstm" or width == size


def test_a_row_is_counted_with_the_vocabulary_of_its_text():
    assert len(load_run("war-and-peace").vocabulary) == rows.VOCABULARY
    [smallest] = [run for run in reproduction.kept_runs() if run["run"] == "row-lstm-1"]
    assert rows.parameters(128, "lstm", 1) == smallest["parameters"]


def test_a_row_is_trained_where_it_is_not_kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    done: list[tuple[str, ...]] = []
    kept: list[str] = []
    monkeypatch.setattr(rows, "runs_folder", lambda: tmp_path)
    monkeypatch.setattr(rows, "run_models", lambda *words: done.append(words))
    monkeypatch.setattr(reproduction, "kept_runs", lambda: [{"size": 128, "cell": "lstm", "layers": 1, "group": "row"}])
    monkeypatch.setattr(reproduction, "keep", lambda run, group, size: kept.append(run))
    rows.train(128, epochs=2, precision="32")
    assert len(done) == 16
    assert kept == [f"row-128-{cell}-{layers}" for cell in reproduction.CELLS for layers in reproduction.LAYERS][1:]
    assert "--hidden" in done[0]
    assert done[1] == ("evaluate", "row-128-lstm-2", "--paper-bytes")


def test_changes_are_told_against_the_first_run():
    run = {"change": "base", "validation": 1.25}
    rows = reproduction.change_table([run, run | {"change": "other", "validation": 1.2}]).splitlines()
    assert rows[2] == "| base | 1.250 | +0.000 |"
    assert rows[3] == "| other | 1.200 | -0.050 |"


def test_what_was_not_measured_is_an_empty_cell():
    assert reproduction.table(("a", "b", "c"), [(None, math.nan, 1.0)]).splitlines()[-1] == "|  |  | 1.000 |"

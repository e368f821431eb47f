"""The page of figures says what the logged runs say."""

import json
import math
from pathlib import Path

import pytest

from docs import reproduction
from models.run import Run


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
    reproduction.keep("tiny", "row", "")  # a run may stand in two tables
    assert [line["group"] for line in reproduction.kept_runs()] == ["ablation", "row"]
    assert reproduction.page().count(line["command"]) == 1


def test_a_row_stands_beside_the_paper_s():
    run = {"cell": "lstm", "layers": 2, "units": 128, "epochs": 4.0, "figures": {"test paper bytes": 1.25}}
    page = reproduction.row_table([run, run | {"cell": "gru", "units": 152, "figures": {"test paper bytes": 1.3}}])
    assert "| LSTM |  | 1.277 | 1.250 | 1.227 |  | 1.279 |" in page
    assert "| GRU |  | 1.230 | 1.300 | 1.226 |  | 1.253 |" in page
    assert "ours 4," in page


def test_changes_are_told_against_the_first_run():
    run = {"change": "base", "validation": 1.25}
    rows = reproduction.change_table([run, run | {"change": "other", "validation": 1.2}]).splitlines()
    assert rows[2] == "| base | 1.250 | +0.000 |"
    assert rows[3] == "| other | 1.200 | -0.050 |"


def test_what_was_not_measured_is_an_empty_cell():
    assert reproduction.table(("a", "b", "c"), [(None, math.nan, 1.0)]).splitlines()[-1] == "|  |  | 1.000 |"

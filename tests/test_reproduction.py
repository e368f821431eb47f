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


def test_changes_are_told_against_the_first_run():
    run = {"change": "base", "validation": 1.25, "figures": {"test": 1.5}, "minutes": 3.0}
    rows = reproduction.change_table([run, run | {"change": "other", "validation": 1.2, "figures": {}}]).splitlines()
    assert rows[2] == "| base | 1.250 | 0.000 | 1.500 | 3.000 |"
    assert rows[3] == "| other | 1.200 | -0.050 |  | 3.000 |"


def test_what_was_not_measured_is_an_empty_cell():
    assert reproduction.table(("a", "b", "c"), [(None, math.nan, 1.0)]).splitlines()[-1] == "|  |  | 1.000 |"

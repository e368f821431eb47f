"""The files, frames and routes that the documentation describes are those that the code writes and serves."""

import json
import re

import pandas as pd
import pytest

from analysis.findings import Findings
from analysis.search import search
from models.run import Run, load_run
from tests.conftest import ROOT, Trained

RUN, FRAME = "docs/run-format.md", "docs/frame-format.md"


def read(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def tables_under(page: str, heading: str) -> list[list[str]]:
    """The cells of all table rows of a section, their backquotes kept."""
    section = re.search(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", read(page), re.DOTALL | re.MULTILINE)
    assert section, f"{page} has no section {heading!r}"
    rows = [line for line in section.group(1).splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in re.split(r"(?<!\\)\|", row)[1:-1]] for row in rows]
    return [row for row in cells if row[0].startswith("`")]


def names_under(page: str, heading: str) -> set[str]:
    """All names in the first column of a section's tables."""
    return {name for row in tables_under(page, heading) for name in re.findall(r"`([^`]+)`", row[0])}


@pytest.fixture(scope="module")
def found(trained: Trained, story: str, tmp_path_factory: pytest.TempPathFactory) -> Findings:
    """What a search finds in the tiny run."""
    text = tmp_path_factory.mktemp("searched") / "text.txt"
    text.write_text(story[:12_000])
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CHARSCOPE_DATA", str(trained.data))
        return search(load_run(trained.folder), text=text, draws=20)


@pytest.fixture
def searched_run(tiny_run: Run, found: Findings) -> Run:
    """The tiny trained run with the tables of a search."""
    found.save(tiny_run.folder)
    return tiny_run


@pytest.mark.parametrize("name", ["units", "scores", "share", "probes"])
def test_columns_and_attributes_of_the_search_are_documented(name: str, searched_run):
    from analysis.findings import load_findings

    findings = load_findings(searched_run)
    assert findings is not None
    table = getattr(findings, name)
    rows = tables_under(RUN, f"{name}.parquet")
    documented = {column: row[1] for row in rows if len(row) == 3 for column in re.findall(r"`([^`]+)`", row[0])}
    kinds = {"i": "integer", "f": "float"} | ({"O": "list"} if name == "probes" else {})
    found = {
        column: "string"
        if isinstance(table[column].dtype, pd.CategoricalDtype)
        else kinds.get(table[column].dtype.kind, "string")
        for column in table.columns
    }
    if name == "probes":
        found |= dict.fromkeys(("source", "concept", "state"), "string")
    assert documented == found
    attributes = {
        name for row in tables_under(RUN, "units.parquet") if len(row) == 2 for name in re.findall(r"`([^`]+)`", row[0])
    }
    assert attributes == set(table.attrs)


def test_files_of_a_run_are_documented(searched_run):
    names = {path.name + "/" * path.is_dir() for path in searched_run.folder.iterdir()}
    assert names <= names_under(RUN, "Files")


def test_configuration_is_documented(tiny_run):
    from dataclasses import fields

    from models.config import TrainingConfig

    described = json.loads((tiny_run.folder / "config.json").read_text())
    documented = names_under(RUN, "config.json")
    text = read(RUN)
    at_end = set(described["training"]) - {field.name for field in fields(TrainingConfig)}
    assert documented == set(described) | at_end
    for name in [*described["model"], *described["corpus"]]:
        assert f"`{name}`" in text, name


def test_log_and_samples_are_documented(tiny_run):
    header = (tiny_run.folder / "log.csv").read_text().splitlines()[0].split(",")
    assert names_under(RUN, "log.csv") == set(header)
    sample = json.loads((tiny_run.folder / "samples.jsonl").read_text().splitlines()[0])
    section = read(RUN).split("## samples.jsonl")[1].split("\n## ")[0]
    assert set(re.findall(r"`(\w+)`", section)) == set(sample)


def test_weights_are_documented(tiny_run):
    tensors = {re.sub(r"_l\d+$", "_lK", name) for name in tiny_run.load_network().state_dict()}
    assert names_under(RUN, "model.safetensors") == tensors


def test_evaluation_is_documented(tiny_run):
    from dataclasses import fields

    from models.dynamic import DynamicSettings
    from models.evaluate import Evaluation, keep_evaluation

    keep_evaluation(tiny_run, "test", Evaluation(1.0, 0.1, 5000), {})
    described = json.loads((tiny_run.folder / "evaluation.json").read_text())
    settings = {field.name for field in fields(DynamicSettings)}
    assert names_under(RUN, "evaluation.json") == {*described, *described["figures"]["test"], *settings}


def test_gate_saturation_is_documented(tiny_run):
    import numpy as np

    from models.saturation import gate_saturation, load_saturation, save_saturation

    table = gate_saturation(tiny_run.load_network(), np.zeros(10, dtype=np.int64))
    save_saturation(tiny_run, table, "story", "test", 10)
    loaded = load_saturation(tiny_run)
    assert loaded is not None
    rows = tables_under(RUN, "gates.parquet")
    kinds = {"i": "integer", "f": "float"}
    documented = {row[0].strip("`"): row[1] for row in rows if len(row) == 3}
    assert documented == {name: kinds.get(loaded[name].dtype.kind, "string") for name in loaded.columns}
    assert {name for row in rows if len(row) == 2 for name in re.findall(r"`([^`]+)`", row[0])} == set(loaded.attrs)


def test_recordings_are_documented(tiny_run):
    from dataclasses import replace

    from models.network import CELLS
    from models.recordings import record

    rows = tables_under(RUN, "Recordings")
    documented = {name: row[1] for row in rows for name in re.findall(r"`([^`]+)`", row[0])}
    found = {}
    for cell in CELLS:
        run = replace(tiny_run, model=replace(tiny_run.model, cell=cell))
        recording = record(run, "Once upon a time", gates=True, network=run.untrained_network(0))
        found |= {str(name): ", ".join(map(str, recording[name].dims)) for name in recording.data_vars}
        assert all(f"`{name}`" in read(RUN) for name in recording.attrs)
    assert documented == found


def test_frames_are_documented(tiny_run):
    from dashboard.readings import Reading
    from models.recordings import record

    reading = Reading(tiny_run, "Once", record(tiny_run, "Once"))
    rows = tables_under(FRAME, "The base frame")
    header = {name for row in rows if len(row) == 2 for name in re.findall(r"`([^`]+)`", row[0])}
    assert header == {*reading.header(), "exported"}
    types = {row[0].strip("`"): row[1] for row in rows if len(row) == 4}
    assert types == {name: array.dtype.name for name, array in reading.base_arrays().items()}
    read_by_browser = set(re.findall(r"(\w+): \w+Array", read("dashboard/heatmap/frame.js")))
    assert read_by_browser == set(re.findall(r"`(\w+)`", re.findall(r"The reader knows.*\.", read(FRAME))[0]))
    assert {*types.values(), "int8"} <= read_by_browser


def test_findings_are_documented_and_plain_json(searched_run):
    from dashboard.readings import findings_of

    findings = findings_of(searched_run)
    assert names_under(FRAME, "Findings") == set(findings[0])
    json.dumps(findings, allow_nan=False)  # a browser knows no NaN


def test_routes_are_documented():
    from dashboard.routes import routes

    documented = {name.split("?")[0] for name in names_under(FRAME, "Routes")}
    patterns = {route.path.replace("{key:str}", "KEY").replace("{column:int}", "COLUMN") for route in routes()}
    served = {pattern.replace("{state:str}", state) for pattern in patterns for state in ("hidden", "cell")}
    assert documented == served

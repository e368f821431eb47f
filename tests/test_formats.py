"""The files, frames and routes that the documentation describes are those that the code writes and serves."""

import json
import re
from pathlib import Path

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


def test_the_tables_of_a_search_are_described_by_their_schema():
    from docs import formats

    assert formats.PAGE.read_text(encoding="utf-8") == formats.page(), "write them: python -m docs.formats write"


def test_a_page_that_lags_behind_is_told_and_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys):
    from corpora import InputError
    from docs import formats

    whole = read(RUN)
    monkeypatch.setattr(formats, "PAGE", tmp_path / "run-format.md")
    formats.PAGE.write_text(whole.replace("| `null_95` |", "| `chance` |").replace("| `stratified` |", "| `x` |"))
    with pytest.raises(InputError, match=r"python -m docs\.formats write"):
        formats.check()
    formats.write()
    assert formats.PAGE.read_text() == whole  # the tables were put right, all else was kept
    formats.check()
    formats.PAGE.write_text(whole.replace("## share.parquet", "## shares"))
    with pytest.raises(InputError, match=r"under 'share\.parquet'"):
        formats.write()


@pytest.mark.parametrize("name", ["units", "scores", "share", "probes"])
def test_tables_of_a_search_have_the_columns_types_and_attributes_of_the_schema(name: str, searched_run):
    from analysis.findings import ATTRIBUTES, TABLES, load_findings

    findings = load_findings(searched_run)
    assert findings is not None
    table = getattr(findings, name)
    assert {column: type_of(table[column]) for column in table.columns} == {
        column.name: column.type for column in TABLES[f"{name}.parquet"]
    }
    assert table.columns.tolist() == [column.name for column in TABLES[f"{name}.parquet"]]
    assert set(table.attrs) == set(ATTRIBUTES)


def type_of(values: pd.Series) -> str:
    """The type of a column as the documentation calls it."""
    if isinstance(values.dtype, pd.CategoricalDtype) or all(isinstance(value, str) for value in values):
        return "string"
    return {"i": "integer", "f": "float", "O": "list"}[values.dtype.kind]


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


def test_error_analyses_are_documented():
    from analysis.errors.stored import Bin, Curve, ErrorAnalysis, Kind, Step

    declared = {name for kind in (ErrorAnalysis, Kind, Step, Curve, Bin) for name in kind.__struct_fields__}
    assert names_under(RUN, "errors.json") == declared


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


def test_recordings_are_documented(tiny_run, tmp_path):
    from models.network import CELLS
    from models.recording.store import open_recording, record_to_zarr
    from tests.other_cells import with_cell

    rows = tables_under(RUN, "Recordings")
    documented = {name: row[1] for row in rows for name in re.findall(r"`([^`]+)`", row[0])}
    found = {}
    for cell in CELLS:
        list(record_to_zarr(with_cell(tiny_run, cell), "Once upon a time", tmp_path / f"{cell}.zarr", gates=True))
        recording = open_recording(tmp_path / f"{cell}.zarr")
        found |= {str(name): ", ".join(map(str, recording[name].dims)) for name in recording.data_vars}
        assert all(f"`{name}`" in read(RUN) for name in recording.attrs)
    assert documented == found


def test_frames_are_documented(tiny_run):
    from dashboard.readings import read_text

    reading = read_text(tiny_run, "Once", tiny_run.load_network())
    rows = tables_under(FRAME, "The base frame")
    header = {name for row in rows if len(row) == 2 for name in re.findall(r"`([^`]+)`", row[0])}
    assert header == {*reading.header(), "exported"}
    types = {row[0].strip("`"): row[1] for row in rows if len(row) == 4}
    assert types == {name: array.dtype.name for name, array in reading.base_arrays().items()}
    read_by_browser = set(re.findall(r"(\w+): \w+Array", read("dashboard/browser/reader/frame.js")))
    assert read_by_browser == set(re.findall(r"`(\w+)`", re.findall(r"The reader knows.*\.", read(FRAME))[0]))
    assert {*types.values(), "int8"} <= read_by_browser


def test_findings_are_documented_and_plain_json(searched_run):
    from dashboard.readings import findings_of

    findings = findings_of(searched_run)
    assert names_under(FRAME, "Findings") == set(findings[0])
    json.dumps(findings, allow_nan=False)  # a browser knows no NaN


def test_routes_are_documented():
    from dashboard.compare_routes import compare_routes
    from dashboard.routes import routes

    documented = {name.split("?")[0] for name in names_under(FRAME, "Routes")}
    patterns = {
        route.path.replace("{key:str}", "KEY").replace("{column:number}", "COLUMN")
        for route in [*compare_routes(), *routes()]
    }
    patterns = {pattern.replace("{other:str}", "OTHERKEY").replace("{layer:number}", "LAYER") for pattern in patterns}
    patterns = {pattern.replace("{version:str}", "HASH").replace("{path:path}", "PATH") for pattern in patterns}
    patterns = {pattern.replace("{run:str}", "RUN").replace("{weights:str}", "WEIGHTS") for pattern in patterns}
    patterns = {pattern.replace("{name:str}", "LESSON") for pattern in patterns}
    served = {
        pattern.replace("{state:str}", state)
        for pattern in patterns
        for state in ("hidden", "cell", "forget_gate")
        if state != "forget_gate" or "/KEY/{state" in pattern  # layers and snapshots have no gates
    }
    assert documented == served


def test_the_file_of_named_units_is_documented():
    from models.names import Named, Names, Said, parse_names, written_names
    from models.units import Unit

    said = (Said("quotes", "2026-01-31T12:00:00Z"),)
    entry = Named("a" * 64, "tiny", Unit(2, 217, "cell"), said, said, True, ("mine",), "2026-01-31T12:00:00Z")
    written = written_names(Names.of([entry]))
    described = json.loads(written)
    assert set(described) == {"format", "units"}
    assert {key for unit in described["units"] for key in unit} == names_under(RUN, "names.json")
    assert parse_names(written.encode(), "x").units == (entry,)

"""What is measured of a shipped model lies beside one's own runs; the checkout stays as it is, and all read from there.

The shipped model of these tests is a copy of the tiny run.
"""

import hashlib
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from analysis.ablation.table import FILE as ABLATIONS
from analysis.ablation.table import choose_targets, load_ablations
from analysis.concepts import concept
from analysis.errors.stored import FILE as ERRORS
from analysis.findings import PROBES, SCORES, SHARE, Findings, load_findings, load_units
from analysis.search import search
from analysis.texts import held_out_text
from corpora.places import runs_folder
from dashboard.board import board_of
from dashboard.export import detector_units
from dashboard.readings import findings_of
from models import run as run_module
from models.evaluate import FILE as EVALUATION
from models.evaluate import Evaluation, keep_evaluation, load_evaluation
from models.run import PRETRAINED, UNITS, Run, all_runs, load_run, own_runs, shipped_runs
from models.saturation import FILE as GATES
from models.saturation import gate_saturation, load_saturation, save_saturation
from models.snapshots import load_snapshots
from tests.conftest import Outcome

Command = Callable[..., Outcome]
CONCEPTS = [concept(name) for name in ("inside-quotes", "column")]
SEARCHED = {UNITS, SCORES, SHARE, PROBES}
COMMANDS = [
    (("analysis", "search", "{run}", "--chars=10000"), SEARCHED),
    (("analysis", "ablate", "{run}", "--unit=L1.u5", "--concept=inside-quotes", "--chars=1000"), {ABLATIONS}),
    (("models", "evaluate", "{run}"), {EVALUATION}),
    (("models", "gates", "{run}", "--chars=500"), {GATES}),
    (("analysis", "errors", "{run}", "--chars=500", "--order=9"), {ERRORS}),
]
every_command = pytest.mark.parametrize(("words", "written"), COMMANDS, ids=lambda words: "".join(list(words)[:2]))


@pytest.fixture
def shipped(tiny_run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The tiny run as one that is shipped, called `small`."""
    shutil.move(tiny_run.folder, tmp_path / "pretrained" / "small")
    monkeypatch.setattr(run_module, "PRETRAINED", tmp_path / "pretrained")
    monkeypatch.setattr("analysis.search.fitting_concepts", lambda corpus, codes: CONCEPTS)
    return load_run("small")


@pytest.fixture(scope="module")
def searched() -> list[Findings]:
    """The one search of these tests, whose copies have the same weights."""
    return []


@pytest.fixture
def found(shipped: Run, searched: list[Findings]) -> Findings:
    if not searched:
        searched.append(search(shipped, chars=10_000, concepts=CONCEPTS, draws=20))
    return searched[0]


def contents(folder: Path) -> dict[str, str]:
    """The checksum of each file below a folder, but for the notes of jobs, which no result consists of."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.parent.name != "jobs"]
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def run_well(command: Command, words: tuple[str, ...], run: object) -> None:
    outcome = command(*(word.format(run=run) for word in words))
    assert outcome.code == 0, outcome


# ---- where commands write ------------------------------------------------------------------------------------------


@every_command
def test_a_command_on_a_shipped_model_leaves_the_checkout_as_it_is(
    words: tuple[str, ...], written: set[str], shipped: Run, command: Command
):
    before = contents(shipped.folder)
    run_well(command, words, "small")
    assert contents(shipped.folder) == before
    assert contents(runs_folder() / "small").keys() == written


@every_command
def test_a_command_on_a_folder_writes_into_it(
    words: tuple[str, ...], written: set[str], shipped: Run, command: Command, monkeypatch: pytest.MonkeyPatch
):
    before = contents(shipped.folder)
    monkeypatch.chdir(shipped.folder.parent.parent)
    for folder in (shipped.folder, Path("pretrained/small")):
        for name in written:
            (shipped.folder / name).unlink(missing_ok=True)
        run_well(command, words, folder)
        assert contents(shipped.folder).keys() == before.keys() | written
        assert list(runs_folder().iterdir()) == []


@every_command
def test_a_command_on_ones_own_run_writes_into_its_folder(
    words: tuple[str, ...], written: set[str], tiny_run: Run, command: Command, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("analysis.search.fitting_concepts", lambda corpus, codes: CONCEPTS)
    before = contents(tiny_run.folder)
    run_well(command, words, "tiny")
    assert contents(tiny_run.folder).keys() == before.keys() | written
    assert [path.name for path in runs_folder().iterdir()] == ["tiny"]


def test_the_results_of_every_shipped_model_have_a_folder_of_its_name():
    assert shipped_runs()
    for name in shipped_runs():
        assert load_run(name).results_folder == runs_folder() / name
        assert load_run(name).measured_in == [runs_folder() / name, PRETRAINED / name]
        assert load_run(PRETRAINED / name).results_folder == PRETRAINED / name
        assert load_run(PRETRAINED / name).measured_in == [PRETRAINED / name]


def test_results_alone_are_no_run(shipped: Run, found: Findings):
    found.save(shipped.results_folder)
    assert own_runs() == []
    assert all_runs() == ["small"]
    assert load_run("small").folder == shipped.folder


# ---- what reads them -----------------------------------------------------------------------------------------------


def changed(findings: Findings, score: float) -> Findings:
    """The same tables with another score in all rows."""
    units = findings.units.assign(score=score)
    units.attrs = findings.units.attrs
    return replace(findings, units=units)


def scores_read(run: Run) -> dict[str, set[float]]:
    """The scores that each reader of search tables shows of the concept `column`."""
    findings, units = load_findings(run), load_units(run)
    assert findings is not None
    assert units is not None
    of_readers: dict[str, Any] = {
        "findings": findings.units, "units": units, "board": board_of(run, findings),
        "browser": pd.DataFrame(findings_of(run)),
    }  # fmt: skip
    return {name: set(table[table["concept"] == "column"]["score"]) for name, table in of_readers.items()}


def test_ones_own_search_goes_before_the_shipped_one(shipped: Run, found: Findings):
    changed(found, 0.25).save(shipped.folder)
    assert set(map(tuple, scores_read(shipped).values())) == {(0.25,)}
    changed(found, 0.75).save(shipped.results_folder)
    assert set(map(tuple, scores_read(shipped).values())) == {(0.75,)}
    assert detector_units(shipped)
    assert choose_targets(shipped, concept_name="column")
    by_folder = load_run(shipped.folder)
    assert set(map(tuple, scores_read(by_folder).values())) == {(0.25,)}


def test_tables_of_a_search_are_read_from_one_folder(shipped: Run, found: Findings):
    """An interrupted search leaves some tables of its own: they are not mixed with the shipped ones."""
    changed(found, 0.25).save(shipped.folder)
    changed(found, 0.75).save(shipped.results_folder)
    (shipped.results_folder / PROBES).unlink()
    findings = load_findings(shipped)
    assert findings is not None
    assert set(findings.units["score"]) == {0.25}


def test_ones_own_results_of_other_weights_do_not_count(shipped: Run, found: Findings):
    changed(found, 0.25).save(shipped.folder)
    of_others = changed(found, 0.75)
    of_others.units.attrs = of_others.units.attrs | {"weights_sha256": "0" * 64}
    of_others.save(shipped.results_folder)
    assert set(map(tuple, scores_read(shipped).values())) == {(0.25,)}


def test_the_text_that_judges_is_that_of_the_search_that_is_read(shipped: Run, found: Findings):
    assert len(held_out_text(shipped).codes) == 12_000
    found.save(shipped.results_folder)
    text = held_out_text(shipped)
    assert (len(text.codes), len(text.codes) - text.start) == (10_000, found.attributes["test_characters"])
    assert len(held_out_text(load_run(shipped.folder)).codes) == 12_000


def test_an_ablation_of_ones_own_is_added_to_the_shipped_ones(shipped: Run, command: Command):
    one, other = ("--unit=L1.u5", "--chars=1000"), ("--unit=L1.u6", "--chars=1000")
    run_well(command, ("analysis", "ablate", "{run}", "--concept=inside-quotes", *one), shipped.folder)
    shipped_alone, before = load_ablations(shipped), contents(shipped.folder)
    run_well(command, ("analysis", "ablate", "{run}", "--concept=inside-quotes", *other), "small")
    run_well(command, ("analysis", "ablate", "{run}", "--concept=inside-quotes", one[0], "--chars=1500"), "small")
    together = load_ablations(shipped)
    assert contents(shipped.folder) == before
    assert shipped_alone is not None
    assert together is not None
    assert sorted(zip(together["unit"], together["characters"], strict=True)) == [
        (5, 5999),
        (6, 3999),
    ]  # quotes are rare
    assert together.attrs == shipped_alone.attrs == {"run": "small", "weights_sha256": shipped.weights_hash}
    by_folder = load_ablations(load_run(shipped.folder))
    assert by_folder is not None
    pd.testing.assert_frame_equal(by_folder, shipped_alone)


def test_figures_of_ones_own_are_added_to_the_shipped_ones(shipped: Run):
    in_checkout = load_run(shipped.folder)
    for figure in ("test", "validation"):
        keep_evaluation(in_checkout, figure, Evaluation(1.0, 0.1, 5000), {})
    before = contents(shipped.folder)
    keep_evaluation(shipped, "test", Evaluation(2.0, 0.1, 5000), {})
    keep_evaluation(shipped, "training", Evaluation(3.0, 0.1, 5000), {})
    assert contents(shipped.folder) == before
    read = {name: figure.nats for name, figure in load_evaluation(shipped).items()}
    assert read == {"test": 2.0, "validation": 1.0, "training": 3.0}
    assert {name: figure.nats for name, figure in load_evaluation(in_checkout).items()} == {"test": 1, "validation": 1}


def test_gates_of_ones_own_go_before_the_shipped_ones(shipped: Run):
    ids = shipped.vocabulary.encode("Once upon a time")
    table = gate_saturation(shipped.load_network(), ids)
    for run, split in ((load_run(shipped.folder), "test"), (shipped, "validation")):
        save_saturation(run, table, "story", split, len(ids))
        loaded = load_saturation(shipped)
        assert loaded is not None
        assert loaded.attrs["split"] == split


def test_what_training_left_is_read_from_the_model_itself(shipped: Run, found: Findings):
    found.save(shipped.results_folder)
    assert load_snapshots(shipped) is not None


def test_the_view_of_a_unit_reads_a_search_as_soon_as_it_is_there(shipped: Run, found: Findings):
    from dashboard.engine import Engine

    def score() -> float | None:
        findings = Engine().findings(load_run("small"))
        return findings.units["score"].iloc[0] if findings else None

    assert score() is None
    changed(found, 0.75).save(shipped.results_folder)
    assert score() == 0.75
    changed(found, 0.5).save(shipped.results_folder)
    assert score() == 0.5
    (shipped.results_folder / UNITS).unlink()
    changed(found, 0.25).save(shipped.folder)
    assert score() == 0.25

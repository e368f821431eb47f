"""The search: chooses on one part of a text and judges on another, from a network or a recording, and keeps tables.

Axes: `time`, `concept`, `unit`. What it finds in a network that was wired by hand is in test_planted.
"""

import errno
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import average_precision_score, f1_score, roc_auc_score

from analysis.concepts import concept, concepts_for
from analysis.evidence.candidates import CANDIDATES
from analysis.evidence.verdicts import RULES
from analysis.findings import Findings, best_units, load_findings, load_units, save_table
from analysis.progress import Progress
from analysis.scoring.activations import make_store
from analysis.scoring.sources import NetworkSource
from analysis.search import search
from analysis.terminal import COURSE
from analysis.texts import GAP, split_parts
from corpora import InputError
from models.config import Cell
from models.network import CELLS, CharRNN
from models.recording import record
from models.recording.store import record_to_zarr
from models.run import UNITS, Run
from models.units import Unit
from tests.analysis.planted import INVERTED_LATCH, INVERTED_RAMP, LATCH, PLANTED, RAMP, TEXT, wired_run
from tests.conftest import Outcome

CONCEPTS = [concept(name) for name in ("inside-quotes", "column", "position-in-quote", "character-class", "vowel")]
DRAWS = 20


class Remarks(Progress):
    """Keeps what is said, and how many parts were announced and done."""

    def __init__(self) -> None:
        self.remarks: list[str] = []
        self.stages: list[list[int]] = []

    def stage(self, name: str, total: int = 1) -> None:
        self.stages.append([0, total])

    def advance(self, by: int = 1) -> None:
        self.stages[-1][0] += by

    def remark(self, line: str) -> None:
        self.remarks.append(line)


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> tuple[Run, Findings]:
    """A hand-wired GRU and what the search finds in it."""
    folder = tmp_path_factory.mktemp("wired")
    (folder / "text.txt").write_text(TEXT)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CHARSCOPE_DATA", str(folder / "data"))
        run = wired_run(folder, "gru")
        return run, search(run, folder / "text.txt", draws=DRAWS)


@pytest.mark.parametrize(
    ("name", "units"),
    [("inside-quotes", {LATCH: 1, INVERTED_LATCH: -1}), ("column", {RAMP: 1, INVERTED_RAMP: -1})],
)
def test_the_units_planted_in_a_gru_are_ranked_first_with_their_signs(
    name: str, units: dict[int, int], found: tuple[Run, Findings]
):
    table = found[1].units.query("concept == @name").sort_values("rank_in_state")
    assert set(table["state"]) == {"hidden"}
    assert table["rank_in_state"].tolist() == list(range(1, CANDIDATES + 1))
    assert dict(zip(table["unit"][:2], table["sign"][:2], strict=True)) == units
    assert (table["score"][:2] > 0.999).all()
    assert (table["score"][2:] < 0.85).all()
    assert (table["layer"] == 1).all()
    assert table["cluster"].iloc[0] == table["cluster"].iloc[1]


def test_only_what_was_planted_is_clear(found: tuple[Run, Findings]):
    clear = best_units(found[1].units).query("clear")
    assert {"inside-quotes", "column"} <= set(clear["concept"])
    assert set(clear["unit"]) <= set(PLANTED)
    best = found[1].units.query("concept in ['inside-quotes', 'column']")
    assert best["untrained"].max() < 0.9


def test_a_planted_latch_is_a_perfect_detector_at_its_threshold(found: tuple[Run, Findings]):
    best = found[1].units.query("concept == 'inside-quotes' and rank_in_state <= 2")
    assert (best[["f1", "iou"]] == 1).all(axis=None)
    assert best["average_precision"].to_numpy() == pytest.approx(1)
    assert best["share"].to_numpy() == pytest.approx(concept("inside-quotes").labels(TEXT)[10_600:].mean(), abs=0.02)
    recording, labels = record(found[0], TEXT), concept("inside-quotes").labels(TEXT)
    for row in best.itertuples():
        values = recording.states[row.state][:, row.layer - 1, row.unit]
        np.testing.assert_array_equal(row.sign * values >= row.sign * row.threshold, labels == 1)


@pytest.mark.parametrize("cell", CELLS)
def test_among_noise_nothing_is_found(cell: Cell, tmp_path: Path):
    (tmp_path / "text.txt").write_text(TEXT[:14_000])
    run = wired_run(tmp_path, cell, planted=False)
    units = search(run, tmp_path / "text.txt", concepts=CONCEPTS, draws=DRAWS).units
    assert set(units["state"]) == set(CELLS[cell].states)
    assert set(units["verdict"]) <= {"none", "local"}


def test_every_concept_has_its_candidates_in_each_state_best_first(found: tuple[Run, Findings]):
    for _, group in found[1].units.groupby(["concept", "state"]):
        assert group["rank_in_state"].tolist() == list(range(1, CANDIDATES + 1))
        known = group["development"].dropna()
        assert len(known) in (0, CANDIDATES)
        assert (np.diff(known) <= 0).all()
        assert group["unit"].is_unique
    assert len(found[1].units) == len(concepts_for("war-and-peace")) * CANDIDATES
    levels = found[1].units.groupby("verdict")["level"].unique()
    assert set(levels["none"]) == {""}
    assert all(set(levels[verdict]) <= set(RULES) for verdict in levels.index if verdict != "none")


def test_every_unit_is_scored_against_every_concept_and_the_tables_agree(found: tuple[Run, Findings]):
    run, findings = found
    assert len(findings.scores) == len(concepts_for("war-and-peace")) * run.model.hidden_size
    keys = ["concept", "state", "layer", "unit"]
    plain = findings.scores.astype({"concept": str, "state": str})
    both = findings.units.merge(plain, on=keys, suffixes=("", "_all"), validate="one_to_one")
    assert len(both) == len(findings.units)
    np.testing.assert_allclose(both["score"], both["score_all"], atol=1e-6)
    np.testing.assert_allclose(both["stratified_auroc"], both["stratified"], atol=1e-6)
    np.testing.assert_array_equal(both["sign"], both["sign_all"])
    strongest = plain.groupby("concept")["development"].max()
    first = findings.units.query("rank_in_state == 1").set_index("concept")["development"]
    np.testing.assert_allclose(first, strongest[first.index], atol=1e-6)


def test_the_reported_scores_are_those_of_scikit_learn_on_the_test_part(tiny_run: Run, story: str, tmp_path: Path):
    (tmp_path / "text.txt").write_text(story[:15_000])
    table = search(tiny_run, tmp_path / "text.txt", concepts=CONCEPTS[:1], draws=DRAWS).units
    ids, labels = tiny_run.vocabulary.encode(story[:15_000]), CONCEPTS[0].labels(story[:15_000])
    parts = split_parts(15_000, [])
    source = NetworkSource(tiny_run.load_network(), ids)
    store, filling = make_store(source, tmp_path / "store", parts.development.stop)
    assert sum(filling) == 15_000
    for row in table.itertuples():
        column = store.column(Unit(row.layer, row.unit, row.state))
        bins = store.read_rows(slice(column, column + 1), np.arange(15_000))[:, 0].astype(float) * row.sign
        edges = store.quantiser.edges[column]
        edge = np.searchsorted(edges, np.float32(row.threshold), side="left" if row.sign > 0 else "right")
        predicted = bins >= edge if row.sign > 0 else bins > -edge
        label = labels[parts.test]
        assert row.score == row.auroc == pytest.approx(roc_auc_score(label, bins[parts.test]), abs=1e-5)
        assert row.average_precision == pytest.approx(average_precision_score(label, bins[parts.test]), abs=1e-6)
        assert row.f1 == pytest.approx(f1_score(label, predicted[parts.test]), abs=1e-9)
        assert row.ci_low < row.auroc < row.ci_high
        development = 2 * roc_auc_score(labels[parts.development], bins[parts.development]) - 1
        assert row.development <= development + 1e-5  # the stratified AUROC may be the weaker of the two


def test_the_part_that_chooses_and_the_part_that_judges_are_apart():
    for length, starts in ((10_000, []), (50_000, [0, 100, 20_500, 21_500, 30_000]), (50_000, [45_000])):
        parts = split_parts(length, starts)
        assert (parts.development.start, parts.development.stop) == (0, int(length * 0.4))
        assert parts.test.start >= parts.development.stop + GAP
        assert parts.test.stop == length
    assert split_parts(50_000, [0, 100, 20_500, 21_500, 30_000]).test.start == 21_500
    assert split_parts(50_000, [45_000]).test.start == 21_000


def test_what_the_test_part_says_has_no_part_in_the_choice(tmp_path: Path):
    """A text without quotes and lines after the gap keeps its units, signs and thresholds."""
    run, tables, remarks = wired_run(tmp_path), [], Remarks()
    concepts = [each for each in CONCEPTS if each.name in ("inside-quotes", "column")]
    for number, rest in enumerate((TEXT[9000:20_000], TEXT[9000:20_000].replace('"', "'").replace("\n", " "))):
        (tmp_path / f"{number}.txt").write_text(TEXT[:9000] + rest)
        tables.append(search(run, tmp_path / f"{number}.txt", concepts=concepts, draws=DRAWS, progress=remarks).units)
    chosen = ["concept", "state", "layer", "unit", "rank_in_state", "sign", "development"]
    pd.testing.assert_frame_equal(tables[0][chosen], tables[1][chosen])
    without_quotes = tables[1].query("concept == 'inside-quotes'")
    assert without_quotes[["auroc", "untrained", "f1", "p_value", "q_value"]].isna().all(axis=None)
    assert (without_quotes["verdict"] == "none").all()
    ramps = (table.query("concept == 'column' and rank_in_state <= 2")["r2"] for table in tables)
    assert next(ramps).min() > 0.99 > next(ramps).max()
    assert remarks.remarks == ["inside-quotes: cannot be scored, since it does not vary in both parts of this text"]


def test_progress_tells_of_every_part_that_it_announced(tmp_path: Path):
    (tmp_path / "text.txt").write_text(TEXT[:12_000])
    progress = Remarks()
    search(wired_run(tmp_path), tmp_path / "text.txt", concepts=CONCEPTS[:1], draws=DRAWS, progress=progress)
    assert all(done == total for done, total in progress.stages)
    assert len(progress.stages) == len(COURSE)


def test_the_untrained_controls_have_the_cell_of_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    cells, fresh = [], Run.untrained_network

    def watched(run: Run, seed: int) -> CharRNN:
        cells.append((fresh(run, seed).config.cell, seed))
        return fresh(run, seed)

    monkeypatch.setattr(Run, "untrained_network", watched)
    (tmp_path / "text.txt").write_text(TEXT[:12_000])
    search(wired_run(tmp_path, "gru"), tmp_path / "text.txt", concepts=CONCEPTS[:1], draws=DRAWS)
    assert cells == [("gru", 1), ("gru", 2), ("gru", 3)]


def test_gates_are_searched_where_they_are_asked_for(tmp_path: Path):
    (tmp_path / "text.txt").write_text(TEXT[:12_000])
    run = wired_run(tmp_path)
    units = search(run, tmp_path / "text.txt", concepts=CONCEPTS[:1], gates=True, draws=DRAWS).units
    assert set(units["state"]) == {"hidden", "cell", "input_gate", "forget_gate", "candidate_gate", "output_gate"}


def test_a_recording_gives_the_same_units_as_reading_anew(found: tuple[Run, Findings], tmp_path: Path):
    run, findings = found
    for _ in record_to_zarr(run, TEXT, tmp_path / "x.zarr"):
        pass
    again = search(run, recording=tmp_path / "x.zarr", concepts=CONCEPTS[:2], draws=DRAWS).units
    first = findings.units.query("concept in ['inside-quotes', 'column'] and rank_in_state <= 2").reset_index()
    second = again.query("rank_in_state <= 2").reset_index()
    assert set(first["unit"]) == set(second["unit"])
    np.testing.assert_allclose(second["score"], first["score"], atol=1e-3)


def test_a_recording_without_gates_is_refused_where_they_are_wanted(tiny_run: Run, story: str, tmp_path: Path):
    for _ in record_to_zarr(tiny_run, story[:10_000], tmp_path / "x.zarr"):
        pass
    with pytest.raises(InputError, match=r"lacks input_gate.*Record again with --gates"):
        search(tiny_run, recording=tmp_path / "x.zarr", gates=True)


def test_a_recording_of_other_weights_is_refused(tiny_run: Run, story: str, tmp_path: Path):
    for _ in record_to_zarr(tiny_run, story[:300], tmp_path / "x.zarr"):
        pass
    tiny_run.save_weights(tiny_run.untrained_network(1).state_dict())
    changed = Run(tiny_run.folder, tiny_run.model, tiny_run.vocabulary, tiny_run.corpus, tiny_run.training)
    with pytest.raises(InputError, match=r"recorded with other weights.*python -m models record tiny"):
        search(changed, recording=tmp_path / "x.zarr")


def test_a_text_that_is_too_short_is_refused(tiny_run: Run, tmp_path: Path):
    (tmp_path / "short.txt").write_text("short " * 100)
    with pytest.raises(InputError, match="at least 10,000 characters to search on, got 600"):
        search(tiny_run, tmp_path / "short.txt")


@pytest.mark.parametrize("name", ["cells.parquet", "cells.csv"])
def test_a_table_comes_back_from_disk(name: str, found: tuple[Run, Findings], tmp_path: Path):
    units = found[1].units
    save_table(units, tmp_path / name)
    parquet = name.endswith("parquet")
    read = pd.read_parquet(tmp_path / name) if parquet else pd.read_csv(tmp_path / name).fillna({"level": ""})
    pd.testing.assert_frame_equal(read, units, check_dtype=False)
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_the_tables_belong_to_the_weights_that_were_searched(found: tuple[Run, Findings], tmp_path: Path):
    run, findings = wired_run(tmp_path, found[0].model.cell), found[1]
    assert load_units(run) is None
    assert load_findings(run) is None
    findings.save(run.folder)
    loaded = load_findings(run)
    assert loaded is not None
    for name in ("units", "scores", "share", "probes"):
        saved, table = getattr(findings, name), getattr(loaded, name)
        columns = [column for column in saved.columns if column != "units"]  # lists come back as arrays
        pd.testing.assert_frame_equal(table[columns], saved[columns])
        assert table.attrs == findings.attributes
    assert findings.attributes["weights_sha256"] == run.weights_hash
    run.save_weights(run.untrained_network(1).state_dict())
    changed = Run(run.folder, run.model, run.vocabulary, run.corpus, run.training)
    assert load_units(changed) is None
    assert load_findings(changed) is None


@pytest.mark.slow
def test_the_command_searches_the_runs_own_test_split_and_keeps_the_tables(
    tiny_run: Run, command: Callable[..., Outcome], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("analysis.search.fitting_concepts", lambda corpus, codes: CONCEPTS)
    outcome = command("analysis", "search", "tiny")
    assert outcome.code == 0, outcome
    assert "inside-quotes" in outcome.out
    findings = load_findings(tiny_run)
    assert findings is not None
    assert findings.attributes["characters"] == 12_000
    assert findings.attributes["source"].endswith("test split")
    kept = {name for name in os.listdir(tiny_run.folder) if name.endswith(".parquet")}
    assert kept >= {UNITS, "scores.parquet", "share.parquet", "probes.parquet"}


def test_a_full_disk_under_what_the_search_stores_meanwhile_is_one_line(
    found: tuple[Run, Findings], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    for error in (OSError(errno.ENOSPC, "No space left on device"), OSError("10200 requested and 1024 written")):

        def fill(*_: object, error: OSError = error) -> None:
            raise error

        monkeypatch.setattr("analysis.search.prepare", fill)
        (tmp_path / "text.txt").write_text(TEXT)
        with pytest.raises(InputError, match=r"Cannot write what the search .*\)\. Free space") as caught:
            search(found[0], tmp_path / "text.txt", concepts=CONCEPTS[:1], draws=DRAWS)
        assert "\n" not in str(caught.value)

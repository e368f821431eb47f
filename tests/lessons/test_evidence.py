"""Lesson 20: its scores, null distributions and baselines are those of the search."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr
from sklearn.metrics import roc_auc_score

from analysis.concepts import concept
from analysis.evidence.controls import null_maxima, null_task
from analysis.findings import load_units
from analysis.scoring.activations import make_store
from analysis.scoring.labels import LabelStore, make_design
from analysis.scoring.scores import score_store
from analysis.scoring.sources import RecordingSource
from analysis.scoring.workers import Threads
from corpora import to_code_points
from corpora.demo import load_passage
from dashboard.lessons.evidence import CHOICES, MODEL, Candidates, aurocs, claim, cut_of, data
from models.run import load_run
from tests.browser.engine_in_node import needs_node
from tests.lessons.in_node import call

UNITS = 128
TEXT = load_passage(MODEL)
CUT = cut_of(TEXT)


@pytest.fixture(scope="module")
def shown() -> dict[str, Any]:
    return data()


@pytest.fixture(scope="module")
def candidates() -> Candidates:
    """Those of a smaller network, for which the search's own stores are quick."""
    run = load_run("war-and-peace-lstm")
    return Candidates.of(run.load_network(), run.vocabulary.encode(TEXT), CUT)


@pytest.mark.parametrize("name", ["proper-name", "inside-quotes"])
def test_scores_and_null_labels_are_those_of_the_search(candidates: Candidates, name: str, tmp_path: Path):
    """The search rounds activations to 256 levels, so its scores differ a little."""
    labels = np.nan_to_num(concept(name).labels(to_code_points(TEXT)))
    recorded = xr.Dataset({"cell": (("time", "layer", "unit"), candidates.cell[:, None])})
    store, filling = make_store(RecordingSource(recorded, ("cell",)), tmp_path / "store", CUT)
    assert sum(filling) == len(TEXT)
    kept = LabelStore(tmp_path / "labels", len(TEXT))
    kept.add(name, "auroc", labels)
    characters = to_code_points(TEXT).astype(np.int64)
    for part, ranks in ((slice(0, CUT), candidates.chooses), (slice(CUT, len(TEXT)), candidates.judges)):
        design = make_design(kept, characters, part, tmp_path / str(part.start))
        expected = score_store(store, design, kept, Threads()).value[0]
        np.testing.assert_allclose(aurocs(labels[part], ranks), expected, atol=0.01)
    test = slice(CUT, len(TEXT))
    task = null_task("auroc", labels[test], test, None, tmp_path / "null.f32")
    assert task is not None
    expected = np.sort((null_maxima(store, task, Threads()) + 1) / 2)
    found = claim(candidates, labels, UNITS, (UNITS,))["found"][str(UNITS)]["null"]
    np.testing.assert_allclose(found, expected, atol=0.01)
    assert expected.std() > 0.01


def test_every_score_is_scikit_learn_s(shown: dict[str, Any], candidates: Candidates):
    labels = np.array([int(label) for label in shown["concepts"]["inside-quotes"]["labels"]], dtype=np.float32)
    of_all = aurocs(labels[CUT:], candidates.judges)
    for unit in (0, 17, 127):
        expected = roc_auc_score(labels[CUT:], candidates.cell[CUT:, unit])
        assert of_all[unit] == pytest.approx(expected, abs=1e-9)
    best = claim(candidates, labels, UNITS, (UNITS,))["found"][str(UNITS)]
    column = best["sign"] * candidates.cell[:, int(best["unit"].split("u")[1])]
    assert best["chosen"] == pytest.approx(roc_auc_score(labels[:CUT], column[:CUT]), abs=1e-9)
    assert best["judged"] == pytest.approx(roc_auc_score(labels[CUT:], column[CUT:]), abs=1e-9)
    assert best["chosen"] == pytest.approx(np.abs(aurocs(labels[:CUT], candidates.chooses) - 0.5).max() + 0.5)


def test_the_passage_is_the_one_that_ships_and_the_labels_are_the_concepts(shown: dict[str, Any]):
    assert (shown["text"], shown["cut"]) == (TEXT, CUT)
    for name, about in shown["concepts"].items():
        labels = np.nan_to_num(concept(name).labels(TEXT))
        assert about["labels"] == "".join(str(int(label)) for label in labels)
        assert 0 < labels[:CUT].sum() < CUT


def test_the_search_s_verdict_is_that_of_the_shipped_table(shown: dict[str, Any]):
    table = load_units(load_run(MODEL))
    assert table is not None
    for name, about in shown["concepts"].items():
        search = about["search"]
        rows = table[(table["concept"] == name) & (table["score"] == search["score"])]
        assert set(rows["verdict"]) == {search["verdict"]}
        assert search["ngram"] == rows[["ngram_1", "ngram_3", "ngram_5"]].to_numpy().max()
        assert search["characters"] == table.attrs["test_characters"]


@needs_node
def test_what_is_left_is_the_score_less_the_best_control(shown: dict[str, Any]):
    wanted = [(key, count, added) for key in shown["claims"] for count in map(str, CHOICES) for added in range(5)]
    found = call(*(("evidence_controls", "leftOf", *given(shown, *each)) for each in wanted))
    for (key, count, added), state in zip(wanted, found, strict=True):
        best, about = given(shown, key, count, added)[:2]
        beaten = [0.5, np.quantile(best["null"], 0.95), max(about["ngrams"].values()), about["untrained"][count]]
        score = best["judged"] if added else best["chosen"]
        assert state["left"] == pytest.approx(score - max(beaten[: max(1, added)]), abs=1e-12)
        assert state["asGood"] == (np.array(best["null"]) >= best["judged"]).sum()


@needs_node
def test_the_answer_holds(shown: dict[str, Any]):
    """What the lesson says of its four claims, with all units to choose from."""
    wanted = [(key, added) for key in shown["claims"] for added in range(5)]
    found = call(*(("evidence_controls", "leftOf", *given(shown, key, "1024", added)) for key, added in wanted))
    left = {each: state["left"] for each, state in zip(wanted, found, strict=True)}
    assert left["names", 0] > 0.45
    assert left["names", 1] < 0.15
    assert left["names", 2] < -0.3
    assert left["ends", 2] > 0.05 > 0 > left["ends", 3]
    assert left["learned", 1] > 0.3 > 0 > left["learned", 4]
    assert left["quotes", 4] > 0.1
    chosen = [shown["claims"]["names"]["found"][str(count)]["chosen"] for count in CHOICES]
    assert sorted(chosen) == chosen


def given(shown: dict[str, Any], key: str, count: str, added: int) -> tuple[Any, Any, str, int]:
    one = shown["claims"][key]
    return one["found"][count], shown["concepts"][one["concept"]], count, added

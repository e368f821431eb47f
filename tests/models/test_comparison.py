import json
import os
import shutil
from math import inf
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from corpora import InputError
from models import comparison, ngram
from models.comparison import (
    BYTE,
    CHARACTER,
    best_ngram_of,
    compare_models,
    counted_by,
    paired_difference,
    text_of,
)
from models.evaluate import Evaluation, keep_evaluation
from models.run import PRETRAINED, Run, load_run, shipped_runs


def add_run(name: str, corpus: str | None = None, **figures: Evaluation) -> Run:
    """A copy of the shipped war-and-peace among the test's own runs, with other figures about itself."""
    folder = Path(os.environ["CHARSCOPE_RUNS"]) / name
    shutil.copytree(PRETRAINED / "war-and-peace", folder, ignore=shutil.ignore_patterns("evaluation.json"))
    described = json.loads((folder / "config.json").read_text())
    if corpus:
        described["corpus"] |= {"name": corpus, "sha256": "0" * 64}
    (folder / "config.json").write_text(json.dumps(described))
    run = load_run(name)
    for figure, evaluation in figures.items():
        keep_evaluation(run, figure.replace("_", " "), evaluation, {})
    return run


def rows_of(name: str) -> pd.DataFrame:
    table = compare_models()
    assert table.dtypes.map(str).to_dict() == {column: str(table[column].dtype) for column in comparison.COLUMNS}
    return table[table["model"] == name].set_index("counted")


def test_every_shipped_model_is_there():
    assert set(shipped_runs()) <= set(compare_models()["model"])


def test_characters_and_bytes_are_rows_apart():
    own, paper = Evaluation(1.2, 0.01, 300_000), Evaluation(1.1, 0.02, 320_000)
    dynamic, both = Evaluation(1.15, 0.01, 300_000), Evaluation(1.05, 0.01, 320_000)
    add_run("both", test=own, test_paper_bytes=paper, test_dynamic=dynamic, test_paper_bytes_dynamic=both)
    rows = rows_of("both")
    assert list(rows.index) == [CHARACTER, BYTE]
    assert rows["nats"].tolist() == [1.2, 1.1]
    assert rows["dynamic"].tolist() == [1.15, 1.05]
    assert rows["low"].tolist() == pytest.approx([1.19, 1.08])
    assert rows["high"].tolist() == pytest.approx([1.21, 1.12])
    assert rows["validation"].notna().tolist() == [True, False]  # the log of the run counts characters
    assert rows["paper"].tolist()[1:] == [1.092]
    assert rows["paper"].isna().tolist() == [True, False]


def test_a_model_of_bytes_has_no_figure_per_character():
    run = add_run("bytes", "war-and-peace-bytes", test=Evaluation(1.1, 0.02, 320_000))
    rows = rows_of("bytes")
    assert list(rows.index) == [BYTE]
    assert rows["nats"].tolist() == [1.1]
    assert counted_by(run) == BYTE
    assert text_of(run) == text_of(load_run("war-and-peace"))


def test_what_was_not_measured_is_nan():
    add_run("fresh")
    rows = rows_of("fresh")
    assert list(rows.index) == [CHARACTER]
    assert rows[["nats", "low", "high", "dynamic"]].isna().all(axis=None)
    assert rows["validation"].notna().all()


def test_a_text_too_short_for_an_interval_has_none():
    add_run("short", test=Evaluation(1.1, inf, 500))
    assert rows_of("short")[["low", "high"]].isna().all(axis=None)


def test_a_run_that_cannot_be_read_does_not_hide_the_others():
    (add_run("broken").folder / "config.json").write_text("{")
    (add_run("damaged").folder / "evaluation.json").write_text("{")
    names = set(compare_models()["model"])
    assert not names & {"broken", "damaged"}
    assert set(shipped_runs()) <= names


def test_the_best_n_gram_model_is_of_the_same_text(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    run = load_run("war-and-peace")
    monkeypatch.setattr(ngram, "BASELINES", tmp_path)
    assert best_ngram_of(run, CHARACTER) is None
    orders = [{"order": n, "nats": nats, "low": None, "high": None} for n, nats in ((1, 3.0), (2, 1.3), (3, 1.4))]
    for name, sha256 in (("war-and-peace", run.corpus["sha256"]), ("war-and-peace-bytes", "of the bytes")):
        baseline = {"corpus": {"name": name, "sha256": sha256}, "orders": orders}
        (tmp_path / f"{name}.json").write_text(json.dumps(baseline))
    for way in (CHARACTER, BYTE):
        best = best_ngram_of(run, way)
        assert best
        assert (best["order"], best["nats"]) == (2, 1.3)
    assert best_ngram_of(add_run("of another text", "war-and-peace"), CHARACTER) is None
    assert best_ngram_of(add_run("of another name", "nowhere"), CHARACTER) is None


# ---- two networks on the same text ---------------------------------------------------------------------------------


def test_a_paired_difference_is_that_of_the_means_with_the_interval_of_eighths():
    generator = np.random.default_rng(0)
    hard = generator.exponential(2.0, 16_000)  # what is hard for one is hard for the other
    first, second = hard + generator.normal(0, 0.1, 16_000), hard + generator.normal(0.05, 0.1, 16_000)
    found = paired_difference(first, second)
    assert found.nats == pytest.approx(second.mean() - first.mean())
    assert found.total == pytest.approx(second.sum() - first.sum())
    eighths = (second - first).reshape(8, 2000).mean(axis=1)
    expected = stats.ttest_1samp(eighths, 0).confidence_interval(0.95)  # Student's t, as scipy has it
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high))
    assert found.low < 0.05 < found.high
    assert found.share_where_first_better == pytest.approx((first < second).mean())
    assert found.share_where_second_better == pytest.approx((first > second).mean())
    assert found.high - found.low < Evaluation.of(first).margin / 10


def test_the_other_way_round_is_the_same_with_the_other_sign():
    generator = np.random.default_rng(1)
    first, second = generator.exponential(1, (2, 3000))
    one, other = paired_difference(first, second), paired_difference(second, first)
    assert (one.nats, one.low, one.high) == pytest.approx((-other.nats, -other.high, -other.low))
    assert one.share_where_first_better == other.share_where_second_better


def test_a_network_is_no_better_than_itself_and_a_short_text_has_no_interval():
    losses = np.random.default_rng(2).exponential(1, 1500).astype(np.float32)
    found = paired_difference(losses, losses)
    assert (found.nats, found.share_where_first_better, found.share_where_second_better) == (0, 0, 0)
    assert (found.low, found.high) == (-inf, inf)


@pytest.mark.parametrize(("first", "second"), [(0, 0), (3, 4)])
def test_losses_of_other_characters_are_refused(first: int, second: int):
    with pytest.raises(InputError, match="same characters"):
        paired_difference(np.zeros(first), np.zeros(second))

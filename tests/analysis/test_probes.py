"""Sparse probes: the units that are wanted are found, and nothing where there is nothing.

Axes: `row`, `column`.
"""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import rankdata
from sklearn.metrics import roc_auc_score

from analysis.evidence.probes import SIZES, sparse_probes
from analysis.scoring.activations import ActivationStore
from analysis.scoring.kernels import look_up_ranks, rank_bins
from analysis.scoring.labels import BLOCK, LabelStore
from analysis.scoring.quantiser import Quantiser
from analysis.statistics import Measure

LENGTH, UNITS = BLOCK + 4000, 24
DEVELOPMENT, TEST = slice(0, 8000), slice(9000, LENGTH)


@pytest.fixture
def store(tmp_path: Path) -> ActivationStore:
    """Independent units, but that the last two are one, and that one never moves."""
    values = np.random.default_rng(0).normal(size=(LENGTH, UNITS)).astype(np.float32)
    values[:, -1] = values[:, -2]
    values[:, 5] = 0
    store = ActivationStore(tmp_path / "store", LENGTH, ("hidden",), 1, UNITS, Quantiser(values))
    assert sum(store.write([(0, values)])) == LENGTH
    return store


def probe(store: ActivationStore, labels: np.ndarray, measure: Measure, folder: Path) -> pd.DataFrame:
    labelled = LabelStore(folder / "labels", LENGTH)
    labelled.add("it", measure, labels.astype(np.float32))
    return sparse_probes(store, labelled, [0], DEVELOPMENT, TEST).set_index("size")


def bins_of(store: ActivationStore) -> np.ndarray:
    return store.read_rows(slice(0, UNITS), np.arange(LENGTH)).astype(float)


def test_two_units_that_carry_a_concept_together_are_chosen_first(store: ActivationStore, tmp_path: Path):
    bins = bins_of(store)
    labels = 2 * bins[:, 3] - bins[:, 17] > 150
    found = probe(store, labels, "auroc", tmp_path)
    assert found.index.tolist() == list(SIZES)
    assert found.loc[1, "units"] == [3]
    assert found.loc[2, "units"] == [3, 17]
    assert found.loc[1, "score"] == pytest.approx(roc_auc_score(labels[TEST], bins[TEST, 3]), abs=1e-4)
    assert found.loc[2, "score"] > 0.99 > found.loc[1, "score"] + 0.02
    for small, large in pairwise(SIZES):
        assert set(found.loc[small, "units"]) <= set(found.loc[large, "units"])
        assert len(found.loc[large, "units"]) <= large


def test_an_amount_is_told_by_the_ranks(store: ActivationStore, tmp_path: Path):
    bins = bins_of(store)
    found = probe(store, np.exp((bins[:, 8] + bins[:, 9]) / 100), "spearman", tmp_path)
    assert found.loc[2, "units"] == [8, 9]
    assert found.loc[2, "score"] > 0.99


def test_labels_that_go_with_nothing_are_told_at_chance_on_the_test_part(store: ActivationStore, tmp_path: Path):
    labels = np.random.default_rng(1).random(LENGTH) < 0.3
    found = probe(store, labels, "auroc", tmp_path)
    assert (found["score"] - 0.5).abs().max() < 0.03


def test_what_does_not_apply_or_vary_or_has_no_order_is_left_out(store: ActivationStore, tmp_path: Path):
    bins = bins_of(store)
    labels = np.where(bins[:, 2] > 128, (bins[:, 3] > 100).astype(float), np.nan)
    found = probe(store, labels, "auroc", tmp_path / "nan")
    assert found.loc[1, "units"] == [3]
    assert found.loc[1, "score"] == pytest.approx(1, abs=1e-6)
    assert probe(store, np.full(LENGTH, np.nan), "auroc", tmp_path / "never").empty
    assert probe(store, np.zeros(LENGTH), "auroc", tmp_path / "constant").empty
    assert probe(store, bins[:, 3] // 64, "eta2", tmp_path / "classes").empty


def test_rows_are_read_where_they_are_and_ranked_as_scipy_does(store: ActivationStore):
    rows = np.array([3, 100, BLOCK - 1, BLOCK, BLOCK + 77, LENGTH - 1])
    bins = bins_of(store)
    np.testing.assert_array_equal(store.read_rows(slice(2, 9), rows), bins[rows, 2:9])
    some = store.read_rows(slice(0, UNITS), np.arange(TEST.start, TEST.stop))
    table, norm = rank_bins(some)
    ranks = look_up_ranks(some, table)
    for unit in range(0, UNITS, 5):
        expected = (rankdata(some[:, unit]) - (len(some) + 1) / 2) / len(some)
        np.testing.assert_allclose(ranks[:, unit], expected, atol=1e-6)
        assert norm[unit] == pytest.approx(np.sqrt((expected**2).sum()))

"""Scores of a store of panels, read block by block, against those of one matrix."""

from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from analysis.scoring.activations import ActivationStore
from analysis.scoring.labels import BLOCK, LabelStore, make_design
from analysis.scoring.quantiser import Quantiser
from analysis.scoring.scores import score_store
from analysis.scoring.workers import Threads
from analysis.statistics import Measure
from tests.analysis.in_memory import EXACT, assert_same, score_bins


@pytest.mark.parametrize("units", [256, 300])
@pytest.mark.parametrize("start", [0, 1000])
def test_panels_and_blocks_are_scored_as_one_matrix(units: int, start: int, tmp_path: Path):
    """More columns than a panel has, and a part of more characters than a block that does not begin with one."""
    length, chance = BLOCK + 3000, np.random.default_rng(0)
    values = chance.normal(size=(length, 2 * units)).astype(np.float32)
    characters = chance.integers(0, 5, length)
    labels = np.stack([values[:, 7] + values[:, -3] > 1, np.round(values[:, 260])], axis=1).astype(np.float32)
    store = ActivationStore(tmp_path / "store", length, ("hidden", "cell"), 1, units, Quantiser(values))
    assert sum(store.write([(0, values[:9000]), (9000, values[9000:])])) == length
    labelled = LabelStore(tmp_path / "labels", length)
    measures: list[Measure] = ["auroc", "spearman"]
    for column, measure in zip(labels.T, measures, strict=True):
        labelled.add(measure, measure, column)
    design = make_design(labelled, characters, slice(start, length), tmp_path / "design")
    whole = store.quantiser.to_bins(values)[start:]
    np.testing.assert_array_equal(store.read_rows(slice(0, store.columns), np.arange(start, length)), whole)
    expected = score_bins(whole, labels[start:], measures, characters[start:])
    for threads in (1, 3):
        found = score_store(store, design, labelled, Threads(threads))
        assert_same(found, expected.value, expected.stratified, 1e-6)
    for column in (0, 7, 255, units - 1, units, 2 * units - 3):
        exact = roc_auc_score(labels[start:, 0], whole[:, column])
        assert expected.value[0, column] == pytest.approx(exact, abs=EXACT)

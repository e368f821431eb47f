"""The scores of arrays in memory, for tests: through the same files and the same code as a search.

Axes: `time`, `column`, `concept`.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from jaxtyping import Float32, Int64, UInt8

from analysis.scoring.activations import Panel
from analysis.scoring.labels import LabelStore, Measure, make_design
from analysis.scoring.scores import Scores, score_panel

EXACT = 1e-6


def score_bins(
    bins: UInt8[np.ndarray, "time column"],
    labels: Float32[np.ndarray, "time concept"],
    measures: list[Measure],
    characters: Int64[np.ndarray, " time"] | None = None,
) -> Scores:
    """The same for arrays in memory, as for a few columns of a short text; without characters, in one stratum."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        store = LabelStore(folder / "labels", len(bins))
        for column, measure in zip(labels.T, measures, strict=True):
            store.add("", measure, column)
        path = folder / "panel.u8"
        bins.tofile(path)
        same = np.zeros(len(bins), dtype=np.int64)
        design = make_design(store, same if characters is None else characters, slice(0, len(bins)), folder)
        value, stratified = score_panel(Panel(str(path), 0, bins.shape[1]), design)
    return Scores(measures, value, stratified)


def assert_same(found: Scores, value: np.ndarray, stratified: np.ndarray, tolerance: float = EXACT) -> None:
    np.testing.assert_allclose(found.value, value, rtol=0, atol=tolerance)
    np.testing.assert_allclose(found.stratified, stratified, rtol=0, atol=tolerance)

"""Distributed codes: how well the best 1, 2, 4, 8 or 16 units together predict a concept that no single one may carry.

Axes: `row`, evenly spaced characters; `column`, the units of one state; `concept`.

A sparse linear probe on the units' ranks, chosen greedily by orthogonal matching pursuit (Pati et al. 1993;
scikit-learn's), fitted on the development part and scored on the test part (Gurnee et al. 2023 probe language models
so). The same probe of an untrained network is the control: many units of a random one know much about a text's last
characters.
"""

import warnings

import numpy as np
import pandas as pd
from jaxtyping import Float32, Float64, Int64
from scipy.stats import rankdata

from analysis.scoring.activations import ActivationStore
from analysis.scoring.kernels import look_up_ranks, rank_bins
from analysis.scoring.labels import LabelStore
from analysis.statistics import Measure, measure_values

SIZES = (1, 2, 4, 8, 16)
MOST_ROWS = 30_000  # of each part


def sparse_probes(
    store: ActivationStore, labels: LabelStore, concepts: list[int], development: slice, test: slice
) -> pd.DataFrame:
    """A row per concept, state and size: `concept` (its index), `state`, `size`, `score`, and the `units` chosen.

    The score is the AUROC on the test part, of an amount Spearman's correlation; classes without an order are left out.
    """
    rows = []
    for members in _applying_alike(labels, concepts, development, test):
        chosen = [_rows(labels, members[0], part) for part in (development, test)]
        if min(map(len, chosen)) < 2:
            continue
        for state in store.states:
            bins = [store.read_rows(store.columns_of(state), at) for at in chosen]
            features = [look_up_ranks(each, rank_bins(bins[0])[0]) for each in bins]
            gram = Gram(features[0])
            for concept in members:
                parts = zip((development, test), chosen, strict=True)
                values = [labels.read(concept, part)[at - part.start] for part, at in parts]
                rows += [
                    {"concept": concept, "state": state, **found}
                    for found in _probe(gram, features, values, labels.measures[concept])
                ]
    return pd.DataFrame(rows, columns=["concept", "state", "size", "score", "units"])


def _applying_alike(labels: LabelStore, concepts: list[int], development: slice, test: slice) -> list[list[int]]:
    """Concepts that apply to the same characters, so that their features are made once."""
    groups: dict[bytes, list[int]] = {}
    for concept in concepts:
        if labels.measures[concept] != "eta2":
            applies = [np.packbits(~np.isnan(labels.read(concept, part))).tobytes() for part in (development, test)]
            groups.setdefault(b"|".join(applies), []).append(concept)
    return list(groups.values())


def _rows(labels: LabelStore, concept: int, part: slice) -> Int64[np.ndarray, " row"]:
    applies = np.flatnonzero(~np.isnan(labels.read(concept, part)))
    return applies[:: max(1, -(-len(applies) // MOST_ROWS))] + part.start


class Gram:
    """What all probes on the same units share: how long their columns of ranks are, and their inner products."""

    def __init__(self, x: Float32[np.ndarray, "row column"]) -> None:
        self.x = x
        norm = np.sqrt((x.astype(np.float64) ** 2).sum(axis=0))
        self.scale = np.where(norm > 0, norm, np.inf)  # a unit that never moves is of no use
        self.products = (x.T @ x).astype(np.float64) / np.outer(self.scale, self.scale)


def _probe(gram: Gram, features: list[np.ndarray], labels: list[np.ndarray], measure: Measure) -> list[dict]:
    """Choose and fit on the first features and labels, score on the second."""
    y = labels[0].astype(np.float64)
    y = rankdata(y) if measure == "spearman" else y
    if np.ptp(y) == 0 or np.ptp(labels[1]) == 0:
        return []
    found = []
    for size, weights in greedy_path(gram, y - y.mean()).items():
        units = np.flatnonzero(weights)
        predicted = features[1][:, units] @ weights[units]
        found.append({"size": size, "score": measure_values(measure, labels[1], predicted), "units": units.tolist()})
    return found


def greedy_path(gram: Gram, y: Float64[np.ndarray, " row"]) -> dict[int, Float64[np.ndarray, " column"]]:
    """Weights of the probes of each size: every one has the units of the smaller ones and some more."""
    from sklearn.linear_model import orthogonal_mp_gram

    product = (gram.x.T @ y.astype(np.float32)).astype(np.float64) / gram.scale
    most = min(max(SIZES), len(product))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # units that say the same: the path ends early
        path = orthogonal_mp_gram(gram.products, product, n_nonzero_coefs=most, return_path=True)
    path = np.asarray(path).reshape(len(product), -1)
    return {size: path[:, min(size, path.shape[1]) - 1] / gram.scale for size in SIZES if size <= most}

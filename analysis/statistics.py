"""Scores of one set of values against one set of labels, from ranks; all units against all concepts: `scoring.scores`.

Axes: `row`, the characters that count.
"""

import numpy as np
from jaxtyping import Float
from scipy.stats import rankdata


def auroc(labels: Float[np.ndarray, " row"], values: Float[np.ndarray, " row"]) -> float:
    """The area under the ROC curve of values for labels of 0 and 1; NaN if one of them does not occur."""
    return auroc_between(values[labels == 1], values[labels != 1])


def auroc_between(inside: Float[np.ndarray, " here"], outside: Float[np.ndarray, " there"]) -> float:
    """How often a value inside is above one outside (Mann and Whitney 1947), ties counting half; NaN without either."""
    if not len(inside) or not len(outside):
        return np.nan
    ranks = rankdata(np.concatenate([inside, outside]))[: len(inside)]
    return float((ranks.mean() - (len(inside) + 1) / 2) / len(outside))


def spearman(labels: Float[np.ndarray, " row"], values: Float[np.ndarray, " row"]) -> float:
    """The correlation of ranks; NaN if one of them is constant."""
    ranks = [rankdata(each) - (len(each) + 1) / 2 for each in (labels, values)]
    norm = np.sqrt((ranks[0] ** 2).sum() * (ranks[1] ** 2).sum())
    return float(ranks[0] @ ranks[1] / norm) if norm else np.nan

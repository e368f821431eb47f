"""How well the last one, three or five characters alone predict a concept: a unit must beat them to be more than local.

Axes: `time`, `context` (a different n-gram each), `order`.

An n-gram baseline predicts a label by its mean after the same n characters, shrunk towards the prediction of the one of
n - 1 (as if that had been seen four times more): P_n = (sum of labels + 4 P_(n-1)) / (count + 4). It is fitted on a
text that is not the one it is scored on.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float32, Float64, Int64, UInt32

from analysis.concepts import Concept
from analysis.statistics import auroc, spearman

ORDERS = (1, 3, 5)
PRIOR = 4.0  # characters that the shorter context counts for


@dataclass(frozen=True)
class Order:
    """All contexts of one length."""

    of_fit: Int64[np.ndarray, " fit"]
    """Which context each character of the fitted text ends."""
    of_test: Int64[np.ndarray, " test"]
    """The same of the scored text; -1 for one that was never seen."""
    shorter: Int64[np.ndarray, " context"]
    """The context that each one has without its first character."""


class NgramBaselines:
    """The n-gram baselines of a text: contexts are found once, for all concepts."""

    def __init__(self, fit: UInt32[np.ndarray, " fit"], test: UInt32[np.ndarray, " test"]) -> None:
        known = np.unique(np.concatenate([fit, test]))
        symbols = [np.searchsorted(known, text).astype(np.int64) for text in (fit, test)]
        self.orders: list[Order] = []
        keys = [np.zeros(len(text), dtype=np.int64) for text in symbols]
        for order in range(1, max(ORDERS) + 1):
            longer = [
                key + _shift(text, order - 1) * (len(known) + 1) ** (order - 1)
                for key, text in zip(keys, symbols, strict=True)
            ]
            contexts, of_fit = np.unique(longer[0], return_inverse=True)
            shorter = np.zeros(len(contexts), dtype=np.int64)
            if self.orders:
                shorter[of_fit] = self.orders[-1].of_fit
            self.orders.append(Order(of_fit, _find(contexts, longer[1]), shorter))
            keys = longer

    def predict(self, labels: Float32[np.ndarray, " fit"]) -> dict[int, Float64[np.ndarray, " test"]]:
        """What the baseline of each order expects at each character of the scored text; NaN labels are left out."""
        applies = ~np.isnan(labels)
        values = np.where(applies, labels, 0).astype(np.float64)
        expected = np.array([values.sum() / max(1, applies.sum())])
        of_test = np.full(len(self.orders[0].of_test), expected[0])
        found = {}
        for number, order in enumerate(self.orders, 1):
            sums = np.bincount(order.of_fit, weights=values, minlength=len(order.shorter))
            counts = np.bincount(order.of_fit, weights=applies, minlength=len(order.shorter))
            expected = (sums + PRIOR * expected[order.shorter]) / (counts + PRIOR)
            of_test = np.where(order.of_test >= 0, expected[order.of_test], of_test)
            if number in ORDERS:
                found[number] = of_test
        return found


def _shift(symbols: Int64[np.ndarray, " time"], back: int) -> Int64[np.ndarray, " time"]:
    """The symbol `back` characters before, plus 1; 0 before the text."""
    shifted = np.zeros_like(symbols)
    shifted[back:] = symbols[: len(symbols) - back] + 1
    return shifted


def _find(contexts: Int64[np.ndarray, " context"], keys: Int64[np.ndarray, " time"]) -> Int64[np.ndarray, " time"]:
    at = np.minimum(np.searchsorted(contexts, keys), len(contexts) - 1)
    return np.where(contexts[at] == keys, at, -1)


def ngram_scores(
    ngrams: NgramBaselines,
    concept: Concept,
    fit_labels: Float32[np.ndarray, " fit"],
    labels: Float32[np.ndarray, " test"],
) -> dict[int, float]:
    """AUROC (of an amount: Spearman's correlation) of each order's baseline; NaN for classes without an order.

    What a baseline expects of an amount is hardly ever the same twice, even where the amount is surely 0, and a
    correlation of ranks counts that against it: so it is also asked to name one of the amounts, and the better counts.
    """
    applies = ~np.isnan(labels)
    if concept.kind == "phase" or not applies.any():
        return dict.fromkeys(ORDERS, np.nan)
    predicted = ngrams.predict(fit_labels)
    score = auroc if concept.is_binary else _best_spearman
    return {order: score(labels[applies], predicted[order][applies]) for order in ORDERS}


def _best_spearman(labels: Float32[np.ndarray, " row"], expected: Float64[np.ndarray, " row"]) -> float:
    amounts = np.unique(labels).astype(np.float64)
    named = np.searchsorted((amounts[1:] + amounts[:-1]) / 2, expected)
    return float(np.fmax(spearman(labels, expected), spearman(labels, amounts[named])))


def decided_by_character(labels: Float32[np.ndarray, " time"], characters: Int64[np.ndarray, " time"]) -> bool:
    """Whether the character just read is all that is needed to know a label.

    It sets right 98 % of what the commonest label gets wrong (Goodman and Kruskal's lambda, 1954): of a rare concept
    98 % of the labels are 0 whatever was read, which says nothing about it.
    """
    applies = ~np.isnan(labels)
    classes, label = np.unique(labels[applies], return_inverse=True)
    known, character = np.unique(characters[applies], return_inverse=True)
    counts = np.bincount(character * len(classes) + label, minlength=len(known) * len(classes))
    counts = counts.reshape(len(known), len(classes))
    wrong = applies.sum() - counts.max(axis=1, initial=0).sum()
    wrong_without = applies.sum() - counts.sum(axis=0).max(initial=0)
    return bool(wrong_without > 0 and wrong <= 0.02 * wrong_without)

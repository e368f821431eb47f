"""N-gram baselines against a plain loop, and what a context must be able to tell and what not.

Axes: `time`.
"""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import spearmanr
from sklearn.metrics import roc_auc_score

from analysis.concepts import concept
from analysis.evidence.ngrams import ORDERS, PRIOR, NgramBaselines, decided_by_character, ngram_scores
from analysis.statistics import auroc, spearman
from corpora import to_code_points
from tests.conftest import write_story

FIT, TEST = to_code_points(write_story(12_000, seed=1)), to_code_points(write_story(6000, seed=2))
QUOTES = concept("inside-quotes")


def predict_plainly(fit: str, labels: np.ndarray, text: str, order: int) -> np.ndarray:
    """The definition, context by context: the mean label after it, drawn towards that of the shorter context."""
    known = [at for at in range(len(fit)) if not np.isnan(labels[at])]
    expected: dict[str, float] = {"": float(np.mean([labels[at] for at in known]))}
    for length in range(1, order + 1):
        sums: dict[str, list[float]] = {}
        for at in range(len(fit)):
            context = fit[at - length + 1 : at + 1] if at >= length - 1 else "\0" * (length - 1 - at) + fit[: at + 1]
            sums.setdefault(context, [])
            if not np.isnan(labels[at]):
                sums[context].append(float(labels[at]))
        for context, found in sums.items():
            expected[context] = (sum(found) + PRIOR * expected[context[1:]]) / (len(found) + PRIOR)
    predicted = []
    for at in range(len(text)):
        context = ("\0" * order + text[: at + 1])[-order:]
        while context not in expected:
            context = context[1:]
        predicted.append(expected[context])
    return np.array(predicted)


@pytest.mark.parametrize("name", ["inside-quotes", "column", "position-in-quote"])
def test_predictions_are_those_of_the_definition(name: str):
    fit, text = FIT[:1500], TEST[:700]
    labels = concept(name).labels(fit)
    plainly = labels.astype(float)
    predicted = NgramBaselines(fit, text).predict(labels)
    decoded = ["".join(map(chr, codes)) for codes in (fit, text)]
    for order in ORDERS:
        expected = predict_plainly(decoded[0], plainly, decoded[1], order)
        np.testing.assert_allclose(predicted[order], expected, rtol=0, atol=1e-12)


def test_a_character_alone_tells_what_is_local_and_not_what_is_held():
    ngrams = NgramBaselines(FIT, TEST)
    local = ngram_scores(ngrams, concept("vowel"), concept("vowel").labels(FIT), concept("vowel").labels(TEST))
    assert local[1] > 0.999
    held = ngram_scores(ngrams, QUOTES, QUOTES.labels(FIT), QUOTES.labels(TEST))
    assert held[1] < held[5] < 0.8
    chance = np.random.default_rng(0).integers(0, 2, (2, len(FIT))).astype(np.float32)
    random = ngram_scores(ngrams, QUOTES, chance[0], chance[1, : len(TEST)])
    assert all(abs(score - 0.5) < 0.05 for score in random.values())


def test_an_amount_that_a_context_decides_is_told_though_most_of_it_is_zero():
    """How many x stand at the end, at most two: three characters are enough to know it."""
    codes = to_code_points("".join(np.random.default_rng(0).choice(list("abcdefghx"), 6000)))
    ends = codes == ord("x")
    labels = (ends + (ends & np.concatenate([[False], ends[:-1]]))).astype(np.float32)
    count = replace(concept("brace-depth"), label=lambda codes: labels[: len(codes)])
    ngrams = NgramBaselines(codes[:4000], codes[4000:])
    assert ngram_scores(ngrams, count, labels[:4000], labels[4000:])[3] > 0.99
    assert spearman(labels[4000:], ngrams.predict(labels[:4000])[3]) < 0.8  # zeros that are expected to be .01 or .02


def test_classes_without_an_order_and_labels_that_never_apply_have_no_score():
    ngrams = NgramBaselines(FIT, TEST)
    phase, never = concept("character-class"), np.full(len(TEST), np.nan, dtype=np.float32)
    assert np.isnan(list(ngram_scores(ngrams, phase, phase.labels(FIT), phase.labels(TEST)).values())).all()
    assert np.isnan(list(ngram_scores(ngrams, QUOTES, QUOTES.labels(FIT), never).values())).all()


def test_auroc_and_spearman_are_those_of_scikit_learn_and_scipy():
    chance = np.random.default_rng(0)
    values = chance.integers(0, 20, 500).astype(float)
    label = (values + chance.normal(0, 5, 500) > 12).astype(np.float32)
    assert auroc(label, values) == pytest.approx(roc_auc_score(label, values))
    assert spearman(values.astype(np.float32) ** 2, label.astype(float)) == pytest.approx(
        spearmanr(values**2, label).statistic
    )
    assert np.isnan(auroc(np.zeros(5, dtype=np.float32), np.arange(5.0)))
    assert np.isnan(spearman(np.zeros(5, dtype=np.float32), np.arange(5.0)))


@pytest.mark.parametrize(
    ("name", "decided"),
    [("vowel", True), ("space", True), ("character-class", True), ("inside-quotes", False), ("column", False)],
)
def test_what_the_character_decides(name: str, decided: bool):
    assert decided_by_character(concept(name).labels(TEST), TEST.astype(np.int64)) == decided


def test_a_concept_is_not_decided_by_the_character_because_it_is_rare():
    """One character of 500 is inside; which one, no character tells."""
    characters = np.random.default_rng(0).integers(97, 122, 20_000)
    rare = (np.arange(20_000) % 500 == 0).astype(np.float32)
    assert not decided_by_character(rare, characters)
    characters[rare == 1] = 33
    assert decided_by_character(rare, characters)
    assert not decided_by_character(np.full(20_000, np.nan, dtype=np.float32), characters)
    assert not decided_by_character(np.zeros(20_000, dtype=np.float32), characters)

"""What is known of one unit against scikit-learn; intervals that hold what they should.

Axes: `row`, the characters of one part; `bin`.
"""

import numpy as np
import pytest
from sklearn.isotonic import IsotonicRegression
from sklearn.metrics import average_precision_score, f1_score, jaccard_score, r2_score, roc_auc_score

from analysis.evidence.judging import (
    BLOCKS,
    Part,
    auroc_of_counts,
    best_edge,
    judge,
    judge_amount,
    judge_binary,
    judge_phase,
)
from analysis.statistics import spearman, varies

ROWS = 4000


def parts(seed: int, signal: float = 30.0, rows: int = ROWS) -> tuple[Part, Part]:
    """A unit of two normal distributions, one where the label is 1 (a third of the rows); some labels are NaN."""
    chance = np.random.default_rng(seed)
    found = []
    for _ in range(2):
        label = (chance.random(rows) < 1 / 3).astype(np.float32)
        values = np.clip(chance.normal(110 + signal * label, 25), 0, 255).astype(np.uint8)
        found.append(Part(values, np.where(chance.random(rows) < 0.1, np.float32(np.nan), label)))
    return found[0], found[1]


@pytest.mark.parametrize("sign", [1, -1])
def test_threshold_f1_iou_and_average_precision_are_those_of_scikit_learn(sign: int):
    development, test = parts(0, signal=sign * 30.0)
    found = judge_binary(sign, development, test)
    (chosen, label), (values, held_out) = (
        (sign * each.bins[~np.isnan(each.labels)].astype(int), each.labels[~np.isnan(each.labels)])
        for each in (development, test)
    )
    edge = found["edge"] if sign > 0 else found["edge"] - 255
    at_all_edges = [f1_score(label, chosen >= at) for at in range(chosen.min(), chosen.max() + 1)]
    assert f1_score(label, chosen >= edge) == pytest.approx(max(at_all_edges), abs=1e-12)
    assert found["f1"] == pytest.approx(f1_score(held_out, values >= edge), abs=1e-12)
    assert found["iou"] == pytest.approx(jaccard_score(held_out, values >= edge), abs=1e-12)
    assert found["average_precision"] == pytest.approx(average_precision_score(held_out, values), abs=1e-9)
    assert found["share"] == pytest.approx(held_out.mean())
    assert found["ci_low"] < roc_auc_score(held_out, values) < found["ci_high"]


def test_auroc_of_counts_is_that_of_scikit_learn():
    _, test = parts(1)
    known = ~np.isnan(test.labels)
    counts = np.stack([np.bincount(test.bins[test.labels == value], minlength=256) for value in (0, 1)]).astype(float)
    assert auroc_of_counts(counts) == pytest.approx(roc_auc_score(test.labels[known], test.bins[known]), abs=1e-12)
    assert np.isnan(auroc_of_counts(np.zeros((2, 256))))
    yes, no = counts[1].astype(int), counts[0].astype(int)
    assert best_edge(yes, no) == best_edge(2 * yes, 2 * no)


@pytest.mark.parametrize("sign", [1, -1])
def test_the_fit_of_a_ramp_is_that_of_scikit_learn_on_the_rows(sign: int):
    chance, found = np.random.default_rng(2), []
    for _ in range(2):
        bins = chance.integers(0, 256, ROWS).astype(np.uint8)
        amount = np.round(sign * np.sqrt(bins) + chance.normal(size=ROWS)).astype(np.float32)
        found.append(Part(bins, np.where(chance.random(ROWS) < 0.1, np.float32(np.nan), amount)))
    development, test = found
    known = [~np.isnan(each.labels) for each in found]
    curve = IsotonicRegression(increasing=sign > 0, out_of_bounds="clip")
    curve.fit(development.bins[known[0]].astype(float), development.labels[known[0]].astype(float))
    expected = r2_score(test.labels[known[1]], curve.predict(test.bins[known[1]].astype(float)))
    judged = judge_amount(sign, development, test)
    assert judged["r2"] == pytest.approx(expected, abs=1e-5)
    assert judged["r2"] > 0.8
    score = spearman(test.labels[known[1]], sign * test.bins[known[1]].astype(float))
    assert judged["ci_low"] < score < judged["ci_high"]


def test_an_r2_below_zero_is_one_that_the_mean_would_beat():
    rising, falling = np.arange(ROWS) % 256, 255 - np.arange(ROWS) % 256
    bins = (np.arange(ROWS) % 256).astype(np.uint8)
    found = judge_amount(1, Part(bins, rising.astype(np.float32)), Part(bins, falling.astype(np.float32)))
    assert found["r2"] == pytest.approx(-3, abs=0.1)


def test_the_interval_of_classes_holds_their_share_of_variance():
    chance = np.random.default_rng(3)
    label = chance.integers(0, 3, ROWS).astype(np.float32)
    part = Part((label * 60 + chance.integers(0, 80, ROWS)).astype(np.uint8), label)
    found = judge_phase(1, part, part)
    assert 0.5 < found["ci_low"] < found["ci_high"] < 1
    assert found["share"] == 1


def test_nineteen_of_twenty_intervals_hold_the_truth_where_rows_are_independent():
    """The true AUROC is that of a very long sample; of 60 intervals 52 or more hold it."""
    development, long = parts(99, rows=400_000)
    known = ~np.isnan(long.labels)
    truth = roc_auc_score(long.labels[known], long.bins[known])
    hits = 0
    for seed in range(60):
        found = judge_binary(1, development, parts(seed, rows=2000)[1])
        hits += found["ci_low"] <= truth <= found["ci_high"]
    assert hits >= 52  # as few come of one chance in 300 if 95 % do


def test_an_interval_is_wider_where_neighbours_are_alike():
    """A hundred rows that repeat one another tell no more than one: blocks see that, single rows would not."""
    _, independent = parts(5, rows=4000)
    few = Part(independent.bins[:80], independent.labels[:80])
    repeated = Part(np.repeat(few.bins, 50), np.repeat(few.labels, 50))
    found = [judge_binary(1, independent, each) for each in (independent, repeated)]
    widths = [each["ci_high"] - each["ci_low"] for each in found]
    assert widths[1] > 3 * widths[0]


def test_the_stretches_that_are_drawn_again_are_even_and_in_order():
    part = parts(0)[1]
    assert (np.bincount(part.blocks) == ROWS // BLOCKS).all()
    assert (np.diff(part.blocks) >= 0).all()


def test_labels_vary_that_have_two_values():
    assert varies(parts(0)[1].labels)
    assert not varies(np.zeros(ROWS, dtype=np.float32))
    assert not varies(np.full(ROWS, np.nan, dtype=np.float32))


def test_each_measure_has_its_own_evidence():
    development, test = parts(0)
    assert {"f1", "edge", "average_precision"} <= judge("auroc", 1, development, test).keys()
    assert "r2" in judge("spearman", 1, development, test)
    assert judge("eta2", 1, development, test).keys() == {"share", "ci_low", "ci_high"}

"""What is known of one unit and one concept: threshold, F1, average precision, fit of a ramp, and intervals.

Axes: `row`, the characters of one part in order; `bin`; `block`, one of 100 stretches of the test part that are drawn
again and again for the intervals.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float32, Float64, Int64, UInt8

from analysis.scoring.kernels import BINS, count_joint, sum_by_bin
from analysis.statistics import (
    Measure,
    auroc_of_counts,
    average_precision,
    best_edge,
    block_bootstrap,
    centred_ranks,
    classes_of,
    f1_at,
    interval_of,
)

BLOCKS, BOOTSTRAP_SEED = 100, 5


@dataclass(frozen=True)
class Part:
    """One unit's bins and one concept's labels over a part of the text; labels of NaN are left out."""

    bins: UInt8[np.ndarray, " row"]
    labels: Float32[np.ndarray, " row"]

    @property
    def blocks(self) -> Int64[np.ndarray, " row"]:
        """Which of the stretches each character is in."""
        return np.arange(len(self.bins)) * BLOCKS // max(1, len(self.bins))


def judge(measure: Measure, sign: int, development: Part, test: Part) -> dict[str, float]:
    """The evidence of the test part; threshold and curve come from the development part."""
    return {"auroc": judge_binary, "spearman": judge_amount, "eta2": judge_phase}[measure](sign, development, test)


def judge_binary(sign: int, development: Part, test: Part) -> dict[str, float]:
    """F1, intersection over union, average precision, and the interval of the AUROC.

    `edge` is the bin edge that a value must reach to count as yes (of the reversed bins for a negative sign).
    """
    chosen = _counts(development, np.zeros(len(development.bins), dtype=np.int64), 1, sign)[0]
    by_block = _counts(test, test.blocks, BLOCKS, sign)
    no, yes = by_block.sum(axis=0)
    edge = best_edge(chosen[1], chosen[0])
    f1 = f1_at(yes, no, edge)
    low, high = interval_of(auroc_of_counts(block_bootstrap(by_block, BOOTSTRAP_SEED)))
    return {
        "edge": edge,
        "f1": f1,
        "iou": f1 / (2 - f1),
        "average_precision": average_precision(yes, no),
        "share": float(yes.sum() / max(1, (yes + no).sum())),
        "ci_low": low,
        "ci_high": high,
    }


def _counts(part: Part, blocks: Int64[np.ndarray, " row"], number: int, sign: int) -> np.ndarray:
    counts = np.zeros((number, 2, BINS), dtype=np.int64)
    count_joint(part.bins, part.labels, blocks, counts)
    return counts if sign > 0 else counts[..., ::-1]


def judge_amount(sign: int, development: Part, test: Part) -> dict[str, float]:
    """How much of an amount's variance a monotone curve of the unit explains, and the interval of the correlation.

    The curve is fitted on the development part (isotonic regression, Barlow et al. 1972), R2 is that of the test part:
    it is negative for a curve that is worse than the mean. The interval keeps the ranks of the whole part.
    """
    curve = isotonic_curve(sum_by_bin(development.bins, development.labels), sign)
    r2 = explained(curve, sum_by_bin(test.bins, test.labels))
    applies = ~np.isnan(test.labels)
    ranks = [_scaled_ranks(each) for each in (sign * test.bins[applies].astype(np.int16), test.labels[applies])]
    blocks = test.blocks[applies]
    low, high = interval_of(_correlation(block_bootstrap(_moments(blocks, *ranks), BOOTSTRAP_SEED)))
    return {"r2": r2, "share": float((test.labels > 0).mean()), "ci_low": low, "ci_high": high}


def isotonic_curve(sums: Float64[np.ndarray, "moment bin"], sign: int) -> Float64[np.ndarray, " bin"]:
    """The monotone curve nearest to the mean label of each bin."""
    from sklearn.isotonic import IsotonicRegression

    counts, totals, _ = sums
    seen = np.flatnonzero(counts)
    curve = IsotonicRegression(increasing=sign > 0, out_of_bounds="clip")
    curve.fit(seen, totals[seen] / counts[seen], sample_weight=counts[seen])
    return curve.predict(np.arange(BINS))


def explained(curve: Float64[np.ndarray, " bin"], sums: Float64[np.ndarray, "moment bin"]) -> float:
    """R2: 1 less the squared error over the variance."""
    counts, totals, squares = sums
    error = (squares - 2 * curve * totals + curve**2 * counts).sum()
    variance = squares.sum() - totals.sum() ** 2 / max(1.0, counts.sum())
    return float(1 - error / variance) if variance > 0 else np.nan


def _scaled_ranks(values: np.ndarray) -> Float64[np.ndarray, " row"]:
    return centred_ranks(values) / max(1, len(values))


def _moments(blocks: np.ndarray, x: np.ndarray, y: np.ndarray) -> Float64[np.ndarray, "block moment"]:
    terms = (np.ones(len(x)), x, y, x * y, x * x, y * y)
    return np.stack([np.bincount(blocks, weights=term, minlength=BLOCKS) for term in terms], axis=1)


def _correlation(moments: Float64[np.ndarray, "resample moment"]) -> Float64[np.ndarray, " resample"]:
    n, x, y, xy, xx, yy = moments.T
    with np.errstate(invalid="ignore", divide="ignore"):
        return (n * xy - x * y) / np.sqrt((n * xx - x * x) * (n * yy - y * y))


def judge_phase(sign: int, development: Part, test: Part) -> dict[str, float]:
    """The interval of eta squared; the ranks are those of the whole part."""
    del sign, development  # classes have no order and need no threshold
    applies = ~np.isnan(test.labels)
    (classes, label), ranks = classes_of(test.labels[applies]), _scaled_ranks(test.bins[applies])
    cell = test.blocks[applies] * classes + label
    terms = (np.ones(len(ranks)), ranks, ranks**2)
    sums = [np.bincount(cell, weights=term, minlength=BLOCKS * classes).reshape(BLOCKS, classes) for term in terms]
    n, total, squares = np.moveaxis(block_bootstrap(np.stack(sums, axis=1), BOOTSTRAP_SEED), 1, 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = total.sum(axis=1) ** 2 / n.sum(axis=1)
        between = np.where(n > 0, total**2 / np.maximum(n, 1), 0).sum(axis=1) - mean
        eta2 = between / (squares.sum(axis=1) - mean)
    low, high = interval_of(eta2)
    return {"share": float(applies.mean()), "ci_low": low, "ci_high": high}

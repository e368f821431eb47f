"""What is known of one unit and one concept: threshold, F1, average precision, fit of a ramp, and intervals.

Axes: `row`, the characters of one part in order; `bin`; `block`, one of 100 stretches of the test part that are drawn
again and again (block bootstrap, Kunsch 1989: neighbouring characters are not independent, stretches nearly are).
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float32, Float64, Int64, UInt8
from scipy.stats import rankdata

from analysis.scoring.kernels import BINS, count_joint, sum_by_bin
from analysis.scoring.labels import MOST_CLASSES, Measure

BLOCKS, RESAMPLES = 100, 1000
BOOTSTRAP_SEED = 5
LOW, HIGH = 2.5, 97.5  # percent


@dataclass(frozen=True)
class Part:
    """One unit's bins and one concept's labels over a part of the text; labels of NaN are left out."""

    bins: UInt8[np.ndarray, " row"]
    labels: Float32[np.ndarray, " row"]

    @property
    def blocks(self) -> Int64[np.ndarray, " row"]:
        """Which of the stretches each character is in."""
        return np.arange(len(self.bins)) * BLOCKS // max(1, len(self.bins))

    @property
    def varies(self) -> bool:
        """Whether there is anything to tell apart."""
        known = self.labels[~np.isnan(self.labels)]
        return known.size > 0 and bool(known.min() < known.max())


def judge(measure: Measure, sign: int, development: Part, test: Part) -> dict[str, float]:
    """The evidence of the test part; threshold and curve come from the development part."""
    return {"auroc": judge_binary, "spearman": judge_amount, "eta2": judge_phase}[measure](sign, development, test)


def judge_binary(sign: int, development: Part, test: Part) -> dict[str, float]:
    """F1, intersection over union, average precision, and the interval of the AUROC.

    `edge` is the bin edge that a value must reach to count as yes (of the bins turned over for a negative sign).
    """
    chosen = _counts(development, np.zeros(len(development.bins), dtype=np.int64), 1, sign)[0]
    by_block = _counts(test, test.blocks, BLOCKS, sign)
    no, yes = by_block.sum(axis=0)
    edge = best_edge(chosen[1], chosen[0])
    f1 = f1_at(yes, no, edge)
    low, high = np.nanpercentile(auroc_of_counts(_resample(by_block)), (LOW, HIGH))
    return {
        "edge": edge,
        "f1": f1,
        "iou": f1 / (2 - f1),
        "average_precision": average_precision(yes, no),
        "share": float(yes.sum() / max(1, (yes + no).sum())),
        "ci_low": float(low),
        "ci_high": float(high),
    }


def _counts(part: Part, blocks: Int64[np.ndarray, " row"], number: int, sign: int) -> np.ndarray:
    counts = np.zeros((number, 2, BINS), dtype=np.int64)
    count_joint(part.bins, part.labels, blocks, counts)
    return counts if sign > 0 else counts[..., ::-1]


def _resample(by_block: np.ndarray) -> Float64[np.ndarray, "resample ..."]:
    """Sums over blocks drawn with replacement."""
    chance = np.random.default_rng(BOOTSTRAP_SEED)
    drawn = chance.multinomial(len(by_block), np.full(len(by_block), 1 / len(by_block)), size=RESAMPLES)
    flat = by_block.reshape(len(by_block), -1).astype(np.float64)
    return (drawn @ flat).reshape(RESAMPLES, *by_block.shape[1:])


def auroc_of_counts(counts: Float64[np.ndarray, "... label bin"]) -> Float64[np.ndarray, "..."] | np.float64:
    """AUROC from histograms of the bins where the label is 0 and where it is 1; NaN where one of them is empty."""
    no, yes = counts[..., 0, :], counts[..., 1, :]
    wins = (yes * (no.cumsum(axis=-1) - no / 2)).sum(axis=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return wins / (yes.sum(axis=-1) * no.sum(axis=-1))


def best_edge(counts_yes: Int64[np.ndarray, " bin"], counts_no: Int64[np.ndarray, " bin"]) -> int:
    """The bin edge with the highest F1 when values at or above it count as yes."""
    true_positive = counts_yes[::-1].cumsum()[::-1]
    predicted = true_positive + counts_no[::-1].cumsum()[::-1]
    return int(np.argmax(2 * true_positive / np.maximum(1, predicted + counts_yes.sum())))


def f1_at(counts_yes: Int64[np.ndarray, " bin"], counts_no: Int64[np.ndarray, " bin"], edge: int) -> float:
    """F1 when values at or above a bin edge count as yes."""
    hits = counts_yes[edge:].sum()
    return float(2 * hits / max(1, hits + counts_no[edge:].sum() + counts_yes.sum()))


def average_precision(counts_yes: Int64[np.ndarray, " bin"], counts_no: Int64[np.ndarray, " bin"]) -> float:
    """Average precision as scikit-learn defines it."""
    true_positive = counts_yes[::-1].cumsum()
    precision = true_positive / np.maximum(1, true_positive + counts_no[::-1].cumsum())
    recall = true_positive / max(1, counts_yes.sum())
    return float((np.diff(recall, prepend=0.0) * precision).sum())


def judge_amount(sign: int, development: Part, test: Part) -> dict[str, float]:
    """How much of an amount's variance a monotone curve of the unit explains, and the interval of the correlation.

    The curve is fitted on the development part (isotonic regression, Barlow et al. 1972), R2 is that of the test part:
    it is negative for a curve that is worse than the mean. The interval keeps the ranks of the whole part.
    """
    curve = isotonic_curve(sum_by_bin(development.bins, development.labels), sign)
    r2 = explained(curve, sum_by_bin(test.bins, test.labels))
    applies = ~np.isnan(test.labels)
    ranks = [_centred(rankdata(each)) for each in (sign * test.bins[applies].astype(np.int16), test.labels[applies])]
    blocks = test.blocks[applies]
    low, high = np.nanpercentile(_correlation(_resample(_moments(blocks, *ranks))), (LOW, HIGH))
    return {"r2": r2, "share": float((test.labels > 0).mean()), "ci_low": float(low), "ci_high": float(high)}


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


def _centred(ranks: np.ndarray) -> np.ndarray:
    return (ranks - (len(ranks) + 1) / 2) / max(1, len(ranks))


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
    _, label = np.unique(test.labels[applies], return_inverse=True)
    label, ranks = np.minimum(label, MOST_CLASSES - 1), _centred(rankdata(test.bins[applies]))
    classes = int(label.max(initial=0)) + 1
    cell = test.blocks[applies] * classes + label
    terms = (np.ones(len(ranks)), ranks, ranks**2)
    sums = [np.bincount(cell, weights=term, minlength=BLOCKS * classes).reshape(BLOCKS, classes) for term in terms]
    n, total, squares = np.moveaxis(_resample(np.stack(sums, axis=1)), 1, 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = total.sum(axis=1) ** 2 / n.sum(axis=1)
        between = np.where(n > 0, total**2 / np.maximum(n, 1), 0).sum(axis=1) - mean
        eta2 = between / (squares.sum(axis=1) - mean)
    low, high = np.nanpercentile(eta2, (LOW, HIGH))
    return {"share": float(applies.mean()), "ci_low": float(low), "ci_high": float(high)}

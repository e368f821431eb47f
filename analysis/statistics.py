"""The measures: how values agree with labels, how certain that is, and what chance would give.

Each measure stands here once, for values in memory; `analysis.scoring` computes the same from activations on disk, all
units against all concepts at once, from the weights and ranks that are defined here.

Axes: `row`, the characters that count; `bin`, one of the levels of a quantised activation; `label`, 0 and 1; `block`, a
stretch of text that is drawn as a whole; `draw`.
"""

from typing import Literal

import numpy as np
from jaxtyping import Float, Float32, Float64, Int64, Real
from scipy.stats import gumbel_r, rankdata

Measure = Literal["auroc", "spearman", "eta2"]
MEASURE_TITLES: dict[str, str] = {"auroc": "AUROC", "spearman": "Spearman", "eta2": "η²"}
CHANCE: dict[str, float] = {"auroc": 0.5, "spearman": 0.0, "eta2": 0.0}  # the score of what has nothing to do with it
MOST_CLASSES = 32  # of a label without an order; the rest of them count as one
RESAMPLES, LOW, HIGH = 1000, 2.5, 97.5  # of a bootstrap, and the percentiles of a 95 % interval
EXCEEDED = 10  # draws above a score from which their share is its p-value; below, the fitted tail is


def score_text(value: float) -> str:
    """A score as it is written everywhere: three decimals, and never rounded up to a perfect 1."""
    rounded = np.floor(1000 * value + 0.5) / 1000  # as `scoreText` of the browser does it
    return f"{min(rounded, 0.999) if value < 1 else rounded:.3f}".replace("-", "−")


def measured_text(measure: str, value: float) -> str:
    """A measure with its score, `AUROC 0.934`; a unit without variance has none."""
    return f"no {measure}: does not vary on this text" if np.isnan(value) else f"{measure} {score_text(value)}"


def varies(labels: Float[np.ndarray, " row"]) -> bool:
    """Whether the labels vary; NaN does not count."""
    known = labels[~np.isnan(labels)]
    return known.size > 0 and bool(known.min() < known.max())


# ---- measures of values in memory -----------------------------------------------------------------------------------


def centred_ranks(values: Real[np.ndarray, " row"]) -> Float64[np.ndarray, " row"]:
    """Midranks less their mean."""
    return rankdata(values) - (len(values) + 1) / 2


def measure_values(measure: Measure, labels: Float[np.ndarray, " row"], values: Float[np.ndarray, " row"]) -> float:
    """The agreement of values with labels by a measure; NaN if one of them is constant."""
    if not (varies(labels) and varies(values)):
        return np.nan
    return {"auroc": auroc, "spearman": spearman, "eta2": eta_squared}[measure](labels, values)


def measure_columns(
    measure: Measure, labels: Float[np.ndarray, " row"], values: Real[np.ndarray, "row column"]
) -> Float64[np.ndarray, " column"]:
    """The same for many columns of values at once, against the same labels."""
    if not varies(labels):
        return np.full(values.shape[1], np.nan)
    weights, norms = centred_weights(labels, measure)
    ranks = (rankdata(values, axis=0) - (len(values) + 1) / 2) / len(values)
    scaled, squares = weights.astype(np.float64) @ ranks / norms[:, None], (ranks**2).sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        found = {
            "auroc": lambda: 0.5 + scaled[0],
            "spearman": lambda: scaled[0] / np.sqrt(squares),
            "eta2": lambda: (scaled**2).sum(axis=0) / squares,
        }[measure]()
    return np.where(squares > 0, found, np.nan)


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
    """Spearman's correlation of ranks; NaN if one of them is constant."""
    x, y = centred_ranks(labels), centred_ranks(values)
    norm = np.sqrt((x**2).sum() * (y**2).sum())
    return float(x @ y / norm) if norm else np.nan


def eta_squared(labels: Float[np.ndarray, " row"], values: Float[np.ndarray, " row"]) -> float:
    """The share of the variance of the values' ranks that lies between the classes of the labels."""
    columns, norms = centred_weights(labels, "eta2")
    ranks = centred_ranks(values)
    squares = (ranks**2).sum()
    return float(((columns @ ranks / norms) ** 2).sum() / squares) if squares else np.nan


def centred_weights(
    labels: Float[np.ndarray, " row"], measure: Measure
) -> tuple[Float32[np.ndarray, "weight row"], Float64[np.ndarray, " weight"]]:
    """Columns whose products with centred ranks make the measure, and what each product is divided by.

    With r the centred ranks over n: AUROC - 1/2 is the only quotient, Spearman's correlation is it over the root of the
    sum of r^2, and eta squared the sum of the quotients' squares over the sum of r^2. Of yes-or-no labels the rarer one
    counts: centred ranks sum to 0, and float32 sums of few terms are exact enough.
    """
    if measure == "auroc":
        ones = float(labels.sum(dtype=np.float64))
        column = labels - np.float32(ones > len(labels) / 2)
        return column[None].astype(np.float32), np.array([ones * (len(labels) - ones) / max(1, len(labels))])
    if measure == "spearman":
        ranks = centred_ranks(labels) / len(labels)
        return ranks[None].astype(np.float32), np.array([np.sqrt((ranks**2).sum())])
    classes, label = classes_of(labels)
    columns = np.stack([(label == number).astype(np.float32) for number in range(classes)])
    return columns, np.sqrt(columns.sum(axis=1, dtype=np.float64))


def classes_of(labels: Float[np.ndarray, " row"]) -> tuple[int, Int64[np.ndarray, " row"]]:
    """How many classes labels have, 32 at most, and the number of each row's class; the rest of them are the last."""
    known, label = np.unique(labels, return_inverse=True)
    return min(len(known), MOST_CLASSES), np.minimum(label, MOST_CLASSES - 1).astype(np.int64)


# ---- measures of yes-or-no labels from counts by bin ----------------------------------------------------------------


def auroc_of_counts(
    counts: Real[np.ndarray, "... label bin"],
) -> Float64[np.ndarray, "..."] | np.float64:
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


# ---- how sure -------------------------------------------------------------------------------------------------------


def block_bootstrap(by_block: Real[np.ndarray, "block ..."], seed: int) -> np.ndarray:
    """Sums over blocks drawn with replacement: [draw, *rest].

    The block bootstrap of Künsch (1989): neighbouring characters are not independent, stretches nearly are.
    """
    count = len(by_block)
    drawn = np.random.default_rng(seed).multinomial(count, np.full(count, 1 / count), size=RESAMPLES)
    return (drawn @ by_block.reshape(count, -1).astype(np.float64)).reshape(RESAMPLES, *by_block.shape[1:])


def interval_of(draws: Float64[np.ndarray, " draw"] | np.float64) -> tuple[float, float]:
    """The 95 % interval of what was drawn; NaN is left out."""
    low, high = np.nanpercentile(draws, (LOW, HIGH))
    return float(low), float(high)


def p_value(score: float, null: Float64[np.ndarray, " draw"]) -> float:
    """How often chance does as well: the share of draws, or beyond them the tail of a Gumbel distribution.

    Maxima over many units follow a Gumbel distribution, so its tail tells p-values smaller than one in the number of
    draws (Knijnenburg et al. 2009 do so with a Pareto tail).
    """
    if np.isnan(score) or not np.isfinite(null).all():
        return np.nan
    exceeded = int((null >= score).sum())
    if exceeded >= EXCEEDED or null.std() == 0:
        return (exceeded + 1) / (len(null) + 1)
    location, scale = gumbel_r.fit(null)
    return float(min(gumbel_r.sf(score, location, scale), (exceeded + 1) / (len(null) + 1)))


def false_discovery_rates(p_values: Float64[np.ndarray, " test"]) -> Float64[np.ndarray, " test"]:
    """Benjamini and Hochberg's (1995) adjusted p-values; NaN stays NaN and does not count."""
    from scipy.stats import false_discovery_control

    known = ~np.isnan(p_values)
    adjusted = p_values.copy()
    if known.any():
        adjusted[known] = false_discovery_control(p_values[known], method="bh")
    return adjusted

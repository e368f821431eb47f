"""What memory buys: how much better a network predicts what closes than an n-gram model, by how far back it was opened.

Karpathy, Johnson and Fei-Fei 2016, section 4.3, look at the closing brace of C: an n-gram model forgets the `{` as soon
as it is further back than its order, a network need not. They draw the mean probability that either gives to the `}`;
here the gain is the difference of the mean log-probabilities, and both probabilities stand beside it. Of a delimiter of
several characters, such as `*/`, the probability is that of all of them, one after the other.

Axes: `time` is the position of a character in the text; `pair` a delimiter that was opened and closed; `bin` a range of
distances; `block` a stretch of the text, drawn as a whole.
"""

from typing import Any

import numpy as np
from jaxtyping import Float, Int64

from analysis.concepts.concept import Codes
from analysis.errors.pairs import Delimiter, Pairs, delimiters_of
from analysis.errors.stored import Bin, Curve
from analysis.statistics import block_bootstrap, interval_of

EDGES = (1, 10, 20, 30, 40, 50, 60, 80, 100, 150, 200, 300, 500, 1000)
"""Where the bins of distances begin: as in the paper to 60 characters, and wider beyond."""
BLOCKS, FEWEST_BLOCKS = 100, 5  # of the bootstrap; those that must have a pair for an interval
EXAMPLES = 12
SEED = 0


def gain_curves(
    codes: Codes,
    starts: list[int],
    network: Float[np.ndarray, " time"],
    ngram: Float[np.ndarray, " time"],
    step: int | None = None,
) -> list[Curve]:
    """A curve for each delimiter that the text has.

    Args:
        codes: the text.
        starts: where its documents begin.
        network: the nats of each of its characters; what is said of the first does not count.
        ngram: the same of the n-gram model.
        step: of the training at which the network was kept; None for the run's own weights.
    """
    found = [(delimiter, delimiter.pairs(codes, starts)) for delimiter in delimiters_of(codes)]
    return [curve_of(delimiter, pairs, network, ngram, step) for delimiter, pairs in found if len(pairs.closes)]


def curve_of(
    delimiter: Delimiter,
    pairs: Pairs,
    network: Float[np.ndarray, " time"],
    ngram: Float[np.ndarray, " time"],
    step: int | None = None,
) -> Curve:
    """The gain in each bin that has a pair."""
    width, blocks = len(delimiter.closing), -(-len(network) // BLOCKS)
    nats = [of_delimiter(each, pairs.closes, width) for each in (network, ngram)]
    of_bin = np.searchsorted(EDGES, pairs.distances, "right") - 1
    bins = []
    for number, shortest in enumerate(EDGES):
        here = of_bin == number
        if here.any():
            longest = EDGES[number + 1] - 1 if number + 1 < len(EDGES) else None
            both = nats[0][here], nats[1][here]
            measured = _measured(*both, pairs.closes[here] // blocks)
            bins.append(Bin(shortest, longest, **measured, examples=_examples(pairs.closes[here], *both)))
    return Curve(delimiter.closing, delimiter.opening, delimiter.title, bins, step)


def of_delimiter(
    nats: Float[np.ndarray, " time"], closes: Int64[np.ndarray, " pair"], width: int
) -> Float[np.ndarray, " pair"]:
    """The nats of all `width` characters of each delimiter."""
    return nats.astype(np.float64)[closes[:, None] + np.arange(width)].sum(axis=1)


def _measured(
    network: Float[np.ndarray, " pair"], ngram: Float[np.ndarray, " pair"], block: Int64[np.ndarray, " pair"]
) -> dict[str, Any]:
    gained = ngram - network
    low, high = _interval(gained, block)
    return {
        "pairs": len(gained),
        "gain": float(gained.mean()),
        "low": low,
        "high": high,
        "probability": _mean_probability(network),
        "ngram_probability": _mean_probability(ngram),
    }


def _mean_probability(nats: Float[np.ndarray, " pair"]) -> float:
    return float(np.exp(-np.maximum(nats, 0)).mean())  # float32 may say less than no nats


def _interval(
    gained: Float[np.ndarray, " pair"], block: Int64[np.ndarray, " pair"]
) -> tuple[float, float] | tuple[None, None]:
    """The 95 % interval of the mean, by a bootstrap of blocks of the text; none where few blocks have a pair."""
    if len(np.unique(block)) < FEWEST_BLOCKS:
        return None, None
    sums = [np.bincount(block, weights, minlength=BLOCKS) for weights in (gained, np.ones_like(gained))]
    drawn = block_bootstrap(np.stack(sums, axis=1), SEED)
    with np.errstate(invalid="ignore", divide="ignore"):
        return interval_of(drawn[:, 0] / drawn[:, 1])


def _examples(
    closes: Int64[np.ndarray, " pair"], network: Float[np.ndarray, " pair"], ngram: Float[np.ndarray, " pair"]
) -> list[int]:
    """Where some of the delimiters are that the network predicts better than the n-gram model by most."""
    return sorted(closes[np.argsort(network - ngram, kind="stable")[:EXAMPLES]].tolist())

"""How well an n-gram model predicts a text: interpolated modified Kneser-Ney, all orders in one pass.

python -m models ngram CORPUS --order 20

"Order n" counts all characters of the n-gram: the model of order n predicts a character from the n - 1 before it.

Stanley F. Chen and Joshua Goodman, "An empirical study of smoothing techniques for language modeling", Computer Speech
and Language 13 (1999), and Harvard TR-10-98 (1998): the probability of w after the context h is

    p(w | h) = (c(hw) - D(c(hw)) + (D1 N1(h) + D2 N2(h) + D3 N3+(h)) p(w | h')) / sum over v of c(hv)

with h' the context without its first character, Nk(h) how many characters follow h with the count k, and D(0) = 0. At
the model's own order c counts occurrences; at each lower one it counts the different characters seen before the n-gram
(the beginning of the text is one of them). Below order 1 all characters are equally probable. After a context that
never occurs in training, p(w | h) = p(w | h').

Axes: `time` (of the scored text), `gram` (distinct n-grams).
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float64, Int32, Int64

from corpora import Corpus, InputError, Vocabulary
from models.evaluate import Evaluation
from models.ngram_counts import LONGEST, SortedTexts

FORMAT = 1
BASELINES = Path(__file__).parent / "baselines"
FALLBACK = np.array([0.0, 0.5, 1.0, 1.5])


@dataclass(frozen=True)
class NGramScore:
    """What the model of one order made of a text.

    `losses` are the nats of every character. The first n - 1 are predicted from the fewer before them, as the model
    predicts after a context that it has never seen in full; the very first from none.
    """

    order: int
    losses: Float64[np.ndarray, " time"]

    @property
    def evaluation(self) -> Evaluation:
        """The mean over every character but the first: those that a network's evaluation scores."""
        return Evaluation.of(self.losses[1:])


def ngram_losses(
    training_ids: Int64[np.ndarray, " training_time"], ids: Int64[np.ndarray, " time"], vocabulary_size: int, order: int
) -> Iterator[NGramScore]:
    """Score a text by the models of order 1, 2, … `order`, all made from the same training text.

    One order costs a few scans of the sorted texts, whatever n is.

    Raises:
        InputError: no training text, fewer than 2 characters to score, or an order outside 1 to 255.
        ValueError: ids outside the vocabulary.
    """
    if not 1 <= order <= LONGEST:
        raise InputError(f"Wanted an order from 1 to {LONGEST}, got {order}. Choose another --order.")
    if not len(training_ids):
        raise InputError("Wanted at least 1 character to count n-grams in, got 0. Use a longer text.")
    if len(ids) < 2:
        raise InputError(f"Wanted at least 2 characters to score, got {len(ids)}. Use a longer text.")
    if any(each.min() < 0 or each.max() >= vocabulary_size for each in (training_ids, ids)):
        raise ValueError(f"ids must lie in 0 .. {vocabulary_size - 1}")
    texts = SortedTexts.of(training_ids, ids, vocabulary_size, order)
    del training_ids  # eight bytes per character, more than all that follows needs
    lower = np.full(len(ids), 1 / vocabulary_size)
    for n in range(1, order + 1):
        raw, continuation = texts.count(n)
        yield NGramScore(n, -np.log(texts.interpolate(n, raw, estimate_discounts(raw), lower)))
        lower = texts.interpolate(n, continuation, estimate_discounts(continuation), lower)


def estimate_discounts(counts: Int32[np.ndarray, " gram"]) -> Float64[np.ndarray, "4"]:
    """What is taken off an n-gram with a count of 0, 1, 2, and 3 or more, estimated from how many have which count.

    Chen and Goodman's estimate needs n-grams with each count from 1 to 4, and holds only where each discount is above 0
    and at most the count it is taken off. Otherwise, as with very short texts or few characters, the discounts are 0.5,
    1 and 1.5, which is what KenLM falls back to.
    """
    having = np.array([np.count_nonzero(counts == count) for count in (1, 2, 3, 4)])
    if not having.all():
        return FALLBACK
    share, taken_off = having[0] / (having[0] + 2 * having[1]), np.arange(1, 4)
    discounts = taken_off - (taken_off + 1) * share * having[1:] / having[:-1]
    return np.array([0.0, *discounts]) if ((discounts > 0) & (discounts <= taken_off)).all() else FALLBACK


def score_corpus(corpus: Corpus, split: str, order: int, min_count: int) -> Iterator[NGramScore]:
    """Score a split of a corpus by models of its training split, with the vocabulary that a network would have."""
    training = corpus.split("training")
    vocabulary = Vocabulary.of([training], min_count)
    ids = vocabulary.encode(corpus.split(split))
    yield from ngram_losses(vocabulary.encode(training), ids, len(vocabulary), order)


def describe_scores(
    corpus: Corpus, split: str, min_count: int, evaluations: Mapping[int, Evaluation]
) -> dict[str, Any]:
    """A baseline as it is kept in `models/baselines/`, from what each order reached.

    `low` and `high` are the ends of the 95 % interval in nats, None where the text is too short for one.
    """
    orders = []
    for order, evaluation in evaluations.items():
        values = [None if value is None else round(value, 6) for value in (evaluation.nats, *evaluation.ends)]
        orders.append({"order": order} | dict(zip(("nats", "low", "high"), values, strict=True)))
    return {
        "format": FORMAT,
        "corpus": {"name": corpus.name, "sha256": corpus.sha256},
        "split": split,
        "characters": next(iter(evaluations.values())).characters,
        "min_count": min_count,
        "orders": orders,
    }


def is_baseline(path: Path) -> bool:
    """Whether a file holds what `describe_scores` makes."""
    described = json.loads(path.read_text(encoding="utf-8"))
    return {"format", "corpus", "split", "min_count", "orders"} <= described.keys()


def load_baseline(corpus_name: str) -> dict[str, Any] | None:
    """The shipped n-gram scores of a corpus, as `describe_scores` makes them, or None.

    Whether they are of the same text is for the caller to check: compare `["corpus"]["sha256"]`.
    """
    path = next((path for path in BASELINES.glob("*.json") if path.stem == corpus_name), None)
    return json.loads(path.read_text(encoding="utf-8")) if path else None

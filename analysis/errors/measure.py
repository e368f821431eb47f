"""Measures what runs get wrong on one text: the categories of their errors, and their gain over n-gram models.

Axes: `time` is the position of a character in the text, from 0; the first is predicted by nothing.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float64, Int64, UInt8

from analysis.concepts.concept import Codes
from analysis.errors.gain import EXAMPLES, gain_curves
from analysis.errors.oracles import CATEGORIES, CHANCE, ORDERS, Explained, count_words, explain_errors
from analysis.errors.stored import FORMAT, Curve, ErrorAnalysis, Kind, Step
from corpora import Corpus, InputError, Vocabulary
from models.checkpoints import kept_checkpoints, load_checkpoint_network
from models.evaluate import Evaluation, character_losses
from models.ngram import ngram_losses
from models.run import Run, corpus_of

Advance = Callable[[int], None]


@dataclass(frozen=True)
class Text:
    """What is read: the start of a split of a corpus."""

    corpus: Corpus
    split: str
    codes: Codes

    @property
    def starts(self) -> list[int]:
        """Where its documents begin."""
        return [at for at in self.corpus.document_starts(self.split) if at < len(self.codes)]

    @property
    def sha256(self) -> str:
        """Tells texts apart, whatever they are called."""
        return hashlib.sha256(np.ascontiguousarray(self.codes, dtype="<u4").tobytes()).hexdigest()


@dataclass(frozen=True)
class NGrams:
    """What n-gram models of the training text make of the text that is read."""

    first_order: UInt8[np.ndarray, " time"]
    """The lowest of the orders 1 to 9 that gives a character more than half a chance; 0 where none does."""
    order: int
    """Of the model that predicts the text best."""
    nats: Float64[np.ndarray, " time"]
    """What that model needs for each character."""


def text_of_runs(runs: Sequence[Run], split: str, chars: int) -> Text:
    """The text that all of the runs have in common: the first characters of a split of their corpus.

    Raises:
        InputError: they have other texts, or theirs is not on this machine, or too short.
    """
    texts = [Text(corpus, split, np.asarray(corpus.split(split)[:chars])) for corpus in map(corpus_of, runs)]
    for run, text in zip(runs, texts, strict=True):
        same = text.corpus.sha256 == texts[0].corpus.sha256 and np.array_equal(text.codes, texts[0].codes)
        if not same:
            raise InputError(
                f"Wanted runs of one text, got {runs[0].name} of {runs[0].corpus['name']} and {run.name} of "
                f"{run.corpus['name']}, whose {split} texts differ. Analyse each with a command of its own."
            )
    if len(texts[0].codes) < 2:
        raise InputError(f"Wanted at least 2 characters to read, got {len(texts[0].codes)}. Use a longer text.")
    return texts[0]


def count_ngrams(text: Text, vocabulary: Vocabulary, longest: int, advance: Advance = lambda _: None) -> NGrams:
    """Score the text by the models of order 1 to `longest`; `advance` is told of each as `len(text.codes)` characters.

    Raises:
        InputError: no training text, or an order that cannot be counted.
    """
    training, ids = (vocabulary.encode(codes) for codes in (text.corpus.split("training"), text.codes))
    first_order, best = np.zeros(len(ids), dtype=np.uint8), None
    for score in ngram_losses(training, ids, len(vocabulary), longest):
        if score.order in ORDERS:
            first_order[(first_order == 0) & (np.exp(-score.losses) > CHANCE)] = score.order
        if best is None or score.evaluation.nats < best.evaluation.nats:
            best = score
        advance(len(ids))
    assert best is not None
    return NGrams(first_order, best.order, best.losses)


def losses_of(
    run: Run, text: Text, step: int | None = None, advance: Advance = lambda _: None
) -> Float64[np.ndarray, " time"]:
    """The nats of each character, by the run's weights or by those that it kept at a step; 0 for the first."""
    network = run.load_network() if step is None else load_checkpoint_network(run, step)
    losses = character_losses(network, run.vocabulary.encode(text.codes), advance=advance)
    return np.concatenate([[0.0], losses.astype(np.float64)])


def analyse_errors(
    run: Run, text: Text, ngrams: NGrams, in_training: Counter[str], advance: Advance = lambda _: None
) -> ErrorAnalysis:
    """What a run gets wrong on a text, and what its memory buys, at each step whose weights it kept as well.

    `advance` is told of characters: those of the text for each network that reads it.
    """
    starts = text.starts
    curves, losses = list[Curve](), np.zeros(len(text.codes))
    for step in [*kept_checkpoints(run), None]:
        losses = losses_of(run, text, step, advance)
        curves += gain_curves(text.codes, starts, losses, ngrams.nats, step)
    explained = explain_errors(text.codes, np.exp(-losses), ngrams.first_order, in_training.__getitem__)
    return ErrorAnalysis(
        format=FORMAT,
        weights_sha256=run.weights_hash,
        text_sha256=text.sha256,
        split=text.split,
        characters=len(text.codes) - 1,
        nats=float(losses[1:].mean()),
        errors=int(explained.errors.sum()),
        ngram_order=ngrams.order,
        ngram_nats=float(ngrams.nats[1:].mean()),
        categories=categories_of(explained),
        curves=curves,
    )


def count_training_words(text: Text) -> Counter[str]:
    """How often each word occurs in the training text."""
    return count_words(np.asarray(text.corpus.split("training")))


def categories_of(explained: Explained) -> list[Kind]:
    """The errors of each category, in the order of the oracles; the first character is not one that counts."""
    total = int(explained.errors.sum())
    found = []
    for number, category in enumerate(CATEGORIES):
        here = explained.of(number)
        by_step = np.bincount(explained.step[here], minlength=len(category.steps))
        low, high = share_interval(here[1:], explained.errors[1:])
        found.append(
            Kind(
                category.name,
                int(here.sum()),
                float(here.sum() / max(1, total)),
                [Step(name, int(count)) for name, count in zip(category.steps, by_step, strict=True)],
                low,
                high,
                _spread(np.flatnonzero(here)),
            )
        )
    return found


def share_interval(
    part: Bool[np.ndarray, " time"], whole: Bool[np.ndarray, " time"]
) -> tuple[float, float] | tuple[None, None]:
    """The 95 % interval of a share of the errors, from contiguous parts of the text as `Evaluation` has it.

    None for a text that is too short, or a part without an error.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        low, high = Evaluation.of(part.astype(np.float64), whole.astype(np.int64)).ends
    if low is None or high is None or not np.isfinite((low, high)).all():
        return None, None
    return max(0.0, low), min(1.0, high)


def _spread(at: Int64[np.ndarray, " error"]) -> list[int]:
    """Some of the errors, from all over the text: from the middle of each of as many parts of them."""
    parts = min(EXAMPLES, len(at))
    return at[((np.arange(parts) + 0.5) * len(at) / max(1, parts)).astype(np.int64)].tolist()

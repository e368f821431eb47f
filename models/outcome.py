"""What came out of a training, in plain sentences: is the network any good, and if not, what helps.

Losses are nats per character on validation text.
"""

from math import log

import numpy as np
from jaxtyping import Float64, UInt32

from corpora import Corpus, InputError, Vocabulary
from models.baseline import best_ngram_on
from models.run import Run, corpus_of

NEAR_UNIFORM, NEAR_UNIGRAM = 0.9, 0.97  # shares of the two losses from which on nothing much was learned
FEW_STEPS = 300
SHORT_TEXT = 100_000  # characters
COUNTED = 500_000  # characters of a split that the frequencies are taken from
AT_THE_END = 0.95  # of the steps: a best loss after them means that it was still improving
LEARNED_BY_HEART = 0.7  # of the steps: a best loss before them means that more passes make it worse


def outcome_of(run: Run) -> str:
    """How good a finished or paused training is, beside what needs no network, and what would help.

    One line of plain sentences; empty for a run whose training says no validation loss.
    """
    loss = run.training.get("validation_loss")
    if loss is None:
        return ""
    return " ".join([_judged(run, loss), *_advice(run, loss)])


def learned_nothing(run: Run) -> bool:
    """Whether a finished run predicts hardly better than one that knows how often each character occurs, or none."""
    loss = run.training.get("validation_loss")
    return loss is not None and (loss > NEAR_UNIFORM * log(len(run.vocabulary)) or _near_unigram(run, loss))


def unigram_loss(corpus: Corpus, vocabulary: Vocabulary) -> float:
    """Nats per character on the validation split of who knows only how often each character occurs in training."""
    training, validation = (_share_of(corpus.split(name), vocabulary) for name in ("training", "validation"))
    return float(-(validation * np.log(training)).sum())


def _share_of(codes: UInt32[np.ndarray, " time"], vocabulary: Vocabulary) -> Float64[np.ndarray, " vocab"]:
    """How often each character occurs, with one added to each count: none is impossible."""
    counts = np.bincount(vocabulary.encode(codes[:: 1 + len(codes) // COUNTED]), minlength=len(vocabulary)) + 1.0
    return counts / counts.sum()


def _unigram_of(run: Run) -> float | None:
    try:
        return unigram_loss(corpus_of(run), run.vocabulary)
    except InputError:  # the text is gone
        return None


def _near_unigram(run: Run, loss: float) -> bool:
    unigram = _unigram_of(run)
    return unigram is not None and loss > NEAR_UNIGRAM * unigram


def _judged(run: Run, loss: float) -> str:
    uniform = log(len(run.vocabulary))
    reached = f"Best validation loss {loss:.2f} nats per character"
    if loss > NEAR_UNIFORM * uniform:
        return (
            f"The network has learned almost nothing. {reached}; a uniform guess over its "
            f"{len(run.vocabulary)} characters gives {uniform:.2f}."
        )
    if _near_unigram(run, loss):
        return (
            f"The network has learned little more than how often each character occurs. {reached}; the frequencies "
            f"alone give {_unigram_of(run):.2f}."
        )
    ngram = best_ngram_on(run, "validation")
    if ngram is None:
        return f"{reached}; a uniform guess gives {uniform:.2f}."
    beats = "better than" if loss < ngram["nats"] else "not as good as"
    return (
        f"Best validation loss {loss:.3f} nats per character, {beats} the best n-gram model of the same text "
        f"({ngram['nats']:.3f}, order {ngram['order']})."
    )


def _advice(run: Run, loss: float) -> list[str]:
    done, best = run.training.get("steps_done", 0), run.training.get("best_step", 0)
    characters = run.corpus["cuts"][0]
    ngram = best_ngram_on(run, "validation")
    good = not learned_nothing(run) and (ngram is None or loss < ngram["nats"])
    said = []
    if best < LEARNED_BY_HEART * done:
        said.append(
            f"It was best after {best:,} of {done:,} steps, whose weights were kept; then it began to learn the "
            "training text by heart. More dropout or more text helps."
        )
    elif not good and done < FEW_STEPS:
        said.append(
            f"It did only {done:,} steps. Train again with more epochs, or with fewer and shorter streams, "
            "which give more steps in each epoch. A preset chooses both to fit the text."
        )
    elif not good and best < AT_THE_END * done:
        said.append(
            f"It no longer improved after {best:,} of {done:,} steps, so more passes would not help: a longer text or "
            "a larger network may."
        )
    elif not good:
        said.append("It was still improving at the end. Train again with more epochs.")
    if not good and characters < SHORT_TEXT:
        said.append(f"The text is short ({characters:,} characters to train on): a longer one helps most.")
    return said

"""The n-gram models of a run's own text: counted once, kept in the run's results, beside the network's losses.

python -m models ngram --run NAME
"""

import json
import os
from collections.abc import Callable
from contextlib import suppress
from operator import itemgetter
from typing import Annotated, Any

import msgspec

from corpora import Corpus, InputError
from corpora.stored import UNREADABLE, Count, Positive, as_declared, parse_json, read_file
from models.evaluate import Evaluation, Nats
from models.jobs import start_job
from models.ngram import describe_scores, load_baseline, score_corpus
from models.run import Run
from models.writing import replacing

FILE = "ngram.json"
SPLITS = ("test", "validation")
# Characters of the training split, from the longest: up to which order n-grams are counted. Ten bytes of memory per
# character, and time for each order.
ORDERS = ((30_000_000, 8), (5_000_000, 12), (1_000_000, 20), (100_000, 12), (0, 8))
BESIDE = 10  # what is added to the niceness of a count beside a training


class Score(msgspec.Struct):
    """An n-gram model: the ends of the interval are None where the text was too short for one."""

    order: Positive
    nats: Nats
    low: Nats | None = None
    high: Nats | None = None


class CountedText(msgspec.Struct):
    """Which text was counted."""

    sha256: str
    name: str = ""


class OnValidation(msgspec.Struct):
    """The scores on the validation split."""

    orders: Annotated[list[Score], msgspec.Meta(min_length=1)]
    characters: Count = 0


class Baseline(msgspec.Struct):
    """`ngram.json`, as `describe_scores` makes it."""

    corpus: CountedText
    orders: Annotated[list[Score], msgspec.Meta(min_length=1)]
    format: Count = 1
    split: str = ""
    characters: Count = 0
    min_count: Count = 0
    validation: OnValidation | None = None


def order_for(characters: int) -> int:
    """Up to which order n-grams of a text are counted: beyond it the loss hardly falls, or the time grows."""
    return next(order for at_least, order in ORDERS if characters >= at_least)


def count_baseline(run: Run, corpus: Corpus, advance: Callable[[int], None] = lambda _: None) -> dict[str, Any]:
    """Score the test and the validation split of a run's corpus by n-gram models, and keep that in the run's results.

    Args:
        run: whose vocabulary and results they are.
        corpus: the run's own.
        advance: called with 1 for each of the `2 * order_for(…)` scores.

    Raises:
        InputError: a split is too short, or the file cannot be written.
    """
    order, min_count = order_for(len(corpus.split("training"))), run.options.min_count
    described = {}
    for split in SPLITS:
        evaluations: dict[int, Evaluation] = {}
        for score in score_corpus(corpus, split, order, min_count):
            evaluations[score.order] = score.evaluation
            advance(1)
        described[split] = describe_scores(corpus, split, min_count, evaluations)
    validation = {name: described["validation"][name] for name in ("characters", "orders")}
    kept = described["test"] | {"validation": validation}
    with replacing(run.results_folder / FILE) as temporary:
        temporary.write_text(json.dumps(kept, indent=1) + "\n")
    return kept


def baseline_of(run: Run) -> dict[str, Any] | None:
    """The n-gram scores of a run's text: its own `ngram.json`, else what ships for its corpus; None if there is none.

    Both are as `describe_scores` makes them; one's own has the scores on the validation split under `validation`.
    """
    for folder in run.measured_in:
        with suppress(*UNREADABLE):  # a damaged one is counted again
            kept = parse_json(read_file(folder / FILE))
            if as_declared(kept, Baseline).corpus.sha256 == run.corpus["sha256"]:
                return kept
    shipped = load_baseline(run.corpus["name"])
    return shipped if shipped and shipped["corpus"]["sha256"] == run.corpus["sha256"] else None


def best_ngram_on(run: Run, split: str) -> dict[str, Any] | None:
    """The best n-gram model on a split of a run's text: `order`, `nats`, `low`, `high`; None if it was not counted."""
    baseline = baseline_of(run) or {}
    scores = baseline if baseline.get("split") == split else baseline.get(split)
    return min(scores["orders"], key=itemgetter("nats")) if scores else None


def count_beside(run: Run) -> None:
    """Count a run's baseline in a process of its own, unless it is there; that it cannot start is no error."""
    if baseline_of(run) is None:
        with suppress(InputError):
            start_job(run.results_folder, "ngram", ("-m", "models", "ngram", "--run", str(run.folder.resolve())))


def give_way() -> None:
    """Let a training beside this process go first."""
    with suppress(OSError, AttributeError):
        os.nice(BESIDE)

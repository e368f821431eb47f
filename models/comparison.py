"""How good the models are, side by side: shipped ones and own ones, beside n-gram models and the paper.

Losses are in nats, and each says what it is a mean over: characters of the text as people read it, or bytes of the file
as the paper counts. The two are figures of different things, and no column holds both.
"""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

import numpy as np
import pandas as pd
from jaxtyping import Float

from corpora import InputError
from models import paper
from models.baseline import baseline_of
from models.card import parameter_count
from models.evaluate import Evaluation, load_evaluation
from models.ngram import load_baseline
from models.run import Run, all_runs, load_run

WAR_AND_PEACE = "war-and-peace"
CHARACTER, BYTE = "character", "byte"
PAPER_BYTES = " paper bytes"  # ends the name of a figure that a run measured per byte
COLUMNS = {
    "model": "string",
    "corpus": "string",
    "text": "string",  # rows that have the same one are about the same text
    "counted": "string",  # character or byte
    "network": "string",
    "parameters": "int64",
    "validation": "float64",
    "nats": "float64",
    "low": "float64",  # of the 95 % interval of nats
    "high": "float64",
    "dynamic": "float64",  # nats with dynamic evaluation
    "ngram": "float64",  # nats of the best n-gram model of the same text
    "paper": "float64",  # nats of the paper's network of the same shape
}


@dataclass(frozen=True)
class PairedDifference:
    """How much better one network predicts a text than another, character by character: above 0 the first is better."""

    nats: float
    """Per character: the mean of the second's loss less the first's."""
    low: float
    """Lower end of the 95 % interval of `nats`, which is `Evaluation`'s; infinite for a text too short for one."""
    high: float
    characters: int
    share_where_first_better: float
    share_where_second_better: float

    @property
    def total(self) -> float:
        """Nats that the first needs less for the whole text."""
        return self.nats * self.characters


def paired_difference(
    losses_first: Float[np.ndarray, " first"], losses_second: Float[np.ndarray, " second"]
) -> PairedDifference:
    """Compare two networks on the same characters, by their nats for each.

    The interval is that of `Evaluation`, of the differences: it is far narrower than those of the two losses, since
    what is hard for one network is hard for the other.

    Raises:
        InputError: no characters, or not the same ones.
    """
    if len(losses_first) != len(losses_second) or not len(losses_first):
        raise InputError(
            "Wanted the losses of two networks on the same characters, at least one, "
            f"got {len(losses_first):,} and {len(losses_second):,}. Let both read the same text."
        )
    gained = losses_second.astype(np.float64) - losses_first
    mean = Evaluation.of(gained)
    first, second = float((gained > 0).mean()), float((gained < 0).mean())
    return PairedDifference(mean.nats, mean.low, mean.high, mean.characters, first, second)


def compare_models() -> pd.DataFrame:
    """One row per model and way of counting, with the `COLUMNS`; what was not measured is NaN.

    Runs that cannot be read are left out.
    """
    rows: list[dict[str, Any]] = []
    for name in all_runs():
        with contextlib.suppress(InputError):
            rows += _results_of(load_run(name))
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(COLUMNS)


def text_of(run: Run) -> str:
    """What names a run's text: War and Peace is the same text decoded and byte for byte."""
    name = run.corpus["name"]
    same = name in (WAR_AND_PEACE, paper.WAR_AND_PEACE)
    return WAR_AND_PEACE if same else f"{name} {run.corpus['sha256'][:12]}"


def counted_by(run: Run) -> str:
    """What a run's own losses are means over."""
    return BYTE if run.corpus["name"] == paper.WAR_AND_PEACE else CHARACTER


def best_ngram_of(run: Run, counted: str) -> dict[str, Any] | None:
    """The best n-gram model of a run's text, counted so: `order`, `nats`, `low`, `high`; None if there is none."""
    own = counted == counted_by(run)
    baseline = baseline_of(run) if own else load_baseline(paper.WAR_AND_PEACE)
    return min(baseline["orders"], key=itemgetter("nats")) if baseline else None


def _results_of(run: Run) -> Iterator[dict[str, Any]]:
    measured = load_evaluation(run)
    own = counted_by(run)
    about = {
        "model": run.name,
        "corpus": run.corpus["name"],
        "text": text_of(run),
        "network": run.model.title,
        "parameters": parameter_count(run),
    }
    validation = {"validation": run.training.get("validation_loss")}
    yield about | {"counted": own} | validation | _figures(measured, "") | _beside(run, own)
    if own == CHARACTER and f"test{PAPER_BYTES}" in measured:
        yield about | {"counted": BYTE} | _figures(measured, PAPER_BYTES) | _beside(run, BYTE)


def _figures(measured: dict[str, Evaluation], ending: str) -> dict[str, float | None]:
    test, dynamic = measured.get(f"test{ending}"), measured.get(f"test{ending} dynamic")
    low, high = test.ends if test else (None, None)
    return {"dynamic": dynamic and dynamic.nats, "nats": test and test.nats, "low": low, "high": high}


def _beside(run: Run, counted: str) -> dict[str, float]:
    """What a run's figures can be measured by."""
    ngram, same = best_ngram_of(run, counted), paper.figure_of(paper.WAR_AND_PEACE, run.model)
    return ({"ngram": ngram["nats"]} if ngram else {}) | ({"paper": same.nats} if same and counted == BYTE else {})

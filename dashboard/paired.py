"""Two models' surprise over the same text: which is better, by how much, and where.

Only characters that both models know count. What a model does not know it reads as U+FFFD, and its loss for that does
not say which character it was.

Axes: `time`, the characters of the text but the first, which nothing predicts.
"""

from math import isfinite
from typing import Any

import numpy as np
from jaxtyping import Bool, Float64

from corpora import InputError
from dashboard.readings import Reading
from models.comparison import paired_difference

STRETCH, STRETCHES = 60, 10  # characters, about a line; how many are shown


def knows(reading: Reading) -> Bool[np.ndarray, " character"]:
    """Which characters of its text the model knows."""
    vocabulary = reading.run.vocabulary
    return vocabulary.encode(reading.text) != len(vocabulary) - 1


def gains(first: Reading, second: Reading) -> Float64[np.ndarray, " time"]:
    """The nats that the first model needs less for each character; 0 where one of the two does not know it."""
    both = (knows(first) & knows(second))[1:]
    gained = second.predictions.loss[:-1].astype(np.float64) - first.predictions.loss[:-1]
    return np.where(both, gained, 0.0)


def compare_losses(first: Reading, second: Reading) -> dict[str, Any]:
    """The paired difference of two readings of one text, for the browser.

    `nats` per character, `low` and `high` (None where the text is too short), `total`, `characters`, `left_out` (which
    one of the models does not know), `first_better` and `second_better` (shares), and `stretches`, those with the
    largest differences: `start`, `stop` and `nats`.

    Raises:
        InputError: other texts, or no character that both know.
    """
    if first.text != second.text:
        raise InputError("Wanted two readings of the same text, got different ones. Reload the page.")
    both = (knows(first) & knows(second))[1:]
    if not both.any():
        raise InputError("The two models have no character of this text in common. Choose another text.")
    losses = [reading.predictions.loss[:-1][both] for reading in (first, second)]
    found = paired_difference(*losses)
    ends = (found.low, found.high) if isfinite(found.low) else (None, None)
    return {
        "nats": found.nats,
        "low": ends[0],
        "high": ends[1],
        "total": found.total,
        "characters": found.characters,
        "left_out": int((~both).sum()),
        "first_better": found.share_where_first_better,
        "second_better": found.share_where_second_better,
        "stretches": stretches_of(gains(first, second)),
    }


def stretches_of(gained: Float64[np.ndarray, " time"]) -> list[dict[str, Any]]:
    """The stretches in which one model is better by most, the largest first; no two overlap."""
    length = min(STRETCH, len(gained))
    summed = np.concatenate([[0.0], gained.cumsum()])
    sums = summed[length:] - summed[:-length]
    found: list[dict[str, Any]] = []
    left = np.abs(sums)
    while len(found) < STRETCHES and left.max(initial=0.0) > 0:
        at = int(left.argmax())
        found.append({"start": at + 1, "stop": at + 1 + length, "nats": float(sums[at])})
        left[max(0, at - length + 1) : at + length] = 0.0
    return found

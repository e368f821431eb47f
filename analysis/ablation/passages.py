"""Finds a stretch of text in which a concept matters often: its two sides, and the predictions that it decides.

Axes: `time`, the position of a character in the stretch; `read` the same with the warm-up before it.
"""

from dataclasses import dataclass
from math import nan
from typing import Literal

import numpy as np
from jaxtyping import Bool, Float32, UInt32

from analysis.concepts import Concept
from analysis.texts import HeldOut
from corpora import InputError
from models.network import WARM_UP

LONGEST = 4  # times longer a stretch becomes where a concept is rare
ENOUGH_EVENTS = 60  # it is not made longer any more: three for each block of the bootstrap
SHORTEST = 400  # characters of a text: even at an event each second one, there would be too few for a result

Side = Literal["inside", "outside"]


@dataclass(frozen=True)
class Passage:
    """A stretch of text to read. All but `codes` begin after the warm-up; `there` marks predictions of the next one."""

    codes: UInt32[np.ndarray, " read"]
    warm_up: int
    inside: Bool[np.ndarray, " time"]
    outside: Bool[np.ndarray, " time"]
    there: Bool[np.ndarray, " time"]
    events: int
    clamped_to: Side

    @property
    def other(self) -> Side:
        return "inside" if self.clamped_to == "outside" else "outside"


def find_passage(text: HeldOut, concept: Concept, characters: int) -> Passage:
    """The first `characters` of the text if the concept matters often enough there, else where it does most often.

    If that is not often enough either, twice and four times as many.

    Raises:
        InputError: the text is too short, or the concept does not both hold and not hold in it.
    """
    if len(text.codes) - text.start < SHORTEST:
        raise InputError(
            f"Wanted at least {SHORTEST} characters to test units on, "
            f"got {len(text.codes) - text.start} of {text.source}. Use a longer text."
        )
    labels = concept.labels(text.codes).copy()
    labels[max(0, len(labels) - concept.horizon) :] = nan  # what comes next is not known there
    inside, outside = concept.sides(labels[text.start :])
    there = decisive_predictions(concept, labels[text.start :], inside)
    begins = there & ~np.concatenate([[False], there[:-1]])
    within = _stretch(begins if _is_inside(concept) else there, characters)
    if not (inside[within].any() and outside[within].any()):
        raise InputError(
            f"Wanted a text in which {concept.name} both holds and does not, got {len(inside):,} characters of "
            f"{text.source} in which it never changes. Name another text with --text, or another concept."
        )
    first = text.start + within.start
    warm_up = min(WARM_UP, first)
    there = there[within]
    there[-1] = False  # its prediction is of a character beyond
    events = there & ~np.concatenate([[False], there[:-1]]) if _is_inside(concept) else there
    return Passage(
        text.codes[first - warm_up : text.start + within.stop],
        warm_up,
        inside[within],
        outside[within],
        there,
        int(events.sum()),
        "inside" if not _is_inside(concept) and concept.decisive == "begin" else "outside",
    )


def _stretch(events: Bool[np.ndarray, " time"], characters: int) -> slice:
    """The first stretch with enough events, or the fullest, of the shortest length that will do."""
    total, length = len(events), min(characters, len(events))
    longest = min(total, LONGEST * characters)
    before = np.concatenate([[0], np.cumsum(events)])
    while True:
        starts = total - length + 1
        counts = before[length - 1 : length - 1 + starts] - before[:starts]  # a stretch's last prediction is beyond it
        start = 0 if counts[0] >= ENOUGH_EVENTS else int(np.argmax(counts))
        if counts[start] >= ENOUGH_EVENTS or length == longest:
            return slice(start, start + length)
        length = min(2 * length, longest)


def _is_inside(concept: Concept) -> bool:
    """Whether predictions made inside are decisive. An anticipation speaks of the next character as it is."""
    return concept.kind == "anticipation" or concept.decisive == "inside"


def decisive_predictions(
    concept: Concept, labels: Float32[np.ndarray, " time"], inside: Bool[np.ndarray, " time"]
) -> Bool[np.ndarray, " time"]:
    """At which positions the prediction of the next character needs the concept."""
    there = np.zeros(len(labels), dtype=bool)
    if _is_inside(concept):
        there[:-1] = inside[:-1]
    else:
        change = np.diff(labels)
        there[:-1] = change < 0 if concept.decisive == "end" else change > 0
    return there

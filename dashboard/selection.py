"""Marked ranges of a text, and the units and concepts that are on exactly there.

Axes: `kept` is a character near the ranges, in text order; `time` is any character of the text.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from jaxtyping import Int64

from analysis.concepts import Concept, fitting_concepts
from analysis.findings import rows_of
from analysis.selection.ranges import find_concepts, find_units, merge_ranges
from corpora import InputError, to_code_points
from dashboard.location import MOST_MARKS, Marks
from dashboard.readings import Reading, findings_of
from models.units import Unit

AROUND = 100  # characters on either side of a range that it is compared with
LONGEST_WINDOW = 20_000  # characters near the ranges, among which random ranges are drawn
MOST_MARKED = 10_000  # characters
DRAWS = 100  # sets of random ranges: the smallest p is .01
LONGEST_OFFLINE = 10_000  # characters of a text that may be parsed as a whole: some texts need much memory
UNITS_SHOWN, CONCEPTS_SHOWN = 15, 6


def check_marks(marks: Marks, length: int) -> Marks:
    """The marks in order; those that touch or overlap become one.

    Raises:
        InputError: a mark is not within the text of `length` characters, or the marks are too many or too long.
    """
    if not marks:
        return ()
    merged = tuple(merge_ranges(marks, length))
    marked = sum(stop - start for start, stop in merged)
    if len(merged) > MOST_MARKS or marked > MOST_MARKED:
        raise InputError(
            f"Wanted at most {MOST_MARKS} ranges of {MOST_MARKED:,} characters in all, "
            f"got {len(merged)} of {marked:,}. Mark fewer."
        )
    return merged


@dataclass(frozen=True)
class Found:
    """The units and concepts that fit some marks."""

    units: pd.DataFrame
    concepts: pd.DataFrame
    window: int
    """Number of characters among which random ranges were drawn."""


def near(marks: Marks, reach: int, length: int) -> Int64[np.ndarray, " kept"]:
    """The characters in the ranges, and `reach` characters on either side."""
    is_near = np.zeros(length, dtype=bool)
    for start, stop in marks:
        is_near[max(0, start - reach) : stop + reach] = True
    return np.flatnonzero(is_near)


def within(marks: Marks, kept: Int64[np.ndarray, " kept"]) -> list[tuple[int, int]]:
    """The ranges as positions among the kept characters."""
    return [(int(start), int(stop)) for start, stop in np.searchsorted(kept, np.array(marks))]


def search_units(reading: Reading, marks: Marks, draws: int = DRAWS) -> tuple[pd.DataFrame, int]:
    """The units that are on or off exactly in the ranges, best first, and how many characters were searched.

    Columns: those of `analysis.selection.ranges.find_units`, and `state`, `layer`, `unit`. A long text is searched only
    near the ranges.
    """
    marked = sum(stop - start for start, stop in marks)
    kept = near(marks, (LONGEST_WINDOW - marked) // (2 * len(marks)), len(reading))
    values = np.concatenate([reading.states[name][:, kept] for name in reading.run.states]).T
    table = find_units(values, within(marks, kept), AROUND, draws)
    state, column = np.divmod(table["column"].to_numpy(), reading.layers * reading.units)
    layer, unit = np.divmod(column, reading.units)
    names = np.array(reading.run.states, dtype=object)[state]
    return table.assign(state=names, layer=layer + 1, unit=unit), len(kept)


def search_concepts(text: str, marks: Marks, concepts: Sequence[Concept]) -> pd.DataFrame:
    """The concepts that hold in the ranges and not near them, best first: see `analysis.selection.ranges`."""
    codes = to_code_points(text)
    kept = near(marks, AROUND, len(codes))
    usable = [each for each in concepts if each.timing != "offline" or len(codes) <= LONGEST_OFFLINE]
    # Labels depend on all of the text, so they are made of all of it.
    seen = [replace(each, label=lambda _, labels=each.labels: labels(codes)[kept]) for each in usable]
    return find_concepts(codes[kept], within(marks, kept), seen).dropna(subset="f1")


def search_marks(reading: Reading, marks: Marks, own: Sequence[Concept] = ()) -> Found:
    """The best units and concepts for some marks; of the catalogue those that fit the text, and all `own` ones."""
    units, window = search_units(reading, marks)
    fitting = fitting_concepts(reading.run.corpus["name"], to_code_points(reading.text))
    concepts = search_concepts(reading.text, marks, [*fitting, *own])
    best, known = units.drop_duplicates("column").head(UNITS_SHOWN), {}  # each once, on or off
    for finding in findings_of(reading.run):
        if finding["clear"]:
            known.setdefault(Unit.of_row(finding), finding["title"])
    return Found(
        best.assign(known=[known.get(Unit.of_row(row), "") for row in rows_of(best)]),
        concepts.head(CONCEPTS_SHOWN),
        window,
    )

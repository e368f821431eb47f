"""How a text is written, read off the text itself: what decides which concepts say anything of it.

Axes: `time` is the position of a character in a text.
"""

import re
from dataclasses import dataclass

import numpy as np
from jaxtyping import UInt32

from analysis.concepts.characters import BLANK, LINE_BREAK, LOWER, UNCASED, UPPER, letter_classes
from analysis.concepts.concept import NEEDS, Concept, Need, TextKind
from corpora import to_code_points, to_text

FEWEST_MARKS, CHARACTERS_PER_MARK = 3, 5000
# What code and markup hold again and again, as regular expressions.
MARKS: dict[TextKind, tuple[str, ...]] = {
    "C code": (r"(?m)(?<!&gt);[ \t]*\r?$", r"(?m)(?<!\{)\{[ \t]*\r?$", r"\}"),
    "MediaWiki markup": (r"\[\[:?\w[^\[\]\n]*\]\]",),
}
# Prose is letters, and next to none of these signs; the shares are of all characters but white space.
SIGNS = tuple(map(ord, "_=<>{}[]/\\*#&|+$%@^~"))
MOST_SIGNS, FEWEST_LETTERS = 0.05, 0.6
MOST = 0.5  # of a text's letters: they set how it is written
FEWEST_SPACES = 1 / 15  # of all characters; Thai sets a few, between sentences
ALPHABETS = ((0x41, 0x52F), (0x1E00, 0x1FFF))  # the blocks of Latin, Greek and Cyrillic letters


@dataclass(frozen=True)
class Writing:
    """What kinds of text a text is, and what its script has."""

    kinds: frozenset[TextKind]
    has: frozenset[Need]

    def lacks(self, concept: Concept) -> str:
        """What the text lacks for the concept, in words; empty where the concept fits."""
        if concept.speaks_of not in self.kinds:
            return concept.speaks_of
        return " and ".join(NEEDS[need] for need in concept.needs if need not in self.has)


def writing_of(text: str | UInt32[np.ndarray, " time"]) -> Writing:
    """How a text, or its code points, is written."""
    codes = to_code_points(text) if isinstance(text, str) else text
    classes = letter_classes(codes)
    letters = (classes >= LOWER) & (classes <= UNCASED)
    kinds: set[TextKind] = {"any text", *_kinds_by_marks(to_text(codes))}
    written = max(1, int((classes > LINE_BREAK).sum()))
    if letters.sum() >= FEWEST_LETTERS * written and np.isin(codes, SIGNS).sum() <= MOST_SIGNS * written:
        kinds.add("prose")
    cased = (classes == LOWER) | (classes == UPPER)
    alphabetic = letters & np.logical_or.reduce([(codes >= first) & (codes <= last) for first, last in ALPHABETS])
    shares: dict[Need, bool] = {
        "case": cased.sum() > MOST * letters.sum(),
        "vowels": alphabetic.sum() > MOST * letters.sum(),
        "spaces": ((classes == BLANK) | (classes == LINE_BREAK)).sum() > FEWEST_SPACES * codes.size,
    }
    return Writing(frozenset(kinds), frozenset(need for need, met in shares.items() if met))


def _kinds_by_marks(text: str) -> set[TextKind]:
    least = max(FEWEST_MARKS, len(text) / CHARACTERS_PER_MARK)
    return {kind for kind, marks in MARKS.items() if min(len(re.findall(mark, text)) for mark in marks) >= least}

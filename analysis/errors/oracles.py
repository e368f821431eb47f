"""Why each error is one: oracles that would put it right, from the easiest to the hardest, each taking its share.

Karpathy, Johnson and Fei-Fei 2016, section 4.4, "peel the onion" of an LSTM's errors on *War and Peace*: a character is
an error if it was given less than half a chance, and each oracle takes away the errors that it can explain, in this
order. What it takes, those after it do not see, so every error has exactly one category, and the order matters.

Each oracle has steps, from the weakest to the strongest; an error counts for the first step that explains it. The
definitions follow the paper as it is recalled. Where a detail is not in it, or is not sure, the description of the
category says that it is ours.

Axes: `time` is the position of a character in the text.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int64, Integer, UInt8

from analysis.concepts.characters import BLANK, DIGIT, LINE_BREAK, LOWER, letter_classes
from analysis.concepts.concept import Codes
from analysis.concepts.quotation_marks import MARKS
from analysis.concepts.words import label_position_in_word
from corpora import to_text

CHANCE = 0.5  # what a right character must be given
ORDERS = tuple(range(1, 10))
MEMORIES = (100, 500, 1000, 5000)
COUNTS = (0, 1, 2, 3, 4, 5)
BOOSTS = (0.1, 0.2, 0.3, 0.4, 0.5)
UNEXPLAINED = 255  # the step of what an oracle does not explain


@dataclass(frozen=True)
class Category:
    """A kind of error, named after the oracle that takes it away."""

    name: str
    title: str
    description: str
    """What the oracle knows, in one sentence; and what of it is ours."""
    steps: tuple[str, ...]
    """From the weakest oracle to the strongest."""


CATEGORIES = (
    Category(
        "n-gram",
        "n-gram",
        "An n-gram model of order 1 to 9 gives the character more than half a chance. Ours: an order counts all "
        "characters of the n-gram, and the models are interpolated modified Kneser-Ney.",
        tuple(f"order {order}" for order in ORDERS),
    ),
    Category(
        "memory",
        "dynamic memory",
        "The character is the second or a later one of a word that stands in the last 100, 500, 1,000 or 5,000 "
        "characters, alone or within another.",
        tuple(f"last {length:,}" for length in MEMORIES),
    ),
    Category(
        "rare word",
        "rare word",
        "The character is in a word that occurs at most 5 times in the training text.",
        tuple(f"{count} in training" for count in COUNTS),
    ),
    Category(
        "word model",
        "word model",
        "The character follows white space or a double quotation mark: which word comes is the question. Ours: tabs "
        "count as spaces, and every language's quotation marks as marks.",
        ("after a space", "after a line end", "after a quotation mark"),
    ),
    Category(
        "punctuation",
        "punctuation",
        "The character is no letter and no digit: whether the word ends, and with what. Ours: white space counts, too.",
        ("a space", "a line end", "a mark"),
    ),
    Category(
        "boost",
        "boost",
        "No pattern: the character would have had half a chance with .1, .2, .3, .4 or .5 more.",
        tuple(f"+{boost:g}".replace("0.", ".") for boost in BOOSTS),
    ),
)
NUMBER = {category.name: number for number, category in enumerate(CATEGORIES)}


@dataclass(frozen=True)
class Words:
    """The words of a text: runs of letters, digits and underscores, with the apostrophes after letters."""

    of: Int64[np.ndarray, " time"]
    """The word that each character is in; -1 between words."""
    starts: Int64[np.ndarray, " word"]
    ends: Int64[np.ndarray, " word"]

    @classmethod
    def in_text(cls, codes: Codes) -> "Words":
        """The words of a text, in order."""
        inside = label_position_in_word(codes) > 0
        edges = np.diff(inside.astype(np.int8), prepend=0, append=0)
        starts, ends = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
        return cls(np.where(inside, np.cumsum(edges[:-1] == 1) - 1, -1), starts, ends)

    def spelled(self, text: str, words: Sequence[int] | Int64[np.ndarray, " some"] | None = None) -> list[str]:
        """Those words, or all, as text."""
        chosen = slice(None) if words is None else words
        bounds = zip(self.starts[chosen].tolist(), self.ends[chosen].tolist(), strict=True)
        return [text[start:end] for start, end in bounds]


def count_words(codes: Codes) -> Counter[str]:
    """How often each word occurs in a text."""
    return Counter(Words.in_text(codes).spelled(to_text(codes)))


@dataclass(frozen=True)
class Explained:
    """The category and step of each character; `UNEXPLAINED` where the network was right."""

    category: UInt8[np.ndarray, " time"]
    step: UInt8[np.ndarray, " time"]

    @property
    def errors(self) -> Bool[np.ndarray, " time"]:
        return self.category != UNEXPLAINED

    def of(self, number: int) -> Bool[np.ndarray, " time"]:
        """Where the errors of a category are."""
        return self.category == number


def explain_errors(
    codes: Codes,
    probabilities: Float[np.ndarray, " time"],
    first_order: Integer[np.ndarray, " time"],
    in_training: Callable[[str], int],
) -> Explained:
    """Give each error its category: the first oracle of `CATEGORIES` that explains it.

    Args:
        codes: the text.
        probabilities: what the network gave each of its characters, 1 to the first, which nothing predicts.
        first_order: the lowest order of an n-gram model that gave the character more than half; 0 where none did.
        in_training: how often a word occurs in the training text.
    """
    category = np.full(codes.size, UNEXPLAINED, dtype=np.uint8)
    step = category.copy()
    left, words, text = probabilities < CHANCE, Words.in_text(codes), to_text(codes)
    oracles: tuple[Callable[[Int64[np.ndarray, " error"]], Int64[np.ndarray, " error"]], ...] = (
        lambda at: np.where(first_order[at] > 0, first_order[at].astype(np.int64) - 1, UNEXPLAINED),
        lambda at: _remembered(at, words, text),
        lambda at: _rare(at, words, text, in_training),
        lambda at: _after_a_gap(at, codes),
        lambda at: _marks(at, codes),
        lambda at: np.searchsorted(-BOOSTED, -probabilities[at].astype(np.float64)),
    )
    for number, oracle in enumerate(oracles):
        at = np.flatnonzero(left)
        found = oracle(at) if at.size else np.empty(0, dtype=np.int64)
        taken = at[found != UNEXPLAINED]
        category[taken], step[taken], left[taken] = number, found[found != UNEXPLAINED], False
    return Explained(category, step)


BOOSTED = np.array([round(CHANCE - boost, 10) for boost in BOOSTS])


def _remembered(at: Int64[np.ndarray, " error"], words: Words, text: str) -> Int64[np.ndarray, " error"]:
    """The shortest memory that holds the word of each error, from its second character on."""
    found = np.full(at.size, UNEXPLAINED, dtype=np.int64)
    inside = np.flatnonzero(words.of[at] >= 0)
    later = inside[at[inside] > words.starts[words.of[at[inside]]]]
    known: dict[int, int] = {}
    for place, word in zip(later.tolist(), words.of[at[later]].tolist(), strict=True):
        if word not in known:
            start, end = int(words.starts[word]), int(words.ends[word])
            before = text.rfind(text[start:end], max(0, start - MEMORIES[-1]), start)
            known[word] = UNEXPLAINED if before < 0 else int(np.searchsorted(MEMORIES, start - before))
        found[place] = known[word]
    return found


def _rare(
    at: Int64[np.ndarray, " error"], words: Words, text: str, in_training: Callable[[str], int]
) -> Int64[np.ndarray, " error"]:
    """How often the word of each error occurs in training, if that is at most 5 times."""
    found = np.full(at.size, UNEXPLAINED, dtype=np.int64)
    inside = np.flatnonzero(words.of[at] >= 0)
    spelled = words.spelled(text, words.of[at[inside]])
    counts = np.array([in_training(word) for word in spelled], dtype=np.int64)
    found[inside] = np.where(counts <= COUNTS[-1], counts, UNEXPLAINED)
    return found


def _after_a_gap(at: Int64[np.ndarray, " error"], codes: Codes) -> Int64[np.ndarray, " error"]:
    """What comes before each error: 0 a space, 1 a line end, 2 a quotation mark."""
    return _kind_of(codes, at - 1, np.isin(codes, MARKS), 2)


def _marks(at: Int64[np.ndarray, " error"], codes: Codes) -> Int64[np.ndarray, " error"]:
    """What each error is: 0 a space, 1 a line end, 2 another character that is no letter and no digit."""
    classes = letter_classes(codes)
    return _kind_of(codes, at, (classes < LOWER) | (classes > DIGIT), 2)


def _kind_of(
    codes: Codes, at: Int64[np.ndarray, " error"], marked: Bool[np.ndarray, " time"], number: int
) -> Int64[np.ndarray, " error"]:
    classes = letter_classes(codes)[at]
    kinds = [(classes == BLANK, 0), (classes == LINE_BREAK, 1), (marked[at], number)]
    return np.select([mask for mask, _ in kinds], [kind for _, kind in kinds], UNEXPLAINED)

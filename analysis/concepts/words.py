"""Concepts of words: where in a word a character stands, and how the word is written.

Axes: `time` is the position of a character in a text.
A word is a run of letters, digits and underscores; an apostrophe right after a letter belongs to it, as in don't
and boys', since what follows is not yet known.
"""

import numpy as np
from jaxtyping import Float32, UInt8, UInt32

from analysis.concepts.characters import BLANK, DIGIT, LINE_BREAK, LOWER, UNCASED, UPPER, classes_of
from analysis.concepts.concept import EVERY, Concept
from analysis.concepts.layout import OURS
from models.compiled import compiled

APOSTROPHE, RIGHT_QUOTE, UNDERSCORE = ord("'"), ord("\u2019"), ord("_")

Codes = UInt32[np.ndarray, " time"]
Classes = UInt8[np.ndarray, " time"]
Labels = Float32[np.ndarray, " time"]


@compiled
def in_word(code: int | np.int64, its_class: int, class_before: int) -> bool | np.bool_:
    """Whether a character belongs to a word, given the class of the one before."""
    if LOWER <= its_class <= DIGIT or code == UNDERSCORE:
        return True
    return code in (APOSTROPHE, RIGHT_QUOTE) and LOWER <= class_before <= UNCASED


@compiled
def scan_words(codes: Codes, classes: Classes) -> Labels:
    """How many characters of the word were read; 0 outside words."""
    labels = np.empty(codes.size, dtype=np.float32)
    position, class_before = 0, BLANK
    for time in range(codes.size):
        inside = in_word(codes[time], classes[time], class_before)
        position = position + 1 if inside else 0
        labels[time] = position
        class_before = classes[time]
    return labels


@compiled
def scan_word_ends(positions: Labels) -> Labels:
    """From positions in words: 1 before the first character outside, NaN outside words and where nothing follows."""
    labels = np.full(positions.size, np.nan, dtype=np.float32)
    for time in range(positions.size - 1):
        if positions[time] > 0:
            labels[time] = positions[time + 1] == 0
    return labels


@compiled
def scan_capitals(positions: Labels, classes: Classes, least: int, only: bool) -> Labels:
    """1 in words that began with a capital, from their `least`-th capital on; if `only`, until a letter is none."""
    labels = np.empty(positions.size, dtype=np.float32)
    capitals, right = 0, False
    for time in range(positions.size):
        its_class = classes[time]
        if positions[time] <= 1:
            capitals, right = 0, positions[time] == 1 and its_class == UPPER
        if its_class == UPPER:
            capitals += 1
        elif only and (its_class in (LOWER, UNCASED)):
            right = False
        labels[time] = right and capitals >= least
    return labels


@compiled
def scan_spaces(classes: Classes) -> Labels:
    """How many characters were read since white space."""
    labels = np.empty(classes.size, dtype=np.float32)
    since = 0
    for time in range(classes.size):
        since = 0 if classes[time] <= LINE_BREAK else since + 1
        labels[time] = since
    return labels


@compiled
def scan_digits(classes: Classes) -> Labels:
    """1 where this character and the one before are digits."""
    labels = np.zeros(classes.size, dtype=np.float32)
    for time in range(1, classes.size):
        labels[time] = classes[time] == DIGIT and classes[time - 1] == DIGIT
    return labels


def label_position_in_word(codes: Codes) -> Labels:
    """1 at the first character of a word, 2 at its second; 0 outside words."""
    return scan_words(codes, classes_of(codes))


def label_word_end_next(codes: Codes) -> Labels:
    """1 at the last character of a word, 0 at its others; NaN outside words and where nothing follows."""
    return scan_word_ends(label_position_in_word(codes))


def label_since_space(codes: Codes) -> Labels:
    """How many characters were read since the last white space: 0 on white space itself."""
    return scan_spaces(classes_of(codes))


def label_capitalised_word(codes: Codes) -> Labels:
    """1 in a word whose first character is a capital, from that capital to the word's last character."""
    classes = classes_of(codes)
    return scan_capitals(scan_words(codes, classes), classes, 1, False)


def label_all_caps(codes: Codes) -> Labels:
    """1 in a word that began with a capital and has no other letters so far, from its second capital on."""
    classes = classes_of(codes)
    return scan_capitals(scan_words(codes, classes), classes, 2, True)


def label_digit_run(codes: Codes) -> Labels:
    """1 from the second digit of a run to its last."""
    return scan_digits(classes_of(codes))


NOT_A_NOVEL = ("linux", "wikipedia", "python")  # War and Peace has next to no such words and numbers
BOUNDARIES = "Kementchedjhieva & Lopez 2018; Hahn & Baroni 2019: networks that track the boundaries of words"

WORDS = (
    Concept(
        name="position-in-word",
        title="the position in the word",
        description="How many characters of the word were read; none between words.",
        kind="ramp",
        corpora=EVERY,
        timing="causal",
        source=BOUNDARIES,
        label=label_position_in_word,
        examples=(
            (
                "I don't, 'no' a_1",
                "10123450001230123",
            ),
        ),
    ),
    Concept(
        name="word-end-next",
        title="at the last character of a word",
        description="The next character is no longer in the word.",
        kind="anticipation",
        corpora=EVERY,
        timing="lookahead",
        horizon=1,
        where="inside words",
        source=BOUNDARIES,
        label=label_word_end_next,
        examples=(
            (
                "So, don't go.",
                ".#??....#?.#?",
            ),
        ),
    ),
    Concept(
        name="characters-since-space",
        title="the distance from the last space",
        description="How many characters were read since a space, tab or line end.",
        kind="ramp",
        corpora=EVERY,
        timing="causal",
        source=BOUNDARIES,
        label=label_since_space,
        delimiters=" \n",
        examples=(
            (
                "if (a->b)\n\tc;",
                "1201234560012",
            ),
        ),
    ),
    Concept(
        name="capitalised-word",
        title="inside capitalised words",
        description="In a word that began with a capital letter.",
        kind="state",
        corpora=EVERY,
        timing="causal",
        source=OURS,
        label=label_capitalised_word,
        decisive="inside",
        examples=(
            (
                "So said McCoy, no iPod's, I.",
                "##......#####.............#.",
            ),
        ),
    ),
    Concept(
        name="all-caps",
        title="inside words in capitals",
        description="In a word whose letters so far are all capitals, from the second one on.",
        kind="state",
        corpora=NOT_A_NOVEL,
        timing="causal",
        source=OURS,
        label=label_all_caps,
        decisive="inside",
        examples=(
            (
                "I AM NASAs A_B2 xML 3D",
                "...#..###....##.......",
            ),
        ),
    ),
    Concept(
        name="digit-run",
        title="inside numbers of several digits",
        description="The character just read is a digit after a digit.",
        kind="state",
        corpora=NOT_A_NOVEL,
        timing="causal",
        source=OURS,
        label=label_digit_run,
        decisive="inside",
        examples=(
            (
                "In 1812, 7 of 3.14",
                "....###..........#",
            ),
        ),
    ),
)

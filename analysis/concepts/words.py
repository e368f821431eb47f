"""Concepts of words: where in a word a character stands, and how the word is written.

Axes: `time` is the position of a character in a text.
A word is a run of letters, digits and underscores; an apostrophe right after a letter belongs to it, as in don't
and boys', since what follows is not yet known. Combining marks are part of their letter and do not count.
"""

import numpy as np

from analysis.concepts.characters import DIGIT, LINE_BREAK, LOWER, UNCASED, UPPER, Classes, by_letter, classes_of
from analysis.concepts.concept import Codes, Concept, Labels
from analysis.concepts.steps import count_since, one_ahead
from models.compiled import compiled

APOSTROPHE, RIGHT_QUOTE, UNDERSCORE = ord("'"), ord("\u2019"), ord("_")


def scan_words(codes: Codes, classes: Classes) -> Labels:
    """How many characters of the word were read; 0 outside words."""
    inside = ((classes >= LOWER) & (classes <= DIGIT)) | (codes == UNDERSCORE)
    is_letter = (classes >= LOWER) & (classes <= UNCASED)
    inside[1:] |= ((codes[1:] == APOSTROPHE) | (codes[1:] == RIGHT_QUOTE)) & is_letter[:-1]
    return count_since(~inside)


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


@by_letter
def label_position_in_word(codes: Codes) -> Labels:
    """1 at the first character of a word, 2 at its second; 0 outside words."""
    return scan_words(codes, classes_of(codes))


def label_word_end_next(codes: Codes) -> Labels:
    """1 at the last character of a word, 0 at its others; NaN outside words and where nothing follows."""
    positions = label_position_in_word(codes)
    return np.where(positions > 0, one_ahead(positions == 0), np.float32(np.nan))


@by_letter
def label_since_space(codes: Codes) -> Labels:
    """How many characters were read since the last white space: 0 on white space itself."""
    return count_since(classes_of(codes) <= LINE_BREAK)


@by_letter
def label_capitalised_word(codes: Codes) -> Labels:
    """1 in a word whose first character is a capital, from that capital to the word's last character."""
    classes = classes_of(codes)
    return scan_capitals(scan_words(codes, classes), classes, 1, False)


@by_letter
def label_all_caps(codes: Codes) -> Labels:
    """1 in a word that began with a capital and has no other letters so far, from its second capital on."""
    classes = classes_of(codes)
    return scan_capitals(scan_words(codes, classes), classes, 2, True)


@by_letter
def label_digit_run(codes: Codes) -> Labels:
    """1 from the second digit of a run to its last."""
    return (count_since(classes_of(codes) != DIGIT) > 1).astype(np.float32)


NOT_A_NOVEL = ("linux", "wikipedia", "python")  # War and Peace has next to no such words and numbers
BOUNDARIES = "Kementchedjhieva & Lopez 2018; Hahn & Baroni 2019: networks that track the boundaries of words"

WORDS = (
    Concept(
        name="position-in-word",
        title="the position in the word",
        description="How many characters of the word were read; none between words.",
        kind="ramp",
        source=BOUNDARIES,
        needs=("spaces",),
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
        timing="lookahead",
        horizon=1,
        where="inside words",
        source=BOUNDARIES,
        needs=("spaces",),
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
        source=BOUNDARIES,
        needs=("spaces",),
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
        needs=("case", "spaces"),
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
        needs=("case", "spaces"),
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

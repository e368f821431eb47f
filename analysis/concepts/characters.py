"""Concepts of single characters: what kind of character was just read.

Axes: `time` is the position of a character in a text; `code` is a Unicode code point.
A unit that follows one of these needs no memory: the character itself decides.
"""

import sys
import unicodedata
from functools import cache

import numpy as np
from jaxtyping import Bool, UInt8

from analysis.concepts.concept import Codes, Concept, Labels
from analysis.concepts.steps import SPACE
from models.compiled import compiled

Classes = UInt8[np.ndarray, " time"]

# Classes of characters. White space is class <= LINE_BREAK, letters are LOWER <= class <= UNCASED.
BLANK, LINE_BREAK, LOWER, UPPER, UNCASED, DIGIT, PUNCTUATION, SYMBOL, OTHER = range(9)
CLASS_OF_CATEGORY = {"Ll": LOWER, "Lu": UPPER, "Lt": UPPER, "L": UNCASED, "M": UNCASED, "N": DIGIT, "Zs": BLANK}
CLASS_OF_CATEGORY |= {"P": PUNCTUATION, "S": SYMBOL}
CLASS_OF_CONTROL = {"\t": BLANK, "\v": BLANK, "\f": BLANK, "\n": LINE_BREAK, "\r": LINE_BREAK}
LATIN_END = 0x2200  # no Latin letter that decomposes into a vowel and accents comes after


def class_of(character: str) -> int:
    """The class of one character, by its Unicode category."""
    category = unicodedata.category(character)
    by_category = CLASS_OF_CATEGORY.get(category, CLASS_OF_CATEGORY.get(category[0], OTHER))
    return CLASS_OF_CONTROL.get(character, by_category)


@cache
def class_table() -> UInt8[np.ndarray, " code"]:
    """The class of every code point."""
    count = sys.maxunicode + 1
    return np.fromiter(map(class_of, map(chr, range(count))), dtype=np.uint8, count=count)


@cache
def vowel_table() -> Bool[np.ndarray, " code"]:
    """Whether a code point below `LATIN_END` is a, e, i, o or u in either case, with or without accents."""
    bare = (unicodedata.normalize("NFD", chr(code))[0] for code in range(LATIN_END))
    return np.array([letter in "aeiouAEIOU" for letter in bare])


@compiled
def look_up(codes: Codes, table: UInt8[np.ndarray, " code"]) -> Classes:
    """The entry of every character; a code beyond the table has its last one."""
    found = np.empty(codes.size, dtype=np.uint8)
    last = table.size - 1
    for time in range(codes.size):
        found[time] = table[min(codes[time], last)]
    return found


def classes_of(codes: Codes) -> Classes:
    """The class of every character of a text."""
    return look_up(codes, class_table())


def label_character_class(codes: Codes) -> Labels:
    """The class of the character; the numbers have no order.

    0 a space or tab, 1 the end of a line, 2 a lower-case letter, 3 a capital, 4 a letter without case or an accent that
    stands alone, 5 a digit, 6 punctuation, 7 a symbol, 8 anything else.
    """
    return classes_of(codes).astype(np.float32)


def label_vowel(codes: Codes) -> Labels:
    """1 on a, e, i, o, u in either case, with or without accents; not on y, nor outside the Latin alphabet."""
    return look_up(codes, vowel_table().view(np.uint8)).astype(np.float32)


def label_space(codes: Codes) -> Labels:
    """1 on the space character alone: not on tabs, newlines or other white space."""
    return (codes == SPACE).astype(np.float32)


CHARACTERS = (
    Concept(
        name="vowel",
        title="on vowels",
        description="The character just read is a, e, i, o or u, with or without an accent.",
        kind="local",
        label=label_vowel,
        decisive="inside",
        examples=(
            (
                "Every day, \u00e9t\u00e9 IOU",
                "#.#....#...#.#.###",
            ),
            (
                "e\u0301a\u00f1\u0430",
                "#.#..",
            ),
        ),
    ),
    Concept(
        name="space",
        title="on spaces",
        description="The character just read is a space.",
        kind="local",
        source="Kementchedjhieva & Lopez 2018",
        label=label_space,
        delimiters=" ",
        decisive="inside",
        examples=(
            (
                "a b\t c\n  d\u00a0e",
                ".#..#..##...",
            ),
        ),
    ),
    Concept(
        name="character-class",
        title="the class of the character",
        description="Space, line end, small letter, capital, other letter, digit, punctuation, symbol or other.",
        kind="phase",
        label=label_character_class,
        examples=(
            (
                "Don't, 4_2 + \u4e2d\u00b2;\r\n\t\0\u00e9",
                "322626056507045611082",
            ),
        ),
    ),
)

"""Concepts of single characters: what kind of character was just read; letters with their combining marks.

Axes: `time` is the position of a character in a text; `code` is a Unicode code point; `letter` that of a letter
together with its combining marks, or of any other character.
A unit that follows one of these concepts needs no memory: the character itself decides.
"""

import sys
import unicodedata
from collections.abc import Callable
from functools import cache, wraps

import numpy as np
from jaxtyping import Bool, Int64, UInt8

from analysis.concepts.concept import Codes, Concept, Labels
from analysis.concepts.steps import LINE_ENDS, SPACE
from models.compiled import compiled

Classes = UInt8[np.ndarray, " time"]

# Classes of characters. White space is class <= LINE_BREAK, letters are LOWER <= class <= UNCASED.
BLANK, LINE_BREAK, LOWER, UPPER, UNCASED, DIGIT, PUNCTUATION, SYMBOL, OTHER = range(9)
CLASS_OF_CATEGORY = {"Ll": LOWER, "Lu": UPPER, "Lt": UPPER, "L": UNCASED, "M": UNCASED, "N": DIGIT, "Zs": BLANK}
CLASS_OF_CATEGORY |= {"P": PUNCTUATION, "S": SYMBOL}
CLASS_OF_CONTROL = {"\t": BLANK, "\v": BLANK, "\f": BLANK, "\n": LINE_BREAK, "\r": LINE_BREAK}
CLASS_OF_CONTROL |= {chr(code): LINE_BREAK for code in LINE_ENDS}
# Latin, Greek and Cyrillic, with the letters of older spellings and of neighbours of Russian.
VOWELS = set("aeiouæœøı" + "αεηιουω" + "аеиоуыэюяєіѣѵѧѫ")
NOT_VOWELS = set("йў")  # they decompose into a vowel and a breve
BREVE = 0x306
VOWELS_END = 0x2200  # no letter that decomposes into one of them comes after
JOINERS = (0xAD, 0x200C, 0x200D, 0x2060)  # a soft hyphen, and what joins or parts the shapes of neighbours


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
    """Whether a code point below `VOWELS_END` is a vowel in either case, with or without accents."""
    small = [chr(code).lower() for code in range(VOWELS_END)]
    return np.array([unicodedata.normalize("NFD", one)[0] in VOWELS and one not in NOT_VOWELS for one in small])


@cache
def mark_table() -> Bool[np.ndarray, " code"]:
    """Whether a code point is a combining mark or a joiner: part of the letter before it."""
    marks = class_table() == UNCASED
    marks[marks] = [unicodedata.category(chr(code))[0] == "M" for code in np.flatnonzero(marks)]
    marks[list(JOINERS)] = True
    return marks


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


def letters_of(codes: Codes) -> Int64[np.ndarray, " time"]:
    """By character, the place of the letter or digit that it is a mark of; of any other character its own."""
    time = np.arange(codes.size)
    is_mark = look_up(codes, mark_table().view(np.uint8)) > 0
    base = np.maximum.accumulate(np.where(is_mark, -1, time))
    classes = classes_of(codes)
    return np.where(is_mark & (base >= 0) & (classes[base] >= LOWER) & (classes[base] <= DIGIT), base, time)


def letter_classes(codes: Codes) -> Classes:
    """The class of every character; a combining mark has that of its letter."""
    return classes_of(codes)[letters_of(codes)]


def by_letter(rule: Callable[[Codes], Labels]) -> Callable[[Codes], Labels]:
    """A rule that reads a text without its combining marks, and gives each of these its letter's label.

    So a text has the same labels whether its accents are composed (NFC) or stand alone (NFD).
    """

    @wraps(rule)
    def label(codes: Codes) -> Labels:
        letters = letters_of(codes)
        bare = letters == np.arange(codes.size)
        if bare.all():
            return rule(codes)
        return rule(np.ascontiguousarray(codes[bare]))[np.cumsum(bare)[letters] - 1]

    return label


def label_character_class(codes: Codes) -> Labels:
    """The class of the character, a combining mark's that of its letter; the numbers have no order.

    0 a space or tab, 1 the end of a line, 2 a lower-case letter, 3 a capital, 4 a letter without case or an accent that
    stands alone, 5 a digit, 6 punctuation, 7 a symbol, 8 anything else.
    """
    return letter_classes(codes).astype(np.float32)


def label_vowel(codes: Codes) -> Labels:
    """1 on a vowel of the Latin, Greek or Cyrillic alphabet in either case, with or without accents; not on y.

    A combining mark has the label of its letter, but for the breve that makes a consonant of the Cyrillic i or u.
    """
    letters = letters_of(codes)
    vowels = look_up(codes, vowel_table().view(np.uint8))[letters]
    breves = codes == BREVE
    breves[breves] = [chr(code) in "ИиУу" for code in codes[letters[breves]]]
    return np.where(breves, 0, vowels).astype(np.float32)


def label_space(codes: Codes) -> Labels:
    """1 on the space character alone: not on tabs, newlines or other white space."""
    return (codes == SPACE).astype(np.float32)


CHARACTERS = (
    Concept(
        name="vowel",
        title="on vowels",
        description="The letter just read is a vowel of the Latin, Greek or Cyrillic alphabet.",
        kind="local",
        needs=("vowels",),
        label=label_vowel,
        decisive="inside",
        examples=(
            (
                "Every day, \u00e9t\u00e9 IOU",
                "#.#....#...#.#.###",
            ),
            (
                "e\u0301a\u00f1\u0430\u03ce\u0439\u0438\u0306",
                "###.##.#.",
            ),
        ),
    ),
    Concept(
        name="space",
        title="on spaces",
        description="The character just read is a space.",
        kind="local",
        source="Kementchedjhieva & Lopez 2018",
        needs=("spaces",),
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

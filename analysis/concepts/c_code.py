"""Concepts of C that are a matter of comments and literals.

Axes: `time` is the position of a character in a text.
"""

import numpy as np

from analysis.concepts.c_lexer import IN_BLOCK, IN_CHAR, IN_LINE, IN_STRING, PHASE_BITS, scan_lexemes
from analysis.concepts.concept import Codes, Labels, LinuxConcept

PAPER = "Karpathy, Johnson & Fei-Fei 2016, fig. 2"


def label_phases(codes: Codes, first: int, last: int) -> Labels:
    """1 where the lexer is in one of the phases `first .. last`."""
    phases = scan_lexemes(codes) >> PHASE_BITS
    return ((first <= phases) & (phases <= last)).astype(np.float32)


def label_comment(codes: Codes) -> Labels:
    """1 from the second character of `/*` or `//` to before the one that ends the comment."""
    return label_phases(codes, IN_LINE, IN_BLOCK)


def label_line_comment(codes: Codes) -> Labels:
    """1 from the second `/` of `//` to before the newline; one after a backslash does not end it."""
    return label_phases(codes, IN_LINE, IN_LINE)


def label_string(codes: Codes) -> Labels:
    """1 from the opening quote of a string literal to before the closing one."""
    return label_phases(codes, IN_STRING, IN_STRING)


def label_character_literal(codes: Codes) -> Labels:
    """1 from the opening quote of a character literal to before the closing one."""
    return label_phases(codes, IN_CHAR, IN_CHAR)


def label_comment_or_string(codes: Codes) -> Labels:
    """1 in what `label_comment` or `label_string` marks."""
    return label_phases(codes, IN_LINE, IN_STRING)


C_CODE = (
    LinuxConcept(
        name="comment",
        title="inside comments",
        description="Within /* ... */ or after // on a line of C.",
        kind="state",
        source=PAPER,
        label=label_comment,
        delimiters="/*",
        examples=(
            (
                "a /* b */ c // d\ne",
                "...#####.....###..",
            ),
            (
                '"/*" /*/ */ \'"\' /*"*/',
                "......####.......###.",
            ),
            (
                "#error don't\n/***/ 1 / 2",
                "..............###.......",
            ),
        ),
    ),
    LinuxConcept(
        name="line-comment",
        title="inside // comments",
        description="After // on a line of C.",
        kind="state",
        label=label_line_comment,
        delimiters="/\n",
        examples=(
            (
                "a // b /* c\nd /* // */ '\"' //",
                "...########.................#",
            ),
            (
                '"http://x" //\\\nstill\nx / /',
                "............########......",
            ),
        ),
    ),
    LinuxConcept(
        name="string",
        title="inside string literals",
        description="Between the double quotes of a C string; character literals are not strings.",
        kind="state",
        source=PAPER,
        label=label_string,
        delimiters='"',
        examples=(
            (
                'f("a\\"b", \'"\', "c")',
                "..#####........##..",
            ),
            (
                '"open\n x /* " */ "a\\\nb"',
                "#####............#####.",
            ),
        ),
    ),
    LinuxConcept(
        name="character-literal",
        title="inside character literals",
        description="Between the single quotes of a C character, such as 'a' or '\\n'.",
        kind="state",
        label=label_character_literal,
        delimiters="'",
        examples=(
            (
                "x == 'a' || '\\'' \"'\" // '\ny",
                ".....##.....###............",
            ),
        ),
    ),
    LinuxConcept(
        name="comment-or-string",
        title="inside comments and strings",
        description="Not code: in a comment or in a string literal of C.",
        kind="state",
        source=PAPER,
        label=label_comment_or_string,
        delimiters='/*"',
        examples=(
            (
                'f("//") /* " */ + 1',
                "..###....#####.....",
            ),
        ),
    ),
)

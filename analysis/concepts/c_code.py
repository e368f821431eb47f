"""Concepts of C: comments, strings, braces.

Axes: `time` is the position of a character in a text.
One lexer, `next_lexeme`, tells every scanner of C whether it reads code, a comment or a literal.
"""

import numpy as np
from jaxtyping import Float32, UInt32
from numba import njit

from analysis.concepts.concept import Concept

NEWLINE, BACKSLASH = 10, ord("\\")
SLASH, STAR, DOUBLE, SINGLE = ord("/"), ord("*"), ord('"'), ord("'")
OPEN, CLOSE = ord("{"), ord("}")

# What the lexer is in after a character. The order matters: code <= CODE_SLASH < comments <= BLOCK_STAR < strings.
CODE, CODE_SLASH, LINE, LINE_ESCAPE, BLOCK, BLOCK_STAR, STRING, STRING_ESCAPE, CHAR, CHAR_ESCAPE = range(10)


@njit(cache=True)
def next_lexeme(lexeme: int, code: int | np.int64) -> int:  # noqa: C901  one automaton reads best in one place
    """What C is in after one more character.

    A newline ends strings and character literals that were left open, so that the apostrophe of an
    `#error` line does no harm; after a backslash it continues strings and line comments.
    """
    if lexeme <= CODE_SLASH:
        if code == SLASH:
            return LINE if lexeme == CODE_SLASH else CODE_SLASH
        if code == STAR and lexeme == CODE_SLASH:
            return BLOCK
        if code == DOUBLE:
            return STRING
        return CHAR if code == SINGLE else CODE
    if lexeme <= LINE_ESCAPE:
        if code == NEWLINE:
            return LINE if lexeme == LINE_ESCAPE else CODE
        return LINE_ESCAPE if code == BACKSLASH else LINE
    if lexeme <= BLOCK_STAR:
        if code == SLASH and lexeme == BLOCK_STAR:
            return CODE
        return BLOCK_STAR if code == STAR else BLOCK
    if lexeme == STRING_ESCAPE:
        return STRING
    if code == NEWLINE:
        return CODE
    if lexeme == CHAR_ESCAPE:
        return CHAR
    if code == (DOUBLE if lexeme == STRING else SINGLE):
        return CODE
    return lexeme + 1 if code == BACKSLASH else lexeme


@njit(cache=True)
def label_lexemes(codes: UInt32[np.ndarray, " time"], first: int, last: int) -> Float32[np.ndarray, " time"]:
    """1 where the lexer is in one of the lexemes `first .. last`."""
    labels = np.empty(codes.size, dtype=np.float32)
    lexeme = CODE
    for time in range(codes.size):
        lexeme = next_lexeme(lexeme, codes[time])
        labels[time] = first <= lexeme <= last
    return labels


def label_comment(codes: UInt32[np.ndarray, " time"]) -> Float32[np.ndarray, " time"]:
    """1 from the second character of `/*` or `//` to before the one that ends the comment."""
    return label_lexemes(codes, LINE, BLOCK_STAR)


def label_string(codes: UInt32[np.ndarray, " time"]) -> Float32[np.ndarray, " time"]:
    """1 from the opening quote of a string literal to before the closing one."""
    return label_lexemes(codes, STRING, STRING_ESCAPE)


def label_comment_or_string(codes: UInt32[np.ndarray, " time"]) -> Float32[np.ndarray, " time"]:
    """1 in what `label_comment` or `label_string` marks."""
    return label_lexemes(codes, LINE, STRING_ESCAPE)


@njit(cache=True)
def label_brace_depth(codes: UInt32[np.ndarray, " time"]) -> Float32[np.ndarray, " time"]:
    """How many `{` are open, those of comments and literals left out; never below 0.

    A `}` in a line's first column closes all of them. Without that, `#ifdef` branches that each open the
    same brace push the count up for good: 22 % of the characters of Linux's kernel/ would be counted wrong.
    """
    labels = np.empty(codes.size, dtype=np.float32)
    lexeme, depth, previous = CODE, 0, NEWLINE
    for time in range(codes.size):
        code = codes[time]
        lexeme = next_lexeme(lexeme, code)
        if lexeme == CODE and code == OPEN:
            depth += 1
        elif lexeme == CODE and code == CLOSE:
            depth = 0 if previous == NEWLINE else max(depth - 1, 0)
        labels[time] = depth
        previous = code
    return labels


LINUX = ("linux",)
PAPER = "Karpathy, Johnson & Fei-Fei 2016, fig. 2"

C_CODE = (
    Concept(
        name="comment",
        title="inside comments",
        description="Within /* ... */ or after // on a line of C.",
        kind="state",
        corpora=LINUX,
        timing="causal",
        source=PAPER,
        label=label_comment,
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
    Concept(
        name="string",
        title="inside string literals",
        description="Between the double quotes of a C string; character literals are not strings.",
        kind="state",
        corpora=LINUX,
        timing="causal",
        source=PAPER,
        label=label_string,
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
    Concept(
        name="comment-or-string",
        title="inside comments and strings",
        description="Where C is not code: in a comment or in a string literal.",
        kind="state",
        corpora=LINUX,
        timing="causal",
        source=PAPER,
        label=label_comment_or_string,
        examples=(
            (
                'f("//") /* " */ + 1',
                "..###....#####.....",
            ),
        ),
    ),
    Concept(
        name="brace-depth",
        title="the depth of braces",
        description="How many braces of C are open; a closing one in the first column closes all.",
        kind="count",
        corpora=LINUX,
        timing="causal",
        source=PAPER,
        label=label_brace_depth,
        examples=(
            (
                "a{b{c}d}}e{",
                "01122110001",
            ),
            (
                "{\"{\" /*{*/ {'{'}",
                "1111111111122221",
            ),
            (
                "f {\n{\n{\n}\n}\n",
                "001122330000",
            ),
        ),
    ),
)

"""How scanners of C read a character: as code, comment or literal; as a line of code or a directive; in which word.

Axes: `time` is the position of a character in a text.
Each automaton is a function from its state and one character to its next state, an integer.
"""

import numpy as np
from jaxtyping import UInt8

from analysis.concepts.concept import Codes
from analysis.concepts.steps import LOWER_CASE, NEWLINE, SPACE, TAB, Bool, Int, is_letter
from models.compiled import compiled

BACKSLASH = ord("\\")
SLASH, STAR, DOUBLE, SINGLE = ord("/"), ord("*"), ord('"'), ord("'")

# What the lexer is in after a character: pairs of one kind each.
CODE, CODE_SLASH, LINE, LINE_ESCAPE, BLOCK, BLOCK_STAR, STRING, STRING_ESCAPE, CHAR, CHAR_ESCAPE = range(10)

# What a line is so far: blank; code; a directive: `#` and as many letters of `define`; another directive's rest.
BLANK, TEXT, HASH = 0, 1, 2
DEFINE_LETTERS = tuple(map(ord, "define"))
DEFINE_READ, OTHER_DIRECTIVE, DEFINE, MACRO_NAME, MACRO_PARAMETERS, MACRO_TEXT = range(HASH + 6, HASH + 12)

# What is being read: no word; a word; a number, by which of its characters a sign may follow.
NO_TOKEN, WORD, ZERO, DECIMAL, EXPONENT, HEXADECIMAL, HEX_EXPONENT = range(7)


@compiled
def next_lexeme(lexeme: int, code: Int) -> int:  # noqa: C901  one automaton reads best in one place
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


@compiled
def seen_as_code(before: Int, lexeme: Int, code: Int) -> Int:
    """The character that took the lexer from `before` to `lexeme`, as code: a space if it is commented or quoted.

    The quote that opens a literal is code. So is no `/`, since a comment may begin with it.
    """
    if lexeme == CODE and before > CODE_SLASH:
        return NEWLINE if code == NEWLINE else SPACE
    return code if lexeme == CODE or (before <= CODE_SLASH and lexeme >= STRING) else SPACE


@compiled
def scan_lexemes(codes: Codes) -> UInt8[np.ndarray, " time"]:
    """What the lexer is in after each character."""
    lexemes = np.empty(codes.size, dtype=np.uint8)
    lexeme = CODE
    for time in range(codes.size):
        lexeme = next_lexeme(lexeme, codes[time])
        lexemes[time] = lexeme
    return lexemes


@compiled
def as_code(codes: Codes) -> Codes:
    """The text as code alone: a space for each character that is commented or quoted, and for each `/`."""
    lexemes, seen = scan_lexemes(codes), np.empty_like(codes)
    before = np.int64(CODE)
    for time in range(codes.size):
        seen[time] = seen_as_code(before, lexemes[time], codes[time])
        before = np.int64(lexemes[time])
    return seen


@compiled
def is_word_character(seen: Int) -> Bool:
    """Whether it can be part of an identifier."""
    return is_letter(seen) or ord("0") <= seen <= ord("9") or seen == ord("_")


@compiled
def next_line(line: int, seen: Int, previous: Int) -> int:
    """What a line is after one more character of code and the character before it, which may be a backslash."""
    if seen == NEWLINE:
        return line if previous == BACKSLASH else BLANK
    if line in (TEXT, OTHER_DIRECTIVE, MACRO_TEXT):
        return line
    is_white = seen in (SPACE, TAB, BACKSLASH)
    if line == BLANK:
        return BLANK if is_white else HASH if seen == ord("#") else TEXT
    if line < DEFINE_READ:
        if seen == DEFINE_LETTERS[line - HASH]:
            return line + 1
        return HASH if is_white and line == HASH else OTHER_DIRECTIVE
    if line == DEFINE_READ:
        return DEFINE if is_white else OTHER_DIRECTIVE
    if line == DEFINE:
        return DEFINE if is_white else MACRO_NAME
    if line == MACRO_PARAMETERS:
        return MACRO_TEXT if seen == ord(")") else MACRO_PARAMETERS
    if is_word_character(seen):
        return MACRO_NAME
    return MACRO_PARAMETERS if seen == ord("(") else MACRO_TEXT


@compiled
def next_token(token: int, seen: Int) -> int:
    """Which word or number is being read after one more character of code.

    A number begins with a digit and takes in letters and dots, and a sign after its exponent's `e` or `p`.
    """
    if is_word_character(seen):
        is_digit = seen <= ord("9")
        if token == NO_TOKEN:
            return (ZERO if seen == ord("0") else DECIMAL) if is_digit else WORD
        if token == ZERO and seen | LOWER_CASE == ord("x"):
            return HEXADECIMAL
        if token >= HEXADECIMAL:
            return HEX_EXPONENT if seen | LOWER_CASE == ord("p") else HEXADECIMAL
        if token >= ZERO:
            return EXPONENT if seen | LOWER_CASE == ord("e") else DECIMAL
        return WORD
    if token < ZERO:
        return NO_TOKEN
    is_sign = seen == ord("+") or seen == ord("-")
    if seen == ord(".") or (is_sign and token in (EXPONENT, HEX_EXPONENT)):
        return HEXADECIMAL if token >= HEXADECIMAL else DECIMAL
    return NO_TOKEN

"""How scanners of C read a character: as code, comment or literal; as a line of code or a directive; in which word.

Axes: `time` is the position of a character in a text.
Each automaton is a function from its state and one character to its next state, an integer.
"""

import numpy as np
from jaxtyping import Int64, UInt8

from analysis.concepts.concept import Codes
from analysis.concepts.steps import LOWER_CASE, NEWLINE, SPACE, Bool, Int, is_letter
from models.compiled import compiled

BACKSLASH = ord("\\")
SLASH, STAR, DOUBLE, SINGLE = ord("/"), ord("*"), ord('"'), ord("'")
FIRST_BEYOND_ASCII = 128
FIRST_BLANK, LAST_BLANK = ord("\t"), ord("\r")  # but for the newline
SPLICED = 1  # what a backslash, blanks and the newline that they hide are seen as: nothing

# What the lexer is in after a character: a phase, and up to sixteen states of each.
PHASE_BITS = 4
IN_CODE, IN_LINE, IN_BLOCK, IN_STRING, IN_CHAR = range(5)
CODE, LINE, BLOCK, STRING, CHAR = (phase << PHASE_BITS for phase in range(5))
STATES = (1 << PHASE_BITS) - 1
# Code, by what came last: a `/`; a word; a number; what may be the prefix of a raw string, `u`, then `u8`, `U` or `L`,
# then `R`. The last is added after a backslash that may continue the line.
CODE_SLASH, CODE_WORD, CODE_NUMBER, CODE_U, CODE_WIDE, CODE_RAW = range(CODE + 1, CODE + 7)
SPLICE = 8
# Comments: after a backslash; after a `*`; after a `*` and a backslash.
LINE_SPLICE, BLOCK_STAR, BLOCK_SPLICE = LINE + 1, BLOCK + 1, BLOCK + 2
# Strings and character literals: after a backslash; after one and blanks; after two; after two and blanks.
ESCAPE, ESCAPE_BLANKS, TWO, TWO_BLANKS = range(1, 5)
RAW_DELIMITER, RAW, RAW_CLOSING = range(STRING + 8, STRING + 11)  # a raw string: before its `(`; in it; after a `)`
# What the lexer remembers of a raw string: hashes of its delimiter and of what follows the last `)`, and a length.
DELIMITER, CLOSING, LENGTH = range(3)
LONGEST_DELIMITER = 16
HASH_FACTOR = 1_000_003

# What a line is so far: blank; code; a directive: `#` and as many letters of `define`; another directive's rest.
BLANK, TEXT, HASH = 0, 1, 2
DEFINE_LETTERS = tuple(map(ord, "define"))
DEFINE_READ, OTHER_DIRECTIVE, DEFINE, MACRO_NAME, MACRO_PARAMETERS, MACRO_TEXT = range(HASH + 6, HASH + 12)

# What is being read: no word; a word; a number, by which of its characters a sign may follow.
NO_TOKEN, WORD, ZERO, DECIMAL, EXPONENT, HEXADECIMAL, HEX_EXPONENT = range(7)

Memory = Int64[np.ndarray, " memory"]


@compiled
def is_blank(code: Int) -> Bool:
    """Whether it is white space within a line; the return of a line that ends in CR LF is."""
    return code == SPACE or (FIRST_BLANK <= code <= LAST_BLANK and code != NEWLINE)


@compiled
def is_word_character(seen: Int) -> Bool:
    """Whether it can be part of an identifier."""
    return is_letter(seen) or ord("0") <= seen <= ord("9") or seen == ord("_") or seen >= FIRST_BEYOND_ASCII


@compiled
def next_in_word(lexeme: int, code: Int) -> int:
    """Which word or number of code is read after one more of its characters."""
    if lexeme <= CODE_SLASH:
        if ord("0") <= code <= ord("9"):
            return CODE_NUMBER
        if code == ord("u"):
            return CODE_U
        if code == ord("U") or code == ord("L"):
            return CODE_WIDE
        return CODE_RAW if code == ord("R") else CODE_WORD
    if lexeme == CODE_U and code == ord("8"):
        return CODE_WIDE
    if code == ord("R") and CODE_U <= lexeme <= CODE_WIDE:
        return CODE_RAW
    return CODE_NUMBER if lexeme == CODE_NUMBER else CODE_WORD


@compiled
def next_in_code(lexeme: int, code: Int) -> int:
    """What follows code. An apostrophe within a number separates its digits."""
    if code == BACKSLASH:
        return lexeme | SPLICE
    if lexeme & SPLICE:
        if is_blank(code):
            return lexeme
        lexeme -= SPLICE
        if code == NEWLINE:
            return lexeme
    if is_word_character(code):
        return next_in_word(lexeme, code)
    if code == SLASH:
        return LINE if lexeme == CODE_SLASH else CODE_SLASH
    if code == STAR and lexeme == CODE_SLASH:
        return BLOCK
    if code == DOUBLE:
        return RAW_DELIMITER if lexeme == CODE_RAW else STRING
    if lexeme == CODE_NUMBER and (code == SINGLE or code == ord(".")):
        return CODE_NUMBER
    return CHAR if code == SINGLE else CODE


@compiled
def next_in_comment(lexeme: int, code: Int) -> int:
    """What follows a comment. A line comment goes on after a backslash and a newline."""
    if lexeme <= LINE_SPLICE:
        if code == NEWLINE:
            return LINE if lexeme == LINE_SPLICE else CODE
        return LINE_SPLICE if code == BACKSLASH or (lexeme == LINE_SPLICE and is_blank(code)) else LINE
    if lexeme == BLOCK_SPLICE:
        if is_blank(code):
            return BLOCK_SPLICE
        if code == NEWLINE:
            return BLOCK_STAR
    if lexeme == BLOCK_STAR and (code in (SLASH, BACKSLASH)):
        return CODE if code == SLASH else BLOCK_SPLICE
    return BLOCK_STAR if code == STAR else BLOCK


@compiled
def next_in_literal(lexeme: int, code: Int) -> int:
    """What follows a string or a character literal that is not raw.

    A newline ends those that were left open, so that the apostrophe of an `#error` line does no harm; after a
    backslash it continues them. After two, the second continues the line and the first still escapes.
    """
    literal, escape = lexeme & ~STATES, lexeme & STATES
    if code == NEWLINE:
        return CODE if escape == 0 else literal + ESCAPE * (escape >= TWO)
    if escape and is_blank(code):
        return literal + (ESCAPE_BLANKS if escape < TWO else TWO_BLANKS)
    if escape == ESCAPE:
        return literal + TWO * (code == BACKSLASH)
    if code == (DOUBLE if literal == STRING else SINGLE):
        return CODE
    return literal + ESCAPE * (code == BACKSLASH)


@compiled
def next_in_raw(lexeme: int, code: Int, memory: Memory) -> int:
    """What follows a raw string, such as `R"x(a"b)x"`, in which nothing is an escape.

    What has no delimiter of at most 16 characters and no `(` after it is a string like others.
    """
    if lexeme == RAW_DELIMITER:
        if code == ord("("):
            return RAW
        is_none = code in (DOUBLE, BACKSLASH, NEWLINE) or code == ord(")") or is_blank(code)
        if is_none or memory[LENGTH] == LONGEST_DELIMITER:
            memory[:] = 0
            return next_in_literal(STRING, code)
        memory[DELIMITER] = memory[DELIMITER] * HASH_FACTOR + code
        memory[LENGTH] += 1
        return RAW_DELIMITER
    if code == ord(")"):
        memory[CLOSING] = 0
        return RAW_CLOSING
    if lexeme == RAW_CLOSING and code == DOUBLE and memory[CLOSING] == memory[DELIMITER]:
        memory[:] = 0
        return CODE
    memory[CLOSING] = memory[CLOSING] * HASH_FACTOR + code
    return lexeme


@compiled
def next_lexeme(lexeme: int, code: Int, memory: Memory) -> int:
    """What C is in after one more character.

    A backslash, blanks and a newline are nothing, as in gcc, wherever they stand but in raw strings.
    """
    if lexeme < LINE:
        return next_in_code(lexeme, code)
    if lexeme < STRING:
        return next_in_comment(lexeme, code)
    if RAW_DELIMITER <= lexeme < CHAR:
        return next_in_raw(lexeme, code, memory)
    return next_in_literal(lexeme, code)


@compiled
def seen_as_code(before: Int, lexeme: Int, code: Int) -> Int:
    """The character that took the lexer from `before` to `lexeme`, as code: a space if it is commented or quoted.

    The quote that opens a literal is code. So is no `/`, since a comment may begin with it. What continues a line is
    `SPLICED`, as is any other backslash, which has no meaning in code.
    """
    if lexeme >= LINE:
        return code if before < LINE and lexeme >= STRING else SPACE
    if before >= LINE:
        return NEWLINE if code == NEWLINE else SPACE
    if lexeme & SPLICE or (before & SPLICE and code == NEWLINE):
        return SPLICED
    return SPACE if lexeme == CODE_SLASH else code


@compiled
def tabulate() -> UInt8[np.ndarray, "lexeme character"]:
    """What follows each lexeme but raw strings after each character of ASCII, and after all others alike."""
    table, memory = np.zeros((CHAR + STATES + 1, FIRST_BEYOND_ASCII + 1), dtype=np.uint8), np.zeros(3, dtype=np.int64)
    for lexeme in range(table.shape[0]):
        if not RAW_DELIMITER <= lexeme < CHAR:
            for code in range(table.shape[1]):
                table[lexeme, code] = next_lexeme(lexeme, code, memory)
    return table


@compiled
def scan_lexemes(codes: Codes) -> UInt8[np.ndarray, " time"]:
    """What the lexer is in after each character."""
    lexemes, memory, table = np.empty(codes.size, dtype=np.uint8), np.zeros(3, dtype=np.int64), tabulate()
    lexeme = CODE
    for time in range(codes.size):
        code = np.int64(codes[time])
        if RAW_DELIMITER <= lexeme < CHAR:
            lexeme = next_in_raw(lexeme, code, memory)
        else:
            lexeme = int(table[lexeme, min(code, FIRST_BEYOND_ASCII)])
        lexemes[time] = lexeme
    return lexemes


@compiled
def as_code(codes: Codes) -> Codes:
    """The text as code alone: a space for each character that is commented or quoted, and for each `/`."""
    lexemes, seen = scan_lexemes(codes), np.empty_like(codes)
    before = np.int64(CODE)
    for time in range(codes.size):
        seen[time] = seen_as_code(before, np.int64(lexemes[time]), codes[time])
        before = np.int64(lexemes[time])
    return seen


@compiled
def next_line(line: int, seen: Int) -> int:
    """What a line is after one more character of code."""
    if seen == NEWLINE:
        return BLANK
    if seen == SPLICED or line in (TEXT, OTHER_DIRECTIVE, MACRO_TEXT):
        return line
    is_white = is_blank(seen)
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

    A number begins with a digit and takes in letters, dots and apostrophes, and a sign after its exponent's `e` or `p`.
    """
    if seen == SPLICED or (seen == SINGLE and token >= ZERO):
        return token
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

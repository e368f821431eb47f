"""Concepts of C that are a matter of its words: numbers, identifiers, keywords.

Axes: `time` is the position of a character in a text.
"""

import numpy as np
from jaxtyping import Float32, UInt32

from analysis.concepts.c_code import LINUX, NOBODY
from analysis.concepts.c_lexer import CODE, NO_TOKEN, WORD, ZERO, next_lexeme, next_token, seen_as_code
from analysis.concepts.concept import Concept
from models.compiled import compiled


def packed(word: str) -> int:
    """The last eight characters of a word as one number, which is what scanners keep of it."""
    return int.from_bytes(word.encode()[-8:], "big")


# The keywords of C99 and one of gcc; none is longer than what `packed` keeps.
KEYWORDS = tuple(
    packed(word)
    for word in (
        *("auto", "break", "case", "char", "const", "continue", "default", "do", "double", "else", "enum", "extern"),
        *("float", "for", "goto", "if", "inline", "int", "long", "register", "restrict", "return", "short", "signed"),
        *(
            "sizeof",
            "static",
            "struct",
            "switch",
            "typedef",
            "union",
            "unsigned",
            "void",
            "volatile",
            "while",
            "typeof",
        ),
    )
)


@compiled
def label_number(codes: UInt32[np.ndarray, " time"]) -> Float32[np.ndarray, " time"]:
    """1 from the first digit of a number in code to before the character that ends it; 0 in words with digits."""
    labels = np.empty(codes.size, dtype=np.float32)
    lexeme, token = CODE, NO_TOKEN
    for time in range(codes.size):
        code = np.int64(codes[time])
        before, lexeme = lexeme, next_lexeme(lexeme, code)
        token = next_token(token, seen_as_code(before, lexeme, code))
        labels[time] = token >= ZERO
    return labels


@compiled
def label_identifier_position(codes: UInt32[np.ndarray, " time"]) -> Float32[np.ndarray, " time"]:
    """How many characters of an identifier or keyword of code were read; 0 outside of them."""
    labels = np.empty(codes.size, dtype=np.float32)
    lexeme, token, position = CODE, NO_TOKEN, 0
    for time in range(codes.size):
        code = np.int64(codes[time])
        before, lexeme = lexeme, next_lexeme(lexeme, code)
        token = next_token(token, seen_as_code(before, lexeme, code))
        position = position + 1 if token == WORD else 0
        labels[time] = position
    return labels


@compiled
def label_after_keyword(codes: UInt32[np.ndarray, " time"]) -> Float32[np.ndarray, " time"]:
    """1 at the one character that ends a keyword of code: the space after `return`, the `;` after `break`."""
    labels = np.empty(codes.size, dtype=np.float32)
    lexeme, token, word, position = CODE, NO_TOKEN, np.int64(0), 0
    for time in range(codes.size):
        code = np.int64(codes[time])
        before, lexeme = lexeme, next_lexeme(lexeme, code)
        was_word = token == WORD
        token = next_token(token, seen_as_code(before, lexeme, code))
        if token == WORD:
            word = word << 8 | code
            position += 1
            labels[time] = 0
            continue
        labels[time] = was_word and position <= 8 and word in KEYWORDS
        word, position = np.int64(0), 0
    return labels


C_WORDS = (
    Concept(
        name="number",
        title="inside numbers",
        description="Within a number of C's code, such as 42, 0x1fUL or 1.5e-3; not in a name such as u32.",
        kind="state",
        corpora=LINUX,
        timing="causal",
        source=NOBODY,
        label=label_number,
        decisive="inside",
        examples=(
            (
                'u32 a[0x1fUL] = 1.5e-3-.5 + 0xe+1; // 1\n"2"',
                "......######....######..#...###.#..........",
            ),
            (
                "1/2 x1 0b1e 3/**/4 0x1p-2 1e+x",
                "#.#....####.#....#.######.####",
            ),
        ),
    ),
    Concept(
        name="identifier-position",
        title="the position in an identifier",
        description="How many characters of a name or keyword of C's code were read; 0 elsewhere.",
        kind="ramp",
        corpora=LINUX,
        timing="causal",
        source=NOBODY,
        label=label_identifier_position,
        examples=(
            (
                "int a_1 = 0xf + b2; /* c */ d",
                "12301230000000001200000000001",
            ),
        ),
    ),
    Concept(
        name="after-keyword",
        title="just after a keyword",
        description="At the character that ends a keyword of C, such as the space after return.",
        kind="event",
        corpora=LINUX,
        timing="causal",
        source=NOBODY,
        label=label_after_keyword,
        decisive="inside",
        examples=(
            (
                "continue;int\nxcontinue; iff(if(/* if */ 'if' a_if 1if if",
                "........#...#.................#.........................",
            ),
        ),
    ),
)

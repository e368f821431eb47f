"""Concepts of C that are a matter of its words: numbers, identifiers, keywords.

Axes: `time` is the position of a character in a text.
"""

import numpy as np
from jaxtyping import UInt8

from analysis.concepts.c_lexer import NO_TOKEN, SPLICED, WORD, ZERO, as_code, next_token
from analysis.concepts.concept import Codes, Labels, LinuxConcept
from analysis.concepts.steps import packed
from models.compiled import compiled

# The keywords of C99 and one of gcc.
KEYWORDS = tuple(
    packed(word)
    for word in (
        *("auto", "break", "case", "char", "const", "continue", "default", "do", "double", "else", "enum", "extern"),
        *("float", "for", "goto", "if", "inline", "int", "long", "register", "restrict", "return", "short", "signed"),
        *("sizeof", "static", "struct", "switch", "typedef", "union", "unsigned", "void", "volatile", "while"),
        "typeof",
    )
)
LONGEST = 8  # characters of a keyword: what one number holds


@compiled
def scan_tokens(codes: Codes) -> UInt8[np.ndarray, " time"]:
    """Which word or number is being read after each character."""
    seen, tokens = as_code(codes), np.empty(codes.size, dtype=np.uint8)
    token = NO_TOKEN
    for time in range(codes.size):
        token = next_token(token, seen[time])
        tokens[time] = token
    return tokens


@compiled
def scan_words(codes: Codes) -> tuple[Labels, Labels]:
    """How many characters of a word were read, and 1 at the character that ends a keyword.

    What continues a line is no character of the word that goes on after it.
    """
    positions, ends = np.zeros(codes.size, dtype=np.float32), np.zeros(codes.size, dtype=np.float32)
    seen, tokens = as_code(codes), scan_tokens(codes)
    word, length = np.int64(0), 0
    for time in range(codes.size):
        if tokens[time] != WORD:
            ends[time] = word in KEYWORDS and length <= LONGEST
            word, length = np.int64(0), 0
        elif seen[time] != SPLICED:
            word, length = word << 8 | np.int64(codes[time]), length + 1
        positions[time] = length
    return positions, ends


def label_number(codes: Codes) -> Labels:
    """1 from the first digit of a number in code to before the character that ends it; 0 in words with digits."""
    return (scan_tokens(codes) >= ZERO).astype(np.float32)


def label_identifier_position(codes: Codes) -> Labels:
    """How many characters of an identifier or keyword of code were read; 0 outside of them."""
    return scan_words(codes)[0]


def label_after_keyword(codes: Codes) -> Labels:
    """1 at the one character that ends a keyword of code: the space after `return`, the `;` after `break`."""
    return scan_words(codes)[1]


C_WORDS = (
    LinuxConcept(
        name="number",
        title="inside numbers",
        description="Within a number of C's code, such as 42, 0x1fUL or 1.5e-3; not in a name such as u32.",
        kind="state",
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
    LinuxConcept(
        name="identifier-position",
        title="the position in an identifier",
        description="How many characters of a name or keyword of C's code were read; 0 elsewhere.",
        kind="ramp",
        label=label_identifier_position,
        examples=(
            (
                "int a_1 = 0xf + b2; /* c */ d",
                "12301230000000001200000000001",
            ),
        ),
    ),
    LinuxConcept(
        name="after-keyword",
        title="just after a keyword",
        description="At the character that ends a keyword of C, such as the space after return.",
        kind="event",
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

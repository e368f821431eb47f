"""Concepts of C that are a matter of its preprocessor.

Axes: `time` is the position of a character in a text.
"""

import numpy as np
from jaxtyping import Float32, UInt32

from analysis.concepts.c_code import LINUX, NOBODY, label_lexemes
from analysis.concepts.c_lexer import (
    BACKSLASH,
    BLANK,
    BLOCK,
    BLOCK_STAR,
    CHAR,
    CHAR_ESCAPE,
    CODE,
    DEFINE,
    HASH,
    LINE,
    LINE_ESCAPE,
    NEWLINE,
    STRING,
    STRING_ESCAPE,
    next_lexeme,
    next_line,
    seen_as_code,
)
from analysis.concepts.concept import Concept
from models.compiled import compiled

# Phases, in the order of the labels. In a directive, a comment or literal is that; the rest is the directive.
IN_CODE, IN_LINE_COMMENT, IN_BLOCK_COMMENT, IN_STRING, IN_CHARACTER_LITERAL, IN_DIRECTIVE = range(6)
ON_CONTINUED_MACRO = IN_DIRECTIVE + 1  # and on the second or a later line of a #define


@compiled
def scan_directives(codes: UInt32[np.ndarray, " time"]) -> Float32[np.ndarray, " time"]:
    """`IN_DIRECTIVE` from the `#` of a directive to before the newline that ends it, else 0.

    On the lines of a #define that come after a backslash and a newline it is `ON_CONTINUED_MACRO`.
    """
    labels = np.empty(codes.size, dtype=np.float32)
    lexeme, line, previous, continued = CODE, BLANK, NEWLINE, False
    for time in range(codes.size):
        code = np.int64(codes[time])
        before, lexeme = lexeme, next_lexeme(lexeme, code)
        line = next_line(line, seen_as_code(before, lexeme, code), previous)
        continued = line >= DEFINE and (continued or (code == NEWLINE and previous == BACKSLASH))
        labels[time] = ON_CONTINUED_MACRO if continued else IN_DIRECTIVE if line >= HASH else IN_CODE
        previous = code
    return labels


def label_preprocessor_line(codes: UInt32[np.ndarray, " time"]) -> Float32[np.ndarray, " time"]:
    """1 from the `#` that begins a directive to before the newline that ends it, comments on it included."""
    return (scan_directives(codes) >= IN_DIRECTIVE).astype(np.float32)


def label_macro_continuation(codes: UInt32[np.ndarray, " time"]) -> Float32[np.ndarray, " time"]:
    """1 from the end of a #define's first line, a backslash and a newline, to before the newline that ends the last."""
    return (scan_directives(codes) == ON_CONTINUED_MACRO).astype(np.float32)


def label_lexical_phase(codes: UInt32[np.ndarray, " time"]) -> Float32[np.ndarray, " time"]:
    """0 in code, 1 in line comments, 2 in block comments, 3 in strings, 4 in character literals, 5 in directives."""
    phases = np.minimum(scan_directives(codes), IN_DIRECTIVE)
    spans = ((LINE, LINE_ESCAPE), (BLOCK, BLOCK_STAR), (STRING, STRING_ESCAPE), (CHAR, CHAR_ESCAPE))
    for phase, (first, last) in enumerate(spans, start=IN_LINE_COMMENT):
        phases[label_lexemes(codes, first, last) == 1] = phase
    return phases


C_PREPROCESSOR = (
    Concept(
        name="preprocessor-line",
        title="inside preprocessor lines",
        description="On a line that begins with #, such as #include or #define, and on those that continue it.",
        kind="state",
        corpora=LINUX,
        timing="causal",
        source=NOBODY,
        label=label_preprocessor_line,
        delimiters="#\n",
        examples=(
            (
                "a\n #if 0 /* \n */ && 1\nb # c\n",
                "...##################.......",
            ),
            (
                '#define S "#\\\n" \\\n 1\n// #\n',
                "####################......",
            ),
            (
                "/* */ # error don't\nx\\\n#y",
                "......#############......",
            ),
        ),
    ),
    Concept(
        name="macro-continuation",
        title="inside the later lines of a macro",
        description="On the second or a later line of a #define, which a backslash at the end of each line continues.",
        kind="state",
        corpora=LINUX,
        timing="causal",
        source=NOBODY,
        label=label_macro_continuation,
        delimiters="\\\n",
        decisive="inside",
        examples=(
            (
                "#define F(x) \\\n\tf(x); \\\n\tx\nf\n",
                "..............############...",
            ),
            (
                "#if A \\\n && B\n# define C\\\n1 // \\\nd\nx",
                ".........................#########..",
            ),
            (
                "#defined A\\\n1\n#undef\\\nB\n#define\\\nA\n",
                "................................##.",
            ),
        ),
    ),
    Concept(
        name="lexical-phase",
        title="the lexical class: code, comment, literal or directive",
        description="Code is 0, a // comment 1, a /* */ comment 2, a string 3, a character literal 4, a directive 5.",
        kind="phase",
        corpora=LINUX,
        timing="causal",
        source=NOBODY,
        label=label_lexical_phase,
        delimiters="/*\"'#\n",
        decisive="inside",
        examples=(
            (
                "x='a'; /* b */ \"c\"; // d\n#if '1' // e\n",
                "00440000222220033000011105555445551110",
            ),
        ),
    ),
)

"""Concepts of C that are a matter of its preprocessor.

Axes: `time` is the position of a character in a text.
"""

import numpy as np

from analysis.concepts.c_lexer import (
    BACKSLASH,
    BLANK,
    DEFINE,
    HASH,
    PHASE_BITS,
    as_code,
    is_blank,
    next_line,
    scan_lexemes,
)
from analysis.concepts.concept import Codes, Labels, LinuxConcept
from analysis.concepts.steps import NEWLINE
from models.compiled import compiled

IN_DIRECTIVE = 5  # of the phases
ON_CONTINUED_MACRO = IN_DIRECTIVE + 1  # and on the second or a later line of a #define


@compiled
def scan_directives(codes: Codes) -> Labels:
    """`IN_DIRECTIVE` from the `#` of a directive to before the newline that ends it, else 0.

    On the lines of a #define that come after a backslash and a newline it is `ON_CONTINUED_MACRO`.
    """
    labels = np.empty(codes.size, dtype=np.float32)
    seen, line, previous, continued = as_code(codes), BLANK, NEWLINE, False
    for time in range(codes.size):
        line = next_line(line, seen[time])
        continued = line >= DEFINE and (continued or (codes[time] == NEWLINE and previous == BACKSLASH))
        labels[time] = ON_CONTINUED_MACRO if continued else IN_DIRECTIVE if line >= HASH else 0
        if not is_blank(codes[time]):
            previous = np.int64(codes[time])
    return labels


def label_preprocessor_line(codes: Codes) -> Labels:
    """1 from the `#` that begins a directive to before the newline that ends it, comments on it included."""
    return (scan_directives(codes) >= IN_DIRECTIVE).astype(np.float32)


def label_macro_continuation(codes: Codes) -> Labels:
    """1 from the end of a #define's first line, a backslash and a newline, to before the newline that ends the last."""
    return (scan_directives(codes) == ON_CONTINUED_MACRO).astype(np.float32)


def label_lexical_phase(codes: Codes) -> Labels:
    """0 in code, 1 in line comments, 2 in block comments, 3 in strings, 4 in character literals, 5 in directives.

    A comment or literal in a directive is that; the rest is the directive.
    """
    of_lexeme = scan_lexemes(codes) >> PHASE_BITS
    return np.where(of_lexeme > 0, of_lexeme, np.minimum(scan_directives(codes), IN_DIRECTIVE)).astype(np.float32)


C_PREPROCESSOR = (
    LinuxConcept(
        name="preprocessor-line",
        title="inside preprocessor lines",
        description="On a line that begins with #, such as #include or #define, and on those that continue it.",
        kind="state",
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
    LinuxConcept(
        name="macro-continuation",
        title="inside the later lines of a macro",
        description="On the second or a later line of a #define, which a backslash at the end of each line continues.",
        kind="state",
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
                "#defined A\\\n1\n#undef\\\nB\n#define \\\nA\n",
                ".................................##.",
            ),
        ),
    ),
    LinuxConcept(
        name="lexical-phase",
        title="the lexical class: code, comment, literal or directive",
        description="Code is 0, a // comment 1, a /* */ comment 2, a string 3, a character literal 4, a directive 5.",
        kind="phase",
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

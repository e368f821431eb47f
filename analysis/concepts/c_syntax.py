"""Concepts of C that are a matter of its tokens: nesting, numbers, words, what comes next.

Axes: `time` is the position of a character in a text.
"""

import numpy as np

from analysis.concepts.c_branches import no_branches, read_directive
from analysis.concepts.c_code import PAPER
from analysis.concepts.c_lexer import BLANK, HASH, as_code, next_line
from analysis.concepts.c_registers import COLUMNS, LINE, PARENS, REGISTERS
from analysis.concepts.concept import Codes, Labels, LinuxConcept
from analysis.concepts.steps import NEWLINE, one_ahead
from models.compiled import compiled

BRACE, PARENTHESIS, BRACKET = 1, 2, 4
COUNT = PARENS  # the register that holds the count while a directive is read; the stack of constructs stays empty


@compiled
def label_depth(codes: Codes, counted: int) -> Labels:
    """How many of the counted `BRACE`, `PARENTHESIS` and `BRACKET` are open; those of comments and literals are not.

    Never below 0. A directive leaves the count as it was before it, but for those of branches: each begins with the
    count before its `#if`. A brace in a line's first column closes all, so that one that a macro hides does no harm.
    """
    labels = np.empty(codes.size, dtype=np.float32)
    now, stack, branches = np.zeros(REGISTERS, np.int64), np.zeros((0, COLUMNS), np.int64), no_branches()
    as_read, line, previous, depth = as_code(codes), BLANK, NEWLINE, 0
    for time in range(codes.size):
        seen = np.int64(as_read[time])
        was_directive = line >= HASH
        line = next_line(line, seen)
        if line >= HASH and not was_directive:
            now[COUNT] = depth
        if was_directive or line >= HASH:
            now[LINE] = line
            read_directive(branches, now, stack, seen)
        if was_directive and line < HASH:
            depth = now[COUNT]
        if seen > ord("'"):  # most characters are none of these
            kind = (
                BRACE * (seen == ord("{") or seen == ord("}"))
                | PARENTHESIS * (seen == ord("(") or seen == ord(")"))
                | BRACKET * (seen == ord("[") or seen == ord("]"))
            )
            if kind == BRACE and previous == NEWLINE and line < HASH:
                depth = 0
            if kind & counted:
                opens = seen == ord("(") or seen == ord("[") or seen == ord("{")
                depth = depth + 1 if opens else max(depth - 1, 0)
        labels[time] = depth
        previous = np.int64(codes[time])
    return labels


def label_brace_depth(codes: Codes) -> Labels:
    """How many `{` are open: see `label_depth`."""
    return label_depth(codes, BRACE)


def label_paren_depth(codes: Codes) -> Labels:
    """How many `(` are open: see `label_depth`."""
    return label_depth(codes, PARENTHESIS)


def label_expression_depth(codes: Codes) -> Labels:
    """How many `(` and `[` are open: see `label_depth`."""
    return label_depth(codes, PARENTHESIS | BRACKET)


def label_newline_after_paren(codes: Codes) -> Labels:
    """1 at a `)` that the newline follows, 0 at one that anything else follows; NaN at all other characters."""
    return np.where(codes == ord(")"), one_ahead(codes == NEWLINE), np.float32(np.nan))


C_SYNTAX = (
    LinuxConcept(
        name="brace-depth",
        title="the depth of braces",
        description="How many braces of C are open; a closing one in the first column closes all.",
        kind="count",
        source=PAPER,
        label=label_brace_depth,
        delimiters="{}",
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
                "001111110000",
            ),
            (
                "f {\n#define A {\n;{\n#define B }\n}",
                "00111111111111211222222222222120",
            ),
            (
                "a\n#if b\n{\n#else\n {\n#endif\n }",
                "0000000011111110011111111110",
            ),
        ),
    ),
    LinuxConcept(
        name="paren-depth",
        title="the depth of parentheses",
        description="How many parentheses of C are open.",
        kind="count",
        source=PAPER,
        label=label_paren_depth,
        delimiters="()",
        examples=(
            (
                "f(a[0], (g)(b)) /*(*/ \"(\" ')')(",
                "0111111122122100000000000000001",
            ),
            (
                "f((\n#if A(\n) + 1\n{(",
                "0122222223211111101",
            ),
        ),
    ),
    LinuxConcept(
        name="expression-depth",
        title="the depth of expressions",
        description="How many parentheses and square brackets of C are open.",
        kind="count",
        source=PAPER,
        label=label_expression_depth,
        delimiters="()[]",
        examples=(
            (
                "a[b(c[1])] = \"[(\" + d['[']; // [",
                "01122332100000000000011110000000",
            ),
        ),
    ),
    LinuxConcept(
        name="newline-after-paren",
        title="closing parentheses that end a line",
        description="Whether a newline follows a closing parenthesis; other characters have no label.",
        kind="anticipation",
        timing="lookahead",
        where="after closing parentheses",
        source="Karpathy 2015: a cell that is on at some closing parentheses only",
        label=label_newline_after_paren,
        delimiters=")\n",
        decisive="inside",
        horizon=1,
        examples=(
            (
                "if (a(b))\n\tc()\n; /* ) */ d)",
                "???????.#????#??????.??????",
            ),
        ),
    ),
)

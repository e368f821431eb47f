"""Concepts of C that need its statements: conditions and bodies.

Axes: `time` is the position of a character in a text.
All of them begin with the `{`, the `(` or the first character of a single statement, and are over with the `}`,
`)` or `;` that ends them. A body that is an `if` by itself is over with the `;` of that if, and comes back after
the word if `else` goes on with it: before, nobody can tell.
"""

import numpy as np

from analysis.concepts.c_lexer import as_code
from analysis.concepts.c_statements import (
    IN_ELSE,
    IN_FUNCTION,
    IN_IF,
    IN_IF_HEAD,
    IN_LOOP,
    IN_LOOP_HEAD,
    IN_STRUCT,
    IN_SWITCH,
    scan_statements,
)
from analysis.concepts.concept import Codes, Labels, LinuxConcept
from analysis.concepts.steps import one_ahead


def label_bit(codes: Codes, bit: int) -> Labels:
    """1 where the automaton of `c_statements` sets a bit."""
    return ((scan_statements(codes) & bit) != 0).astype(np.float32)


def label_if_condition(codes: Codes) -> Labels:
    """1 from the `(` after `if` to before the `)` that closes it."""
    return label_bit(codes, IN_IF_HEAD)


def label_if_body(codes: Codes) -> Labels:
    """1 in what an `if` does when it is true: braces and all within them, or a single statement.

    The body of an `else` is not it, unless it lies in the body of another `if`; that of `else if` is.
    """
    return label_bit(codes, IN_IF)


def label_else_body(codes: Codes) -> Labels:
    """1 in what an `else` does; not in `else if`, nor while a first word `i` or `if` may turn out to be one."""
    return label_bit(codes, IN_ELSE)


def label_loop_condition(codes: Codes) -> Labels:
    """1 from the `(` of a `for`, a `while`, or a macro named like `for_each_cpu`, to before its `)`."""
    return label_bit(codes, IN_LOOP_HEAD)


def label_loop_body(codes: Codes) -> Labels:
    """1 in what a `for`, `while`, `do`, or a macro named like `for_each_cpu` repeats."""
    return label_bit(codes, IN_LOOP)


def label_switch_body(codes: Codes) -> Labels:
    """1 from the `{` of a `switch` to before its `}`."""
    return label_bit(codes, IN_SWITCH)


def label_function_body(codes: Codes) -> Labels:
    """1 from a `{` outside all braces, in the first column or after a head with parentheses, to before its `}`.

    Those of `extern "C"` and of a namespace do not count as braces.
    """
    return label_bit(codes, IN_FUNCTION)


def label_struct_body(codes: Codes) -> Labels:
    """1 from the `{` of a `struct`, `union` or `enum` to before its `}`; not in the values given to one."""
    return label_bit(codes, IN_STRUCT)


def label_statement_end_next(codes: Codes) -> Labels:
    """1 where the next character is a `;` of code, but for those in the head of a loop; NaN where nothing follows."""
    return one_ahead((as_code(codes) == ord(";")) & (label_bit(codes, IN_LOOP_HEAD) == 0))


C_BODIES = (
    LinuxConcept(
        name="if-condition",
        title="inside the condition of an if",
        description="In the parentheses after if.",
        kind="state",
        source="Karpathy, Johnson & Fei-Fei 2016, fig. 2: if statements",
        label=label_if_condition,
        delimiters="()",
        examples=(
            (
                'if (a) b(c); else if (d(e) && ")") f; if',
                "...##................############.......",
            ),
            (
                "#define A(x) if (({ x; }))\n#if (B)\nelif (c) iff (d) if(e)",
                "................#########.............................##.",
            ),
        ),
    ),
    LinuxConcept(
        name="if-body",
        title="inside the body of an if",
        description="In the braces, or the one statement, of an if; the else part does not count.",
        kind="state",
        source="Karpathy 2015; Karpathy, Johnson & Fei-Fei 2016, fig. 2",
        label=label_if_body,
        delimiters="{}",
        examples=(
            (
                "if (a) b(); else c(); d();",
                ".......###................",
            ),
            (
                "if (a) { x; { y; } } else { z; }",
                ".......############.............",
            ),
            (
                "if (a) if (b) x; else y; else z; w;",
                ".......########......##............",
            ),
            (
                "if (f(\")\")) /* ; */ return '}'; q;",
                "....................##########....",
            ),
            (
                "else if (c) { z; } else { if (f) g; h; }",
                "............#####................#......",
            ),
            (
                "if (a)\n#if X\n for (;;)\n#endif\n  if (b) x = 1;\ny;",
                "..............##############################....",
            ),
            (
                "#define T(x) do { if (x) y; } while (0)",
                ".........................#.............",
            ),
        ),
    ),
    LinuxConcept(
        name="else-body",
        title="inside the body of an else",
        description="In the braces, or the one statement, after else; an else if does not count.",
        kind="state",
        label=label_else_body,
        delimiters="{}",
        examples=(
            (
                "if (a) b; else c; else d;",
                "...............#.......#.",
            ),
            (
                "if (a) b; else if (c) { d; } else /* { */ { if (e) f; }",
                "..........................................############.",
            ),
            (
                "else\n\ti++;\nelse\n\tif\n(a) else ifs = 1;",
                ".......##......................#####.",
            ),
        ),
    ),
    LinuxConcept(
        name="loop-condition",
        title="inside the condition of a loop",
        description="In the parentheses after for or while, or of a kernel macro such as list_for_each_entry.",
        kind="state",
        label=label_loop_condition,
        delimiters="()",
        examples=(
            (
                "for (i = 0; i < f(n); i++) do a(); while (b);",
                "....#####################................##..",
            ),
            (
                "while (a) list_for_each(b) c(d); if (e) f(g);",
                "......##...............##....................",
            ),
        ),
    ),
    LinuxConcept(
        name="loop-body",
        title="inside the body of a loop",
        description="In the body of a for, while or do, or of a kernel macro such as list_for_each_entry.",
        kind="state",
        label=label_loop_body,
        delimiters="{}",
        examples=(
            (
                "for (i = 0; i < n; i++) a(); while (b) { c; } d;",
                "........................###............#####....",
            ),
            (
                "do { a; } while (b); while (c) ; for_each(d) e; for_each(f, g);",
                "...#####.....................................#.................",
            ),
            (
                "#define A do { b; } while (0)\nint for_each_c(int d)\n{\n}",
                ".............#####.....................................",
            ),
        ),
    ),
    LinuxConcept(
        name="switch-body",
        title="inside the body of a switch",
        description="In the braces of a switch.",
        kind="state",
        label=label_switch_body,
        delimiters="{}",
        examples=(
            (
                "switch (a) { case '}': { b; } default: c = (d) { e }; } f;",
                "...........###########################################....",
            ),
        ),
    ),
    LinuxConcept(
        name="function-body",
        title="inside the body of a function",
        description="In the braces of a function, not of a struct or an initializer.",
        kind="state",
        label=label_function_body,
        delimiters="{}",
        examples=(
            (
                "int f(void) { if (a) { b; } }\nint g[] = { 1 }; struct h { int i; };",
                "............################.......................................",
            ),
            (
                "int f(a)\n int a;\n{\n struct b { c; };\n}\nstruct d\n{\n};",
                ".................####################...............",
            ),
        ),
    ),
    LinuxConcept(
        name="struct-body",
        title="inside the declaration of a struct",
        description="In the braces that list the members of a struct, union or enum.",
        kind="state",
        label=label_struct_body,
        delimiters="{}",
        examples=(
            (
                "struct a { union { int b; }; } c; enum { D = 1 }; struct a e = { 1 };",
                ".........####################..........########......................",
            ),
            (
                "struct a *f(struct b *c)\n{\n\td = (struct a) { 1 };\n}\n",
                "....................................................",
            ),
        ),
    ),
    LinuxConcept(
        name="statement-end-next",
        title="just before the end of a statement",
        description="Whether the next character is the semicolon that ends a statement of C.",
        kind="anticipation",
        timing="lookahead",
        label=label_statement_end_next,
        delimiters=";",
        decisive="inside",
        horizon=1,
        examples=(
            (
                'for (a; b; c) d; /* ; */ e = ";";',
                "..............#................#?",
            ),
        ),
    ),
)

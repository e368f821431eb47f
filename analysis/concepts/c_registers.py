"""The memory of the parser of C's statements: its registers and its stack.

Axes: `register` is a place in its registers; `frame` is a place on a stack of open constructs.
"""

import numpy as np
from jaxtyping import Int64

from analysis.concepts.steps import Int
from models.compiled import compiled

# AFTER_STRUCT: what came since `struct`, `union` or `enum`, see `c_heads`. STRUCT_PARENS: PARENS at that word. LINKAGE:
# what came since `extern` or `namespace`. CALLED: the statement holds parentheses. ITERATES: the word so far is like
# `for_each`. LABELLED: a `:` came last, in no value.
REGISTERS = 12
MODE, PARENS, DEPTH, WORD, LINE, PREVIOUS, AFTER_STRUCT, STRUCT_PARENS, LINKAGE, CALLED, ITERATES, LABELLED = range(
    REGISTERS
)
# Columns of the stack: what is open, all the bits that hold in it, and MODE and PARENS from before it.
COLUMNS = 4
KIND, INSIDE, OLD_MODE, OLD_PARENS = range(COLUMNS)
# KIND: braces; the text of a #define; bodies; an if whose `else` may follow.
BRACES, MACRO, IF_BODY, ELSE_BODY, LOOP_BODY, DO_BODY, SWITCH_BODY, IF_DONE = range(8)
LIMIT = 256

Registers = Int64[np.ndarray, " register"]
Stack = Int64[np.ndarray, "frame column"]


@compiled
def inside(stack: Stack, depth: Int) -> int:
    """The bits that hold in the innermost of `depth` open constructs."""
    return stack[depth - 1, INSIDE] if depth else 0


@compiled
def pop(now: Registers, stack: Stack, depth: Int) -> None:
    """Close all but the outermost `depth` constructs and go on as before the outermost that was closed."""
    now[DEPTH] = depth
    now[AFTER_STRUCT] = now[LINKAGE] = 0
    now[MODE], now[PARENS] = stack[depth, OLD_MODE], stack[depth, OLD_PARENS]


@compiled
def block_depth(now: Registers, stack: Stack) -> int:
    """How many constructs are open up to and with the innermost braces or macro."""
    depth = now[DEPTH]
    while depth > 0 and stack[depth - 1, KIND] > MACRO:
        depth -= 1
    return depth


@compiled
def top_kind(now: Registers, stack: Stack) -> int:
    """The innermost open construct; the text itself counts as braces."""
    return stack[now[DEPTH] - 1, KIND] if now[DEPTH] else BRACES

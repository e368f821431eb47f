"""The memory of the parser of C's statements: its registers and its stack.

Axes: `register` is a place in its registers; `frame` is a place on a stack of open constructs.
"""

import numpy as np
from jaxtyping import Int64

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
LIMIT = 256

Registers = Int64[np.ndarray, " register"]
Stack = Int64[np.ndarray, "frame column"]

"""The branches of `#if`: each begins with what was open before the first, so that a brace that all open counts once.

After `#endif` the last branch goes on, but for that of `#if 0`, which leaves no trace. Inside of it code is labelled as
code, and comments as comments, as they are everywhere: to an eye, and to a network, it is the same text.
"""

import numpy as np
from jaxtyping import Int64

from analysis.concepts.c_lexer import HASH, SPLICED, is_word_character
from analysis.concepts.c_registers import (
    COLUMNS,
    DEPTH,
    LIMIT,
    LINE,
    PREVIOUS,
    REGISTERS,
    Registers,
    Stack,
)
from analysis.concepts.steps import NEWLINE, SPACE, Int, packed
from models.compiled import compiled

IF = packed("if")
OPENING = (IF, packed("ifdef"), packed("ifndef"))
NEXT = tuple(map(packed, ("else", "elif", "elifdef", "elifndef")))
ENDIF, NEVER = packed("endif"), packed("0")

# What is known: how many `#if` are open; the first word of the directive that is read; whether it has ended; if it is
# `if`, what came after it. Of each open `#if`, whether it is an `#if 0`.
KNOWN = 4
LEVEL, DIRECTIVE, HAS_ENDED, CONDITION = range(KNOWN)
LEVELS = 32

Known = Int64[np.ndarray, " known"]
Dead = Int64[np.ndarray, " level"]
SavedRegisters = Int64[np.ndarray, "level register"]
SavedStacks = Int64[np.ndarray, "level frame column"]
Branches = tuple[Known, Dead, SavedRegisters, SavedStacks]


@compiled
def no_branches() -> Branches:
    """No `#if` is open."""
    known, dead = np.zeros(KNOWN, np.int64), np.zeros(LEVELS, np.int64)
    return known, dead, np.zeros((LEVELS, REGISTERS), np.int64), np.zeros((LEVELS, LIMIT, COLUMNS), np.int64)


@compiled
def save(branches: Branches, now: Registers, stack: Stack) -> None:
    """An `#if` opens: keep what is open."""
    known, dead, registers, stacks = branches
    level, depth = known[LEVEL], now[DEPTH]
    known[LEVEL] += 1
    if level < LEVELS:
        dead[level] = False
        registers[level] = now
        stacks[level, :depth] = stack[:depth]


@compiled
def restore(branches: Branches, now: Registers, stack: Stack) -> None:
    """Go back to what was open before the innermost `#if`."""
    known, _, registers, stacks = branches
    level = known[LEVEL] - 1
    if 0 <= level < LEVELS:
        line, previous, depth = now[LINE], now[PREVIOUS], registers[level, DEPTH]
        now[:] = registers[level]
        now[LINE], now[PREVIOUS] = line, previous
        stack[:depth] = stacks[level, :depth]


@compiled
def end_word_of_directive(branches: Branches, now: Registers, stack: Stack) -> None:
    """Act on the first word of a directive."""
    known, dead, _, _ = branches
    word = known[DIRECTIVE]
    known[HAS_ENDED] = True
    if word in OPENING:
        save(branches, now, stack)
    elif word in NEXT:
        restore(branches, now, stack)
        if 0 < known[LEVEL] <= LEVELS:
            dead[known[LEVEL] - 1] = False
    elif word == ENDIF and known[LEVEL]:
        if known[LEVEL] <= LEVELS and dead[known[LEVEL] - 1]:
            restore(branches, now, stack)
        known[LEVEL] -= 1


@compiled
def read_directive(branches: Branches, now: Registers, stack: Stack, seen: Int) -> None:
    """Read one character of a directive, from its `#` to the newline that ends it."""
    known, dead, _, _ = branches
    if now[LINE] == HASH and seen == ord("#"):
        known[DIRECTIVE] = known[HAS_ENDED] = known[CONDITION] = 0
    if not known[HAS_ENDED]:
        if is_word_character(seen):
            known[DIRECTIVE] = known[DIRECTIVE] << 8 | seen
        elif known[DIRECTIVE] and seen != SPLICED:
            end_word_of_directive(branches, now, stack)
    elif known[DIRECTIVE] == IF and seen > SPACE:
        known[CONDITION] = known[CONDITION] << 8 | seen
    is_dead = known[DIRECTIVE] == IF and known[CONDITION] == NEVER
    if seen == NEWLINE and is_dead and known[LEVEL] <= LEVELS:
        dead[known[LEVEL] - 1] = True

"""The statements of C: which bodies and conditions each character lies in.

Axes: `time` is the position of a character in a text; `frame` is a place on a stack of open constructs.
A push-down automaton reads C statement by statement, without a grammar of its expressions. Its memory is
bounded and it takes any text: what does not parse costs it at most the rest of a function, because a `}`
in a line's first column closes everything. It reads the text of a #define as code of its own, begins each branch of
an `#if` alike, leaves out other directives, and takes macros named like `list_for_each_entry` or `LIST_FOREACH` for
loops, as their readers do.
"""

import numpy as np
from jaxtyping import UInt8

from analysis.concepts.c_branches import no_branches, read_directive
from analysis.concepts.c_heads import (
    LAST_OF_EACH,
    is_struct,
    is_transparent,
    names_loop,
    read_head_mark,
    read_head_word,
)
from analysis.concepts.c_lexer import (
    BLANK,
    HASH,
    MACRO_TEXT,
    OTHER_DIRECTIVE,
    SPLICED,
    TEXT,
    as_code,
    is_word_character,
    next_line,
)
from analysis.concepts.c_registers import (
    AFTER_STRUCT,
    BRACES,
    CALLED,
    COLUMNS,
    DEPTH,
    DO_BODY,
    ELSE_BODY,
    IF_BODY,
    IF_DONE,
    INSIDE,
    ITERATES,
    KIND,
    LABELLED,
    LIMIT,
    LINE,
    LINKAGE,
    LOOP_BODY,
    MACRO,
    MODE,
    OLD_MODE,
    OLD_PARENS,
    PARENS,
    PREVIOUS,
    REGISTERS,
    SWITCH_BODY,
    WORD,
    Registers,
    Stack,
    block_depth,
    inside,
    pop,
    top_kind,
)
from analysis.concepts.concept import Codes
from analysis.concepts.steps import LOWER_CASE, NEWLINE, SPACE, Bool, Int, packed
from models.compiled import compiled

# What a character can lie in, as the bits that `scan_statements` sets.
IN_IF, IN_ELSE, IN_LOOP, IN_SWITCH, IN_FUNCTION, IN_STRUCT, IN_IF_HEAD, IN_LOOP_HEAD = (1 << bit for bit in range(8))

# MODE: at a statement's start; in its first word; further in it; after its `=`; after `if`; after `for`, `while` or
# the name of a macro that loops; after `switch`; after the body of a `do`.
START, FIRST, PLAIN, ASSIGN, IF_HEAD, LOOP_HEAD, SWITCH_HEAD, TAIL = range(8)

IF, ELSE, FOR, WHILE, SWITCH, DO, GIVE = map(packed, ("if", "else", "for", "while", "switch", "do", "return"))
MAYBE_IF = (packed("i"), IF)


@compiled
def head_bits(now: Registers) -> int:
    """The bits of the condition that is being read."""
    if now[PARENS] == 0:
        return 0
    if now[MODE] == IF_HEAD:
        return IN_IF_HEAD
    return IN_LOOP_HEAD if now[MODE] == LOOP_HEAD or now[MODE] == TAIL else 0


@compiled
def push(now: Registers, stack: Stack, kind: int, bits: int) -> None:
    """Open a construct, before the first character of its first statement."""
    if now[DEPTH] == LIMIT:
        now[DEPTH] = 0
    frame = stack[now[DEPTH]]
    frame[KIND], frame[INSIDE] = kind, inside(stack, now[DEPTH]) | head_bits(now) | bits
    frame[OLD_MODE], frame[OLD_PARENS] = now[MODE], now[PARENS]
    now[DEPTH] += 1
    now[MODE] = START
    now[PARENS] = now[AFTER_STRUCT] = now[LINKAGE] = now[CALLED] = 0


@compiled
def complete(now: Registers, stack: Stack) -> None:
    """A statement has ended, and with it the bodies that it was; an if may still go on with `else`."""
    while True:
        now[MODE] = START
        now[PARENS] = now[CALLED] = now[LINKAGE] = 0
        kind = top_kind(now, stack)
        if kind == IF_BODY:
            frame = stack[now[DEPTH] - 1]
            frame[KIND], frame[INSIDE] = IF_DONE, inside(stack, now[DEPTH] - 1)
        if kind <= MACRO or kind in (IF_BODY, IF_DONE):
            return
        now[DEPTH] -= 1
        if kind == DO_BODY:
            now[MODE] = TAIL
            return


@compiled
def begin(now: Registers, stack: Stack) -> None:
    """Something other than `else` comes: it ends the ifs that waited for one, or it begins a statement."""
    if top_kind(now, stack) == IF_DONE:
        now[DEPTH] = block_depth(now, stack)
    if now[MODE] <= FIRST:
        now[MODE] = PLAIN


@compiled
def open_braces(now: Registers, stack: Stack, first_column: Bool) -> None:
    """Read a `{`: of a struct, of a function, or of a statement. That of `extern "C"` is as if it were not there."""
    if top_kind(now, stack) == IF_DONE:
        begin(now, stack)
        now[MODE] = START
    bits = 0
    if is_struct(now):
        bits = IN_STRUCT
    elif now[DEPTH] == 0 and is_transparent(now):
        complete(now, stack)
        return
    elif block_depth(now, stack) == 0 or top_kind(now, stack) == MACRO:
        is_head = first_column or (now[MODE] == PLAIN and now[CALLED]) or (now[MODE] == START and now[DEPTH] == 0)
        if is_head and now[PARENS] == 0 and now[MODE] < ASSIGN:
            bits = IN_FUNCTION
    push(now, stack, BRACES, bits)


@compiled
def close_braces(now: Registers, stack: Stack, first_column: Bool) -> None:
    """Read a `}`. One in the first column closes everything; one that opened nothing closes nothing in a macro."""
    depth = block_depth(now, stack)
    if depth and stack[depth - 1, KIND] == MACRO:
        return
    if depth == 0 or first_column:
        now[DEPTH] = 0
        complete(now, stack)
        return
    pop(now, stack, depth - 1)
    if now[PARENS] == 0 and now[MODE] != ASSIGN:
        complete(now, stack)


@compiled
def read_mark(now: Registers, stack: Stack, mark: Int) -> None:  # noqa: C901  one case per mark
    """Read a character of code that is neither white space nor part of a word."""
    first_column = now[PREVIOUS] == NEWLINE and now[LINE] != MACRO_TEXT
    if mark == ord("}"):
        close_braces(now, stack, first_column)
        return
    if mark == ord("{"):
        open_braces(now, stack, first_column)
        return
    read_head_mark(now, mark)
    now[LABELLED] = mark == ord(":") and now[MODE] == PLAIN
    if mark == ord(";") and not (now[MODE] == LOOP_HEAD and now[PARENS]):
        if top_kind(now, stack) == IF_DONE:
            begin(now, stack)
        complete(now, stack)
        return
    begin(now, stack)
    if mark == ord("("):
        now[CALLED] = 1
        now[PARENS] += 1
    elif mark == ord(")") and now[PARENS]:
        now[PARENS] -= 1
        if now[PARENS] == 0 and now[MODE] == LOOP_HEAD and now[PREVIOUS] == ord("("):
            now[MODE] = PLAIN  # no loop, but a function that is named like one
        if now[PARENS] == 0 and now[MODE] == IF_HEAD:
            push(now, stack, IF_BODY, IN_IF)
        elif now[PARENS] == 0 and now[MODE] == LOOP_HEAD:
            push(now, stack, LOOP_BODY, IN_LOOP)
        elif now[PARENS] == 0 and now[MODE] == SWITCH_HEAD:
            push(now, stack, SWITCH_BODY, IN_SWITCH)
    elif now[PARENS] == 0 and ASSIGN < now[MODE] < TAIL:
        now[MODE] = PLAIN  # a head without parentheses is none
    elif mark == ord("=") and now[MODE] == PLAIN and now[PARENS] == 0:
        now[MODE] = ASSIGN


@compiled
def end_word(now: Registers, stack: Stack) -> None:
    """Act on the word just read, if it is a keyword or names a macro that loops."""
    word, is_first, follows_label = now[WORD], now[MODE] <= FIRST, now[LABELLED]
    now[WORD] = now[LABELLED] = 0
    if word == ELSE and top_kind(now, stack) == IF_DONE:
        now[DEPTH] -= 1
        now[MODE] = PLAIN
    begin(now, stack)
    read_head_word(now, word)
    if now[PARENS] or now[MODE] > ASSIGN:
        return
    if word == IF:
        if is_first and top_kind(now, stack) == ELSE_BODY:  # an `else if` is no else: its bits are those around it
            stack[now[DEPTH] - 1, INSIDE] = inside(stack, now[DEPTH] - 1)
        now[MODE] = IF_HEAD
    elif word in (FOR, WHILE) or (now[ITERATES] and (is_first or follows_label)):
        now[MODE] = LOOP_HEAD
    elif word == SWITCH:
        now[MODE] = SWITCH_HEAD
    elif word == ELSE:
        push(now, stack, ELSE_BODY, IN_ELSE)
    elif word == DO:
        push(now, stack, DO_BODY, IN_LOOP)
    elif word == GIVE:
        now[MODE] = ASSIGN  # braces that come now hold a value


@compiled
def end_macro(now: Registers, stack: Stack) -> None:
    """The text of a #define is over, and with it what it left open."""
    if now[WORD]:
        end_word(now, stack)
    depth = block_depth(now, stack)
    while depth > 0 and stack[depth - 1, KIND] != MACRO:
        depth -= 1
    if depth > 0:
        pop(now, stack, depth - 1)


@compiled
def read_code(now: Registers, stack: Stack, seen: Int) -> None:
    """Read one character that no directive holds, unless it is the text of a #define."""
    if is_word_character(seen):
        if now[WORD] == 0:
            now[ITERATES] = 0
            if now[MODE] == START and top_kind(now, stack) != IF_DONE:  # there, the word may be `else`
                now[MODE] = FIRST
        now[WORD] = now[WORD] << 8 | seen
        if seen | LOWER_CASE == LAST_OF_EACH:
            now[ITERATES] |= names_loop(now[WORD])
        return
    if now[WORD]:
        end_word(now, stack)
    if seen > SPACE:
        read_mark(now, stack, seen)


@compiled
def open_bits(now: Registers, stack: Stack) -> int:
    """The bits of what the last character read lies in."""
    depth, kind = now[DEPTH], top_kind(now, stack)
    if kind == IF_DONE:  # what its if lies in has ended as well, up to the next braces, unless `else` comes
        depth = block_depth(now, stack)
    elif kind > MACRO:
        is_before = now[MODE] == START
        may_be_else_if = kind == ELSE_BODY and now[MODE] == FIRST and now[WORD] in MAYBE_IF
        depth -= is_before or may_be_else_if
    return inside(stack, depth) | head_bits(now)


@compiled
def scan_statements(codes: Codes) -> UInt8[np.ndarray, " time"]:
    """What each character lies in: a sum of `IN_IF`, `IN_ELSE` and so on."""
    bits = np.empty(codes.size, dtype=np.uint8)
    now, stack, branches = np.zeros(REGISTERS, np.int64), np.zeros((LIMIT, COLUMNS), np.int64), no_branches()
    now[LINE], now[PREVIOUS] = BLANK, NEWLINE
    as_read = as_code(codes)
    for time in range(codes.size):
        seen = np.int64(as_read[time])
        if seen == SPLICED or (seen == SPACE and now[WORD] == 0 and now[LINE] <= TEXT):  # quick to skip
            now[PREVIOUS] = seen
            bits[time] = bits[time - 1] if time else 0
            continue
        before, now[LINE] = now[LINE], next_line(now[LINE], seen)
        if HASH <= max(before, now[LINE]) <= OTHER_DIRECTIVE:
            read_directive(branches, now, stack, seen)
        if before == MACRO_TEXT and now[LINE] == BLANK:
            end_macro(now, stack)
        elif now[LINE] == MACRO_TEXT and before != MACRO_TEXT:
            push(now, stack, MACRO, 0)
        elif now[LINE] <= TEXT or now[LINE] == MACRO_TEXT:
            read_code(now, stack, seen)
        bits[time] = open_bits(now, stack)
        now[PREVIOUS] = np.int64(codes[time])
    return bits

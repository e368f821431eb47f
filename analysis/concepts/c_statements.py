"""Concepts of C that need its statements: the bodies of ifs.

Axes: `time` is the position of a character in a text; `frame` is a place on a stack of open constructs.
A push-down automaton reads C statement by statement, without a grammar of its expressions. Its memory is
bounded and it takes any text: what does not parse costs it at most the rest of a function, because a `}`
in a line's first column closes everything.
Numba's cache does not see a change of `c_code.next_lexeme` from here: after one, delete `__pycache__`.
"""

import numpy as np
from jaxtyping import Float32, Int64, UInt32
from numba import njit

from analysis.concepts.c_code import BLOCK_STAR, CODE, CODE_SLASH, LINE, LINUX, next_lexeme
from analysis.concepts.concept import Concept

NEWLINE, SPACE, TAB, BACKSLASH = 10, 32, 9, ord("\\")

# Registers of the parser.
MODE, PARENS, DEPTH, IFS, WORD, DIRECTIVE, BLANK, PREVIOUS = range(8)
# MODE: at a statement's start; in one; after its `=`; after `if`; after `for`, `while`, `switch`; after a `do` body.
START, PLAIN, ASSIGN, IF_HEAD, LOOP_HEAD, TAIL = range(6)
# DIRECTIVE: none; before its name's end; in the body of a #define; in another one.
NONE, NAME, DEFINE_BODY, SKIPPED = range(4)
# Columns of the stack: what is open, and MODE, PARENS and IFS from before it.
KIND, OLD_MODE, OLD_PARENS, OLD_IFS = range(4)
# KIND: braces; the text of a #define; bodies; an if whose `else` may follow.
BRACES, MACRO, IF_BODY, ELSE_BODY, LOOP_BODY, DO_BODY, IF_DONE = range(7)
LIMIT = 256


def packed(word: str) -> int:
    """A keyword as the number that `WORD` holds after it."""
    return int.from_bytes(word.encode(), "big")


IF, ELSE, FOR, WHILE, SWITCH, DO, DEFINE = map(packed, ("if", "else", "for", "while", "switch", "do", "define"))

Registers = Int64[np.ndarray, " register"]
Stack = Int64[np.ndarray, "frame column"]


@njit(cache=True)
def drop_to(now: Registers, stack: Stack, depth: int) -> None:
    """Leave only the outermost `depth` constructs open."""
    if depth < now[DEPTH]:
        now[IFS] = stack[depth, OLD_IFS]
        now[DEPTH] = depth


@njit(cache=True)
def push(now: Registers, stack: Stack, kind: int) -> None:
    """Open a construct, before the first character of its first statement."""
    if now[DEPTH] == LIMIT:
        drop_to(now, stack, 0)
    frame = stack[now[DEPTH]]
    frame[KIND], frame[OLD_MODE], frame[OLD_PARENS], frame[OLD_IFS] = kind, now[MODE], now[PARENS], now[IFS]
    now[DEPTH] += 1
    now[MODE], now[PARENS] = START, 0
    now[IFS] += kind == IF_BODY


@njit(cache=True)
def block_depth(now: Registers, stack: Stack) -> int:
    """How many constructs are open up to and with the innermost braces or macro."""
    depth = now[DEPTH]
    while depth > 0 and stack[depth - 1, KIND] > MACRO:
        depth -= 1
    return depth


@njit(cache=True)
def top_kind(now: Registers, stack: Stack) -> int:
    """The innermost open construct; the text itself counts as braces."""
    return stack[now[DEPTH] - 1, KIND] if now[DEPTH] else BRACES


@njit(cache=True)
def complete(now: Registers, stack: Stack) -> None:
    """A statement has ended, and with it the bodies that it was; an if may still go on with `else`."""
    while True:
        now[MODE], now[PARENS] = START, 0
        kind = top_kind(now, stack)
        if kind == IF_BODY:
            stack[now[DEPTH] - 1, KIND] = IF_DONE
            now[IFS] = stack[now[DEPTH] - 1, OLD_IFS]
        if kind <= MACRO or kind in (IF_BODY, IF_DONE):
            return
        drop_to(now, stack, now[DEPTH] - 1)
        if kind == DO_BODY:
            now[MODE] = TAIL
            return


@njit(cache=True)
def begin(now: Registers, stack: Stack) -> None:
    """Something other than `else` comes: it ends the ifs that waited for one, or it begins a statement."""
    if top_kind(now, stack) == IF_DONE:
        drop_to(now, stack, block_depth(now, stack))
    if now[MODE] == START:
        now[MODE] = PLAIN


@njit(cache=True)
def close_braces(now: Registers, stack: Stack) -> None:
    """Read a `}`. One in the first column closes everything; one that opened nothing closes nothing in a macro."""
    depth = block_depth(now, stack)
    if depth and stack[depth - 1, KIND] == MACRO:
        return
    if depth == 0 or (now[PREVIOUS] == NEWLINE and now[DIRECTIVE] == NONE):
        drop_to(now, stack, 0)
        now[MODE], now[PARENS] = START, 0
        return
    drop_to(now, stack, depth - 1)
    now[MODE], now[PARENS] = stack[depth - 1, OLD_MODE], stack[depth - 1, OLD_PARENS]
    if now[PARENS] == 0 and now[MODE] != ASSIGN:
        complete(now, stack)


@njit(cache=True)
def read_mark(now: Registers, stack: Stack, code: int | np.int64) -> None:
    """Read a character of code that is neither white space nor part of a word."""
    if code == ord("}"):
        close_braces(now, stack)
        return
    if code == ord("{"):
        if top_kind(now, stack) == IF_DONE:
            begin(now, stack)
            now[MODE] = START
        push(now, stack, BRACES)
        return
    if code == ord(";") and not (now[MODE] == LOOP_HEAD and now[PARENS]):
        if top_kind(now, stack) == IF_DONE:
            begin(now, stack)
        complete(now, stack)
        return
    begin(now, stack)
    if code == ord("("):
        now[PARENS] += 1
    elif code == ord(")") and now[PARENS]:
        now[PARENS] -= 1
        if now[PARENS] == 0 and (now[MODE] == IF_HEAD or now[MODE] == LOOP_HEAD):
            push(now, stack, IF_BODY if now[MODE] == IF_HEAD else LOOP_BODY)
    elif code == ord("=") and now[MODE] == PLAIN and now[PARENS] == 0:
        now[MODE] = ASSIGN


@njit(cache=True)
def end_word(now: Registers, stack: Stack) -> None:
    """Act on the word just read, if it is a keyword of control flow or the name of a directive."""
    word = now[WORD]
    now[WORD] = 0
    if now[DIRECTIVE] == NAME:
        now[DIRECTIVE] = DEFINE_BODY if word == DEFINE else SKIPPED
        if word == DEFINE:
            push(now, stack, MACRO)
        return
    if word == ELSE and top_kind(now, stack) == IF_DONE:
        drop_to(now, stack, now[DEPTH] - 1)
        now[MODE] = PLAIN
    begin(now, stack)
    if now[PARENS] or now[MODE] > ASSIGN:
        return
    if word == IF:
        now[MODE] = IF_HEAD
    elif word in (FOR, WHILE, SWITCH):
        now[MODE] = LOOP_HEAD
    elif word == ELSE:
        push(now, stack, ELSE_BODY)
    elif word == DO:
        push(now, stack, DO_BODY)


@njit(cache=True)
def end_line(now: Registers, stack: Stack) -> None:
    """Read a newline, which ends a directive and, with it, what the text of a #define left open."""
    now[BLANK] = 1
    if now[DIRECTIVE] == DEFINE_BODY:
        depth = block_depth(now, stack)
        while depth > 0 and stack[depth - 1, KIND] != MACRO:
            depth -= 1
        if depth > 0:
            drop_to(now, stack, depth - 1)
            now[MODE], now[PARENS] = stack[depth - 1, OLD_MODE], stack[depth - 1, OLD_PARENS]
    now[DIRECTIVE] = NONE


@njit(cache=True)
def read_code(now: Registers, stack: Stack, code: int | np.int64) -> None:
    """Read one character that lies outside comments and literals."""
    is_letter = ord("a") <= code <= ord("z") or ord("A") <= code <= ord("Z")
    if is_letter or ord("0") <= code <= ord("9") or code == ord("_"):
        is_code = now[DIRECTIVE] in (NONE, DEFINE_BODY)
        if is_code and now[MODE] == START and top_kind(now, stack) != IF_DONE:  # the word may be `else`
            now[MODE] = PLAIN
        now[WORD] = now[WORD] << 8 | code  # the last eight characters, enough for any keyword
        now[BLANK] = 0
        return
    if now[WORD] and now[DIRECTIVE] == SKIPPED:
        now[WORD] = 0
    elif now[WORD]:
        end_word(now, stack)
    if code == NEWLINE:
        if now[PREVIOUS] != BACKSLASH:
            end_line(now, stack)
    elif code == ord("#") and now[BLANK] and now[DIRECTIVE] == NONE:
        now[DIRECTIVE] = NAME
    elif code != SPACE and code != TAB and code != BACKSLASH:
        now[BLANK] = 0
        if now[DIRECTIVE] in (NONE, DEFINE_BODY):
            read_mark(now, stack, code)


@njit(cache=True)
def count_if_bodies(now: Registers, stack: Stack) -> int:
    """How many bodies of ifs the last character read lies in."""
    kind = top_kind(now, stack)
    if kind == IF_DONE:  # what its if lies in has ended as well, up to the next braces, unless `else` comes
        depth = block_depth(now, stack)
        return stack[depth - 1, OLD_IFS] if depth else 0
    return now[IFS] - (kind == IF_BODY and now[MODE] == START)


@njit(cache=True)
def label_if_body(codes: UInt32[np.ndarray, " time"]) -> Float32[np.ndarray, " time"]:
    """1 in what an `if` does when it is true: braces and all within them, or a single statement.

    On from the `{`, or from the statement's first character, until the `}` or `;` that ends it. The body of
    an `else` is not it, unless it lies in the body of another `if`; that of `else if` is. When `else` goes on
    with the single statement of an outer `if`, the label comes back after the word. A #define is read
    as code of its own; other directives leave the label as it is.
    """
    labels = np.empty(codes.size, dtype=np.float32)
    now = np.zeros(8, dtype=np.int64)
    stack = np.zeros((LIMIT, 4), dtype=np.int64)
    now[BLANK] = 1
    lexeme = CODE
    for time in range(codes.size):
        code = np.int64(codes[time])
        before, lexeme = lexeme, next_lexeme(lexeme, code)
        if lexeme == CODE_SLASH:
            read_code(now, stack, SPACE)  # a comment may begin, which begins no statement
        elif (before <= CODE_SLASH and not LINE <= lexeme <= BLOCK_STAR) or (lexeme == CODE and code == NEWLINE):
            read_code(now, stack, code)
        now[PREVIOUS] = code
        labels[time] = count_if_bodies(now, stack) > 0
    return labels


C_STATEMENTS = (
    Concept(
        name="if-body",
        title="inside the body of an if",
        description="In the braces, or the one statement, that an if of C guards; the else part is not it.",
        kind="state",
        corpora=LINUX,
        timing="causal",
        source="Karpathy 2015; Karpathy, Johnson & Fei-Fei 2016, fig. 2",
        label=label_if_body,
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
)

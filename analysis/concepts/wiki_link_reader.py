"""The automaton that reads links of wiki markup: its registers, and what each character does to them.

Axes: `register` is a place in its registers; `frame` is a link within links, of which two numbers are kept.
"""

import numpy as np
from jaxtyping import Int64

from analysis.concepts.steps import NEWLINE, RETURN, SPACE, TAB, Int, is_letter
from analysis.concepts.wiki_steps import (
    CLOSE_BRACE,
    GREATER,
    NOT_ASCII,
    OPEN_BRACE,
    SLASH,
    ends_part,
    pair_braces,
)
from models.compiled import compiled

OPEN, CLOSE, PIPE, COLON, HYPHEN, UNDERSCORE = (ord(mark) for mark in "[]|:-_")
MARKS = (OPEN, CLOSE, PIPE, OPEN_BRACE, CLOSE_BRACE, NEWLINE, GREATER)

# Registers: how many links are open; a `[` or `]` that the next may pair with; single `[` that are open in a link;
# whether the line is blank so far; a bit per open link: after its `|`, with a namespace;
# how many letters the link began with; whether the last `]` was that of a single `[`; templates that are open in links,
# and a brace that the next may pair with.
REGISTERS, KEPT = 10, 2
DEPTH, UNPAIRED, SINGLES, BLANK, PIPED, NAMESPACED, PREFIX, SINGLE_CLOSED, TEMPLATES, BRACE = range(REGISTERS)
NO_PREFIX, AFTER_COLON, AFTER_SLASH, LIMIT = -1, -2, -3, 32
SECOND_WORD = 1 << 20  # added to the letters of a prefix after its space, as in User talk:

START, OPEN_TEMPLATES = range(KEPT)  # of a link: where it began, and how many templates were open

Registers = Int64[np.ndarray, " register"]
Frames = Int64[np.ndarray, "2 frame"]


@compiled
def set_innermost(now: Registers, register: Int, value: Int) -> None:
    """Note something about the innermost open link."""
    bit = 1 << min(now[DEPTH], LIMIT)
    now[register] = now[register] | bit if value else now[register] & ~bit


@compiled
def close_links(now: Registers) -> None:
    """Give up on all links that are open."""
    now[:] = 0
    now[PREFIX] = NO_PREFIX


@compiled
def leave_link(now: Registers) -> None:
    """End the innermost link, or take back that it began."""
    set_innermost(now, PIPED, 0)
    set_innermost(now, NAMESPACED, 0)
    now[DEPTH] -= 1
    now[SINGLES] *= now[DEPTH] > 0


@compiled
def read_prefix(now: Registers, code: Int) -> None:
    """Follow the first word of a link, or two: letters, a colon and no space after it name a namespace or another wiki.

    A colon may come first, as in [[:Category:Rome]]. Two slashes show that it is an address, and so no link to a page.
    """
    if now[PREFIX] == AFTER_SLASH:
        now[PREFIX] = NO_PREFIX
        if code == SLASH:
            leave_link(now)
    elif code == SLASH and (now[PREFIX] == AFTER_COLON or now[PREFIX] == 0):
        set_innermost(now, NAMESPACED, now[PREFIX] == AFTER_COLON)
        now[PREFIX] = AFTER_SLASH
    elif now[PREFIX] == AFTER_COLON:
        set_innermost(now, NAMESPACED, code != SPACE)
        now[PREFIX] = NO_PREFIX
    elif code == COLON:
        now[PREFIX] = AFTER_COLON if now[PREFIX] > 0 else 0
    elif code == SPACE and 0 < now[PREFIX] < SECOND_WORD:
        now[PREFIX] += SECOND_WORD
    else:
        of_name = is_letter(code) or code in (HYPHEN, UNDERSCORE) or code >= NOT_ASCII
        now[PREFIX] = now[PREFIX] + 1 if of_name else NO_PREFIX


@compiled
def read_bracket(now: Registers, frames: Frames, time: Int, code: Int) -> None:
    """Pair a `[` or `]` with one directly before it, or keep it for the next. A third `[` takes a link back.

    Of three `]` the first is that of a single `[`, if one is open.
    """
    if code == OPEN and now[PREFIX] == 0 and now[DEPTH] > 0:
        leave_link(now)
    if now[UNPAIRED] != code:
        now[PREFIX] = NO_PREFIX
        if code == CLOSE and now[SINGLES] > 0:
            now[SINGLES] -= 1
            now[UNPAIRED], now[SINGLE_CLOSED] = 0, 1
        else:
            now[UNPAIRED] = code
        return
    now[UNPAIRED], now[SINGLE_CLOSED] = 0, 0
    if code == OPEN:
        now[DEPTH] += 1
        frames[START, min(now[DEPTH], LIMIT)] = time
        frames[OPEN_TEMPLATES, min(now[DEPTH], LIMIT)] = now[TEMPLATES]
        now[PREFIX] = 0
        set_innermost(now, PIPED, 0)
    elif now[DEPTH] > 0:
        leave_link(now)


@compiled
def read_link(now: Registers, frames: Frames, recent: Int, time: Int, code: Int) -> bool:
    """Read a character, and return whether the next matters even if it is no mark (`MARKS`).

    Links in the caption of a picture nest. A blank line and the end of a page's text close links that were left open,
    about one in 30,000, which would otherwise mark the rest of the text; captions have no blank lines.
    """
    if code in (OPEN, CLOSE):
        read_bracket(now, frames, time, code)
    else:
        now[SINGLES] += now[UNPAIRED] == OPEN and now[DEPTH] > 0
        if now[UNPAIRED] == CLOSE and now[SINGLE_CLOSED] and now[DEPTH] > 0:  # two `]` after all, which end the link
            leave_link(now)
        now[UNPAIRED], now[SINGLE_CLOSED] = 0, 0
        if now[PREFIX] != NO_PREFIX:
            read_prefix(now, code)
        if code == PIPE and now[TEMPLATES] == frames[OPEN_TEMPLATES, min(now[DEPTH], LIMIT)]:
            set_innermost(now, PIPED, now[DEPTH] > 0)
    if now[DEPTH] > 0:  # the `|` of a template within a link is not the link's
        now[TEMPLATES], now[BRACE] = pair_braces(now[TEMPLATES], now[BRACE], code)
    else:
        now[TEMPLATES], now[BRACE] = 0, 0
    if (code == NEWLINE and now[BLANK]) or ends_part(recent):
        close_links(now)
    if code == NEWLINE:
        now[BLANK] = 1
    elif code != SPACE and code != TAB and code != RETURN:
        now[BLANK] = 0
    waits = now[UNPAIRED] != 0 or now[SINGLE_CLOSED] != 0 or now[BRACE] != 0
    return waits or now[PREFIX] != NO_PREFIX or now[BLANK] != 0


@compiled
def no_links() -> tuple[Registers, Frames]:
    """The registers before any text, and the numbers kept of open links."""
    now, frames = np.zeros(REGISTERS, dtype=np.int64), np.zeros((KEPT, LIMIT + 1), dtype=np.int64)
    now[PREFIX] = NO_PREFIX
    return now, frames

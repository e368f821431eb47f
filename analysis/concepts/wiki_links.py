"""Concepts of Wikipedia's links from page to page.

Axes: `time` is the position of a character in a text; `frame` is a link within links.
"""

import numpy as np
from jaxtyping import Int64

from analysis.concepts.concept import Codes, Labels, WikiConcept
from analysis.concepts.steps import NEWLINE, RETURN, SPACE, TAB, Int, is_letter
from analysis.concepts.wiki_steps import GREATER, NOT_ASCII, PLAIN, SLASH, ends_part, next_verbatim, remember
from models.compiled import compiled

OPEN, CLOSE, PIPE, COLON, HYPHEN, UNDERSCORE, OPEN_BRACE, CLOSE_BRACE = (ord(mark) for mark in "[]|:-_{}")
MARKS = (OPEN, CLOSE, PIPE, OPEN_BRACE, CLOSE_BRACE, NEWLINE, GREATER)

# Registers: how many links are open; a `[` or `]` that the next may pair with; single `[` that are open in a link;
# whether the line is blank so far; a bit per open link: after its `|`, with a namespace;
# how many letters the link began with; whether the last `]` was that of a single `[`; templates that are open in links,
# and a brace that the next may pair with.
DEPTH, UNPAIRED, SINGLES, BLANK, PIPED, NAMESPACED, PREFIX, SINGLE_CLOSED, TEMPLATES, BRACE = range(10)
# What else a scan of links can tell, besides PIPED and NAMESPACED.
INSIDE_LINK, POSITION, ENDS_NEXT = DEPTH, PREFIX, UNPAIRED
NO_PREFIX, AFTER_COLON, AFTER_SLASH, LIMIT, LONGEST_POSITION = -1, -2, -3, 32, 40
SECOND_WORD = 1 << 20  # added to the letters of a prefix after its space, as in User talk:

START, OPEN_TEMPLATES = range(2)  # of a link: where it began, and how many templates were open

Registers = Int64[np.ndarray, " register"]


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
def read_bracket(now: Registers, frames: Int64[np.ndarray, "2 frame"], time: Int, code: Int) -> None:
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
def read_brace(now: Registers, code: Int) -> None:
    """Pair a brace within a link with one directly before it: the `|` of a template is not the link's."""
    if now[DEPTH] == 0 or code not in (OPEN_BRACE, CLOSE_BRACE):
        now[BRACE], now[TEMPLATES] = 0, now[TEMPLATES] * (now[DEPTH] > 0)
    elif now[BRACE] != code:
        now[BRACE] = code
    else:
        now[BRACE] = 0
        now[TEMPLATES] = now[TEMPLATES] + 1 if code == OPEN_BRACE else max(now[TEMPLATES] - 1, 0)


@compiled
def read_link(now: Registers, frames: Int64[np.ndarray, "2 frame"], recent: Int, time: Int, code: Int) -> bool:
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
    read_brace(now, code)
    if (code == NEWLINE and now[BLANK]) or ends_part(recent):
        close_links(now)
    if code == NEWLINE:
        now[BLANK] = 1
    elif code != SPACE and code != TAB and code != RETURN:
        now[BLANK] = 0
    waits = now[UNPAIRED] != 0 or now[SINGLE_CLOSED] != 0 or now[BRACE] != 0
    return waits or now[PREFIX] != NO_PREFIX or now[BLANK] != 0


@compiled
def scan_links(codes: Codes, what: Int, outside: float) -> Labels:
    """One of `INSIDE_LINK`, `POSITION`, `ENDS_NEXT`, `PIPED` and `NAMESPACED` within links, and `outside` elsewhere."""
    labels = np.full(codes.size, outside, dtype=np.float32)
    now, frames = np.zeros(10, dtype=np.int64), np.zeros((2, LIMIT + 1), dtype=np.int64)
    now[PREFIX], recent, pending, shown = NO_PREFIX, np.int64(0), True, np.int64(PLAIN)
    for time in range(codes.size):
        code = np.int64(codes[time])
        recent = remember(recent, code)
        shown = next_verbatim(shown, recent)
        if shown == PLAIN and (pending or code in MARKS):
            pending = read_link(now, frames, recent, time, code)
        if now[DEPTH] == 0:
            continue
        if what == POSITION:
            labels[time] = min(time - frames[START, min(now[DEPTH], LIMIT)], LONGEST_POSITION)
        elif what == PIPED:
            labels[time] = now[PIPED] >> min(now[DEPTH], LIMIT) & 1
        elif what == ENDS_NEXT:
            if now[UNPAIRED] != CLOSE:
                alone = now[UNPAIRED] == 0 and now[SINGLES] == 0
                labels[time] = alone and time + 1 < codes.size and codes[time + 1] == CLOSE
        else:
            labels[time] = what == INSIDE_LINK or now[NAMESPACED] > 0
    return labels


def label_inside_link(codes: Codes) -> Labels:
    """1 from the second `[` of `[[` to before the second `]` of `]]`."""
    return scan_links(codes, INSIDE_LINK, 0.0)


def label_position_in_link(codes: Codes) -> Labels:
    """How many characters of the innermost link were read, and NaN outside links.

    It stays at 40, for nine links of ten end before: the rest are captions of pictures, whose hundreds of characters
    would weigh more than all the others. After a link within a caption the caption's own count goes on.
    """
    return scan_links(codes, POSITION, np.nan)


def label_link_text(codes: Codes) -> Labels:
    """1 after the first `|` of the innermost link, 0 before it, and NaN outside links."""
    return scan_links(codes, PIPED, np.nan)


def label_namespace_link(codes: Codes) -> Labels:
    """1 from the character after `[[Word:`, unless it is a space, to the link's end; NaN outside links."""
    return scan_links(codes, NAMESPACED, np.nan)


@compiled
def label_one_bracket(codes: Codes) -> Labels:
    """1 at the first `[` of a pair, and at one that stays alone."""
    labels = np.empty(codes.size, dtype=np.float32)
    one = False
    for time in range(codes.size):
        one = codes[time] == OPEN and not one
        labels[time] = one
    return labels


def label_link_ends_next(codes: Codes) -> Labels:
    """1 inside a link before the first `]` of its `]]`; NaN outside links and after that `]`.

    A single `[`, which opens an address in the caption of a picture, takes the next single `]`.
    """
    return scan_links(codes, ENDS_NEXT, np.nan)


WIKI_LINKS = (
    WikiConcept(
        name="inside-link",
        title="inside [[links]]",
        description="Between [[ and ]], where Wikipedia names another page.",
        kind="state",
        source="Karpathy 2015",
        label=label_inside_link,
        delimiters="[]",
        examples=(
            (
                "a [[b|c]]s [d] [[e",
                "...#####........##",
            ),
            (
                "[[[a]] [[//b c]] <!--[[d-->[[e]]",
                ".#......##..................###.",
            ),
            (
                "[[F:x|see [[y]], z]]. [[w\n\nv]]",
                ".##################....###....",
            ),
            (
                "[[a</text> b",
                ".########...",
            ),
        ),
    ),
    WikiConcept(
        name="position-in-link",
        title="the position inside [[links]]",
        description="How many characters of a [[link]] were read, at most 40.",
        kind="ramp",
        where="inside links",
        source="Karpathy 2015",
        label=label_position_in_link,
        delimiters="[]",
        decisive="inside",
        examples=(
            (
                "a [[bcd]] [[F:x|[[y]]z]]",
                "???01234???012345012999?",
            ),
        ),
    ),
    WikiConcept(
        name="link-text",
        title="in the part of a [[page|text]] link after the |",
        description="After the | of a link: the words shown instead of the page's name. Scored within links.",
        kind="state",
        where="inside links",
        source="the grammar of wiki markup",
        label=label_link_text,
        delimiters="[]|",
        decisive="inside",
        examples=(
            (
                "|[[a|b]] [[F|[[c]] d|e]]",
                "??..###???..##...######?",
            ),
        ),
    ),
    WikiConcept(
        name="namespace-link",
        title="in links such as [[File:...]] and [[Category:...]]",
        description="In a link to a picture, a category or another wiki, from after its colon on. Scored within links.",
        kind="state",
        where="inside links",
        source="the grammar of wiki markup",
        label=label_namespace_link,
        delimiters="[]:",
        decisive="inside",
        examples=(
            (
                "[[F:x|[[y]]]] [[z: w]] [[:be-x:v]]",
                "?...########???......???.......##?",
            ),
        ),
    ),
    WikiConcept(
        name="one-bracket",
        title="at a single [",
        description="A single [ was read; the next character decides whether a link begins.",
        kind="state",
        source="Karpathy 2015",
        label=label_one_bracket,
        delimiters="[",
        examples=(
            (
                "[[a]] [b] [[[c]]]",
                "#.....#...#.#....",
            ),
        ),
    ),
    WikiConcept(
        name="link-ends-next",
        title="before the ]] of a link",
        description="The next characters are the ]] that end a link. Scored within links.",
        kind="anticipation",
        timing="lookahead",
        horizon=1,
        where="inside links",
        source="the grammar of wiki markup",
        label=label_link_ends_next,
        delimiters="[]",
        examples=(
            (
                "a [[bc]] [[F:d|[//e f]g]]",
                "???..#????...........?#??",
            ),
        ),
    ),
)

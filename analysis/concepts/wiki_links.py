"""Concepts of Wikipedia's links from page to page.

Axes: `time` is the position of a character in a text.
"""

import numpy as np

from analysis.concepts.concept import Codes, Labels, WikiConcept
from analysis.concepts.steps import Int
from analysis.concepts.wiki_link_reader import (
    CLOSE,
    DEPTH,
    LIMIT,
    MARKS,
    NAMESPACED,
    OPEN,
    PIPED,
    PREFIX,
    SINGLES,
    START,
    UNPAIRED,
    no_links,
    read_link,
)
from analysis.concepts.wiki_steps import PLAIN, next_verbatim, remember
from models.compiled import compiled

# What else a scan of links can tell, besides PIPED and NAMESPACED.
INSIDE_LINK, POSITION, ENDS_NEXT = DEPTH, PREFIX, UNPAIRED
LONGEST_POSITION = 40


@compiled
def scan_links(codes: Codes, what: Int, outside: float) -> Labels:
    """One of `INSIDE_LINK`, `POSITION`, `ENDS_NEXT`, `PIPED` and `NAMESPACED` within links, and `outside` elsewhere."""
    labels = np.full(codes.size, outside, dtype=np.float32)
    now, frames = no_links()
    recent, pending, shown = np.int64(0), True, np.int64(PLAIN)
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
                "???..#????............#??",
            ),
        ),
    ),
)

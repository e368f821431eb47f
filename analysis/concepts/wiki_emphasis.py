"""Concepts of wiki markup within a line: italic and bold.

Axes: `time` is the position of a character in a text.
"""

import numpy as np

from analysis.concepts.concept import Codes, Labels, WikiConcept
from analysis.concepts.steps import NEWLINE, Bool, Int
from analysis.concepts.wiki_steps import PLAIN, ends_part, next_verbatim, remember
from analysis.concepts.wiki_xml import NONE, next_in_reference
from models.compiled import compiled

APOSTROPHE = ord("'")
ITALIC, BOLD = 1, 2
BEFORE_BOLD = tuple(map(ord, ' -–—/([:|“"'))  # no word in italics ends with them


@compiled
def toggled(apostrophes: Int, possessive: Bool) -> Int:
    """What a run of apostrophes begins or ends: of four the first is one; five are both.

    Of three that follow a word in italics the first is one too, as in `''Title'''s`, but not after a dash.
    """
    if apostrophes < 2:
        return 0
    if apostrophes == 2 or (apostrophes == 3 and possessive):
        return ITALIC
    return BOLD if apostrophes < 5 else BOLD + ITALIC


@compiled
def scan_emphasis(codes: Codes, what: Int) -> Labels:
    """1 where `ITALIC` or `BOLD` is on. A run of apostrophes counts as far as it was read; a line's end ends both.

    A reference begins with neither; after it what was on before it goes on.
    """
    labels = np.empty(codes.size, dtype=np.float32)
    before, run, apart = np.int64(0), 0, True  # what was on before the run of apostrophes; what that follows
    recent, shown, place, outside = np.int64(0), np.int64(PLAIN), np.int64(NONE), np.int64(0)
    for time in range(codes.size):
        code = np.int64(codes[time])
        recent = remember(recent, code)
        shown = next_verbatim(shown, recent)
        possessive = before == ITALIC and not apart
        if code == APOSTROPHE and shown == PLAIN:
            run += 1
        elif code == NEWLINE:
            before, run, apart = 0, 0, True
        else:
            before, run, apart = before ^ toggled(run, possessive), 0, code in BEFORE_BOLD
        if ends_part(recent):
            before, outside, place = 0, 0, NONE
        elif shown == PLAIN:
            was_out, place = place == NONE, next_in_reference(place, recent, code)
            if was_out != (place == NONE):
                before, outside = (0, before) if was_out else (outside, 0)
        labels[time] = (before ^ toggled(run, possessive)) & what > 0
    return labels


def label_italic(codes: Codes) -> Labels:
    """1 from the second `'` of `''` to before the second of the next."""
    return scan_emphasis(codes, ITALIC)


def label_bold(codes: Codes) -> Labels:
    """1 from the third `'` of `'''` to before the third of the next."""
    return scan_emphasis(codes, BOLD)


WIKI_EMPHASIS = (
    WikiConcept(
        name="italic",
        title="in italics",
        description="Between '' and '', or ''''' if also bold.",
        kind="state",
        source="the grammar of wiki markup",
        label=label_italic,
        delimiters="'",
        examples=(
            (
                "''a b'' '''c''' ''d\ne",
                ".#####...#...#...##..",
            ),
            (
                "''F''' '''''g''' h'' i'j &lt;math&gt;k''&lt;/math&gt;",
                ".###....#..###.####..................................",
            ),
        ),
    ),
    WikiConcept(
        name="bold",
        title="in bold text",
        description="Between ''' and ''', or ''''' if also italic.",
        kind="state",
        source="the grammar of wiki markup",
        label=label_bold,
        delimiters="'",
        examples=(
            (
                "'''a''' ''b'' c's",
                "..####...........",
            ),
            (
                "''F'''s '''''g''' h'' '''i\nj",
                "..........######........##..",
            ),
        ),
    ),
)

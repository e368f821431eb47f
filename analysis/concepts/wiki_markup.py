"""Concepts of wiki markup that shapes a page: templates, tables, headings, lists.

Axes: `time` is the position of a character in a text; `frame` is a table within tables.
"""

import numpy as np
from jaxtyping import Int64

from analysis.concepts.concept import Codes, Labels, WikiConcept
from analysis.concepts.steps import NEWLINE, SPACE, TAB, Int, is_letter
from analysis.concepts.wiki_steps import (
    CLOSE_BRACE,
    GREATER,
    NOT_ASCII,
    OPEN_BRACE,
    PLAIN,
    TEXT_BEGINS,
    ends_part,
    is_comment,
    is_plain,
    may_begin_comment,
    next_in_text_tag,
    next_verbatim,
    pair_braces,
    remember,
)
from models.compiled import compiled

PIPE, EQUALS, COLON = (ord(mark) for mark in "|=:")
STAR, HASH, INDENT = ord("*"), ord("#"), ord(";")
HIGHEST_LEVEL = 6

# Registers: how many templates and tables are open; a `{` or `}` that
# the next may pair with; where in its line the character is; the `=` that the line begins with.
TEMPLATES, TABLES, UNPAIRED, PLACE, EQUAL_SIGNS = range(5)
NO_HEADING = -(2**40)  # more than a line has
# PLACE: at the line's start, spaces and colons aside; after a `{` or a `|` there; elsewhere.
LINE_START, AFTER_BRACE, AFTER_PIPE, LINE = range(4)
LIMIT = 32

Registers = Int64[np.ndarray, " register"]


@compiled
def next_place(place: Int, code: Int) -> Int:
    """Where in its line the next character is: a table opens and closes at the start of one."""
    if code == NEWLINE:
        return LINE_START
    if place == LINE_START and (code in (SPACE, TAB, COLON)):
        return LINE_START
    if place == LINE_START and code == OPEN_BRACE:
        return AFTER_BRACE
    return AFTER_PIPE if place == LINE_START and code == PIPE else LINE


@compiled
def read_table(now: Registers, within: Int64[np.ndarray, " frame"], code: Int) -> None:
    """Open a table at `{|` and close it at `|}`; the `|}}` that ends a template within a table does not.

    `within` holds how many templates each open table is in: where they end it has ended too.
    """
    if now[PLACE] == AFTER_BRACE and code == PIPE and now[TABLES] < LIMIT:
        within[now[TABLES]] = now[TEMPLATES]
        now[TABLES] += 1
    elif now[PLACE] == AFTER_PIPE and code == CLOSE_BRACE and now[TABLES] > 0:
        now[TABLES] -= now[TEMPLATES] <= within[now[TABLES] - 1]
    while now[TABLES] > 0 and now[TEMPLATES] < within[now[TABLES] - 1]:
        now[TABLES] -= 1


@compiled
def read_layout(now: Registers, within: Int64[np.ndarray, " frame"], recent: Int, code: Int, begins: bool) -> bool:
    """Read a character, and return whether the next matters even if it is no brace and no end of a line or a tag.

    Templates and tables may hold anything, blank lines and each other. What was left open ends with the page's text
    or at the second `=` that begins a line: none of Wikipedia's articles that were looked at has headings in them.
    `begins`: the page's text does, and with it a line.
    """
    if ends_part(recent):
        now[TEMPLATES], now[TABLES], now[UNPAIRED] = 0, 0, 0
    now[TEMPLATES], now[UNPAIRED] = pair_braces(now[TEMPLATES], now[UNPAIRED], code)
    read_table(now, within, code)
    now[PLACE] = next_place(now[PLACE], code)
    now[EQUAL_SIGNS] = 0 if code == NEWLINE else now[EQUAL_SIGNS] + 1 if code == EQUALS else NO_HEADING
    if now[EQUAL_SIGNS] == 2:
        now[TEMPLATES], now[TABLES] = 0, 0
    if begins:
        now[PLACE], now[EQUAL_SIGNS] = LINE_START, 0
    return now[UNPAIRED] != 0 or now[PLACE] != LINE or now[EQUAL_SIGNS] >= 0


@compiled
def scan_layout(codes: Codes, what: Int) -> Labels:
    """How many `TEMPLATES` or `TABLES` are open. Formulas, whose braces are others, and comments are passed over."""
    labels = np.empty(codes.size, dtype=np.float32)
    now, within = np.zeros(5, dtype=np.int64), np.zeros(LIMIT, dtype=np.int64)
    recent, shown, in_text_tag, pending = np.int64(0), np.int64(PLAIN), 0, True
    place, equal_signs = np.int64(LINE_START), np.int64(0)  # before what may begin a comment
    for time in range(codes.size):
        code = np.int64(codes[time])
        recent = remember(recent, code)
        was, shown = shown, next_verbatim(shown, recent)
        in_text_tag = next_in_text_tag(in_text_tag, code)
        if shown == PLAIN and may_begin_comment(code):
            place, equal_signs = now[PLACE], now[EQUAL_SIGNS]
        if was == PLAIN and is_comment(shown):
            now[PLACE], now[EQUAL_SIGNS], pending = place, equal_signs, True
        is_mark = code in (OPEN_BRACE, CLOSE_BRACE, NEWLINE, GREATER)
        if is_plain(was, shown, recent) and (pending or is_mark):
            pending = read_layout(now, within, recent, code, in_text_tag == TEXT_BEGINS)
        labels[time] = now[what]
    return labels


def label_template_depth(codes: Codes) -> Labels:
    """How many `{{` are open: one more at the second brace of `{{`, one less at the second of `}}`."""
    return scan_layout(codes, TEMPLATES)


def label_inside_table(codes: Codes) -> Labels:
    """1 from the `|` of a `{|` that begins a line to before the brace of the `|}` that begins one."""
    return np.minimum(scan_layout(codes, TABLES), np.float32(1))


@compiled
def label_heading_level(codes: Codes) -> Labels:
    """How many `=`, at most 6, began the line, until as many have followed each other again, or the line ends.

    A comment before or within them does not count. The first line of a page's text is one too.
    """
    labels = np.zeros(codes.size, dtype=np.float32)
    level, closing, opening, kept = 0, 0, True, (0, 0, True)  # kept: as they were before what may begin a comment
    recent, shown, in_text_tag = np.int64(0), np.int64(PLAIN), 0
    for time in range(codes.size):
        code = np.int64(codes[time])
        recent = remember(recent, code)
        was, shown = shown, next_verbatim(shown, recent)
        in_text_tag = next_in_text_tag(in_text_tag, code)
        if shown == PLAIN and may_begin_comment(code):
            kept = (level, closing, opening)
        if was == PLAIN and is_comment(shown):
            level, closing, opening = kept
        if is_plain(was, shown, recent):
            begins = code == NEWLINE or in_text_tag == TEXT_BEGINS
            if code == EQUALS and opening and level < HIGHEST_LEVEL:
                level += 1
            elif begins or ends_part(recent):
                level, closing, opening = 0, 0, begins
            else:
                closing = closing + 1 if code == EQUALS else 0
                level = 0 if closing >= level else level
                opening = False
        labels[time] = level
    return labels


@compiled
def label_list_depth(codes: Codes) -> Labels:
    """How many of `* # : ;` began the line, to before its end.

    A comment before or within them does not count. The first line of a page's text is one too, unless a letter comes
    right after its `#`: that is a redirect.
    """
    labels = np.zeros(codes.size, dtype=np.float32)
    depth, opening, kept = 0, True, (0, True)  # kept: as they were before what may begin a comment
    first, redirect = True, False  # the page's first character comes; it was a `#`
    recent, shown, in_text_tag = np.int64(0), np.int64(PLAIN), 0
    for time in range(codes.size):
        code = np.int64(codes[time])
        recent = remember(recent, code)
        was, shown = shown, next_verbatim(shown, recent)
        in_text_tag = next_in_text_tag(in_text_tag, code)
        if shown == PLAIN and may_begin_comment(code):
            kept = (depth, opening)
        if was == PLAIN and is_comment(shown):
            depth, opening = kept
        if is_plain(was, shown, recent):
            if code == NEWLINE or in_text_tag == TEXT_BEGINS or ends_part(recent):
                depth, first = 0, in_text_tag == TEXT_BEGINS
                opening, redirect = first or code == NEWLINE, False
            elif redirect and (is_letter(code) or code >= NOT_ASCII):
                depth, opening, redirect = 0, False, False
            elif opening:
                opening = code in (STAR, HASH, COLON, INDENT)
                depth += opening
                first, redirect = False, first and code == HASH
            else:
                redirect = False
        labels[time] = depth
    return labels


WIKI_MARKUP = (
    WikiConcept(
        name="template-depth",
        title="how many {{templates}} are open",
        description="How many {{templates}} surround the character, such as infoboxes and citations.",
        kind="count",
        source="the grammar of wiki markup",
        label=label_template_depth,
        delimiters="{}",
        examples=(
            (
                "{{a|{{b}}|c}} {d} {{{e}}}",
                "0111122211110000000111100",
            ),
            (
                "x {{a\n\nb\n==c==\nd",
                "0001111111000000",
            ),
            (
                "{{a|&lt;math&gt;{{b}&lt;/math&gt;}}c",
                "011111111111111111111111111111111100",
            ),
            (
                "{{a</text> {{b}}",
                "0111111110001110",
            ),
        ),
    ),
    WikiConcept(
        name="table",
        title="inside tables",
        description="Between {| and |}, which each begin a line.",
        kind="state",
        source="the grammar of wiki markup",
        label=label_inside_table,
        delimiters="{|}",
        decisive="inside",
        examples=(
            (
                "{|a\n|b {|\n|}\nc",
                ".##########...",
            ),
            (
                "{{d|\n {|\n| {{e\n|}}\n|}}} f",
                ".......#############.....",
            ),
            (
                "{|a</text> b",
                ".########...",
            ),
        ),
    ),
    WikiConcept(
        name="heading-level",
        title="the level of the heading",
        description="How many = stand before a heading: 2 for the chapters of an article, 3 for their sections.",
        kind="count",
        source="the grammar of wiki markup",
        label=label_heading_level,
        delimiters="=",
        examples=(
            (
                "== a ==\nb == c\n===d===\n==e\nf",
                "1222220000000001233330012200",
            ),
            (
                "=a== b=\n==c=d==",
                "110000001222220",
            ),
        ),
    ),
    WikiConcept(
        name="list-depth",
        title="the depth in lists",
        description="How many of * # : ; begin the line of a list.",
        kind="count",
        source="the grammar of wiki markup",
        label=label_list_depth,
        delimiters="*#:;",
        examples=(
            (
                "*a\n** b *\nc\n:;d\n\n#",
                "110122222000122001",
            ),
            (
                "*a</text>*",
                "1111111100",
            ),
        ),
    ),
)

"""Concepts of raw Wikipedia: addresses on the web and links to them, years, words of other scripts.

Axes: `time` is the position of a character in a text.
"""

import numpy as np

from analysis.concepts.concept import Codes, Labels, WikiConcept
from analysis.concepts.steps import LOWER_CASE, NEWLINE, SPACE, Bool, Int, is_letter, packed
from analysis.concepts.wiki_steps import (
    GREATER,
    HELD,
    LESS,
    NOT_ASCII,
    PLAIN,
    SEMICOLON,
    SLASH,
    ends_part,
    next_verbatim,
    remember,
)
from models.compiled import compiled

OPEN, CLOSE, PIPE, OPEN_BRACE, CLOSE_BRACE, QUOTE, AMPERSAND, COLON, POINT = (ord(mark) for mark in '[]|{}"&:.')
LETTER_H, LETTER_T, LETTER_P, LETTER_S, LETTER_W = (ord(letter) for letter in "htpsw")
ZERO, NINE = ord("0"), ord("9")
LONGEST_ENTITY = 4
WIDE_SPACES = (0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000)
APOSTROPHE, NO_ENTITY, AFTER_APOSTROPHE = ord("'"), -1, -2
LT, GT, QUOT, AMP, NBSP = map(packed, ("lt", "gt", "quot", "amp", "nbsp"))
# The schemes of addresses without slashes, as far as the last seven characters hold them.
NO_SLASHES = (
    "[mailto:",
    "[news:",
    "[tel:",
    "[sip:",
    "[sips:",
    "[sms:",
    "[geo:",
    "[urn:",
    "[xmpp:",
    "magnet:",
    "matrix:",
)
NO_SLASHES += ("itcoin:",)
SCHEMES, SCHEME_BITS = zip(*((packed(end[-HELD:]), 256 ** min(len(end), HELD) - 1) for end in NO_SLASHES), strict=True)


@compiled
def next_scheme(matched: Int, code: Int) -> Int:
    """How much of `http://` stands before this point: 1 to 3 for h, ht, htt; 4 p; 5 s; 6 `:`; 7 and 8 the slashes."""
    letter = code | LOWER_CASE
    if letter == LETTER_T and (matched == 1 or matched == 2):
        return matched + 1
    if letter == LETTER_P and matched == 3:
        return 4
    if letter == LETTER_S and matched == 4:
        return 5
    if code == COLON and (matched == 4 or matched == 5):
        return 6
    if code == SLASH and (matched == 6 or matched == 7):
        return matched + 1
    return 1 if letter == LETTER_H else 0


IN_URL = 8  # of `next_scheme`


@compiled
def ends_url(code: Int) -> Bool:
    """Whether a URL in wiki markup ends before this character."""
    is_mark = code in (OPEN, CLOSE, PIPE, OPEN_BRACE, CLOSE_BRACE, LESS, GREATER, QUOTE)
    return code <= SPACE or is_mark or code in WIDE_SPACES


@compiled
def next_in_url(scheme: Int, entity: Int, code: Int) -> tuple[Int, Int]:
    """`IN_URL`, or how much of a scheme was read; and the letters since `&`, packed, or what else came last."""
    if scheme != IN_URL:
        return next_scheme(scheme, code), NO_ENTITY
    if ends_url(code) or (code == SEMICOLON and entity in (LT, GT, QUOT, NBSP)):
        return 0, NO_ENTITY
    if code == APOSTROPHE:
        return (0, NO_ENTITY) if entity == AFTER_APOSTROPHE else (scheme, AFTER_APOSTROPHE)
    if code == AMPERSAND or (code == SEMICOLON and entity == AMP):
        return scheme, 0
    if code == SEMICOLON or entity >= 1 << 8 * LONGEST_ENTITY or entity == AFTER_APOSTROPHE:
        return scheme, NO_ENTITY
    return scheme, entity << 8 | code if entity >= 0 else entity


@compiled
def label_inside_url(codes: Codes) -> Labels:
    """1 from the second slash of `http://` or `https://`, in any case, to before the character that ends the URL.

    White space, `[ ] | { } < > "` end it, and so do the entities that stand for the last three and for a space without
    a break: at their `;`, since before it `&lt;` may still become `&amp;`, which is how an address holds its `&`. Two
    apostrophes, which begin italics, end it at the second.
    """
    labels = np.empty(codes.size, dtype=np.float32)
    scheme, entity = np.int64(0), np.int64(-1)
    for time in range(codes.size):
        scheme, entity = next_in_url(scheme, entity, np.int64(codes[time]))
        labels[time] = scheme == IN_URL
    return labels


@compiled
def label_www_count(codes: Codes) -> Labels:
    """How many w's, at most 3, were read directly after a `://`; 0 in the rest of a URL, NaN outside URLs."""
    labels = np.full(codes.size, np.nan, dtype=np.float32)
    scheme, entity, marks, count = np.int64(0), np.int64(-1), 0, 0
    for time in range(codes.size):
        code = np.int64(codes[time])
        scheme, entity = next_in_url(scheme, entity, code)
        count = min(count + 1, 3) if (marks == 3 or count > 0) and code | LOWER_CASE == LETTER_W else 0
        marks = 1 if code == COLON else marks + 1 if code == SLASH and 0 < marks < 3 else 0
        if scheme == IN_URL:
            labels[time] = count
    return labels


# Before an address in brackets: nothing of it; `[`; letters; their `:`; a slash. And inside.
NOWHERE, BRACKET, SCHEME, SCHEME_END, ONE_SLASH, INSIDE = range(6)


@compiled
def next_stage(stage: Int, code: Int, recent: Int) -> Int:
    """How much of `[http://`, of `[//` or of `[mailto:`, stands before this point."""
    if code == OPEN:
        return BRACKET
    if (stage in (BRACKET, SCHEME)) and is_letter(code):
        return SCHEME
    if stage == SCHEME and code == COLON:
        for index in range(len(SCHEMES)):
            if recent & SCHEME_BITS[index] == SCHEMES[index]:
                return INSIDE
        return SCHEME_END
    if code == SLASH and (stage in (BRACKET, SCHEME_END)):
        return ONE_SLASH
    return INSIDE if stage == ONE_SLASH and code == SLASH else NOWHERE


@compiled
def label_external_link(codes: Codes) -> Labels:
    """1 from the second slash of `[http://`, any scheme or none, to before the `]` that pairs with the `[`.

    Schemes without slashes, such as `[mailto:`, count from their colon. The end of the line ends it too.
    """
    labels = np.empty(codes.size, dtype=np.float32)
    stage, nested, recent, shown = NOWHERE, 0, np.int64(0), np.int64(PLAIN)
    for time in range(codes.size):
        code = np.int64(codes[time])
        recent = remember(recent, code)
        shown = next_verbatim(shown, recent)
        if shown != PLAIN:
            labels[time] = stage == INSIDE
            continue
        if stage != INSIDE:
            stage, nested = next_stage(stage, code, recent), 0
        elif code == NEWLINE or (code == CLOSE and nested == 0) or ends_part(recent):
            stage = NOWHERE
        elif code in (OPEN, CLOSE):
            nested += 1 if code == OPEN else -1
        labels[time] = stage == INSIDE
    return labels


@compiled
def label_year(codes: Codes) -> Labels:
    """1 from the third digit of a number that may become 1000 to 2099, or that did, to before what follows its digits.

    The third, because only half of the numbers that begin with 1 are years, and three of four that go on to a third
    digit. A fifth digit shows that it was none. The number follows no letter and is no decimal.
    """
    labels = np.empty(codes.size, dtype=np.float32)
    digits, number, before, barred = 0, np.int64(0), np.int64(0), False
    after_point = False  # a decimal one
    for time in range(codes.size):
        code = np.int64(codes[time])
        if ZERO <= code <= NINE:
            if digits == 0:
                barred, number = is_letter(before) or after_point, 0
            digits = min(digits + 1, 5)
            number = min(number * 10 + code - ZERO, 9999)
        else:
            after_point, digits = code == POINT and digits > 0, 0
        in_range = (digits == 3 and 100 <= number <= 209) or (digits == 4 and 1000 <= number <= 2099)
        labels[time] = in_range and not barred
        before = code
    return labels


@compiled
def label_non_ascii_run(codes: Codes) -> Labels:
    """1 from the second of two characters beyond ASCII to before the next of ASCII; spaces within do not end it."""
    labels = np.empty(codes.size, dtype=np.float32)
    before, inside = False, False
    for time in range(codes.size):
        beyond = codes[time] >= NOT_ASCII
        inside = (beyond and (before or inside)) or (inside and codes[time] == SPACE)
        before = beyond
        labels[time] = inside
    return labels


WIKI = (
    WikiConcept(
        name="inside-url",
        title="inside URLs",
        description="In a web address, after its http:// or https://.",
        kind="state",
        source="Karpathy 2015",
        label=label_inside_url,
        examples=(
            (
                "[http://a.b/c d] x https://e|f",
                ".......######.............##..",
            ),
            (
                "http://a?b&amp;c=1&lt;/ref> hhttp:/http://z\n",
                "......###############....................##.",
            ),
        ),
    ),
    WikiConcept(
        name="www-count",
        title="the number of w's of www",
        description="In a web address: how many w's have followed the //, up to the three of www.",
        kind="count",
        where="inside web addresses",
        source="Karpathy 2015",
        label=label_www_count,
        examples=(
            (
                "http://www.w.ww x http://wiki.w https://w",
                "??????012300000?????????0100000????????01",
            ),
            (
                "http://w.a/http://WWWW",
                "??????0100000000001233",
            ),
        ),
    ),
    WikiConcept(
        name="external-link",
        title="inside [http://... links to the web]",
        description="In a link in single brackets: its address and the words shown for it.",
        kind="state",
        source="the grammar of wiki markup",
        label=label_external_link,
        delimiters="[]",
        examples=(
            (
                "[http://a.b c [[d]] e]. [f] [//g\nh]",
                ".......##############.........##...",
            ),
            (
                "http://a [b//c]. [[ftp://d]]",
                "........................##..",
            ),
        ),
    ),
    WikiConcept(
        name="year",
        title="in the digits of years",
        description="In a number from 1000 to 2099, from its third digit on, as far as its digits show.",
        kind="state",
        source="the habits of writers",
        label=label_year,
        decisive="inside",
        examples=(
            (
                "in 1984, 2016-04 c.1850s 10000 2100 b1999 0.1999 19",
                ".....##....##........##....##......................",
            ),
        ),
    ),
    WikiConcept(
        name="non-ascii-run",
        title="in words of other scripts",
        description="In two or more characters in a row that are not ASCII, such as a Greek or Russian name.",
        kind="state",
        source="the habits of writers",
        label=label_non_ascii_run,
        decisive="inside",
        examples=(
            (
                "\u03b1\u03b2 \u03b3, \u03b4e \u2013 \u00e9\u00e9\u00e9a",
                ".###........##.",
            ),
        ),
    ),
)

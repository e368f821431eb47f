"""Concepts of raw Wikipedia: MediaWiki markup inside its XML export.

Axes: `time` is the position of a character in a text.
"""

import numpy as np
from jaxtyping import Float32, UInt32
from numba import njit

from analysis.concepts.concept import Concept

NEWLINE, SPACE, TAB, RETURN = 10, 32, 9, 13
OPEN, CLOSE = ord("["), ord("]")
PIPE, OPEN_BRACE, CLOSE_BRACE, LESS, GREATER, QUOTE = (ord(mark) for mark in '|{}<>"')
AMPERSAND, SEMICOLON, SLASH, COLON = (ord(mark) for mark in "&;/:")
LOWER_CASE = 32
LETTER_H, LETTER_T, LETTER_P, LETTER_S = (ord(letter) for letter in "htps")
LONGEST_ENTITY = 4


def packed(name: str) -> int:
    """The name of an entity as the number that `label_inside_url` holds after it."""
    return int.from_bytes(name.encode(), "big")


LT, GT, QUOT = map(packed, ("lt", "gt", "quot"))


@njit(cache=True)
def label_inside_link(codes: UInt32[np.ndarray, " time"]) -> Float32[np.ndarray, " time"]:
    """1 from the second `[` of `[[` to before the second `]` of `]]`.

    Links in the caption of a picture nest. A blank line closes links that were left open: captions have none,
    and a `[[` without its `]]`, about one in 30,000, would otherwise mark the rest of the text.
    """
    labels = np.empty(codes.size, dtype=np.float32)
    depth, unpaired, line_is_blank = 0, 0, False
    for time in range(codes.size):
        code = codes[time]
        if code in (OPEN, CLOSE) and unpaired == code:
            depth = depth + 1 if code == OPEN else max(depth - 1, 0)
            unpaired = 0
        else:
            unpaired = np.int64(code) if code in (OPEN, CLOSE) else 0
        if code == NEWLINE:
            depth = 0 if line_is_blank else depth
            line_is_blank = True
        elif code != SPACE and code != TAB and code != RETURN:
            line_is_blank = False
        labels[time] = depth > 0
    return labels


@njit(cache=True)
def next_scheme(matched: int, code: int | np.int64) -> int:
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


@njit(cache=True)
def ends_url(code: int | np.int64) -> bool | np.bool_:
    """Whether a URL in wiki markup ends before this character."""
    return code <= SPACE or code in (OPEN, CLOSE, PIPE, OPEN_BRACE, CLOSE_BRACE, LESS, GREATER, QUOTE)


@njit(cache=True)
def label_inside_url(codes: UInt32[np.ndarray, " time"]) -> Float32[np.ndarray, " time"]:
    """1 from the second slash of `http://` or `https://`, in any case, to before the character that ends the URL.

    White space, `[ ] | { } < > "` end it, and so do the entities that stand for the last three: at their `;`, since
    before it `&lt;` may still become `&amp;`, which is how an address holds its `&`.
    """
    labels = np.empty(codes.size, dtype=np.float32)
    scheme, inside, entity = 0, False, -1  # entity: the letters since `&`, packed; -1 outside one
    for time in range(codes.size):
        code = np.int64(codes[time])
        if not inside:
            scheme = next_scheme(scheme, code)
            inside, entity = scheme == 8, -1
        elif ends_url(code) or (code == SEMICOLON and entity in (LT, GT, QUOT)):
            inside, scheme = False, 0
        elif code == AMPERSAND:
            entity = 0
        elif code == SEMICOLON or entity >= 1 << 8 * LONGEST_ENTITY:
            entity = -1
        elif entity >= 0:
            entity = entity << 8 | code
        labels[time] = inside
    return labels


WIKI = (
    Concept(
        name="inside-link",
        title="inside [[links]]",
        description="Between [[ and ]], where Wikipedia names another page.",
        kind="state",
        corpora=("wikipedia",),
        timing="causal",
        source="Karpathy 2015",
        label=label_inside_link,
        examples=(
            (
                "a [[b|c]]s [d] [[e",
                "...#####........##",
            ),
            (
                "[[F:x|see [[y]], z]]. [[w\n\nv]]",
                ".##################....###....",
            ),
        ),
    ),
    Concept(
        name="inside-url",
        title="inside URLs",
        description="In a web address, after its http:// or https://.",
        kind="state",
        corpora=("wikipedia",),
        timing="causal",
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
)

"""Steps that the scanners of wiki markup share: what was read last, where a part ends, what is shown as it stands.

Axes: `time` is the position of a character in a text.
Markup is written twice: `<ref>` of an article is `&lt;ref&gt;` in the export, whose own tags have plain `<` and `>`.
Both are read, so that an article without its export is understood too.
"""

from analysis.concepts.steps import LOWER_CASE, Bool, Int, is_letter, packed
from models.compiled import compiled

SEMICOLON, LESS, GREATER, SLASH = (ord(mark) for mark in ";<>/")
NOT_ASCII = 128

HELD = 7  # characters: what fits into 64 bits without the sign
ONE, TWO, THREE, FOUR, FIVE, SIX, ALL = (256**count - 1 for count in range(1, HELD + 1))
LT, GT, EMPTY_TAG = map(packed, ("&lt;", "&gt;", "/>"))
PAGE, END_TEXT, END_COMMENT = map(packed, ("<page>", "</text>", "omment>"))

# What is shown as it stands, markup and all, and how it begins and ends.
PLAIN, COMMENT = 0, 1
VERBATIM = (("<!--", "-->"), ("<nowiki", "/nowiki"), ("<math", "</math"), ("<pre", "</pre"))
VERBATIM += (("<source", "/source"), ("<syntax", "/syntax"), ("<score", "</score"), ("<timeli", "/timeli"))
VERBATIM += (
    ("<templa", "/templa"),
    ("<chem", "</chem"),
    ("<ce>", "</ce>"),
    ("<graph", "</graph"),
    ("<hiero", "</hiero"),
)
OPENERS, OPENER_BITS = zip(*((packed(begin), 256 ** len(begin) - 1) for begin, _ in VERBATIM), strict=True)
CLOSERS, CLOSER_BITS = zip(*((packed(end), 256 ** len(end) - 1) for _, end in VERBATIM), strict=True)


# A comment that has nothing but dashes yet: those of its beginning are not those of its end.
FRESH_COMMENT = len(VERBATIM) + 1
FOUR_DASHES = packed("---->")
DASH, PARTS_OF_GT = ord("-"), tuple(map(packed, ("&", "&g", "&gt")))


@compiled
def remember(recent: Int, code: Int) -> Int:
    """The last seven characters, in lower case; `&lt;` and `&gt;` count as the `<` and `>` that they stand for."""
    if is_letter(code):
        code |= LOWER_CASE
    recent = (recent << 8 | min(code, NOT_ASCII)) & ALL
    if code == SEMICOLON and recent & FOUR == LT:
        recent = recent >> 32 << 8 | LESS
    elif code == SEMICOLON and recent & FOUR == GT:
        recent = recent >> 32 << 8 | GREATER
    return recent


@compiled
def ends_part(recent: Int) -> Bool:
    """Whether a part of the export ends or a page begins here: what is open in wiki markup is left open for good."""
    return recent & ONE == GREATER and (recent in (END_TEXT, END_COMMENT) or recent & SIX == PAGE)


@compiled
def next_verbatim(verbatim: Int, recent: Int) -> Int:
    """What is shown as it stands: `PLAIN` for nothing, else the number of one of `VERBATIM`, negative in its tag.

    A comment is a `FRESH_COMMENT` until it has more than dashes.
    """
    if verbatim == PLAIN:
        for index in range(len(OPENERS)):
            if recent & OPENER_BITS[index] == OPENERS[index]:
                return FRESH_COMMENT if index + 1 == COMMENT else -index - 1
        return PLAIN
    if ends_part(recent):
        return PLAIN
    if verbatim < 0:
        if recent & ONE != GREATER:
            return verbatim
        return PLAIN if recent & TWO == EMPTY_TAG else -verbatim
    if verbatim == FRESH_COMMENT:
        if recent & FIVE == FOUR_DASHES:
            return PLAIN
        may_be_gt = recent & ONE, recent & TWO, recent & THREE
        stays = recent & ONE in (DASH, GREATER) or may_be_gt[0] == PARTS_OF_GT[0] or may_be_gt[1] == PARTS_OF_GT[1]
        return FRESH_COMMENT if stays or may_be_gt[2] == PARTS_OF_GT[2] else COMMENT
    return PLAIN if recent & CLOSER_BITS[verbatim - 1] == CLOSERS[verbatim - 1] else verbatim

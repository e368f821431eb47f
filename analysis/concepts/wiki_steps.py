"""Steps that the scanners of wiki markup share: what was read last, where a part ends, what is shown as it stands.

Axes: `time` is the position of a character in a text.
Markup is written twice: `<ref>` of an article is `&lt;ref&gt;` in the export, whose own tags have plain `<` and `>`.
Both are read, so that an article without its export is understood too.
"""

from analysis.concepts.steps import LOWER_CASE, Bool, Int, is_letter, packed
from models.compiled import compiled

SEMICOLON, LESS, GREATER, SLASH, AMPERSAND, OPEN_BRACE, CLOSE_BRACE = (ord(mark) for mark in ";<>/&{}")
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
# Of a tag, the letter that follows what was read of its long name; 0 for a name that ends there: <math.h> is none.
ONWARD = tuple({"<syntax": ord("h"), "<timeli": ord("n"), "<templa": ord("t")}.get(begin, 0) for begin, _ in VERBATIM)
OPENERS, OPENER_BITS = zip(*((packed(begin), 256 ** len(begin) - 1) for begin, _ in VERBATIM), strict=True)
CLOSERS, CLOSER_BITS = zip(*((packed(end), 256 ** len(end) - 1) for _, end in VERBATIM), strict=True)


# A comment that has nothing but dashes yet: those of its beginning are not those of its end.
FRESH_COMMENT = len(VERBATIM) + 1
NAMED = -FRESH_COMMENT  # added to the number of a tag of which only the name was read
AFTER_NAME = tuple(map(ord, " \t\n\r/>&"))  # the last begins `&gt;`
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
def begun_verbatim(recent: Int) -> int:
    """What begins to be shown as it stands where something plain was read: `PLAIN` for nothing."""
    for index in range(len(OPENERS)):
        if recent & OPENER_BITS[index] == OPENERS[index]:
            if index + 1 == COMMENT:
                return FRESH_COMMENT
            whole = recent & ONE == GREATER  # as <ce>, whose name nothing else can follow
            return index + 1 if whole else NAMED - index - 1
    return PLAIN


@compiled
def next_in_tag(number: Int, recent: Int, named: Bool) -> Int:
    """The number of one of `VERBATIM` in its tag, negative, and positive after it; `named`: after its name alone."""
    code, onward = recent & ONE, ONWARD[number - 1]
    if named and (code != onward if onward else code not in AFTER_NAME):
        return PLAIN
    if code != GREATER:
        return -number
    return PLAIN if recent & TWO == EMPTY_TAG else number


@compiled
def next_in_fresh_comment(recent: Int) -> int:
    """What a comment is after one more character, if it had only dashes before."""
    if recent & FIVE == FOUR_DASHES:
        return PLAIN
    may_be_gt = recent & ONE, recent & TWO, recent & THREE
    stays = recent & ONE in (DASH, GREATER) or may_be_gt[0] == PARTS_OF_GT[0] or may_be_gt[1] == PARTS_OF_GT[1]
    return FRESH_COMMENT if stays or may_be_gt[2] == PARTS_OF_GT[2] else COMMENT


@compiled
def next_verbatim(verbatim: Int, recent: Int) -> Int:
    """What is shown as it stands: `PLAIN` for nothing, else the number of one of `VERBATIM`, negative in its tag.

    A comment is a `FRESH_COMMENT` until it has more than dashes, and a tag is `NAMED` until something ends its name.
    """
    if verbatim == PLAIN:
        return begun_verbatim(recent)
    if ends_part(recent):
        return PLAIN
    if verbatim < 0:
        named = verbatim < NAMED
        return next_in_tag(NAMED - verbatim if named else -verbatim, recent, named)
    if verbatim == FRESH_COMMENT:
        return next_in_fresh_comment(recent)
    return PLAIN if recent & CLOSER_BITS[verbatim - 1] == CLOSERS[verbatim - 1] else verbatim


@compiled
def pair_braces(templates: Int, unpaired: Int, code: Int) -> tuple[Int, Int]:
    """How many `{{` are open after one more character, and the brace that the next may pair with, 0 for none."""
    if code != OPEN_BRACE and code != CLOSE_BRACE:
        return templates, 0
    if unpaired != code:
        return templates, code
    return (templates + 1 if code == OPEN_BRACE else max(templates - 1, 0)), 0


# Of the tag `<text ...>` that begins a page's text: none, a letter of `<text` each, in the tag, at its end.
IN_TEXT_TAG, TEXT_BEGINS = 5, 6
LETTERS_OF_TEXT = tuple(map(ord, "text"))


@compiled
def next_in_text_tag(read: int, code: Int) -> int:
    """How much of the tag that begins a page's text was read, from 0 to `TEXT_BEGINS`; an article's own has `&lt;`."""
    if code == LESS:
        return 1
    if 1 <= read < IN_TEXT_TAG:
        return read + 1 if code == LETTERS_OF_TEXT[read - 1] else 0
    if read == IN_TEXT_TAG:
        return TEXT_BEGINS if code == GREATER else IN_TEXT_TAG
    return 0


@compiled
def is_comment(shown: Int) -> Bool:
    """Whether what is shown as it stands is a comment, which a reader does not see at all."""
    return shown in (COMMENT, FRESH_COMMENT)


@compiled
def is_plain(was: Int, shown: Int, recent: Int) -> Bool:
    """Whether a character is markup or text: nothing shown as it stands, and not the end of a comment."""
    return shown == PLAIN and (not is_comment(was) or ends_part(recent))


@compiled
def may_begin_comment(code: Int) -> Bool:
    """Whether a character may be the first of a comment, written either way."""
    return code in (LESS, AMPERSAND)

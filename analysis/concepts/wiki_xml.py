"""Concepts of the XML around and in Wikipedia's pages: tags, entities, metadata; comments and references in the text.

Axes: `time` is the position of a character in a text.
"""

import numpy as np

from analysis.concepts.concept import Codes, Labels, WikiConcept
from analysis.concepts.steps import NEWLINE, SPACE, TAB, Int, is_letter, packed
from analysis.concepts.wiki_steps import (
    AMPERSAND,
    EMPTY_TAG,
    END_TEXT,
    FIVE,
    FOUR,
    GREATER,
    LESS,
    ONE,
    PAGE,
    PLAIN,
    SIX,
    SLASH,
    TWO,
    ends_part,
    is_comment,
    next_verbatim,
    remember,
)
from models.compiled import compiled

HASH, EXCLAMATION, QUESTION = (ord(mark) for mark in "#!?")
ZERO, NINE = ord("0"), ord("9")
LONGEST_ENTITY = 10  # such as `&thetasym;`


@compiled
def label_xml_tag(codes: Codes) -> Labels:
    """1 from `<` to before `>`. What follows the `<` shows whether it was one; the end of the line ends it too."""
    labels = np.empty(codes.size, dtype=np.float32)
    inside, opened = False, False
    for time in range(codes.size):
        code = np.int64(codes[time])
        if code == LESS:
            inside, opened = True, True
            labels[time] = 1
            continue
        if opened:
            inside = is_letter(code) or code in (SLASH, EXCLAMATION, QUESTION)
        opened = False
        inside = inside and code != GREATER and code != NEWLINE
        labels[time] = inside
    return labels


@compiled
def label_entity(codes: Codes) -> Labels:
    """1 from `&` to before the `;` or whatever else is no letter, digit or `#`, and for ten characters at most."""
    labels = np.empty(codes.size, dtype=np.float32)
    read = 0  # characters of an entity
    for time in range(codes.size):
        code = np.int64(codes[time])
        if code == AMPERSAND:
            read = 1
        elif read > 0:
            named = is_letter(code) or ZERO <= code <= NINE or (code == HASH and read == 1)
            read = read + 1 if named and read < LONGEST_ENTITY else 0
        labels[time] = read > 0
    return labels


BEGIN_TEXT, BEGIN_REFERENCE, END_REFERENCE = map(packed, ("<text", "<ref", "</ref"))
# Where in a page's XML: in its text or none; in its metadata; in the tag that begins its text.
TEXT, METADATA, TEXT_TAG = range(3)


@compiled
def label_page_metadata(codes: Codes) -> Labels:
    """1 from the end of `<page>`, or of `</text>`, to before the `>` that ends `<text ...>`."""
    labels = np.empty(codes.size, dtype=np.float32)
    place, recent = TEXT, np.int64(0)
    for time in range(codes.size):
        recent = remember(recent, np.int64(codes[time]))
        if recent & SIX == PAGE or recent == END_TEXT:
            place = METADATA
        elif place == METADATA and recent & FIVE == BEGIN_TEXT:
            place = TEXT_TAG
        elif place == TEXT_TAG and recent & ONE == GREATER:
            place = METADATA if recent & TWO == EMPTY_TAG else TEXT
        labels[time] = place != TEXT
    return labels


@compiled
def label_markup_comment(codes: Codes) -> Labels:
    """1 from the end of `&lt;!--` to before that of `--&gt;`, or of the page's text. Plain `<` and `>` serve too."""
    labels = np.empty(codes.size, dtype=np.float32)
    shown, recent = np.int64(PLAIN), np.int64(0)
    for time in range(codes.size):
        recent = remember(recent, np.int64(codes[time]))
        shown = next_verbatim(shown, recent)
        labels[time] = is_comment(shown)
    return labels


# Of a reference: none; its `<ref`, if no letter follows; in that tag; after it; `<ref` within; in `</ref>`.
NONE, NAMED, IN_TAG, CONTENT, NAMED_AGAIN, IN_END = range(6)


@compiled
def next_in_reference(place: Int, recent: Int, code: Int) -> Int:
    """Where in a reference the character is."""
    if place in (NAMED, NAMED_AGAIN):
        if code in (SPACE, TAB, NEWLINE, SLASH, AMPERSAND):
            return IN_TAG
        if code == GREATER:
            return CONTENT
        return NONE if place == NAMED else CONTENT
    if recent & FOUR == BEGIN_REFERENCE:
        return NAMED if place == NONE else NAMED_AGAIN
    if place == CONTENT:
        return IN_END if recent & FIVE == END_REFERENCE else CONTENT
    if recent & ONE == GREATER:
        return CONTENT if place == IN_TAG and recent & TWO != EMPTY_TAG else NONE
    return place


@compiled
def label_reference(codes: Codes) -> Labels:
    """1 from after `&lt;ref`, of `&lt;ref ...&gt;` and not `&lt;references`, to before the end of `&lt;/ref&gt;`.

    A tag that ends in `/&gt;` has no content. A new `&lt;ref` in place of an end begins anew; the end of the page's
    text is one too. What comments and `nowiki` hold is passed over.
    """
    labels = np.empty(codes.size, dtype=np.float32)
    place, recent, shown = np.int64(NONE), np.int64(0), np.int64(PLAIN)
    for time in range(codes.size):
        code = np.int64(codes[time])
        recent = remember(recent, code)
        shown = next_verbatim(shown, recent)
        if ends_part(recent):
            place = np.int64(NONE)
        elif shown == PLAIN:
            place = np.int64(next_in_reference(place, recent, code))
        labels[time] = place != NONE and place != NAMED
    return labels


WIKI_XML = (
    WikiConcept(
        name="xml-tag",
        title="inside <tags>",
        description="Between the < and > of a tag of the export, such as <title>.",
        kind="state",
        source="the format of Wikipedia's export",
        label=label_xml_tag,
        delimiters="<>",
        examples=(
            (
                '<text xml:space="a">b</text>',
                "###################..######.",
            ),
            (
                "a < b <br/\n>",
                "..#...####..",
            ),
        ),
    ),
    WikiConcept(
        name="page-metadata",
        title="in page metadata",
        description="Outside the text of a page: its title, its number and its last change.",
        kind="state",
        source="the format of Wikipedia's export",
        label=label_page_metadata,
        delimiters="<>",
        decisive="inside",
        examples=(
            (
                '<page>\n<id>1</id>\n<text a="b">c</text>\n</page>',
                ".....########################........#########",
            ),
            (
                "<page> <text /> d",
                ".....############",
            ),
        ),
    ),
    WikiConcept(
        name="entity",
        title="inside entities",
        description="Between the & and ; of an entity, such as &quot; for a quotation mark.",
        kind="state",
        source="the format of Wikipedia's export",
        label=label_entity,
        delimiters="&;",
        decisive="inside",
        examples=(
            (
                "a &lt;b &#39; c & d &amp;nbsp;",
                "..###...####....#...####......",
            ),
            (
                "&abcdefghijkl;",
                "##########....",
            ),
        ),
    ),
    WikiConcept(
        name="markup-comment",
        title="inside <!-- comments -->",
        description="Between <!-- and -->: notes between editors that readers do not see.",
        kind="state",
        source="the grammar of wiki markup",
        label=label_markup_comment,
        delimiters="<!->",
        examples=(
            (
                "a &lt;!-- b --&gt; c <!--d--> e",
                "........#########.......####...",
            ),
            (
                "&lt;!-- a &gt; -- b</text> c",
                "......###################...",
            ),
        ),
    ),
    WikiConcept(
        name="reference",
        title="inside references",
        description="Between <ref> and </ref>: the source of a statement, shown as a footnote.",
        kind="state",
        source="the grammar of wiki markup",
        label=label_reference,
        delimiters="<>",
        examples=(
            (
                "a&lt;ref&gt;b&lt;/ref&gt;c",
                "........################..",
            ),
            (
                "&lt;ref name=a /&gt;b &lt;references/&gt;",
                ".......############......................",
            ),
            (
                "<ref a=b>c <ref d/>e",
                "....##############..",
            ),
            (
                "&lt;!-- &lt;ref&gt; --&gt; a",
                "............................",
            ),
        ),
    ),
)

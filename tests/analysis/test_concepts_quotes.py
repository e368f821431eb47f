"""Concepts of speech against texts labelled by hand and against quotes that show their direction.

Axes: `time` is the position of a character in a text.
"""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.concepts import concept
from corpora import load_corpus
from tests.analysis.marked import read_marked
from tests.conftest import needs_corpora

QUOTES = read_marked("""
                      |"We ain't going," said Mr. Ann's boy. "Not 'to-day,' at any rate!"␍␊
inside-quotes         |################......................###########################...
position-in-quote     |0123456789999999??????????????????????012345678999999999999999999???
closing-quote-next    |...............#................................................#...
inside-single-quotes  |...........................................########.................
attribution           |................####################.............................###

                      |␍␊
inside-quotes         |..
position-in-quote     |??
closing-quote-next    |..
inside-single-quotes  |..
attribution           |#.

                      |"It was late (very late); the dogs' bowls were dry.␊
inside-quotes         |####################################################
position-in-quote     |0123456789999999999999999999999999999999999999999999
closing-quote-next    |....................................................
inside-single-quotes  |....................................................
attribution           |....................................................

                      |␊
inside-quotes         |.
position-in-quote     |?
closing-quote-next    |.
inside-single-quotes  |.
attribution           |.

                      |"'Well,' he'd say, 'it's dry'--so what?" He "slept" on... till St.␊
inside-quotes         |#######################################.....######.................
position-in-quote     |012345678999999999999999999999999999999?????012345?????????????????
closing-quote-next    |......................................#..........#.................
inside-single-quotes  |.######............##########......................................
attribution           |.......................................#####.......................

                      |“Ünter ‘den’ Linden’s” end? I am
inside-quotes         |#####################...........
position-in-quote     |012345678999999999999???????????
closing-quote-next    |....................#..........?
inside-single-quotes  |.......#####....................
attribution           |................................
""")


@pytest.mark.parametrize("name", QUOTES.symbols)
def test_labels_are_those_written_by_hand(name: str):
    np.testing.assert_array_equal(QUOTES.found(name), QUOTES.wanted(name))


# Every paragraph is said or told by turns, [said, told, said, ...]; the last of it may be left open for the next one.
words = st.lists(st.sampled_from(["yes", "No", "don't", "the boys' cart", "a well-read (old) man", "1812"]), min_size=1)
phrases = st.builds(lambda said, mark: " ".join(said) + mark, words, st.sampled_from([",", "!", "?", "...", ".", ""]))
paragraphs = st.tuples(st.lists(phrases, min_size=1, max_size=5), st.booleans())
stories = st.lists(paragraphs, max_size=5)


def typeset(story: list[tuple[list[str], bool]]) -> tuple[str, list[float]]:
    """The story with typographic quotes, and whether each character is in them, known as they are set."""
    text, inside = "", []
    for turns, left_open in story:
        for turn, phrase in enumerate(turns):
            said, closed = turn % 2 == 0, turn < len(turns) - 1 or not left_open
            piece = f"\u201c{phrase}" + ("\u201d" if closed else "") if said else f" {phrase} "
            text += piece
            inside += [float(said)] * (len(piece) - 1) + [float(said and not closed)]
        still_open = bool(inside[-1])
        text += "\n\n"
        inside += [float(still_open), 0.0]
    return text, inside


@given(story=stories)
def test_straight_quotes_have_the_labels_of_typographic_ones(story: list[tuple[list[str], bool]]):
    typographic, inside = typeset(story)
    straight = typographic.replace("\u201c", '"').replace("\u201d", '"')
    for text in (typographic, straight):
        np.testing.assert_array_equal(concept("inside-quotes").labels(text), inside)
    for name in ("position-in-quote", "closing-quote-next", "attribution", "inside-single-quotes", "question"):
        np.testing.assert_array_equal(concept(name).labels(straight), concept(name).labels(typographic))


@pytest.mark.parametrize("marks", ["„“", "„”", "»«", "«»", "””", "»»", "「」", "『』"])
@given(story=stories)
def test_quotations_of_other_languages_have_the_labels_of_english_ones(marks: str, story: list):
    english, inside = typeset(story)
    text = english.translate(str.maketrans("“”", marks))
    np.testing.assert_array_equal(concept("inside-quotes").labels(text), inside)
    for name in ("position-in-quote", "closing-quote-next", "attribution"):
        np.testing.assert_array_equal(concept(name).labels(text), concept(name).labels(english))


NESTED = """\
\u201cHe told me, \u2018It isn\u2019t the dogs, it\u2019s the dog\u2019s bowl!\u2019 and I\u2014\u2018Well!\u2019\u201d

The boys\u2019 room had \u2018no such thing.\u2019 \u201cO\u2019Brien\u2019s (\u2018so-called\u2019) castle\u201d stood,
they said, \u2018where it stood\u2019. \u201cAnd \u2018then,\u2019 said he, \u2018we\u2019ll go,\u2019 he said;

\u201cbut \u2018when\u2019?\u201d
"""


def test_straight_single_quotes_have_the_labels_of_typographic_ones():
    typographic = concept("inside-single-quotes").labels(NESTED)
    straight = NESTED.translate(str.maketrans("\u2018\u2019\u201c\u201d", "''\"\""))
    np.testing.assert_array_equal(concept("inside-single-quotes").labels(straight), typographic)
    spans = "".join(letter if inside else "|" for letter, inside in zip(NESTED, typographic, strict=True))
    assert [span.strip("\u2018\u2019") for span in re.findall(r"[^|]+", spans)] == [
        "It isn\u2019t the dogs, it\u2019s the dog\u2019s bowl!",
        "Well!",
        "no such thing.",
        "so-called",
        "where it stood",
        "then,",
        "we\u2019ll go,",
        "when",
    ]


def quotes_by_their_neighbours(text: str) -> tuple[np.ndarray, np.ndarray]:
    """Where straight quotes with a clear direction stand, and whether they open: white space or a dash is outside."""
    found = [
        (at, opens)
        for at in (match.start() for match in re.finditer('"', text))
        if (opens := bool(re.match(r'(?:\A|[\s(\[-])"\S', text[max(at - 1, 0) : at + 2])))
        != bool(re.match(r'[^\s(\[]"(?:\Z|[^\w"])', text[max(at - 1, 0) : at + 2]))
    ]
    return np.array([at for at, _ in found]), np.array([opens for _, opens in found])


@needs_corpora
def test_quotes_of_war_and_peace_open_and_close_where_their_neighbours_say():
    text = load_corpus("war-and-peace").excerpt("training", 10_000_000)
    places, opens = quotes_by_their_neighbours(text)
    agreement = (concept("inside-quotes").labels(text)[places] == opens).mean()
    print(f"{agreement:.5%} of {len(places):,} quotes; {text.count(chr(34)) - len(places)} have no clear direction")
    assert len(places) > 0.99 * text.count('"')
    assert agreement > 0.999


@needs_corpora
def test_what_a_verb_of_speech_begins_is_an_attribution():
    text = load_corpus("war-and-peace").excerpt("training", 10_000_000)
    labels = concept("attribution").labels(text)
    said = list(re.finditer(r'(?<=[,!?]")\s(?:said|replied|asked|cried|answered|shouted)\b[^.!?"]*', text))
    assert len(said) > 1900
    assert np.mean([labels[span.start() : span.end()].all() for span in said]) > 0.995

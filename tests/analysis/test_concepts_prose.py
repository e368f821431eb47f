"""Concepts of prose against texts labelled by hand and against regular expressions.

Axes: `time` is the position of a character in a text.
"""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.concepts import concept
from corpora import load_corpus
from tests.analysis.marked import MarkedText, read_marked
from tests.conftest import needs_corpora

SENTENCES = read_marked("""
                      |"We ain't going," said Mr. Ann's boy. "Not 'to-day,' at any rate!"␍␊
position-in-sentence  |12345678999999999999999999999999999999123456789999999999999999999999
sentence-end          |....................................#...........................#...
proper-name           |........................#...####....................................
question              |....................................................................

                      |␍␊
position-in-sentence  |90
sentence-end          |..
proper-name           |..
question              |..

                      |"It was late (very late); the dogs' bowls were dry.␊
position-in-sentence  |1234567899999999999999999999999999999999999999999999
sentence-end          |..................................................#.
proper-name           |....................................................
question              |....................................................

                      |␊
position-in-sentence  |0
sentence-end          |.
proper-name           |.
question              |.

                      |"'Well,' he'd say, 'it's dry'--so what?" He "slept" on... till St.␊
position-in-sentence  |1234567899999999999999999999999999999999912345678999999999999999999
sentence-end          |......................................#............................
proper-name           |................................................................#..
question              |######################################.............................

                      |“Ünter ‘den’ Linden’s” end? I am
position-in-sentence  |99999999999999999999999999991234
sentence-end          |..........................#.....
proper-name           |..............#######...........
question              |.....................#####......
""")

PROSE = read_marked("""
                      |BOOK 2: "WAR"␊
inside-parentheses    |..............
position-in-paragraph |12345678999999
heading               |.############.
footnote              |..............

                      |OF 1812␊
inside-parentheses    |........
position-in-paragraph |99999999
heading               |.######.
footnote              |........

                      |␊
inside-parentheses    |.
position-in-paragraph |0
heading               |.
footnote              |.

                      | A1 (an (odd) one) of␍␊
inside-parentheses    |....#############......
position-in-paragraph |01234567899999999999999
heading               |.......................
footnote              |.......................

                      |it ( all␊
inside-parentheses    |...######
position-in-paragraph |999999999
heading               |.........
footnote              |.........

                      | ␊
inside-parentheses    |#.
position-in-paragraph |90
heading               |..
footnote              |..

                      | * No. (3)␊
inside-parentheses    |.......##..
position-in-paragraph |01234567899
heading               |...........
footnote              |.##########

                      |Yes!␊
inside-parentheses    |.....
position-in-paragraph |99999
heading               |.....
footnote              |#####

                      |␉␍␊
inside-parentheses    |...
position-in-paragraph |990
heading               |...
footnote              |##.

                      |THE END
inside-parentheses    |.......
position-in-paragraph |1234567
heading               |.######
footnote              |.......

                      |␊␊
inside-parentheses    |..
position-in-paragraph |80
heading               |..
footnote              |..

                      |THe ) * X
inside-parentheses    |.........
position-in-paragraph |123456789
heading               |.#.......
footnote              |.........
""")

HAND_LABELLED = [(marked, name) for marked in (SENTENCES, PROSE) for name in marked.symbols]


@pytest.mark.parametrize(("marked", "name"), HAND_LABELLED, ids=[name for _, name in HAND_LABELLED])
def test_labels_are_those_written_by_hand(marked: MarkedText, name: str):
    np.testing.assert_array_equal(marked.found(name), marked.wanted(name), err_msg=name)


TOKENS = ["St", "Mr", "X", "I", "Ann", "he", "5", ".", "!", "?", "...", "\u2026", '"', "'", ")", "(", ",", "-", "3.5"]
sentences = st.lists(st.sampled_from([*TOKENS, *" " * 8, "\n", "\n\n", " \n\t\n", ". "]), max_size=60).map("".join)
PARAGRAPH = re.compile(r"\S.*?(?=\n[ \t]*\n|\Z)", re.DOTALL)
# A mark, what may close after it, then white space and what decides nothing, then what begins a sentence.
SENTENCE_END = re.compile(r"""[.!?\u2026](?=["')]*(?:\s[\s,)-]*(?=(?P<next>[A-Z0-9"'(]))|(?:\s[\s,)-]*)?\Z))""")
UNENDING = re.compile(r"(?<![A-Za-z])(?:St|Mr|X)\Z")


def sentences_of(text: str) -> tuple[set[int], set[int]]:
    """Where sentences start, and the marks that end them."""
    starts: set[int] = set()
    ends: set[int] = set()
    for paragraph in PARAGRAPH.finditer(text):
        starts.add(paragraph.start())
        for mark in SENTENCE_END.finditer(paragraph.group(), 1):
            before = paragraph.group()[: mark.start()]
            if mark.group() != "." or not UNENDING.search(before):
                ends.add(paragraph.start() + mark.start())
                starts |= {paragraph.start() + mark.start("next")} if mark["next"] else set()
    return starts, ends


@settings(max_examples=300)
@given(text=sentences)
def test_a_regular_expression_finds_the_same_sentences(text: str):
    starts, ends = sentences_of(text)
    positions = concept("position-in-sentence").labels(text)
    assert set(np.flatnonzero(positions == 1)) == starts
    assert set(np.flatnonzero(concept("sentence-end").labels(text))) == ends
    grows = np.diff(positions)[(positions[1:] > 1)]
    assert (grows == 1).all()


@settings(max_examples=1000)
@given(text=sentences)
def test_a_question_is_what_stands_before_its_mark(text: str):
    stops = r"(?:(?<=[.])[.]|[.](?=[.A-Za-z0-9])|[^.!?\"]|(?<![A-Za-z])(?:St|Mr|X)[.])*"
    ended = "".join(
        "!" if time in sentences_of(text)[1] and letter in ".…" else letter for time, letter in enumerate(text)
    )
    plain = re.sub(r"\n[ \t]*\n", lambda blank: "!" * len(blank.group()), ended)  # a blank line ends a clause too
    wanted = np.zeros(len(text))
    for found in re.finditer(rf'(?:(?<=[.!?])|(?=")|\A)(?P<space>\s*)"?{stops}(?=[?])', plain):
        wanted[found.end("space") : found.end()] = 1
    np.testing.assert_array_equal(concept("question").labels(text), wanted)


@given(text=sentences)
def test_paragraphs_are_what_blank_lines_part(text: str):
    wanted = np.zeros(len(text))
    for paragraph in re.finditer(r"\S.*?(?:\n(?=[ \t]*\n)[ \t]*|\Z)", text, re.DOTALL):
        wanted[paragraph.start() : paragraph.end()] = np.arange(paragraph.end() - paragraph.start()) + 1
    np.testing.assert_array_equal(concept("position-in-paragraph").labels(text), wanted)


@needs_corpora
def test_names_of_war_and_peace_are_seldom_written_small():
    text = load_corpus("war-and-peace").excerpt("training", 10_000_000)
    labels = concept("proper-name").labels(text)
    small = set(re.findall(r"\b[a-z]+", text))
    named = [word.group() for word in re.finditer(r"\b[A-Z][a-z]+", text) if labels[word.start() + 1]]
    assert len(named) > 15_000
    assert np.mean([word.lower() not in small for word in named]) > 0.75  # the others are of titles: Prince, Emperor
    spans = concept("heading").labels(load_corpus("war-and-peace").split("test"))
    assert 20 < spans.sum() < 100

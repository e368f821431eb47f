"""Concepts of Wikipedia against labels made by hand, and how much of Wikipedia they mark.

Axes: `time` is the position of a character in a text, `run` counts stretches of text.
"""

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jaxtyping import Float32, Int64

from analysis.concepts import CONCEPTS, concept
from corpora import load_corpus
from tests.analysis.marked import parse_labels
from tests.conftest import needs_corpora

WIKI = [found.name for found in CONCEPTS.values() if found.corpora == ("wikipedia",)]
Labels = Float32[np.ndarray, " time"]

# Labels that were counted out by hand, not copied from the scanners; `~` is a newline.
BY_HAND = """
text             [[File:a|At [[Oak|oaks]], [//b.c May]]] or [[x]~y
inside-link      .#####################################......#####
namespace-link   ?......###############################??????.....
link-ends-next   ?....................#?.............#???????.#?..
external-link    ............................########.............
one-bracket      #...........#.............#................#.....

text             [[Elm|elm]]s [[Ash]] [[Yew~~yet [[Fir|a]]
inside-link      .#########....#####...#####......#######.
position-in-link ?012345678????01234???01234??????0123456?
link-text        ?....#####????.....???.....??????....###?
link-ends-next   ?.......#?????...#????.....??????.....#??

text             {{I|a=[[B|c {{d|e}}]]|f={{g|{{h}}}}}} {i} }}j{{k~~l~==m==~n
template-depth   01111111111112222211111112222333221100000000001111111000000
link-text        ???????..###########???????????????????????????????????????
heading-level    00000000000000000000000000000000000000000000000000001222000

text             *[http://a.b/?c=d&amp;e=f g]&lt;br&gt; http://www.h.i&quot;j
inside-url       ........#################....................#############..
www-count        ????????00000000000000000????????????????????0123000000000??
external-link    ........###################.................................
entity           .................####.......###...###................#####..
list-depth       111111111111111111111111111111111111111111111111111111111111

text             ''a'' '''b''' '''''c''d''' ''e'''s f~''g~'h' 'i''j''
italic           .###...#...#...#..###...#...###.......##........###.
bold             ........####....#########...........................

text             a&lt;ref name=&quot;b/c&quot;&gt;{{d}}&lt;/ref&gt;e&lt;ref name=f /&gt;g&lt;references/&gt;
reference        ........#########################################.........############.....................
template-depth   0000000000000000000000000000000000111000000000000000000000000000000000000000000000000000000

text             {|~|-~|a {{b|~|}}~|c [[d|e]]~|}~f {|
table            .#############################......
template-depth   000000000011111100000000000000000000

text             ==a==~=== b=c ===~d ==e==~*f~*#:g~h:~;i
heading-level    122200123333333300000000000000000000000
list-depth       000000000000000000000000001101233000011

text             <page>~<title>a</title>~<text xml:space="preserve">b &lt;!-- c [[d</text>~<id/>~</page>
xml-tag          #####..######..#######..##########################................######..####..######.
page-metadata    .....#############################################......................###############
markup-comment   ...........................................................#############...............
inside-link      .......................................................................................

text             In 1914–18, c.1066, 3.1415 12345 A1999 2099/2100 αβ γδ, é.
year             .....##.........##...........##..........##...............
non-ascii-run    ..................................................####....
"""


def rows_by_hand() -> Iterator[tuple[str, str, str]]:
    for block in BY_HAND.strip().split("\n\n"):
        (_, text), *rows = (line.split(maxsplit=1) for line in block.split("\n"))
        yield from ((name, text.replace("~", "\n"), symbols) for name, symbols in rows)


@pytest.mark.parametrize(("name", "text", "symbols"), list(rows_by_hand()))
def test_labels_are_those_made_by_hand(name: str, text: str, symbols: str):
    np.testing.assert_array_equal(concept(name).labels(text), parse_labels(symbols))


def test_every_concept_has_labels_made_by_hand():
    assert {name for name, _, _ in rows_by_hand()} == set(WIKI)
    assert sum(len(text) for _, text, _ in rows_by_hand()) > 1000


MARKUP = [
    "[[",
    "[",
    "]]",
    "{{",
    "}}",
    "{|",
    "\n|",
    "\n{|",
    "\n==",
    "\n*",
    "''",
    "'''",
    "&lt;!--",
    "&lt;ref",
    "&gt;",
    "|",
]
MARKUP += ["&lt;math", "&lt;nowiki", "[http://www.", "&", "File:", "=", "a", " ", "19", "é", "\n", "/"]
markup = st.lists(st.sampled_from(MARKUP), max_size=30).map("".join)


@pytest.mark.parametrize("name", WIKI)
@given(before=markup, after=markup)
def test_what_was_left_open_ends_with_the_text_of_its_page(name: str, before: str, after: str):
    end, labels = "</text>", concept(name).labels
    np.testing.assert_array_equal(labels(before + end + after)[len(before + end) :], labels(end + after)[len(end) :])


def ends_of_runs(labels: Labels) -> Int64[np.ndarray, " run"]:
    """Where the label was on and is no more."""
    return np.flatnonzero(np.diff((np.nan_to_num(labels) > 0).astype(int)) == -1) + 1


@needs_corpora
@pytest.mark.parametrize(
    ("name", "closers", "inside"),
    [
        ("inside-link", "]", (0.08, 0.2)),
        ("position-in-link", "][", (0.08, 0.2)),
        ("external-link", "]", (0.01, 0.04)),
        ("inside-url", ' |]}\n<>"&;', (0.02, 0.1)),
        ("template-depth", "}", (0.15, 0.4)),
        ("table", "}", (0.02, 0.15)),
        ("reference", ";", (0.15, 0.4)),
        ("markup-comment", ";", (0.003, 0.02)),
        ("heading-level", "=", (0.004, 0.02)),
        ("list-depth", "\n", (0.05, 0.25)),
        ("italic", "'", (0.015, 0.08)),
        ("bold", "'", (0.002, 0.01)),
        ("xml-tag", ">", (0.005, 0.02)),
        ("entity", ";", (0.02, 0.06)),
        ("page-metadata", ">", (0.01, 0.06)),
        ("year", "", (0.004, 0.02)),
        ("non-ascii-run", "", (0.0003, 0.003)),
    ],
)
def test_labels_of_wikipedia_are_neither_rare_nor_everywhere(name: str, closers: str, inside: tuple[float, float]):
    raw = load_corpus("wikipedia").excerpt("training", 3_000_000)
    labels = concept(name).labels(raw)
    assert inside[0] < (np.nan_to_num(labels) > 0).mean() < inside[1]
    ends = ends_of_runs(labels)
    assert ends.size > 40
    closed = [raw[end] in closers for end in ends]
    assert not closers or np.mean(closed) > 0.93

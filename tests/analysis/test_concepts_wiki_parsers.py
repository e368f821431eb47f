"""Concepts of Wikipedia against parsers that others wrote: mwparserfromhell, expat, regular expressions.

Axes: `time` is the position of a character in a text.
"""

import re
from collections import Counter
from xml.parsers import expat

import numpy as np
import pytest
from jaxtyping import Bool

from analysis.concepts import concept
from corpora import load_corpus
from corpora.demo import load_passage
from tests.analysis.wiki_oracle import PARSED, TEXTS, compare_pages, unescape
from tests.conftest import needs_corpora

MARKUP = [
    "inside-link",
    "position-in-link",
    "link-text",
    "namespace-link",
    "one-bracket",
    "external-link",
    "template-depth",
]
MARKUP += ["heading-level", "list-depth", "italic", "bold", "reference", "year"]


@pytest.mark.parametrize("name", MARKUP)
def test_markup_means_the_same_with_and_without_its_entities(name: str):
    article = re.findall(TEXTS, load_passage("wikipedia"))[0]
    plain, ends = unescape(article)
    expected = concept(name).labels(article)[ends - 1]
    differs = np.nan_to_num(concept(name).labels(plain)) != np.nan_to_num(expected)
    assert np.nanmax(expected) > 0
    assert not differs.any()


# The share of characters on which both agree, at least.
FLOORS = {
    "inside-link": 0.9999,  # captions of a gallery have links, which this parser does not look for
    "external-link": 0.9999,
    "template-depth": 0.9999,
    "markup-comment": 0.9999,
    "reference": 0.999,  # of which this parser loses those with apostrophes that do not pair
    "heading-level": 0.9999,
    "table": 0.99,
    "list-depth": 0.9999,
    "italic": 0.998,
    "bold": 0.998,
}


@needs_corpora
def test_mwparserfromhell_agrees_on_pages_of_wikipedia():
    corpus, counts = load_corpus("wikipedia"), {name: Counter() for name in PARSED}
    for raw in (corpus.excerpt("validation", 400_000), corpus.excerpt("training", 900_000)):
        for name, found in compare_pages(raw).items():
            counts[name].update(found)
    for name, found in counts.items():
        print(f"{name}: {found['agreed'] / found['seen']:.4%} of {found['seen']:,} characters agree")
        assert found["seen"] > 800_000
        assert found["inside"] > 1000
        assert found["agreed"] >= FLOORS[name] * found["seen"], name


def spans_by_expat(xml: str) -> tuple[Bool[np.ndarray, " time"], Bool[np.ndarray, " time"]]:
    """What expat takes for tags and for entities, each without its last character."""
    tags, entities = np.zeros(len(xml), bool), np.zeros(len(xml), bool)
    parser = expat.ParserCreate()

    def default(token: str) -> None:
        begin = parser.CurrentByteIndex
        if token[0] in "<&":
            (tags if token[0] == "<" else entities)[begin : begin + len(token) - 1] = True

    parser.DefaultHandler = default
    parser.Parse(xml, True)
    return tags, entities


def check_against_expat(xml: str) -> None:
    plain = re.sub("[^\x00-\x7f]", "x", xml)  # a byte per character
    tags, entities = spans_by_expat(f"<dump>{plain}</dump>")
    outside = slice(len("<dump>"), -len("</dump>"))
    assert tags.sum() > 200
    assert entities.sum() > 50
    np.testing.assert_array_equal(concept("xml-tag").labels(xml), tags[outside])
    np.testing.assert_array_equal(concept("entity").labels(xml), entities[outside])


def test_expat_agrees_on_tags_and_entities_of_the_passage():
    check_against_expat(load_passage("wikipedia"))


@needs_corpora
def test_expat_agrees_on_tags_and_entities_of_wikipedia():
    check_against_expat(load_corpus("wikipedia").excerpt("validation", 1_000_000))


@needs_corpora
def test_references_are_where_a_regular_expression_finds_them():
    raw = load_corpus("wikipedia").excerpt("training", 1_000_000)
    readable = re.sub("&lt;!--.*?--&gt;", lambda comment: " " * len(comment.group()), raw, flags=re.DOTALL)
    expected = np.zeros(len(raw), dtype=np.float32)
    for found in re.finditer(r"&lt;ref(?=[\s&])((?!&gt;).)*?(/&gt;|&gt;.*?&lt;/ref&gt;)", readable, re.DOTALL):
        expected[found.start() + len("&lt;ref") : found.end() - 1] = 1
    assert expected.mean() > 0.1
    assert (concept("reference").labels(raw) == expected).mean() > 0.9999


@needs_corpora
def test_metadata_is_what_is_outside_the_texts():
    raw = load_corpus("wikipedia").excerpt("validation", 1_000_000)
    expected = np.zeros(len(raw), dtype=np.float32)
    expected[raw.index("<page>") + len("<page>") - 1 :] = 1
    for text in TEXTS.finditer(raw):
        expected[text.start(1) - 1 : text.end() - 1] = 0
    np.testing.assert_array_equal(concept("page-metadata").labels(raw), expected)


@needs_corpora
def test_w_of_www_are_counted_as_a_regular_expression_finds_them():
    raw = load_corpus("wikipedia").excerpt("training", 1_000_000)
    labels = concept("www-count").labels(raw)
    found = [address.end() for address in re.finditer(r"(?i)https?://www", raw)]
    assert len(found) > 200
    np.testing.assert_array_equal(np.flatnonzero(labels == 3), np.array(found) - 1)
    assert np.isnan(labels).mean() > 0.9

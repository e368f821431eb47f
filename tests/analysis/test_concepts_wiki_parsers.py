"""Concepts of Wikipedia against parsers that others wrote: mwparserfromhell, expat, regular expressions.

Axes: `time` is the position of a character in a text, `character` counts those that its XML stands for.
"""

import html
import re
from collections.abc import Iterator
from xml.parsers import expat

import numpy as np
import pytest
from jaxtyping import Bool, Int64
from mwparserfromhell import nodes, parse
from mwparserfromhell.wikicode import Wikicode

from analysis.concepts import concept
from corpora import load_corpus
from corpora.demo import load_passage
from tests.conftest import needs_corpora

TEXTS = re.compile(r'<text xml:space="preserve">(.*?)</text>', re.DOTALL)
CHARACTER = re.compile(r"&(?:lt|gt|amp|quot);|.", re.DOTALL)


def unescape(raw: str) -> tuple[str, Int64[np.ndarray, " character"]]:
    """The text that XML stands for, and where in the XML each of its characters ends."""
    found = list(CHARACTER.finditer(raw))
    return "".join(html.unescape(one.group()) for one in found), np.array([one.end() for one in found], dtype=np.int64)


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


def nodes_of(code: Wikicode, at: int) -> Iterator[tuple[nodes.Node, int, int]]:
    """Every node that holds markup, with where it begins and ends."""
    for node in code.nodes:
        text, read = str(node), 0
        yield node, at, at + len(text)
        for child in node.__children__():
            if child is not None and not all(isinstance(inner, nodes.Text) for inner in child.nodes):
                begin = text.index(str(child), read)
                yield from nodes_of(child, at + begin)
                read = begin + len(str(child))
        at += len(text)


STYLES = {"''": ("italic", 1), "'''": ("bold", 2)}
NODES = {
    nodes.Wikilink: ("inside-link", 1),
    nodes.Template: ("template-depth", 1),
    nodes.Comment: ("markup-comment", 3),
}


class Parsed:
    """What mwparserfromhell makes of an article: labels by our rules, and where they can be compared."""

    def __init__(self, raw: str):
        self.text, self.ends = unescape(raw)
        self.labels = {name: np.zeros(len(raw), dtype=np.float32) for name in FLOORS}
        self.comparable = {name: np.ones(len(raw), dtype=bool) for name in FLOORS}
        for node, begin, end in nodes_of(parse(self.text), 0):
            assert self.text[begin:end] == str(node)
            self.read(node, begin, end)
        for line in re.finditer(".*['].*", self.text):  # this parser lets italics go on beyond their line
            for node, begin, end in nodes_of(parse(line.group()), line.start()):
                if isinstance(node, nodes.Tag) and node.wiki_markup in STYLES:
                    name, opener = STYLES[node.wiki_markup]
                    self.labels[name][self.span(begin + opener, end)] = 1
        self.leave_out_doubts()

    def span(self, begin: int, end: int) -> slice:
        """The XML from where a character is complete to before the last before `end` is."""
        return slice(self.ends[begin] - 1, self.ends[end - 1] - 1)

    def read(self, node: nodes.Node, begin: int, end: int) -> None:
        if type(node) in NODES:
            name, opener = NODES[type(node)]
            self.labels[name][self.span(begin + opener, end)] += 1
        elif isinstance(node, nodes.ExternalLink) and node.brackets:
            self.labels["external-link"][self.span(self.text.index("//", begin) + 1, end)] = 1
        elif isinstance(node, nodes.Heading):
            for level in range(node.level):
                self.labels["heading-level"][self.span(begin + level, end)] = level + 1
        elif isinstance(node, nodes.Tag) and node.tag == "ref":
            self.labels["reference"][self.ends[begin + 3] : self.ends[end - 1] - 1] = 1
        elif isinstance(node, nodes.Tag) and node.wiki_markup == "{|":
            self.labels["table"][self.span(begin + 1, end)] = 1
        elif isinstance(node, nodes.Tag) and node.wiki_markup and node.wiki_markup in "*#:;":
            line_end = self.text.find("\n", begin)
            last = line_end if line_end >= 0 else len(self.ends) - 1
            self.labels["list-depth"][self.ends[begin] - 1 : self.ends[last] - (line_end >= 0)] += 1

    def leave_out_doubts(self) -> None:
        """Where rules differ by design.

        Within a run of apostrophes what they mean is not yet known. A list begins after a newline, not after the
        `<text>` tag.
        """
        self.labels["inside-link"] = np.minimum(self.labels["inside-link"], 1)
        runs = [self.span(*run.span()) for run in re.finditer("'{2,}", self.text) if run.start() > 0]
        for run in runs:
            self.comparable["italic"][run] = self.comparable["bold"][run] = False
        if self.text[:1] in tuple("*#:;"):
            self.comparable["list-depth"][: self.ends[self.text.find("\n")]] = False


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
    corpus = load_corpus("wikipedia")
    seen, agreed, ones = (dict.fromkeys(FLOORS, 0) for _ in range(3))
    for raw in (corpus.excerpt("validation", 400_000), corpus.excerpt("training", 900_000)):
        labels = {name: concept(name).labels(raw) for name in FLOORS}
        for page in TEXTS.finditer(raw):
            parsed = Parsed(page.group(1))
            for name in FLOORS:
                where = parsed.comparable[name]
                ours, theirs = labels[name][page.start(1) : page.end(1)][where], parsed.labels[name][where]
                seen[name] += where.sum()
                agreed[name] += (ours == theirs).sum()
                ones[name] += (theirs > 0).sum()
    for name, floor in FLOORS.items():
        share = agreed[name] / seen[name]
        print(f"{name}: {share:.4%} of {seen[name]:,} characters agree, {ones[name] / seen[name]:.2%} are inside")
        assert seen[name] > 800_000
        assert ones[name] > 1000
        assert share >= floor, name


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

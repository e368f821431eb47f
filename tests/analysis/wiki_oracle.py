"""What mwparserfromhell makes of pages of Wikipedia, as labels of characters by the rules of the concepts.

Axes: `time` is the position of a character in a text, `character` counts those that its XML stands for.
"""

import html
import re
from collections import Counter
from collections.abc import Iterator

import numpy as np
from jaxtyping import Int64
from mwparserfromhell import nodes, parse
from mwparserfromhell.wikicode import Wikicode

from analysis.concepts import concept

TEXTS = re.compile(r'<text xml:space="preserve">(.*?)</text>', re.DOTALL)
CHARACTER = re.compile(r"&(?:lt|gt|amp|quot);|.", re.DOTALL)


def unescape(raw: str) -> tuple[str, Int64[np.ndarray, " character"]]:
    """The text that XML stands for, and where in the XML each of its characters ends."""
    found = list(CHARACTER.finditer(raw))
    return "".join(html.unescape(one.group()) for one in found), np.array([one.end() for one in found], dtype=np.int64)


PARSED = (
    "inside-link",
    "external-link",
    "template-depth",
    "markup-comment",
    "reference",
    "heading-level",
    "table",
    "list-depth",
    "italic",
    "bold",
)


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
        self.labels = {name: np.zeros(len(raw), dtype=np.float32) for name in PARSED}
        self.comparable = {name: np.ones(len(raw), dtype=bool) for name in PARSED}
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
            slashes = self.text.find("//", begin, end)
            address = slashes + 1 if slashes >= 0 else self.text.index(":", begin)
            self.labels["external-link"][self.span(address, end)] = 1
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

        Within a run of apostrophes what they mean is not yet known. A redirect is no list.
        """
        self.labels["inside-link"] = np.minimum(self.labels["inside-link"], 1)
        runs = [self.span(*run.span()) for run in re.finditer("'{2,}", self.text) if run.start() > 0]
        for run in runs:
            self.comparable["italic"][run] = self.comparable["bold"][run] = False
        if re.match(r"#[^\W\d]", self.text):
            self.comparable["list-depth"][: self.ends[self.text.find("\n")]] = False


def compare_pages(raw: str) -> dict[str, Counter[str]]:
    """By concept, of the characters of all pages of a dump: `seen`, those that both label the same, those inside."""
    labels = {name: concept(name).labels(raw) for name in PARSED}
    counts = {name: Counter(seen=0, agreed=0, inside=0) for name in PARSED}
    for page in TEXTS.finditer(raw):
        parsed = Parsed(page.group(1))
        for name in PARSED:
            where = parsed.comparable[name]
            ours, theirs = labels[name][page.start(1) : page.end(1)][where], parsed.labels[name][where]
            counts[name].update(
                seen=int(where.sum()), agreed=int((ours == theirs).sum()), inside=int((theirs > 0).sum())
            )
    return counts

"""Where what was opened is closed: a `}` and its `{`, a quotation mark and the one before; in code, markup and prose.

The tokenisers are those of the concepts: what is commented or quoted in C is no bracket, a quotation mark is the one
that closes, and a `]]` is the end of a link.

Axes: `time` is the position of a character in the text; `pair` a delimiter that was opened and closed.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from jaxtyping import Int64

from analysis.concepts.c_lexer import IN_BLOCK, IN_STRING, PHASE_BITS, as_code, scan_lexemes
from analysis.concepts.concept import Codes, TextKind
from analysis.concepts.quotation_marks import quotation_of
from analysis.concepts.steps import NEWLINE
from analysis.concepts.wiki_links import label_link_ends_next
from analysis.concepts.writing import writing_of
from corpora import to_text

OPENED_BY = {ord(closing): ord(opening) for opening, closing in ("()", "[]", "{}")}
BRACES = (ord("{"), ord("}"))
ENDS_OF_WIKI = r"</text>|<page>"
Found = Iterator[tuple[int, int]]


@dataclass(frozen=True)
class Pairs:
    """Where delimiters of a kind are: the last character of what opens, the first of what closes."""

    opens: Int64[np.ndarray, " pair"]
    closes: Int64[np.ndarray, " pair"]

    @property
    def distances(self) -> Int64[np.ndarray, " pair"]:
        """Characters from the opening one to the closing one: 1 if nothing is between them."""
        return self.closes - self.opens


@dataclass(frozen=True)
class Delimiter:
    """What closes something that was opened further back."""

    closing: str
    opening: str
    title: str
    find: Callable[[Codes, list[int]], Found]
    """Code points and where documents begin -> each pair, in any order."""

    def pairs(self, codes: Codes, starts: list[int]) -> Pairs:
        """All pairs in a text, by where they close."""
        found = sorted((closes, opens) for opens, closes in self.find(codes, starts))
        both = np.array(found, dtype=np.int64).reshape(-1, 2)
        return Pairs(both[:, 1], both[:, 0])


def _in_c(closing: str) -> Callable[[Codes, list[int]], Found]:
    """Brackets of C that pair with each other.

    A brace in the first column is that of a function or a type: whatever else is open then was left open, as in two
    branches of an `#if` that open the same block twice. So a mistake ends with the function that it is in.
    """

    def find(codes: Codes, starts: list[int]) -> Found:
        seen, open_ones, begins = as_code(codes), list[int](), iter([*starts, codes.size])
        begin = next(begins)
        for at in np.flatnonzero(np.isin(seen, [*OPENED_BY, *OPENED_BY.values()])).tolist():
            while at >= begin:
                open_ones, begin = [], next(begins)
            mark, first_column = int(seen[at]), at == 0 or codes[at - 1] == NEWLINE
            if mark not in OPENED_BY:
                open_ones = [*([] if first_column and mark == BRACES[0] else open_ones), at]
                continue
            at_top = bool(open_ones) and seen[open_ones[-1]] == OPENED_BY[mark]
            if at_top and not (mark == BRACES[1] and first_column and len(open_ones) > 1):
                opened = open_ones.pop()
                if mark == ord(closing):
                    yield opened, at
            elif mark == BRACES[1]:
                open_ones = [] if first_column else _without_the_innermost(open_ones, seen)

    return find


def _without_the_innermost(open_ones: list[int], seen: Codes) -> list[int]:
    """What is open after a `}` that closes over brackets that were left open; they are given up with their brace."""
    braces = [number for number, at in enumerate(open_ones) if seen[at] == BRACES[0]]
    return open_ones[: braces[-1]] if braces else []


def _phases(phase: int, last: int) -> Callable[[Codes, list[int]], Found]:
    """Stretches of a phase of C's lexer; `last` is how many characters what closes has before the one that ends it."""

    def find(codes: Codes, starts: list[int]) -> Found:
        inside = scan_lexemes(codes) >> PHASE_BITS == phase
        edges = np.diff(inside.astype(np.int8), prepend=0)
        opens = np.flatnonzero(edges == 1)
        for opened, ended in zip(opens.tolist(), np.flatnonzero(edges == -1).tolist(), strict=False):
            if codes[ended] == (codes[opened] if phase == IN_STRING else ord("/")) and not _between(
                starts, opened, ended
            ):
                yield opened, ended - last

    return find


def _between(starts: list[int], opened: int, closed: int) -> bool:
    """Whether a document begins between the two."""
    at = int(np.searchsorted(starts, opened, "right"))
    return at < len(starts) and starts[at] <= closed


def _in_quotes(codes: Codes, _: list[int]) -> Found:
    """Quotations; one that was opened anew, in the next paragraph, is as long as since then."""
    quotation = quotation_of(codes)
    opens = np.flatnonzero(quotation.opens)
    for closed in np.flatnonzero(quotation.closes).tolist():
        before = int(np.searchsorted(opens, closed)) - 1
        if before >= 0:
            yield int(opens[before]), closed


def _in_text(opening: str, closing: str, end: str) -> Callable[[Codes, list[int]], Found]:
    """Delimiters that nest; `end` is a pattern of what ends all that is open."""
    pattern = re.compile(f"(?P<opens>{re.escape(opening)})|(?P<closes>{re.escape(closing)})|{end}")

    def find(codes: Codes, starts: list[int]) -> Found:
        open_ones = list[int]()
        for found in pattern.finditer(to_text(codes)):
            if found["opens"]:
                open_ones.append(found.end() - 1)
            elif found["closes"] and open_ones:
                opened = open_ones.pop()
                if not _between(starts, opened, found.start()):
                    yield opened, found.start()
            elif not found["closes"]:
                open_ones = []

    return find


def _links(codes: Codes, starts: list[int]) -> Found:
    """Links of a wiki, where the concept of their end agrees."""
    ends = label_link_ends_next(codes)
    for opened, closed in _in_text("[[", "]]", rf"\n[ \t]*\n|{ENDS_OF_WIKI}")(codes, starts):
        if ends[closed - 1] == 1:
            yield opened, closed


PARAGRAPH = r"\n[ \t]*\n"
PARENTHESES = Delimiter(")", "(", "closing parenthesis", _in_text("(", ")", PARAGRAPH))
DELIMITERS: dict[TextKind, tuple[Delimiter, ...]] = {
    "C code": (
        Delimiter("}", "{", "closing brace", _in_c("}")),
        Delimiter(")", "(", "closing parenthesis", _in_c(")")),
        Delimiter('"', '"', "end of a string", _phases(IN_STRING, 0)),
        Delimiter("*/", "/*", "end of a comment", _phases(IN_BLOCK, 1)),
    ),
    "MediaWiki markup": (
        Delimiter("]]", "[[", "end of a link", _links),
        Delimiter("}}", "{{", "end of a template", _in_text("{{", "}}", ENDS_OF_WIKI)),
        PARENTHESES,
    ),
    "prose": (Delimiter('"', '"', "closing quotation mark", _in_quotes), PARENTHESES),
    "any text": (PARENTHESES,),
}


def delimiters_of(codes: Codes) -> tuple[Delimiter, ...]:
    """What is opened and closed in a text, by how it is written."""
    kinds = writing_of(codes).kinds
    return next(found for kind, found in DELIMITERS.items() if kind in kinds)

"""Concepts: what every character of a text is part of, as ground truth for the search; one family per file."""

import numpy as np
from jaxtyping import UInt32

from analysis.concepts.c_bodies import C_BODIES
from analysis.concepts.c_code import C_CODE
from analysis.concepts.c_preprocessor import C_PREPROCESSOR
from analysis.concepts.c_spans import C_SPANS
from analysis.concepts.c_syntax import C_SYNTAX
from analysis.concepts.c_words import C_WORDS
from analysis.concepts.characters import CHARACTERS
from analysis.concepts.concept import Concept
from analysis.concepts.layout import LAYOUT
from analysis.concepts.prose import PROSE
from analysis.concepts.quotes import QUOTES
from analysis.concepts.sentences import SENTENCES
from analysis.concepts.wiki import WIKI
from analysis.concepts.wiki_emphasis import WIKI_EMPHASIS
from analysis.concepts.wiki_links import WIKI_LINKS
from analysis.concepts.wiki_markup import WIKI_MARKUP
from analysis.concepts.wiki_xml import WIKI_XML
from analysis.concepts.words import WORDS
from analysis.concepts.writing import writing_of
from corpora import InputError

CONCEPTS: dict[str, Concept] = {
    concept.name: concept
    for family in (
        QUOTES,
        SENTENCES,
        PROSE,
        LAYOUT,
        WORDS,
        CHARACTERS,
        C_CODE,
        C_PREPROCESSOR,
        C_SYNTAX,
        C_WORDS,
        C_BODIES,
        C_SPANS,
        WIKI_LINKS,
        WIKI,
        WIKI_MARKUP,
        WIKI_EMPHASIS,
        WIKI_XML,
    )
    for concept in family
}
_NAMED_CORPORA = {corpus for concept in CONCEPTS.values() for corpus in concept.corpora}


def concept(name: str) -> Concept:
    """A concept by its name.

    Raises:
        InputError: no concept has that name.
    """
    if name not in CONCEPTS:
        raise InputError(f"No concept is called {name!r}. Known: {', '.join(CONCEPTS)}.")
    return CONCEPTS[name]


def concepts_for(corpus_name: str) -> list[Concept]:
    """The concepts meant for a corpus (or its paper-bytes form); all of them for a text of the user's own."""
    name = corpus_name.removesuffix("-bytes")
    return [concept for concept in CONCEPTS.values() if name not in _NAMED_CORPORA or name in concept.corpora]


def concepts_fitting(text: str | UInt32[np.ndarray, " time"]) -> list[Concept]:
    """The concepts that say something of a text or its code points, by how it is written.

    An apostrophe in a novel opens no character literal of C, and Chinese has neither capitals nor spaces.
    """
    writing = writing_of(text)
    return [concept for concept in CONCEPTS.values() if not writing.lacks(concept)]


def fitting_concepts(corpus_name: str, codes: UInt32[np.ndarray, " time"]) -> list[Concept]:
    """The concepts meant for a corpus; for a text of the user's own, those that fit it."""
    is_named = corpus_name.removesuffix("-bytes") in _NAMED_CORPORA
    return concepts_for(corpus_name) if is_named else concepts_fitting(codes)


__all__ = ["CONCEPTS", "Concept", "concept", "concepts_fitting", "concepts_for", "fitting_concepts"]

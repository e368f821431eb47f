"""Concepts: what every character of a text is part of, as ground truth for the search; one family per file."""

from analysis.concepts.c_code import C_CODE
from analysis.concepts.c_statements import C_STATEMENTS
from analysis.concepts.concept import Concept
from analysis.concepts.layout import LAYOUT
from analysis.concepts.prose import PROSE
from analysis.concepts.wiki import WIKI
from corpora import InputError

CONCEPTS: dict[str, Concept] = {
    concept.name: concept for family in (PROSE, LAYOUT, C_CODE, C_STATEMENTS, WIKI) for concept in family
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


__all__ = ["CONCEPTS", "Concept", "concept", "concepts_for"]

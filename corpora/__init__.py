"""Corpora: named sources and the user's own files, prepared once, split in order, encoded as ids."""

from corpora.corpus import fetch_corpus, load_corpus
from corpora.errors import InputError
from corpora.prepared import SPLITS, Corpus
from corpora.preparing import prepare_file
from corpora.vocabulary import UNKNOWN, Vocabulary, to_code_points, to_text

__all__ = [
    "SPLITS",
    "UNKNOWN",
    "Corpus",
    "InputError",
    "Vocabulary",
    "fetch_corpus",
    "load_corpus",
    "prepare_file",
    "to_code_points",
    "to_text",
]

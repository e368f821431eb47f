"""A prepared corpus: code points on disk, memory-mapped, with document starts and a contiguous split.

Axes: `time` is the position of a character in the whole text.
On disk, under `data/NAME/`: `characters.u32` (little-endian code points) and `corpus.json`.
"""

import os
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import msgspec
import numpy as np
from jaxtyping import UInt32

from corpora.content import MAKE_AGAIN, require_content, require_length
from corpora.errors import InputError
from corpora.places import data_folder
from corpora.stored import Count, Hash, read_declared
from corpora.vocabulary import to_text

CHARACTERS, DESCRIPTION = "characters.u32", "corpus.json"
SPLITS = ("training", "validation", "test")
FORMAT = 1
OWN = re.compile(r"file-(.+)-([0-9a-f]{12})")  # the name of one's own text: its title, and what tells its content


@dataclass(frozen=True)
class Corpus:
    """A text that models are trained and tested on.

    `sha256` is that of the prepared text in UTF-8. `documents` holds `(name, start)` in order.
    `cuts` are the ends of training, validation and test, in characters. `as_bytes` if every byte is one character.
    `left_out` says how many files of a folder or archive are no part of the text, and why.
    """

    name: str
    sha256: str
    licence: str
    documents: tuple[tuple[str, int], ...]
    cuts: tuple[int, int, int]
    folder: Path
    as_bytes: bool = False
    left_out: str = ""

    @cached_property
    def characters(self) -> UInt32[np.ndarray, " time"]:
        """All code points, memory-mapped, read-only; their length and sha256 are checked (docs/run-format.md).

        Raises:
            DamagedFileError: the text was removed, or is another one than was prepared.
        """
        return require_content(self.folder / CHARACTERS, self.cuts[2], self.sha256)

    def span(self, split: str) -> tuple[int, int]:
        """First position of a split and the one after its last."""
        if split not in SPLITS:
            raise InputError(f"Wanted one of {', '.join(SPLITS)}, got {split!r} as the split.")
        index = SPLITS.index(split)
        return (0, *self.cuts)[index], self.cuts[index]

    def split(self, split: str) -> UInt32[np.ndarray, " time"]:
        """The code points of `training`, `validation` or `test`."""
        start, end = self.span(split)
        return self.characters[start:end]

    def excerpt(self, split: str, length: int, offset: int = 0) -> str:
        """Up to `length` characters of a split, from `offset` characters into it."""
        return to_text(self.split(split)[offset : offset + length])

    def document_starts(self, split: str) -> list[int]:
        """Where documents begin within a split, counted from the split's first character."""
        start, end = self.span(split)
        return [at - start for _, at in self.documents if start <= at < end]


def is_corpus_name(name: str) -> bool:
    """Whether a prepared text can have that name: it is a folder's below `data/`, never a path."""
    return bool(name) and Path(name).name == name and name not in (".", "..") and "\0" not in name


def find_prepared(name: str) -> Path | None:
    """The folder of a prepared corpus of that name, or of the same own text under another title; None if not here."""
    if not is_corpus_name(name):
        return None
    own = OWN.fullmatch(name)
    found = [data_folder() / name, *sorted(data_folder().glob(f"file-*-{own[2]}") if own else ())]
    return next((folder for folder in found if os.path.lexists(folder / DESCRIPTION)), None)


class Description(msgspec.Struct):
    """`corpus.json`: a prepared text, as `Corpus` describes it. Keys that are not named here are left alone."""

    format: Count
    name: str
    sha256: Hash
    licence: str
    cuts: tuple[Count, Count, Count]
    documents: list[tuple[str, Count]]
    bytes: bool = False
    left_out: str = ""

    def __post_init__(self) -> None:
        starts = [start for _, start in self.documents]
        if self.format == FORMAT and not (self.cuts[2] > 0 and list(self.cuts) == sorted(self.cuts)):
            raise ValueError("cuts do not follow each other")
        if starts != sorted(starts) or (starts and starts[-1] > self.cuts[2]):
            raise ValueError("documents do not follow each other within the text")


def read_prepared(folder: Path) -> Corpus:
    """The corpus that was prepared in a folder.

    Raises:
        DamagedFileError: its description or the length of its text is not what was prepared.
        InputError: another version prepared it.
    """
    path = folder / DESCRIPTION
    found = read_declared(path, Description, "the description of a prepared text", MAKE_AGAIN)
    if found.format != FORMAT:
        raise InputError(f"{folder} was prepared by another version. Delete it and fetch the corpus again.")
    require_length(folder / CHARACTERS, found.cuts[2])
    documents = tuple(found.documents)
    return Corpus(found.name, found.sha256, found.licence, documents, found.cuts, folder, found.bytes, found.left_out)

"""The paper's bytes of *War and Peace*: where its test split lies in our reading, and the bytes of each character.

Karpathy, Johnson and Fei-Fei (2016) read the file as bytes, a BOM and CR LF newlines included, and split them 80/10/10
in order. Our reading, `war-and-peace`, is decoded, has LF newlines, and is cut at the start of a section: its test
split starts 64 characters before the paper's, and its training split contains 2,522 characters (0.1 %) of the paper's
validation text.

Axes: `time` is the position of a character in a text.
"""

import numpy as np
from jaxtyping import Int64, UInt32

from corpora.errors import InputError
from corpora.prepared import Corpus
from corpora.sources import SOURCES

DECODED, BYTES = "war-and-peace", "war-and-peace-bytes"
BOM = 3  # bytes


def byte_lengths(codes: UInt32[np.ndarray, " time"]) -> Int64[np.ndarray, " time"]:
    """How many bytes of the paper's file each character of our reading stands for: UTF-8, and CR LF for LF."""
    return np.searchsorted([0x80, 0x800, 0x10000], codes, side="right") + 1 + (codes == ord("\n"))


def paper_test(corpus: Corpus) -> tuple[UInt32[np.ndarray, " time"], Int64[np.ndarray, " scored"]]:
    """The text of the paper's test bytes, with one character before it, from which the first is predicted.

    The second array is the number of bytes of each character except that first one: 325,825 in all.

    Raises:
        InputError: the corpus is not one of the two readings of the paper's file.
    """
    if corpus.name not in (DECODED, BYTES):
        raise InputError(
            f"Wanted {DECODED} or {BYTES}, the two readings of the paper's file, got {corpus.name}. Omit --paper-bytes."
        )
    codes = np.asarray(corpus.characters)
    if corpus.name == BYTES:
        lengths, before = np.ones(len(codes), dtype=np.int64), 0
    else:
        lengths, before = byte_lengths(codes), BOM
    ends = before + np.cumsum(lengths)
    share = sum(SOURCES[BYTES].split[:2])
    first = int(np.searchsorted(ends, round(int(ends[-1]) * share))) + 1
    return codes[first - 1 :], lengths[first:]

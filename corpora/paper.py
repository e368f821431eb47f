"""The paper's bytes of *War and Peace*: where its test split lies in our reading, and what each character is worth.

Karpathy, Johnson and Fei-Fei (2016) read the file as bytes, a BOM and CR LF newlines included, and split them 80/10/10
in order. Our reading, `war-and-peace`, is decoded, has LF newlines, and is cut where a section begins: its test split
starts 64 characters before the paper's, and its training split has 2,522 characters (0.1 %) that are the paper's
validation text.

Axes: `time` is the position of a character in a text.
"""

import numpy as np
from jaxtyping import Int64, UInt32

from corpora.corpus import Corpus
from corpora.errors import InputError
from corpora.sources import SOURCES

DECODED, BYTES = "war-and-peace", "war-and-peace-bytes"
BOM = 3  # bytes


def byte_lengths(codes: UInt32[np.ndarray, " time"]) -> Int64[np.ndarray, " time"]:
    """How many bytes of the paper's file each character of our reading stands for: its UTF-8, and CR LF for LF."""
    return np.searchsorted([0x80, 0x800, 0x10000], codes, side="right") + 1 + (codes == ord("\n"))


def paper_test(corpus: Corpus) -> tuple[UInt32[np.ndarray, " time"], Int64[np.ndarray, " scored"]]:
    """The text of the paper's test bytes, after the one character that predicts the first of them.

    Beside it stands how many bytes each character but that first one is worth; in all 325,825.

    Raises:
        InputError: another corpus than the two readings of the paper's file.
    """
    if corpus.name not in (DECODED, BYTES):
        raise InputError(
            f"Wanted {DECODED} or {BYTES}, the two readings of the paper's file, got {corpus.name}. "
            "Leave --paper-bytes away."
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

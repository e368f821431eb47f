"""Characters to ids and back.

Axes: `time` is the position of a character in a text.
Characters are Unicode code points, held as uint32 arrays; ids are small integers.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Int64, UInt32

UNKNOWN = "\ufffd"
CODE_POINTS = 0x110000
COUNTED_AT_ONCE = 1 << 22  # characters


def to_code_points(text: str) -> UInt32[np.ndarray, " time"]:
    """The code points of a text. Lone surrogates, which are not characters, become U+FFFD."""
    encoded = text.encode("utf-32-le", errors="surrogatepass")
    codes = np.frombuffer(encoded, dtype=np.uint32)
    surrogate = (codes >= 0xD800) & (codes <= 0xDFFF)
    return np.where(surrogate, np.uint32(ord(UNKNOWN)), codes) if surrogate.any() else codes


def to_text(codes: UInt32[np.ndarray, " time"]) -> str:
    """The text of code points: the inverse of `to_code_points`."""
    return np.ascontiguousarray(codes, dtype="<u4").tobytes().decode("utf-32-le")


def count_characters(blocks: Iterable[UInt32[np.ndarray, " _"]]) -> Int64[np.ndarray, " code"]:
    """How often each code point occurs in the blocks."""
    counts = np.zeros(CODE_POINTS, dtype=np.int64)
    for block in blocks:
        for at in range(0, len(block), COUNTED_AT_ONCE):
            found = np.bincount(block[at : at + COUNTED_AT_ONCE])
            counts[: len(found)] += found
    return counts


def frequent_codes(counts: Int64[np.ndarray, " code"], min_count: int) -> Int64[np.ndarray, " kept"]:
    """The code points that occur at least `min_count` times, in order, without U+FFFD."""
    codes = np.flatnonzero(counts >= max(1, min_count))
    return codes[codes != ord(UNKNOWN)]


@dataclass(frozen=True)
class Vocabulary:
    """The characters that a model knows; the id of a character is its index here.

    The last character is always U+FFFD, which stands for all other characters, so any text can be read.
    """

    characters: tuple[str, ...]

    def __post_init__(self) -> None:
        if not self.characters or self.characters[-1] != UNKNOWN:
            raise ValueError("the last character of a vocabulary must be U+FFFD")
        if not all(len(each) == 1 and not 0xD800 <= ord(each) <= 0xDFFF for each in self.characters):
            raise ValueError("a vocabulary holds single characters")
        if len(set(self.characters)) != len(self.characters):
            raise ValueError("a vocabulary holds each character once")

    def __len__(self) -> int:
        return len(self.characters)

    @classmethod
    def of(cls, blocks: Iterable[UInt32[np.ndarray, " _"]], min_count: int = 5) -> "Vocabulary":
        """The characters that occur at least `min_count` times in the blocks, in code-point order."""
        kept = frequent_codes(count_characters(blocks), min_count)
        return cls((*map(chr, kept), UNKNOWN))

    @cached_property
    def _id_of_code(self) -> Int64[np.ndarray, " code"]:
        table = np.full(CODE_POINTS, len(self) - 1, dtype=np.int64)
        for index, character in enumerate(self.characters):
            table[ord(character)] = index
        return table

    @cached_property
    def _code_of_id(self) -> UInt32[np.ndarray, " vocab"]:
        return np.array([ord(character) for character in self.characters], dtype=np.uint32)

    def encode(self, text: str | UInt32[np.ndarray, "*axes"]) -> Int64[np.ndarray, "*axes"]:
        """The ids of a text [time] or of an array of code points; characters not in the vocabulary get U+FFFD's id."""
        codes = to_code_points(text) if isinstance(text, str) else text
        return self._id_of_code[codes]

    def decode(self, ids: Int64[np.ndarray, " time"]) -> str:
        """The text of ids, each in `0 .. len(self) - 1`."""
        return to_text(self._code_of_id[np.asarray(ids, dtype=np.int64)])

    def count_unknown(self, text: str | UInt32[np.ndarray, " time"]) -> int:
        """How many characters of the text this vocabulary reads as U+FFFD."""
        return int((self.encode(text) == len(self) - 1).sum())

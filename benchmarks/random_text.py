"""A prepared text of random characters, for trainings whose speed is measured."""

import hashlib
from pathlib import Path

import numpy as np

from corpora import Corpus, to_text


def random_corpus(folder: Path, cuts: tuple[int, int, int], alphabet: int, seed: int = 0) -> Corpus:
    """`cuts[2]` characters, each of an alphabet of `alphabet` with the same chance, prepared in a folder."""
    codes = np.random.default_rng(seed).integers(32, 32 + alphabet, size=cuts[2]).astype("<u4")
    codes.tofile(folder / "characters.u32")
    sha256 = hashlib.sha256(to_text(codes).encode()).hexdigest()
    return Corpus("random", sha256, "", (("random", 0),), cuts, folder)

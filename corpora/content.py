"""The characters of a prepared text: mapped into memory once they are known to be those that were prepared.

Their length is checked whenever a text is opened, which costs nothing. Their sha256 is checked when characters are
first read in a process, and again after the file was changed: 5 to 9 ns per character, 0.1 s for a text of 12 million.

Axes: `time` is the position of a character in the whole text.
"""

import hashlib
import os
from functools import lru_cache
from pathlib import Path

import numpy as np
from jaxtyping import UInt32

from corpora.stored import DamagedFileError, reason_of, require_regular

HASHED_AT_ONCE = 1 << 20  # characters
BYTES = 4  # per character
MAKE_AGAIN = "Delete its folder, then fetch the corpus again, or give the same text again."


def require_length(path: Path, length: int) -> os.stat_result:
    """Refuse a file that does not hold so many characters.

    Raises:
        DamagedFileError: it does not, or is gone.
    """
    try:
        found = require_regular(path)
        if found.st_size != BYTES * length:
            raise ValueError(f"wanted {BYTES * length:,} bytes, got {found.st_size:,}")
        return found
    except (OSError, ValueError) as error:
        raise _no_text(path, reason_of(error)) from None


def require_content(path: Path, length: int, sha256: str) -> UInt32[np.ndarray, " time"]:
    """The characters of a file, mapped into memory, if their UTF-8 has that sha256.

    Raises:
        DamagedFileError: it holds something else, or is gone.
    """
    found = require_length(path, length)
    try:
        got = _sha256_of(path, found.st_mtime_ns, found.st_size, found.st_ino)
        if got != sha256:
            raise ValueError(f"wanted a text with sha256 {sha256[:12]}…, got {got[:12]}…")
        return np.memmap(path, dtype="<u4", mode="r")
    except (OSError, ValueError) as error:
        raise _no_text(path, reason_of(error)) from None


@lru_cache(maxsize=64)
def _sha256_of(path: Path, _modified: int, _size: int, _inode: int) -> str:
    """The sha256 of the text in UTF-8.

    Raises:
        OSError: the file cannot be read.
        ValueError: a code point is no character.
    """
    digest, codes = hashlib.sha256(), np.memmap(path, dtype="<u4", mode="r")
    for at in range(0, len(codes), HASHED_AT_ONCE):
        digest.update(codes[at : at + HASHED_AT_ONCE].tobytes().decode("utf-32-le").encode())
    return digest.hexdigest()


def _no_text(path: Path, reason: str) -> DamagedFileError:
    return DamagedFileError.no("the prepared text that its corpus.json describes", path, reason, MAKE_AGAIN)

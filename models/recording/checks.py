"""Whether a recording on disk is whole: its attributes, the shapes and dtypes of its arrays, their chunks, its text.

zarr reads a chunk that is not there as zeros. Recordings are written with all of their chunks, each with a checksum
that is compared when the chunk is read; older ones left out chunks that held only zeros.

Axes: `time layer unit`, and `prediction`.
"""

import hashlib
import itertools
import os
from collections.abc import Iterator
from math import prod
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import zarr
from zarr.errors import BaseZarrError

from corpora.stored import UNREADABLE as UNREADABLE_FILE
from corpora.stored import (
    Count,
    DamagedFileError,
    Hash,
    as_declared,
    parse_json,
    read_file,
    reason_of,
    require_regular,
)
from models.recording.variables import MEANINGS, PER_CHARACTER, PREDICTED, STATE
from models.stored_arrays import is_text

UNREADABLE = (
    *UNREADABLE_FILE,
    BaseZarrError,
    TypeError,
    LookupError,
    RuntimeError,
    AttributeError,
    NotImplementedError,
)
"""What reading a damaged recording raises."""
MOST_IN_CHUNK = 1 << 30  # bytes: 4,096 characters by 131,072 units in float16
FORMER = {"guess": "prediction"}  # as an axis was called before
REMEDY = "Record the text again: python -m models record RUN --out NEW.zarr"
OTHERS: dict[str, tuple[tuple[str, ...], str]] = {  # axes and kinds of all arrays that are no state
    "char": (PER_CHARACTER, "u"), "loss": (PER_CHARACTER, "f"), "rank": (PER_CHARACTER, "iu"),
    "top_char": (PREDICTED, "iu"), "top_prob": (PREDICTED, "f"),
    "layer": (("layer",), "iu"), "unit": (("unit",), "iu"), "prediction": (("prediction",), "iu"),
}  # fmt: skip
NEEDED = ("char", "hidden", "loss", "rank", "top_char", "top_prob")
OFTEN_ZERO = ("rank", "unit")  # of older recordings: the last rank is 0, and so is the number of the only unit


class Attributes(msgspec.Struct):
    """What was recorded, and what `top_char` indexes."""

    run: str
    weights_sha256: Hash
    text_sha256: Hash
    unknown_characters: Count
    vocabulary: list[str]


def damaged(path: Path, error: Exception) -> DamagedFileError:
    """The error for a recording, from what reading it raised."""
    return DamagedFileError.no("a whole recording", path, reason_of(error), REMEDY)


def require_sound(path: Path) -> None:
    """Refuse a recording that is not as it was written.

    Raises:
        One of `UNREADABLE`: it is not.
    """
    for described in (path / "zarr.json", *(path / name / "zarr.json" for name in _members(path))):
        parse_json(read_file(described), non_finite=True)
    root = zarr.open_group(path, mode="r", use_consolidated=False)
    attributes = as_declared(dict(root.attrs), Attributes, "attributes")
    arrays = {name: array for name in _members(path) if isinstance(array := root[name], zarr.Array)}
    missing = [name for name in NEEDED if name not in arrays]
    if missing:
        raise ValueError(f"{missing[0]} is missing")
    _require_shapes(arrays)
    for name, array in arrays.items():
        _require_chunks(path / name, name, array)
    codes = np.asarray(arrays["char"][:])
    if not is_text(codes) or hashlib.sha256(codes.astype("<u4").tobytes()).hexdigest() != attributes.text_sha256:
        raise ValueError("its text is not the one that was recorded")


def _members(path: Path) -> list[str]:
    return sorted(entry.name for entry in os.scandir(path) if entry.is_dir() and entry.name in {*MEANINGS, *FORMER})


def _require_shapes(arrays: dict[str, Any]) -> None:
    """All arrays have the axes and kinds of dtypes that they were written with, each axis one length."""
    sizes: dict[str, int] = {}
    for name, array in arrays.items():
        dims, kinds = OTHERS.get(FORMER.get(name, name), (STATE, "f"))
        got = tuple(FORMER.get(dim, dim) for dim in array.metadata.dimension_names or ())
        if got != dims or array.dtype.kind not in kinds:
            raise ValueError(f"{name}: wanted {' x '.join(dims)}, got {array.dtype} of {' x '.join(map(str, got))}")
        for dim, length in zip(dims, array.shape, strict=True):
            if sizes.setdefault(dim, length) != length or not length:
                raise ValueError(f"{name}: wanted {sizes[dim]:,} along {dim}, got {length:,}")


def _require_chunks(folder: Path, name: str, array: Any) -> None:
    """All chunks are there, in files of their own, and none is larger than memory allows."""
    if getattr(array, "shards", None) or prod(array.chunks) * array.dtype.itemsize > MOST_IN_CHUNK:
        raise ValueError(f"{name}: its chunks are not those of a recording")
    complete = any(codec.get("name") == "crc32c" for codec in array.metadata.to_dict()["codecs"])
    for chunk in _chunk_files(folder, array):
        if os.path.lexists(chunk):
            require_regular(chunk)
        elif complete or name not in OFTEN_ZERO:
            raise ValueError(f"{name}: the chunk {chunk.relative_to(folder)} is missing")


def _chunk_files(folder: Path, array: Any) -> Iterator[Path]:
    numbers = (range(-(-length // chunk)) for length, chunk in zip(array.shape, array.chunks, strict=True))
    for place in itertools.product(*numbers):
        yield folder.joinpath("c", *map(str, place))

"""Arrays in `.npz` files: their headers are compared with the size of what follows before an array is made."""

import zipfile
import zlib
from collections.abc import Mapping
from math import prod
from pathlib import Path
from zipfile import BadZipFile, ZipFile

import numpy as np

from corpora.stored import UNREADABLE as UNREADABLE_FILE
from corpora.stored import require_regular

MOST_BYTES = 1 << 30  # of one array, unpacked: snapshots of a thousand characters by half a million units in two states
UNREADABLE = (*UNREADABLE_FILE, BadZipFile, zlib.error, TypeError, KeyError, EOFError, NotImplementedError, IndexError)
"""What reading a damaged file of arrays raises."""
Axes = Mapping[str, tuple[tuple[str, ...], str]]
"""Of each array by name its axes, and the kind of its dtype: `int8`, `code` (code points) or `integer`."""


def read_arrays(path: Path) -> dict[str, np.ndarray]:
    """All arrays of a file, none of which is larger than the file says.

    Raises:
        One of `UNREADABLE`: it is no such file, is damaged, or may not be read.
    """
    require_regular(path)
    with ZipFile(path) as stored:
        for member in stored.infolist():
            _require_honest(stored, member)
    with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
        return dict(arrays)


def _require_honest(stored: ZipFile, member: zipfile.ZipInfo) -> None:
    """Refuse an array whose header promises more, or less, than there is."""
    with stored.open(member) as data:
        version = np.lib.format.read_magic(data)
        if version not in ((1, 0), (2, 0)):
            raise ValueError(f"{member.filename} is of another version")
        read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
        shape, _, dtype = read(data)
        size = prod(shape) * dtype.itemsize
        if dtype.hasobject or member.file_size > MOST_BYTES or size != member.file_size - data.tell():
            raise ValueError(f"{member.filename} is not as large as it says")


def require_axes(arrays: Mapping[str, np.ndarray], axes: Axes) -> dict[str, int]:
    """The length of each axis of arrays that are exactly those declared.

    Raises:
        ValueError: they are others, of another dtype, or an axis has two lengths.
    """
    unlike = sorted(arrays.keys() ^ axes.keys())
    if unlike:
        raise ValueError(f"{unlike[0]} is {'missing' if unlike[0] in axes else 'not known'}")
    sizes: dict[str, int] = {}
    for name, (dims, kind) in axes.items():
        array = arrays[name]
        if array.ndim != len(dims) or not _is_kind(array, kind):
            raise ValueError(f"{name}: wanted {kind} of {' x '.join(dims)}, got {array.dtype} {array.shape}")
        for dim, length in zip(dims, array.shape, strict=True):
            if sizes.setdefault(dim, length) != length:
                raise ValueError(f"{name}: wanted {sizes[dim]} along {dim}, got {length}")
    return sizes


def _is_kind(array: np.ndarray, kind: str) -> bool:
    if kind == "code":
        return array.dtype == np.uint32 and is_text(array)
    return array.dtype == np.int8 if kind == "int8" else array.dtype.kind in "iu"


def is_text(codes: np.ndarray) -> bool:
    """Whether all code points are characters."""
    return bool(((codes < 0xD800) | ((codes > 0xDFFF) & (codes < 0x110000))).all())

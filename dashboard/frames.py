"""The binary frame: how activations reach the browser, over a route or inside an exported page.

Layout: uint32 length of the header, the header (JSON, UTF-8), padding to 8 bytes, then the arrays it names, each at
an 8-byte-aligned offset from there. `browser/reader/frame.js` reads it.
"""

import json
import struct
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

ALIGNMENT = 8
Rows = np.ndarray | list[np.ndarray]  # an array, or the rows of one


def encode_frame(header: Mapping[str, Any], arrays: Mapping[str, Rows]) -> bytes:
    """A frame of little-endian arrays; the header gains a list `blobs` of their names, types and offsets."""
    return b"".join(frame_parts(header, arrays))


def frame_parts(header: Mapping[str, Any], arrays: Mapping[str, Rows]) -> Iterator[bytes]:
    """The same frame piece by piece: a list of rows is one array in the frame, and never one in memory."""
    blobs, offset = [], 0
    lists = {name: rows if isinstance(rows, list) else [rows] for name, rows in arrays.items()}
    for name, rows in lists.items():
        blobs.append(
            {"name": name, "dtype": rows[0].dtype.name, "offset": offset, "length": sum(int(row.size) for row in rows)}
        )
        offset += _aligned(sum(row.nbytes for row in rows))
    described = json.dumps({**header, "blobs": blobs}, ensure_ascii=False, allow_nan=False).encode()
    start = struct.pack("<I", len(described)) + described
    yield start + _padding(len(start))
    for rows in lists.values():
        for row in rows:
            yield np.ascontiguousarray(row).astype(row.dtype.newbyteorder("<"), copy=False).tobytes()
        yield _padding(sum(row.nbytes for row in rows))


def _aligned(size: int) -> int:
    return -(-size // ALIGNMENT) * ALIGNMENT


def _padding(size: int) -> bytes:
    return b"\0" * (-size % ALIGNMENT)


def decode_frame(frame: bytes) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """Header and flat arrays of a frame, as the browser sees them."""
    (length,) = struct.unpack_from("<I", frame)
    header = json.loads(frame[4 : 4 + length])
    start = _aligned(4 + length)
    arrays = {
        blob["name"]: np.frombuffer(frame, blob["dtype"], blob["length"], start + blob["offset"])
        for blob in header["blobs"]
    }
    return header, arrays

"""The binary frame: how activations reach the browser, over a route or inside an exported page.

Layout: uint32 length of the header, the header (JSON, UTF-8), padding to 8 bytes, then the arrays it names, each at
an 8-byte-aligned offset from there. `browser/reader/frame.js` reads it.
"""

import json
import struct
from collections.abc import Mapping
from typing import Any

import numpy as np

ALIGNMENT = 8


def encode_frame(header: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> bytes:
    """A frame of little-endian arrays; the header gains a list `blobs` of their names, types and offsets."""
    blobs, parts, offset = [], [], 0
    for name, array in arrays.items():
        data = np.ascontiguousarray(array).astype(array.dtype.newbyteorder("<"), copy=False).tobytes()
        blobs.append({"name": name, "dtype": array.dtype.name, "offset": offset, "length": int(array.size)})
        padding = -len(data) % ALIGNMENT
        parts += [data, b"\0" * padding]
        offset += len(data) + padding
    described = json.dumps({**header, "blobs": blobs}, ensure_ascii=False, allow_nan=False).encode()
    start = struct.pack("<I", len(described)) + described
    return b"".join([start, b"\0" * (-len(start) % ALIGNMENT), *parts])


def decode_frame(frame: bytes) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """Header and flat arrays of a frame, as the browser sees them."""
    (length,) = struct.unpack_from("<I", frame)
    header = json.loads(frame[4 : 4 + length])
    start = -(-(4 + length) // ALIGNMENT) * ALIGNMENT
    arrays = {
        blob["name"]: np.frombuffer(frame, blob["dtype"], blob["length"], start + blob["offset"])
        for blob in header["blobs"]
    }
    return header, arrays

import json
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from dashboard.frames import decode_frame, encode_frame, frame_parts

DTYPES = [np.int8, np.uint8, np.uint16, np.uint32, np.float32]
ANY_ARRAY = st.sampled_from(DTYPES).flatmap(lambda dtype: arrays(dtype, st.integers(0, 40)))


@given(st.dictionaries(st.text(max_size=8), ANY_ARRAY, max_size=5), st.text(max_size=40))
def test_a_frame_gives_back_what_was_put_in(blobs: dict[str, np.ndarray], title: str):
    header, decoded = decode_frame(encode_frame({"title": title}, blobs))
    assert header["title"] == title
    assert list(decoded) == list(blobs)
    for name, array in blobs.items():
        assert decoded[name].dtype == array.dtype
        assert decoded[name].tobytes() == array.tobytes()


@given(st.lists(ANY_ARRAY, min_size=1, max_size=6))
def test_every_array_starts_at_a_multiple_of_eight_bytes(blobs: list[np.ndarray]):
    frame = encode_frame({"é": "🙂"}, {str(k): blob for k, blob in enumerate(blobs)})
    (length,) = struct.unpack_from("<I", frame)
    header = json.loads(frame[4 : 4 + length])
    assert all(blob["offset"] % 8 == 0 for blob in header["blobs"])
    assert len(frame) % 8 == 0


def test_big_endian_arrays_become_little_endian():
    numbers = np.array([1, 2, 300], dtype=">u2")
    assert decode_frame(encode_frame({}, {"numbers": numbers}))[1]["numbers"].tolist() == [1, 2, 300]


def test_a_header_that_browsers_could_not_read_is_refused():
    with pytest.raises(ValueError, match="JSON"):
        encode_frame({"score": float("nan")}, {})


@pytest.mark.parametrize("rows", [1, 2, 5])
def test_a_list_of_rows_is_one_array(rows: int):
    numbers = np.arange(rows * 3, dtype=np.int16).reshape(rows, 3)
    both = {"numbers": numbers, "after": np.float32([1, 2])}
    assert b"".join(frame_parts({"a": 1}, {**both, "numbers": list(numbers)})) == encode_frame({"a": 1}, both)
    strided = {**both, "numbers": list(np.asfortranarray(numbers))}
    assert encode_frame({"a": 1}, strided) == encode_frame({"a": 1}, both)

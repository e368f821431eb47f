"""A state of all units on its way to the browser: the binary frame, against the same numbers as JSON.

python -m benchmarks.bench_frames

Axes: `unit`, `time`.
"""

import json

import numpy as np
import typer

from benchmarks.compare import Quick, announce, compare, report
from dashboard.frames import decode_frame, encode_frame


def main(quick: Quick = False) -> None:
    """Check, then time encoding and compare sizes."""
    announce("Frames: encoding as a multiple of JSON's speed")
    length, units, rounds = (500, 16, 1) if quick else (20_000, 1024, 3)
    activations = np.random.default_rng(0).integers(-127, 128, size=(units, length)).astype(np.int8)

    def as_frame() -> bytes:
        return encode_frame({}, {"activations": activations})

    def as_json() -> bytes:
        rows = (json.dumps(row.tolist(), separators=(",", ":")) for row in activations)
        return f'{{"activations":[{",".join(rows)}]}}'.encode()

    frame, text = as_frame(), as_json()
    _, arrays = decode_frame(frame)
    assert np.array_equal(arrays["activations"].reshape(units, length), activations), "the frame lost something"
    rows = json.loads(text)["activations"]
    assert all(np.array_equal(row, expected) for row, expected in zip(rows, activations, strict=True))
    del rows
    timed = compare(as_frame, as_json, rounds)
    sizes = f"{len(frame) / 1e6:.1f} MB against {len(text) / 1e6:.1f} MB"
    report(f"{length:,} characters, {units} units, encoded", timed.ratio, sizes)


if __name__ == "__main__":
    typer.run(main)

"""The labels of a text on disk, and what one part of the text makes of them for scoring.

Axes: `time`; `concept`, here every column of labels, controls included; `row`, the characters to which a concept
applies, sorted by stratum within each block of time; `stratum`, the character just read.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from jaxtyping import Bool, Float32, Float64, Int64, UInt16, UInt32

from analysis.statistics import Measure, centred_weights

BLOCK = 16_384  # characters that are scored in one go


class LabelStore:
    """Columns of labels in a folder, one file each, float32 with NaN where a concept does not apply."""

    def __init__(self, folder: Path, length: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.length = folder, length
        self.names: list[str] = []
        self.measures: list[Measure] = []

    def add(self, name: str, measure: Measure, labels: Float32[np.ndarray, " time"]) -> None:
        """Keep a column under a name."""
        assert labels.shape == (self.length,)
        labels.astype(np.float32).tofile(self._path(len(self.names)))
        self.names.append(name)
        self.measures.append(measure)

    def read(self, concept: int, part: slice) -> Float32[np.ndarray, " time"]:
        """A stretch of a column."""
        return read_floats(self._path(concept), part.start, part.stop - part.start)

    def _path(self, concept: int) -> Path:
        return self.folder / f"{concept:05d}.f32"

    def __len__(self) -> int:
        return len(self.names)


def read_floats(path: Path | str, start: int, count: int) -> Float32[np.ndarray, " number"]:
    """Float32 numbers from within a file."""
    return np.fromfile(path, dtype=np.float32, count=count, offset=4 * start)


@dataclass(frozen=True)
class Group:
    """Concepts that apply to the same characters of a part, and their weights, on disk.

    A concept of AUROC or Spearman has one column of weights, one of eta squared has a column for each class. Weights
    are stored column by column in the order of `rows`.
    """

    concepts: list[int]
    measures: list[Measure]
    spans: list[tuple[int, int]]
    """Of each concept its columns of weights, from .. to."""
    rows: UInt32[np.ndarray, " row"] = field(repr=False)
    """Where in its block of time each row is."""
    strata: UInt16[np.ndarray, " row"] = field(repr=False)
    offsets: Int64[np.ndarray, " block_edge"] = field(repr=False)
    """The first row of each block of time, and the number of rows."""
    strata_count: int
    path: str
    within_path: str
    within: list[int]
    """The concepts (by their place in `concepts`) that are also scored within strata."""
    norms: Float64[np.ndarray, " weight"]
    """Of each column of weights what its sum with ranks is divided by: n1 n0 / n, the root of the sum of squares, or
    the root of the class's size."""
    within_norms: Float64[np.ndarray, " within"]
    """Sum over strata of n1 n0 / (n + 1)."""

    @property
    def size(self) -> int:
        return len(self.rows)

    def weights(self, block: int) -> Float32[np.ndarray, "weight row"]:
        """Weights of one block of time, to be summed with ranks among all rows."""
        return self._read(self.path, len(self.norms), block)

    def weights_within(self, block: int) -> Float32[np.ndarray, "within row"]:
        """Weights of one block of time, to be summed with ranks within strata."""
        return self._read(self.within_path, len(self.within), block)

    def _read(self, path: str, columns: int, block: int) -> np.ndarray:
        start, stop = int(self.offsets[block]), int(self.offsets[block + 1])
        parts = [read_floats(path, column * self.size + start, stop - start) for column in range(columns)]
        return np.stack(parts) if parts else np.empty((0, stop - start), dtype=np.float32)


@dataclass(frozen=True)
class Design:
    """What the labels of one part of a text contribute to the scores of any activations."""

    part: slice
    concepts: int
    groups: list[Group]

    def blocks(self) -> Iterator[tuple[int, slice]]:
        """Number and stretch of time of each block."""
        for number, start in enumerate(range(self.part.start, self.part.stop, BLOCK)):
            yield number, slice(start, min(start + BLOCK, self.part.stop))


def make_design(labels: LabelStore, characters: Int64[np.ndarray, " time"], part: slice, folder: Path) -> Design:
    """Prepare all label columns on a part of the text; `characters` are what strata are made of."""
    folder.mkdir(parents=True, exist_ok=True)
    grouped: dict[bytes, tuple[Bool[np.ndarray, " time"], list[int]]] = {}
    for concept in range(len(labels)):
        applies = ~np.isnan(labels.read(concept, part))
        key = hashlib.sha256(np.packbits(applies).tobytes()).digest()
        grouped.setdefault(key, (applies, []))[1].append(concept)
    groups = [
        _make_group(labels, members, applies, characters[part], part, folder / f"{number:03d}")
        for number, (applies, members) in enumerate(grouped.values())
        if applies.any()
    ]
    return Design(part, len(labels), groups)


def _make_group(
    labels: LabelStore,
    members: list[int],
    applies: Bool[np.ndarray, " time"],
    characters: Int64[np.ndarray, " time"],
    part: slice,
    path: Path,
) -> Group:
    order, offsets = _sort_within_blocks(applies, characters)
    known, strata = np.unique(characters[order], return_inverse=True)
    strata = strata.astype(np.uint16)
    sizes = np.bincount(strata, minlength=len(known))
    spans, norms, within, within_norms = [], [], [], []
    with path.with_suffix(".f32").open("wb") as plain, path.with_suffix(".within.f32").open("wb") as inside:
        for place, concept in enumerate(members):
            values = labels.read(concept, part)[order]
            columns, of_columns = centred_weights(values, labels.measures[concept])
            spans.append((len(norms), len(norms) + len(columns)))
            norms += of_columns.tolist()
            columns.tofile(plain)
            if labels.measures[concept] == "auroc":
                weights, norm = _weights_within(values, strata, sizes)
                weights.tofile(inside)
                within.append(place)
                within_norms.append(norm)
    return Group(
        members,
        [labels.measures[concept] for concept in members],
        spans,
        (order % BLOCK).astype(np.uint32),
        strata,
        offsets,
        len(known),
        str(path.with_suffix(".f32")),
        str(path.with_suffix(".within.f32")),
        within,
        np.array(norms, dtype=np.float64),
        np.array(within_norms, dtype=np.float64),
    )


def _sort_within_blocks(
    applies: Bool[np.ndarray, " time"], characters: Int64[np.ndarray, " time"]
) -> tuple[Int64[np.ndarray, " row"], Int64[np.ndarray, " block_edge"]]:
    """Positions that count, those of one character side by side within a block; and where each block begins."""
    found, offsets = [], [0]
    for start in range(0, len(applies), BLOCK):
        at = np.flatnonzero(applies[start : start + BLOCK]) + start
        found.append(at[np.argsort(characters[at], kind="stable")])
        offsets.append(offsets[-1] + len(at))
    return np.concatenate(found), np.array(offsets, dtype=np.int64)


def _weights_within(
    values: Float32[np.ndarray, " row"], strata: UInt16[np.ndarray, " row"], sizes: Int64[np.ndarray, " stratum"]
) -> tuple[Float32[np.ndarray, " row"], float]:
    """Labels less the commoner one of their stratum, and what the sum is divided by."""
    ones = np.bincount(strata, weights=values, minlength=len(sizes))
    common = (ones > sizes / 2).astype(np.float32)
    return values - common[strata], float((ones * (sizes - ones) / (sizes + 1)).sum())

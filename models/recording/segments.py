"""Reads a long text as several segments side by side, and is exact all the same (docs/decisions/015).

Axes: `unit` of a layer.

A segment starts from the state in which the segment before it ends. That is not known until that one was read, so it
is first estimated, by reading the 500 characters before the segment from the zero state. All segments are then read
to their ends, and each end is compared with the start that was assumed of the next segment. Where they differ, the next
segment is read again from a better start. A unit that adds up, or that only holds, keeps of an offset what the product
of its forget gates (of a GRU, its update gates) over the segment leaves: so an offset is carried through all segments
at once, and a second sweep usually finds all ends where they were expected. A unit that works otherwise, such as a
toggle, would need as many sweeps as there are segments: what differs after three is not read side by side.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TypeVar

import numpy as np
import torch
from jaxtyping import Float, Int64

from models.network import WARM_UP, CharRNN
from models.recording.layers import BLOCK, LayerStates, NetworkReader, NetworkState

SWEEPS = 3
TOLERANCE = 4e-6  # of a state, or of the value where that is above 1: twice what rounding alone makes of it
LONG, MANY_CORES = 64_000, 6  # characters, and cores per layer, from which segments are worth their sweeps
HOLDING = {"lstm": "forget", "gru": "update"}  # the gate that says how much of a unit's memory stays

Made = TypeVar("Made")


@dataclass
class Segment:
    """A stretch of a text, the state that it is read from, and what that leads to."""

    start: int
    stop: int
    before: NetworkState
    after: NetworkState = field(default_factory=list)
    kept: list[Float[np.ndarray, " unit"]] = field(default_factory=list)
    """By layer: the share of an offset of each unit's memory that is still there at the end."""

    def end_from(self, before: NetworkState) -> NetworkState:
        """The state at the end if it starts from `before`: exact as long as no gate hears of the difference."""
        return [
            (*after[:-1], (after[-1] + kept * (new[-1] - old[-1])).astype(after[-1].dtype))
            for after, kept, new, old in zip(self.after, self.kept, before, self.before, strict=True)
        ]


def streams_for(network: CharRNN, length: int) -> int:
    """As how many segments a text is read soonest: as many as there are cores if these are many, else 1.

    One stream keeps as many cores busy as there are layers, and segments are read about three times. Where there are
    six times as many cores as layers they win even if cores get half as fast by sharing a memory.
    """
    cores = torch.get_num_threads()
    return cores if length >= LONG and cores >= MANY_CORES * network.config.num_layers else 1


def cut(length: int, streams: int) -> list[tuple[int, int]]:
    """Where at most `streams` segments start and stop: whole blocks, none but the last shorter than a warm-up."""
    segment = -(-length // streams)
    if streams > 1:
        segment = max(segment + -segment % BLOCK, WARM_UP + -WARM_UP % BLOCK)
    return [(start, min(start + segment, length)) for start in range(0, length, segment)]


def find_starts(
    network: CharRNN, ids: Int64[np.ndarray, " time"], bounds: Sequence[tuple[int, int]], pool: ThreadPoolExecutor
) -> list[Segment]:
    """The segments with the states that they start from; if a seam goes on to differ, only those before it.

    Each starts from the state in which the one before it ends, within `TOLERANCE`; the first from zero.
    """
    readers = [NetworkReader(network) for _ in bounds]
    warm_ups = [(start - min(WARM_UP, start), start) for start, _ in bounds]
    for _ in side_by_side(readers, ids, warm_ups, pool, lambda *_: None):
        pass
    segments = [Segment(*each, reader.state) for each, reader in zip(bounds, readers, strict=True)]
    differing = segments
    for _ in range(SWEEPS):
        _read_to_ends(network, ids, [each for each in differing if each is not segments[-1]], pool)
        differing = _correct(segments)
        if not differing:
            return segments
    return segments[: segments.index(differing[0])]


def _read_to_ends(
    network: CharRNN, ids: Int64[np.ndarray, " time"], segments: list[Segment], pool: ThreadPoolExecutor
) -> None:
    """Find the states in which these segments end, and what is kept of an offset until then."""
    readers = [NetworkReader(network, each.before) for each in segments]
    for each in segments:
        each.kept = [np.ones(network.config.hidden_size) for _ in range(network.config.num_layers)]

    def kept_in(_start: int, layers: list[LayerStates]) -> list[np.ndarray]:
        return [_kept(network, layer) for layer in layers]

    bounds = [(each.start, each.stop) for each in segments]
    for index, kept in side_by_side(readers, ids, bounds, pool, kept_in):
        for of_segment, of_block in zip(segments[index].kept, kept, strict=True):
            of_segment *= of_block
    for each, reader in zip(segments, readers, strict=True):
        each.after = reader.state


def _kept(network: CharRNN, layer: LayerStates) -> Float[np.ndarray, " unit"]:
    """The share of each unit's memory that its gate leaves over a block; a plain RNN has no such gate."""
    gate = HOLDING.get(network.config.cell)
    if gate is None:
        return np.zeros(network.config.hidden_size)
    values = layer.rows.chunk(len(network.kind.gates), dim=-1)[network.kind.gates.index(gate)]
    return values.numpy().prod(axis=0, dtype=np.float64)


def _correct(segments: list[Segment]) -> list[Segment]:
    """Those segments that start elsewhere than the one before them ends: each now has the start that is expected.

    What is expected counts in all that the segments before it are off by, however little: a unit that holds for long
    would add up what is let pass at each seam.
    """
    expected, differing = segments[0].before, []
    for segment, following in pairwise(segments):
        expected = segment.end_from(expected)
        if not _agree(following.before, expected):
            differing.append((following, expected))
    for segment, start in differing:
        segment.before = start
    return [segment for segment, _ in differing]


def _agree(found: NetworkState, expected: NetworkState) -> bool:
    return all(
        bool((np.abs(one - other) <= TOLERANCE * np.maximum(1, np.abs(other))).all())
        for layer, wanted in zip(found, expected, strict=True)
        for one, other in zip(layer, wanted, strict=True)
    )


def side_by_side(
    readers: Sequence[NetworkReader],
    ids: Int64[np.ndarray, " time"],
    bounds: Sequence[tuple[int, int]],
    pool: ThreadPoolExecutor,
    make: Callable[[int, list[LayerStates]], Made],
) -> Iterator[tuple[int, Made]]:
    """Read a stretch with each reader, block by block, and give its number and what `make` makes of each block.

    `make` gets the start of the block; the thread that has read the block calls it.
    """

    def read(at: tuple[int, int, int]) -> tuple[int, Made]:
        index, start, stop = at
        return index, make(start, readers[index].read(ids[start:stop]))

    longest = max((stop - start for start, stop in bounds), default=0)
    for offset in range(0, longest, BLOCK):
        blocks = [
            (index, start + offset, min(start + offset + BLOCK, stop))
            for index, (start, stop) in enumerate(bounds)
            if start + offset < stop
        ]
        yield from pool.map(read, blocks)

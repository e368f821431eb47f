"""Reads a long text as several segments side by side, and is exact all the same (docs/decisions/024).

Axes: `stream` (a segment), `time` within it, `piece` of 64 characters, `unit` of a layer.

One stream waits for its weights to come from memory; several read as much with the same weights. A text is read in
windows, each of them cut into segments. A segment starts from the state in which the segment before it ends. That is
not known until that one was read, so it is first estimated, by reading some characters before the segment from the zero
state. All segments are then read and what they do is kept, and each end is compared with the start that was assumed of
the next segment. Where they differ, the next segment is read again from a better start, until it does what it did
before: a difference of most units fades within some hundred characters.

A unit that adds up, or that only holds, keeps of an offset what the product of its forget gates (of a GRU, its update
gates) over the segment leaves: so an offset is carried through all segments at once, and a second sweep usually finds
all ends where they were expected. A unit that works otherwise, such as a toggle, would need as many sweeps as there are
segments: what differs after four is not read side by side. The first window is a short one, for trial.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np
import torch
from jaxtyping import Bool, Float, Int64

from models.network import WARM_UP, CharRNN
from models.recording.layers import LayerReader, LayerStates, NetworkState, PackedLayer
from models.recurrence import keep

SWEEPS = 4
TOLERANCE = 4e-6  # of a state, or of the value where that is above 1: twice what rounding alone makes of it
MET = 1e-6  # the same, for a segment that is read again and does what it did before
PIECE = 64  # characters that all segments read before they are looked at
SHORT = 96  # characters of the first warm-up: those of a network that forgets soon
STRIDE = 8  # characters that a layer reads before the next one does: their gates stay in the second cache
LEAST = 4 * PIECE  # characters of a segment
PER_CORE, FEWEST = 24, 32  # segments: more gain little, and fewer are not worth the trial
TRIAL = 8 * LEAST  # characters of the first window, which shows whether segments of this network come to agree
MEMORY = 3 * 2**27  # bytes that a window keeps, more or less
HOLDING = {"lstm": "forget", "gru": "update"}


def streams_for(network: CharRNN, length: int) -> int:
    """As how many segments a text is read soonest; 1 if it is short, or if the network's states take much memory."""
    fitting = min(length, _fitting(network)) // LEAST
    return min(PER_CORE * torch.get_num_threads(), fitting) if fitting >= FEWEST else 1


def cut(network: CharRNN, length: int, streams: int, gates: bool) -> tuple[int, int]:
    """How many segments of how many characters the next window has, of at most so many streams and `MEMORY`."""
    fitting = _fitting(network, gates)
    streams = max(1, min(streams, fitting // LEAST))
    of_window = -(-length // -(-length // fitting))  # windows of one length
    segment = max(LEAST, -(-of_window // streams))
    segment += -segment % PIECE
    return min(streams, -(-length // segment)), segment


def windows(
    network: CharRNN,
    weights: Sequence[PackedLayer],
    ids: Int64[np.ndarray, " time"],
    streams: int,
    gates: bool,
    pool: ThreadPoolExecutor,
) -> Iterator[tuple["Window", int]]:
    """Windows from the text's start on, each with the place up to which it is what reading from the start gives.

    The last one may end before the text does: what follows is to be read as one stream. The next window takes the place
    of the one before it in memory.
    """
    at, state, warm_up, window = 0, [each.zero_state(1) for each in weights], SHORT, None
    while at < len(ids):
        segments, length = cut(network, len(ids) - at if at else min(TRIAL, len(ids)), streams, gates)
        if segments == 1:
            return
        if window is None or window.capacity < segments or window.length != length:
            window = Window(network, weights, segments, length, gates)
        sure, took = window.fill(ids, at, state, warm_up, pool)
        at = min(at + sure * length, len(ids))
        yield window, at
        if sure < segments and (warm_up == WARM_UP or length < WARM_UP):
            return
        state, warm_up = window.state_at(at), WARM_UP if sure < segments else min(WARM_UP, warm_up + took)


def _fitting(network: CharRNN, gates: bool = False) -> int:
    """How many characters a window may have."""
    kept = len(network.kind.states) + gates * len(network.kind.gates)
    return MEMORY // (4 * network.config.num_layers * network.config.hidden_size * kept)


def _first_row_of_holding(network: CharRNN) -> int:
    """Where the rows begin of the gate that says how much of a unit's memory stays; -1 for a plain RNN, without one."""
    gate = HOLDING.get(network.config.cell)
    return network.kind.gates.index(gate) * network.config.hidden_size if gate else -1


class Window:
    """A stretch of a text as segments of one length, what they do, and the states they are read from and lead to."""

    def __init__(
        self, network: CharRNN, weights: Sequence[PackedLayer], segments: int, length: int, gates: bool
    ) -> None:
        self.weights, self.holding = weights, _first_row_of_holding(network)
        self.capacity, self.segments, self.length = segments, segments, length
        self.embedding = network.embedding.weight.detach().numpy()
        pieces = length // PIECE
        self.states = [self._empty(segments, length, each) for each in weights]
        self.rows = [np.empty((segments, length, each.rows), np.float32) for each in weights if gates]
        self.before: NetworkState = [each.zero_state(segments) for each in weights]
        self.expected: NetworkState = [each.zero_state(segments + 1) for each in weights]
        self.ends = [
            tuple(np.zeros((segments, pieces, each.units), part.dtype) for part in each.zero_state(1))
            for each in weights
        ]
        self.kept = [np.ones((segments, pieces, each.units)) for each in weights]

    @staticmethod
    def _empty(segments: int, length: int, layer: PackedLayer) -> tuple[Float[np.ndarray, "stream time unit"], ...]:
        return tuple(np.empty((segments, length, layer.units), np.float32) for _ in layer.zero_state(1))

    def fill(
        self, ids: Int64[np.ndarray, " time"], at: int, state: NetworkState, warm_up: int, pool: ThreadPoolExecutor
    ) -> tuple[int, int]:
        """Read a text from `at` on, where it has this state.

        Returns:
            How many segments are what reading the text from its start gives, and how many characters the starts took
            to agree.
        """
        segments = self.segments = min(self.capacity, -(-(len(ids) - at) // self.length))
        self.at, self.first = at, max(0, at - WARM_UP)
        occurring, self.places = np.unique(ids[self.first : at + segments * self.length], return_inverse=True)
        self.table = self.weights[0].added_by(self.embedding[occurring])
        lacking = np.zeros(max(0, at + segments * self.length - len(ids)), np.int64)  # is read, and given to nobody
        self.places = np.concatenate([self.places, lacking])
        self._start(state)
        differing, took, cores = np.arange(segments), 0, torch.get_num_threads()
        warm_up = min(warm_up, at + self.length)
        for sweep in range(SWEEPS):
            shares = [differing[k::cores] for k in range(min(cores, len(differing)))]
            if sweep == 0:
                read = partial(self._read_first, warm_up)
                list(pool.map(read, shares))
            else:
                took = max(took, *pool.map(self._read_again, shares))
            differing = self._correct()
            if not len(differing):
                return segments, took
        return int(differing[0]), took

    def _start(self, state: NetworkState) -> None:
        for parts, given in zip(self.before, state, strict=True):
            for part, of_first in zip(parts, given, strict=True):
                part[0] = of_first[0]

    def _read_first(self, warm_up: int, numbers: Int64[np.ndarray, " stream"]) -> None:
        """Estimate the starts of these segments, and read them."""
        guessed = numbers[numbers > 0]
        reader = SegmentsReader(self, [each.zero_state(len(guessed)) for each in self.weights])
        scratch = [self._empty(len(guessed), STRIDE, each) for each in self.weights]
        for offset in range(-warm_up, 0, STRIDE) if len(guessed) else ():
            places = self._places(guessed, offset, min(0, offset + STRIDE))
            for _ in reader.read(places, scratch, np.arange(len(guessed)), 0):
                pass
        for parts, found in zip(self.before, reader.state, strict=True):
            for part, of_guessed in zip(parts, found, strict=True):
                part[guessed] = of_guessed
        reader = SegmentsReader(self, self._pick(self.before, numbers))
        for piece in range(self.length // PIECE):
            self._keep(reader, numbers, piece)

    def _read_again(self, numbers: Int64[np.ndarray, " stream"]) -> int:
        """Read these segments from their new starts, each until it does what it did before; the longest that took."""
        reader = SegmentsReader(self, self._pick(self.before, numbers))
        for piece in range(self.length // PIECE):
            former = [tuple(part[numbers, piece] for part in parts) for parts in self.ends]
            self._keep(reader, numbers, piece)
            met = _agree(former, reader.state, MET)
            for index in np.flatnonzero(met):
                self._shift(int(numbers[index]), piece, [old[-1][index] for old in former])
            numbers = numbers[~met]
            reader.state = [tuple(part[~met] for part in parts) for parts in reader.state]
            if not len(numbers):
                return (piece + 1) * PIECE
        return WARM_UP

    def _keep(self, reader: "SegmentsReader", numbers: Int64[np.ndarray, " stream"], piece: int) -> None:
        """Read the next piece of these segments, and keep what they do."""
        for kept in self.kept:
            kept[numbers, piece] = 1 if self.holding >= 0 else 0
        for at in range(piece * PIECE, (piece + 1) * PIECE, STRIDE):
            stop = min(at + STRIDE, (piece + 1) * PIECE)
            for layer, rows in reader.read(self._places(numbers, at, stop), self.states, numbers, at):
                if self.holding >= 0:
                    keep(rows, self.holding, numbers, piece, self.kept[layer])
                if self.rows:
                    self.rows[layer][numbers, at:stop] = rows[..., : self.weights[layer].rows]
        for parts, state in zip(self.ends, reader.state, strict=True):
            for part, end in zip(parts, state, strict=True):
                part[numbers, piece] = end

    def _places(self, numbers: Int64[np.ndarray, " stream"], start: int, stop: int) -> Int64[np.ndarray, "stream time"]:
        """The characters of these segments, as places in the table, from step `start` to before `stop`."""
        return self.places[self.at - self.first + numbers[:, None] * self.length + np.arange(start, stop)]

    def _shift(self, number: int, piece: int, former: list[Float[np.ndarray, " unit"]]) -> None:
        """Carry what little a segment's memory now differs by from what it was after a piece to the pieces after it."""
        for (*_, memory), kept, was in zip(self.ends, self.kept, former, strict=True):
            carried = np.cumprod(kept[number, piece + 1 :], axis=0) * (memory[number, piece] - was)
            memory[number, piece + 1 :] += carried.astype(memory.dtype)

    def _correct(self) -> Int64[np.ndarray, " stream"]:
        """Those segments that start elsewhere than the one before them ends: each now has the start that is expected.

        What is expected counts in all that the segments before it are off by, however little: a unit that holds for
        long would add up what is let pass at each seam.
        """
        for layer, parts in enumerate(self.expected):
            kept = self.kept[layer].prod(axis=1)
            for part, before in zip(parts, self.before[layer], strict=True):
                part[0] = before[0]
            for number in range(self.segments):
                for part, end in zip(parts, self.ends[layer], strict=True):
                    part[number + 1] = end[number, -1]
                off = parts[-1][number] - self.before[layer][-1][number]
                parts[-1][number + 1] += (kept[number] * off).astype(parts[-1].dtype)
        wanted = [tuple(part[:-1] for part in parts) for parts in self.expected]
        differing = np.flatnonzero(~_agree(self.before, wanted, TOLERANCE)[: self.segments])
        for parts, expected in zip(self.before, wanted, strict=True):
            for part, of_expected in zip(parts, expected, strict=True):
                part[differing] = of_expected[differing]
        return differing

    def state_at(self, stop: int) -> NetworkState:
        """The state at this place of the text, where a segment ends."""
        segments = -(-(stop - self.at) // self.length)
        return [tuple(part[segments : segments + 1].copy() for part in parts) for parts in self.expected]

    def block(self, start: int, stop: int) -> list[LayerStates]:
        """What the layers did over a stretch of the text, as views."""
        at, layers = slice(start - self.at, stop - self.at), []
        for layer, parts in enumerate(self.states):
            states = tuple(torch.from_numpy(part.reshape(-1, part.shape[-1])[at]) for part in parts)
            whole = self.rows[layer] if self.rows else np.empty((self.capacity, self.length, 0), np.float32)
            rows = whole.reshape(self.capacity * self.length, -1 if self.rows else 0)[at]
            layers.append(LayerStates(states, torch.from_numpy(rows)))
        return layers

    @staticmethod
    def _pick(
        state: NetworkState, numbers: Int64[np.ndarray, " chosen"]
    ) -> list[tuple[Float[np.ndarray, "chosen unit"], ...]]:
        return [tuple(part[numbers] for part in parts) for parts in state]


class SegmentsReader:
    """Reads some segments with all layers and keeps their states in between."""

    def __init__(self, window: Window, state: NetworkState) -> None:
        self.table = window.table
        kept: dict[str, np.ndarray] = {}
        self.layers = [LayerReader(each, kept) for each in window.weights]
        self.state = state

    @property
    def state(self) -> NetworkState:
        """Of each layer, of all segments."""
        return [layer.state for layer in self.layers]

    @state.setter
    def state(self, state: NetworkState) -> None:
        for layer, parts in zip(self.layers, state, strict=True):
            layer.state = parts

    def read(
        self,
        places: Int64[np.ndarray, "stream time"],
        states: Sequence[tuple[Float[np.ndarray, "number text_time unit"], ...]],
        numbers: Int64[np.ndarray, " stream"],
        at: int,
    ) -> Iterator[tuple[int, Float[np.ndarray, "stream time row"]]]:
        """Read on, write the states to these numbers from `at` on, and give each layer's number and gates."""
        for number, (layer, parts) in enumerate(zip(self.layers, states, strict=True)):
            if number == 0:
                rows = layer.rows_of_places(self.table, places)
            else:
                rows = layer.rows_of_text(states[number - 1][0], numbers, at, places.shape[1])
            layer.advance(rows, parts, numbers, at)
            yield number, rows


def _agree(found: NetworkState, expected: NetworkState, tolerance: float) -> Bool[np.ndarray, " stream"]:
    """Whether states are the same, for each stream."""
    agreeing = np.ones(len(found[0][0]), dtype=bool)
    for layer, wanted in zip(found, expected, strict=True):
        for one, other in zip(layer, wanted, strict=True):
            agreeing &= (np.abs(one - other) <= tolerance * np.maximum(1, np.abs(other))).all(axis=-1)
    return agreeing

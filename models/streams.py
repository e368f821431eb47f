"""Cuts a text into contiguous streams and serves them in steps, so that states can be carried.

Axes: `time` within a chunk, `batch` over streams.
"""

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Bool, Int64, UInt32
from torch import Tensor

from corpora import InputError, Vocabulary

STRETCHES = 10  # of a split, per excerpt


def stream_length(characters: int, count: int, steps: int) -> int:
    """Characters of one of `count` streams of a text that are served in an epoch, at most."""
    return (characters - 1 - steps) // count


def steps_in(characters: int, count: int, steps: int, epochs: float) -> int:
    """Optimizer steps of so many passes over a text."""
    return max(1, round(epochs * (stream_length(characters, count, steps) // steps)))


@dataclass(frozen=True)
class Streams:
    """`count` neighbouring streams of a text, read `steps` characters at a time.

    Stream b begins where stream b - 1 ends. Each epoch starts at another offset, so that the cuts of
    truncated backpropagation fall elsewhere. Of several `processes` each serves its own part of the streams.
    """

    characters: UInt32[np.ndarray, " time"]
    vocabulary: Vocabulary
    count: int
    steps: int
    seed: int
    process: int = 0
    processes: int = 1

    def __post_init__(self) -> None:
        if self.chunks < 1:
            wanted = (self.count + 1) * self.steps + 1
            raise InputError(
                f"Wanted at least {wanted:,} characters to train on, got {len(self.characters):,}. "
                "Use a longer text, or fewer --streams and --steps."
            )

    @property
    def length(self) -> int:
        """Characters of one stream that are served in an epoch, at most."""
        return stream_length(len(self.characters), self.count, self.steps)

    @property
    def chunks(self) -> int:
        """Chunks in an epoch: the same for every epoch."""
        return self.length // self.steps

    @property
    def share(self) -> slice:
        """Those of the streams that this process reads."""
        size = self.count // self.processes
        return slice(self.process * size, (self.process + 1) * size)

    def chunk(self, epoch: int, index: int) -> tuple[Int64[Tensor, "time batch"], Int64[Tensor, "time batch"]]:
        """Inputs and targets (the same, one character later) of one chunk."""
        offset = int(np.random.default_rng([self.seed, epoch]).integers(self.steps))
        starts = offset + np.arange(self.count)[self.share] * self.length + index * self.steps
        positions = starts[None, :] + np.arange(self.steps + 1)[:, None]
        ids = torch.from_numpy(self.vocabulary.encode(self.characters[positions]))
        return ids[:-1], ids[1:]


class ReadAhead:
    """Serves the chunks of streams by step, and assembles the next one in a thread while a step is computed."""

    def __init__(self, streams: Streams, pinned: bool) -> None:
        """`pinned`: in memory from which a GPU copies without waiting."""
        self.streams, self.pinned = streams, pinned
        self.assembler = ThreadPoolExecutor(1)
        self.next: tuple[int, Future[tuple[Tensor, Tensor]]] | None = None

    def chunk(self, step: int) -> tuple[Int64[Tensor, "time batch"], Int64[Tensor, "time batch"]]:
        """Inputs and targets of a step."""
        ready = self.next[1].result() if self.next and self.next[0] == step else self._assemble(step)
        self.next = (step + 1, self.assembler.submit(self._assemble, step + 1))
        return ready

    def _assemble(self, step: int) -> tuple[Tensor, Tensor]:
        inputs, targets = self.streams.chunk(*divmod(step, self.streams.chunks))
        return (inputs.pin_memory(), targets.pin_memory()) if self.pinned else (inputs, targets)


def cold_streams(seed: int, step: int, count: int, share: float) -> Bool[np.ndarray, " batch"]:
    """Those streams that start a step from the zero state, a random `share` of them.

    Who opens a text in the middle has no past either: a network that never starts cold predicts badly there.
    """
    return np.random.default_rng([seed, step, 1]).random(count) < share


def spread_excerpt(ids: Int64[np.ndarray, " time"], length: int) -> Int64[np.ndarray, " excerpt"]:
    """About `length` characters of a split in ten stretches, evenly spaced, so that no one document speaks for all."""
    if len(ids) <= length:
        return ids
    starts = np.linspace(0, len(ids) - length // STRETCHES, STRETCHES).astype(np.int64)
    return np.concatenate([ids[start : start + length // STRETCHES] for start in starts])

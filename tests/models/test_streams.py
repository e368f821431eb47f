"""Streams: every character in its place, states carried from chunk to chunk, another offset in each epoch."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpora import InputError, Vocabulary
from models.streams import Streams, cold_streams, spread_excerpt


def streams_over(length: int, count: int, steps: int) -> Streams:
    """Streams over characters of which no two are the same, so that an id is a position."""
    codes = np.arange(0x4E00, 0x4E00 + length, dtype=np.uint32)
    return Streams(codes, Vocabulary.of([codes], min_count=1), count, steps, seed=0)


sizes = st.tuples(st.integers(1, 9), st.integers(1, 20)).flatmap(
    lambda size: st.tuples(st.integers((size[0] + 1) * size[1] + 1, 3000), st.just(size[0]), st.just(size[1]))
)


@given(sizes, st.integers(0, 5))
def test_streams_are_neighbouring_stretches_read_on_from_chunk_to_chunk(size: tuple[int, int, int], epoch: int):
    length, count, steps = size
    streams = streams_over(length, count, steps)
    chunks = [streams.chunk(epoch, index) for index in range(streams.chunks)]
    inputs = np.concatenate([inputs.numpy() for inputs, _ in chunks])
    targets = np.concatenate([targets.numpy() for _, targets in chunks])
    np.testing.assert_array_equal(targets, inputs + 1)
    np.testing.assert_array_equal(inputs, inputs[:1] + np.arange(len(inputs))[:, None])
    assert (np.diff(inputs[0]) == streams.length).all()
    assert 0 <= inputs[0, 0] < steps
    assert targets.max() < length


def test_epochs_cut_the_text_at_other_places():
    streams = streams_over(3000, 4, 50)
    offsets = {int(streams.chunk(epoch, 0)[0][0, 0]) for epoch in range(8)}
    assert len(offsets) > 4
    assert int(streams.chunk(3, 0)[0][0, 0]) == int(streams.chunk(3, 0)[0][0, 0])


def test_an_epoch_reads_nearly_all_of_the_text():
    streams = streams_over(3000, 4, 50)
    assert streams.chunks * streams.count * streams.steps >= 3000 - 4 * 50 - 50 - 1


def test_a_text_that_is_too_short_is_refused_with_the_length_that_would_do():
    with pytest.raises(InputError, match="at least 51 characters to train on, got 50"):
        streams_over(50, count=4, steps=10)
    assert streams_over(51, count=4, steps=10).chunks == 1


@given(sizes, st.integers(2, 4))
def test_processes_read_the_streams_of_one_between_them(size: tuple[int, int, int], processes: int):
    length, count, steps = size
    count, whole = count * processes, length * processes
    alone = streams_over(whole, count, steps)
    shared = [
        Streams(alone.characters, alone.vocabulary, count, steps, 0, process, processes) for process in range(processes)
    ]
    for kind, expected in enumerate(alone.chunk(1, 0)):
        parts = [streams.chunk(1, 0)[kind] for streams in shared]
        np.testing.assert_array_equal(np.concatenate(parts, axis=1), expected)
    assert [streams.share for streams in shared] == [
        slice(at, at + count // processes) for at in range(0, count, count // processes)
    ]


@pytest.mark.parametrize("share", [0.0, 0.05, 0.5, 1.0])
def test_a_share_of_the_streams_starts_cold(share: float):
    cold = np.stack([cold_streams(seed=3, step=step, count=64, share=share) for step in range(500)])
    assert cold.mean() == pytest.approx(share, abs=0.01)
    assert (cold.mean(axis=0) <= share + 0.1).all()  # no stream is picked on


def test_which_streams_start_cold_is_told_by_seed_and_step():
    def cold(seed: int, step: int) -> list[bool]:
        return cold_streams(seed, step, 64, 0.5).tolist()

    assert cold(1, 7) == cold(1, 7)
    assert len({tuple(cold(seed, step)) for seed in range(3) for step in range(3)}) == 9


def test_validation_is_spread_over_the_split():
    ids = np.arange(100_000)
    excerpt = spread_excerpt(ids, 1000)
    assert len(excerpt) == 1000
    assert (excerpt[0], excerpt[-1]) == (0, 99_999)
    assert (np.diff(excerpt) != 1).sum() == 9
    assert spread_excerpt(ids, 100_000) is ids

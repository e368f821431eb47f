"""What a text's n-grams are counted with: the positions of both texts, sorted once, then read in order for each n.

All occurrences of an n-gram lie side by side among the sorted positions, and so do all n-grams of one context. One scan
in that order counts them, and a second one gives the held-out characters their probabilities. Nothing is hashed: two
n-grams are the same if and only if their characters are. Beside the text this takes a few bytes per character.

Axes: `time` (of the held-out text), `place` (in both texts, marks included), `rank` (a place's rank among the sorted
places), `gram` (the distinct n-grams of both texts, sorted).
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64, Int32, Int64, Integer, UInt8, UInt16, UInt32

from models.compiled import compiled

MARK = 0  # stands before a text and after it, and is in no n-gram; the character with id k is the symbol k + 1
LONGEST = 255  # shared beginnings are held as bytes

Symbols = UInt8[np.ndarray, "_"] | UInt16[np.ndarray, "_"] | UInt32[np.ndarray, "_"]


@dataclass(frozen=True)
class SortedTexts:
    """A training text and a held-out one as `training MARK held-out MARK`, a ring, its places sorted.

    They are sorted by the `order` symbols that begin there. `shared` is how many leading characters a place has in
    common with the one of the rank before, at most `order`, the mark excluded. `before` is the symbol left of a place.
    """

    training_length: int
    starts: Integer[np.ndarray, " rank"]
    shared: UInt8[np.ndarray, " rank"]
    before: Symbols

    @classmethod
    def of(
        cls,
        training_ids: Int64[np.ndarray, " training_time"],
        ids: Int64[np.ndarray, " time"],
        vocabulary_size: int,
        order: int,
    ) -> "SortedTexts":
        """Sort both texts for n-grams of up to `order` characters, at most 255."""
        ring = np.full(len(training_ids) + len(ids) + 2, MARK, dtype=np.min_scalar_type(vocabulary_size))
        np.add(training_ids, 1, out=ring[: len(training_ids)], casting="unsafe")
        np.add(ids, 1, out=ring[len(training_ids) + 1 : -1], casting="unsafe")
        places = np.arange(len(ring), dtype=np.int32 if len(ring) < 2**31 else np.int64)
        starts = _sort(ring, vocabulary_size + 1, order, places)
        return cls(len(training_ids), starts, _count_shared(ring, starts, order), ring[starts - 1])

    def count(self, n: int) -> tuple[Int32[np.ndarray, " gram"], Int32[np.ndarray, " gram"]]:
        """How often each n-gram occurs in the training text, and after how many different symbols.

        The beginning of the text counts as one such symbol. N-grams of the held-out text alone have zeros.
        """
        grams = int(np.count_nonzero(self.shared < n))
        return _count_grams(self.starts, self.shared, self.before, self.training_length, n, grams)

    def interpolate(
        self,
        n: int,
        counts: Int32[np.ndarray, " gram"],
        discounts: Float64[np.ndarray, "4"],
        lower: Float64[np.ndarray, " time"],
    ) -> Float64[np.ndarray, " time"]:
        """The probability of each held-out character after the n - 1 before it, from counts and a lower order.

        Where the training text never goes on from these n - 1 characters, or where the held-out text has fewer before
        the character, that is what the lower order says.
        """
        probabilities = lower.copy()
        _interpolate(self.starts, self.shared, self.training_length, n, counts, discounts, lower, probabilities)
        return probabilities


@compiled(nogil=True)
def _sort(
    ring: Symbols, symbols: int, depth: int, places: Integer[np.ndarray, " rank"]
) -> Integer[np.ndarray, " rank"]:
    """All places of the ring sorted by the `depth` symbols that begin there: `depth` stable counting sorts.

    Take the places sorted by k symbols, step one to the left, and sort by that symbol alone: sorted by k + 1.
    """
    first = np.zeros(symbols + 1, np.int64)
    for symbol in ring:
        first[symbol + 1] += 1
    first = np.cumsum(first)
    moved = np.empty_like(places)
    for _ in range(depth):
        free = first.copy()
        for rank in range(ring.size):
            place = places[rank] - 1 if places[rank] > 0 else ring.size - 1
            symbol = ring[place]
            moved[free[symbol]] = place
            free[symbol] += 1
        places, moved = moved, places
    return places


@compiled(nogil=True)
def _count_shared(ring: Symbols, starts: Integer[np.ndarray, " rank"], depth: int) -> UInt8[np.ndarray, " rank"]:
    shared = np.zeros(starts.size, np.uint8)
    for rank in range(1, starts.size):
        one, other, length = starts[rank - 1], starts[rank], 0
        while length < depth and ring[one + length] == ring[other + length] != MARK:  # a mark ends the ring
            length += 1
        shared[rank] = length
    return shared


@compiled(nogil=True)
def _count_grams(
    starts: Integer[np.ndarray, " rank"],
    shared: UInt8[np.ndarray, " rank"],
    before: Symbols,
    training_length: int,
    n: int,
    grams: int,
) -> tuple[Int32[np.ndarray, " gram"], Int32[np.ndarray, " gram"]]:
    raw, continuation = np.zeros(grams, np.int32), np.zeros(grams, np.int32)
    last_seen = np.full(np.max(before) + 1, -1, np.int64)  # the n-gram that a symbol was last seen left of
    gram = -1
    for rank in range(starts.size):
        if shared[rank] < n:
            gram += 1
        if starts[rank] + n <= training_length:
            raw[gram] += 1
            if last_seen[before[rank]] != gram:
                last_seen[before[rank]] = gram
                continuation[gram] += 1
    return raw, continuation


@compiled(nogil=True)
def _interpolate(
    starts: Integer[np.ndarray, " rank"],
    shared: UInt8[np.ndarray, " rank"],
    training_length: int,
    n: int,
    counts: Int32[np.ndarray, " gram"],
    discounts: Float64[np.ndarray, "4"],
    lower: Float64[np.ndarray, " time"],
    probabilities: Float64[np.ndarray, " time"],
) -> None:
    held_out_start = training_length + 1
    end, next_gram = 0, 0
    while end < starts.size:  # one context: ranks from `begin` to `end`, n-grams from `gram` + 1 to `next_gram`
        begin, gram = end, next_gram - 1
        total, discounted, asked = 0, 0.0, False
        while end == begin or (end < starts.size and shared[end] >= n - 1):
            if shared[end] < n:
                total += counts[next_gram]
                discounted += discounts[min(counts[next_gram], 3)]
                next_gram += 1
            asked |= starts[end] >= held_out_start
            end += 1
        if not asked or total == 0:
            continue
        for rank in range(begin, end):
            if shared[rank] < n:
                gram += 1
            at = starts[rank] + n - 1 - held_out_start
            if starts[rank] >= held_out_start and at < lower.size:
                kept = counts[gram] - discounts[min(counts[gram], 3)]
                probabilities[at] = (kept + discounted * lower[at]) / total

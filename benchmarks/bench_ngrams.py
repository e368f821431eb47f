"""Counting n-grams in sorted positions, against dictionaries of all n-grams.

python -m benchmarks.bench_ngrams

Both count, for each n up to the order, how often each n-gram occurs and after how many different characters, in
*War and Peace*'s demo passage over and over with a random character in twenty. The counts are compared first.

Axes: `time`, `gram`.
"""

from collections import Counter
from functools import partial

import numpy as np
import typer
from jaxtyping import Int64

from benchmarks.compare import Quick, announce, compare, report
from corpora import Vocabulary, to_code_points
from corpora.demo import load_passage
from models.ngram_counts import SortedTexts

ORDERS = (4, 10)
BEGIN = -1
Counts = list[tuple[list[int], list[int]]]  # by n: occurrences and characters before, each sorted


def count_sorted(ids: Int64[np.ndarray, " time"], size: int, order: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """The candidate: a held-out text of one character, which is not counted."""
    texts = SortedTexts.of(ids, ids[:1], size, order)
    return [texts.count(n) for n in range(1, order + 1)]


def count_in_dictionaries(ids: Int64[np.ndarray, " time"], order: int) -> list[tuple[Counter[str], Counter[str]]]:
    """The reference: n-grams as strings, and each together with what stands before it."""
    text = "".join(map(chr, ids + 1))
    found = []
    for n in range(1, order + 1):
        counts = Counter(text[at : at + n] for at in range(len(text) - n + 1))
        longer = {text[at : at + n + 1] for at in range(len(text) - n)} | {"\0" + text[:n]}
        found.append((counts, Counter(gram[1:] for gram in longer)))
    return found


def check(ids: Int64[np.ndarray, " time"], size: int, order: int) -> None:
    """The same counts, in whatever order."""
    pairs = zip(count_sorted(ids, size, order), count_in_dictionaries(ids, order), strict=True)
    for (raw, continuation), (counts, before) in pairs:
        there = raw > 0  # the held-out text has n-grams of its own, where it ends
        expected = sorted((counts[gram], before[gram]) for gram in counts)
        assert sorted(zip(raw[there].tolist(), continuation[there].tolist(), strict=True)) == expected, "counts differ"


def main(quick: Quick = False) -> None:
    """Check, then time."""
    announce("N-grams: characters counted per second as a multiple of dictionaries'")
    length, rounds = (5_000, 1) if quick else (400_000, 3)
    codes = to_code_points(load_passage("war-and-peace"))
    vocabulary = Vocabulary.of([codes], min_count=1)
    ids = np.resize(vocabulary.encode(codes), length)
    chance = np.random.default_rng(0)
    strewn = chance.random(length) < 1 / 20
    ids[strewn] = chance.integers(len(vocabulary), size=strewn.sum())
    for order in ORDERS:
        check(ids[:5_000], len(vocabulary), order)
        timed = compare(
            partial(count_sorted, ids, len(vocabulary), order), partial(count_in_dictionaries, ids, order), rounds
        )
        report(f"{length:,} characters, order {order}", timed.ratio, f"{length / timed.candidate_seconds:,.0f}/s")


if __name__ == "__main__":
    typer.run(main)

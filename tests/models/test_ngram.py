"""The n-gram baseline against a textbook implementation with dictionaries, and what must hold of any of it."""

import json
import math
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from corpora import InputError, Vocabulary, load_corpus, prepare_file
from models import ngram
from models.evaluate import Evaluation
from models.ngram import FALLBACK, describe_scores, estimate_discounts, load_baseline, ngram_losses
from tests.conftest import Outcome, write_story

Gram = tuple[int, ...]
BEGIN = -1


class Textbook:
    """Interpolated modified Kneser-Ney of one order, straight from the definition; contexts are tuples."""

    def __init__(self, training: list[int], vocabulary_size: int, order: int) -> None:
        self.vocabulary_size, self.order = vocabulary_size, order
        self.counts = {n: self.count(training, n) for n in range(1, order + 1)}
        self.discounts = {n: self.estimate(list(counts.values())) for n, counts in self.counts.items()}
        self.following: dict[Gram, list[int]] = defaultdict(list)
        for counts in self.counts.values():
            for gram, count in counts.items():
                self.following[gram[:-1]].append(count)

    def count(self, training: list[int], n: int) -> dict[Gram, int]:
        """Occurrences at the highest order, different left neighbours below it."""
        places = range(len(training) - n + 1)
        if n == self.order:
            return Counter(tuple(training[at : at + n]) for at in places)
        neighbours: dict[Gram, set[int]] = defaultdict(set)
        for at in places:
            neighbours[tuple(training[at : at + n])].add(training[at - 1] if at else BEGIN)
        return {gram: len(found) for gram, found in neighbours.items()}

    @staticmethod
    def estimate(counts: list[int]) -> tuple[float, float, float]:
        n1, n2, n3, n4 = (sum(count == k for count in counts) for k in (1, 2, 3, 4))
        if not (n1 and n2 and n3 and n4):
            return 0.5, 1.0, 1.5
        y = n1 / (n1 + 2 * n2)
        d1, d2, d3 = 1 - 2 * y * n2 / n1, 2 - 3 * y * n3 / n2, 3 - 4 * y * n4 / n3
        good = 0 < d1 <= 1 and 0 < d2 <= 2 and 0 < d3 <= 3
        return (d1, d2, d3) if good else (0.5, 1.0, 1.5)

    def probability(self, character: int, context: Gram) -> float:
        n = len(context) + 1
        lower = self.probability(character, context[1:]) if context else 1 / self.vocabulary_size
        following = self.following.get(context)
        if not following:
            return lower
        discount = self.discounts[n]
        freed = sum(discount[min(count, 3) - 1] for count in following)
        count = self.counts[n].get((*context, character), 0)
        kept = count - discount[min(count, 3) - 1] if count else 0.0
        return kept / sum(following) + freed / sum(following) * lower

    def losses(self, text: list[int]) -> list[float]:
        return [
            -math.log(self.probability(text[at], tuple(text[max(0, at - self.order + 1) : at])))
            for at in range(len(text))
        ]


def losses_of(training: list[int], text: list[int], size: int, order: int) -> list[np.ndarray]:
    scores = list(ngram_losses(np.array(training, np.int64), np.array(text, np.int64), size, order))
    assert [score.order for score in scores] == list(range(1, order + 1))
    return [score.losses for score in scores]


def check_against_the_textbook(training: list[int], text: list[int], size: int, order: int) -> None:
    for n, losses in enumerate(losses_of(training, text, size, order), start=1):
        expected = Textbook(training, size, n).losses(text)
        np.testing.assert_allclose(losses, expected, rtol=0, atol=1e-10, err_msg=f"order {n}")


@st.composite
def texts(draw: st.DrawFn) -> tuple[list[int], list[int], int]:
    size = draw(st.integers(1, 5))
    some = st.integers(0, size - 1)
    return draw(st.lists(some, min_size=1, max_size=60)), draw(st.lists(some, min_size=2, max_size=30)), size


@given(texts())
@example(([0], [0, 0], 1))
@example(([0, 1, 0, 1, 0], [0, 1, 0, 1, 0, 1], 3))
def test_it_is_the_textbook_on_any_small_text(drawn: tuple[list[int], list[int], int]):
    check_against_the_textbook(*drawn, order=8)


@pytest.mark.parametrize(("size", "skew"), [(2, 0.0), (4, 1.0), (12, 1.5), (300, 1.0)])
def test_it_is_the_textbook_on_random_texts(size: int, skew: float):
    """Long enough for discounts to be estimated; 300 characters do not fit in bytes."""
    generator = np.random.default_rng(size)
    chances = 1 / np.arange(1, size + 1) ** skew
    draws = generator.choice(size, 4000, p=chances / chances.sum())
    check_against_the_textbook(draws[:3000].tolist(), draws[3000:].tolist(), size + 1, order=8)


@pytest.mark.parametrize("size", [255, 256])
def test_it_is_the_textbook_where_characters_just_fit_in_bytes_and_just_do_not(size: int):
    training = [0, size - 1, 1, size - 1, 0, size - 1, size - 2, 0] * 3
    check_against_the_textbook(training, [size - 1, 0, size - 1, 1, size - 2, 2], size, order=5)


@pytest.mark.parametrize("seed", [0, 1])
def test_it_is_the_textbook_on_prose(seed: int):
    training, held_out = write_story(6000, seed), write_story(2000, seed + 10) + "☃ unheard of"
    vocabulary = Vocabulary.of([np.array([ord(each) for each in training], np.uint32)])
    ids = [vocabulary.encode(text).tolist() for text in (training, held_out)]
    check_against_the_textbook(ids[0], ids[1], len(vocabulary), order=8)


def test_discounts_of_prose_are_estimated_and_not_the_fallback(story: str):
    """Otherwise the comparisons above would not see how they are estimated."""
    counts = Counter(story[at : at + 4] for at in range(6000))
    discounts = estimate_discounts(np.array(list(counts.values()), np.int32))
    assert (discounts[1:] != FALLBACK[1:]).all()
    assert (np.diff(discounts) > 0).all()


@pytest.mark.parametrize(
    ("having", "why"),
    [
        ((0, 5, 5, 5), "none occur once"),
        ((9, 5, 2, 0), "none occur four times"),
        ((2, 1, 9, 1), "the discount of 2 is negative"),
        ((9, 3, 1, 9), "the discount of 3 is negative"),
        ((), "there are none"),
    ],
)
def test_degenerate_counts_fall_back(having: tuple[int, ...], why: str):
    counts = np.repeat(np.arange(1, len(having) + 1), having).astype(np.int32)
    assert (estimate_discounts(counts) == [0, 0.5, 1, 1.5]).all(), why


@given(texts(), st.integers(1, 8))
def test_probabilities_sum_to_one_after_any_context(drawn: tuple[list[int], list[int], int], order: int):
    training, context, size = drawn
    for n in range(order):
        losses = [losses_of(training, [*context, each], size, order)[n][-1] for each in range(size)]
        assert np.exp(-np.array(losses)).sum() == pytest.approx(1, abs=1e-12)


def test_order_one_is_the_smoothed_unigram():
    training, size = [0] * 50 + [1] * 30 + [2] * 2, 4
    losses = losses_of(training, [0, 1, 2, 3], size, 1)[0]
    freed = (1.5 + 1.5 + 1.0) / 82
    expected = np.array([48.5, 28.5, 1.0, 0.0]) / 82 + freed / size
    np.testing.assert_allclose(np.exp(-losses), expected, atol=1e-12)


def test_on_its_own_training_text_no_order_is_worse_than_chance(story: str):
    training = [ord(each) % 128 for each in story[:20_000]]
    means = [losses.mean() for losses in losses_of(training, training, 128, 20)]
    assert max(means) < math.log(128)
    assert means == sorted(means, reverse=True)


def test_orders_longer_than_the_training_text_say_what_the_longest_that_fits_says():
    losses = losses_of([0, 1, 0], [0, 1, 0, 1, 1, 0], 2, 12)
    assert all((each == losses[5]).all() for each in losses[5:])


def test_an_order_is_the_same_whatever_the_highest_and_each_time(story: str):
    ids = [ord(each) % 128 for each in story[:5000]]
    twice = [losses_of(ids[:4000], ids[4000:], 128, order) for order in (12, 12, 5)]
    for one, two in zip(twice[0], twice[1], strict=True):
        assert (one == two).all()
    for short, long in zip(twice[2], twice[0], strict=False):
        assert (short == long).all()


def test_the_score_leaves_out_the_first_character_as_that_of_a_network_does():
    generator = np.random.default_rng(0)
    score = list(ngram_losses(generator.integers(0, 9, 5000), generator.integers(0, 9, 4001), 9, 3))[-1]
    assert score.losses.shape == (4001,)
    assert score.evaluation == Evaluation.of(score.losses[1:])
    assert score.evaluation.characters == 4000


def test_ids_outside_the_vocabulary_are_refused():
    for wrong in (-1, 3):
        with pytest.raises(ValueError, match=r"0 \.\. 2"):
            losses_of([0, 1, 2], [0, wrong], 3, 2)


@pytest.mark.parametrize(
    ("training", "text", "order", "message"),
    [
        ([], [0, 0], 3, "at least 1 character to count n-grams in, got 0"),
        ([0], [0], 3, "at least 2 characters to score, got 1"),
        ([0], [0, 0], 0, "order from 1 to 255, got 0"),
        ([0], [0, 0], 256, "order from 1 to 255, got 256"),
    ],
)
def test_nothing_to_count_or_score_is_one_clear_error(training: list[int], text: list[int], order: int, message: str):
    with pytest.raises(InputError, match=message):
        losses_of(training, text, 1, order)


def test_a_short_text_has_no_interval(tmp_path: Path):
    (tmp_path / "short.txt").write_text("to and fro\n" * 50)
    corpus = prepare_file(tmp_path / "short.txt")
    described = describe_scores(corpus, "test", 5, {1: Evaluation(2.0, math.inf, 9)})
    assert described["orders"] == [{"order": 1, "nats": 2.0, "low": None, "high": None}]
    json.dumps(described, allow_nan=False)


def test_the_command_prints_and_writes_every_order(command: Callable[..., Outcome], tmp_path: Path):
    (tmp_path / "story.txt").write_text(write_story(30_000))
    done = command("models", "ngram", tmp_path / "story.txt", "--order=6", f"--out={tmp_path}/scores.json")
    assert done.code == 0
    lines = [line for line in done.out.splitlines() if "nats" in line]
    assert len(lines) == 6
    written = json.loads((tmp_path / "scores.json").read_text())
    corpus = load_corpus(str(tmp_path / "story.txt"))
    assert written["corpus"] == {"name": corpus.name, "sha256": corpus.sha256}
    assert (written["format"], written["split"], written["min_count"]) == (1, "test", 5)
    assert written["characters"] == len(corpus.split("test")) - 1
    assert [entry["order"] for entry in written["orders"]] == [1, 2, 3, 4, 5, 6]
    for entry, line in zip(written["orders"], lines, strict=True):
        assert entry["low"] < entry["nats"] < entry["high"]
        assert f"{entry['nats']:.4f} nats" in line


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("gutenberg",), "No corpus and no file is called 'gutenberg'"),
        (("{tmp}/story.txt", "--split=dev"), "Wanted one of training, validation, test, got 'dev'"),
        (("{tmp}/one.txt",), "Wanted at least"),
        (("{tmp}/story.txt", "--out={tmp}/one.txt/scores.json"), "Cannot write {tmp}/one.txt/scores.json"),
    ],
)
def test_bad_wishes_are_one_line(words: tuple[str, ...], message: str, command: Callable[..., Outcome], tmp_path: Path):
    (tmp_path / "story.txt").write_text(write_story(5000))
    (tmp_path / "one.txt").write_text("1")
    assert (
        message.format(tmp=tmp_path) in command("models", "ngram", *(word.format(tmp=tmp_path) for word in words)).error
    )


def test_baselines_are_found_by_the_corpus_name():
    assert load_baseline("no-such-corpus") is None
    assert load_baseline("../baselines/linux") is None
    names = sorted(path.stem for path in ngram.BASELINES.glob("*.json"))
    assert names == ["linux", "war-and-peace", "war-and-peace-bytes", "wikipedia"]
    for name in names:
        baseline = load_baseline(name)
        assert baseline is not None
        assert baseline["format"] == 1
        assert baseline["corpus"]["name"] == name
        assert [entry["order"] for entry in baseline["orders"]] == list(range(1, 21))
        assert all(entry["low"] < entry["nats"] < entry["high"] for entry in baseline["orders"])

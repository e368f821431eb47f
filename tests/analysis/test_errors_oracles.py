"""Each kind of error, planted in a text where it is known by construction."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.errors.measure import categories_of, share_interval
from analysis.errors.oracles import (
    BOOSTS,
    CATEGORIES,
    COUNTS,
    MEMORIES,
    NUMBER,
    ORDERS,
    UNEXPLAINED,
    Explained,
    Words,
    count_words,
    explain_errors,
)
from corpora import to_code_points

KNOWN = Counter({"once": 7, "upon": 9, "time": 9, "rare": 3, "the": 99, "new": 0})


def explain(text: str, wrong: dict[int, float], orders: dict[int, int] | None = None) -> dict[int, tuple[str, int]]:
    """The category and step of each character that was given less than half."""
    probabilities, first_order = np.ones(len(text)), np.zeros(len(text), dtype=np.uint8)
    for at, probability in wrong.items():
        probabilities[at] = probability
    for at, order in (orders or {}).items():
        first_order[at] = order
    found = explain_errors(to_code_points(text), probabilities, first_order, KNOWN.__getitem__)
    assert found.errors.sum() == sum(probability < 0.5 for probability in wrong.values())
    return {int(at): (CATEGORIES[found.category[at]].name, int(found.step[at])) for at in np.flatnonzero(found.errors)}


@pytest.mark.parametrize("order", ORDERS)
def test_what_an_n_gram_model_knows_is_an_n_gram_error_whatever_else_it_is(order: int):
    text = "once new new"
    assert explain(text, {5: 0.1, 10: 0.2}, {5: order, 10: order})[10] == ("n-gram", order - 1)


@pytest.mark.parametrize(
    ("between", "step"),
    [(20, 0), (96, 0), (97, 1), (480, 1), (900, 2), (4000, 3), (4996, 3), (4997, None), (6000, None)],
)
def test_a_word_that_stood_in_the_memory_is_explained_from_its_second_character_on(between: int, step: int | None):
    """The word `once` of four characters is wholly in the last n if there are at most n - 4 between the two."""
    gap = "." * between
    text = f"once{gap}once"
    second = len(text) - 4
    found = explain(text, {second: 0.1, second + 1: 0.1, second + 3: 0.1})
    assert found[second] != ("memory", step)
    if step is None:
        assert found[second + 1][0] != "memory"
    else:
        assert found[second + 1] == found[second + 3] == ("memory", step)


def test_a_memory_holds_words_within_others_and_no_parts_of_them():
    text = "sometimes. time, tim some"
    assert explain(text, {12: 0.1})[12] == ("memory", 0)  # `time` stands in `sometimes`
    assert explain("tim time", {5: 0.1})[5][0] != "memory"  # `time` does not stand in `tim`
    assert explain("time time", {6: 0.1})[6] == ("memory", 0)


@pytest.mark.parametrize(("count", "category"), [(0, "rare word"), (5, "rare word"), (6, "boost")])
def test_a_word_is_rare_that_training_has_at_most_five_times(count: int, category: str):
    codes, known = to_code_points("x word"), Counter({"word": count})
    probabilities = np.array([1, 1, 1, 1, 0.45, 1.0])
    found = explain_errors(codes, probabilities, np.zeros(6, dtype=np.uint8), known.__getitem__)
    assert CATEGORIES[found.category[4]].name == category
    assert found.step[4] == (count if category == "rare word" else 0)


def test_the_first_character_of_a_rare_word_is_of_the_rare_word():
    assert explain("the rare", {4: 0.1}) == {4: ("rare word", 3)}


@pytest.mark.parametrize(
    ("text", "step"), [("x the", 0), ("x\tthe", 0), ("x\nthe", 1), ('x"the', 2), ("x“the", 2), ("x«the", 2)]
)
def test_what_follows_white_space_or_a_quotation_mark_wants_a_word_model(text: str, step: int):
    assert explain(text, {2: 0.3}) == {2: ("word model", step)}


@pytest.mark.parametrize(("text", "step"), [("the ", 0), ("the\n", 1), ("the.", 2), ('the"', 2), ("the{", 2)])
def test_the_end_of_a_word_is_punctuation(text: str, step: int):
    assert explain(text, {3: 0.3}) == {3: ("punctuation", step)}


@pytest.mark.parametrize(
    ("probability", "step"), [(0.4999, 0), (0.4, 0), (0.39, 1), (0.3, 1), (0.2, 2), (0.1, 3), (0.0999, 4), (0.0, 4)]
)
def test_the_rest_wants_a_boost(probability: float, step: int):
    assert explain("x once", {4: probability}) == {4: ("boost", step)}


def test_half_a_chance_is_enough():
    assert explain("x once", {4: 0.5}) == {}


def test_no_error_is_none():
    found = explain_errors(to_code_points("once"), np.ones(4), np.zeros(4, dtype=np.uint8), KNOWN.__getitem__)
    assert not found.errors.any()
    assert [kind.share for kind in categories_of(found)] == [0.0] * len(CATEGORIES)


TEXTS = st.text(st.sampled_from("ab c\n\"'.{_é\u0301中"), min_size=1, max_size=60)


@given(TEXTS, st.randoms(use_true_random=False))
def test_every_error_has_exactly_one_category_and_a_step_of_it(text: str, chance):
    codes = to_code_points(text)
    probabilities = np.array([chance.choice((0.0, 0.1, 0.35, 0.49, 0.5, 1.0)) for _ in text])
    orders = np.array([chance.choice((0, 0, 0, *ORDERS)) for _ in text], dtype=np.uint8)
    found = explain_errors(codes, probabilities, orders, Counter({"a": 9, "ab": 2}).__getitem__)
    np.testing.assert_array_equal(found.errors, probabilities < 0.5)
    np.testing.assert_array_equal(found.step == UNEXPLAINED, probabilities >= 0.5)
    assert sum(found.of(number).sum() for number in range(len(CATEGORIES))) == found.errors.sum()
    for number, category in enumerate(CATEGORIES):
        assert (found.step[found.of(number)] < len(category.steps)).all()
    kinds = categories_of(found)
    assert sum(kind.errors for kind in kinds) == found.errors.sum()
    assert all(sum(step.errors for step in kind.steps) == kind.errors for kind in kinds)
    if found.errors.any():
        assert sum(kind.share for kind in kinds) == pytest.approx(1)


@given(TEXTS)
def test_words_are_runs_between_which_there_are_gaps(text: str):
    words = Words.in_text(to_code_points(text))
    assert (words.ends > words.starts).all()
    assert (words.starts[1:] > words.ends[:-1]).all()
    inside = np.zeros(len(text), dtype=bool)
    for number, (start, end) in enumerate(zip(words.starts, words.ends, strict=True)):
        inside[start:end] = True
        assert set(words.of[start:end]) == {number}
    np.testing.assert_array_equal(inside, words.of >= 0)
    assert "".join(words.spelled(text)) == "".join(np.array(list(text))[inside])


def test_words_are_counted_whole():
    assert count_words(to_code_points("a don't a_1 a; don")) == {"a": 2, "don't": 1, "a_1": 1, "don": 1}


def test_the_steps_are_as_many_as_what_they_are_named_after():
    steps = {name: len(CATEGORIES[number].steps) for name, number in NUMBER.items()}
    assert steps["n-gram"], steps["memory"] == (len(ORDERS), len(MEMORIES))
    assert (steps["rare word"], steps["boost"]) == (len(COUNTS), len(BOOSTS))


def test_examples_are_errors_of_their_kind_from_all_over_the_text():
    category = np.full(1000, UNEXPLAINED, dtype=np.uint8)
    category[::7], category[::11] = 1, 4
    found = Explained(category, np.where(category == UNEXPLAINED, UNEXPLAINED, 0).astype(np.uint8))
    for number, kind in enumerate(categories_of(found)):
        assert (category[kind.examples] == number).all()
    examples = categories_of(found)[1].examples
    assert examples == sorted(set(examples))
    assert [sum(part <= at < part + 250 for at in examples) for part in (0, 250, 500, 750)] == [3, 3, 3, 3]


def test_an_interval_is_that_of_the_parts_of_the_text():
    """Eight parts of 1,000 characters: the mean and Student's t of their shares."""
    chance = np.random.default_rng(0)
    whole = chance.random(8000) < 0.4
    part = whole & (chance.random(8000) < 0.3)
    shares = part.reshape(8, -1).sum(axis=1) / whole.reshape(8, -1).sum(axis=1)
    margin = 2.364624 * shares.std(ddof=1) / np.sqrt(8)
    share = part.sum() / whole.sum()
    np.testing.assert_allclose(share_interval(part, whole), (share - margin, share + margin), rtol=1e-5)


def test_a_text_that_is_too_short_or_has_a_part_without_errors_has_no_interval():
    errors = np.zeros(8000, dtype=bool)
    assert share_interval(errors[:1500], errors[:1500]) == (None, None)
    errors[:4000] = True
    assert share_interval(errors, errors) == (None, None)

"""Units for brushed ranges: against plain Python and scikit-learn, with planted units, and under noise.

Axes: `time`, `column`.
"""

import inspect
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chisquare, kstest, rankdata
from sklearn.metrics import roc_auc_score

from analysis.selection.ranges import find_concepts, find_units, merge_ranges, place_ranges, widen_ranges
from analysis.selection.scores import to_levels
from corpora import InputError, to_code_points

TIME, COLUMNS, PLANTED = 2000, 40, 7
RANGES = [(300, 340), (900, 1000), (1500, 1507)]


def inside_of(ranges: list[tuple[int, int]], length: int) -> np.ndarray:
    inside = np.zeros(length, dtype=bool)
    for start, stop in ranges:
        inside[start:stop] = True
    return inside


def smooth_noise(seed: int, time: int = TIME, columns: int = COLUMNS) -> np.ndarray:
    """Columns that wander, as units do: each value is most of the one before."""
    steps = np.random.default_rng(seed).standard_normal((time, columns)).astype(np.float32)
    for at in range(1, time):
        steps[at] = 0.9 * steps[at - 1] + 0.44 * steps[at]
    return np.tanh(steps)


@pytest.fixture(params=["float16", "float32", "int8", "uint8"])
def planted(request: pytest.FixtureRequest) -> np.ndarray:
    """Noise, with one column that is on in RANGES but for a few characters, and its mirror image after it."""
    values = smooth_noise(1)
    chance = np.random.default_rng(2)
    values[:, PLANTED] = np.where(inside_of(RANGES, TIME), 0.8, -0.7) + 0.1 * chance.standard_normal(TIME)
    values[[310, 950, 20, 21, 1200], PLANTED] *= -1
    values[:, PLANTED + 1] = -values[:, PLANTED]
    if request.param == "uint8":
        return (np.clip(values, -1.2, 1.2) * 100 + 128).astype(np.uint8)
    return (
        (np.clip(values, -1.2, 1.2) * 100).astype(np.int8) if request.param == "int8" else values.astype(request.param)
    )


# ---- units ---------------------------------------------------------------------------------------------------


def test_the_planted_unit_and_its_mirror_image_come_first(planted: np.ndarray):
    table = find_units(planted, RANGES)
    first, second, third = (table.iloc[place] for place in range(3))
    assert {(first["column"], first["sign"]), (second["column"], second["sign"])} == {(PLANTED, 1), (PLANTED + 1, -1)}
    assert min(first["soft"], second["soft"]) > 0 > third["soft"]
    assert first["strict"] < 0  # it has exceptions
    assert min(first["auroc"], second["auroc"]) > 0.95
    assert first["p_soft"] == first["p_auroc"] == 1 / 201
    assert third["p_soft"] > 0.05
    assert first["soft"] == pytest.approx(second["soft"], abs=0.01)
    assert first["gap"] == pytest.approx(second["gap"], abs=0.01)
    assert len(table) == 2 * COLUMNS


def test_a_unit_without_exception_is_strictly_above():
    values = smooth_noise(3)
    values[:, 5] = np.where(inside_of(RANGES, TIME), 1, -1)
    first = find_units(values, RANGES).iloc[0]
    assert (first["column"], first["sign"], first["auroc"], first["gap"]) == (5, 1, 1, 1)
    assert first["strict"] == pytest.approx(0.5)
    assert first["p_strict"] == 1 / 201


def test_a_constant_column_tells_nothing():
    values = smooth_noise(4, columns=3)
    values[:, 1] = 0.25
    constant = find_units(values, RANGES).query("column == 1")
    assert (constant[["soft", "strict", "gap"]] == 0).to_numpy().all()
    assert (constant["auroc"] == 0.5).all()


def scores_in_plain_python(of_column: np.ndarray, inside: np.ndarray, near: np.ndarray) -> dict[str, float]:
    """Scores of a column that is high inside, value by value."""
    ranks = (rankdata(of_column) - 0.5) / len(of_column)

    def above(values: np.ndarray, share: int) -> float:
        within, around = sorted(values[inside]), sorted(values[near & ~inside])
        left_in, left_out = ((len(part) - 1) // share if share else 0 for part in (within, around))
        return within[left_in] - around[len(around) - 1 - left_out]

    span = max(1.0, np.ptp(of_column.astype(float)))
    return {
        "soft": above(ranks, 10),
        "strict": above(ranks, 0),
        "auroc": float(roc_auc_score(inside[near], of_column[near])),
        "gap": above(of_column.astype(float), 10) / span,
    }


@st.composite
def windows(draw: st.DrawFn) -> tuple[np.ndarray, list[tuple[int, int]]]:
    """Codes of few or many levels, and ranges that leave some of the window out."""
    length = draw(st.integers(2, 300))
    levels, seed = draw(st.sampled_from([2, 5, 256])), draw(st.integers(0, 2**32))
    values = np.random.default_rng(seed).integers(levels, size=(length, 3)).astype(np.uint8)
    edges = sorted(draw(st.sets(st.integers(0, length), min_size=2, max_size=8)))
    ranges = list(pairwise(edges))[::2]
    return values, ranges if ranges != [(0, length)] else [(0, length - 1)]


@settings(max_examples=60)
@given(window=windows(), around=st.none() | st.integers(1, 40))
def test_scores_are_those_of_plain_python(window: tuple[np.ndarray, list[tuple[int, int]]], around: int | None):
    values, ranges = window
    inside = inside_of(ranges, len(values))
    reach = len(values) if around is None else around
    near = inside_of([(max(0, start - reach), stop + reach) for start, stop in ranges], len(values))
    table = find_units(values, ranges, around, draws=3).set_index(["column", "sign"])
    for column in range(values.shape[1]):
        for sign, of_column in ((1, values[:, column]), (-1, 255 - values[:, column])):
            expected = scores_in_plain_python(of_column, inside, near)
            found = table.loc[(column, sign), list(expected)].to_dict()
            assert found == pytest.approx(expected, abs=1e-6), (column, sign)


@given(seed=st.integers(0, 1000))
def test_floats_keep_their_order_in_256_levels(seed: int):
    values = np.random.default_rng(seed).standard_cauchy((3, 50)).astype(np.float32)
    levels = to_levels(values)
    assert (levels.min(axis=1) == 0).all()
    assert (levels.max(axis=1) == 255).all()
    for column in range(3):
        assert (np.diff(levels[column][np.argsort(values[column])].astype(int)) >= 0).all()


@pytest.mark.parametrize("dtype", ["float32", "int8"])
def test_permuting_columns_permutes_the_table(dtype: str):
    values = (smooth_noise(5) * 127).astype(dtype)
    order = np.random.default_rng(6).permutation(COLUMNS)
    table, permuted = (find_units(some, RANGES).set_index(["column", "sign"]) for some in (values, values[:, order]))
    permuted.index = pd.MultiIndex.from_tuples([(order[column], sign) for column, sign in permuted.index])
    pd.testing.assert_frame_equal(table.sort_index(), permuted.sort_index(), check_names=False)


def test_more_columns_than_are_scored_at_once_are_scored_alike():
    values = smooth_noise(7, time=400, columns=600)
    ranges = [(100, 130)]
    table = find_units(values, ranges, draws=20).set_index(["column", "sign"])
    alone = find_units(values[:, 550:551], ranges, draws=20).set_index(["column", "sign"])
    for sign in (1, -1):
        assert table.loc[(550, sign), "soft"] == alone.loc[(0, sign), "soft"]
        assert table.loc[(550, sign), "p_soft"] >= alone.loc[(0, sign), "p_soft"]  # the best of more columns


@pytest.mark.parametrize("around", [None, 30])
@pytest.mark.parametrize("measure", ["soft", "auroc"])
def test_p_is_uniform_under_noise(measure: str, around: int | None):
    chance = np.random.default_rng(8)
    found = []
    for seed in range(150):
        start = int(chance.integers(0, 480))
        table = find_units(smooth_noise(100 + seed, 500, 6), [(start, start + 20)], around, draws=99, seed=seed)
        found.append(table[f"p_{measure}"].min())
    assert kstest(found, "uniform").pvalue > 0.01
    assert 0.4 < np.mean(found) < 0.6


def test_it_can_be_repeated():
    values = smooth_noise(9)
    pd.testing.assert_frame_equal(find_units(values, RANGES, seed=3), find_units(values, RANGES, seed=3))
    assert not find_units(values, RANGES, seed=3).equals(find_units(values, RANGES, seed=4))


def test_around_compares_with_neighbours_alone():
    values = smooth_noise(10)
    values[:, 4] = np.where(inside_of([*RANGES, (1700, 1900)], TIME), 1, -1)  # on elsewhere too
    everywhere, near = find_units(values, RANGES), find_units(values, RANGES, around=50)
    assert near.iloc[0][["column", "strict", "auroc"]].tolist() == [4, pytest.approx(0.5), 1]
    assert everywhere.query("column == 4 and sign == 1")["strict"].item() == 0


# ---- placements ----------------------------------------------------------------------------------------------


@given(window=windows(), seed=st.integers(0, 99))
def test_placements_are_matched(window: tuple[np.ndarray, list[tuple[int, int]]], seed: int):
    values, ranges = window
    merged = merge_ranges(ranges, len(values))
    placements = place_ranges(np.array(merged), len(values), 20, seed)
    assert placements[0].tolist() == [list(one) for one in merged]
    assert (placements[:, 0, 0] >= 0).all()
    assert (placements[:, -1, 1] <= len(values)).all()
    assert (placements[:, 1:, 0] > placements[:, :-1, 1]).all()
    lengths = np.sort(placements[:, :, 1] - placements[:, :, 0])
    assert (lengths == lengths[0]).all()


def test_every_place_is_as_likely():
    placements = place_ranges(np.array([[3, 5], [7, 8]]), 9, 8400, seed=1)[1:].reshape(-1, 4)
    found, counts = np.unique(placements, axis=0, return_counts=True)
    assert len(found) == 2 * 21  # either is first; of six characters left over, at least one is between them
    assert chisquare(counts).pvalue > 0.01


@given(window=windows(), around=st.integers(1, 50))
def test_areas_are_disjoint_and_hold_what_is_near(window: tuple[np.ndarray, list[tuple[int, int]]], around: int):
    values, ranges = window
    merged = np.array(merge_ranges(ranges, len(values)))
    (areas,) = widen_ranges(merged[None], around, len(values))
    counts = np.zeros(len(values), dtype=int)
    for start, stop in areas:
        counts[start:stop] += 1
    near = inside_of([(max(0, start - around), stop + around) for start, stop in merged], len(values))
    np.testing.assert_array_equal(counts, near)


def test_ranges_that_touch_or_overlap_are_one():
    assert merge_ranges([(5, 7), (1, 3), (6, 9), (3, 4)], 10) == [(1, 4), (5, 9)]
    values = smooth_noise(11, 100, 3)
    pd.testing.assert_frame_equal(find_units(values, [(5, 7), (6, 9)]), find_units(values, [(5, 9)]))


@pytest.mark.parametrize(
    ("ranges", "message"),
    [
        ([], "at least one range"),
        ([(5, 5)], "got 5 to 5"),
        ([(1, 2), (7, 6)], "got 7 to 6"),
        ([(-1, 2)], "within 0 to 10, the text shown, got -1 to 2"),
        ([(1, 2), (9, 11)], "got 9 to 11"),
        ([(0, 10)], "cover all 10 characters"),
        ([(0, 5), (5, 10)], "cover all 10 characters"),
    ],
)
def test_wrong_ranges_are_one_line(ranges: list[tuple[int, int]], message: str):
    for search in (
        lambda: find_units(np.zeros((10, 2), dtype=np.int8), ranges),
        lambda: find_concepts(to_code_points("a" * 10), ranges, []),
    ):
        with pytest.raises(InputError) as caught:
            search()
        assert message in str(caught.value)
        assert "\n" not in str(caught.value)


def test_there_must_be_something_around():
    with pytest.raises(InputError, match="at least 1 character around"):
        find_units(np.zeros((10, 2), dtype=np.int8), [(1, 2)], around=0)


@pytest.mark.parametrize("wrong", [np.full((10, 2), np.nan), np.zeros((10, 2), dtype=np.int64)])
def test_values_that_are_none_are_refused(wrong: np.ndarray):
    with pytest.raises(ValueError, match="Wanted finite floats"):
        inspect.unwrap(find_units)(wrong, [(1, 2)])  # past the check of its annotations, which users do not have

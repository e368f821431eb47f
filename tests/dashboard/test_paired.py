"""Two models' surprise over the same text."""

from itertools import combinations

import numpy as np
import pytest

from corpora import InputError
from dashboard.engine import Engine
from dashboard.paired import STRETCH, STRETCHES, compare_losses, gains, stretches_of
from dashboard.readings import Reading
from models.evaluate import character_losses, evaluate
from models.run import Run, load_run


@pytest.fixture
def both(tiny_run: Run, story: str) -> tuple[Reading, Reading]:
    """A story as the tiny run and a shipped model read it; both know all of its characters."""
    engine = Engine()
    first, second = (engine.read(run, story[:9000])[1] for run in (tiny_run, load_run("war-and-peace-gru")))
    return first, second


def test_the_paired_difference_is_that_of_evaluate_on_the_same_text(both: tuple[Reading, Reading]):
    found = compare_losses(*both)
    networks = [(each.run.load_network(), each.run.vocabulary.encode(each.text)) for each in both]
    losses = [character_losses(network, ids) for network, ids in networks]
    assert found["left_out"] == 0
    assert found["characters"] == len(losses[0])
    assert found["total"] == pytest.approx(losses[1].sum(dtype=float) - losses[0].sum(dtype=float), abs=0.05)
    first, second = (evaluate(network, ids) for network, ids in networks)
    assert found["nats"] == pytest.approx(second.nats - first.nats, abs=1e-5)
    assert found["low"] < found["nats"] < found["high"]
    assert found["first_better"] == pytest.approx((losses[0] < losses[1]).mean(), abs=1e-3)


def test_characters_that_one_model_does_not_know_do_not_count(tiny_run: Run, story: str):
    engine, text = Engine(), story[:400] + "§±§" + story[400:800] + "\ufffd"
    first, second = (engine.read(run, text)[1] for run in (tiny_run, load_run("war-and-peace-gru")))
    found = compare_losses(first, second)
    assert (found["characters"], found["left_out"]) == (len(text) - 1 - 4, 4)
    assert gains(first, second)[[399, 400, 401, -1]].tolist() == [0, 0, 0, 0]
    assert found["total"] == pytest.approx(gains(first, second).sum())
    assert found["low"] is found["high"] is None  # too short


def test_what_cannot_be_compared_is_refused(tiny_run: Run):
    read = Engine().read
    one, other = read(tiny_run, "the prince")[1], read(tiny_run, "the horses")[1]
    with pytest.raises(InputError, match="same text"):
        compare_losses(one, other)
    for text in ("t", "§±§"):
        reading = read(tiny_run, text)[1]
        with pytest.raises(InputError, match="in common"):
            compare_losses(reading, reading)


def test_the_stretches_are_the_largest_ones_and_do_not_overlap(both: tuple[Reading, Reading]):
    gained = gains(*both)
    found = stretches_of(gained)
    assert len(found) == STRETCHES
    sums = np.convolve(gained, np.ones(STRETCH), "valid")
    assert abs(found[0]["nats"]) == pytest.approx(abs(sums).max())
    for each in found:
        assert each["stop"] - each["start"] == STRETCH
        assert each["nats"] == pytest.approx(gained[each["start"] - 1 : each["stop"] - 1].sum())  # of text[start:stop]
    sizes = [abs(each["nats"]) for each in found]
    assert sizes == sorted(sizes, reverse=True)
    assert all(one["stop"] <= other["start"] or other["stop"] <= one["start"] for one, other in combinations(found, 2))


def test_a_text_shorter_than_a_stretch_is_one(both: tuple[Reading, Reading]):
    assert stretches_of(np.array([0.5, -0.25])) == [{"start": 1, "stop": 3, "nats": 0.25}]
    assert stretches_of(np.zeros(500)) == []

"""Lesson 17: the draws follow the distribution, which is the shipped model's."""

from typing import Any

import numpy as np
import pytest
import torch
from scipy.stats import chisquare

from dashboard.lessons.temperature import MODEL, PROMPTS, data
from models.run import load_run
from models.sample import choose, uniform_at
from tests.browser.engine_in_node import needs_node
from tests.lessons.in_node import call

DRAWS = 1000


@pytest.fixture(scope="module")
def shown() -> dict[str, Any]:
    return data()


def logits_of(shown: dict[str, Any], name: str) -> dict[str, list[float]]:
    return {"float32": shown["prompts"][name]["logits"]}


@pytest.mark.parametrize("name", PROMPTS)
def test_the_logits_are_the_model_s_after_the_prompt(shown: dict[str, Any], name: str):
    run = load_run(MODEL)
    ids = torch.tensor(run.vocabulary.encode(PROMPTS[name]))
    assert run.vocabulary.count_unknown(PROMPTS[name]) == 0
    network = run.load_network()
    with torch.inference_mode():
        logits = network(ids[:, None], network.initial_state(1))[0][-1, 0]
    np.testing.assert_allclose(shown["prompts"][name]["logits"], logits.numpy(), atol=1e-4)
    assert shown["characters"] == list(run.vocabulary.characters)


def p_value(counts: list[int], groups: dict[str, Any]) -> float:
    """Of the chi-squared test that the counts come from the groups' probabilities."""
    observed = np.array([*(counts[k] for k in groups["ids"]), sum(counts[k] for k in groups["others"])])
    expected = observed.sum() * np.array(groups["probabilities"])
    often = expected >= 5  # the test needs that many; the least likely share one cell with the likeliest
    cells = [np.array([*each[often][1:], each[often][0] + each[~often].sum()]) for each in (observed, expected)]
    return float(chisquare(cells[0], cells[1] * cells[0].sum() / cells[1].sum()).pvalue)


@needs_node
@pytest.mark.parametrize("name", PROMPTS)
@pytest.mark.parametrize("temperature", [0.7, 1, 2, 3])
def test_draws_pass_a_chi_squared_test_and_those_of_another_temperature_fail_it(
    shown: dict[str, Any], name: str, temperature: float
):
    logits, other = logits_of(shown, name), temperature * 2
    counts, others, groups = call(
        ("learn/draws", "countsOf", logits, temperature, 3, DRAWS),
        ("learn/draws", "countsOf", logits, other, 3, DRAWS),
        ("learn/draws", "groupsOf", logits, temperature, 12),
    )
    assert sum(counts) == DRAWS
    assert sum(groups["probabilities"]) == pytest.approx(1)
    assert p_value(counts, groups) > 1e-3
    assert p_value(others, groups) < 1e-6


@needs_node
@pytest.mark.parametrize("temperature", [0, 0.3, 1, 2.5])
def test_each_draw_is_the_sampler_s(shown: dict[str, Any], temperature: float):
    written = np.array(shown["prompts"]["start"]["logits"][:-1])
    drawn = [choose(written, temperature, uniform_at(5, n)) for n in range(200)]
    [counts] = call(("learn/draws", "countsOf", logits_of(shown, "start"), temperature, 5, 200))
    np.testing.assert_array_equal(np.bincount(drawn, minlength=len(counts)), counts)


@needs_node
def test_at_temperature_0_all_draws_are_the_argmax(shown: dict[str, Any]):
    for name in PROMPTS:
        counts, groups = call(
            ("learn/draws", "countsOf", logits_of(shown, name), 0, 1, 100),
            ("learn/draws", "groupsOf", logits_of(shown, name), 0, 5),
        )
        likeliest = int(np.argmax(shown["prompts"][name]["logits"][:-1]))
        assert counts[likeliest] == 100
        assert groups["ids"][0] == likeliest
        assert groups["probabilities"] == [1, 0, 0, 0, 0, 0]


@needs_node
def test_the_answer_holds_order_stays_and_entropy_rises(shown: dict[str, Any]):
    """What the lesson claims: a temperature above 0 keeps the order, and a higher one makes the choice less certain."""
    heats = (0.3, 1, 2, 3)
    for name in PROMPTS:
        found = call(*(("learn/draws", "groupsOf", logits_of(shown, name), heat, 77) for heat in heats))
        assert all(each["ids"] == found[0]["ids"] for each in found)
        assert all(sorted(each["probabilities"][:-1], reverse=True) == each["probabilities"][:-1] for each in found)
        bits = call(*(("learn/draws", "entropyOf", each["probabilities"]) for each in found))
        assert sorted(bits) == bits
        p = np.array([value for value in found[1]["probabilities"] if value])
        assert bits[1] == pytest.approx(-(p * np.log2(p)).sum())

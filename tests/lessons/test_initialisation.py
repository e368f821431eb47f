"""Lesson 24: drawn weights, states and saturation equal PyTorch and theory; the gates are those that Models shows."""

from typing import Any

import numpy as np
import pytest
import torch
from scipy.special import erfc
from torch import nn

from dashboard.lessons.initialisation import MODEL, data
from models.run import load_run
from models.sample import uniform_at
from models.saturation import load_saturation
from tests.browser.engine_in_node import needs_node
from tests.lessons.in_node import call

TEXT = "a small boat left the harbour before dawn"
ALPHABET = list(dict.fromkeys(TEXT))
IDS = [ALPHABET.index(letter) for letter in TEXT]
UNITS, SEEDS = 100, (0, 1, 2, 3, 4)
INITIALISE = {
    "glorot": nn.init.xavier_uniform_, "lecun": lambda w: nn.init.kaiming_normal_(w, nonlinearity="linear"),
    "he": lambda w: nn.init.kaiming_normal_(w, nonlinearity="relu"), "orthogonal": nn.init.orthogonal_,
    "pytorch": lambda w: nn.init.uniform_(w, -(UNITS**-0.5), UNITS**-0.5),
}  # fmt: skip
MODULE = "initialisation_network"
Weights = dict[str, Any]


@pytest.fixture(scope="module")
def weights() -> dict[tuple[str, int], Weights]:
    keys = [(name, seed) for name in INITIALISE for seed in SEEDS]
    return dict(zip(keys, call(*((MODULE, "weightsOf", *key) for key in keys)), strict=True))


def matrix(weights: Weights, name: str) -> np.ndarray:
    return np.reshape(weights[name]["values"], (weights[name]["rows"], weights[name]["columns"]))


@needs_node
@pytest.mark.parametrize("name", INITIALISE)
def test_variances_are_those_of_theory_and_of_torch(weights: dict[tuple[str, int], Weights], name: str):
    with torch.random.fork_rng():
        torch.manual_seed(0)
        drawn = {key: INITIALISE[name](torch.empty(*matrix(weights[name, 0], key).shape)) for key in ("hh", "xh")}
    expected = {
        "glorot": (1 / UNITS, 2 / (UNITS + len(ALPHABET))), "lecun": (1 / UNITS, 1 / len(ALPHABET)),
        "he": (2 / UNITS, 2 / len(ALPHABET)), "orthogonal": (1 / UNITS, 1 / UNITS), "pytorch": (1 / (3 * UNITS),) * 2,
    }[name]  # fmt: skip
    for key, variance in zip(("hh", "xh"), expected, strict=True):
        ours = np.concatenate([matrix(weights[name, seed], key).ravel() for seed in SEEDS])
        assert ours.var() == pytest.approx(variance, rel=0.06)
        assert abs(ours.mean()) < 0.05 * variance**0.5
        assert drawn[key].var().item() == pytest.approx(variance, rel=0.15)
        if name in ("glorot", "pytorch"):
            assert np.abs(ours).max() <= (3 * variance) ** 0.5
            assert np.abs(ours).max() > 0.99 * (3 * variance) ** 0.5
    assert any(weights[name, 0]["bias"]) == (name == "pytorch")


@needs_node
def test_orthogonal_matrices_have_singular_values_of_1(weights: dict[tuple[str, int], Weights]):
    for seed in SEEDS:
        for key in ("hh", "xh"):
            found = np.linalg.svd(matrix(weights["orthogonal", seed], key), compute_uv=False)
            np.testing.assert_allclose(found, 1, atol=1e-10)
    assert np.linalg.svd(matrix(weights["glorot", 0], "hh"), compute_uv=False)[0] > 1.5


@needs_node
@pytest.mark.parametrize(("name", "scale"), [("glorot", 3), ("pytorch", 1), ("he", 1)])
@pytest.mark.parametrize("activation", ["tanh", "sigmoid", "relu"])
def test_states_equal_torch(weights: dict[tuple[str, int], Weights], name: str, scale: float, activation: str):
    """Over ten steps: with a large scale a plain network is chaotic, and no two orders of a sum agree for long."""
    own = weights[name, 1]
    hh, xh, bias = (torch.tensor(each) for each in (matrix(own, "hh"), matrix(own, "xh"), np.array(own["bias"])))
    [found] = call((MODULE, "statesOf", own, scale, activation))
    h, bend = torch.zeros(UNITS, dtype=torch.float64), getattr(torch, activation)
    for t in range(10):
        h = bend(scale * hh @ h + xh[:, IDS[t]] + bias)
        np.testing.assert_allclose(found[t], h, rtol=1e-7, atol=1e-9)
    assert len(found) == len(IDS)


@needs_node
def test_the_shares_are_counted(weights: dict[tuple[str, int], Weights]):
    for activation, is_saturated, slope in (
        ("tanh", lambda h: np.abs(h) > 0.9, lambda h: 1 - h**2),
        ("sigmoid", lambda h: (h < 0.1) | (h > 0.9), lambda h: h * (1 - h)),
        ("relu", lambda h: h == 0, lambda h: 1.0 * (h > 0)),
    ):
        [states] = call((MODULE, "statesOf", weights["glorot", 2], 4, activation))
        [found], h = call((MODULE, "measured", states, activation)), np.array(states, dtype=float)
        np.testing.assert_allclose(np.array(found["squares"], dtype=float), (h**2).mean(1))
        np.testing.assert_allclose(found["saturated"], is_saturated(h).mean(1))
        np.testing.assert_allclose(found["slopes"], slope(h).mean(1), atol=1e-12)
        assert 0.1 < found["saturated"][-1] < 0.9
    [counts] = call((MODULE, "histogram", [-1, -0.99, 0, 0.5, 0.99, 1, 7], -1, 1, 4))
    assert counts == [2, 0, 1, 4]


@needs_node
@pytest.mark.parametrize(("name", "scale", "activation"), [("glorot", 3, "tanh"), ("glorot", 0.3, "tanh"),
                         ("orthogonal", 1, "tanh"), ("pytorch", 1, "tanh"), ("glorot", 4, "sigmoid")])  # fmt: skip
def test_drawn_networks_follow_the_mean_field(weights: Any, name: str, scale: float, activation: str):
    states = call(*((MODULE, "statesOf", weights[name, seed], scale, activation) for seed in SEEDS))
    [expected], found = call((MODULE, "expected", name, scale, activation)), [np.array(each) for each in states]
    np.testing.assert_allclose(np.mean([h**2 for h in found], (0, 2))[5:], expected["squares"][5:], rtol=0.2)
    if activation == "tanh":
        saturated = np.mean([np.abs(h) > 0.9 for h in found], (0, 2))
        np.testing.assert_allclose(saturated, expected["saturated"], atol=0.12)


@needs_node
def test_the_mean_field_is_the_formula():
    """ReLU in closed form: half of q is left, so LeCun levels off at twice the first step, He rises evenly."""
    lecun, he, first = call(*((MODULE, "expected", name, 1, "relu") for name in ("lecun", "he")),
                            (MODULE, "expected", "glorot", 0, "tanh"))  # fmt: skip
    letter = 1 / len(ALPHABET)
    assert lecun["squares"][0] == pytest.approx(letter / 2, rel=1e-4)
    assert lecun["squares"][-1] == pytest.approx(letter, rel=1e-3)
    np.testing.assert_allclose(np.diff(he["squares"]), letter, rtol=1e-3)
    [wide] = call((MODULE, "expected", "he", 4, "tanh"))
    q = 32 * wide["squares"][-2] + 2 * letter
    assert wide["saturated"][-1] == pytest.approx(erfc(np.arctanh(0.9) / (2 * q) ** 0.5), abs=5e-3)
    assert len(set(first["squares"])) == 1


@needs_node
def test_the_random_numbers_are_the_sampler_s():
    [weights] = call((MODULE, "weightsOf", "pytorch", 7))
    every_fourth = [(2 * uniform_at(7, n) - 1) / UNITS**0.5 for n in range(20)]
    np.testing.assert_allclose(weights["hh"]["values"][:80:4], every_fourth, rtol=1e-12)


def test_the_gates_are_those_that_models_shows():
    shown, run = data(), load_run(MODEL)
    table = load_saturation(run)
    assert table is not None
    assert (shown["characters"], shown["split"]) == (table.attrs["characters"], table.attrs["split"])
    assert list(shown["trained"]) == list(dict.fromkeys(table["gate"])) == list(shown["untrained"])
    for gate, units in table.groupby("gate"):
        assert shown["trained"][gate] == {"shut": units["left"].tolist(), "open": units["right"].tolist()}
        assert max(shown["untrained"][gate]["open"] + shown["untrained"][gate]["shut"]) < 0.2
        assert np.median(units["left"] + units["right"]) > 0.4
    forget = shown["trained"]["forget"]["open"]
    assert int(np.argmax(forget)) == 120, "the unit that the lesson links to"

"""Lesson 9: the norms are those of Jacobians and gradients from autograd."""

import math
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from corpora.demo import load_passage
from dashboard.lessons.vanishing import DISTANCE, MODELS, PASSAGE, data
from models.network import WARM_UP, CharRNN
from models.reach import gradient_norms
from models.run import load_run
from tests.browser.engine_in_node import needs_node
from tests.lessons.in_node import call

MODULE, SEED = "vanishing_gradient", 1


@pytest.fixture(scope="module")
def shown() -> dict[str, Any]:
    return data()


@needs_node
@pytest.mark.parametrize(("kind", "sigma"), [("random", 0.9), ("random", 1.2), ("orthogonal", 1.0)])
def test_jacobians_of_the_random_network_equal_autograd(kind: str, sigma: float):
    [matrix] = call((MODULE, "matrixOf", SEED, kind, sigma))
    read, curves = call((MODULE, "statesOf", matrix, SEED), (MODULE, "gradientsOf", SEED, kind, sigma))
    weights, inputs = torch.tensor(matrix, dtype=torch.float64), torch.tensor(read["inputs"], dtype=torch.float64)
    states = torch.tensor(read["states"], dtype=torch.float64)
    assert len(states) == DISTANCE + 1

    def end(h: Tensor, k: int, squash: bool) -> Tensor:
        for x in inputs[len(inputs) - k :]:
            h = torch.tanh(weights @ h + x) if squash else weights @ h + x
        return h

    for k in (1, 2, 10, 25):
        torch.testing.assert_close(end(states[-1 - k], k, True), states[-1], rtol=0, atol=1e-9)
        for name in ("linear", "tanh"):
            jacobian = torch.autograd.functional.jacobian(
                lambda h, k=k, name=name: end(h, k, name == "tanh"), states[-1 - k]
            )
            wanted = jacobian.norm().item() / math.sqrt(len(weights))
            assert curves[name][k] == pytest.approx(wanted, rel=1e-6)
            assert torch.linalg.matrix_norm(jacobian, 2).item() <= curves["bound"][k] * (1 + 1e-9)


@needs_node
@pytest.mark.parametrize("kind", ["random", "orthogonal"])
def test_singular_values_and_the_spectral_radius_equal_numpy(kind: str):
    for seed in (0, 1, 77):
        [matrix] = call((MODULE, "matrixOf", seed, kind, 1.3))
        [radius, largest] = call((MODULE, "spectralRadius", matrix), (MODULE, "largestSingularValue", matrix))
        values = np.linalg.svd(np.array(matrix), compute_uv=False)
        assert values[0] == pytest.approx(1.3, rel=1e-4)
        assert largest == pytest.approx(values[0], rel=1e-4)
        assert radius == pytest.approx(np.abs(np.linalg.eigvals(np.array(matrix))).max(), rel=2e-3)
        assert (values[-1] == pytest.approx(1.3)) == (kind == "orthogonal")


@needs_node
def test_the_answer_and_the_stops_hold():
    below, asked, above, kept, both = call(
        (MODULE, "gradientsOf", SEED, "random", 0.9),
        (MODULE, "gradientsOf", SEED, "random", 1.2),
        (MODULE, "gradientsOf", SEED, "random", 2.5),
        (MODULE, "gradientsOf", SEED, "orthogonal", 1),
        (MODULE, "gradientsOf", SEED, "orthogonal", 2),
    )
    assert below["linear"][DISTANCE] < below["bound"][DISTANCE] < 1
    assert asked["bound"][DISTANCE] > 50_000
    assert asked["linear"][DISTANCE] < 1e-6
    assert asked["linear"][DISTANCE] / asked["linear"][DISTANCE - 1] == pytest.approx(asked["radius"], rel=0.2)
    assert asked["radius"] < 0.8
    assert above["linear"][DISTANCE] > 1e6 > 10 > above["tanh"][DISTANCE]
    assert kept["linear"] == pytest.approx([1] * (DISTANCE + 1))
    assert kept["tanh"][DISTANCE] < 1e-3
    assert both["tanh"][DISTANCE] > 10


def loss_after(network: CharRNN, ids: Tensor, moved: Tensor, at: int) -> Tensor:
    """The loss of the last character if something is added to the states after the character `at`, layer by layer."""
    zero = tuple(part.double() for part in network.initial_state(1))
    _, state = network(ids[: at + 1, None], zero)
    parts = moved.split([part.shape[-1] for part in state])
    state = tuple(part + more for part, more in zip(state, parts, strict=True))
    if at == len(ids) - 2:  # nothing is read after it: the readout sees h
        return cross_entropy(network.readout(state[0][0]), ids[-1:])
    logits, _ = network(ids[at + 1 : -1, None], state)
    return cross_entropy(logits[-1], ids[-1:])


@pytest.mark.parametrize("cell", MODELS)
def test_gradients_of_the_trained_networks_equal_autograd_through_torch_s_own_modules(shown: dict[str, Any], cell: str):
    run = load_run(MODELS[cell])
    network, place = run.load_network().double(), 3
    text = load_passage(PASSAGE)
    start = text.index(shown["texts"][place]) - WARM_UP
    ids = torch.tensor(run.vocabulary.encode(text[start : start + WARM_UP + DISTANCE + 2]))
    size = sum(part.shape[-1] for part in network.initial_state(1))
    norms = []
    for k in (0, 1, 7, DISTANCE):
        moved = torch.zeros(size, dtype=torch.float64, requires_grad=True)
        loss = loss_after(network, ids, moved, len(ids) - 2 - k)
        norms.append(torch.autograd.grad(loss, moved)[0].norm().item())
    found = [shown["models"][cell]["norms"][place][k] for k in (0, 1, 7, DISTANCE)]
    assert found == pytest.approx([norm / norms[0] for norm in norms], rel=2e-3)


def test_each_place_is_read_alone(shown: dict[str, Any]):
    """A place's gradients do not depend on the other places of the batch."""
    run = load_run(MODELS["lstm"])
    ids = run.vocabulary.encode(load_passage(PASSAGE)[: WARM_UP + DISTANCE + 2])
    alone = gradient_norms(run.load_network(), ids[:, None], WARM_UP)[:, 0]
    np.testing.assert_allclose(shown["models"]["lstm"]["norms"][0], alone, rtol=2e-3)


def test_the_lstm_keeps_most_and_the_plain_rnn_least(shown: dict[str, Any]):
    means = {
        cell: np.exp(np.log([place[DISTANCE] for place in shown["models"][cell]["norms"]]).mean()) for cell in MODELS
    }
    assert means["lstm"] > 100 * means["gru"] > 1000 * means["rnn"]
    assert len(shown["texts"]) == len(shown["models"]["rnn"]["norms"]) == 24
    assert all(len(text) == DISTANCE + 1 for text in shown["texts"])

"""Muon does what its paper says, for each gate on its own; every parameter has its optimizer, every step its pace."""

import dataclasses
from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from corpora import Corpus
from models.config import Cell, ModelConfig
from models.network import CELLS, CharRNN
from models.optimizer import NEWTON_SCHULZ, Muon, new_optimizers, orthogonalise, share_of_peak
from models.run import Run
from models.training import Training
from tests.models.trainings import TRAINING

SHAPES = [(1, 8, 8), (4, 24, 12), (3, 12, 40), (2, 33, 7)]


def factors(shape: tuple[int, int, int]) -> tuple[Tensor, Tensor, Tensor]:
    """Matrices as U, singular values spread between .05 and 1, and V: U diag(s) V."""
    torch.manual_seed(0)
    u, _, v = torch.linalg.svd(torch.randn(shape), full_matrices=False)
    return u, torch.logspace(np.log10(0.05), 0, min(shape[1:])), v


@pytest.fixture(params=["float32", "bf16"])
def precision(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("scale", [1e-4, 1.0, 1e4])
def test_all_singular_values_come_close_to_one_and_the_vectors_stay(
    shape: tuple[int, int, int], scale: float, precision: str
):
    u, s, v = factors(shape)
    found = orthogonalise(scale * u @ torch.diag(s) @ v, bf16=precision == "bf16")
    assert found.shape == shape
    assert found.dtype == torch.float32
    singular = torch.linalg.svdvals(found)
    assert (singular > 0.6).all()
    assert (singular < 1.25).all()
    cosine = nn.functional.cosine_similarity(found.flatten(1), (u @ v).flatten(1))
    assert (cosine > (0.95 if precision == "bf16" else 0.97)).all()
    if precision == "float32":
        in_their_basis = u.mT @ found @ v.mT
        off_diagonal = in_their_basis - torch.diag_embed(torch.diagonal(in_their_basis, dim1=-2, dim2=-1))
        assert off_diagonal.abs().max() < 1e-4


@pytest.mark.parametrize("shape", SHAPES)
def test_without_bf16_it_is_the_quintic_in_single_precision(shape: tuple[int, int, int]):
    matrices = torch.randn(shape, generator=torch.Generator().manual_seed(1))
    (a, b, c), found = NEWTON_SCHULZ, orthogonalise(matrices)
    for matrix, of in zip(matrices.double().numpy(), found.numpy(), strict=True):
        u, s, v = np.linalg.svd(matrix / np.linalg.norm(matrix), full_matrices=False)
        for _ in range(5):
            s = a * s + b * s**3 + c * s**5
        np.testing.assert_allclose(of, u * s @ v, atol=1e-4)


def stepped(parameter: Tensor, *gradients: Tensor, **options: float) -> Tensor:
    """A parameter after one step of Muon for each of the gradients."""
    parameter = nn.Parameter(parameter.clone())
    optimizer = Muon([parameter], **({"learning_rate": 0.1, "gates": 4} | options))  # pyright: ignore[reportArgumentType]
    for gradient in gradients:
        parameter.grad = gradient.clone()
        optimizer.step()
    return parameter.detach()


def test_gates_do_not_mind_each_other():
    torch.manual_seed(0)
    start, gradient = torch.randn(24, 10), torch.randn(24, 10)
    other = gradient.clone()
    other[6:12] = 100 * torch.randn(6, 10)  # of the second of four gates
    first, second = (stepped(start, each, each).view(4, 6, 10) for each in (gradient, other))
    assert torch.equal(first[[0, 2, 3]], second[[0, 2, 3]])
    assert not torch.allclose(first[1], second[1], atol=1e-2)


@pytest.mark.parametrize("rows", [6, 20])
def test_two_steps_are_those_of_nesterovs_momentum_orthogonalised(rows: int):
    torch.manual_seed(0)
    start, first, second = (torch.randn(2 * rows, 10) for _ in range(3))
    expected, momentum = start.clone(), torch.zeros_like(start)
    for gradient in (first, second):
        momentum = 0.95 * momentum + 0.05 * gradient
        ahead = 0.95 * momentum + 0.05 * gradient
        update = orthogonalise(ahead.view(2, rows, 10)).view_as(start)
        expected = expected * (1 - 0.1 * 0.3) - 0.1 * max(1, rows / 10) ** 0.5 * update
    torch.testing.assert_close(stepped(start, first, second, gates=2, weight_decay=0.3), expected)


def test_a_gradient_of_nothing_only_decays():
    start = torch.randn(8, 5, generator=torch.Generator().manual_seed(0))
    assert torch.equal(stepped(start, torch.zeros_like(start)), start)
    decayed = stepped(start, torch.zeros_like(start), learning_rate=0.1, weight_decay=0.5)
    torch.testing.assert_close(decayed, start * 0.95)


def test_it_learns():
    torch.manual_seed(0)
    wanted, x = torch.randn(12, 10) / 3, torch.randn(200, 10)
    weight = nn.Parameter(torch.zeros(12, 10))
    optimizer, losses = Muon([weight], 0.1, gates=3), []
    for step in range(80):
        loss = (x @ (weight - wanted).T).square().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.param_groups[0]["lr"] = 0.1 * (1 - step / 80)
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 0.01 * losses[0]


@pytest.mark.parametrize(
    ("precision", "able", "bf16"),
    [("32", True, False), ("bf16", False, True), ("auto", True, True), ("auto", False, False)],
)
def test_muon_multiplies_in_the_precision_of_its_run(
    precision: str, able: bool, bf16: bool, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("models.device.multiplies_bf16", lambda device: able)
    network = CharRNN(ModelConfig(num_layers=1, hidden_size=6, embedding_size=4), 9)
    *_, muon = new_optimizers(network, dataclasses.replace(TRAINING, optimizer="muon", precision=precision))
    assert isinstance(muon, Muon)
    assert muon.bf16 == bf16


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("optimizer", ["muon", "adamw", "rmsprop"])
def test_every_parameter_has_one_place(optimizer: str, cell: Cell):
    network = CharRNN(ModelConfig(cell=cell, num_layers=2, hidden_size=6, embedding_size=4), 9)
    config = dataclasses.replace(TRAINING, optimizer=optimizer, weight_decay=0.3)
    optimizers = new_optimizers(network, config)
    names = {parameter: name for name, parameter in network.named_parameters()}
    groups = [(each, group) for each in optimizers for group in each.param_groups]
    assert sorted(names[parameter] for _, group in groups for parameter in group["params"]) == sorted(names.values())
    for each, group in groups:
        of_group = {names[parameter] for parameter in group["params"]}
        recurrent, muon = {name for name in of_group if name.startswith("rnn.weight")}, isinstance(each, Muon)
        biases = {name for name in of_group if "bias" in name}
        assert (recurrent == of_group) if muon else (optimizer != "muon" or not recurrent)
        assert biases in (set(), of_group)
        assert group["weight_decay"] == (0.0 if biases or optimizer == "rmsprop" else 0.3)
        assert group["peak"] == (config.matrix_learning_rate if muon else config.learning_rate)
        assert not muon or group["gates"] == max(1, len(CELLS[cell].gates))


# ---- schedules ---------------------------------------------------------------------------------------------


def test_the_learning_rate_warms_up_and_falls_to_a_fiftieth():
    config = dataclasses.replace(TRAINING, warm_up=20)
    shares = [share_of_peak(step, 400, 50, config) for step in range(401)]
    assert shares[0] == pytest.approx(1 / 20)
    assert shares[19] == max(shares) == pytest.approx(1, abs=0.01)
    assert all(np.diff(shares[19:]) < 0)
    assert shares[-1] == pytest.approx(0.02)
    halfway = share_of_peak(200, 400, 50, config)
    assert halfway == pytest.approx((1 + 0.02) / 2)


def test_a_stable_schedule_is_constant_and_then_falls_in_a_line_to_a_fiftieth():
    config = dataclasses.replace(TRAINING, schedule="stable", warm_up=10)
    shares = [share_of_peak(step, 400, 50, config) for step in range(401)]
    assert shares[:10] == pytest.approx(np.arange(1, 11) / 10)
    assert set(shares[10:281]) == {1.0}
    assert shares[280:] == pytest.approx(np.linspace(1, 0.02, 121))


def test_the_papers_schedule_is_constant_for_ten_epochs_and_then_loses_a_twentieth_with_each():
    config = dataclasses.replace(TRAINING, schedule="paper", warm_up=0)
    by_epoch = [{share_of_peak(50 * epoch + step, 50 * 14, 50, config) for step in range(50)} for epoch in range(14)]
    assert by_epoch[:10] == [{1.0}] * 10
    assert [shares.pop() for shares in by_epoch[10:]] == pytest.approx([0.95, 0.95**2, 0.95**3, 0.95**4])
    assert not any(by_epoch[10:])
    warming = dataclasses.replace(config, warm_up=100)
    assert [share_of_peak(step, 700, 50, warming) for step in (0, 49, 99, 100)] == pytest.approx([0.01, 0.5, 1, 1])


def test_each_group_has_its_own_peak(corpus: Corpus, new_run: Callable[..., Run]):
    config = dataclasses.replace(TRAINING, optimizer="muon", learning_rate=1e-2, matrix_learning_rate=3e-2)
    training = Training(new_run(training=config), corpus, config)
    for step in range(4):
        training.step()
        share = share_of_peak(step, training.total_steps, training.streams.chunks, config)
        rates = [[group["lr"] for group in each.param_groups] for each in training.optimizers]
        assert rates == [[pytest.approx(share * 1e-2)] * 2, [pytest.approx(share * 3e-2)]]
        assert training.learning_rate == pytest.approx(share * 1e-2)

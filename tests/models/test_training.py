"""Single steps of a training: which streams forget, how the weights are averaged, and which weights count."""

import dataclasses
from collections.abc import Callable

import numpy as np
import pytest
import torch

from corpora import Corpus
from models import training as training_module
from models.checkpoint import load_checkpoint
from models.config import TrainingConfig
from models.evaluate import Evaluation
from models.network import CharRNN, State
from models.optimizer import new_optimizers
from models.run import Run
from models.streams import cold_streams
from models.train import train
from models.training import Training
from tests.conftest import Unwatched
from tests.models.trainings import EVERYTHING, MODEL, TRAINING


@pytest.fixture
def started(corpus: Corpus, new_run: Callable[..., Run]) -> Callable[[TrainingConfig], Training]:
    """A training on the short corpus before its first step."""
    return lambda config: Training(new_run(training=config), corpus, config)


# ---- reset -------------------------------------------------------------------------------------------------


def states_before_steps(training: Training, steps: int) -> list[tuple[State, State]]:
    """For each step the state that the step before left, and the one that the network was given."""
    given: list[State] = []
    forward = training.forward

    def remember(inputs: torch.Tensor, state: State) -> tuple[torch.Tensor, State]:
        given.append(state)
        return forward(inputs, state)

    training.forward = remember  # pyright: ignore[reportAttributeAccessIssue]
    left = []
    for _ in range(steps):
        left.append(training.carried)
        training.step()
    return list(zip(left, given, strict=True))


def test_exactly_the_chosen_streams_forget_and_only_between_chunks(started: Callable[[TrainingConfig], Training]):
    training = started(dataclasses.replace(TRAINING, reset=0.5))
    steps = training.streams.chunks + 3  # into the second epoch
    for step, (left, given) in enumerate(states_before_steps(training, steps)):
        cold = cold_streams(TRAINING.seed, step, TRAINING.streams, 0.5)
        for before, after in zip(left, given, strict=True):
            if step % training.streams.chunks == 0:
                assert (after == 0).all()
            else:
                assert (after[:, cold] == 0).all()
                assert torch.equal(after[:, ~cold], before[:, ~cold])
                assert (before != 0).all()


def test_without_reset_no_stream_forgets(started: Callable[[TrainingConfig], Training]):
    for left, given in states_before_steps(started(TRAINING), 5)[1:]:
        assert all(torch.equal(before, after) for before, after in zip(left, given, strict=True))


# ---- averaged weights --------------------------------------------------------------------------------------


def weights_of(network: CharRNN) -> np.ndarray:
    return np.concatenate([parameter.detach().numpy().ravel() for parameter in network.parameters()])


def test_the_average_is_that_of_its_formula(started: Callable[[TrainingConfig], Training]):
    training = started(dataclasses.replace(TRAINING, ema=0.4))
    assert training.averaged is not None
    expected = weights_of(training.network).astype(np.float64)
    for step in range(12):
        training.step()
        decay = min(0.4, (1 + step) / (10 + step))  # short at first
        expected = decay * expected + (1 - decay) * weights_of(training.network)
        np.testing.assert_allclose(weights_of(training.averaged.network), expected, atol=1e-6)
    assert np.abs(expected - weights_of(training.network)).max() > 1e-3


@pytest.mark.parametrize("ema", [0.0, 0.9])
def test_the_averaged_weights_are_what_is_evaluated_kept_and_checkpointed(
    ema: float, corpus: Corpus, new_run: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
):
    evaluated = []

    def remember(network: CharRNN, _: np.ndarray) -> Evaluation:
        evaluated.append(weights_of(network))
        return Evaluation(3.0 - len(evaluated), 0.0, 1000)

    monkeypatch.setattr(training_module, "evaluate", remember)
    run = new_run(training=dataclasses.replace(TRAINING, ema=ema))
    train(run, corpus, Unwatched(stop_at=30))
    networks = {name: CharRNN(MODEL, len(run.vocabulary)) for name in ("network", "averaged")[: 2 if ema else 1]}
    load_checkpoint(run.folder, networks, new_optimizers(networks["network"], TRAINING))
    assert len(evaluated) == 2
    for kept in (weights_of(run.load_network()), weights_of(list(networks.values())[-1])):
        np.testing.assert_array_equal(kept, evaluated[-1])
    assert np.array_equal(weights_of(networks["network"]), evaluated[-1]) == (not ema)


def test_the_averaged_weights_are_smoother(corpus: Corpus, new_run: Callable[..., Run]):
    """With everything on: training noise is in the weights themselves, less of it in their average."""
    training = Training(run := new_run(training=EVERYTHING), corpus, EVERYTHING)
    assert training.averaged is not None
    assert run.training["ema"] == 0.9
    path = {"network": [], "averaged": []}
    for _ in range(30):
        training.step()
        path["network"].append(weights_of(training.network))
        path["averaged"].append(weights_of(training.averaged.network))
    lengths = {name: np.linalg.norm(np.diff(weights, axis=0), axis=1).sum() for name, weights in path.items()}
    assert lengths["averaged"] < 0.9 * lengths["network"]

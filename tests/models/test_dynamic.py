"""Dynamic evaluation: nothing learnt is the static loss, what comes again is learnt, and the network is left alone."""

import math
from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
import torch

from corpora import InputError
from models.config import ModelConfig
from models.dynamic import (
    DECAYS,
    LEARNING_RATES,
    STEPS,
    DynamicSettings,
    characters_to_read,
    dynamic_losses,
    evaluate_dynamically,
    gradient_scales,
)
from models.evaluate import character_losses, evaluate, load_evaluation
from models.network import CELLS, CharRNN
from models.run import Run
from tests.conftest import Outcome, write_story

VOCABULARY = 12


@pytest.fixture(params=CELLS)
def network(request: pytest.FixtureRequest) -> CharRNN:
    """A small network of each kind of cell, untrained, with dropout that must not act."""
    torch.manual_seed(0)
    config = ModelConfig(request.param, num_layers=2, hidden_size=16, embedding_size=8, dropout=0.5)
    return CharRNN(config, VOCABULARY).train()


def random_ids(length: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(VOCABULARY, size=length)


def losses_with(network: CharRNN, ids: np.ndarray, settings: DynamicSettings) -> np.ndarray:
    scales = gradient_scales(network, random_ids(1000, seed=1), settings.steps)
    return np.concatenate(list(dynamic_losses(network, ids, scales, settings)))


@pytest.mark.parametrize("steps", [1, 7, 50, 1000])
def test_what_does_not_learn_scores_as_one_stream_does(network: CharRNN, steps: int):
    ids = random_ids(300)
    losses = losses_with(network, ids, DynamicSettings(steps, learning_rate=0.0, decay=0.01))
    np.testing.assert_allclose(losses, character_losses(network, ids), atol=1e-5)


def test_a_passage_that_comes_again_is_predicted_better_and_the_network_left_alone(network: CharRNN):
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    passage = random_ids(50)
    losses = losses_with(network, np.tile(passage, 40), DynamicSettings(25, learning_rate=3e-3, decay=1e-3))
    static = evaluate(network, np.tile(passage, 40)).nats
    assert losses.mean() < static - 0.3
    assert losses[-200:].mean() < losses[:200].mean() - 0.3
    assert network.training
    assert all(parameter.grad is None for parameter in network.parameters())
    for name, tensor in network.state_dict().items():
        assert torch.equal(tensor, before[name]), name


def test_a_segment_is_scored_before_it_is_learnt_from(network: CharRNN):
    ids, settings = random_ids(200), DynamicSettings(20, learning_rate=1e-2, decay=0.0)
    changed = ids.copy()
    changed[101:] = random_ids(200, seed=5)[101:]
    first, second = (losses_with(network, each, settings) for each in (ids, changed))
    np.testing.assert_array_equal(first[:100], second[:100])
    np.testing.assert_allclose(first[:20], character_losses(network, ids)[:20], atol=1e-5)
    assert np.abs(first[20:100] - character_losses(network, ids)[20:100]).max() > 1e-3


def test_the_step_is_that_of_the_paper(network: CharRNN):
    """Two segments, by hand: the second is scored with weights that took one step on the first."""
    ids, rate, decay = random_ids(31), 1e-2, 0.5
    scales = gradient_scales(network, random_ids(400, seed=1), 15)
    losses = list(dynamic_losses(network, ids, scales, DynamicSettings(15, rate, decay)))
    network.eval()
    segments = [torch.from_numpy(ids[at : at + 16])[:, None] for at in (0, 15)]
    mean = sum(float(scale.mean()) for scale in scales) / len(scales)
    logits, state = network(segments[0][:-1], network.initial_state(1))
    torch.nn.functional.cross_entropy(logits[:, 0], segments[0][1:, 0]).backward()
    with torch.no_grad():  # the pull back is nought as yet: the weights are where they were
        for parameter, scale in zip(network.parameters(), scales, strict=True):
            parameter -= rate * parameter.grad / (scale + 0.1 * mean)
        logits, _ = network(segments[1][:-1], tuple(part.detach() for part in state))
        expected = torch.nn.functional.cross_entropy(logits[:, 0], segments[1][1:, 0], reduction="none")
    np.testing.assert_allclose(losses[1], expected.numpy(), atol=1e-5)


def test_full_decay_forgets_each_step_at_the_next(network: CharRNN):
    """With an overwhelming decay every weight starts each step from its trained value."""
    ids, settings = np.tile(random_ids(60), 30), DynamicSettings(20, learning_rate=3e-3, decay=1e9)
    lasting = losses_with(network, ids, DynamicSettings(20, learning_rate=3e-3, decay=0.0))
    forgetting = losses_with(network, ids, settings)
    assert lasting[-300:].mean() < forgetting[-300:].mean() - 0.1
    assert forgetting[-300:].mean() == pytest.approx(forgetting[300:600].mean(), abs=0.02)


def test_gradient_scales_are_root_mean_squares_over_segments(network: CharRNN):
    ids = random_ids(61)
    squares = [torch.zeros_like(parameter) for parameter in network.parameters()]
    network.eval()
    state = network.initial_state(1)
    for at, end in pairwise((0, 25, 50, 60)):
        network.zero_grad()
        segment = torch.from_numpy(ids[at : end + 1])[:, None]
        logits, state = network(segment[:-1], tuple(part.detach() for part in state))
        torch.nn.functional.cross_entropy(logits[:, 0], segment[1:, 0]).backward()
        for square, parameter in zip(squares, network.parameters(), strict=True):
            square += parameter.grad**2
    for scale, square in zip(gradient_scales(network, ids, 25), squares, strict=True):
        torch.testing.assert_close(scale, (square / 3).sqrt(), atol=1e-7, rtol=1e-4)


def test_settings_come_from_the_validation_text_alone(tiny_run: Run, story: str):
    network, encode = tiny_run.load_network(), tiny_run.vocabulary.encode
    training, validation = encode(story[:3000]), encode(story[-2000:])
    told = []
    texts = [encode(write_story(900, seed=3)), encode("x" * 700)]
    results = [evaluate_dynamically(network, training, validation, ids, 50, told.append) for ids in texts]
    assert results[0][1] == results[1][1]
    assert results[0][1].learning_rate in LEARNING_RATES
    assert results[0][1].decay in DECAYS
    assert sum(told) == sum(characters_to_read(3000, 2000, len(ids)) for ids in texts)
    assert [len(losses) for losses, _ in results] == [899, 699]


def test_settings_grow_with_the_segment(tiny_run: Run, story: str):
    ids = tiny_run.vocabulary.encode(story[:500])
    _, settings = evaluate_dynamically(tiny_run.load_network(), ids, ids, ids, steps=4 * STEPS)
    assert settings.learning_rate / 2 in LEARNING_RATES
    assert settings.decay / 4 in DECAYS


@pytest.mark.parametrize("empty", range(3))
def test_an_empty_text_is_one_clear_error(empty: int, tiny_run: Run):
    texts = [np.zeros(0 if index == empty else 100, dtype=np.int64) for index in range(3)]
    with pytest.raises(InputError, match="at least 2 characters to evaluate on, got 0"):
        evaluate_dynamically(tiny_run.load_network(), *texts)


def test_the_command_names_the_figure_and_its_settings_and_changes_no_weights(
    tiny_run: Run, command: Callable[..., Outcome], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("models.dynamic.TUNING_CHARACTERS", 2000)
    monkeypatch.setattr("models.dynamic.SCALE_CHARACTERS", 2000)
    weights = tiny_run.weights_path.read_bytes()
    outcome = command("models", "evaluate", "tiny", "--dynamic", "--dynamic-steps=100")
    assert "dynamic evaluation, settings chosen on the validation split: 100 characters per step" in outcome.out
    command("models", "evaluate", "tiny")
    figures = load_evaluation(tiny_run)
    assert set(figures) == {"test", "test dynamic"}
    assert figures["test dynamic"].characters == figures["test"].characters
    assert figures["test dynamic"].nats < figures["test"].nats
    assert f"test dynamic: {figures['test dynamic'].nats:.4f} nats" in outcome.out
    assert tiny_run.weights_path.read_bytes() == weights
    assert math.isfinite(figures["test dynamic"].margin)

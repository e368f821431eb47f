"""Evaluation against `torch.nn.LSTM`, read in one go."""

import math

import numpy as np
import pytest
import torch
from torch.nn import functional

from corpora import InputError
from models.evaluate import evaluate
from models.network import CharRNN
from models.run import Run


def losses_of_one_pass(network: CharRNN, ids: np.ndarray) -> np.ndarray:
    """Nats of every character but the first, by the network's own modules."""
    with torch.no_grad():
        output, _ = network.rnn(network.embedding(torch.from_numpy(ids)))
        return functional.cross_entropy(
            network.readout(output)[:-1], torch.from_numpy(ids[1:]), reduction="none"
        ).numpy()


def test_the_loss_is_that_of_one_pass_over_the_text(tiny_run: Run, story: str):
    ids, network = tiny_run.vocabulary.encode(story[-6000:]), tiny_run.load_network()
    expected = losses_of_one_pass(network, ids)
    result = evaluate(network, ids)
    assert result.nats == pytest.approx(expected.mean(dtype=np.float64), abs=1e-6)
    assert result.bits == pytest.approx(result.nats / math.log(2))
    assert result.characters == len(ids) - 1
    blocks = np.array([block.mean() for block in np.array_split(expected, 5)])
    assert result.standard_error == pytest.approx(blocks.std(ddof=1) / math.sqrt(5), rel=1e-3)


def test_many_streams_score_every_character_once_and_none_of_them_cold(tiny_run: Run, story: str):
    ids, network = tiny_run.vocabulary.encode(story[-5300:]), tiny_run.untrained_network(seed=1)
    network.rnn.bias_ih_l0.data[24:48] = 8.0  # forgets so slowly that the length of the warm-up shows
    expected = list(losses_of_one_pass(network, ids[:1001]))
    for start in range(1000, len(ids) - 1, 1000):
        warmed = ids[start - 500 : start + 1001]
        expected += list(losses_of_one_pass(network, warmed)[500:])
    result = evaluate(network, ids, stream_length=1000)
    assert result.characters == len(expected) == len(ids) - 1
    assert result.nats == pytest.approx(np.mean(expected, dtype=np.float64), abs=1e-6)


def test_evaluation_leaves_a_network_in_training_as_it_was(tiny_run: Run, story: str):
    network = tiny_run.load_network().train()
    first, second = (evaluate(network, tiny_run.vocabulary.encode(story[:2500])) for _ in range(2))
    assert network.training
    assert first == second


@pytest.mark.parametrize("length", [0, 1])
def test_nothing_to_predict_is_one_clear_error(length: int, tiny_run: Run):
    with pytest.raises(InputError, match=f"at least 2 characters to evaluate on, got {length}"):
        evaluate(tiny_run.load_network(), np.zeros(length, dtype=np.int64))

"""Sampling: repeatable, true to the model's probabilities, and never a character that stands for others."""

import numpy as np
import pytest
import torch

from corpora import InputError
from models.config import ModelConfig
from models.network import CharRNN
from models.run import Run
from models.sample import choose, sample, uniform_at


@pytest.fixture
def network(tiny_run: Run) -> CharRNN:
    return tiny_run.load_network()


def test_temperature_zero_takes_the_likeliest_character_each_time(network: CharRNN):
    read = [3, 7, 5]
    for _ in range(60):
        with torch.no_grad():
            output, _ = network.rnn(network.embedding(torch.tensor(read)))
            read.append(int(network.readout(output)[-1, :-1].argmax()))
    assert list(sample(network, [3, 7, 5], 60, temperature=0, seed=1)) == read[3:]
    assert list(sample(network, [3, 7, 5], 60, temperature=0, seed=2)) == read[3:]


@pytest.mark.parametrize("temperature", [1e-9, 1e-42, 5e-324])  # below any difference of float32 logits
def test_however_low_the_temperature_it_ends_in_the_greedy_text(network: CharRNN, temperature: float):
    assert list(sample(network, [3], 40, temperature)) == list(sample(network, [3], 40, 0))


def test_a_seed_is_a_text(network: CharRNN):
    texts = [tuple(sample(network, [4], 80, 0.8, seed)) for seed in (0, 0, 1, 2)]
    assert texts[0] == texts[1]
    assert len(set(texts)) == 3


def test_the_random_number_of_a_character_depends_on_seed_and_position_alone():
    """The definition of Philox 4x64-10 (Salmon et al. 2011), written out, gives what NumPy gives."""
    for seed, position in [(0, 0), (7, 5), (2**63 + 11, 3), (2**64 - 1, 10**9)]:
        counter, (k0, k1), last = [position + 1, 0, 0, 0], (seed, 0), 2**64 - 1
        for _ in range(10):
            first, second = 0xD2E7470EE14C6C93 * counter[0], 0xCA5A826395121157 * counter[2]
            counter = [second >> 64 ^ counter[1] ^ k0, second & last, first >> 64 ^ counter[3] ^ k1, first & last]
            k0, k1 = k0 + 0x9E3779B97F4A7C15 & last, k1 + 0xBB67AE8584CAA73B & last
        assert uniform_at(seed, position) == (counter[0] >> 11) / 2**53


def test_a_character_is_the_first_whose_cumulative_probability_exceeds_the_random_number():
    logits = np.log(np.array([1.0, 2.0, 1.0, 4.0]))  # an eighth, a quarter, an eighth, a half
    below = np.nextafter(1.0, 0.0)
    for u, index in [(0.0, 0), (0.12, 0), (0.13, 1), (0.37, 1), (0.38, 2), (0.49, 2), (0.51, 3), (below, 3)]:
        assert choose(logits, 1.0, u) == index
    assert choose(np.array([1.0, 3.0, 3.0]), 0, 0.99) == 1
    assert choose(np.array([0.0, -1e4]), 1.0, below) == 0


@pytest.mark.parametrize("temperature", [0.5, 1.0, 3.0])
def test_characters_come_as_often_as_the_model_says(temperature: float):
    torch.manual_seed(0)
    network = CharRNN(ModelConfig(num_layers=1, hidden_size=4, embedding_size=4), 6)
    network.readout.bias.data = torch.tensor([2.0, 1.0, 0.0, -1.0, 0.5, 9.0])
    draws = 4000
    found = np.bincount([next(sample(network, [], 1, temperature, seed)) for seed in range(draws)], minlength=6)
    weights = np.exp(np.array([2.0, 1.0, 0.0, -1.0, 0.5]) / temperature)
    expected = weights / weights.sum()
    assert (np.abs(found[:5] / draws - expected) < 4 * np.sqrt(expected * (1 - expected) / draws)).all()


@pytest.mark.parametrize("temperature", [0, 1.0, 50.0, float("inf")])
def test_the_unknown_character_is_never_written(network: CharRNN, temperature: float):
    network.readout.bias.data[-1] = 100.0
    unknown = len(network.readout.bias) - 1
    assert unknown not in list(sample(network, [unknown], 300, temperature))


@pytest.mark.parametrize("temperature", [-0.1, float("nan"), float("-inf")])
def test_a_temperature_below_zero_is_refused(network: CharRNN, temperature: float):
    with pytest.raises(InputError, match="temperature of 0 or more"):
        next(sample(network, [], 1, temperature))


@pytest.mark.parametrize("seed", [-1, 2**64])
def test_a_seed_out_of_range_is_refused(network: CharRNN, seed: int):
    with pytest.raises(InputError, match=f"from 0 to 2\\^64 - 1 as the seed, got {seed}"):
        next(sample(network, [], 1, seed=seed))

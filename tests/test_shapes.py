"""What we call in tests is checked against its annotations: shapes and types, whatever kind of function it is."""

import numpy as np
import pytest
import torch
from jaxtyping import TypeCheckError

from analysis.scoring.kernels import look_up_ranks
from corpora import Vocabulary
from models.config import ModelConfig
from models.network import CharRNN
from models.ngram_counts import SortedTexts
from models.recording import record_blocks

BINS, RANKS = np.zeros((3, 2), dtype=np.uint8), np.zeros((2, 256), dtype=np.float32)
NETWORK = CharRNN(ModelConfig(num_layers=1, hidden_size=2, embedding_size=2), vocabulary_size=3)


@pytest.mark.parametrize(
    "call",
    [
        lambda: Vocabulary.of([np.zeros((2, 2), dtype=np.uint32)]),
        lambda: NETWORK(torch.zeros(5, dtype=torch.int64), NETWORK.initial_state(1)),
        lambda: list(record_blocks(NETWORK, np.zeros((5, 1), dtype=np.int64))),
        lambda: look_up_ranks(BINS[0], RANKS),
        lambda: look_up_ranks(BINS, RANKS.astype(np.float64)),
        lambda: SortedTexts(1, BINS, BINS[:, 0], BINS[:, 0]),
    ],
    ids=["a class method", "a network", "a generator", "a compiled function", "its type", "a dataclass"],
)
def test_a_wrong_shape_or_type_is_refused(call):
    with pytest.raises(TypeCheckError):
        call()


def test_the_right_ones_are_not():
    assert look_up_ranks(BINS, RANKS).shape == (3, 2)
    (block,) = record_blocks(NETWORK, np.zeros(5, dtype=np.int64))
    assert block.states["hidden"].shape == (5, 1, 2)

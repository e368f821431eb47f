from dataclasses import replace

import pytest

from models import paper
from models.config import ModelConfig


def test_every_network_of_the_paper_is_there_once():
    shapes = [(one.corpus, one.cell, one.num_layers, one.size) for one in paper.FIGURES]
    assert len(set(shapes)) == len(shapes) == 2 * 3 * (4 + 3 + 4)
    assert not [one for one in paper.FIGURES if one.cell == "rnn" and one.size == 512]


def test_what_was_not_checked_is_marked_as_recalled():
    assert [one.nats for one in paper.FIGURES if not one.recalled] == [1.077]


def test_the_best_network_beats_the_best_n_gram_model():
    for corpus, ngram in paper.N_GRAMS.items():
        best = paper.best_figure(corpus)
        assert best
        assert best.nats < ngram.nats
    assert paper.best_figure("wikipedia") is None


@pytest.mark.parametrize(("layers", "nats"), [(1, 1.161), (2, 1.092), (3, 1.082)])
def test_an_lstm_has_its_like_in_the_paper(layers: int, nats: float):
    found = paper.figure_of(paper.WAR_AND_PEACE, ModelConfig(num_layers=layers, hidden_size=512))
    assert found
    assert found.nats == nats


def test_other_shapes_and_cells_have_none():
    model = ModelConfig(num_layers=2, hidden_size=512)
    for other in (replace(model, cell="gru"), replace(model, hidden_size=500), replace(model, num_layers=4)):
        assert paper.figure_of(paper.WAR_AND_PEACE, other) is None

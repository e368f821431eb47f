"""Lesson 6: the scores are those of `models evaluate` and `models ngram`, and a bet is a distribution."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from corpora import Vocabulary, load_corpus, to_code_points, to_text
from dashboard.lessons.language_model import FILE, MODEL, PASSAGES, data, distributions, ngram_table
from models.evaluate import Evaluation, character_losses, evaluate
from models.ngram import ngram_losses
from models.run import load_run
from tests.browser.engine_in_node import needs_node
from tests.conftest import write_story
from tests.lessons.in_node import call


@pytest.fixture(scope="module")
def shown() -> dict[str, Any]:
    return data()


def passed(shown: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """All rounds of a passage, if the player passes each time."""
    passage = shown["passages"][name]
    none = [None] * len(passage["hidden"])
    [rounds] = call(("language_model_game", "roundsOf", passage, shown["frequencies"], none))
    return rounds


@needs_node
@pytest.mark.parametrize("name", PASSAGES)
def test_the_network_s_mean_is_that_of_models_evaluate(shown: dict[str, Any], name: str):
    run, (opening, hidden) = load_run(MODEL), PASSAGES[name]
    assert run.vocabulary.count_unknown(opening + hidden) == 0
    network, ids = run.load_network(), run.vocabulary.encode(opening + hidden)
    losses = character_losses(network, ids)
    assert Evaluation.of(losses).nats == evaluate(network, ids).nats
    [means] = call(("language_model_game", "meansOf", passed(shown, name)))
    assert means["network"] == pytest.approx(Evaluation.of(losses[len(opening) - 1 :]).bits, abs=1e-4)


def test_the_network_s_likeliest_characters_are_likeliest(shown: dict[str, Any]):
    for passage in shown["passages"].values():
        for actual, prediction in zip(passage["hidden"], passage["network"], strict=True):
            shares = dict(prediction["top"])
            if actual in shares:
                assert -np.log2(shares[actual]) == pytest.approx(prediction["bits"], abs=1e-3)
            else:
                assert 2 ** -prediction["bits"] <= min(shares.values()) + 1e-6


def test_every_continuation_is_scored_as_models_ngram_scores_the_text():
    """Each row of `distributions` sums to 1, and says of the characters that come what `ngram_losses` says."""
    training, order = write_story(20_000), 6
    opening, hidden = "The prince had come.\n", "Anna was in the army on the night."
    vocabulary = Vocabulary.of([to_code_points(training)], 1)
    shares, frequencies = distributions(vocabulary, to_code_points(training), opening, hidden, order)
    ids = vocabulary.encode(opening + hidden)
    scores = list(ngram_losses(vocabulary.encode(training), ids, len(vocabulary), order))
    np.testing.assert_allclose(shares.sum(axis=1), 1, atol=1e-9)
    assert frequencies.sum() == pytest.approx(1)
    of_text = np.exp(-scores[-1].losses[len(opening) :])
    np.testing.assert_allclose(shares[np.arange(len(hidden)), ids[len(opening) :]], of_text, rtol=1e-9)
    np.testing.assert_allclose(frequencies[ids], np.exp(-scores[0].losses), rtol=1e-9)


def test_the_kept_predictions_are_the_20_gram_s_of_the_novel(real_corpora: Path):
    corpus = load_corpus("war-and-peace")
    assert ngram_table(corpus) == json.loads(FILE.read_text(encoding="utf-8"))
    assert corpus.sha256 == load_run(MODEL).corpus["sha256"]
    training = to_text(corpus.split("training"))
    for said_to_be_new in ("airport", "taxi"):
        assert said_to_be_new not in training
    assert not any(line in training for text in PASSAGES.values() for line in "".join(text).split("\n"))


@needs_node
@pytest.mark.parametrize("guess", [None, {"character": "e", "level": 0}, {"character": "\n", "level": 3}])
def test_a_bet_is_a_distribution(shown: dict[str, Any], guess: dict[str, Any] | None):
    frequencies = shown["frequencies"]
    bits = call(*(("language_model_game", "bitsOfBet", frequencies, guess, each) for each in frequencies))
    assert sum(2**-each for each in bits) == pytest.approx(1, abs=1e-6)
    if guess:
        [shares] = call(("language_model_game", "SHARES"))
        assert 2 ** -bits[list(frequencies).index(guess["character"])] == pytest.approx(shares[guess["level"]])


@needs_node
def test_guesses_stand_in_the_address_and_come_back():
    written = "e1_012↵3 0?2_001"
    [guesses] = call(("language_model_game", "guessesIn", written))
    assert guesses[0] == {"character": "e", "level": 1}
    assert guesses[1:13] == [None] * 12
    assert [guess and guess["character"] for guess in guesses[13:]] == ["\n", " ", "?", None]
    assert call(("language_model_game", "guessesText", guesses)) == [written]
    assert call(("language_model_game", "guessesIn", "e9_1x")) == [[]]


@needs_node
def test_means_are_over_what_was_guessed_so_far(shown: dict[str, Any]):
    passage, guesses = (
        shown["passages"]["novel"],
        [{"character": "h", "level": 2}, {"character": "x", "level": 3}, None],
    )
    [rounds] = call(("language_model_game", "roundsOf", passage, shown["frequencies"], guesses))
    [means] = call(("language_model_game", "meansOf", rounds))
    assert rounds[0]["bits"] == pytest.approx(-np.log2(0.8))
    assert rounds[1]["bits"] > rounds[2]["bits"] > 2
    assert means["you"] == pytest.approx(np.mean([each["bits"] for each in rounds]))
    assert means["ngram"] == pytest.approx(np.mean([each["bits"] for each in passage["ngram"][:3]]))


def test_the_answer_holds_first_letters_cost_most_and_the_network_leads(shown: dict[str, Any]):
    for passage in shown["passages"].values():
        text, start = passage["opening"] + passage["hidden"], len(passage["opening"])
        places = {"first": [], "inner": [], "last": [], "after": []}
        for k, character in enumerate(passage["hidden"]):
            before, after = text[start + k - 1], text[start + k + 1 : start + k + 2]
            in_word = "first" if not before.isalpha() else "inner" if after.isalpha() else "last"
            places[in_word if character.isalpha() else "after"].append(k)
        for model in ("network", "ngram"):
            bits = np.array([each["bits"] for each in passage[model]])
            means = {place: bits[ks].mean() for place, ks in places.items()}
            assert max(means, key=lambda place: means[place]) == "first", means
        assert np.mean([e["bits"] for e in passage["network"]]) < np.mean([e["bits"] for e in passage["ngram"]])
    today = shown["passages"]["today"]
    for word, letter in (("airport", 3), ("taxi", 2)):
        at = today["hidden"].index(word)
        costs = [each["bits"] for each in today["network"][at : at + len(word)]]
        assert int(np.argmax(costs)) == letter

"""What a training came to is said in plain sentences, and what would help."""

import dataclasses
import json
from math import log
from typing import Any

import numpy as np
import pytest

from corpora import Vocabulary
from models.baseline import FILE
from models.comparison import CHARACTER, best_ngram_of
from models.outcome import learned_nothing, outcome_of, unigram_loss
from models.run import Run, corpus_of
from tests.conftest import Outcome


def ended(run: Run, **training: Any) -> Run:
    return dataclasses.replace(run, training=run.training | training)


def test_a_loss_near_the_uniform_guess_says_so_and_what_helps(tiny_run: Run):
    uniform = log(len(tiny_run.vocabulary))
    run = ended(tiny_run, validation_loss=0.98 * uniform, steps_done=47, best_step=47)
    said = outcome_of(run)
    assert said.startswith("The network has learned almost nothing.")
    assert f"{uniform:.2f}" in said
    assert "only 47 steps" in said
    assert "more epochs" in said
    assert learned_nothing(run)


def test_a_loss_near_the_frequencies_says_so(tiny_run: Run):
    unigram = unigram_loss(corpus_of(tiny_run), tiny_run.vocabulary)
    run = ended(tiny_run, validation_loss=unigram, steps_done=1000, best_step=1000)
    assert "little more than how often each character occurs" in outcome_of(run)
    assert "still improving" in outcome_of(run)
    assert learned_nothing(run)


def test_frequencies_alone_lose_their_entropy():
    """Half of the characters are a, half b, in training and validation alike."""

    class Halves:
        def split(self, _: str) -> np.ndarray:
            return np.array([97, 98] * 5000, dtype=np.uint32)

    assert unigram_loss(Halves(), Vocabulary(("a", "b", "\ufffd"))) == pytest.approx(log(2), abs=1e-3)  # pyright: ignore[reportArgumentType]


def test_a_network_that_learned_is_told_against_the_best_ngram(tiny_run: Run):
    kept = {
        "corpus": {"sha256": tiny_run.corpus["sha256"]}, "split": "test", "orders": [{"order": 3, "nats": 1.9}],
        "validation": {"orders": [{"order": 4, "nats": 1.5}, {"order": 5, "nats": 1.6}]},
    }  # fmt: skip
    (tiny_run.folder / FILE).write_text(json.dumps(kept))
    good, bad = (ended(tiny_run, validation_loss=loss, steps_done=900, best_step=900) for loss in (1.4, 1.7))
    assert "better than the best n-gram model of the same text (1.500, order 4)" in outcome_of(good)
    assert "not as good as the best n-gram model" in outcome_of(bad)
    assert "more epochs" in outcome_of(bad)
    assert not learned_nothing(good)
    assert "by heart" in outcome_of(ended(good, best_step=300))
    ngram = best_ngram_of(tiny_run, CHARACTER)
    assert ngram
    assert ngram["order"] == 3


def test_without_its_text_a_run_is_told_against_the_uniform_guess(tiny_run: Run):
    gone = dataclasses.replace(tiny_run, corpus=tiny_run.corpus | {"name": "gone"})
    assert "a uniform guess gives" in outcome_of(gone)
    assert outcome_of(dataclasses.replace(tiny_run, training={})) == ""


def test_the_command_counts_the_baseline_of_a_run(tiny_run: Run, command: Any):
    assert best_ngram_of(tiny_run, CHARACTER) is None
    counted: Outcome = command("models", "ngram", "--run", "tiny")
    assert counted.code == 0, counted
    kept = json.loads((tiny_run.folder / FILE).read_text())
    assert (kept["format"], kept["split"], kept["characters"]) == (1, "test", 11_999)
    assert [score["order"] for score in kept["orders"]] == [score["order"] for score in kept["validation"]["orders"]]
    ngram = best_ngram_of(tiny_run, CHARACTER)
    assert ngram
    assert ngram["nats"] == min(score["nats"] for score in kept["orders"])
    other: Outcome = command("models", "ngram", tiny_run.corpus["name"], "--order=4", "--out", tiny_run.folder / "x")
    assert other.code == 0, other
    assert json.loads((tiny_run.folder / "x").read_text())["orders"] == kept["orders"][:4]
    assert "Name one of the two" in command("models", "ngram").error


def test_measuring_is_a_job(tiny_run: Run, command: Any):
    from models.jobs import find_job

    assert command("models", "evaluate", "tiny", "--split=validation").code == 0
    assert command("models", "gates", "tiny", "--chars=1000").code == 0
    evaluated, gated = (find_job(tiny_run.folder, kind) for kind in ("evaluate", "gates"))
    assert evaluated
    assert gated
    assert (evaluated.state, evaluated.progress.done, evaluated.progress.total) == ("finished", 11_999, 11_999)
    assert evaluated.message.startswith("validation: ")
    assert (gated.state, gated.progress.share) == ("finished", 1.0)

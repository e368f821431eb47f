"""An estimate is made of steps of exactly the shape that would be trained; its numbers fit together."""

import dataclasses
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from corpora import Corpus, InputError, Vocabulary
from models import estimate
from models.estimate import estimate_training
from models.jobs import find_job
from models.run import Run
from models.streams import steps_in
from tests.conftest import Outcome
from tests.models.trainings import MODEL, TRAINING


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch, hurried: None) -> None:
    monkeypatch.setattr(estimate, "LONGEST", 0.0)


def test_steps_are_those_of_the_training_and_seconds_the_sum(corpus: Corpus, new_run: Callable[..., Run]):
    characters = corpus.cuts[0]
    found = estimate_training(MODEL, TRAINING, 30, characters)
    assert found.steps == steps_in(characters, TRAINING.streams, TRAINING.steps, TRAINING.epochs) == 64
    steps = found.steps * TRAINING.streams * TRAINING.steps / found.characters_per_second
    assert found.seconds == pytest.approx(steps + found.evaluation_seconds, abs=0.02)
    assert 0 < found.evaluation_seconds < found.seconds
    assert "64 steps" in found.describe()


def test_a_long_text_is_not_made_up_in_full(monkeypatch: pytest.MonkeyPatch):
    found = estimate_training(MODEL, TRAINING, 70_000, 10**9)
    assert found.steps == steps_in(10**9, TRAINING.streams, TRAINING.steps, TRAINING.epochs)


def test_streams_that_the_text_is_too_short_for_are_one_error():
    with pytest.raises(InputError, match="characters to train on"):
        estimate_training(MODEL, dataclasses.replace(TRAINING, streams=1000), 30, 6400)


def test_the_command_prints_json_and_is_a_job_where_asked(
    corpus: Corpus, command: Callable[..., Outcome], tmp_path: Path
):
    words = ["--corpus", corpus.name, "--preset=tiny", "--hidden=12", "--epochs=1", "--json", "--job", tmp_path / "j"]
    outcome = command("models", "estimate", *words)
    assert outcome.code == 0, outcome
    described = json.loads(outcome.out)
    assert {"characters_per_second", "steps", "seconds", "evaluation_seconds", "options"} == set(described)
    assert (described["options"]["hidden_size"], described["options"]["streams"]) == (12, 4)
    job = find_job(tmp_path / "j", "estimate")
    assert job
    assert (job.state, json.loads(job.message)) == ("finished", described)
    assert not os.listdir(os.environ["CHARSCOPE_RUNS"])


def test_a_size_alone_is_estimated_like_a_text_of_that_size(corpus: Corpus, command: Callable[..., Outcome]):
    options = ["--preset=tiny", "--hidden=12", "--json"]
    vocabulary = len(Vocabulary.of([corpus.split("training")]))
    of_text = json.loads(command("models", "estimate", "--corpus", corpus.name, *options).out)
    size = [f"--characters={corpus.cuts[0]}", f"--vocabulary={vocabulary}"]
    of_size = json.loads(command("models", "estimate", *size, *options).out)
    assert (of_size["steps"], of_size["options"]) == (of_text["steps"], of_text["options"])

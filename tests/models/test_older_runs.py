"""Runs from before an option go on, and are described, with the value that was in force then."""

import dataclasses
import json
from collections.abc import Callable
from typing import Any

import pytest

from corpora import Corpus
from models.checkpoint import CHECKPOINT
from models.config import BEFORE_THE_OPTION
from models.run import Run, load_run
from models.train import train
from tests.conftest import Outcome, Unwatched
from tests.models.older_runs import FIRST, LATER, PARTS, as_the_first_version_kept_it, made_before
from tests.models.trainings import EVERYTHING, MODEL, assert_same_course


@pytest.mark.parametrize("part", PARTS)
def test_every_option_that_came_later_says_what_was_in_force_before(part: str):
    fields = {field.name for field in dataclasses.fields(PARTS[part])}
    assert FIRST[part] <= fields
    assert fields - FIRST[part] == set(BEFORE_THE_OPTION[PARTS[part]])


def options_in_force(run: Run, part: str) -> dict[str, Any]:
    return dataclasses.asdict({"model": run.model, "training": run.options}[part])


@pytest.mark.parametrize(("part", "option"), LATER)
def test_a_run_without_an_option_has_the_value_of_then_whatever_the_default(
    part: str, option: str, tiny_run: Run, monkeypatch: pytest.MonkeyPatch
):
    then, recent = BEFORE_THE_OPTION[PARTS[part]][option], options_in_force(tiny_run, part)
    monkeypatch.setattr(PARTS[part].__init__, "__defaults__", (None,) * len(recent))  # as if all defaults had changed
    assert options_in_force(made_before(tiny_run, (part, option)), part) == recent | {option: then}


@pytest.mark.parametrize("step", [0, 20], ids=["anew", "from its checkpoint"])
def test_a_run_of_the_first_version_is_resumed_as_it_began(
    step: int,
    corpus: Corpus,
    new_run: Callable[..., Run],
    undisturbed: Callable[[str], Run],
    command: Callable[..., Outcome],
):
    """`undisturbed` was trained with the options that were in force then."""
    run = new_run()
    if step:
        train(run, corpus, Unwatched(stop_at=step))
        as_the_first_version_kept_it(run.folder / CHECKPOINT)
    made_before(run, *LATER)
    assert command("models", "resume", "mine", "--no-ngram").code == 0
    assert_same_course(load_run("mine"), undisturbed("plain"))
    written = json.loads((run.folder / "config.json").read_text())["training"]
    assert {"optimizer": "adamw", "schedule": "cosine", "ema": 0.0, "reset": 0.0}.items() <= written.items()


def test_a_run_that_says_its_options_keeps_them(new_run: Callable[..., Run]):
    run = new_run(training=EVERYTHING)
    assert (load_run(run.folder).options, load_run(run.folder).model) == (EVERYTHING, MODEL)

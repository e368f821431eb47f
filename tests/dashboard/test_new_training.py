"""What can be chosen of a training, which names it can have, and what starts it: without a page."""

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from corpora import InputError
from corpora.places import READ_ONLY, runs_folder
from dashboard import new_training
from dashboard.new_training import Plan, Text, measurement_of, require_free, start_training, suggest_name, trainings
from dashboard.training_options import as_words, defaults, grouped_options, training_options
from models import jobs
from models.config import ModelConfig, TrainingConfig, takes_options_of
from models.jobs import Job
from models.run import Run
from models.work import at_work


def test_every_field_is_an_option_under_one_heading_with_its_help():
    names = [field.name for config in (ModelConfig, TrainingConfig) for field in dataclasses.fields(config)]
    shown = [option for options in grouped_options().values() for option in options]
    assert sorted(option.name for option in shown) == sorted(names)
    assert len(grouped_options()) == 4
    assert all(option.help and option.title for option in shown)
    assert defaults() == dataclasses.asdict(ModelConfig()) | dataclasses.asdict(TrainingConfig())


def test_the_words_of_changed_options_are_read_by_a_command_as_they_were_meant():
    app, seen = typer.Typer(), {}

    @app.command()
    @takes_options_of(ModelConfig, TrainingConfig)
    def command(**options: Any) -> None:  # pyright: ignore[reportUnusedFunction]  # Typer calls it
        seen.update(options)

    chosen = {"num_layers": 3, "cell": "gru", "dropout": 0.25, "learning_rate": 1e-9, "device": "cpu", "seed": 10**9}
    assert CliRunner().invoke(app, as_words(chosen)).exit_code == 0
    assert seen == defaults() | chosen


@pytest.mark.parametrize(
    ("name", "written", "said"),
    [
        ("num_layers", "9", "Wanted a whole number, 1 to 8, as Layers, got '9'."),
        ("num_layers", "two", "Wanted a whole number, 1 to 8, as Layers, got 'two'."),
        ("hidden_size", "0", "Wanted a whole number, 1 or more, as Hidden, got '0'."),
        ("hidden_size", "9" * 5000, "Wanted a whole number"),
        ("dropout", "nan", "Wanted a number, 0 to 0.95, as Dropout, got 'nan'."),
        ("clip", "inf", "Wanted a number, 0 or more, as Clip, got 'inf'."),
        ("learning_rate", "", "Wanted a number, 1e-09 or more, as Learning rate, got ''."),
        ("cell", "transformer", "Wanted lstm, gru, rnn as Cell, got 'transformer'."),
    ],
)
def test_a_value_that_is_none_is_refused_in_one_line(name: str, written: str, said: str):
    with pytest.raises(InputError) as refused:
        training_options()[name].parse(written)
    assert str(refused.value).startswith(said)
    assert "\n" not in str(refused.value)


def test_a_number_may_be_written_as_people_write_it():
    options = training_options()
    assert options["validation_chars"].parse(" 100,000 ") == 100_000
    assert options["learning_rate"].parse("3e-3") == 0.003


@pytest.mark.parametrize(
    "name", ["", ".", "..", ".hidden", "a/b", "/etc", "-x", "a\0b", "a\nb", "x" * 61, " a", "𐌰" * 60]
)
def test_a_name_that_is_not_plain_is_refused(name: str):
    with pytest.raises(InputError, match="Wanted a name of letters"):
        require_free(name)


@pytest.mark.parametrize("name", ["my-book", "Die Verwandlung", "红楼梦-tiny", "a.b+c_1", "हिन्दी", "e\u0301te\u0301"])
def test_a_plain_name_of_any_script_is_free(name: str):
    require_free(name)


def test_a_name_in_use_is_refused_and_another_is_suggested(tiny_run: Run):
    with pytest.raises(InputError, match="A training called tiny exists"):
        require_free("tiny")
    with pytest.raises(InputError, match="war-and-peace is a shipped model"):
        require_free("war-and-peace")
    assert suggest_name("My Book: Part I", "tiny") == "my-book-part-i-tiny"
    tiny_run.folder.rename(tiny_run.folder.with_name("my-book-tiny"))
    assert suggest_name("My book", "tiny") == "my-book-tiny-2"
    require_free(suggest_name("???", "small"))


def test_of_two_starts_at_the_same_moment_one_is_refused(monkeypatch: pytest.MonkeyPatch):
    """Both pages saw the name free; the second comes while the first one's process begins."""
    monkeypatch.setattr(new_training, "require_free", lambda _: None)
    monkeypatch.setattr(Text, "kept", lambda _: "story")
    with at_work(runs_folder() / "mine", "train") as first:
        monkeypatch.setattr(jobs.os, "getpid", lambda: first.job.pid + 1)
        with pytest.raises(InputError, match=f"The training of mine is running already .process {first.job.pid}.*"):
            start_training("mine", Text("story"), Plan("tiny"))


def test_only_own_trainings_are_listed(tiny_run: Run):
    (runs_folder() / "war-and-peace").mkdir()  # results of a shipped model
    (runs_folder() / ".estimates").mkdir()
    with at_work(runs_folder() / "begun", "train"):
        assert trainings() == [runs_folder() / "begun", tiny_run.folder]


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The commands that are started: each one ends at once, and does nothing."""
    commands: list[list[str]] = []

    def note(folder: Path, kind: str, arguments: list[str]) -> Job:
        commands.append(arguments)
        with at_work(folder, kind) as work:
            return work.job

    monkeypatch.setattr(new_training, "start_job", note)
    return commands


def test_a_training_is_started_with_what_was_chosen_and_not_twice(started: list[list[str]], story: str):
    text = Text("story", (("story.txt", story[:5000].encode()),))
    plan = Plan("tiny", 2.5, {"hidden_size": 16})
    new_training.start_training("mine", text, plan)
    (words,) = started
    assert words[:3] == ["-m", "models", "train"]
    assert words[4:] == ["--run=mine", "--preset=tiny", "--minutes=2.5", "--hidden=16"]
    kept = words[3].removeprefix("--corpus=")
    assert Text("", corpus=kept).training_characters(0) == text.training_characters(5000) == 4000
    (runs_folder() / "mine" / "config.json").write_text("{}")
    with pytest.raises(InputError, match="A training called mine exists"):
        new_training.start_training("mine", text, plan)
    assert len(started) == 1


def test_a_training_at_work_is_not_started_again(story: str):
    with at_work(runs_folder() / "mine", "train"), pytest.raises(InputError, match="is being trained already"):
        new_training.start_training("mine", Text("story", (("a.txt", story.encode()),)), Plan("tiny"))


def test_a_shared_server_starts_nothing(monkeypatch: pytest.MonkeyPatch, tiny_run: Run):
    monkeypatch.setenv(READ_ONLY, "1")
    with pytest.raises(InputError, match="shared server"):
        new_training.start_training("mine", Text("story", corpus=tiny_run.corpus["name"]), Plan("tiny"))
    assert not (runs_folder() / "mine").exists()


def test_a_measurement_is_found_again_for_the_same_shape_only(started: list[list[str]]):
    plan = Plan("tiny")
    measured = new_training.measure(plan, 4000, 30)
    assert started[0][:5] == ["-m", "models", "estimate", "--characters=4000", "--vocabulary=30"]
    assert measurement_of(plan, 4000, 30).folder == measured.folder
    assert measurement_of(plan, 4001, 30).job is None
    assert measurement_of(Plan("tiny", changed={"hidden_size": 16}), 4000, 30).job is None


def test_what_a_measurement_found_is_read_once_it_is_done(monkeypatch: pytest.MonkeyPatch):
    plan, found = Plan("tiny"), {"seconds": 9.0, "steps": 7, "characters_per_second": 1e4, "options": {}}
    folder = measurement_of(plan, 4000, 30).folder
    with at_work(folder, "estimate") as work:
        assert measurement_of(plan, 4000, 30).running
        assert measurement_of(plan, 4000, 30).found == {}
        work.end("finished", json.dumps(found))
    measured = measurement_of(plan, 4000, 30)
    assert (measured.found, measured.running, measured.needed) == (found, False, False)
    monkeypatch.setattr(new_training, "STALE", -1.0)
    assert measurement_of(plan, 4000, 30).needed
    for damaged in ("", "cut sho", "[]", "{}", '{"steps": 7}'):
        work.end("finished", damaged)
        assert measurement_of(plan, 4000, 30).found == {}

"""The Train view without a browser: what it says of a text, of bad input, and of trainings. No process is started."""

import dataclasses
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from corpora import InputError, load_corpus
from corpora.places import READ_ONLY, runs_folder
from dashboard import new_training
from dashboard.messages import plain
from dashboard.new_training import Plan, measurement_of
from models.config import ModelConfig, TrainingConfig
from models.jobs import Job
from models.run import Run
from models.work import at_work

if TYPE_CHECKING:
    from streamlit.testing.v1 import AppTest

ESTIMATE = {"characters_per_second": 38_000.0, "steps": 3_100, "seconds": 240.0, "evaluation_seconds": 9.0}


def page() -> None:
    import streamlit as st

    from dashboard.views.train import show_train

    there = st.Page(lambda: None, title="Read")
    show_train(there, there, there)


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The commands that are started; each is noted as a job that has finished, an estimate with what it found."""
    commands: list[list[str]] = []

    def note(folder: Path, kind: str, arguments: list[str]) -> Job:
        commands.append(arguments)
        options = dataclasses.asdict(ModelConfig()) | dataclasses.asdict(TrainingConfig()) | {"epochs": 12.0}
        with at_work(folder, kind) as work:
            work.end("finished", json.dumps(ESTIMATE | {"options": options}))
            return work.job

    monkeypatch.setattr(new_training, "start_job", note)
    return commands


@pytest.fixture
def open_train(started: list[list[str]]) -> Callable[..., "AppTest"]:
    """Opens the view, with a text pasted if one is given."""
    from streamlit.testing.v1 import AppTest

    def open_at(pasted: str = "", **query: str) -> AppTest:
        shown = AppTest.from_function(page, default_timeout=60)
        for name, value in query.items():
            shown.query_params[name] = value
        shown.run()
        if pasted:
            shown.text_area(key="train_pasted").set_value(pasted).run()
        assert not shown.exception
        return shown

    return open_at


def texts_of(shown: "AppTest", kind: str) -> str:
    return "\n".join(each.value for each in getattr(shown, kind))


def html_of(shown: "AppTest") -> str:
    return "\n".join(each.proto.body for each in shown.get("html"))


def button(shown: "AppTest", label: str) -> bool:
    return any(label in each.label for each in shown.button)


def listed(shown: "AppTest") -> list[str]:
    """The trainings of the list, in order."""
    keys = [each.key or "" for each in shown.button]
    return [key.removeprefix("train_open_") for key in keys if key.startswith("train_open_")]


def test_a_first_visit_says_what_to_do_and_offers_an_example(open_train: Callable[..., "AppTest"]):
    shown = open_train()
    assert "Give a text, choose a network, press **Start training**" in texts_of(shown, "markdown")
    assert button(shown, "Try it with an example")
    assert not button(shown, "Start training")
    assert "None yet" in texts_of(shown, "caption")


def test_a_text_is_described_at_once_and_the_time_measured(
    open_train: Callable[..., "AppTest"], started: list[list[str]], story: str
):
    shown = open_train(story)
    said = html_of(shown)
    assert "<b>120,000</b>" in said
    assert "<b>about 4 min</b>" in said
    assert "<b>3,100</b>" in said
    assert "<b>38,000</b>" in said
    (words,) = started
    assert words[:4] == ["-m", "models", "estimate", "--characters=96000"]
    assert "--preset=small" in words
    assert "Recommended for this text" in str(shown.radio[0].proto.captions)
    shown.run()
    assert len(started) == 1  # the same shape is not measured again


def test_another_shape_is_measured_anew(open_train: Callable[..., "AppTest"], started: list[list[str]], story: str):
    shown = open_train(story)
    shown.radio(key="preset").set_value("tiny").run()
    shown.number_input(key="minutes").set_value(5.0).run()
    assert [words[-1] for words in started] == ["--preset=small", "--preset=tiny", "--minutes=5"]


def test_start_keeps_the_text_and_starts_one_process_under_the_name_that_is_shown(
    open_train: Callable[..., "AppTest"], started: list[list[str]], story: str
):
    shown = open_train(story, options="true")
    shown.text_input(key="train_hidden_size").set_value("16").run()
    name = shown.text_input(key="train_name").value
    assert name
    assert name.endswith("-small")
    [start] = [each for each in shown.button if each.label == "Start training"]
    start.click().run()
    words = started[-1]
    assert words[:3] == ["-m", "models", "train"]
    assert words[4:] == [f"--run={name}", "--preset=small", "--hidden=16"]
    assert (runs_folder() / name / "jobs" / "train.json").exists()


@pytest.mark.parametrize(
    ("key", "written", "said"),
    [
        ("train_hidden_size", "many", "Wanted a whole number, 1 or more, as Hidden, got 'many'."),
        ("train_dropout", "2", "Wanted a number, 0 to 0.95, as Dropout, got '2'."),
        ("train_name", "../elsewhere", "Wanted a name of letters"),
        ("train_name", "war-and-peace", "war-and-peace is a shipped model."),
        ("train_name", "tiny", "A training called tiny exists."),
    ],
)
def test_bad_input_gets_one_line_and_nothing_is_lost(
    open_train: Callable[..., "AppTest"], tiny_run: Run, story: str, key: str, written: str, said: str
):
    shown = open_train(story, options="true")
    shown.text_input(key=key).set_value(written).run()
    (error,) = shown.error
    assert plain(said) in error.value
    assert shown.text_input(key=key).value == written
    assert shown.text_area(key="train_pasted").value == story
    assert all(each.disabled for each in shown.button if each.label == "Start training")
    assert not shown.exception


def test_what_was_changed_survives_another_preset_and_can_be_taken_back(
    open_train: Callable[..., "AppTest"], story: str
):
    shown = open_train(story, options="true")
    shown.text_input(key="train_dropout").set_value("0.5").run()
    shown.radio(key="preset").set_value("tiny").run()
    assert shown.text_input(key="train_dropout").value == "0.5"
    assert shown.text_input(key="train_hidden_size").value == "128"
    shown.toggle(key="options").set_value(False).run()
    assert "Changed: dropout 0" in texts_of(shown, "caption")
    shown.toggle(key="options").set_value(True).run()
    [back] = [each for each in shown.button if each.label.startswith("Back to the preset")]
    back.click().run()
    assert shown.text_input(key="train_dropout").value == "0"


def test_a_hostile_text_stays_text(open_train: Callable[..., "AppTest"], hostile: str):
    shown = open_train(hostile * 300)
    assert "<script" not in html_of(shown)
    assert "<img" not in html_of(shown)
    assert "&lt;/script&gt;" in html_of(shown)


def test_a_measurement_that_failed_says_why_and_one_can_start_all_the_same(
    open_train: Callable[..., "AppTest"], story: str
):
    with at_work(measurement_of(Plan("small"), 96_000, vocabulary_of(open_train(story))).folder, "estimate") as work:
        work.end("failed", "The machine lacks the device.")
    shown = open_train(story)
    assert plain("The time could not be measured. The machine lacks the device.") in texts_of(shown, "error")
    assert button(shown, "Measure again")
    assert [each.disabled for each in shown.button if each.label == "Start training"] == [False]


def vocabulary_of(shown: "AppTest") -> int:
    return shown.session_state["train_looked"][1].vocabulary


def test_trainings_are_listed_running_ones_first_and_failed_ones_say_why(
    open_train: Callable[..., "AppTest"], tiny_run: Run
):
    with at_work(runs_folder() / "broken", "train") as broken:
        broken.end("failed", "The disk is full.")
    with at_work(runs_folder() / "at-work", "train"):
        shown = open_train()
    assert sorted(listed(shown)) == ["at-work", "broken", "tiny"]
    assert listed(shown)[0] == "at-work"
    captions = texts_of(shown, "caption")
    assert plain("The disk is full.") in captions
    loss = f"validation {tiny_run.training['validation_loss']:.3f} nats"
    assert plain(f"2x24 LSTM · story · {loss}").replace(r"\·", "·") in captions.replace(r"\·", "·")


def test_a_damaged_training_does_not_hide_the_others(open_train: Callable[..., "AppTest"], tiny_run: Run):
    (runs_folder() / "damaged").mkdir()
    (runs_folder() / "damaged" / "config.json").write_text("[]")
    shown = open_train()
    assert sorted(listed(shown)) == ["damaged", "tiny"]
    assert plain("config.json is not a run's configuration") in texts_of(shown, "caption")


def test_visitors_of_a_shared_server_see_why_not_and_the_list(
    open_train: Callable[..., "AppTest"], monkeypatch: pytest.MonkeyPatch, tiny_run: Run
):
    monkeypatch.setenv(READ_ONLY, "1")
    shown = open_train()
    assert "You cannot train here" in texts_of(shown, "info")
    assert not shown.text_area
    assert listed(shown) == ["tiny"]


@pytest.mark.parametrize("name", ["nobody", "../tiny", ".", "war-and-peace", "Ж" * 200, "a\0b", "<b>x</b>"])
def test_a_link_to_no_training_is_one_line_and_the_form_is_there(open_train: Callable[..., "AppTest"], name: str):
    shown = open_train(run=name)
    (error,) = shown.error
    assert "No training is called" in error.value
    assert shown.text_area


def test_a_link_opens_the_page_of_a_training(open_train: Callable[..., "AppTest"], tiny_run: Run):
    shown = open_train(run="tiny")
    assert "### tiny" in texts_of(shown, "markdown")
    assert not shown.text_area


def test_a_half_written_configuration_is_said_once_and_can_be_deleted(
    open_train: Callable[..., "AppTest"], tiny_run: Run
):
    config = tiny_run.folder / "config.json"
    config.write_text(config.read_text()[:100])
    shown = open_train(run="tiny")
    (error,) = shown.error
    assert plain("is not a run's configuration") in error.value
    assert button(shown, "Delete")


def test_a_page_that_is_left_open_does_not_bring_a_deleted_training_back(
    open_train: Callable[..., "AppTest"], tiny_run: Run
):
    described = json.loads((tiny_run.folder / "config.json").read_text())
    del described["training"]["steps_done"]
    (tiny_run.folder / "config.json").write_text(json.dumps(described))
    shown = open_train(run="tiny")
    shutil.rmtree(tiny_run.folder)  # in another tab
    [resume] = [each for each in shown.button if each.label == "Resume"]
    resume.click().run()
    assert "may have been deleted" in texts_of(shown, "error")
    assert not tiny_run.folder.exists()


def test_a_training_without_its_text_says_to_give_it_again(open_train: Callable[..., "AppTest"], tiny_run: Run):
    with at_work(tiny_run.folder, "train") as work:
        described = json.loads((tiny_run.folder / "config.json").read_text())
        del described["training"]["steps_done"]
        (tiny_run.folder / "config.json").write_text(json.dumps(described))
        shutil.rmtree(load_corpus(tiny_run.corpus["name"]).folder)
        with pytest.raises(InputError) as gone:
            load_corpus(tiny_run.corpus["name"])
        work.end("failed", str(gone.value))
    shown = open_train(run="tiny")
    (error,) = shown.error
    assert plain("it is found by what it holds. Then resume it, or delete it.") in error.value
    assert not shown.exception


def test_what_is_typed_is_not_set_again_by_a_run_that_is_late(
    open_train: Callable[..., "AppTest"], story: str, monkeypatch: pytest.MonkeyPatch
):
    """A value that the script sets goes to the browser, over what somebody has typed there meanwhile."""
    shown = open_train(story, options="true")
    boxes = [shown.text_input(key="train_name"), shown.text_input(key="train_hidden_size")]
    assert all(box.proto.set_value for box in boxes)
    shown.run()
    boxes = [shown.text_input(key="train_name"), shown.text_input(key="train_hidden_size")]
    assert not any(box.proto.set_value for box in boxes)

"""Own models in the app: their menu, their text, the page of their training, and how they are hidden and deleted."""

import json
import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from dashboard.landing import first_text
from dashboard.messages import plain
from dashboard.model_menu import label_of_model, menu_of_models
from models.checkpoint import CHECKPOINT
from models.jobs import find_job
from models.own import hide_run
from models.run import WEIGHTS, Run, corpus_of, load_run, shipped_runs
from models.work import at_work

if TYPE_CHECKING:
    from streamlit.testing.v1 import AppTest


def page_of_read() -> None:
    from dashboard.views.read import show_read

    show_read()


def page_of_own_runs() -> None:
    from dashboard.views.own_runs import show_own_runs

    show_own_runs()


def page_of_training() -> None:
    import streamlit as st

    from dashboard.views.train_watch import show_training

    other = st.Page(lambda: None, title="x", url_path="x")
    show_training(st.query_params["run"], other, other)


def open_page(page: Callable[[], None], **query: str) -> "AppTest":
    from streamlit.testing.v1 import AppTest

    shown = AppTest.from_function(page, default_timeout=120)
    for name, value in query.items():
        shown.query_params[name] = value
    shown.run()
    assert not shown.exception
    return shown


def words_of(shown: "AppTest") -> str:
    said = [each.value for kind in ("error", "info", "warning", "caption", "markdown") for each in getattr(shown, kind)]
    return "\n".join([*said, *(each.proto.body for each in shown.get("html"))])


def keys_of(shown: "AppTest") -> set[str]:
    return {str(each.key) for each in shown.button}


def unfinish(run: Run) -> Run:
    """As a training leaves its run that was paused."""
    path = run.folder / "config.json"
    described = json.loads(path.read_text())
    for name in ("steps_done", "best_step", "validation_loss", "seconds"):
        del described["training"][name]
    path.write_text(json.dumps(described))
    (run.folder / CHECKPOINT).parent.mkdir()
    (run.folder / CHECKPOINT).touch()
    return load_run("tiny")


def test_the_menu_says_what_an_own_model_is_and_how_old(tiny_run: Run):
    written = datetime.fromtimestamp((tiny_run.folder / WEIGHTS).stat().st_mtime)
    for days, words in ((0, "today"), (1, "yesterday"), (400, f"{written.day} {written:%B %Y}")):
        assert label_of_model("tiny", written + timedelta(days=days)) == f"tiny · own, 2x24 LSTM, {words}"
    assert [label_of_model(name) for name in shipped_runs()] == shipped_runs()
    hide_run(tiny_run, True)
    assert menu_of_models("linux") == shipped_runs()
    assert menu_of_models("tiny") == [*shipped_runs(), "tiny"]  # it is what is shown
    (tiny_run.folder / "config.json").write_text("{")
    assert label_of_model("tiny") == "tiny · own"


def test_an_own_model_reads_its_own_validation_text(tiny_run: Run):
    shown = open_page(page_of_read, model="tiny")
    assert shown.selectbox(key="text").value == "excerpt"
    assert "2,000 characters." in words_of(shown)
    assert first_text(tiny_run) == corpus_of(tiny_run).excerpt("validation", 2000)
    assert first_text(load_run("war-and-peace")) != first_text(tiny_run)
    shown.selectbox(key="model").select("war-and-peace-rnn").run()
    assert not shown.exception
    assert shown.selectbox(key="text").value == "demo-war-and-peace"


def test_where_its_text_is_gone_that_is_said_and_demo_passages_are_offered(tiny_run: Run):
    shutil.rmtree(corpus_of(tiny_run).folder)
    shown = open_page(page_of_read, model="tiny")
    assert "tiny was trained on *story*, which is not on this machine." in words_of(shown)
    shown.button(key="read_demo-war-and-peace").click().run()
    assert not shown.exception
    assert shown.selectbox(key="text").value == "demo-war-and-peace"
    assert first_text(tiny_run) == first_text(load_run("war-and-peace"))


def test_a_run_is_hidden_and_deleted_after_it_was_asked_again(tiny_run: Run):
    shown = open_page(page_of_own_runs)
    shown.button(key="own_hide_tiny").click().run()
    assert "hidden" in words_of(shown)
    shown.button(key="own_delete_tiny").click().run()
    shown.button(key="own_delete_tiny_not").click().run()
    shown.button(key="own_delete_tiny").click().run()
    with at_work(tiny_run.folder, "search"):
        shown.button(key="own_delete_tiny_really").click().run()
        assert plain("The search of tiny is running. Stop it first") in words_of(shown)
    shown.button(key="own_delete_tiny").click().run()
    shown.button(key="own_delete_tiny_really").click().run()
    assert not tiny_run.folder.exists()
    assert not shown.exception
    assert words_of(shown) == ""


def test_visitors_see_own_runs_and_change_none(tiny_run: Run, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CHARSCOPE_READ_ONLY", "1")
    shown = open_page(page_of_own_runs)
    assert "**tiny** · 2x24 LSTM · story · finished" in words_of(shown)
    assert not shown.button


def test_a_training_that_runs_is_paused_and_ended_from_its_page(tiny_run: Run):
    unfinish(tiny_run)
    with at_work(tiny_run.folder, "train") as work:
        work.report(0, 400, "training")
        work.report(100, 400, "training")
        shown = open_page(page_of_training, run="tiny")
        words = words_of(shown)
        assert "### tiny :blue-badge[training]" in words
        assert "epoch 1.00 of 1" in words
        assert "bits per character" in words
        assert keys_of(shown) == {"train_pause", "train_finish"}
        shown.button(key="train_finish").click().run()
        assert work.wish() == "finish"
        assert keys_of(shown) == {"train_kill"}
        work.end("stopped")
    shown.run()
    assert "### tiny :orange-badge[paused]" in words_of(shown)
    assert {"train_train", "train_finish", "own_delete_tiny", "train_read", "start_search"} <= keys_of(shown)


def test_one_that_is_being_ended_offers_nothing_until_it_has_ended(tiny_run: Run):
    finished = (tiny_run.folder / "config.json").read_text()
    unfinish(tiny_run)
    with at_work(tiny_run.folder, "finish"):
        shown = open_page(page_of_training, run="tiny")
        assert not shown.button
        (tiny_run.folder / "config.json").write_text(finished)  # its process has not said goodbye yet
        assert "train_read" in keys_of(shown.run())


def test_a_training_that_failed_says_why_and_one_that_is_gone_too(tiny_run: Run):
    unfinish(tiny_run)
    with at_work(tiny_run.folder, "train") as work:
        work.end("failed", "Cannot write it (No space left on device). Free space.")
    shown = open_page(page_of_training, run="tiny")
    assert plain("The training failed: Cannot write it (No space left on device). Free space. Resume it") in words_of(
        shown
    )
    for name in ("nobody", "../runs/tiny", "war-and-peace", "", ".hidden"):
        assert plain("No training is called") in words_of(open_page(page_of_training, run=name))


def test_one_that_failed_before_there_was_a_run_can_be_deleted(tiny_run: Run):
    folder = tiny_run.folder.with_name("early")
    with at_work(folder, "train") as work:
        work.end("failed", "Wanted more text, got 3 characters. Use a longer text.")
    assert find_job(folder, "train") is not None
    shown = open_page(page_of_training, run="early")
    assert plain("Wanted more text, got 3 characters.") in words_of(shown)
    shown.button(key="own_delete_early").click().run()
    shown.button(key="own_delete_early_really").click().run()
    assert not folder.exists()
    assert plain("No training is called") in words_of(shown)


def test_a_finished_training_leads_on(tiny_run: Run):
    shown = open_page(page_of_training, run="tiny")
    words = words_of(shown)
    assert "### tiny :green-badge[finished]" in words
    assert plain("a uniform guess gives") in words
    assert {"train_read", "start_search", "own_hide_tiny", "own_delete_tiny"} <= keys_of(shown)
    assert "train_train" not in keys_of(shown)

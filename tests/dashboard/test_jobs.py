"""Jobs on a page: started, watched, stopped and found again, and what is said where they cannot be."""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

import dashboard.jobs as dashboard_jobs
from corpora import InputError
from dashboard.jobs import KINDS, command_of
from dashboard.messages import plain
from models.jobs import Job, find_job
from models.run import Run, load_run
from models.work import Work, at_work

if TYPE_CHECKING:
    from streamlit.testing.v1 import AppTest


def page() -> None:
    import streamlit as st

    from dashboard.views.find import show_find

    other = st.Page(lambda: None, title="x", url_path="x")
    show_find(other, other, other)


def open_find() -> "AppTest":
    from streamlit.testing.v1 import AppTest

    shown = AppTest.from_function(page, default_timeout=120)
    shown.query_params["model"] = "tiny"
    shown.run()
    assert not shown.exception
    return shown


def words_of(shown: "AppTest") -> str:
    return "\n".join(each.value for kind in ("error", "caption", "markdown") for each in getattr(shown, kind))


@pytest.fixture
def work(tiny_run: Run) -> Iterator[Work]:
    """A search that goes on, as far as anybody can see."""
    with at_work(tiny_run.folder, "search") as work:
        work.report(0, 8, "reading")
        work.report(2, 8, "scoring <b>columns</b>")
        yield work


def test_a_job_that_runs_shows_how_far_it_is_and_can_be_stopped_by_anybody(work: Work):
    first, second = open_find(), open_find()
    for shown in (first, second):
        (bar,) = shown.get("progress")
        assert bar.proto.value == 25
        assert plain("scoring <b>columns</b> · 25%") in bar.proto.text
        assert not [each for each in shown.button if each.key == "start_search"]
    first.button(key="job_stop_search").click().run()
    assert work.wish() == "stop"
    assert second.run().button(key="job_stop_search_now").label == "End it at once"


def test_one_that_was_stopped_or_failed_says_so_and_is_started_again(work: Work, monkeypatch: pytest.MonkeyPatch):
    work.end("stopped")
    shown = open_find()
    assert "The last search: stopped" in words_of(shown).replace("\\", "")
    work.end("failed", "Wanted *more* text, got none. Use a longer one.")
    shown = open_find()
    assert plain("Wanted *more* text, got none.") in words_of(shown)
    asked = []
    monkeypatch.setattr(dashboard_jobs, "start_job", lambda *job: asked.append(job))
    shown.button(key="start_search").click().run()
    assert asked == [(work.job.folder, "search", ["-m", "analysis", "search", "tiny"])]


def test_a_second_start_is_refused_in_one_line(tiny_run: Run, monkeypatch: pytest.MonkeyPatch):
    shown = open_find()
    with at_work(tiny_run.folder, "search") as work:
        with monkeypatch.context() as elsewhere:
            elsewhere.setattr("models.jobs.os.getpid", lambda: -1)
            shown.button(key="start_search").click().run()
        refusal = f"The search of tiny is running already (process {work.job.pid}). Wait for it, or stop it."
        assert [each.value for each in shown.error] == [plain(refusal)]
        assert len(shown.get("progress")) == 1
        assert [each.value for each in shown.run().error] == []


def test_visitors_start_and_stop_nothing(work: Work, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CHARSCOPE_READ_ONLY", "1")
    shown = open_find()
    assert len(shown.get("progress")) == 1
    assert not shown.button
    work.end("failed", "No.")
    shown = open_find()
    assert not shown.button
    assert "only the person who shares it" in words_of(shown)
    with pytest.raises(InputError, match="Visitors"):
        dashboard_jobs.start(load_run("tiny"), "search")


def test_a_run_whose_text_is_gone_says_so_in_place_of_the_button(tiny_run: Run):
    described = json.loads((tiny_run.folder / "config.json").read_text())
    described["corpus"]["name"] = "file-book-000000000000"
    (tiny_run.folder / "config.json").write_text(json.dumps(described))
    shown = open_find()
    assert "was trained on *book*, which is not on this machine" in words_of(shown)
    assert not [each for each in shown.button if each.key == "start_search"]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_work_is_a_command(kind: str, tiny_run: Run):
    import importlib

    package, command = KINDS[kind].command
    app = importlib.import_module(f"{package}.__main__").app
    assert command in {each.name or each.callback.__name__ for each in app.registered_commands}
    assert command_of(tiny_run, kind).startswith(f"python -m {package} {command} ")


def test_a_run_with_a_name_like_an_option_is_no_option(tiny_run: Run, monkeypatch: pytest.MonkeyPatch):
    folder = tiny_run.folder.rename(tiny_run.folder.with_name("--help"))
    assert command_of(load_run(folder), "search") == "python -m analysis search -- --help"


def test_a_shipped_model_is_named_so_that_its_results_lie_beside_the_own_runs(monkeypatch: pytest.MonkeyPatch):
    asked: list[tuple] = []

    def note(folder, kind, arguments) -> Job | None:
        asked.append((folder.name, kind, arguments))
        return find_job(folder, kind)

    monkeypatch.setattr(dashboard_jobs, "start_job", note)
    run = load_run("war-and-peace")
    dashboard_jobs.start(run, "ngram")
    dashboard_jobs.start(run, "evaluate", "--paper-bytes")
    assert asked == [
        ("war-and-peace", "ngram", ["-m", "models", "ngram", "--run=war-and-peace"]),
        ("war-and-peace", "evaluate", ["-m", "models", "evaluate", "--paper-bytes", "war-and-peace"]),
    ]

"""Runs that cannot be read, or are gone: listed with their reason, while everything else goes on."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

import pytest

from corpora import InputError
from dashboard.messages import plain, say_what_failed
from models.run import CONFIG, UNITS, WEIGHTS, Run, load_run

if TYPE_CHECKING:
    from streamlit.testing.v1 import AppTest

VIEWS = {
    "find": "from dashboard.views.find import show_find; show = lambda: show_find(other, other, other)",
    "models": "from dashboard.views.models import show_models; show = lambda: show_models(other)",
    "train": "from dashboard.views.train import show_train; show = lambda: show_train(other, other, other)",
}
PAGE = """
import streamlit as st
from dashboard.messages import refused_in_one_line
{}
other = st.Page(lambda: None, title="x", url_path="x")
refused_in_one_line(show)()
"""
STRANGE = "Модель «ё» 100% 'x' \"q\" 🙂 ![x](a) <b>"


def open_view(view: str, **query: str) -> "AppTest":
    from streamlit.testing.v1 import AppTest

    shown = AppTest.from_string(PAGE.format(VIEWS[view]), default_timeout=120)
    for name, value in query.items():
        shown.query_params[name] = value
    return shown.run()


def words_of(shown: "AppTest") -> str:
    return "\n".join(
        each.value for kind in ("error", "warning", "caption", "markdown") for each in getattr(shown, kind)
    )


def without_a_corpus(folder: Path) -> None:
    described = json.loads((folder / CONFIG).read_text()) | {"corpus": None}
    (folder / CONFIG).write_text(json.dumps(described))


def with_a_pipe(folder: Path) -> None:
    (folder / CONFIG).unlink()
    os.mkfifo(folder / CONFIG)


def with_a_folder(folder: Path) -> None:
    (folder / WEIGHTS).unlink()
    (folder / WEIGHTS).mkdir()


DAMAGED: dict[str, tuple[Callable[[Path], object], str]] = {
    "null": (without_a_corpus, "corpus: Expected"),
    "deep": (lambda folder: (folder / CONFIG).write_text("[" * 100_000), "nested too deeply"),
    "pipe": (with_a_pipe, "no regular file"),
}
SPOILED: dict[str, Callable[[Path], object]] = {
    "weightless": with_a_folder,
    "short": lambda folder: (folder / WEIGHTS).write_bytes((folder / WEIGHTS).read_bytes()[:100]),
    "table": lambda folder: (folder / UNITS).write_bytes(b"PAR1"),
    "log": lambda folder: (folder / "log.csv").write_text("\0\0"),
}


@pytest.fixture
def spoiled(tiny_run: Run) -> Run:
    """A sound run among damaged ones, one with a name that is no UTF-8, and one whose name is all markup."""
    runs = tiny_run.folder.parent
    for name, (damage, _) in DAMAGED.items():
        damage(Path(shutil.copytree(tiny_run.folder, runs / name)))
    for name, spoil in SPOILED.items():
        spoil(Path(shutil.copytree(tiny_run.folder, runs / name)))
    shutil.copytree(tiny_run.folder, runs / STRANGE)
    shutil.copytree(os.fsencode(tiny_run.folder), os.path.join(os.fsencode(runs), b"bad-\xff"))
    (runs / "loop").symlink_to(runs / "loop")
    (runs / "gone").symlink_to(runs / "nowhere")
    return tiny_run


def test_models_lists_bad_runs_with_their_reason(spoiled: Run):
    shown = open_view("models", model="tiny")
    assert not shown.exception
    assert not shown.error
    words = words_of(shown)
    for name, (_, reason) in DAMAGED.items():
        assert any(f"**{name}**" in line and plain(reason) in line for line in words.split("\n"))
    assert plain("bad-\\xff") in words
    assert "Rename the folder" in words
    assert plain(STRANGE) in words
    assert STRANGE not in words


def test_train_lists_bad_runs_with_their_reason(spoiled: Run):
    shown = open_view("train")
    assert not shown.exception
    words = words_of(shown)
    assert all(plain(reason) in words for _, reason in DAMAGED.values())
    assert plain(STRANGE) in [str(button.label).strip("*") for button in shown.button]


@pytest.mark.parametrize(("view", "key"), [("find", "model"), ("train", "run")])
def test_no_bad_run_breaks_a_page(spoiled: Run, view: str, key: str):
    shown = open_view(view)
    for name in [*DAMAGED, *SPOILED, "loop", "gone", STRANGE, "tiny"]:
        shown.query_params[key] = name
        shown.run()
        assert not shown.exception, name
        assert len(shown.error) == (name not in ("short", "log", STRANGE, "tiny")), name


def test_the_model_in_view_is_left_once_it_was_deleted(tiny_run: Run):
    from streamlit.testing.v1 import AppTest

    def page() -> None:
        import streamlit as st

        from dashboard.session import arrive

        st.text(arrive("unit")[0].model)

    shown = AppTest.from_function(page)
    shown.query_params["model"] = "tiny"
    assert shown.run().text[0].value == "tiny"
    shutil.rmtree(tiny_run.folder)
    shown.run()
    assert shown.text[0].value == "war-and-peace"
    assert plain("No run is called 'tiny'") in shown.error[0].value
    assert not shown.run().error


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (InputError("Wanted ![x](a), got *b*."), "Wanted ![x](a), got *b*."),
        (PermissionError(13, "Permission denied", "/a*b*"), "Cannot use /a*b* (Permission denied)."),
        (KeyError("![x](a)"), "This part of the page failed (KeyError). Reload the page; the server's log says more."),
    ],
)
def test_what_nobody_expected_is_said_in_one_line(error: Exception, said: str):
    from streamlit.testing.v1 import AppTest

    def page(error: Exception) -> None:
        from dashboard.messages import say_what_failed

        assert say_what_failed(error)

    shown = AppTest.from_function(page, kwargs={"error": error}).run()
    assert not shown.exception
    assert len(shown.error) == 1
    assert shown.error[0].value.startswith(plain(said))


def test_the_application_says_so_everywhere():
    from streamlit_app import app

    assert app._on_script_error is say_what_failed


def test_a_run_with_a_strange_name_is_exported_under_it(tiny_run: Run):
    from starlette.applications import Starlette
    from starlette.testclient import TestClient

    from dashboard.engine import ENGINE
    from dashboard.routes import PREFIX, live_page_address, routes

    run = load_run(shutil.copytree(tiny_run.folder, tiny_run.folder.parent / STRANGE))
    key, _ = ENGINE.read(run, "Some text.")
    client = TestClient(Starlette(routes=routes()))
    exports = {f"{PREFIX}/{key}/export?unit=L1.u3": "-L1.u3.html", live_page_address(run): "-live.html"}
    for address, ending in exports.items():
        response = client.get(address)
        assert response.status_code == 200, response.text[:200]
        assert unquote(response.headers["content-disposition"].partition("UTF-8''")[2]) == STRANGE + ending

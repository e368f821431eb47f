"""Drives the real application in a real Chromium."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from models.run import Run

ROOT = Path(__file__).resolve().parent.parent.parent
SECONDS_TO_START, MILLISECONDS_TO_ANSWER = 120, 30_000
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser() -> Iterator["Browser"]:
    chromium = os.environ.get("CHARSCOPE_CHROMIUM") or shutil.which("chromium")
    if not chromium:
        pytest.skip("needs a Chromium: apt-get install chromium, or set CHARSCOPE_CHROMIUM to one")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=list(ARGUMENTS))
        yield started
        started.close()


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the application finds its data/ and runs/, in place of the checkout's."""
    return tmp_path_factory.mktemp("app")


@pytest.fixture(scope="session")
def gru_run(folder: Path, story: str) -> "Run":
    """A tiny GRU, trained for some steps and searched, among the application's runs; it is called `tiny-gru`."""
    from analysis.search import search
    from corpora import prepare_file
    from models.config import ModelConfig, TrainingConfig
    from models.train import start_run, train
    from tests.conftest import Unwatched

    (folder / "story.txt").write_text(story[:30_000])
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CHARSCOPE_DATA", str(folder / "data"))
        patch.setenv("CHARSCOPE_RUNS", str(folder / "runs"))
        corpus = prepare_file(folder / "story.txt")
        model = ModelConfig(cell="gru", num_layers=2, hidden_size=24, embedding_size=12)
        training = TrainingConfig(epochs=1, streams=16, steps=32, validation_chars=1000, precision="32", device="cpu")
        run = start_run("tiny-gru", corpus, model, training)
        train(run, corpus, Unwatched())
        search(run, text=folder / "story.txt", chars=12_000, draws=20).save(run.folder)
    return run


@pytest.fixture(scope="session")
def app(folder: Path, gru_run: "Run") -> Iterator[str]:
    """The address of a running application with the shipped models and a GRU, and with folders of its own."""
    with running_application(folder) as address:
        yield address


@contextlib.contextmanager
def running_application(folder: Path, base: str = "") -> Iterator[str]:
    """Runs the application with data and runs in a folder, at an address with the path `base`."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {"CHARSCOPE_DATA": str(folder / "data"), "CHARSCOPE_RUNS": str(folder / "runs")}
    options = ["--server.port", str(port), "--server.headless", "true", "--server.baseUrlPath", base]
    address = f"http://127.0.0.1:{port}/{base and base + '/'}"
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", "streamlit_app.py", *options],
            cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT,
        )  # fmt: skip
        try:
            _wait_for(f"{address}_stcore/health", server)
            yield address
        finally:
            server.terminate()
            server.wait(20)
    assert "Traceback" not in (folder / "log").read_text()


def _wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < until and server.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except OSError:
            time.sleep(0.3)
    pytest.fail("the application did not start")


@pytest.fixture
def open_page(browser: "Browser") -> Iterator[Callable[..., "Page"]]:
    """Opens addresses, each in a browser of its own; fails at the end if any console showed an error."""
    contexts, problems = [], []

    def open_at(
        address: str, wait_for: str = "[data-recolor-ms]", patience: int = MILLISECONDS_TO_ANSWER, **options: object
    ) -> "Page":
        context = browser.new_context(**{"viewport": {"width": 1360, "height": 900}, **options})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(patience)
        page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("dialog", lambda dialog: (problems.append(f"dialog {dialog.message}"), dialog.dismiss()))
        page.goto(address)
        page.wait_for_selector(wait_for)
        return page

    yield open_at
    for context in contexts:
        context.close()
    assert problems == []


@pytest.fixture
def open_below(open_page: Callable[..., "Page"], app: str) -> Callable[..., "Page"]:
    """Opens a view by a link and waits for all that it is to show."""

    def follow(view: str, shown: tuple[str, ...], query: str = "", **options: object) -> "Page":
        page = open_page(f"{app}{view}?{query}", shown[0], patience=90_000, **options)
        for selector in shown[1:]:
            page.wait_for_selector(selector)
        return page

    return follow

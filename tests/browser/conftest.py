"""Drives the real application in a real Chromium."""

import contextlib
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.pages import BLANK, Pages

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from models.run import Run

ROOT = Path(__file__).resolve().parent.parent.parent
SECONDS_TO_START, MILLISECONDS_TO_ANSWER = 120, 120_000
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
            if "server" in getattr(item, "fixturenames", ()):
                item.add_marker(pytest.mark.app)


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
def gru_run(server: "Server", folder: Path, story: str) -> "Run":
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
def server(folder: Path) -> Iterator["Server"]:
    """A running application with the shipped models, and with folders of its own; it starts while others prepare."""
    with started_application(folder) as server:
        yield server


@contextlib.contextmanager
def running_application(folder: Path, base: str = "") -> Iterator[str]:
    """The address of an application that answers, with data and runs in a folder, at the path `base`."""
    with started_application(folder, base) as server:
        server.wait()
        yield server.address


@contextlib.contextmanager
def started_application(folder: Path, base: str = "") -> Iterator["Server"]:
    """Starts the application with data and runs in a folder, at an address with the path `base`."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {"CHARSCOPE_DATA": str(folder / "data"), "CHARSCOPE_RUNS": str(folder / "runs")}
    options = ["--server.port", str(port), "--server.headless", "true", "--server.baseUrlPath", base]
    address = f"http://127.0.0.1:{port}/{base and base + '/'}"
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", "streamlit_app.py", *options],
            cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT,
        )  # fmt: skip
        try:
            yield Server(address, process)
        finally:
            process.terminate()
            process.wait(20)
    assert faults_in((folder / "log").read_text()) == []


def faults_in(log: str) -> list[str]:
    """What each traceback in a log ends with; not Streamlit's own, of a page that left while its connection opened."""
    ends = re.findall(r"^Traceback \(most recent call last\):\n(?:[ \t].*\n|\n)*(.*)", log, re.MULTILINE)
    return [end for end in ends if not end.startswith("starlette.websockets.WebSocketDisconnected")]


@dataclass(frozen=True)
class Server:
    """The process of the application, and its address."""

    address: str
    process: subprocess.Popen[bytes]

    def wait(self) -> None:
        """Return once it answers."""
        until = time.monotonic() + SECONDS_TO_START
        while time.monotonic() < until and self.process.poll() is None:
            try:
                with urllib.request.urlopen(f"{self.address}_stcore/health", timeout=2):
                    return
            except OSError:
                time.sleep(0.05)
        pytest.fail("the application did not start")


@pytest.fixture(scope="session")
def app(server: Server, gru_run: "Run") -> str:
    """The address of a running application with the shipped models and a GRU, and with folders of its own."""
    server.wait()
    return server.address


# ---- pages -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def all_pages(browser: "Browser") -> Iterator[Pages]:
    pages = Pages(browser)
    yield pages
    pages.context.close()


@pytest.fixture
def pages(all_pages: Pages) -> Iterator[Pages]:
    """The pages, for one test; fails at the end if any console showed an error."""
    yield all_pages
    assert all_pages.take_back() == []


@pytest.fixture
def open_page(pages: Pages) -> Callable[..., "Page"]:
    """Opens addresses, each in a page of its own."""

    def open_at(address: str, wait_for: str = "[data-recolor-ms]", **options: Any) -> "Page":
        return pages.open(address, wait_for, timeout=MILLISECONDS_TO_ANSWER, **options)

    return open_at


@pytest.fixture
def open_below(pages: Pages, app: str) -> Callable[..., "Page"]:
    """Opens a view by a link and waits for all that it is to show."""

    def follow(view: str, shown: tuple[str, ...], query: str = "", **options: Any) -> "Page":
        return pages.open(f"{app}{view}?{query}", *shown, timeout=90_000, **options)

    return follow


# ---- live pages -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def small() -> str:
    """A page with a 1x128 GRU."""
    from dashboard.live import live_page_parts
    from models.run import load_run

    return "".join(live_page_parts(load_run("war-and-peace-gru")))


@pytest.fixture
def saved(tmp_path: Path) -> Callable[[str], str]:
    """Saves a page; its address."""

    def save(page: str) -> str:
        (tmp_path / "page.html").write_text(page, encoding="utf-8")
        return (tmp_path / "page.html").as_uri()

    return save


@pytest.fixture
def alone(browser: "Browser") -> Iterator["Page"]:
    """A page in a fresh context, where the console may show what a policy refused."""
    context = browser.new_context(offline=True)
    yield context.new_page()
    context.close()


# ---- sites ------------------------------------------------------------------------------------------------


@pytest.fixture
def open_site(pages: Pages, site: Any) -> Callable[..., "Page"]:
    """Opens pages of the site that a file serves, by their paths below its address."""

    def open_at(path: str, *wait_for: str, **options: Any) -> "Page":
        return pages.open(site.address + path, *wait_for, timeout=MILLISECONDS_TO_ANSWER, **options)

    return open_at


# ---- lessons -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], str]:
    """Exports a lesson, the first time that it is asked for; its address."""

    from dashboard.lesson_page import lesson_page
    from dashboard.lessons import find_lesson

    folder = tmp_path_factory.mktemp("lessons")

    def export(name: str) -> str:
        file = folder / f"{name}.html"
        if not file.exists():
            file.write_text(lesson_page(find_lesson(name)), encoding="utf-8")
        return file.as_uri()

    return export


@pytest.fixture(scope="session")
def visitors(browser: "Browser") -> Iterator[Pages]:
    pages = Pages(browser)
    yield pages
    pages.context.close()


@pytest.fixture
def visitor(visitors: Pages) -> Iterator["Page"]:
    """A page that remembers nothing, and whose console may show errors."""
    yield visitors.open(BLANK, timeout=MILLISECONDS_TO_ANSWER, viewport=(1280, 900))
    visitors.take_back()


@pytest.fixture
def newcomer(browser: "Browser") -> Iterator["Page"]:
    """A page in a context of its own, for who changes it for good."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()

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
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Dialog, Page

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
    assert "Traceback" not in (folder / "log").read_text()


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


class Pages:
    """Pages that the tests of a file use one after the other: one that has been open before opens anything sooner.

    A page is loaded anew for each test and keeps nothing of the last one but its history.
    """

    def __init__(self, browser: "Browser") -> None:
        self.context = browser.new_context()
        self.kept: list[Page] = []
        self.lent: list[Page] = []
        self.fresh: list[Page] = []
        self.problems: list[str] = []
        self.context.on("weberror", lambda error: self.problems.append(error.error.stack or str(error.error)))
        self.context.on("dialog", self._dismiss)
        self.context.on("console", self._listen)

    def _dismiss(self, dialog: "Dialog") -> None:
        self.problems.append(f"dialog {dialog.message}")
        dialog.dismiss()

    def _listen(self, said: "ConsoleMessage") -> None:
        if said.type == "error":
            self.problems.append(said.text)

    def open(
        self,
        address: str,
        *wait_for: str,
        timeout: int,
        viewport: tuple[int, int] = (1360, 900),
        color_scheme: str = "light",
        offline: bool = False,
        fresh: bool = False,
    ) -> "Page":
        """A page at an address, once all that is waited for is there.

        A fresh one has no history, and is closed after the test: for who counts pages or listens to events.
        """
        page = self.kept.pop() if self.kept and not fresh else self.context.new_page()
        (self.fresh if fresh else self.lent).append(page)
        self.context.set_offline(offline)
        page.set_default_timeout(timeout)
        page.set_viewport_size({"width": viewport[0], "height": viewport[1]})
        page.emulate_media(color_scheme=color_scheme)
        page.mouse.move(0, 0)
        page.goto(address)
        for selector in wait_for:
            page.wait_for_selector(selector)
        return page

    def take_back(self) -> list[str]:
        """End a test: what went wrong in it, before its pages were left."""
        wrong = list(self.problems)
        self.context.clear_permissions()
        self.context.set_offline(False)
        for page in self.lent:
            page.unroute_all()
            page.goto("about:blank")
        for page in self.fresh:
            page.close()
        self.kept += reversed(self.lent)
        for spent in (self.lent, self.fresh, self.problems):
            spent.clear()
        return wrong


@pytest.fixture(scope="module")
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

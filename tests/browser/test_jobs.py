"""A search started from the app: watched, stopped, started again, and found by every browser and by another server."""

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from models.jobs import find_job
from models.run import UNITS
from tests.browser.conftest import MILLISECONDS_TO_ANSWER, started_application
from tests.browser.reader import address_of, wait_for_rest
from tests.conftest import Trained

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

LONG = 300_000  # milliseconds that a search may take on a busy machine
PANEL = ".st-key-job_search"


@pytest.fixture
def place(tmp_path: Path, trained: Trained) -> Path:
    """Where an application finds the tiny run, which nobody has searched, and its text."""
    shutil.copytree(trained.data, tmp_path / "data")
    shutil.copytree(trained.folder, tmp_path / "runs" / "tiny")
    return tmp_path


@contextlib.contextmanager
def visitor(browser: "Browser", scheme: str = "light") -> Iterator["Page"]:
    """A browser of its own."""
    with contextlib.closing(browser.new_context(color_scheme=scheme)) as context:  # pyright: ignore[reportArgumentType]
        page = context.new_page()
        page.set_default_timeout(MILLISECONDS_TO_ANSWER)
        yield page


def open_find(page: "Page", address: str) -> None:
    page.goto(f"{address}find?model=tiny")
    page.get_by_text("tiny has not been searched yet").or_(page.get_by_text("concepts have a unit")).wait_for()
    wait_for_rest(page)


def start_button(page: "Page"):
    return page.get_by_role("button", name="Search its units")


def test_a_search_outlives_the_page_the_browser_and_the_server(browser: "Browser", place: Path):
    run = place / "runs" / "tiny"
    with started_application(place) as server, visitor(browser) as first, visitor(browser, "dark") as second:
        server.wait()
        for page in (first, second):
            open_find(page, server.address)
        start_button(first).click()
        first.locator(PANEL).get_by_role("button", name="Stop").click()
        first.get_by_text("The last search: stopped. Earlier results are unchanged.").wait_for(timeout=LONG)
        assert not (run / UNITS).exists()
        start_button(first).click()
        first.locator(PANEL).get_by_role("progressbar").wait_for()
        start_button(second).click()  # a page that was opened before
        second.get_by_text("The search of tiny is running already").wait_for()
        second.locator(PANEL).wait_for()
        job = find_job(run, "search")
        assert job is not None
        first.reload()
        first.locator(f"{PANEL}, :text('concepts have a unit')").first.wait_for()
        server.process.kill()
        server.process.wait(20)
    left = find_job(run, "search")
    assert left is not None
    assert left.pid == job.pid
    assert left.state in ("running", "finished")
    with started_application(place) as server, visitor(browser) as third:
        server.wait()
        open_find(third, server.address)
        third.get_by_text("concepts have a unit").wait_for(timeout=LONG)  # the page runs again by itself
        third.wait_for_selector(".scatterlayer .points path")
        assert third.locator(PANEL).count() == 0
        third.get_by_role("link", name="Read", exact=True).click()
        third.wait_for_selector("[data-recolor-ms]")  # its own validation text
        assert address_of(third)["text"] == "excerpt"

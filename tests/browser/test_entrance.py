"""Every view can be opened by its address; no request fails on the way, and nothing is written to disk."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from dashboard.page_routes import VIEWS
from tests.browser.conftest import running_application
from tests.browser.pages import BLANK

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from models.run import Run

CHOICES = "[data-testid=stMainBlockContainer] [data-testid=stSelectbox]"
CONTENT = f"{CHOICES}, .st-key-train_form, .station"  # neither Train nor Learn has a box for the model


class Visitor:
    """A browser of its own that has seen nothing yet, and whatever failed in it."""

    def __init__(self, page: "Page") -> None:
        self.page, self.failed = page, []
        page.set_default_timeout(90_000)
        page.on("response", lambda got: self.failed.append((got.status, got.url)) if got.status >= 400 else None)
        page.on("requestfailed", lambda asked: self.failed.append((asked.failure, asked.url)))
        page.on("console", lambda said: self.failed.append(("console", said.text)) if said.type == "error" else None)


@pytest.fixture
def visitor(browser: "Browser") -> Iterator[Visitor]:
    with closing(browser.new_context()) as context:
        yield Visitor(context.new_page())


@pytest.fixture(scope="module")
def returning(browser: "Browser") -> Iterator[Visitor]:
    """One that goes from view to view."""
    with closing(browser.new_context()) as context:
        yield Visitor(context.new_page())


@pytest.mark.parametrize("view", VIEWS)
def test_no_request_of_a_view_fails(view: str, app: str, returning: Visitor):
    returning.page.goto(BLANK)
    returning.failed.clear()  # what it still asked for when it left the view before
    returning.page.goto(f"{app}{view}?model=tiny-gru")
    returning.page.wait_for_selector(CONTENT)
    assert returning.failed == []


def files_in(folder: Path) -> dict[Path, tuple[int, int]]:
    """What lies in a folder, with size and time of writing; the server's own log aside."""
    found = {path: path.stat() for path in folder.rglob("*") if path.name != "log"}
    return {path: (kept.st_size, kept.st_mtime_ns) for path, kept in found.items()}


def test_below_a_path_a_view_leads_to_the_others_and_nothing_is_written(folder: Path, gru_run: "Run", visitor: Visitor):
    before, page = files_in(folder), visitor.page
    with running_application(folder, "lab/app") as address:
        page.goto(f"{address}models")
        for view in (*VIEWS[1:], VIEWS[1]):
            page.get_by_role("link", name=view.title(), exact=True).click()
            page.wait_for_url(lambda url, view=view: urlsplit(url).path == urlsplit(address).path + view)
            page.wait_for_selector(CONTENT)
        page.get_by_role("link", name="Read", exact=True).click()
        page.wait_for_selector("[data-recolor-ms]")  # what the reader shows comes from our own routes
        assert urlsplit(page.url).path == urlsplit(address).path
        assert visitor.failed == []
    assert files_in(folder) == before

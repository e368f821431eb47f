"""What comes from outside stands on the page as it is, and makes the browser ask nobody: names, addresses."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest

from models.run import CONFIG, Run
from tests.browser.reader import AT_REST

if TYPE_CHECKING:
    from playwright.sync_api import Page

Open = Callable[..., "Page"]
ELSEWHERE = "evil.example"
NAME = f"![x]({ELSEWHERE}) <i class=evil> ~~s~~ $e^2$ :smile: :red[d] www.{ELSEWHERE}"
TITLE = f"[a](http://{ELSEWHERE}/b) <img src=//{ELSEWHERE}/c> :material/check:"
# Whatever Markdown or HTML would make of them.
MADE_OF_IT = f".evil, del, .katex, a[href*='{ELSEWHERE}'], img[src*='{ELSEWHERE}'], img[alt='x']"
SHOWN = {"find": 'h4:has-text("have a unit in")', "unit": "h3", "models": ".facts", "train": 'h3:has-text("evil")'}


@pytest.fixture(scope="module")
def hostile_run(gru_run: Run) -> Iterator[str]:
    """A run whose name, and whose text's name, are all markup."""
    folder = Path(shutil.copytree(gru_run.folder, gru_run.folder.parent / NAME))
    described = json.loads((folder / CONFIG).read_text())
    described["corpus"]["name"] = TITLE
    (folder / CONFIG).write_text(json.dumps(described))
    yield NAME
    shutil.rmtree(folder)


def visible(page: "Page") -> str:
    return " ".join((page.locator("body").text_content() or "").replace("\u2060", "").split())


@pytest.mark.parametrize("view", SHOWN)
def test_the_name_of_a_run_stands_as_it_is(app: str, open_page: Open, hostile_run: str, view: str):
    page = open_page("about:blank", wait_for="body", fresh=True)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{app}{view}?{urlencode({'run' if view == 'train' else 'model': hostile_run})}")
    page.wait_for_selector(SHOWN[view])
    page.wait_for_function(AT_REST)
    assert NAME in visible(page)
    assert "😄" not in visible(page)
    assert page.locator(MADE_OF_IT).count() == 0
    assert [url for url in asked if not url.startswith((app, "data:", "blob:"))] == []


def test_no_parameter_of_an_address_makes_the_browser_ask_elsewhere(app: str, open_page: Open):
    page = open_page("about:blank", wait_for="body", fresh=True)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    names = ("model", "text", "start", "length", "own", "held", "marks", "unit", "state", "concept", "mode", "palette",
             "signals", "rows", "run", "names", "sample")  # fmt: skip
    for view in ("unit", "train"):
        page.goto(f"{app}{view}?{urlencode(dict.fromkeys(names, TITLE))}")
        page.wait_for_selector('[data-testid="stAlert"]')
        page.wait_for_function(AT_REST)
        assert page.locator(MADE_OF_IT).count() == 0
        assert repr(TITLE[:40])[1:-1] in visible(page)
    assert [url for url in asked if not url.startswith((app, "data:", "blob:"))] == []

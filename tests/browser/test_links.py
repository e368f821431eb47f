"""Links into Read: what they restore, what they carry, and what becomes of bad ones."""

from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest

from tests.browser.reader import ReaderOnPage, address_of

if TYPE_CHECKING:
    from playwright.sync_api import Page

Open = Callable[..., "Page"]


def test_a_link_restores_the_view(app: str, open_page: Open):
    query = {"model": "linux", "text": "demo-linux", "unit": "L2.u33", "state": "cell", "mode": "predictions"}
    page = open_page(f"{app}?{urlencode({**query, 'palette': 'blue–green'})}")
    ReaderOnPage(page).show("cell L2·u33")
    page.wait_for_selector(".outlines")
    assert page.locator("select.palette").input_value() == "blue–green"
    assert address_of(page) == {**query, "palette": "blue–green"}
    assert page.locator("pre").first.text_content().startswith("// SPDX-License-Identifier: MIT")


def test_a_link_says_which_state_is_meant(app: str, open_page: Open):
    page = open_page(app)
    page.get_by_role("button", name="h", exact=True).click()
    page.wait_for_function("location.search.includes('state=hidden')")
    again = open_page(page.url)
    assert ReaderOnPage(again).unit == ReaderOnPage(page).unit
    assert ReaderOnPage(again).unit.startswith("hidden")


@pytest.mark.parametrize("name", ["nothing", "constructor", "__proto__", "toString", "hasOwnProperty"])
def test_an_unknown_palette_in_a_link_is_the_default_one(app: str, open_page: Open, name: str):
    page = open_page(f"{app}?palette={name}&concept={name}")
    assert page.locator("select.palette").input_value() == "blue–orange"
    assert page.locator(".broken").count() == 0
    page.wait_for_function("!location.search.includes('palette')")


def test_the_word_of_older_links_for_predictions_is_understood(app: str, open_page: Open):
    page = open_page(app + "?mode=guesses")
    page.wait_for_selector(".outlines")
    page.wait_for_function("location.search.includes('mode=predictions')")


def test_an_own_text_is_read_and_travels_in_the_link(app: str, open_page: Open, hostile: str):
    page = open_page(app + "?text=own", wait_for="textarea")
    page.locator("textarea").fill(hostile.replace("\0", ""))
    page.keyboard.press("Control+Enter")
    page.locator("pre").first.filter(has_text="<script>document.title").wait_for()
    assert page.title() == "Charscope"
    page.wait_for_selector(':text("read as U+FFFD")')
    page.wait_for_function("location.search.includes('own=')")
    read = page.locator("pre").first.text_content()
    again = open_page(page.url)
    again.locator("pre").first.filter(has_text="<script>document.title").wait_for()
    assert again.locator("pre").first.text_content() == read


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("model=nothing", "No run is called 'nothing'"),
        ("unit=L9.u999", "got L9.u999"),
        ("unit=quote", "Wanted a unit such as L2.u217"),
        (f"unit=L1.u{'9' * 4400}", "Wanted a unit such as L2.u217"),
        (f"start={'9' * 4400}", "Wanted a number as start"),
        ("state=gates", "Wanted hidden, cell or a gate"),
        ("text=own&own=%21%21", "The text in this link is damaged"),
        ("text=own&held=0123", "neither this server nor this browser tab has it"),
    ],
)
def test_a_bad_link_gets_one_message_and_no_traceback(app: str, open_page: Open, query: str, words: str):
    page = open_page(f"{app}?{query}", wait_for=f':text("{words}")')
    assert page.get_by_test_id("stException").count() == 0
    page.wait_for_selector("[data-recolor-ms], textarea")


def test_an_excerpt_without_its_corpus_says_how_to_get_it(app: str, open_page: Open):
    page = open_page(f"{app}?text=excerpt&start=999999999", wait_for="[data-testid=stAlert]")
    message = page.get_by_test_id("stAlert").inner_text()
    offered = page.get_by_role("button", name="Get the text").count()
    assert (offered and "not on this machine" in message) or "where the validation text ends" in message


# Each would be more than its own characters as Markdown or as HTML.
MARKUP = (
    "![x](https://example.org/x.png)",
    "<img src=x onerror=alert(1)>",
    ":red[*a* `b`] $x^2$ :smile:",
    "[a](b) ~~c~~ \\d",
)


@pytest.mark.parametrize(
    ("view", "written"),
    [*(("", written) for written in MARKUP), *((view, MARKUP[0]) for view in ("find", "unit", "models"))],
)
def test_a_message_shows_what_a_link_says_as_it_is(app: str, open_page: Open, view: str, written: str):
    page = open_page(f"{app}{view}?{urlencode({'model': written})}", wait_for='[data-testid="stAlert"]')
    alert = page.get_by_test_id("stAlert").first
    assert repr(written[:40]) in " ".join((alert.text_content() or "").replace("\u2060", "").split())
    assert alert.locator("img, a, code, em, del, .katex, span[style]").count() == 0


def test_a_message_shows_the_name_of_a_file_as_it_is(app: str, open_page: Open):
    page = open_page(app + "?text=own", wait_for="textarea")
    name = "![x](a) *b* <i>c.txt"
    page.locator('input[type="file"]').set_input_files({"name": name, "mimeType": "text/plain", "buffer": b""})
    alert = page.get_by_test_id("stAlert").filter(has_text="is empty")
    assert name in (alert.text_content() or "")
    assert alert.locator("img, em, i").count() == 0


def test_an_address_is_written_also_where_no_text_is_shown(app: str, open_page: Open):
    page = open_page(app + "?model=linux&text=own", wait_for="textarea")
    page.wait_for_function("location.search.includes('text=own')")
    page.goto("about:blank")
    page = open_page(app)
    page.get_by_role("combobox", name="Text").click()
    page.get_by_role("option", name="Your own text").click()
    page.wait_for_function("location.search.includes('text=own')")
    again = open_page(page.url, wait_for="textarea")
    assert address_of(again)["text"] == "own"

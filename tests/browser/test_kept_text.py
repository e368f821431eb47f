"""The texts that a visitor gave: kept by the browser tab, whatever the server drops or forgets."""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING

from tests.browser.reader import AT_REST, address_of

if TYPE_CHECKING:
    from playwright.sync_api import Page

Open = Callable[..., "Page"]
LONG = "A text of the visitor's own, which no link can hold. " * 50


def give(page: "Page", text: str) -> None:
    page.locator("textarea").fill(text)
    page.locator("textarea").press("Control+Enter")
    page.wait_for_function("location.search.includes('held=')")
    page.wait_for_selector(".reader[data-unit]")


def test_a_text_that_the_server_has_forgotten_comes_from_the_browser_tab(app: str, open_page: Open):
    page = open_page(app + "?text=own", wait_for="textarea", fresh=True)
    give(page, LONG)
    page.wait_for_function("Object.keys(sessionStorage).some((name) => name.startsWith('charscope text '))")
    key = address_of(page)["held"]
    kept = page.evaluate("(key) => sessionStorage.getItem('charscope text ' + key.slice(0, 24))", key)
    assert json.loads(kept)["text"] == LONG
    other = LONG + "The server has never seen this."  # as if it had been started anew, with other secrets
    entry = json.dumps({"at": 1, "text": other})
    page.evaluate("([name, entry]) => sessionStorage.setItem(name, entry)", ["charscope text " + "0" * 24, entry])
    page.goto(f"{app}?text=own&held={'0' * 48}")
    page.wait_for_selector(".reader[data-unit]")
    page.wait_for_function("document.querySelector('textarea')?.value.endsWith('never seen this.')")
    page.wait_for_function("location.search.includes('held=') && !location.search.includes('held=000')")
    assert page.get_by_test_id("stAlert").count() == 0


# The first requests for an export get another answer, without a line in the console.
ANSWER_FIRST = """
([times, status, body]) => {
  const real = window.fetch;
  window.exports_asked = 0;
  window.fetch = (url, ...rest) => {
    const is_export = String(url).includes("/export?");
    if (is_export) window.exports_asked += 1;
    return is_export && window.exports_asked <= times ? Promise.resolve(new Response(body, { status }))
      : real(url, ...rest);
  };
}
"""


def test_an_export_of_a_reading_that_was_dropped_reads_the_text_again(app: str, open_page: Open):
    page = open_page(app, fresh=True)
    page.evaluate(ANSWER_FIRST, [1, 410, "The server no longer holds this reading."])
    with page.expect_download() as download:
        page.locator("a.export").first.click()
    assert download.value.suggested_filename.startswith("war-and-peace-L")
    assert page.evaluate("window.exports_asked") == 2


def test_an_export_that_fails_says_so(app: str, open_page: Open):
    page = open_page(app, fresh=True)
    page.evaluate(ANSWER_FIRST, [9, 404, "There is no such unit."])
    page.locator("a.export").first.click()
    page.wait_for_selector(':text("The page could not be saved: There is no such unit.")')


def test_what_was_typed_into_a_form_outlasts_a_reload(app: str, open_page: Open):
    for view, label, written in (
        ("train", "Your text", "A text to train on, typed by hand. <b>*"),
        ("find", "Concepts, in YAML", "- name: mine\n  pattern: 'm[i]ne'\n"),
    ):
        page = open_page(app + view, wait_for=f'textarea[aria-label="{label}"]', fresh=True)
        page.wait_for_function(AT_REST)
        page.locator("textarea").fill(written)  # the server has not heard of it yet
        page.reload()
        page.wait_for_selector("textarea")
        page.wait_for_function("(typed) => document.querySelector('textarea')?.value === typed", arg=written)
        page.wait_for_function(AT_REST)
        page.locator("textarea").fill("")
        page.locator("textarea").press("Control+Enter")
        page.wait_for_function(AT_REST)
        page.reload()
        page.wait_for_selector("textarea")
        page.wait_for_function(AT_REST)
        assert page.locator("textarea").input_value() != written

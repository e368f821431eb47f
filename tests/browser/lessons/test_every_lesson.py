"""What every lesson must do, as one exported file in Chromium, offline. One page serves all tests of a lesson."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from dashboard.lessons import Lesson, course
from tests.browser.lessons.widget import WIDGET
from tests.browser.pages import Pages

if TYPE_CHECKING:
    from playwright.sync_api import Page, Request

# Texts whose contrast with what is behind them is below 4.5 (WCAG AA): each with its ratio.
PALE = """
() => {
  const brush = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const known = new Map();
  const painted = (...colors) => {
    const key = colors.join();
    if (!known.has(key)) known.set(key, paint(colors));
    return known.get(key);
  };
  const paint = (colors) => {
    for (const color of colors) {
      brush.fillStyle = color;
      brush.fillRect(0, 0, 1, 1);
    }
    return [...brush.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const luminance = (color) => color.map((value) => value / 255)
    .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4))
    .reduce((sum, value, k) => sum + value * [0.2126, 0.7152, 0.0722][k], 0);
  const page = getComputedStyle(document.body).backgroundColor;
  const texts = Array.from(document.querySelectorAll(".lesson *")).filter((node) => !node.disabled
    && node.getClientRects().length
    && [...node.childNodes].some(({ nodeType, data }) => nodeType === 3 && data.trim()));
  return texts.map((node) => {
    const { color, backgroundColor } = getComputedStyle(node), behind = luminance(painted(page, backgroundColor));
    const front = luminance(painted(page, backgroundColor, color));
    return [node.textContent, (Math.max(front, behind) + 0.05) / (Math.min(front, behind) + 0.05)];
  }).filter(([, contrast]) => contrast < 4.5);
}
"""


@pytest.fixture(scope="module", params=course(), ids=lambda lesson: lesson.name)
def lesson(request: pytest.FixtureRequest) -> Lesson:
    return request.param


@pytest.fixture(scope="module")
def requests() -> list[str]:
    """The addresses that the page of the lesson has asked for."""
    return []


@pytest.fixture(scope="module")
def page(lesson: Lesson, all_pages: Pages, exported: Callable[[str], str], requests: list[str]) -> Iterator["Page"]:
    """The lesson's page; fails at the end if its console showed an error."""

    def listen(request: "Request") -> None:
        requests.append(request.url)

    requests.clear()
    all_pages.context.on("request", listen)
    yield all_pages.open(exported(lesson.name), WIDGET, timeout=120_000, offline=True)
    all_pages.context.remove_listener("request", listen)
    assert all_pages.take_back() == []


def test_it_asks_for_nothing_but_its_file(page: "Page", requests: list[str]):
    assert [address for address in requests if not address.startswith(("data:", "blob:"))] == [
        page.url.partition("#")[0]
    ]


def test_every_stop_changes_what_is_shown(page: "Page", lesson: Lesson):
    seen: set[str] = set()
    for stop in page.locator(".stops button").all():
        stop.click()
        assert stop.get_attribute("aria-pressed") == "true"
        seen.add(what_is_new(page, seen))
    assert len(seen) == len(lesson.facts.stops)


def what_is_new(page: "Page", seen: set[str]) -> str:
    """What the widget shows once that is unseen, at the latest after ten seconds: a network may train first."""
    shown = ""
    for _ in range(100):
        shown = page.locator(".widget").evaluate("(widget) => widget.innerText + JSON.stringify(widget.dataset)")
        if shown not in seen:
            break
        page.wait_for_timeout(100)
    return shown


def test_its_equations_are_set(page: "Page"):
    assert page.locator("math").count() > 0
    assert page.locator("math").first.evaluate("(math) => math.getBoundingClientRect().width") > 5


def test_on_a_phone_it_is_no_wider_than_the_screen_and_its_texts_can_be_read(page: "Page"):
    page.set_viewport_size({"width": 390, "height": 844})
    for stop in page.locator(".stops button").all():
        stop.click()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            assert page.evaluate(PALE) == [], scheme


def test_every_field_has_a_name_that_is_read_out(page: "Page"):
    nameless = page.locator(".lesson").evaluate(
        """(root) => Array.from(root.querySelectorAll("input, select, button"), (field) =>
          field.getAttribute("aria-label") || field.closest("label")?.innerText || field.innerText)
          .filter((name) => !name?.trim()).length"""
    )
    assert nameless == 0


def test_each_control_can_be_hidden_and_locked(page: "Page"):
    address = page.url.partition("#")[0]
    names = page.locator("[data-control]").evaluate_all("(fields) => fields.map((field) => field.dataset.control)")
    assert names
    page.goto("about:blank")
    page.goto(f"{address}#hide={names[0]}&lock={names[-1]}")
    page.wait_for_selector(WIDGET)
    assert page.locator(f"[data-control={names[0]}]").count() == 0
    if len(names) > 1:
        assert page.locator(f"[data-control={names[-1]}]").is_disabled()
    assert page.locator(".note:not(:empty)").count() == 0

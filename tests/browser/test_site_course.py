"""The course in the static site, in a real browser."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest

from dashboard.lessons import course
from tests.browser.lessons.widget import WIDGET
from tests.browser.test_live_page import until
from tests.browser.test_site import Served, serving

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from models.run import Run

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(gru_run: "Run", tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A site of a tiny GRU and all lessons."""
    from dashboard.site.build import make_site

    root = tmp_path_factory.mktemp("served")
    make_site([gru_run], root / "some" / "folder", lessons=course())
    with serving(root, "some/folder") as served:
        yield served


def test_every_lesson_opens_below_any_address_and_asks_for_nothing_else(site: Served, open_site: Callable[..., "Page"]):
    page, requests, refused = open_site("learn/index.html", ".station", fresh=True), [], []
    page.on("request", lambda request: requests.append(request.url))
    page.on("response", lambda response: refused.append(response.url) if response.status >= 400 else None)
    assert page.locator(".station").count() == len(course())
    page.set_viewport_size({"width": 390, "height": 844})
    for lesson in course():
        page.goto(f"{site.address}learn/{lesson.name}.html")
        page.wait_for_selector(WIDGET)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), lesson.name
        assert page.locator(".note:not(:empty), .broken").count() == 0, lesson.name
    assert requests
    assert {url for url in requests if not url.startswith((site.address, "data:", "blob:"))} == set()
    assert refused == []


def test_one_goes_through_the_course_and_what_is_done_is_remembered(open_site: Callable[..., "Page"]):
    page = open_site("", fresh=True)
    page.get_by_role("link", name="Learn", exact=True).click()
    page.locator(".station a[href='hello.html']").click()
    page.wait_for_selector(WIDGET)
    page.locator(".stops button").nth(1).click()
    until(page, "location.search.length > 1")
    words = parse_qs(urlsplit(page.url).query)
    page.reload()
    page.wait_for_selector(WIDGET)
    assert (
        page.locator(".stops button[aria-pressed=true]").inner_text()
        == page.locator(".stops button").nth(1).inner_text()
    )
    assert parse_qs(urlsplit(page.url).query) == words
    page.locator(".option").first.click()
    page.locator(".reveal").click()
    page.locator(".neighbours .next a").click()
    page.wait_for_selector(WIDGET)
    page.locator(".crumbs a").first.click()
    page.wait_for_selector(".station.done")
    assert page.locator(".station.done").count() == 1


def test_a_page_of_a_model_leads_to_a_lesson_that_runs_a_network(open_site: Callable[..., "Page"]):
    page = open_site("models/tiny-gru/live.html")
    page.locator("a[href*='learn/cause']").click()
    page.wait_for_selector(WIDGET)
    page.wait_for_selector(".widget[data-state=ready]")


def test_the_glossary_and_the_teachers_page_work_without_a_server(site: Served, open_site: Callable[..., "Page"]):
    page = open_site("learn/index.html", ".station")
    page.get_by_role("link", name="Glossary").click()
    page.get_by_role("searchbox").fill("hidden state")
    until(page, "location.search.includes('search=')")
    page.locator("[data-term=hidden-state] .facts a").click()
    page.wait_for_selector(WIDGET)
    page = open_site("learn/teacher.html", ".bars")
    page.get_by_label("or its address").fill(f"{site.address}learn/temperature.html?temperature=0.5")
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-task=temperature]")
    page.get_by_label("Lock Temperature").check()
    link = page.get_by_label("Link for the class").input_value()
    assert link == f"{site.address}learn/temperature.html?temperature=0.5&lock=temperature"
    page.goto(link)
    page.wait_for_selector(WIDGET)
    assert page.locator("[data-control=temperature]").is_disabled()


def test_a_quiz_of_the_sites_own_units_reads_a_text_of_ones_own(open_site: Callable[..., "Page"]):
    page = open_site("learn/quiz.html", ".quiz fieldset", fresh=True)
    page.locator(".quiz textarea").fill("He said no.")
    page.wait_for_selector(".own-text[data-length='11']")
    page.locator(".quiz .option").last.click()
    page.get_by_role("button", name="Reveal").click()
    page.locator(".ways a").first.wait_for()
    with page.context.expect_page() as opened:
        page.locator(".ways a").first.click()
    assert "models/tiny-gru/" in opened.value.url
    opened.value.close()
    page.goto(page.url.partition("?")[0] + "?quiz&units=L1.u0")
    page.wait_for_selector(".quiz .note:has-text('only quizzes of tiny-gru')")

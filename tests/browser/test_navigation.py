"""From view to view, by the navigation: what was chosen in one of them holds in all, and each address restores it."""

from collections.abc import Callable
from itertools import combinations, pairwise, permutations
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from dashboard.page_routes import VIEWS
from tests.browser.pages import Pages
from tests.browser.reader import ReaderOnPage, address_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

THERE = {
    "read": "[data-recolor-ms]",
    "find": ".js-plotly-plot",
    "unit": ".contexts .marked",
    "compare": '.compare[data-ready="true"]',
    "generate": "[data-written]",
    "train": ".st-key-train_form",
    "learn": ".station",
    "models": ".written",
}
ELSEWHERE = {"model": "tiny-gru", "unit": "L2.u7", "state": "hidden"}  # none of it is where a view begins
ALL_TRANSITIONS = [*(view for pair in combinations(VIEWS, 2) for view in pair), VIEWS[0]]


def go(page: "Page", view: str) -> None:
    page.get_by_role("link", name=view.title(), exact=True).click()
    arrive(page, view)


def arrive(page: "Page", view: str) -> None:
    page.wait_for_selector(THERE[view])
    path = "" if view == "read" else view
    page.wait_for_function("(path) => location.pathname.endsWith('/' + path) && location.search", arg=path)


def test_the_walk_has_every_transition():
    assert set(pairwise(ALL_TRANSITIONS)) == set(permutations(VIEWS, 2))


@pytest.fixture(scope="module")
def addresses(app: str, browser: "Browser") -> dict[str, str]:
    """The address of each view, from a walk by every transition; model and unit are kept on every way."""
    pages = Pages(browser)
    first, *others = ALL_TRANSITIONS
    page = pages.open(f"{app}?{urlencode(ELSEWHERE)}", THERE[first], timeout=120_000)
    seen = {}
    for view in others:
        go(page, view)
        page.wait_for_function("location.search.includes('unit=L2.u7')")
        assert ELSEWHERE.items() <= address_of(page).items(), view
        seen[view] = page.url
    assert pages.take_back() == []
    pages.context.close()
    return seen


@pytest.mark.parametrize("view", VIEWS)
def test_the_address_that_somebody_came_to_restores_the_view(
    view: str, addresses: dict[str, str], open_page: Callable[..., "Page"]
):
    page = open_page(addresses[view], THERE[view])
    page.wait_for_function("location.search.includes('unit=L2.u7')")
    assert address_of(page) == dict(parse_qsl(urlsplit(addresses[view]).query))
    if view == "learn":  # shows no model, but leads to the others with it
        go(page, "models")
    page.locator(":text('tiny-gru'):visible, input[value^='tiny-gru']").first.wait_for()


@pytest.mark.parametrize("view", VIEWS[1:])
def test_a_model_in_a_link_to_one_view_is_there_in_the_next(view: str, app: str, open_page: Callable[..., "Page"]):
    page = open_page(f"{app}{view}?model=linux", THERE[view])
    go(page, "read" if view == "models" else "models")
    assert address_of(page)["model"] == "linux"


def test_back_and_forward_return_to_the_unit_that_was_shown(app: str, open_page: Callable[..., "Page"]):
    page = open_page(app + "find?model=tiny-gru", THERE["find"])
    go(page, "read")
    unit = ReaderOnPage(page).unit
    page.locator(".scroll").focus()
    page.keyboard.press("ArrowDown")
    ReaderOnPage(page).leave(unit)
    unit = ReaderOnPage(page).unit
    page.go_back()
    arrive(page, "find")
    page.go_forward()
    arrive(page, "read")
    ReaderOnPage(page).show(unit)

"""From view to view, by the navigation: what was chosen in one of them holds in all, and each address restores it."""

from collections.abc import Callable
from itertools import pairwise, permutations
from typing import TYPE_CHECKING

import pytest

from tests.browser.reader import ReaderOnPage, address_of

if TYPE_CHECKING:
    from playwright.sync_api import Page

VIEWS = ("read", "find", "unit", "generate", "learn", "models")
THERE = {
    "read": "[data-recolor-ms]",
    "find": ".js-plotly-plot",
    "unit": ".contexts .marked",
    "generate": "[data-written]",
    "learn": ".station",
    "models": ".written",
}
ELSEWHERE = {"model": "tiny-gru", "unit": "L2.u7", "state": "hidden"}  # none of it is where a view begins
ALL_TRANSITIONS = """
read find read unit read generate read learn read models find unit find generate find learn find models
unit generate unit learn unit models generate learn generate models learn models read
"""


def go(page: "Page", view: str) -> None:
    page.get_by_role("link", name=view.title(), exact=True).click()
    arrive(page, view)


def arrive(page: "Page", view: str) -> None:
    page.wait_for_selector(THERE[view])
    path = "" if view == "read" else view
    page.wait_for_function("(path) => location.pathname.endsWith('/' + path) && location.search", arg=path)


def test_the_walk_has_every_transition():
    walked = ALL_TRANSITIONS.split()
    assert set(pairwise(walked)) == set(permutations(VIEWS, 2))


def test_model_and_unit_are_kept_on_every_way(app: str, open_page: Callable[..., "Page"]):
    first, *others = ALL_TRANSITIONS.split()
    page = open_page(app + "?" + "&".join(f"{name}={value}" for name, value in ELSEWHERE.items()), THERE[first])
    for view in others:
        go(page, view)
        page.wait_for_function("location.search.includes('unit=L2.u7')")
        assert ELSEWHERE.items() <= address_of(page).items(), view


@pytest.mark.parametrize("view", VIEWS[1:])
def test_a_model_in_a_link_to_one_view_is_there_in_the_others(view: str, app: str, open_page: Callable[..., "Page"]):
    page = open_page(f"{app}{view}?model=linux", THERE[view])
    for other in VIEWS:
        if other != view:
            go(page, other)
            assert address_of(page)["model"] == "linux"


@pytest.mark.parametrize("view", VIEWS)
def test_the_address_that_somebody_came_to_restores_the_view(view: str, app: str, open_page: Callable[..., "Page"]):
    page = open_page(app + "?" + "&".join(f"{name}={value}" for name, value in ELSEWHERE.items()), THERE["read"])
    if view != "read":
        go(page, view)
    page.wait_for_function("location.search.includes('unit=L2.u7')")
    address, query = page.url, address_of(page)
    again = open_page(address, THERE[view])
    again.wait_for_function("location.search.includes('unit=L2.u7')")
    assert address_of(again) == query
    if view == "learn":  # shows no model, but leads to the others with it
        go(again, "models")
    assert again.get_by_text("tiny-gru").first.is_visible() or again.locator("input[value='tiny-gru']").count()


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

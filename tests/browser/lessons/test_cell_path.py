"""Lesson 12 in Chromium."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tests.browser.lessons.widget import data
from tests.shipped import QUOTES

if TYPE_CHECKING:
    from playwright.sync_api import Page

Opened = Callable[..., "Page"]


def whole(page: "Page") -> float:
    """The whole gradient, when it is there."""
    deadline = time.monotonic() + 30
    while not data(page, "whole"):
        assert time.monotonic() < deadline
        page.wait_for_timeout(50)
    return float(data(page, "whole"))


def test_two_characters_are_chosen_by_drag_or_slider_and_both_numbers_follow(opened: Opened):
    page = opened("cell-path")
    direct = float(data(page, "direct"))
    assert direct > 0.5
    assert f"does c of {QUOTES} at the end change" in page.locator(".ends").inner_text()
    assert whole(page) == pytest.approx(direct, abs=0.1)
    page.get_by_label("Steps on").fill("1")
    assert float(data(page, "direct")) > direct
    page.locator("[data-control=watched]").select_option("space")
    page.get_by_label("Steps on").fill("20")
    assert float(data(page, "direct")) < 1e-3 > abs(whole(page))
    characters = page.locator(".text span")
    characters.nth(269).scroll_into_view_if_needed()
    characters.nth(260).hover()
    page.mouse.down()
    characters.nth(269).hover()
    page.mouse.up()
    assert page.locator("[data-control=from]").input_value() == "260"
    assert page.locator("[data-control=steps]").input_value() == "9"
    assert page.locator(".ends").inner_text().startswith("From ␣ to")
    characters.nth(262).hover()
    assert "2 steps on" in page.locator(".ends").inner_text()
    page.mouse.move(0, 0)
    assert "9 steps on" in page.locator(".ends").inner_text()

"""Lesson 20 in Chromium."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from tests.browser.lessons.widget import data

if TYPE_CHECKING:
    from playwright.sync_api import Page


def test_each_control_that_is_added_shows_its_row_and_changes_what_is_left(opened: Callable[..., "Page"]):
    page = opened("evidence")
    left, unit = [float(data(page, "left"))], data(page, "unit")
    slider = page.get_by_label("Controls added")
    for added in range(1, 5):
        slider.press("ArrowRight")
        assert page.locator(".rows .absent").count() == 4 - added
        left.append(float(data(page, "left")))
    assert left == sorted(left, reverse=True)
    assert left[0] > 0.4 > 0 > left[-1]
    assert "Nothing is left" in page.locator(".sum").inner_text()
    page.get_by_label("The best of").select_option("8")
    assert data(page, "unit") != unit
    page.get_by_label("Claim").select_option("quotes")
    page.get_by_label("The best of").select_option("1024")
    assert float(data(page, "left")) > 0.1
    assert "detector (default)" in page.locator(".more").inner_text()

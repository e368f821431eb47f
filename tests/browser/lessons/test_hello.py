"""Lesson 3 in Chromium."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from tests.browser.lessons.widget import WIDGET, data

if TYPE_CHECKING:
    from playwright.sync_api import Page

Opened = Callable[..., "Page"]


def test_a_weight_that_is_changed_changes_the_loss_and_the_address(opened: Opened):
    page = opened("hello")
    before = float(data(page, "total"))
    assert data(page, "word") == "ello"
    page.get_by_label("b_y, row h", exact=True).fill("9")
    assert data(page, "word") == "hhhh"
    assert float(data(page, "total")) > before + 4
    page.wait_for_url("**#*edits=by.0.0%3D9*")
    page.reload()
    page.wait_for_selector(WIDGET)
    assert data(page, "word") == "hhhh"
    page.get_by_role("button", name="Undo my changes").click()
    assert float(data(page, "total")) == before

"""Lesson 3 in Chromium."""

from typing import TYPE_CHECKING

from tests.browser.lessons.widget import WIDGET, data
from tests.browser.reader import address_of

if TYPE_CHECKING:
    from playwright.sync_api import Page


def test_a_weight_that_is_changed_changes_the_loss_and_the_address(app: str, visitor: "Page"):
    visitor.goto(app + "learn?lesson=hello")
    visitor.wait_for_selector(WIDGET)
    before = float(data(visitor, "total"))
    assert data(visitor, "word") == "ello"
    visitor.get_by_label("b_y, row h", exact=True).fill("9")
    assert data(visitor, "word") == "hhhh"
    assert float(data(visitor, "total")) > before + 4
    assert address_of(visitor)["edits"] == "by.0.0=9"
    visitor.reload()
    visitor.wait_for_selector(WIDGET)
    assert data(visitor, "word") == "hhhh"
    visitor.get_by_role("button", name="Undo my changes").click()
    assert float(data(visitor, "total")) == before

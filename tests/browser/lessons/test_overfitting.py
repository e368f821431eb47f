"""Lesson 22 in Chromium, with the smallest network and few epochs."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from tests.browser.lessons.widget import data

if TYPE_CHECKING:
    from playwright.sync_api import Page

DONE = ".widget[data-done='true']"


def test_it_trains_while_one_watches_and_each_remedy_changes_it(opened: Callable[..., "Page"]):
    page = opened("overfitting", "units=4&epoch=2")
    page.wait_for_selector(f"{DONE}[data-copied]")
    assert (data(page, "reached"), data(page, "chosen")) == ("2", "2")
    plain = float(data(page, "training"))
    assert len(page.locator(".widget .text").inner_text()) >= 190
    assert page.locator(".widget .curve").count() == 2
    page.get_by_label("Dropout").press("End")
    page.wait_for_selector(DONE)
    assert float(data(page, "training")) > plain
    assert page.locator(".widget .curve").count() == 4
    page.get_by_label("Dropout").press("Home")
    page.get_by_label("Weight decay").press("End")
    page.wait_for_selector(DONE)
    assert float(data(page, "training")) > plain
    page.get_by_label("Weight decay").press("Home")
    assert float(data(page, "training")) == plain
    page.get_by_label("Early stopping").click()
    assert "Kept are the weights of epoch 2" in page.locator(".widget .sum").inner_text()


def test_training_can_be_stopped_and_go_on(opened: Callable[..., "Page"]):
    page = opened("overfitting", "units=64")
    page.get_by_role("button", name="Stop", exact=True).click()
    assert data(page, "done") == "false"
    assert page.locator(".widget .sum").inner_text() == "The training is stopped."
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Stop", exact=True).wait_for()

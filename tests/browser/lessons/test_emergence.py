"""Lesson 15 in Chromium."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from tests.browser.lessons.widget import data

if TYPE_CHECKING:
    from playwright.sync_api import Page

DONE = ".widget[data-is-done=true][data-step='{}']"


def test_training_lowers_the_loss_and_any_step_of_it_can_be_shown(opened: Callable[..., "Page"]):
    page = opened("emergence", "trained=300")
    page.wait_for_selector(DONE.format(300))
    trained = float(data(page, "bits"))
    colors = page.locator(".passage span").nth(40).get_attribute("style")
    page.get_by_role("button", name="Before training").click()
    page.wait_for_selector(DONE.format(0))
    assert float(data(page, "bits")) > trained + 2
    assert data(page, "judged") == data(page, "untrained")
    assert page.locator(".passage span").nth(40).get_attribute("style") != colors
    page.get_by_role("button", name="u3: AUROC").click()
    assert data(page, "unit") == "3"
    assert page.locator(".units [aria-pressed=true]").inner_text() == "3"
    page.get_by_label("Training steps").fill("300")  # it was there: no training is needed
    assert (data(page, "step"), float(data(page, "bits"))) == ("300", trained)


def test_training_can_be_watched_and_stopped(opened: Callable[..., "Page"]):
    page = opened("emergence", "trained=3000&seed=8")
    page.get_by_role("button", name="Watch it train").click()
    page.get_by_text(re.compile(r"Step [1-9]\d{2,} of 3000")).wait_for()  # something was kept
    page.get_by_role("button", name="Stop").click()
    step = data(page, "step")
    page.wait_for_selector(DONE.format(step))
    assert int(step) < 3000
    page.wait_for_url(lambda url: f"trained={step}&" in url)

"""Lesson 14 in Chromium."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from tests.browser.lessons.widget import data

if TYPE_CHECKING:
    from playwright.sync_api import Page

DONE = ".widget[data-is-done=true][data-step='{}']"


def test_it_learns_what_it_is_trained_on_and_shows_any_step_of_it(opened: Callable[..., "Page"]):
    page = opened("counting", "trained=400")
    page.wait_for_selector(DONE.format(400))
    assert int(data(page, "learned")) == 10  # all it was trained on
    assert abs(float(data(page, "correlation"))) > 0.9
    assert page.locator(".figure circle.hit").count() >= 10
    page.get_by_role("button", name="Before training").click()
    page.wait_for_selector(DONE.format(0))
    assert int(data(page, "learned")) < 10
    page.get_by_label("Unit").select_option("4")
    assert data(page, "unit") == "4"
    page.get_by_label("Training steps").fill("400")  # it was there: no training is needed
    assert data(page, "step") == "400"
    assert int(data(page, "learned")) == 10


def test_training_can_be_watched_and_stopped(opened: Callable[..., "Page"]):
    page = opened("counting", "cell=gru&trained=1000&seed=3")
    page.get_by_role("button", name="Watch it train").click()
    page.get_by_role("button", name="Stop").click()
    step = data(page, "step")
    page.wait_for_selector(DONE.format(step))
    assert int(step) < 1000
    page.wait_for_url(lambda url: f"trained={step}&" in url)

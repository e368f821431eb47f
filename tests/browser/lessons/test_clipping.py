"""Lesson 10 in Chromium."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from tests.browser.lessons.widget import data

if TYPE_CHECKING:
    from playwright.sync_api import Page


def test_clipping_saves_the_descent_and_bounds_each_step(opened: Callable[..., "Page"]):
    page = opened("clipping")
    assert float(data(page, "loss")) < 0.01
    assert page.locator(".widget .path").count() == 2
    assert " of 60 gradients." in page.locator(".widget .sum").inner_text()
    page.get_by_label("Step", exact=True).fill("1")
    assert "After 1 step:" in page.locator(".widget .sum").inner_text()
    assert "of 1 gradient." in page.locator(".widget .sum").inner_text()
    page.get_by_label("Step", exact=True).fill("7")
    assert float(data(page, "norm")) > 1
    assert 0.49 < float(data(page, "length")) <= 0.5
    page.get_by_label("Limit of the norm").press("ArrowLeft")
    assert 0.19 < float(data(page, "length")) <= 0.2
    page.get_by_label("Clip the gradient").click()
    page.get_by_label("Step", exact=True).fill("60")
    assert float(data(page, "loss")) > 0.2
    assert page.locator(".widget .path .tip").count() == 1
    page.get_by_label("Steps in time, T").fill("5")
    assert float(data(page, "loss")) < 0.01
    page.get_by_role("button", name="Play").click()
    reached = page.locator("[data-control=step]").evaluate(
        """(slider) => new Promise((done) => {
          const timer = setInterval(() => Number(slider.value) > 0 && Number(slider.value) < 60
            && done([slider.value, clearInterval(timer)][0]), 20);
        })"""
    )
    assert 0 < int(reached) < 60
    page.get_by_label("Step", exact=True).fill("9")
    assert page.get_by_role("button", name="Play").count() == 1
    page.wait_for_timeout(300)
    assert page.get_by_label("Step", exact=True).input_value() == "9"

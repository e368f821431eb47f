"""Lesson 17 in Chromium."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from tests.browser.lessons.widget import data

if TYPE_CHECKING:
    from playwright.sync_api import Page

Opened = Callable[..., "Page"]


def test_a_hundred_are_drawn_and_the_slider_moves_the_bars(opened: Opened):
    page = opened("temperature")
    page.get_by_role("button", name="Draw a hundred").click()
    assert sum(map(int, data(page, "counts").split())) == 100
    page.get_by_role("button", name="Draw a hundred more").click()
    assert sum(map(int, data(page, "counts").split())) == 200
    bits = float(data(page, "bits"))
    page.get_by_label("Temperature T").fill("2")
    assert float(data(page, "bits")) > bits
    page.get_by_label("Temperature T").fill("0")
    assert data(page, "probabilities").split()[0] == "1"
    assert data(page, "counts").split()[0] == "200"

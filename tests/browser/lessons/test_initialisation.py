"""Lesson 24 in Chromium."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from tests.browser.lessons.widget import data

if TYPE_CHECKING:
    from playwright.sync_api import Page

Opened = Callable[..., "Page"]


def numbers(page: "Page", name: str) -> list[float]:
    return list(map(float, data(page, name).split()))


def test_the_scale_spreads_saturation_and_the_first_step_stays(opened: Opened):
    page = opened("initialisation")
    large, first = numbers(page, "saturated"), numbers(page, "squares")[0]
    assert large[0] == 0
    assert large[10] > 0.3
    strip = page.locator(".histograms canvas")
    before = strip.evaluate("(canvas) => canvas.toDataURL()")
    page.get_by_label("Scale of W_hh").fill("0.3")
    assert max(numbers(page, "saturated")) == 0
    assert numbers(page, "squares")[0] == first
    assert float(data(page, "slope")) > 0.9
    assert strip.evaluate("(canvas) => canvas.toDataURL()") != before
    page.locator("[data-control=init]").select_option("he")
    assert numbers(page, "squares")[0] > first
    page.locator("[data-control=activation]").select_option("relu")
    page.get_by_label("Scale of W_hh").fill("4")
    assert numbers(page, "squares")[-1] > 1e6
    assert page.locator(".panel .after").count() == page.locator(".panel .before").count() == 3 * 128

"""Lesson 8 in Chromium."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tests.browser.lessons.widget import data

if TYPE_CHECKING:
    from playwright.sync_api import Page

Opened = Callable[..., "Page"]


def test_the_window_cuts_the_gradient_and_a_reset_the_state_too(opened: Opened):
    page = opened("truncated", "trained=40")
    page.wait_for_selector(".widget[data-reached='40']")
    cuts, back, loss = page.locator(".chain .cut"), page.locator(".chain .back"), float(data(page, "loss"))
    assert (cuts.count(), back.count(), data(page, "flowing")) == (7, 40, "40")
    narrow = float(data(page, "angle"))
    assert narrow > 1
    page.get_by_label("Window k").fill("1")
    assert (cuts.count(), back.count()) == (47, 0)
    assert float(data(page, "angle")) > narrow
    assert float(data(page, "readout")) < 1e-6
    page.get_by_label("Window k").fill("48")
    assert (cuts.count(), back.count()) == (0, 47)
    assert float(data(page, "angle")) < 1e-6
    assert float(data(page, "loss")) == pytest.approx(loss)
    forward = page.locator(".chain .forward").count()
    page.get_by_label("Window k").fill("6")
    page.get_by_label("Carry the state").click()
    assert page.locator(".chain .forward").count() < forward
    assert float(data(page, "loss")) != pytest.approx(loss)
    page.get_by_label("Window k").fill("1")
    assert page.locator(".costs tbody tr").nth(1).inner_text().split()[1] == "–"
    assert "NaN" not in page.locator(".widget").inner_html()

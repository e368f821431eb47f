"""Lesson 9 in Chromium."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from tests.browser.lessons.widget import data

if TYPE_CHECKING:
    from playwright.sync_api import Page

Opened = Callable[..., "Page"]


def test_the_slider_moves_the_gradient_and_the_distance_reads_it(opened: Opened):
    page = opened("vanishing")
    assert float(data(page, "tanh")) < float(data(page, "linear")) < float(data(page, "bound")) < 1
    page.get_by_label("Largest singular value σ").fill("2.5")
    assert float(data(page, "linear")) > 100
    assert "explodes without tanh" in page.locator(".sum").inner_text()
    page.get_by_label("Matrix").select_option("orthogonal")
    assert abs(float(data(page, "linear")) / float(data(page, "bound")) - 1) < 1e-6
    rnn, gru, lstm = map(float, data(page, "means").split())
    assert rnn < gru < lstm
    page.get_by_label("Steps back, k").fill("0")
    assert data(page, "means") == "1 1 1"
    chosen = page.locator(".read .chosen")
    assert chosen.count() == 3
    before = page.locator(".read").first.inner_text()
    page.get_by_label("Place in the text").fill("9")
    assert page.locator(".read").first.inner_text() != before

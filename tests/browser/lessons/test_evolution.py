"""Lesson 18 in Chromium."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from tests.browser.lessons.widget import data

if TYPE_CHECKING:
    from playwright.sync_api import Page


def test_the_slider_moves_through_loss_sample_and_cell(opened: Callable[..., "Page"]):
    page = opened("evolution", "snapshot=13")
    slider, texts = page.get_by_label("Snapshot", exact=True), page.locator(".evolution .text")
    seen = []
    for _ in range(3):
        seen.append(
            (int(data(page, "step")), float(data(page, "loss")), float(data(page, "score")), *texts.all_inner_texts())
        )
        slider.press("ArrowRight")
    steps, losses, scores, samples, passages = zip(*seen, strict=True)
    assert sorted(steps) == list(steps)
    assert sorted(losses, reverse=True) == list(losses)
    assert scores[0] < 0.5 < 0.9 < scores[2]
    assert len(set(samples)) == 3
    assert len(set(passages)) == 1
    colors = texts.last.evaluate("(node) => node.innerHTML")
    page.get_by_label("Unit", exact=True).select_option("L1.u286")
    assert texts.last.evaluate("(node) => node.innerHTML") != colors
    assert page.locator(".curve.chosen").count() == 1
    assert page.locator(".changed").count() > 0
    slider.press("Home")
    assert (data(page, "step"), data(page, "loss"), data(page, "changed")) == ("0", "", "0")

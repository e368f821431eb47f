"""Lesson 18 in Chromium."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from dashboard.lessons.evolution import data as shown
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
    slider.fill("15")
    point = shown()["points"][14]
    assert point["measured"] < point["step"] == int(data(page, "step"))
    assert f"at step {point['measured']}. Agreement" in page.locator(".evolution .sum").inner_text()
    x, y = (page.locator(".dot.validation").get_attribute(name) for name in ("cx", "cy"))
    line = page.locator(".curve.validation").get_attribute("points")
    assert f"{float(x or 0):.1f},{float(y or 0):.1f}" in (line or "").split()
    colors = texts.last.evaluate("(node) => node.innerHTML")
    page.get_by_label("Unit", exact=True).select_option("column")
    assert texts.last.evaluate("(node) => node.innerHTML") != colors
    assert page.locator(".curve.chosen").count() == 1
    assert page.locator(".changed").count() > 0
    slider.press("Home")
    assert (data(page, "step"), data(page, "loss"), data(page, "changed")) == ("0", "", "0")

"""Lesson 2 in Chromium."""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING

from tests.browser.lessons.widget import data

if TYPE_CHECKING:
    from playwright.sync_api import Page

Opened = Callable[..., "Page"]


def test_steps_fill_the_nodes_and_a_slider_moves_the_derivatives(opened: Opened):
    page = opened("chain-rule")
    assert json.loads(data(page, "derivatives")) == {"a": 2, "b": 5, "c": 2, "d": 3, "e": 1}
    page.get_by_label("a", exact=True).fill("-1")
    assert json.loads(data(page, "derivatives"))["b"] == 2
    page.get_by_role("button", name="Start").first.click()
    assert page.locator(".node.done, .node.now, .steps li").count() == 0
    for step in range(1, int(data(page, "steps")) + 1):
        page.get_by_role("button", name="Next").click()
        assert page.locator(".steps li").count() == step
        assert page.locator(".node.now").count() == 1
    assert page.locator(".node .derivative:not(:empty)").count() == 5
    assert page.locator(":focus").inner_text() == "Next ▶"
    page.locator("[data-control=graph]").select_option("power")
    assert not page.locator("[data-control=a]").is_visible()
    page.get_by_label("x", exact=True).fill("0")
    assert json.loads(data(page, "derivatives"))["x"] == 1
    assert page.locator(".uses .number").all_inner_texts() == ["0.000", "0.000", "1.000", "1.000"]
    page.get_by_role("button", name="Play").click()
    assert data(page, "step") == "0"
    page.get_by_role("button", name="Next").click()
    assert page.get_by_role("button", name="Play").count() == 1
    page.get_by_role("button", name="Play").click()
    page.get_by_role("button", name="Stop", exact=True).click()
    assert page.get_by_role("button", name="Play").count() == 1

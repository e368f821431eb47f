"""Lesson 23 in Chromium."""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING

from tests.browser.lessons.widget import data

if TYPE_CHECKING:
    from playwright.sync_api import Page

Losses = dict[str, float]


def losses(page: "Page") -> Losses:
    return json.loads(data(page, "losses"))


def test_the_race_follows_its_controls(opened: Callable[..., "Page"]):
    page = opened("optimizers")
    first = losses(page)
    assert set(first) == {"sgd", "momentum", "adam"}
    page.get_by_label("Learning rate").press("ArrowRight")
    second = losses(page)
    assert second["sgd"] > 1000 > first["sgd"]
    assert "SGD" in page.locator(".widget .sum").inner_text()
    page.get_by_role("button", name="SGD").click()
    page.get_by_role("button", name="Nesterov").click()
    assert set(losses(page)) == {"momentum", "nesterov", "adam"}
    assert page.locator(".widget .path").count() == 3
    page.get_by_label("Step", exact=True).fill("0")
    assert len(set(losses(page).values())) == 1
    page.get_by_label("Race on").select_option("network")
    page.get_by_label("Step", exact=True).fill("12")
    page.wait_for_selector(".widget[data-missing='0']")
    raced = losses(page)
    page.get_by_label("Momentum", exact=True).fill("0")
    page.wait_for_selector(".widget[data-missing='0']")
    assert losses(page)["momentum"] != raced["momentum"]

"""Lesson 19 in Chromium."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from tests.browser.lessons.widget import WIDGET, data

if TYPE_CHECKING:
    from playwright.sync_api import Page


def test_both_guesses_reveal_the_names_and_count(opened: Callable[..., "Page"]):
    page = opened("what-fires")
    cards, options = page.locator(".shown button"), page.locator(".options button")
    detector = data(page, "detector")
    cards.nth(int(data(page, "right"))).click()
    assert data(page, "revealed") == "false"
    assert detector not in page.locator(".widget").inner_text()
    options.nth(int(data(page, "option"))).click()
    assert data(page, "score") == "1 1 1"
    assert page.locator(":focus").inner_text().startswith("✓")
    page.keyboard.press("Enter")
    assert (page.locator(":focus").get_attribute("aria-disabled"), data(page, "score")) == ("true", "1 1 1")
    assert f"{detector}: detector" in page.locator(".shown.right").inner_text()
    assert page.locator(".says", has_text="no finding").count() == 2
    page.get_by_role("button", name="Next round").click()
    assert data(page, "revealed") == "false"
    assert data(page, "detector") != detector
    cards.nth((int(data(page, "right")) + 1) % 3).click()
    options.nth((int(data(page, "option")) + 1) % 4).click()
    assert data(page, "score") == "1 1 2"
    assert "Neither" in page.locator(".sum").inner_text()
    page.wait_for_url("**guesses=*2%3A*")
    page.reload()
    page.wait_for_selector(WIDGET)
    assert data(page, "score") == "1 1 2"
    page.get_by_role("button", name="Other units").click()
    assert data(page, "score") == "0 0 0"
    cards.first.click()
    options.first.click()
    assert data(page, "revealed") == "true"
    page.get_by_label("Seed of the draw").fill("77")
    assert (data(page, "revealed"), data(page, "score")) == ("false", "0 0 0")


def test_the_map_shows_how_few_units_were_found(opened: Callable[..., "Page"]):
    page = opened("what-fires", "hide=guesses")
    assert page.locator(".map rect").count() == 1024
    assert 0 < page.locator(".map rect.found").count() < 0.05 * 1024
    assert page.locator(".shown button:not(:disabled)").count() == 0

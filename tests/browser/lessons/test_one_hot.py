"""Lesson 4 in Chromium."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from tests.browser.lessons.widget import data

if TYPE_CHECKING:
    from playwright.sync_api import Page


def test_a_letter_that_is_clicked_lights_its_row(opened: Callable[..., "Page"]):
    page = opened("one-hot")
    light, product = page.locator(".matrix .light"), page.locator(".product")
    before = light.bounding_box(), product.inner_html(), data(page, "nearest")
    page.get_by_role("button", name="4", exact=True).first.click()
    assert data(page, "letter") == "4"
    assert data(page, "difference") == "0"
    assert all(
        old != new
        for old, new in zip(before, (light.bounding_box(), product.inner_html(), data(page, "nearest")), strict=True)
    )
    assert data(page, "nearest")[:3].isdigit()
    dot, row = page.locator(".vector .dot").bounding_box(), light.bounding_box()
    assert dot
    assert row
    assert abs(dot["y"] - row["y"]) < 4
    row_before = product.inner_html()
    page.get_by_label("Compare letters by").select_option("start")
    assert not data(page, "nearest").isdigit()
    assert product.inner_html() == row_before
    page.locator(".nearest button").first.click()
    assert data(page, "letter") != "4"
    assert page.locator(".map .chosen").count() <= 1


def test_a_letter_that_the_model_does_not_know_is_said(opened: Callable[..., "Page"]):
    page = opened("one-hot", "letter=你")
    assert "got “你”" in page.locator(".widget .note").inner_text()
    assert data(page, "letter") == "7"
    page.wait_for_url("**/one-hot.html#")  # the address is written a moment later


def test_a_letter_can_be_kept_by_a_link(opened: Callable[..., "Page"]):
    page = opened("one-hot", "letter=q&lock=letter")
    assert data(page, "letter") == "q"
    assert page.locator(".keyboard button:not(:disabled), .nearest button:not(:disabled)").count() == 0

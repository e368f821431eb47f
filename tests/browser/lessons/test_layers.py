"""Lesson 16 in Chromium."""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING

from tests.browser.lessons.widget import WIDGET, data

if TYPE_CHECKING:
    from playwright.sync_api import Page

TO_READ = 120_000  # milliseconds: the large network reads the text once for each change, on a busy processor too


def test_a_cut_takes_the_predictions_away_and_the_concept_changes_the_colors(opened: Callable[..., "Page"]):
    page = opened("layers")
    page.wait_for_selector(f'{WIDGET}[data-state="ready"]', timeout=TO_READ)
    bits, right = json.loads(data(page, "bits")), int(data(page, "right"))
    assert right > 100
    page.get_by_role("button", name="layer 2 gets zeros").click()
    assert page.locator(".wire.cut").count() == 1
    assert int(data(page, "right")) < right / 4
    assert f"{bits['wire-zero']:.2f} bits" in page.locator(".sum").inner_text()
    unit = page.locator(".unit b").first.inner_text()
    page.get_by_label("Units for").select_option("comment")
    assert page.locator(".unit b").first.inner_text() != unit
    page.get_by_label("Change", exact=True).select_option("forget-2")
    assert page.locator(".badge:not(:empty)").all_inner_texts() == ["forgets"]
    assert json.loads(data(page, "bits")) == bits


def test_hidden_controls_leave_no_buttons(opened: Callable[..., "Page"]):
    page = opened("layers", "hide=cut,about&cut=wire-zero")
    page.wait_for_selector(f'{WIDGET}[data-state="ready"]', timeout=TO_READ)
    assert page.locator(".layers .bars button").count() == 0
    assert page.locator(".layers .bars .chosen .name").all_inner_texts() == [
        "layer 2 gets zeros",
        "conditions of an if",
    ]
    assert "in the whole network" in page.locator(".layers .unit").first.inner_text()

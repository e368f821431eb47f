"""Lesson 11 in Chromium: the network on the page reads again when a gate is held."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from dashboard.lessons.gates import MODEL
from dashboard.lessons.gates import data as shown_data
from models.run import load_run
from tests.browser.lessons.widget import data
from tests.held_gates import read_with_held_gates

if TYPE_CHECKING:
    from playwright.sync_api import Page

Opened = Callable[..., "Page"]


def wait_for(page: "Page", shown: str) -> None:
    page.wait_for_selector(f'.widget[data-shown="{shown}"]')


def test_a_held_gate_changes_what_the_unit_does_as_torch_says(opened: Opened):
    page = opened("gates")
    assert float(data(page, "c")) == pytest.approx(0, abs=0.02)
    free = float(data(page, "bits"))
    assert page.get_by_label("at", exact=True).is_disabled()
    page.get_by_label("Hold", exact=True).select_option("forget")
    wait_for(page, "quote forget 1")
    run = load_run(MODEL)
    expected = read_with_held_gates(
        run.load_network(), run.vocabulary.encode(shown_data()["text"]).tolist(), [(2, 392, "forget_gate", 1.0)]
    )
    assert float(data(page, "c")) == pytest.approx(expected["cell"][32, 512 + 392], abs=1e-4)
    assert float(data(page, "f")) == 1
    assert float(data(page, "bits")) != free
    page.get_by_label("at", exact=True).fill("0")
    wait_for(page, "quote forget 0")
    assert float(data(page, "kept")) == 0
    page.get_by_label("Hold", exact=True).select_option("none")
    wait_for(page, "quote none")
    assert float(data(page, "bits")) == free


def test_characters_are_chosen_by_keys_and_by_clicks(opened: Opened):
    page = opened("gates")
    page.get_by_role("slider", name="Character").press("ArrowLeft")
    assert float(data(page, "c")) > 3
    page.locator(".letter[data-t='32']").click()
    assert abs(float(data(page, "c"))) < 0.02
    page.get_by_label("Unit", exact=True).select_option("line")
    assert data(page, "shown") == "line none"
    assert float(data(page, "c")) < -1

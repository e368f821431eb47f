"""Lesson 6 in Chromium: a guess is scored, and what comes next stays hidden."""

from collections.abc import Callable
from math import log2
from typing import TYPE_CHECKING

import pytest

from dashboard.lessons.language_model import PASSAGES
from tests.browser.lessons.widget import data

if TYPE_CHECKING:
    from playwright.sync_api import Page

Opened = Callable[..., "Page"]


def shown_text(page: "Page") -> str:
    letters = "".join(page.locator(".passage .letter").all_inner_texts())
    return letters.replace("␣", " ").replace("↵", "\n")


def test_guesses_are_typed_and_chosen_and_nothing_is_shown_before(opened: Opened):
    opening, hidden = PASSAGES["novel"]
    page = opened("language-model", "lock=passage")
    assert shown_text(page) == opening + "?"
    field = page.get_by_label("The next character")
    field.press_sequentially("h")
    assert (shown_text(page), data(page, "guessed")) == (opening + hidden[0] + "?", "1")
    assert float(data(page, "you")) == pytest.approx(1)
    page.get_by_label("I bet").select_option("80 %")
    page.get_by_role("button", name="e", exact=True).click()
    assert float(data(page, "you")) == pytest.approx((1 - log2(0.8)) / 2)
    field.press("Enter")
    assert float(data(page, "you")) > 1.5
    field.press_sequentially("%")
    assert data(page, "guessed") == "3"
    assert "know no %" in page.locator(".asking").inner_text()
    page.get_by_role("button", name="Pass ten times").click()
    assert shown_text(page) == opening + hidden[:13] + "?"
    page.get_by_role("button", name="Start again").click()
    assert (shown_text(page), data(page, "network")) == (opening + "?", "")


def test_the_end_is_the_end_and_another_text_begins_anew(opened: Opened):
    page = opened("language-model", "guesses=_118")
    page.get_by_role("button", name="Pass ten times").click()
    assert (data(page, "guessed"), data(page, "left")) == ("120", "0")
    assert shown_text(page) == "".join(PASSAGES["novel"])
    assert page.get_by_role("button", name="Pass", exact=True).is_disabled()
    assert float(data(page, "network")) < float(data(page, "ngram")) < float(data(page, "you"))
    page.get_by_label("Text", exact=True).select_option("today")
    assert (shown_text(page), data(page, "guessed")) == (PASSAGES["today"][0] + "?", "0")


def test_another_text_keeps_locked_guesses(opened: Opened):
    opening, hidden = PASSAGES["today"]
    page = opened("language-model", "guesses=_005&lock=guesses")
    page.get_by_label("Text", exact=True).select_option("today")
    assert (shown_text(page), data(page, "guessed")) == (opening + hidden[:5] + "?", "5")

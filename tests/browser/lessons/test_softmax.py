"""Lesson 5 in Chromium."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tests.browser.lessons.widget import data

if TYPE_CHECKING:
    from playwright.sync_api import Page

Opened = Callable[..., "Page"]


def test_a_dragged_logit_changes_the_bits_and_a_constant_does_not(opened: Opened):
    page = opened("softmax")
    bits = float(data(page, "bits"))
    page.get_by_label("Logit of r").fill("4")
    raised = float(data(page, "bits"))
    assert raised > bits + 1  # t came, and r took from its probability
    probabilities, total = list(map(float, data(page, "probabilities").split())), float(data(page, "total"))
    page.get_by_label("Add to all logits").fill("-8")
    assert list(map(float, data(page, "probabilities").split())) == pytest.approx(probabilities)
    assert float(data(page, "bits")) == pytest.approx(raised)
    assert float(data(page, "total")) < total / 1000
    assert page.locator(".rows .came .logit").inner_text() == "−6.0"
    page.get_by_label("Then comes").select_option("r")
    assert page.locator(".rows .came .name").inner_text() == "r"
    assert 2 ** -float(data(page, "bits")) == pytest.approx(probabilities[1])

"""Lesson 7 in Chromium."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from tests.browser.lessons.widget import data

if TYPE_CHECKING:
    from playwright.sync_api import Page

Opened = Callable[..., "Page"]


def lengths(page: "Page") -> list[float]:
    return list(map(float, data(page, "states").split()))


def test_a_loss_that_is_clicked_sends_its_gradient_back(opened: Opened):
    page = opened("unrolled", "trained=0")
    assert all(lengths(page))
    page.get_by_role("button", name="Loss of step 4:").click()
    assert [length > 0 for length in lengths(page)] == [True] * 4 + [False] * 9
    assert page.locator(".parts").last.locator(".edge:not(.none)").count() == 1
    written = re.findall(r"step (\d+): −?0\.\d{3}", page.locator(".terms").inner_text())
    assert written
    assert set(written) <= {"2", "3", "4"}  # W_hh: state 0 is zero, later steps get nothing
    single = float(data(page, "loss"))
    page.get_by_role("button", name="All losses together").click()
    assert float(data(page, "loss")) > 5 * single
    before = float(data(page, "loss"))
    page.get_by_label("Training steps").fill("150")
    page.wait_for_selector(".widget[data-reached='150']")
    assert float(data(page, "loss")) < before / 5
    page.goto("about:blank")
    page = opened("unrolled", "loss=5&hide=loss")
    assert page.locator(".losses button").count() == 0
    assert [length > 0 for length in lengths(page)] == [True] * 5 + [False] * 8

"""Lesson 13 in Chromium."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from tests.browser.lessons.widget import data

if TYPE_CHECKING:
    from playwright.sync_api import Page

Opened = Callable[..., "Page"]


def test_wires_change_equations_and_a_model_can_be_pinned(opened: Opened):
    page = opened("cells")
    assert data(page, "keys") == "lstm.i lstm.f lstm.g lstm.c lstm.o lstm.h"
    assert page.locator("svg .changed, .moved, tr.changed").count() == 0
    values = data(page, "values")
    page.get_by_label("Peepholes").check()
    assert "lstm.o.peephole" in data(page, "keys").split()
    assert data(page, "values") != values
    assert page.locator("tr.changed").count() == 3
    assert page.locator("svg .line.changed").count() == 3
    page.get_by_label("Peepholes").uncheck()
    page.locator("svg .line.off + .target").first.dispatch_event("click")  # a wire in the diagram
    assert page.get_by_label("Coupled").is_checked()
    assert "lstm.f.coupled" in data(page, "keys").split()
    page.locator("[data-control=cell]").select_option("gru")
    assert not page.get_by_label("Peepholes").is_visible()
    page.get_by_label("Reset gate").select_option("before")
    assert data(page, "keys") == "gru.r gru.z gru.n.before gru.h"
    page.get_by_role("button", name="Pin", exact=True).last.click()
    assert data(page, "pin") == "rnn"
    assert [text[0] for text in page.locator("td.less").all_inner_texts() if text] == ["−", "−"]


def test_a_locked_pin_cannot_be_moved_and_a_hidden_one_is_not_there(opened: Opened):
    page = opened("cells", "lock=pin&hide=seed")
    assert page.get_by_role("button", name="Pin", exact=True).first.is_disabled()
    page = opened("cells", "hide=pin")
    assert page.get_by_role("button", name="Pin").count() == 0

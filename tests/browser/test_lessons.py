"""The widgets of the lessons: touching one changes what it should."""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tests.browser.reader import address_of

if TYPE_CHECKING:
    from playwright.sync_api import Page

Open = Callable[..., "Page"]
WIDGET = "[data-lesson] .widget:not(:empty)"


def data(page: "Page", name: str) -> str:
    found = page.locator(".widget").get_attribute(f"data-{name}")
    assert found is not None
    return found


def test_in_hello_a_weight_that_is_changed_changes_the_loss_and_the_address(app: str, visitor: "Page"):
    visitor.goto(app + "learn?lesson=hello")
    visitor.wait_for_selector(WIDGET)
    before = float(data(visitor, "total"))
    assert data(visitor, "word") == "ello"
    visitor.get_by_label("b_y, row h", exact=True).fill("9")
    assert data(visitor, "word") == "hhhh"
    assert float(data(visitor, "total")) > before + 4
    assert address_of(visitor)["edits"] == "by.0.0=9"
    visitor.reload()
    visitor.wait_for_selector(WIDGET)
    assert data(visitor, "word") == "hhhh"
    visitor.get_by_role("button", name="Undo my changes").click()
    assert float(data(visitor, "total")) == before


def test_in_softmax_a_dragged_logit_changes_the_bits_and_a_constant_does_not(
    open_page: Open, exported: Callable[[str], str]
):
    page = open_page(exported("softmax"), WIDGET, offline=True)
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


def test_in_temperature_a_hundred_are_drawn_and_the_slider_moves_the_bars(
    open_page: Open, exported: Callable[[str], str]
):
    page = open_page(exported("temperature"), WIDGET, offline=True)
    page.get_by_role("button", name="Draw a hundred").click()
    assert sum(map(int, data(page, "counts").split())) == 100
    page.get_by_role("button", name="Draw a hundred more").click()
    assert sum(map(int, data(page, "counts").split())) == 200
    bits = float(data(page, "bits"))
    page.get_by_label("Temperature T").fill("2")
    assert float(data(page, "bits")) > bits
    page.get_by_label("Temperature T").fill("0")
    assert data(page, "probabilities").split()[0] == "1"
    assert data(page, "counts").split()[0] == "200"


def test_in_the_chain_rule_steps_fill_the_nodes_and_a_slider_moves_the_derivatives(
    open_page: Open, exported: Callable[[str], str]
):
    page = open_page(exported("chain-rule"), WIDGET, offline=True)
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
    page.locator("[data-control=graph]").select_option("power")
    assert not page.locator("[data-control=a]").is_visible()
    page.get_by_label("x", exact=True).fill("0")
    assert json.loads(data(page, "derivatives"))["x"] == 1
    assert page.locator(".uses .number").all_inner_texts() == ["0.000", "0.000", "1.000", "1.000"]

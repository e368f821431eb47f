"""Lesson 1 in Chromium: what each use shows is what torch gives."""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from dashboard.lessons.sequences import EXAMPLES, MODELS, TEMPERATURE, WRITTEN
from dashboard.lessons.sequences import data as given
from models.evaluate import evaluate
from models.recording import record
from models.run import load_run
from tests.browser.lessons.drawn import assert_drawn
from tests.browser.lessons.widget import WIDGET, data

if TYPE_CHECKING:
    from playwright.sync_api import Page

CHECKED = 60  # characters of each text that was written
NEAR = 1e-3  # of the threshold: there the last digit decides


def test_each_use_gives_what_torch_gives(opened: Callable[..., "Page"]):
    page, run = opened("sequences"), load_run(MODELS["code"])
    network, unit = run.load_network(), given()["unit"]
    for use, name in (("write", "It writes"), ("answer", "It answers")):
        page.locator(".uses").get_by_role("button", name=name).click()
        page.wait_for_selector(f'{WIDGET}[data-state="ready"][data-use="{use}"]')
        text = data(page, "outputs")
        assert len(text) == WRITTEN[use]
        assert_drawn(run, network, EXAMPLES[use], text[:CHECKED], 1, TEMPERATURE, [])
    page.locator(".uses").get_by_role("button", name="It labels").click()
    page.wait_for_selector(f'{WIDGET}[data-state="ready"][data-use="label"]')
    values = record(run, EXAMPLES["label"]).states["cell"][:, unit["layer"] - 1, unit["unit"]]
    for label, value in zip(data(page, "outputs"), values, strict=True):
        assert abs(value - unit["threshold"]) < NEAR or (label == "c") == (value > unit["threshold"])
    page.locator(".uses").get_by_role("button", name="It names").click()
    for text, corpus in ((EXAMPLES["name"], "code"), ("She said nothing.", "novel")):
        if text != EXAMPLES["name"]:
            page.get_by_label("Your text").fill(text)
        page.wait_for_selector(f'{WIDGET}[data-state="ready"][data-outputs="{corpus}"]')
        means = json.loads(data(page, "verdict"))["means"]
        for mean, name in zip(means, MODELS.values(), strict=True):
            model = load_run(name)
            assert mean == pytest.approx(evaluate(model.load_network(), model.vocabulary.encode(text)).nats, abs=1e-4)


def test_characters_that_the_network_does_not_know_are_told(opened: Callable[..., "Page"]):
    page = opened("sequences", "mine=你好😀")
    page.wait_for_selector(f'{WIDGET}[data-state="ready"]')
    told = "3 characters of the text (你 好 😀) are not in this model's vocabulary; it reads U+FFFD there."
    assert told in page.locator(".verdict-of").inner_text()

"""Lesson 21 in Chromium: its texts and losses are those of `models.sample` and of the ablation."""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from dashboard.lessons.cause import data
from models.clamp import Clamp, clamped_losses
from models.run import load_run
from models.units import Unit
from tests.browser.lessons.drawn import assert_drawn
from tests.browser.lessons.widget import WIDGET
from tests.browser.lessons.widget import data as shown

if TYPE_CHECKING:
    from playwright.sync_api import Page

CHECKED = 100  # characters of each text
READY = f'{WIDGET}[data-state="ready"]'


def test_free_and_held_it_writes_and_predicts_what_torch_does(opened: Callable[..., "Page"]):
    page = opened("cause", "value=-2.8")
    given, run = data(), load_run("war-and-peace")
    network, unit = run.load_network(), Unit(2, 392, "cell")
    page.wait_for_selector(READY)
    streams = [[], [Clamp(unit, -2.8)]]
    texts = [shown(page, "free"), shown(page, "held")]
    assert texts[0] != texts[1]
    assert [len(text) for text in texts] == [given["length"]] * 2
    for text, clamps in zip(texts, streams, strict=True):
        assert_drawn(run, network, given["prompt"], text[:CHECKED], 1, given["temperature"], clamps)
    losses = clamped_losses(network, run.vocabulary.encode(given["passage"]), streams)[:-1].T
    np.testing.assert_allclose(json.loads(shown(page, "losses")), losses, atol=1e-4)
    assert [len(of_column) for of_column in json.loads(shown(page, "counts"))] == [1, 1]
    slider = page.get_by_label("at c =", exact=True)
    page.get_by_label("Hold it").uncheck()
    assert slider.is_disabled()
    page.wait_for_selector(READY)
    assert shown(page, "held") == shown(page, "free") == texts[0]
    free, held = json.loads(shown(page, "losses"))
    assert free == held
    page.get_by_label("Unit", exact=True).select_option("other")
    control = given["units"]["other"]
    assert page.locator(".cause b").first.inner_text() == control["name"]
    assert float(slider.input_value()) == control["off"]
    assert shown(page, "free") == texts[0]

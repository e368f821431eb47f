"""Lesson 25 in Chromium: a blank is filled as torch fills it, networks train, and the curve follows its sliders."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import torch

from dashboard.lessons.both_ways import MODEL
from models.run import load_run
from tests.browser.lessons.widget import data

if TYPE_CHECKING:
    from playwright.sync_api import Page

Opened = Callable[..., "Page"]


def filled(left: str, right: str) -> tuple[np.ndarray, np.ndarray]:
    """The probabilities of each character in the blank, from the left side alone and from both, by torch."""
    run = load_run(MODEL)
    network, vocabulary = run.load_network(), run.vocabulary
    sides = [torch.tensor(vocabulary.encode(side)) for side in (left, right)]
    tried = torch.stack([torch.cat([sides[0], torch.tensor([k]), sides[1]]) for k in range(len(vocabulary))], 1)
    with torch.inference_mode():
        logs = network(tried, network.initial_state(len(vocabulary)))[0].double().log_softmax(-1)
    of_next = logs[:-1].gather(2, tried[1:, :, None])[:, :, 0]
    before = len(left) - 1
    both = of_next[before:].sum(0)
    return of_next[before].exp().numpy(), (both - both.logsumexp(0)).exp().numpy()


def assert_filled(page: "Page", left: str, right: str) -> None:
    page.wait_for_selector(f'.widget[data-filled="{left}_{right}"]')
    for name, expected in zip(("left", "both"), filled(left, right), strict=True):
        np.testing.assert_allclose(np.array(data(page, name).split(), float), expected, atol=1e-4)


def test_a_blank_is_filled_as_torch_fills_it(opened: Opened):
    page = opened("both-ways")
    assert_filled(page, "They rode through the ", "orest.")
    assert page.locator(".both .letter").first.inner_text() == "f"
    field = page.get_by_label("Sentence with one _")
    field.fill("It was very l_te.")
    assert_filled(page, "It was very l", "te.")
    note = page.locator(".part:not([hidden]) .hint")
    field.fill("no blank")
    assert "Wanted one _" in note.inner_text()
    assert page.locator(".both .letter:not(:empty)").count() == 0
    field.fill("It was very l_te.")
    assert_filled(page, "It was very l", "te.")
    assert "Wanted" not in note.inner_text()
    field.fill("_😀")
    page.wait_for_selector('.widget[data-filled="_😀"]')
    assert "has read nothing" in note.inner_text()
    assert "1 character of the sentence (😀) is not in this model's vocabulary" in note.inner_text()


def test_networks_train_to_the_step_of_the_slider_and_the_curve_follows_its_own(opened: Opened):
    page = opened("both-ways", "part=train&trained=100")
    page.wait_for_selector('.widget[data-trained="100"]')
    assert float(data(page, "next")) < 1.2 < float(data(page, "right"))
    page.get_by_role("slider", name="Training steps").fill("0")
    assert data(page, "trained") == "0"
    assert float(data(page, "next")) > 4
    page.get_by_role("button", name="Continuous time").click()
    error = float(data(page, "error"))
    page.get_by_role("slider", name="Step Δt").fill("0.1")
    assert float(data(page, "error")) < error / 3
    page.get_by_role("button", name="Δt = τ").click()
    assert "a plain recurrent network" in page.locator(".part:not([hidden]) .sum").inner_text()


def test_where_a_solver_is_unstable_it_is_said_in_few_digits(opened: Opened):
    page = opened("both-ways", "part=time&tau=0.1&step=2&solver=rk4&w=-0.04")
    told = page.locator(".part:not([hidden]) .sum")
    assert float(data(page, "error")) > 1e6
    assert re.match(r"Largest error: \d\.\d × 10\S{1,3}\. ", told.inner_text())
    page.get_by_role("slider", name="Feedback w").fill("1.5")
    for solver in ("euler", "rk4"):
        page.get_by_label("Solver", exact=True).select_option(solver)
        assert "is unstable" in told.inner_text()
        assert "two states" not in told.inner_text()

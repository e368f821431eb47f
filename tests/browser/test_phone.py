"""Figures on a phone: they have most of the width, and their words are in the picture and clear of one another."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from models.run import Run
from tests.browser.reader import wait_for_rest
from tests.browser.test_find import FOUND, LAST_DOT
from tests.shipped import QUOTES

if TYPE_CHECKING:
    from playwright.sync_api import Page

Open = Callable[..., "Page"]
PHONE, LEAST_SHARE = (390, 6000), 0.55
# Of each figure: the share of its width that its panels cover, its words, those of them that stick out, and pairs of
# them that overlap by more than a pixel or two.
WORDS = """
() => Array.from(document.querySelectorAll(".js-plotly-plot"), (figure) => {
  const box = figure.querySelector("svg.main-svg").getBoundingClientRect(), layout = figure._fullLayout;
  const axes = Object.keys(layout).filter((name) => /^xaxis\\d*$/.test(name)).map((name) => layout[name]);
  const covered = new Set(axes.flatMap((axis) => Array.from({ length: Math.floor(axis._length) },
    (_, k) => Math.round(axis._offset + k))));
  const words = Array.from(figure.querySelectorAll("svg text"),
    (text) => [text.textContent, text.getBoundingClientRect()]).filter(([, at]) => at.width > 0);
  const outside = words.filter(([, at]) => at.left < box.left - 1 || at.right > box.right + 1
    || at.top < box.top - 1 || at.bottom > box.bottom + 1);
  const overlap = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 2
    && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 4;
  const pairs = words.flatMap(([one, a], k) => words.slice(k + 1).filter(([, b]) => overlap(a, b))
    .map(([other]) => `${one} | ${other}`));
  const share = covered.size / box.width;
  return { share, words: words.length, outside: outside.map(([text]) => text), pairs };
})
"""
VIEWS = {
    "find?model=war-and-peace": 3,
    "find?model=wikipedia": 3,  # has the longest names of concepts
    "models?model=war-and-peace": 7,
    "models?model=linux&log=true": 9,
    f"unit?model=war-and-peace&unit={QUOTES.slug}&state=cell": 7,
    "unit?model=tiny-gru&unit=L1.u3&state=hidden": 6,
}


def open_view(open_below: Open, address: str, figures: int, **options: Any) -> "Page":
    view, query = address.split("?")
    page = open_below(view, (".js-plotly-plot",), query, **options)
    page.wait_for_function(f"document.querySelectorAll('.js-plotly-plot .cartesianlayer').length >= {figures}")
    wait_for_rest(page)
    return page


@pytest.mark.parametrize("address", VIEWS)
def test_on_a_phone_figures_have_the_width_and_their_words_are_readable(open_below: Open, gru_run: Run, address: str):
    page = open_view(open_below, address, VIEWS[address], viewport=PHONE)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    figures = page.evaluate(WORDS)
    assert len(figures) >= VIEWS[address]
    for figure in figures:
        assert figure["words"] > 4
        assert figure["share"] >= LEAST_SHARE
        assert figure["outside"] == []
        assert figure["pairs"] == []


def test_on_a_phone_what_a_dot_says_is_in_the_picture(open_below: Open):
    page = open_view(open_below, "find?model=war-and-peace", 3, viewport=PHONE)
    figure = page.locator(".js-plotly-plot").first
    x, y, _ = figure.evaluate(LAST_DOT, FOUND)
    page.mouse.move(x, y)
    said = page.wait_for_selector(".hoverlayer .hovertext")
    assert said is not None
    box, whole = said.bounding_box(), figure.bounding_box()
    assert box is not None
    assert whole is not None
    assert whole["x"] <= box["x"]
    assert box["x"] + box["width"] <= whole["x"] + whole["width"]

import re
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import pytest

from models.evaluate import Evaluation, keep_evaluation
from models.run import Run
from models.saturation import gate_saturation, save_saturation
from tests.browser.reader import ReaderOnPage, address_of, wait_for_rest

if TYPE_CHECKING:
    from playwright.sync_api import Page

Open = Callable[..., "Page"]
LEGIBLE = 4.5  # contrast, WCAG AA
INKS = """
(selector) => Array.from(document.querySelectorAll(selector), (element) => {
  const blend = (over, under) => over.slice(0, 3).map((part, k) => part * over[3] + under[k] * (1 - over[3]));
  const parse = (text) => { const [r, g, b, a = 1] = text.match(/[\\d.]+/g).map(Number); return [r, g, b, a]; };
  let paper = [], opacity = 1;
  for (let at = element; at; at = at.parentElement) {
    paper.push(parse(getComputedStyle(at).backgroundColor));
    opacity *= Number(getComputedStyle(at).opacity);
  }
  paper = paper.reverse().reduce((under, over) => blend(over, under), [255, 255, 255]);
  const style = getComputedStyle(element);
  const ink = parse(element instanceof SVGElement ? style.fill : style.color);
  ink[3] *= opacity;
  const light = (color) => color.map((c) => c / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, k) => sum + c * [0.2126, 0.7152, 0.0722][k], 0);
  const [low, high] = [light(blend(ink, paper)), light(paper)].sort((a, b) => a - b);
  return [element.textContent.slice(0, 40), (high + 0.05) / (low + 0.05)];
})
"""


@pytest.fixture(scope="session")
def measured_gru(gru_run: Run) -> Run:
    """The application's GRU with a test loss and the saturation of its gates."""
    ids = gru_run.vocabulary.encode("To be read by a gate. " * 20)
    save_saturation(gru_run, gate_saturation(gru_run.load_network(), ids), "story", "test", len(ids))
    keep_evaluation(gru_run, "test", Evaluation(1.5, 0.1, 12_000), {})
    return gru_run


@pytest.fixture
def follow_link(open_below: Open, measured_gru: Run) -> Open:
    """Opens the view by a link."""
    return partial(open_below, "models", (".training .written", ".js-plotly-plot"))


def choose_model(page: "Page", name: str) -> None:
    page.get_by_test_id("stSelectbox").first.click()
    page.get_by_role("option", name=name, exact=True).click()
    page.wait_for_selector(f'[data-testid="stCode"]:has-text("--run {name}-again")')


def test_the_page_opens_on_the_model_that_is_being_read(app: str, open_page: Open, measured_gru: Run):
    page = open_page(f"{app}?model=linux")
    page.get_by_role("link", name="Models").click()
    page.wait_for_selector('[data-testid="stCode"]:has-text("--corpus linux")')
    page.wait_for_selector(".js-plotly-plot")
    assert "2x512 LSTM" in page.locator(".headline").first.inner_text()


def test_a_choice_of_model_is_in_the_address_and_stays_when_the_page_is_loaded_anew(follow_link: Open):
    page = follow_link()
    page.wait_for_function("location.search === '?model=war-and-peace'")
    choose_model(page, "wikipedia")
    page.wait_for_function("location.search === '?model=wikipedia'")
    page.reload()
    page.wait_for_selector('[data-testid="stCode"]:has-text("--run wikipedia-again")')


def test_a_click_on_a_gate_opens_its_unit_in_read(follow_link: Open):
    page = follow_link("model=tiny-gru")
    page.wait_for_selector('.infolayer text:has-text("update gate")')
    dot = page.locator(".js-plotly-plot").first.locator(".points path").nth(30)
    dot.scroll_into_view_if_needed()
    wait_for_rest(page)
    box = dot.bounding_box()
    assert box is not None
    at = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.move(*at)
    page.wait_for_selector(".hoverlayer .hovertext")
    page.mouse.click(*at)
    page.wait_for_selector("[data-recolor-ms]")
    assert re.fullmatch(r"hidden L[12]·u\d+", ReaderOnPage(page).unit)
    assert address_of(page)["model"] == "tiny-gru"


@pytest.mark.parametrize(
    ("figure", "part"),
    [("share of characters that are errors", ".bars path >> nth=2"), ("closing brace", ".points path >> nth=4")],
)
def test_a_click_on_an_error_or_a_gain_opens_an_example_in_read(follow_link: Open, figure: str, part: str):
    page = follow_link("model=linux", viewport=(1360, 1600))
    drawn = page.locator(f'.js-plotly-plot:has(.infolayer text:has-text("{figure}"))')
    drawn.locator(part).scroll_into_view_if_needed()
    wait_for_rest(page)
    box = drawn.locator(part).bounding_box()
    assert box is not None
    at = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.move(*at)
    page.wait_for_selector(".hoverlayer .hovertext")
    page.mouse.click(*at)
    page.wait_for_function("location.search.includes('text=test')")
    address = address_of(page)
    assert (address["model"], address["mode"]) == ("linux", "predictions")
    assert re.fullmatch(r"[0-9]+-[0-9]+", address["marks"])


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_figures_and_words_are_there_and_legible_in_light_and_dark(follow_link: Open, scheme: str):
    page = follow_link("model=tiny-gru", color_scheme=scheme, viewport=(1360, 3200))
    page.wait_for_function("document.querySelectorAll('.js-plotly-plot').length === 3")
    page.wait_for_selector('.infolayer text:has-text("nats per character of the test split")')
    widths = page.locator(".js-plotly-plot").evaluate_all("(all) => all.map((one) => one.clientWidth)")
    assert min(widths[0] + widths[1], widths[2]) > 800  # the two gates stand side by side
    assert page.locator(".modebar").count() == 0
    words = ".headline div, .headline b, .headline span, .facts b, .facts span, .written"
    letters = ".xtick text, .ytick text, .infolayer text, .cartesianlayer text"
    inks = page.evaluate(INKS, f"{words}, {letters}")
    assert len(inks) > 40
    assert [ink for ink in inks if ink[1] < LEGIBLE] == []


def test_a_bad_link_gets_one_message_and_no_traceback(follow_link: Open):
    page = follow_link("model=nothing")
    page.wait_for_selector(":text(\"No run is called 'nothing'\")")
    assert page.get_by_test_id("stException").count() == 0

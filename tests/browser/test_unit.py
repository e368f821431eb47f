"""The Unit view in a real browser: links, choices, legibility."""

import re
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import pytest

from models.run import Run
from tests.browser.reader import ReaderOnPage, address_of, wait_for_rest
from tests.browser.test_models import INKS, LEGIBLE
from tests.browser.test_read import contrast, over

if TYPE_CHECKING:
    from playwright.sync_api import Page

Open = Callable[..., "Page"]
FIGURES = 6  # of a unit of the first layer, at least


@pytest.fixture
def follow_link(open_below: Open, gru_run: Run) -> Open:
    """Opens a unit's page by a link."""
    shown = (".contexts .marked", ':text("Related units")')
    return partial(open_below, "unit", shown, viewport=(1280, 900))


def wait_for_title(page: "Page", words: str) -> None:
    page.wait_for_selector(f'h3:has-text("{words}")')


def test_a_link_leads_to_a_unit_and_from_there_to_read_and_back(follow_link: Open):
    page = follow_link("model=tiny-gru&unit=L2.u7&state=hidden")
    wait_for_title(page, "L2·u7 (h) of tiny-gru")
    page.get_by_role("button", name="Open in Read").click()
    page.wait_for_selector("[data-recolor-ms]")
    ReaderOnPage(page).show("hidden L2·u7")
    page.get_by_role("link", name="Unit").click()
    wait_for_title(page, "L2·u7 (h) of tiny-gru")


def test_a_click_on_a_correlated_unit_goes_there_and_the_address_says_so(follow_link: Open):
    page = follow_link("model=tiny-gru&unit=L2.u7&state=hidden")
    button = page.get_by_role("button", name=re.compile(r"^L\d·u\d+ \(h\) · [+−]\d\.\d\d$")).first
    name = re.findall(r"L(\d)·u(\d+)", button.inner_text())[0]
    button.click()
    wait_for_title(page, f"L{name[0]}·u{name[1]} (h) of tiny-gru")
    page.wait_for_function("(unit) => location.search.includes(unit)", arg=f"L{name[0]}.u{name[1]}&")
    page.reload()
    wait_for_title(page, f"L{name[0]}·u{name[1]} (h) of tiny-gru")


def test_another_unit_and_another_concept_are_in_the_address(follow_link: Open):
    page = follow_link("model=tiny-gru&unit=L1.u3&state=hidden")
    number = page.get_by_label("Unit", exact=True)
    number.fill("9")
    number.press("Enter")
    wait_for_title(page, "L1·u9 (h) of tiny-gru")
    wait_for_rest(page)  # else the list that is opened is drawn anew
    page.get_by_test_id("stSelectbox").last.get_by_role("combobox").click()
    page.keyboard.type("column in the line")  # the list is long and shows but its first options
    page.get_by_role("option", name="The column in the line").wait_for()
    page.keyboard.press("Enter")  # a click may scroll, which closes the list
    page.wait_for_function("location.search.includes('concept=column')")
    assert address_of(page)["unit"] == "L1.u9"
    page.wait_for_selector(':text("Its mean for each amount")')


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [800, 1280])
def test_words_and_figures_are_legible_and_nothing_sticks_out(follow_link: Open, scheme: str, width: int):
    page = follow_link("model=tiny-gru&unit=L1.u3&state=hidden", color_scheme=scheme, viewport=(width, 5000))
    page.wait_for_function(f"document.querySelectorAll('.js-plotly-plot .cartesianlayer').length >= {FIGURES}")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for figure in page.locator(".js-plotly-plot").all():
        box = figure.bounding_box()
        assert box is not None
        assert box["width"] > 250
        assert box["x"] + box["width"] <= width
    words = ".headline div, .headline b, .headline span, .xtick text, .ytick text, .infolayer text"
    inks = page.evaluate(INKS, words)
    assert len(inks) > 40
    assert [ink for ink in inks if ink[1] < LEGIBLE] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_contexts_are_colored_as_the_reader_colors_and_legible(follow_link: Open, gru_run: Run, scheme: str):
    page = follow_link("model=tiny-gru&unit=L1.u3&state=hidden", color_scheme=scheme)
    ink, paper = (
        [int(part) for part in re.findall(r"\d+", page.evaluate(f"() => {expression}"))[:3]]
        for expression in (
            "getComputedStyle(document.querySelector('.stApp')).color",
            "getComputedStyle(document.querySelector('.stApp')).backgroundColor",
        )
    )
    rows = ReaderOnPage(page).pixels()
    assert min(contrast(ink, over(paper, pixel)) for row in rows for pixel in row) >= LEGIBLE
    values = [float(each.inner_text().replace("−", "-")) for each in page.locator(".contexts .values b").all()]
    assert values[: len(rows)] == sorted(values[: len(rows)], reverse=True)
    marks = page.locator(".contexts .text").first.locator(".marked")
    boxes = [mark.bounding_box() for mark in marks.all()]
    assert len({round(box["x"]) for box in boxes if box}) == 1
    column = round((boxes[0]["x"] - page.locator(".contexts .text").first.bounding_box()["x"]) / boxes[0]["width"])
    strongest = {"light": 0.85, "dark": 0.75}[scheme]
    for row, value in zip(rows, values, strict=False):
        red, _, blue, alpha = row[column]
        assert (red > blue) == (value > 0)
        assert abs(alpha / 255 - strongest * abs(value)) < 0.02


def test_where_there_is_little_room_the_marked_characters_are_in_sight(follow_link: Open):
    page = follow_link("model=tiny-gru&unit=L1.u3&state=hidden", viewport=(390, 900))
    for lines in page.locator(".contexts .lines").all():
        lines.scroll_into_view_if_needed()
        box, mark = lines.bounding_box(), lines.locator(".marked").first.bounding_box()
        assert box is not None
        assert mark is not None
        assert box["x"] < mark["x"] < mark["x"] + mark["width"] < box["x"] + box["width"] <= 390
        block = lines.locator(".block").first  # what is scrolled to is not cut off
        assert block.evaluate("(node) => getComputedStyle(node).contentVisibility") == "visible"


def test_the_contexts_text_is_text(follow_link: Open):
    page = follow_link("model=tiny-gru&unit=L1.u3&state=hidden")
    assert page.locator(".contexts pre").first.locator("script, img, a").count() == 0
    assert page.locator(".contexts pre").first.inner_text().strip()


@pytest.mark.parametrize(
    ("query", "words"),
    [("model=nothing", "No run is called 'nothing'"), ("model=tiny-gru&unit=L7.u1", "got L7.u1")],
)
def test_a_bad_link_gets_one_message_and_a_page(follow_link: Open, query: str, words: str):
    page = follow_link(query)
    page.wait_for_selector(f':text("{words}")')
    assert page.get_by_test_id("stAlert").count() == 1
    assert page.get_by_test_id("stException").count() == 0

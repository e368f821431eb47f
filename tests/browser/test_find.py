from collections.abc import Callable
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from analysis.findings import load_findings
from dashboard.board import board_of
from models.run import load_run
from tests.browser.reader import ReaderOnPage, address_of, wait_for_rest

if TYPE_CHECKING:
    from playwright.sync_api import Page

Open = Callable[..., "Page"]
CELL_HEIGHT = 35
FOUND = "best unit: detector or ramp"
# Where the last dot of the first trace of a name is on the screen, and the row of the board that it stands for.
LAST_DOT = """
(figure, name) => {
  const trace = figure._fullData.find((one) => one.name === name);
  const layout = figure._fullLayout, last = trace.x.length - 1;
  const x = layout[trace.xaxis.replace("x", "xaxis")], y = layout[trace.yaxis.replace("y", "yaxis")];
  const box = figure.getBoundingClientRect();
  const row = [].concat(trace.customdata[last])[0];
  return [box.x + x._offset + x.d2p(trace.x[last]), box.y + y._offset + y.d2p(trace.y[last]), row];
}
"""


def board() -> pd.DataFrame:
    run = load_run("war-and-peace")
    findings = load_findings(run)
    assert findings is not None
    return board_of(run, findings)


def open_find(app: str, open_page: Open) -> "Page":
    page = open_page(app)
    page.get_by_role("link", name="Find").click()
    page.wait_for_selector('[data-testid="stDataFrame"] canvas')
    page.wait_for_selector(".scatterlayer .points path")
    wait_for_rest(page)
    return page


def click_a_dot(page: "Page") -> str:
    """Click the dot of a concept that has a unit; the unit as the reader writes it."""
    figure = page.locator(".js-plotly-plot").first
    figure.scroll_into_view_if_needed()
    x, y, row = figure.evaluate(LAST_DOT, FOUND)
    page.mouse.move(x, y)
    page.wait_for_selector(".hoverlayer .hovertext")
    page.mouse.click(x, y)
    unit = board().loc[row]
    assert unit["clear"]
    return f"{unit['state']} {unit['name']}"


def click_second_row(page: "Page", x: int) -> pd.Series:
    """Click the second row of the table, so far from its left side; what stands in that row."""
    page.get_by_test_id("stDataFrame").first.click(position={"x": x, "y": CELL_HEIGHT * 2.5})
    return board().query("rank == 1").iloc[1]


def test_a_click_on_a_finding_opens_it_in_read(app: str, open_page: Open):
    page = open_find(app, open_page)
    second = click_second_row(page, 230)
    ReaderOnPage(page).show(f"{second['state']} {second['name']}")


def test_a_click_beside_a_unit_opens_its_own_page(app: str, open_page: Open):
    page = open_find(app, open_page)
    second = click_second_row(page, 50)
    page.wait_for_url("**/unit?*")
    assert address_of(page)["unit"] == second["name"].replace("·", ".")
    page.wait_for_selector(f'h3:has-text("{second["name"]}"), h4:has-text("{second["name"]}")')


def test_a_click_on_a_dot_opens_it_in_read(app: str, open_page: Open):
    page = open_find(app, open_page)
    ReaderOnPage(page).show(click_a_dot(page))


def test_the_table_downloads_as_csv(app: str, open_page: Open):
    page = open_find(app, open_page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Units as CSV").click()
    table = pd.read_csv(download.value.path())
    assert {"concept", "layer", "unit", "score", "untrained", "ngram_5", "verdict", "q_value"} <= set(table.columns)
    assert set(table["concept"]) == set(board()["concept"])


def test_back_leads_from_a_finding_to_the_findings(app: str, open_page: Open):
    page = open_find(app, open_page)
    ReaderOnPage(page).show(click_a_dot(page))
    page.go_back()
    page.wait_for_selector('[data-testid="stDataFrame"] canvas')
    wait_for_rest(page)
    page.go_back()  # to the same view: Streamlit's change of page is two entries in the history
    wait_for_rest(page)
    page.go_back()
    page.wait_for_selector("[data-recolor-ms]")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_was_not_found_is_told_and_figures_are_drawn(scheme: str, app: str, open_page: Open):
    page = open_page(app + "?model=linux", color_scheme=scheme)
    page.get_by_role("link", name="Find").click()
    page.wait_for_selector(".scatterlayer .points path")
    assert page.get_by_text("No unit found for:").is_visible()
    for heading in ("How many units can be interpreted?", "Several units together", "A custom concept"):
        page.get_by_role("heading", name=heading).scroll_into_view_if_needed()
    page.wait_for_function("document.querySelectorAll('.js-plotly-plot .scatterlayer').length >= 3")


def test_a_concept_of_ones_own_that_is_none_is_one_line(app: str, open_page: Open):
    page = open_find(app, open_page)
    box = page.get_by_role("textbox", name="Concepts, in YAML")
    box.fill("- name: [")
    page.get_by_role("button", name="Search war-and-peace").click()
    page.get_by_text("the text above is not YAML").wait_for()
    page.get_by_role("link", name="Models").click()
    box.wait_for(state="detached")
    page.get_by_role("link", name="Find").click()
    page.wait_for_selector(".scatterlayer .points path")
    box.wait_for()
    assert box.input_value() == "- name: ["

"""A GRU has h and gates, no c: nothing that a person meets says a word of c, and links that do are answered kindly."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from models.run import Run
from tests.browser.reader import ReaderOnPage, address_of

if TYPE_CHECKING:
    from playwright.sync_api import Page

Open = Callable[..., "Page"]
GRU, LSTM = "?model=tiny-gru", "?model=war-and-peace"


def header_of_table(page: "Page") -> list[str]:
    """The names of the columns of Find's table."""
    page.wait_for_selector('[data-testid="stDataFrame"] canvas')
    page.wait_for_selector('[data-testid="stDataFrame"] [role="columnheader"]', state="attached")
    return page.locator('[data-testid="stDataFrame"] [role="columnheader"]').all_text_contents()


def test_the_reader_knows_h_and_the_gates_of_a_gru(app: str, open_page: Open):
    page = open_page(app + GRU)
    reader = ReaderOnPage(page)
    assert reader.unit.startswith("hidden")
    assert page.locator(".toolbar .state button").all_text_contents() == ["h", "r", "z", "n"]
    assert page.locator(".legend").inner_text().startswith("h = −1")
    detectors = page.locator("select.finder option").all_text_contents()
    assert len(detectors) > 1
    assert not any(word in ("h", "c") for option in detectors for word in option.split())
    reader.hover(4, 0)
    page.wait_for_selector(".card:visible")
    assert page.locator(".card .facts dt").all_text_contents() == ["position", "r", "z", "n", "h", "surprise"]
    before = reader.unit
    page.get_by_role("button", name="next unit").click()
    page.wait_for_selector(f'.reader:not([data-unit="{before}"])')
    assert reader.unit.startswith("hidden")


def test_a_link_to_its_cell_state_shows_h_and_says_so(app: str, open_page: Open):
    page = open_page(app + GRU + "&unit=L2.u7&state=cell")
    ReaderOnPage(page).show("hidden L2·u7")
    page.wait_for_selector(':text("tiny-gru (2x24 GRU) has no cell state")')
    assert page.get_by_test_id("stException").count() == 0
    page.wait_for_function("location.search.includes('state=hidden')")
    assert address_of(page)["unit"] == "L2.u7"
    page = open_page(app + GRU + "&unit=L2.u7&state=forget_gate")
    ReaderOnPage(page).show("hidden L2·u7")
    page.wait_for_selector(':text("tiny-gru (2x24 GRU) has no forget gate; h is shown instead")')


def test_from_the_cells_of_an_lstm_to_a_gru_and_back(app: str, open_page: Open):
    page = open_page(app + LSTM + "&unit=L1.u3&state=cell")
    ReaderOnPage(page).show("cell L1·u3")
    for model, chip in (("tiny-gru", "detached"), ("war-and-peace", "visible")):
        page.get_by_test_id("stSelectbox").first.click()
        page.get_by_role("option", name=re.compile(rf"^{model}( ·|$)")).click()  # own models say more of themselves
        page.wait_for_function(f"location.search.includes('model={model}')")
        page.wait_for_selector(".toolbar .state [data-value=cell]", state=chip)
        page.wait_for_selector("[data-recolor-ms]")
    assert page.locator(".broken").count() == 0


def test_find_has_a_column_for_the_state_only_where_there_are_two(app: str, open_page: Open):
    columns = {}
    for model in (LSTM, GRU):
        page = open_page(app + model)
        page.get_by_role("link", name="Find").click()
        columns[model] = header_of_table(page)
    assert "State" in columns[LSTM]
    assert "State" not in columns[GRU]
    assert {"Concept", "Unit", "Score"} <= set(columns[GRU])


def test_an_exported_page_of_a_gru_knows_h_only(app: str, gru_run: Run, open_page: Open, tmp_path: Path):
    page = open_page(app + GRU + "&unit=L2.u7")
    with page.expect_download() as download:
        page.get_by_role("link", name="Export", exact=True).click()
    download.value.save_as(tmp_path / "saved.html")
    saved = open_page((tmp_path / "saved.html").as_uri(), offline=True)
    reader = ReaderOnPage(saved)
    assert reader.unit == "hidden L2·u7"
    assert saved.locator(".toolbar .state").count() == 0
    reader.hover(4, 0)
    saved.wait_for_selector(".card:visible")
    assert saved.locator(".card .facts dt").all_text_contents() == ["position", "h", "surprise"]
    saved.get_by_role("button", name="next unit").click()
    saved.wait_for_function("document.querySelector('.reader').dataset.unit !== 'hidden L2·u7'")
    assert reader.unit.startswith("hidden")


@pytest.mark.parametrize("state", ["cell", "hidden"])
def test_a_card_of_an_lstm_shows_all_signals_whichever_colors(app: str, open_page: Open, state: str):
    page = open_page(f"{app}{LSTM}&unit=L1.u3&state={state}")
    ReaderOnPage(page).hover(4, 0)
    page.wait_for_selector(".card:visible")
    assert page.locator(".card .facts dt").all_text_contents() == ["position", *"ifgoch", "surprise"]

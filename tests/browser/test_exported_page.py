from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from corpora.demo import load_passage
from dashboard.engine import Engine
from dashboard.export import detector_units, every_unit, export_page, in_every_state, page_parts
from models.run import load_run
from models.units import Unit
from tests.browser.reader import ReaderOnPage
from tests.dashboard.formulas import cells_of_codes

if TYPE_CHECKING:
    from playwright.sync_api import Page

Open = Callable[..., "Page"]
DECODED = """
async (largest) => {
  const { activationLevels, activationOf } = await import("charscope/reader/codes.js");
  const decoded = Array.from({ length: 255 }, (_, k) => activationOf("cell", k - 127, largest));
  return [decoded, Array.from(activationLevels("cell", largest)), Array.from(activationLevels("hidden"))];
}
"""
UNITS = [Unit(1, 5, "cell"), Unit(2, 9, "cell")]


@pytest.fixture
def exported(tmp_path: Path, hostile: str) -> Path:
    _, reading = Engine().read(load_run("war-and-peace"), hostile)
    (tmp_path / "page.html").write_text(
        export_page(reading, in_every_state(UNITS, ("hidden", "cell"))), encoding="utf-8"
    )
    return tmp_path / "page.html"


def test_it_works_offline_and_asks_for_nothing(open_page: Open, exported: Path):
    page = open_page(exported.as_uri(), offline=True, fresh=True)
    requests = []
    page.on("request", lambda request: requests.append(request.url))
    page.reload()
    page.wait_for_selector("[data-recolor-ms]")
    reader = ReaderOnPage(page)
    assert reader.unit == "cell L1·u5"
    page.keyboard.press("]")  # none of its units is a detector: one by one
    reader.show("cell L2·u9")
    page.locator(".scroll").focus()
    page.keyboard.press("ArrowDown")
    reader.show("cell L1·u5")
    page.get_by_role("button", name="h", exact=True).click()
    reader.show("hidden L1·u5")
    page.get_by_role("button", name="Predictions").click()
    page.wait_for_selector(".outlines")
    reader.hover(3, 0)
    page.wait_for_selector(".card:visible")
    assert len(page.locator(".card .predictions li").all()) == 5
    assert requests == [exported.as_uri()]


@pytest.mark.parametrize("largest", [0.5, 3, 50, 5000])
def test_codes_stand_for_what_the_frame_format_says(open_page: Open, exported: Path, largest: float):
    page = open_page(exported.as_uri(), offline=True)
    codes = np.arange(-127, 128)
    decoded, cell, hidden = page.evaluate(DECODED, largest)
    np.testing.assert_allclose(decoded, cells_of_codes(codes, largest), rtol=1e-12)
    np.testing.assert_allclose(cell[1:], np.tanh(cells_of_codes(codes, largest)), atol=1e-6)
    np.testing.assert_allclose(hidden[1:], codes / 127, atol=1e-6)


def test_a_hostile_text_shows_as_text_and_runs_nothing(open_page: Open, exported: Path, hostile: str):
    page = open_page(exported.as_uri(), offline=True)
    shown = page.locator(".text").evaluate(
        """(text) => Array.from(text.querySelectorAll('pre'), (pre) =>
          Array.from(pre.childNodes, (node) => node.className === 'line' ? Array.from(node.childNodes) : [node]).flat()
                .map((node) => node.dataset?.glyph ?? node.textContent).join('')).join('')"""
    )
    characters = [character for character in shown if character not in " \n↵→␀¦"]
    assert characters == [character for character in hostile if character not in " \n\t\0\u2028"]
    assert page.evaluate("document.scripts.length") == 4
    assert page.locator("img").count() == 0
    assert page.title() != "broken"


def test_a_unit_that_the_page_does_not_hold_is_said_so(open_page: Open, exported: Path):
    page = open_page(exported.as_uri(), offline=True)
    page.locator("input.number").fill("77")
    page.keyboard.press("Enter")
    page.wait_for_selector('.note:has-text("this page does not contain it")')


def test_with_all_units_any_of_them_can_be_chosen_in_both_states(open_page: Open, tmp_path: Path):
    run, out = load_run("war-and-peace"), tmp_path / "all.html"
    _, reading = Engine().read(run, load_passage("war-and-peace"))
    with out.open("w", encoding="utf-8") as file:
        file.writelines(page_parts(reading, every_unit(run, "hidden")))
    page = open_page(out.as_uri(), offline=True)
    reader, detectors = ReaderOnPage(page), detector_units(run)
    reader.show(f"{detectors[0].state} {detectors[0]}")
    page.keyboard.press("]")
    entries = page.locator("select.finder optgroup").first.locator("option")
    assert page.locator("select.finder").input_value() == entries.nth(1).get_attribute("value")
    page.locator("input.number").fill("77")
    page.keyboard.press("Enter")
    page.locator("select.layer").select_option("2")
    page.get_by_role("button", name="c", exact=True).click()
    reader.show("cell L2·u77")
    cells = reader.pixels()
    page.get_by_role("button", name="h", exact=True).click()
    reader.show("hidden L2·u77")
    assert reader.pixels() != cells
    page.locator(".scroll").focus()
    page.keyboard.press("ArrowDown")
    reader.show("hidden L2·u78")
    page.locator("input.number").fill("511")
    page.keyboard.press("Enter")
    reader.show("hidden L2·u511")
    assert page.locator(".note").inner_text() == ""


def test_the_export_button_gives_such_a_page(app: str, open_page: Open, tmp_path: Path):
    page = open_page(app + "?palette=blue–green")
    unit = ReaderOnPage(page).unit
    with page.expect_download() as download:
        page.get_by_role("link", name="Export", exact=True).click()
    download.value.save_as(tmp_path / "saved.html")
    saved = open_page((tmp_path / "saved.html").as_uri(), offline=True)
    assert ReaderOnPage(saved).unit == unit
    assert saved.locator("select.palette").input_value() == "blue–green"

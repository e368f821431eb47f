from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from dashboard.export import export_page, in_every_state
from dashboard.readings import ReadingStore, UnitName
from models.run import load_run
from tests.browser.reader import ReaderOnPage
from tests.dashboard.formulas import cells_of_codes

if TYPE_CHECKING:
    from playwright.sync_api import Page

Open = Callable[..., "Page"]
UNITS = [("cell", UnitName(1, 5)), ("cell", UnitName(2, 9))]


@pytest.fixture
def exported(tmp_path: Path, hostile: str) -> Path:
    _, reading = ReadingStore().read(load_run("war-and-peace"), hostile)
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
    page.keyboard.press("]")
    reader.show("cell L2·u9")
    page.keyboard.press("]")
    reader.show("cell L1·u5")
    page.get_by_role("button", name="h", exact=True).click()
    reader.show("hidden L1·u5")
    page.get_by_role("button", name="Guesses").click()
    page.wait_for_selector(".outlines")
    reader.hover(3, 0)
    page.wait_for_selector(".card:visible")
    assert len(page.locator(".card .guesses li").all()) == 5
    assert requests == [exported.as_uri()]


@pytest.mark.parametrize("largest", [0.5, 3, 50, 5000])
def test_codes_stand_for_what_the_frame_format_says(open_page: Open, exported: Path, largest: float):
    page = open_page(exported.as_uri(), offline=True)
    codes = np.arange(-127, 128)
    decoded = page.evaluate(f"Array.from({{ length: 255 }}, (_, k) => activationOf('cell', k - 127, {largest}))")
    np.testing.assert_allclose(decoded, cells_of_codes(codes, largest), rtol=1e-12)
    levels = page.evaluate(f"Array.from(activationLevels('cell', {largest}))")
    np.testing.assert_allclose(levels[1:], np.tanh(cells_of_codes(codes, largest)), atol=1e-6)
    levels = page.evaluate("Array.from(activationLevels('hidden', undefined))")
    np.testing.assert_allclose(levels[1:], codes / 127, atol=1e-6)


@pytest.mark.parametrize(("value", "text"), [(0.004, "0.00"), (-2.345, "−2.35"), (-45.6, "−46"), (1234.5, "1,235")])
def test_activations_are_shown_with_the_digits_that_codes_hold(
    open_page: Open, exported: Path, value: float, text: str
):
    assert open_page(exported.as_uri(), offline=True).evaluate(f"activationText({value})") == text


def test_a_hostile_text_shows_as_text_and_runs_nothing(open_page: Open, exported: Path, hostile: str):
    page = open_page(exported.as_uri(), offline=True)
    shown = page.locator(".text").evaluate(
        """(text) => Array.from(text.querySelectorAll('pre'), (pre) =>
          Array.from(pre.childNodes, (node) => node.dataset?.glyph ?? node.textContent).join('')).join('')"""
    )
    characters = [character for character in shown if character not in " \n↵→␀"]
    assert characters == [character for character in hostile if character not in " \n\t\0"]
    assert page.evaluate("document.scripts.length") == 3
    assert page.locator("img").count() == 0
    assert page.title() != "broken"


def test_a_unit_that_the_page_does_not_hold_is_said_so(open_page: Open, exported: Path):
    page = open_page(exported.as_uri(), offline=True)
    page.locator("input.number").fill("77")
    page.keyboard.press("Enter")
    page.wait_for_selector('.note:has-text("this page does not hold it")')


def test_the_export_button_gives_such_a_page(app: str, open_page: Open, tmp_path: Path):
    page = open_page(app + "?palette=blue–green")
    unit = ReaderOnPage(page).unit
    with page.expect_download() as download:
        page.get_by_role("link", name="Export").click()
    download.value.save_as(tmp_path / "saved.html")
    saved = open_page((tmp_path / "saved.html").as_uri(), offline=True)
    assert ReaderOnPage(saved).unit == unit
    assert saved.locator("select.palette").input_value() == "blue–green"

from collections.abc import Callable
from typing import TYPE_CHECKING

import pandas as pd

from dashboard.readings import UnitName, findings_of
from models.run import load_run
from tests.browser.reader import ReaderOnPage

if TYPE_CHECKING:
    from playwright.sync_api import Page

Open = Callable[..., "Page"]
CELL_HEIGHT = 35


def open_find(app: str, open_page: Open) -> "Page":
    page = open_page(app)
    page.get_by_role("link", name="Find").click()
    page.wait_for_selector('[data-testid="stDataFrame"] canvas')
    page.wait_for_timeout(1000)
    return page


def test_a_click_on_a_finding_opens_it_in_read(app: str, open_page: Open):
    page = open_find(app, open_page)
    second = [finding for finding in findings_of(load_run("war-and-peace")) if finding["place"] == 1][1]
    box = page.locator('[data-testid="stDataFrame"] canvas').first.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + 250, box["y"] + CELL_HEIGHT * 2.5)
    ReaderOnPage(page).show(f"{second['state']} {UnitName(second['layer'], second['unit'])}")


def test_a_click_on_a_dot_opens_it_in_read(app: str, open_page: Open):
    page = open_find(app, open_page)
    best = findings_of(load_run("war-and-peace"))[0]
    name = str(UnitName(best["layer"], best["unit"]))
    dot = page.locator(".scatterlayer .trace", has_text=name).locator(".points path").last
    box = dot.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    ReaderOnPage(page).show(f"{best['state']} {name}")


def test_the_table_downloads_as_csv(app: str, open_page: Open):
    page = open_find(app, open_page)
    with page.expect_download() as download:
        page.get_by_test_id("stDownloadButton").get_by_role("button").click()
    table = pd.read_csv(download.value.path())
    assert {"concept", "layer", "unit", "score", "random_init", "f1"} <= set(table.columns)
    assert len(table) == len({finding["concept"] for finding in findings_of(load_run("war-and-peace"))})


def test_back_leads_from_a_finding_to_the_findings(app: str, open_page: Open):
    page = open_find(app, open_page)
    best = findings_of(load_run("war-and-peace"))[0]
    name = str(UnitName(best["layer"], best["unit"]))
    box = page.locator(".scatterlayer .trace", has_text=name).locator(".points path").last.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    ReaderOnPage(page).show(f"{best['state']} {name}")
    page.go_back()
    page.wait_for_selector('[data-testid="stDataFrame"] canvas')
    page.wait_for_timeout(1000)
    page.go_back()  # to the same view: Streamlit's change of page is two entries in the history
    page.wait_for_timeout(1000)
    page.go_back()
    page.wait_for_selector("[data-recolor-ms]")

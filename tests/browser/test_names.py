"""Names of units in a real browser: given in Read and Unit, kept over a reload and a restart, sent as a file."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

from tests.browser.conftest import running_application
from tests.browser.reader import ReaderOnPage, wait_for_rest

if TYPE_CHECKING:
    from playwright.sync_api import Page

MODEL = "war-and-peace-lstm"
READ, UNIT = f"?model={MODEL}&unit=L1.u62&state=cell", f"unit?model={MODEL}&unit=L1.u62&state=cell"
NAME = "<img src=x onerror=alert(1)> :red[names] **b**"
NAMES = "select.named-units"


def star(page: "Page", label: str) -> None:
    """Star the unit in view, and wait until the server has kept it."""
    page.locator("button.star").click()
    page.wait_for_selector(f'{NAMES} option:checked:has-text("★ {label}")', state="attached")
    wait_for_rest(page)


def kept(folder: Path) -> dict[str, dict]:
    units = json.loads((folder / "runs" / "names.json").read_text())["units"]
    return {unit["unit"]: unit for unit in units}


def test_a_unit_is_starred_named_kept_exported_and_imported(newcomer: "Page", tmp_path: Path):
    page, wrong = newcomer, []
    page.set_default_timeout(90_000)
    page.on("dialog", lambda dialog: wrong.append(dialog.message) or dialog.dismiss())
    page.on("pageerror", lambda error: wrong.append(str(error)))
    with running_application(tmp_path) as address:
        page.goto(address + READ)
        page.wait_for_selector("[data-recolor-ms]")
        star(page, "L1·u62")
        page.get_by_role("button", name="next unit").click()
        ReaderOnPage(page).show("cell L1·u63")
        star(page, "L1·u63")
        for _ in range(100):  # the server is told, and then writes
            if len(kept(tmp_path)) == 2:
                break
            page.wait_for_timeout(100)
        assert {slug: unit["starred"] for slug, unit in kept(tmp_path).items()} == {"L1.u62": True, "L1.u63": True}
        page.locator("button.star").click()
        page.wait_for_selector('button.star[aria-pressed="false"]')
        wait_for_rest(page)
        page.locator(f'{NAMES} option[value="L1.u63"]').wait_for(state="detached")

        page.goto(address + UNIT)
        page.wait_for_selector(':text("Related units")')
        wait_for_rest(page)
        page.get_by_text("Name, note and lists").click()
        page.get_by_label("Name", exact=True).fill(NAME)
        page.get_by_label("Note", exact=True).fill("on in names\n<script>alert(2)</script>")
        page.get_by_role("button", name="Save").click()
        page.locator(".unit-names", has_text=NAME).wait_for()
        page.reload()
        assert page.locator(".unit-names", has_text=NAME).inner_text().startswith(NAME)
        assert page.locator(".unit-names img, .unit-names script").count() == 0

        page.goto(address + f"find?model={MODEL}")
        with page.expect_download() as saved:
            page.get_by_role("button", name="Download this list").click()
        file = tmp_path / "sent.json"
        saved.value.save_as(file)

    with running_application(tmp_path) as address:  # the server is started again
        page.goto(address + f"?model={MODEL}&unit=L1.u3&state=hidden")
        page.wait_for_selector("[data-recolor-ms]")
        page.locator(NAMES).select_option("L1.u62")
        ReaderOnPage(page).show("cell L1·u62")
        assert page.locator(f"{NAMES} option:checked").inner_text() == f"★ L1·u62 · {NAME}"
        assert page.locator("button.star").get_attribute("aria-pressed") == "true"

        (tmp_path / "runs" / "names.json").unlink()
        page.goto(address + f"find?model={MODEL}")
        page.locator('[data-testid="stFileUploaderDropzoneInput"]').set_input_files(file)
        page.get_by_text("Merged 1 unit of war-and-peace-lstm: 1 new").wait_for()
        assert [entry["text"] for entry in kept(tmp_path)["L1.u62"]["names"]] == [NAME]
        assert kept(tmp_path)["L1.u62"]["starred"]
    assert wrong == []

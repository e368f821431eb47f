"""The brush: text that is selected in Read is marked, and the units that are on exactly there are found."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from itertools import accumulate, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from wcwidth import iter_graphemes

from analysis.concepts import CONCEPTS
from corpora.demo import load_passage
from dashboard.engine import Engine
from dashboard.export import export_page
from dashboard.location import pack_text
from models.run import load_run
from models.units import Unit
from tests.browser.reader import ReaderOnPage, wait_for_rest

if TYPE_CHECKING:
    from playwright.sync_api import Page

Open = Callable[..., "Page"]
RUN = "war-and-peace"
PASSAGE = load_passage(RUN)
FIND = "Find units that are on exactly here"
ROW = 35  # pixels of a row of a table
QUOTE_UNITS = {f"L2·u{unit}" for unit in (171, 272, 392)}  # the search on held-out text: AUROC .97 and above
SELECT_AND_LOOK = """
async ([mode, spans]) => {
  const [{ Reader }, { InlineSource }, { copySelected, selectCharacters, selectedCharacters }] = await Promise.all(
    ["reader", "sources", "selection"].map((name) => import(`charscope/reader/${name}.js`)),
  );
  const root = document.createElement("div");
  document.body.append(root);
  const source = new InlineSource(document.getElementById("frame").textContent);
  const reader = new Reader(root, source, { mode, layer: 1, unit: 5, state: "hidden" });
  await reader.start();
  const { painter } = reader.screen;
  const copied = (event) => { copySelected(painter, event); return event.clipboardData.getData("text/plain"); };
  return spans.map(([first, last]) => {
    selectCharacters(painter, first, last);
    const event = new ClipboardEvent("copy", { clipboardData: new DataTransfer(), cancelable: true });
    return [...(selectedCharacters(painter) ?? []), copied(event)];
  });
}
"""


def quotes() -> list[tuple[int, int]]:
    """The quotations of the passage, each from its opening mark to before the closing one."""
    inside = [0, *(CONCEPTS["inside-quotes"].labels(PASSAGE) == 1).astype(int).tolist(), 0]
    edges = [at for at, (before, after) in enumerate(pairwise(inside)) if before != after]
    return list(zip(edges[::2], edges[1::2], strict=True))


def written(marks: list[tuple[int, int]]) -> str:
    return ",".join(f"{start}-{stop}" for start, stop in marks)


def drag(page: "Page", first: int, last: int) -> None:
    """Select characters first .. last - 1 of the passage, all near its beginning, with the mouse."""
    place = [(PASSAGE.count("\n", 0, at), at - (PASSAGE.rfind("\n", 0, at) + 1)) for at in (first, last - 1)]
    canvas = page.locator("canvas.colors").first
    box = canvas.bounding_box()
    assert box is not None
    cells, lines = canvas.evaluate("(canvas) => [canvas.width, canvas.height]")
    width, height = box["width"] / cells, box["height"] / lines
    (row, column), (end_row, end_column) = place
    page.mouse.move(box["x"] + column * width + 1, box["y"] + (row + 0.5) * height)
    page.mouse.down()
    page.mouse.move(box["x"] + (end_column + 1) * width - 1, box["y"] + (end_row + 0.5) * height, steps=5)
    page.mouse.up()


def wait_for_marks(page: "Page", marks: list[tuple[int, int]]) -> None:
    page.wait_for_function("(marks) => new URL(location).searchParams.get('marks') === marks", arg=written(marks))


def table_on(page: "Page", number: int = 0) -> list[list[str]]:
    """The rows of a table: of units, or (1) of concepts."""
    page.get_by_test_id("stDataFrame").nth(number).locator('[role="gridcell"]').first.wait_for(state="attached")
    rows = page.get_by_test_id("stDataFrame").nth(number).locator('tr[role="row"]').all()
    cells = [row.locator('[role="gridcell"]').all_text_contents() for row in rows]
    return [row for row in cells if row]


def test_selected_text_is_marked_and_its_units_are_found(app: str, open_page: Open):
    page = open_page(app)
    first, second, third = quotes()[:3]
    drag(page, *first)
    assert page.get_by_role("button", name="Add").count() == 0
    page.get_by_role("button", name=FIND).click()
    page.wait_for_selector(".range")
    wait_for_marks(page, [first])
    page.wait_for_selector(':text("On exactly in 1 marked range")')
    page.wait_for_selector(':text("One range is weak evidence")')
    assert table_on(page)
    drag(page, *second)
    page.get_by_role("button", name="Add to the range").click()
    wait_for_marks(page, [first, second])
    drag(page, *third)
    page.get_by_role("button", name="Add to the 2 ranges").click()
    wait_for_marks(page, [first, second, third])
    page.wait_for_selector(':text("On exactly in 3 marked ranges")')
    assert page.locator(".range").count() == 3
    assert not page.locator(".offer").is_visible()


def test_with_all_quotations_marked_a_quote_unit_leads_and_a_click_shows_it(app: str, open_page: Open):
    page = open_page(f"{app}?marks={written(quotes())}")
    page.wait_for_selector(f':text("On exactly in {len(quotes())} marked ranges")')
    rows = table_on(page)
    assert any(row[0] in QUOTE_UNITS for row in rows[:3])
    assert table_on(page, 1)[0] == ["inside quotation marks", "1", "1", "1"]
    for number in (2, 0):
        wait_for_rest(page)  # what a rerun moves has moved
        page.get_by_test_id("stDataFrame").first.click(position={"x": 30, "y": ROW * (number + 1.5)})
        ReaderOnPage(page).show(f"{ {'h': 'hidden', 'c': 'cell'}[rows[number][1]] } {rows[number][0]}")
    wait_for_marks(page, quotes())


def test_the_first_click_in_the_table_counts_also_after_the_keyboard_chose_a_unit(app: str, open_page: Open):
    page = open_page(f"{app}?marks={written(quotes())}")
    unit, wanted = ReaderOnPage(page).unit, table_on(page)[0]
    wait_for_rest(page)
    page.locator(".scroll").focus()
    page.keyboard.press("]")
    ReaderOnPage(page).leave(unit)
    page.get_by_test_id("stDataFrame").first.click(position={"x": 30, "y": ROW * 1.5})
    ReaderOnPage(page).show(f"{ {'h': 'hidden', 'c': 'cell'}[wanted[1]] } {wanted[0]}")
    page.wait_for_timeout(2_500)  # a view that is heard late, or again, would show by now
    assert ReaderOnPage(page).unit.endswith(wanted[0])


def test_marks_are_cleared_and_can_be_made_again(app: str, open_page: Open):
    mark = quotes()[0]
    page = open_page(f"{app}?marks={written([mark])}")
    page.wait_for_selector(".range")
    page.get_by_role("button", name="Clear marks").click()
    page.wait_for_selector(".range", state="detached")
    page.wait_for_selector(':text("On exactly in")', state="detached")
    page.wait_for_function("!location.search.includes('marks')")
    drag(page, *mark)
    page.get_by_role("button", name=FIND).click()
    wait_for_marks(page, [mark])


def test_a_mark_is_taken_back_where_it_is_selected(app: str, open_page: Open):
    first, second = quotes()[:2]
    page = open_page(f"{app}?marks={written([first, second])}")
    page.wait_for_selector(".range")
    drag(page, first[0] + 3, first[0] + 6)
    page.get_by_role("button", name="Unmark").click()
    wait_for_marks(page, [second])


def test_shift_and_arrows_mark_from_a_pinned_character(app: str, open_page: Open):
    page = open_page(app)
    ReaderOnPage(page).hover(5, 0)
    page.keyboard.press("Space")
    page.wait_for_selector(".card.pinned:visible")
    for _ in range(4):
        page.keyboard.press("Shift+ArrowRight")
    page.wait_for_selector('.offer:has-text("5 characters")')
    page.keyboard.press("Shift+ArrowLeft")
    page.wait_for_selector('.offer:has-text("4 characters")')
    assert not page.locator(".card").is_visible()
    page.keyboard.press("Enter")
    wait_for_marks(page, [(5, 9)])
    page.keyboard.press("Shift+ArrowRight")
    page.wait_for_selector(".offer:visible")
    page.keyboard.press("Escape")
    page.wait_for_selector(".offer", state="hidden")


def test_a_selection_pins_nothing_and_a_click_lets_go_of_it(app: str, open_page: Open):
    page = open_page(app)
    drag(page, 4, 20)
    page.wait_for_selector(".offer:visible")
    assert page.locator(".card.pinned").count() == 0
    ReaderOnPage(page).hover(3, 8)
    page.mouse.down()
    page.mouse.up()
    page.wait_for_selector(".offer", state="hidden")
    page.wait_for_selector(".card.pinned:visible")


def test_copying_gives_the_characters_themselves(app: str, open_page: Open):
    page = open_page(app + "?mode=predictions")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator(".scroll").focus()
    page.keyboard.press("ArrowRight")
    for _ in range(2):
        page.keyboard.press("Shift+ArrowDown")
    page.wait_for_selector(".offer:visible")
    page.keyboard.press("Control+C")
    lines = PASSAGE.split("\n")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == f"{lines[0]}\n{lines[1]}\n{lines[2][:1] or chr(10)}"


def test_marks_count_characters_and_not_their_halves(app: str, open_page: Open):
    text = "\U0001f642\U0001f642 said \U0001f642 she, and left.\n" * 3
    page = open_page(f"{app}?text=own&own={pack_text(text)}")
    wait_for_rest(page)  # else the reader may be replaced yet
    page.locator(".scroll").focus()
    for key in ("ArrowRight", "ArrowRight", *["Shift+ArrowRight"] * 6):
        page.keyboard.press(key)
    page.get_by_role("button", name=FIND).click()
    wait_for_marks(page, [(1, 8)])
    quoted = page.locator(".marks code")
    assert quoted.inner_text() == text[1:8]


def test_marks_stay_with_their_text_and_go_with_it(app: str, open_page: Open):
    page = open_page(f"{app}?marks=0-32")
    page.wait_for_selector(".range")
    page.get_by_role("button", name="Predictions").click()
    page.wait_for_selector(".outlines")
    assert page.locator(".range").count() == 1
    page.get_by_test_id("stSelectbox").first.click()
    page.get_by_role("option", name="linux", exact=True).click()
    page.wait_for_function("location.search.includes('demo-linux') && !location.search.includes('marks')")
    assert page.locator(".range").count() == 0


def test_a_gru_is_searched_for_h_alone(app: str, open_page: Open):
    page = open_page(f"{app}?model=tiny-gru&marks=0-32,86-127")
    rows = table_on(page)
    assert all(re.fullmatch(r"L[12]·u\d+", row[0]) and row[1] in ("on", "off") for row in rows)


@pytest.mark.parametrize(
    ("marks", "words"),
    [
        ("12", "Wanted marks such as 12-40,80-95 in the link, got '12'"),
        ("5-5", "Wanted a range with characters in it, got 5 to 5"),
        ("3-999999", "Wanted ranges within 0 to"),
        (f"0-{len(PASSAGE)}", "The ranges cover all"),
    ],
)
def test_bad_marks_get_one_line_and_the_text_is_shown(app: str, open_page: Open, marks: str, words: str):
    page = open_page(f"{app}?marks={marks}", wait_for=f':text("{words}")')
    page.wait_for_selector("[data-recolor-ms]")
    assert page.get_by_test_id("stAlert").count() == 1
    assert page.get_by_test_id("stException").count() == 0
    assert page.locator(".range").count() == 0


# ---- exported pages ------------------------------------------------------------------------------------------


@pytest.fixture
def exported(tmp_path: Path, hostile: str) -> tuple[str, str]:
    """The address of an exported page, and its text: tabs, wide characters, and lines that are longer than a row."""
    text = hostile * 3 + "no space to break a line at " + "x" * 300 + "\n\n\tend\t\ttabs\n"
    _, reading = Engine().read(load_run(RUN), text)
    (tmp_path / "page.html").write_text(export_page(reading, [Unit(1, 5, "hidden")]), encoding="utf-8")
    return (tmp_path / "page.html").as_uri(), reading.text


def test_an_exported_page_has_no_brush(open_page: Open, exported: tuple[str, str]):
    page = open_page(exported[0], offline=True)
    box = page.locator("canvas.colors").first.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 10, box["y"] + 10)
    page.mouse.down()
    page.mouse.move(box["x"] + 200, box["y"] + 10, steps=4)
    page.mouse.up()
    assert len(page.evaluate("String(getSelection())")) > 10
    assert page.locator(".offer").count() == 0
    assert page.get_by_role("button", name=FIND).count() == 0
    assert "mark" not in page.locator(".keys").inner_text()


@pytest.mark.parametrize("mode", ["colors", "predictions"])
def test_what_is_selected_is_what_is_told_and_copied(open_page: Open, exported: tuple[str, str], mode: str):
    address, text = exported
    page = open_page(address, offline=True)
    ends = range(0, len(text) + 1, 7)
    spans: Any = [
        (start, min(len(text), start + length)) for start in ends for length in (1, 2, 90) if start < len(text)
    ]
    told = page.evaluate(SELECT_AND_LOOK, [mode, spans])
    edges = [0, *accumulate(len(letter) for letter in iter_graphemes(text))]
    whole = [(edges[bisect_right(edges, start) - 1], edges[bisect_left(edges, stop)]) for start, stop in spans]
    assert whole != spans
    assert told == [[start, stop, text[start:stop]] for start, stop in whole]

"""The world's scripts in the reader: what stands where, and what the pointer finds there."""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from dashboard.engine import Engine
from dashboard.export import Look, export_page
from models.run import load_run
from models.units import Unit

if TYPE_CHECKING:
    from playwright.sync_api import Page

Open = Callable[..., "Page"]
FAMILY, ARABIC, HINDI = "\U0001f469\u200d\U0001f469\u200d\U0001f467", "مرحبا بالعالم", "नमस्ते"
TEXT = f"中文ab\n{FAMILY}x\ne\u0301a\n{ARABIC} abc\n{HINDI} d\nthe end of the text\n"
# The box of every character in cells, from the layout of a pane of its own, and what it finds at the middle of each.
BOXES = """
async (mode) => {
  const { TextPane } = await import("charscope/reader/pane.js");
  const { readingOf } = await import("charscope/reader/reading.js");
  const { InlineSource } = await import("charscope/reader/sources.js");
  const { selectCharacters, selectedCharacters } = await import("charscope/reader/selection.js");
  const scroll = document.querySelector(".scroll");
  const source = new InlineSource(document.getElementById("frame").textContent);
  const { painter } = new TextPane(scroll, readingOf(await source.base()), mode), { grid, cell, rowHeight } = painter;
  const { left, top } = painter.text.getBoundingClientRect();
  const boxes = grid.characters.map((character, i) => ({
    character, row: grid.rowOf(i), left: grid.left[i], right: grid.right[i], first: grid.first[i],
    found: painter.characterAt(
      left + ((grid.left[i] + grid.right[i]) / 2) * cell.width, top + (grid.rowOf(i) + 0.3) * rowHeight),
  }));
  const selections = boxes.map((_, i) => {
    selectCharacters(painter, i, i + 1);
    return selectedCharacters(painter);
  });
  document.getSelection().removeAllRanges();
  return { boxes, selections, columns: grid.columns };
}
"""


@pytest.fixture(scope="module")
def page_of_scripts(tmp_path_factory: pytest.TempPathFactory) -> str:
    _, reading = Engine().read(load_run("war-and-peace-gru"), TEXT)
    file: Path = tmp_path_factory.mktemp("scripts") / "page.html"
    file.write_text(export_page(reading, [Unit(1, 0, "hidden")], Look()), encoding="utf-8")
    return file.as_uri()


@pytest.mark.parametrize("mode", ["colors", "predictions"])
def test_the_pointer_and_a_selection_find_every_character(open_page: Open, page_of_scripts: str, mode: str):
    told = open_page(page_of_scripts, offline=True).evaluate(BOXES, mode)
    boxes = told["boxes"]
    for i, box in enumerate(boxes):
        assert box["found"] == i, box
        assert 0 <= box["left"] < box["right"] <= told["columns"] + 1.01
        ends = [k for k, other in enumerate(boxes) if other["first"] == box["first"]]
        assert told["selections"][i] == [ends[0], ends[-1] + 1], "a cluster is selected whole"


def test_wide_is_two_cells_and_right_to_left_runs_so(open_page: Open, page_of_scripts: str):
    boxes = open_page(page_of_scripts, offline=True).evaluate(BOXES, "colors")["boxes"]
    assert [(box["left"], box["right"]) for box in boxes[:4]] == [(0, 2), (2, 4), (4, 5), (5, 6)]
    family = boxes[TEXT.index(FAMILY) : TEXT.index(FAMILY) + len(FAMILY)]
    assert (family[0]["left"], family[-1]["right"]) == (0, 2)
    start = TEXT.index(ARABIC)
    arabic = boxes[start : start + len(ARABIC)]
    assert all(later["right"] <= sooner["left"] + 0.01 for sooner, later in pairwise(arabic))
    latin = boxes[start + len(ARABIC) + 1 : start + len(ARABIC) + 4]
    assert [box["character"] for box in sorted(latin, key=lambda box: box["left"])] == ["a", "b", "c"]
    assert latin[-1]["right"] <= arabic[-1]["left"]


def test_letters_join_and_unknown_characters_are_marked_and_named(open_page: Open, page_of_scripts: str):
    page = open_page(page_of_scripts, offline=True)
    line = page.locator(".line").first
    assert line.get_attribute("dir") == "rtl"
    assert ARABIC in (line.text_content() or "")  # in one node: so its letters join
    assert page.locator(".not-known").count() >= 4
    said = page.locator(".about-unknown").inner_text()
    assert "“\u2068ا\u2069” 3 times" in said
    assert "U+200D 2 times" in said


def test_a_step_goes_over_the_code_points_of_a_cluster(open_page: Open, page_of_scripts: str):
    page = open_page(page_of_scripts, offline=True)
    page.locator(".scroll").focus()
    for _ in range(TEXT.index(FAMILY) + 2):
        page.keyboard.press("ArrowRight")
    page.wait_for_selector(f'.card-part:has-text("code point 2 of 5 of “{FAMILY}”")')
    box = page.locator(".cursor").bounding_box()
    assert box is not None
    wide = page.evaluate("() => document.querySelector('canvas.colors').getBoundingClientRect().width")
    cells = page.evaluate("() => document.querySelector('canvas.colors').width / 12")
    assert box["width"] == pytest.approx(2 * wide / cells, abs=0.1)


def test_print_shows_all_of_the_text(open_page: Open, page_of_scripts: str):
    page = open_page(page_of_scripts, offline=True)
    page.emulate_media(media="print")
    style = "(node) => { const { overflowY, maxHeight } = getComputedStyle(node); return [overflowY, maxHeight]; }"
    assert page.locator(".scroll").evaluate(style) == ["visible", "none"]
    # the text may just be laid out anew: a block that has left the page has no style
    page.wait_for_function("getComputedStyle(document.querySelector('.block')).contentVisibility === 'visible'")
    assert not page.locator(".toolbar").is_visible()
    page.emulate_media(media="screen")

"""Compare, as a person meets it: rows over one text, one cursor, keys, two models' surprise, and the saved page."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from corpora.demo import load_passage
from models.evaluate import character_losses
from models.recording import record
from models.run import load_run
from tests.browser.reader import address_of
from tests.shipped import QUOTES

if TYPE_CHECKING:
    from playwright.sync_api import Page

LSTM, GRU, RNN = "war-and-peace-lstm", "war-and-peace-gru", "war-and-peace-rnn"
ROWS = f"{LSTM}:L1.u3:cell,{GRU}:L1.u5:hidden,nobody:loss,{LSTM}:loss"
# The colors of the first line of the text: [row][column] of RGBA. Lines out of sight are not in the page.
FIRST_LINE = """
async (lines) => {
  lines.scrollTop = 0;
  const found = () => lines.querySelector('.line[style*="top: 0px"] canvas');
  while (!found()) await new Promise(requestAnimationFrame);
  const { width, height } = found(), image = found().getContext("2d").getImageData(0, 0, width, height);
  const pixels = Array.from({ length: width * height }, (_, k) => Array.from(image.data.slice(4 * k, 4 * k + 4)));
  return Array.from({ length: height }, (_, row) => pixels.slice(row * width, (row + 1) * width));
}
"""


class ComparisonOnPage:
    """Compare on a page."""

    def __init__(self, page: "Page") -> None:
        self.page = page
        self.root = page.locator(".compare")
        self.lines = page.locator(".compare .lines")

    def show(self, rows: str) -> None:
        """Wait until these rows are shown, and have loaded."""
        self.page.wait_for_selector(f'.compare[data-ready="true"][data-rows="{rows}"]')

    def first_line(self) -> list[list[list[int]]]:
        return self.lines.evaluate(FIRST_LINE)

    def hover(self, column: int, row: int = 0) -> None:
        """Point at a character of the first line."""
        box = self.lines.locator(".line").first.locator("canvas").bounding_box()
        assert box is not None
        cells, rows = len(self.first_line()[0]), len(self.first_line())
        self.page.mouse.move(
            box["x"] + (column + 0.5) * box["width"] / cells, box["y"] + (row + 0.5) * box["height"] / rows
        )

    def card(self) -> list[str]:
        self.page.wait_for_selector(".compare .card:visible")
        return self.page.locator(".compare .card .value b").all_text_contents()


def level_of(pixel: list[int]) -> float:
    """How strong a color is, below zero for blue."""
    strength = pixel[3] / 255 / 0.85
    return -strength if pixel[2] > pixel[0] else strength


def assert_colors(pixels: list[list[int]], levels: np.ndarray) -> None:
    """The colors are those of the levels, to within a step of the codes."""
    shown = np.array([level_of(pixel) for pixel in pixels[: len(levels)]])
    assert np.abs(shown - np.clip(levels, -1, 1)).max() < 0.02


def test_rows_keys_and_two_models(app: str, open_below: Callable[..., "Page"], open_page: Any, tmp_path: Path):
    shown = ('.compare[data-ready="true"]',)
    page = open_below("compare", shown, f"text=demo-war-and-peace&rows={ROWS}")
    compare, text = ComparisonOnPage(page), load_passage("war-and-peace")
    page.wait_for_selector(':text("No run is called")')  # one line, and the other rows are there
    valid = f"{LSTM}:L1.u3:cell,{GRU}:L1.u5:hidden,{LSTM}:loss"
    compare.show(valid)

    # every row is what a recording says
    recordings = {name: record(load_run(name), text) for name in (LSTM, GRU)}
    length = text.index("\n")
    line = compare.first_line()
    assert_colors(line[0], np.tanh(recordings[LSTM].states["cell"][:length, 0, 3]))
    assert_colors(line[1], recordings[GRU].states["hidden"][:length, 0, 5])
    assert_colors(line[2][1:], recordings[LSTM].loss[: length - 1] / 5)
    labels = page.locator(".compare .line").first.locator(".label").all_inner_texts()
    assert labels == [f"1 L1·u3 c\n{LSTM}", f"2 L1·u5 h\n{GRU}", f"3 surprise\n{LSTM}"]

    # one cursor, one card
    compare.hover(6, 1)
    values = compare.card()
    at = 6
    assert values[0].replace("−", "-") == f"{recordings[LSTM].states['cell'][at, 0, 3]:.2f}"
    losses = [recordings[name].loss[at - 1] for name in (LSTM, LSTM, GRU)]
    assert values[2:] == [f"{loss:.2f} nats · {loss / np.log(2):.2f} bits" for loss in losses]

    # keys: another unit of the row in focus, another row, another order
    compare.lines.focus()
    page.keyboard.press("]")
    compare.show(valid.replace("L1.u3", "L1.u4"))
    assert_colors(compare.first_line()[0], np.tanh(recordings[LSTM].states["cell"][:length, 0, 4]))
    page.keyboard.press("ArrowDown")
    page.keyboard.press("[")
    second = f"{LSTM}:L1.u4:cell,{GRU}:L1.u4:hidden,{LSTM}:loss"
    compare.show(second)
    page.keyboard.press("Shift+ArrowUp")
    compare.show(f"{GRU}:L1.u4:hidden,{LSTM}:L1.u4:cell,{LSTM}:loss")
    assert address_of(page)["rows"] == f"{GRU}:L1.u4:hidden,{LSTM}:L1.u4:cell,{LSTM}:loss"
    page.get_by_role("button", name="move row 1 down").click()
    compare.show(second)

    # gates are states of a unit; a share begins at 0, where there is no color
    page.keyboard.press("s")
    compare.show(second.replace("u4:hidden", "u4:reset_gate"))
    assert page.locator(".compare .legend").inner_text().split("\n") == ["reset gate: 0 shut", "1 open"]
    assert all(pixel[2] <= pixel[0] for pixel in compare.first_line()[1][:length])
    page.get_by_label("State").select_option("hidden")
    compare.show(second)

    # a difference of two units, and a layer
    page.get_by_label("Subtract").select_option(label=f"− {LSTM} L1·u4 c")
    compare.show(f"{LSTM}:L1.u4:cell,{GRU}:L1.u4:hidden,{GRU}:L1.u4:hidden~{LSTM}:L1.u4:cell,{LSTM}:loss")
    difference = recordings[GRU].states["hidden"][:, 0, 4] - np.tanh(recordings[LSTM].states["cell"][:, 0, 4])
    assert_colors(compare.first_line()[2], difference[:length])
    page.get_by_role("button", name="remove row 3").click()
    page.get_by_label("What the row shows").select_option("layer")
    page.wait_for_selector('.compare[data-ready="true"][data-rows*=":L1:"]')

    # two models: the sum is that of evaluate
    page.get_by_role("button", name="Compare their surprise").click()
    page.wait_for_selector(".paired h3")
    said = page.locator(".paired .main").inner_text()
    networks = [(load_run(name).load_network(), load_run(name).vocabulary.encode(text)) for name in (LSTM, GRU)]
    both = [character_losses(network, ids).sum(dtype=float) for network, ids in networks]
    total = re.search(r"by ([\d.]+) nats", said)
    assert total
    assert abs(float(total[1]) - abs(both[1] - both[0])) < 0.1
    assert said.startswith(LSTM if both[0] < both[1] else GRU)
    stretches = page.locator(".paired .stretches button")
    assert stretches.count() == 10
    stretches.last.click()
    page.wait_for_selector(".compare .card.pinned:visible")
    assert page.locator(".compare .cursor").is_visible()

    # another model is chosen, then all is saved, and the address opens it anew
    page.get_by_label("Model").select_option(RNN)
    page.wait_for_selector(f'.compare[data-ready="true"][data-rows*="{RNN}"]')
    rows = address_of(page)["rows"]
    with page.expect_download() as download:
        page.get_by_role("link", name="Export", exact=True).click()
    download.value.save_as(tmp_path / "saved.html")
    saved = open_page((tmp_path / "saved.html").as_uri(), '.compare[data-ready="true"]', offline=True)
    alone = ComparisonOnPage(saved)
    alone.show(rows)
    saved.wait_for_selector(".paired h3")
    assert alone.first_line()[0][:length] == compare.first_line()[0][:length]
    alone.lines.focus()
    saved.keyboard.press("Shift+ArrowDown")
    saved.wait_for_selector(f'.compare:not([data-rows="{rows}"])')


def test_from_find_to_the_best_unit_of_each_network(app: str, open_below: Callable[..., "Page"]):
    page = open_below(
        "find", ('button:has-text("Compare the best unit")',), "concept=inside-quotes&model=war-and-peace"
    )
    page.get_by_role("button", name="Compare the best unit of each network").click()
    page.wait_for_selector('.compare[data-ready="true"]')
    rows = page.locator(".compare").get_attribute("data-rows") or ""
    assert f"war-and-peace:{QUOTES.slug}:cell" in rows
    assert f"{GRU}:" in rows
    assert page.locator(".compare .chip", has_text=f"war-and-peace {QUOTES} c · quote detection cell").count() == 1
    assert address_of(page)["rows"] == rows
    menu = page.get_by_test_id("stTopNav")  # links of Find to lessons may still be there
    menu.get_by_role("link", name="Read").click()  # the rows are only in the address of Compare, and are kept
    page.wait_for_selector("[data-recolor-ms][data-unit]")
    assert "rows" not in address_of(page)
    menu.get_by_role("link", name="Compare").click()
    page.wait_for_selector(f'.compare[data-ready="true"][data-rows="{rows}"]')

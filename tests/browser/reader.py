"""Points at characters of the reader and reads its pixels."""

from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from playwright.sync_api import Page

FIRST_ROWS = """
(canvas) => {
  const { width, height } = canvas;
  const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
  return { width, height, pixels: Array.from(data) };
}
"""
LOWEST_OF_MANY = """
async (root) => {
  const times = [];
  root.querySelector(".scroll").focus();
  for (let k = 0; k < 30; k++) {
    document.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowDown", bubbles: true }));
    await new Promise((done) => setTimeout(done, 60));
    times.push(Number(root.dataset.recolorMs));
  }
  return times;
}
"""


def address_of(page: "Page") -> dict[str, str]:
    """What the address bar says: the query by name."""
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}


class ReaderOnPage:
    """The reader as a person meets it."""

    def __init__(self, page: "Page") -> None:
        self.page = page
        self.root = page.locator(".reader")

    @property
    def unit(self) -> str:
        return self.root.get_attribute("data-unit") or ""

    def show(self, unit: str) -> None:
        """Wait until a unit, such as `cell L1·u3`, is shown."""
        self.page.wait_for_selector(f'.reader[data-unit="{unit}"]')

    def pixels(self) -> list[list[tuple[int, int, int, int]]]:
        """The colors of the first block of lines, one per character cell: [row][column] of RGBA."""
        got = self.root.locator("canvas.colors").first.evaluate(FIRST_ROWS)
        flat = [tuple(got["pixels"][k : k + 4]) for k in range(0, len(got["pixels"]), 4)]
        return [flat[row * got["width"] : (row + 1) * got["width"]] for row in range(got["height"])]

    def hover(self, column: int, row: int) -> None:
        canvas = self.root.locator("canvas.colors").first
        box = canvas.bounding_box()
        assert box is not None
        cells, lines = canvas.evaluate("(canvas) => [canvas.width, canvas.height]")
        x, y = (column + 0.5) * box["width"] / cells, (row + 0.5) * box["height"] / lines
        self.page.mouse.move(box["x"] + x, box["y"] + y)

    def recolor_times(self) -> list[float]:
        """Milliseconds of script time of 30 switches to the next unit by keyboard."""
        return self.root.evaluate(LOWEST_OF_MANY)

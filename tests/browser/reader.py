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
# Of 30 switches to the next unit: whether the frame after the key shows it, and the script time that it took.
SWITCHES = """
async (root) => {
  const canvas = root.querySelector("canvas.colors"), found = [];
  const shown = () => canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.join();
  root.querySelector(".scroll").focus();
  for (let k = 0; k < 30; k++) {
    const unit = root.dataset.unit, colors = shown();
    document.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowDown", bubbles: true }));
    await new Promise(requestAnimationFrame);
    await new Promise((done) => queueMicrotask(done));
    found.push([root.dataset.unit !== unit && shown() !== colors, Number(root.dataset.recolorMs)]);
  }
  return found;
}
"""
# The app has run its script and shows nothing that is about to go.
AT_REST = """
() => document.querySelector('[data-testid="stApp"][data-test-script-state="notRunning"]')
  && !document.querySelector('[data-stale="true"], [data-testid="stSkeleton"]')
"""


def address_of(page: "Page") -> dict[str, str]:
    """What the address bar says: the query by name."""
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}


def wait_for_address(page: "Page", wanted: dict[str, str]) -> None:
    """Wait until the address bar says this and nothing else: Learn does not write it at every change."""
    page.wait_for_function(
        """(wanted) => {
          const said = [...new URLSearchParams(location.search)].filter(([, value]) => value);
          return said.length === Object.keys(wanted).length && said.every(([name, value]) => wanted[name] === value);
        }""",
        arg=wanted,
    )


def wait_for_rest(page: "Page") -> None:
    """Wait until the app has run its script and everything that it shows is of this run."""
    page.wait_for_function(AT_REST)


def colored(page: "Page") -> int:
    """How many characters have a color."""
    return page.locator(".read-panel .text").evaluate(
        """(text) => Array.from(text.querySelectorAll("canvas.colors"), (canvas) => {
          const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
          return data.filter((value, k) => k % 4 === 3 && value > 0).length;
        }).reduce((sum, count) => sum + count, 0)"""
    )


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

    def leave(self, unit: str) -> None:
        """Wait until another unit than this one is shown."""
        self.page.wait_for_selector(f'.reader[data-unit]:not([data-unit="{unit}"])')

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

    def switch_units(self) -> list[tuple[bool, float]]:
        """Of 30 switches by keyboard: whether the next frame shows the next unit; milliseconds of script time."""
        return self.root.evaluate(SWITCHES)

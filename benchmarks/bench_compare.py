"""Compare in Chromium: one of eight rows over a long text changes its unit, against Read, which has one row.

python -m benchmarks.bench_compare
"""

import os
import shutil
import tempfile
from pathlib import Path

import typer
from playwright.sync_api import Browser, sync_playwright

from benchmarks.compare import Comparison, Quick, announce, report
from corpora.demo import load_passage
from dashboard.compare_page import compare_page
from dashboard.compared import Row, Signal
from dashboard.engine import ENGINE
from dashboard.export import export_page
from models.run import load_run
from models.units import Unit

ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")
FRAME_MS = 16
# Of so many switches to the next unit: milliseconds of the main thread until it is laid out, and whether it is shown.
SWITCHES = """
async ([name, key, times]) => {
  const root = document.querySelector(".reader"), found = [];
  root.querySelector(".scroll").focus();
  for (let k = 0; k < times; k++) {
    await new Promise(requestAnimationFrame);
    const before = root.dataset[name], began = performance.now();
    document.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
    for (let wait = 0; wait < 40; wait++) await null;
    root.getBoundingClientRect();
    found.push([performance.now() - began, root.dataset[name] !== before]);
  }
  return found;
}
"""


def main(quick: Quick = False) -> None:
    """Write a page of each, and step through its units."""
    chromium = os.environ.get("CHARSCOPE_CHROMIUM") or shutil.which("chromium")
    if not chromium:
        print("No Chromium found: Compare is not timed.")
        return
    announce("Compare: switching the unit of one of eight rows, as a multiple of Read's speed with one row")
    run, (length, times) = load_run("war-and-peace-gru"), (1_000, 5) if quick else (20_000, 50)
    text = (load_passage("war-and-peace") * 20)[:length]
    units = [Unit(1, index, "hidden") for index in range(8)]
    pages = [
        compare_page([Row(Signal.of_unit(run.name, unit)) for unit in units], text, ""),
        export_page(ENGINE.read(run, text)[1], units),
    ]
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(ARGUMENTS))
        taken = [
            _switches(browser, Path(folder) / f"{name}.html", page, [name, key, times])
            for page, name, key in zip(pages, ("rows", "unit"), ("]", "ArrowDown"), strict=True)
        ]
        browser.close()
    ratio = Comparison(*(tuple(each) for each in taken)).ratio
    longest = max(taken[0])
    report(f"8 rows, {length:,} characters", ratio, f"{sorted(taken[0])[times // 2]:.1f} ms, at most {longest:.1f} ms")
    print(f"  a frame has {FRAME_MS} ms")


def _switches(browser: Browser, file: Path, page: str, asked: list[object]) -> list[float]:
    """Milliseconds of each switch on one page."""
    file.write_text(page, encoding="utf-8")
    context = browser.new_context(offline=True, viewport={"width": 1360, "height": 900})
    opened = context.new_page()
    opened.goto(file.as_uri())
    opened.wait_for_selector('[data-ready="true"], [data-unit]')
    opened.evaluate(SWITCHES, asked)  # to warm up
    found = opened.evaluate(SWITCHES, asked)
    context.close()
    assert all(shown for _, shown in found), "a switch showed nothing new"
    return [taken for taken, _ in found]


if __name__ == "__main__":
    typer.run(main)

"""Opens pages of Compare and of Read in Chromium from disk, and says how long a switch to the next unit takes."""

import json
import sys
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")
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


def switches_on(browser: Browser, page: Path, asked: list[object]) -> list[float]:
    """Milliseconds of each switch on one page."""
    context = browser.new_context(offline=True, viewport={"width": 1360, "height": 900})
    opened = context.new_page()
    opened.goto(page.as_uri())
    opened.wait_for_selector('[data-ready="true"], [data-unit]')
    opened.evaluate(SWITCHES, asked)  # to warm up
    found = opened.evaluate(SWITCHES, asked)
    context.close()
    assert all(shown for _, shown in found), "a switch showed nothing new"
    return [taken for taken, _ in found]


def main() -> None:
    """Read what is asked from standard input, and write the milliseconds of each page."""
    asked = json.load(sys.stdin)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=asked["chromium"], args=list(ARGUMENTS))
        taken = [switches_on(browser, Path(page), [name, key, asked["times"]]) for page, name, key in asked["pages"]]
        browser.close()
    print(json.dumps(taken))


if __name__ == "__main__":
    main()

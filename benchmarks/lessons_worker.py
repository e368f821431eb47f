"""Opens the lessons of a running app in Chromium: how soon each shows its picture, and how long its frames take."""

import json
import sys
from typing import Any

from playwright.sync_api import Page, sync_playwright

from benchmarks.live_page_worker import ARGUMENTS

# Milliseconds from a click on a lesson of the course's path until its widget is painted.
OPEN = """
(root, name) => new Promise((resolve) => {
  const began = performance.now();
  Array.from(root.querySelectorAll(".station a")).find((link) => link.search.includes(`lesson=${name}`)).click();
  const look = () => {
    if (root.dataset.lesson !== name || !root.querySelector(".widget:not(:empty)")) return requestAnimationFrame(look);
    requestAnimationFrame(() => resolve(performance.now() - began)); // the frame after is painted
  };
  look();
})
"""
# The longest time between two frames, and how many there were, for some milliseconds after a click on a stop; a number
# that no stop has clicks none.
WATCH = """
(root, [stop, milliseconds]) => new Promise((resolve) => {
  const began = performance.now();
  let last = began, longest = 0, frames = 0;
  root.querySelectorAll(".stops button")[stop]?.click();
  const look = (now) => {
    [longest, last, frames] = [Math.max(longest, now - last), now, frames + 1];
    if (now - began < milliseconds) requestAnimationFrame(look);
    else resolve([longest, (1000 * frames) / (now - began)]);
  };
  requestAnimationFrame(look);
})
"""


def measured(page: Page, address: str, name: str, milliseconds: int) -> dict[str, Any]:
    """One lesson, opened from the path: `first` picture, and for each stop its longest frame beside that of the path at
    rest, in milliseconds, and its frames per second.
    """
    page.goto(f"{address}learn")
    page.wait_for_selector(".station")
    root = page.locator("[data-lesson]")
    rest = root.evaluate(WATCH, [99, milliseconds])
    first = root.evaluate(OPEN, name)
    stops = [root.evaluate(WATCH, [k, milliseconds]) for k in range(page.locator(".stops button").count())]
    return {"name": name, "first": first, "rest": rest, "stops": stops}


def main() -> None:
    """Measure the lessons that the input names; one line of JSON."""
    asked = json.load(sys.stdin)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=asked["chromium"], args=list(ARGUMENTS))
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        found = [measured(page, asked["address"], name, asked["milliseconds"]) for name in asked["lessons"]]
        browser.close()
    print(json.dumps(found))


if __name__ == "__main__":
    main()

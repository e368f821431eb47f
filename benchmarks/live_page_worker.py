"""Opens live pages in Chromium from disk, and says how long they take to color, to write and to read a text."""

import json
import sys
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")
LONGEST = 120_000  # milliseconds that a page is waited for; then what it shows is said instead
GIVE_UP = f"""
const lasts = {LONGEST}, waiting = performance.now();
const gaveUp = (reject) => performance.now() - waiting > lasts
  && (reject(new Error("The page shows: " + document.body.innerText.slice(0, 2000))), true);
"""
# The time since the page was opened, once something is so; looked at in every frame.
WHEN = f"""
([selector, attribute, least]) => new Promise((resolve, reject) => {{
  {GIVE_UP}
  const look = () => {{
    const found = document.querySelector(selector);
    const is = found && (!attribute || Number(found.getAttribute(attribute)) >= least);
    return is ? resolve(performance.now()) : gaveUp(reject) || requestAnimationFrame(look);
  }};
  look();
}})
"""
# Milliseconds for so many characters once the text is begun anew, from the hundredth on. All in the page: between two
# calls from outside it may write all that it ever does.
WRITE = f"""
(characters) => new Promise((resolve, reject) => {{
  {GIVE_UP}
  const speed = document.querySelector("select.speed");
  speed.value = "fastest";
  speed.dispatchEvent(new Event("change"));
  let begun = 0;
  const look = () => {{
    const written = Number(document.querySelector(".generate").dataset.written), now = performance.now();
    if (written >= 100 && !begun) begun = now;
    if (written >= 100 + characters) return resolve(Math.max(now - begun, 1));
    return gaveUp(reject) || requestAnimationFrame(look);
  }};
  look();
}})
"""
# Milliseconds until a text that was pasted is read to its end, and the longest time between two frames meanwhile.
PASTE = f"""
(text) => new Promise((resolve, reject) => {{
  {GIVE_UP}
  const field = document.querySelector("textarea.own"), began = performance.now();
  let last = began, longest = 0;
  field.value = text;
  field.dispatchEvent(new Event("input", {{ bubbles: true }}));
  const whole = `${{Array.from(text).length.toLocaleString("en")}} characters;`;
  const look = (now) => {{
    [longest, last] = [Math.max(longest, now - last), now];
    if (document.querySelector(".status").textContent.startsWith(whole)) return resolve([now - began, longest]);
    return gaveUp(reject) || requestAnimationFrame(look);
  }};
  requestAnimationFrame(look);
}})
"""


def measured(browser: Browser, chromium_page: Path, characters: int, text: str) -> dict[str, Any]:
    """Milliseconds and characters per second of one page, in a fresh profile."""
    context = browser.new_context(offline=True)
    page = context.new_page()
    page.goto(chromium_page.as_uri())
    colored = page.evaluate(WHEN, ["[data-recolor-ms]", "", 0])
    kernel = page.locator("[data-kernel]").first.get_attribute("data-kernel")
    pasted, longest = page.evaluate(PASTE, text)
    page.goto("about:blank")
    page.goto(chromium_page.as_uri() + "#tab=generate")
    first = page.evaluate(WHEN, [".generate", "data-written", 1])
    page.get_by_role("button", name="Start over").click()
    lasted = page.evaluate(WRITE, characters)
    context.close()
    return {
        "kernel": kernel, "colored": colored, "first": first, "pasted": pasted, "longest": longest,
        "speed": 1000 * characters / lasted,
    }  # fmt: skip


def main() -> None:
    """Measure the pages that the input names by turns; one line of JSON."""
    asked = json.load(sys.stdin)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=asked["chromium"], args=list(ARGUMENTS))
        pages = [Path(each) for each in asked["pages"]]
        rounds = [
            [measured(browser, page, asked["characters"], asked["text"]) for page in pages]
            for _ in range(asked["rounds"])
        ]
        browser.close()
    print(json.dumps(rounds))


if __name__ == "__main__":
    main()

"""Drives Generate: opens it, waits for characters, reads its texts."""

from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import urlencode

if TYPE_CHECKING:
    from playwright.sync_api import Page

Open = Callable[..., "Page"]
READY = ".generate[data-written]"
# Kept once the page has written so many characters.
WRITTEN = """
(root, count) => new Promise((resolve) => {
  const look = () => (Number(root.dataset.written) >= count ? resolve() : requestAnimationFrame(look));
  look();
})
"""
# Kept once nothing was written for a fifth of a second.
STILL = """
(root) => new Promise((resolve) => {
  let last = root.dataset.written, since = performance.now();
  const look = (now) => {
    if (root.dataset.written !== last) [last, since] = [root.dataset.written, now];
    return now - since > 200 ? resolve() : requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})
"""
PROMPT = "There was a man, and "


def open_generate(app: str, open_page: Open, *, wait_for: str = READY, **query: object) -> "Page":
    return open_page(f"{app}generate?{urlencode({'model': 'tiny-gru', **query})}", wait_for=wait_for)


def pause(page: "Page") -> None:
    page.get_by_role("button", name="Pause").click()
    page.get_by_role("button", name="Write", exact=True).wait_for()


def wait_for_still(page: "Page") -> None:
    """Wait until no character has come for a while."""
    page.locator(READY).evaluate(STILL)


def text_of(page: "Page", column: str = "Free") -> str:
    """A column's text, as it is laid out: without the breaks of its rows."""
    region = page.locator(f'.column .scroll[aria-label="{column}"]')
    return region.evaluate(
        "(scroll) => Array.from(scroll.querySelectorAll('pre'), (pre) => pre.textContent).join('')"
    ).removesuffix("\n")


def compact(text: str) -> str:
    return "".join(text.split())


def glyph_of(character: str) -> str:
    """How a choice shows a character."""
    return {" ": "␣", "\n": "↵"}.get(character, character)


def written(page: "Page", count: int) -> None:
    """Wait until so many characters are written."""
    page.locator(READY).evaluate(WRITTEN, count)

"""Pages that tests use one after the other."""

from collections import Counter, defaultdict
from contextlib import suppress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Dialog, Page


BLANK = "about:blank"
FORGET = "() => { try { localStorage.clear(); sessionStorage.clear(); } catch {} }"


def origin_of(address: str) -> str:
    """What a browser gives a process to: a page that goes elsewhere starts another."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


MOST_USES = 10  # of a page: the process behind it fills with what networks and weights leave


class Pages:
    """Pages that tests use one after the other: one that was open at this origin opens anything in a third of the time.

    A page is loaded anew for each test and keeps nothing of the last one but its history.
    """

    def __init__(self, browser: "Browser") -> None:
        self.context = browser.new_context()
        self.kept: defaultdict[str, list[Page]] = defaultdict(list)  # by origin
        self.uses: Counter[Page] = Counter()
        self.lent: list[Page] = []
        self.fresh: list[Page] = []
        self.problems: list[str] = []
        self.last = ""  # the origin that was used last
        self.context.on("weberror", lambda error: self.problems.append(error.error.stack or str(error.error)))
        self.context.on("dialog", self._dismiss)
        self.context.on("console", self._listen)

    def _dismiss(self, dialog: "Dialog") -> None:
        self.problems.append(f"dialog {dialog.message}")
        dialog.dismiss()

    def _listen(self, said: "ConsoleMessage") -> None:
        if said.type == "error":
            self.problems.append(said.text)

    def open(
        self,
        address: str,
        *wait_for: str,
        timeout: int,
        viewport: tuple[int, int] = (1360, 900),
        color_scheme: str = "light",
        offline: bool = False,
        fresh: bool = False,
    ) -> "Page":
        """A page at an address, once all that is waited for is there.

        At `about:blank` it is the one that was used last, wherever.

        A fresh one has no history, and is closed after the test: for who counts pages or listens to events.
        """
        kept = self.kept[origin_of(address) if address != BLANK else self.last]
        page = kept.pop() if kept and not fresh else self.context.new_page()
        (self.fresh if fresh else self.lent).append(page)
        self.context.set_offline(offline)
        page.set_default_timeout(timeout)
        page.set_viewport_size({"width": viewport[0], "height": viewport[1]})
        page.emulate_media(color_scheme=color_scheme)
        page.mouse.move(0, 0)
        page.goto(address)
        for selector in wait_for:
            page.wait_for_selector(selector)
        return page

    def take_back(self) -> list[str]:
        """End a test: what went wrong in it, before its pages were left."""
        wrong = list(self.problems)
        self.context.clear_permissions()
        self.context.set_offline(False)
        for page in (*self.lent, *self.fresh):
            with suppress(Exception):  # it is on its way elsewhere
                page.evaluate(FORGET)
        for page in reversed(self.lent):
            page.unroute_all()
            self.last = origin_of(page.url)
            self.uses[page] += 1
            if self.uses[page] < MOST_USES:
                self.kept[self.last].append(page)
                page.goto(BLANK)
        for page in {*self.context.pages} - {page for kept in self.kept.values() for page in kept}:
            page.close()
        for spent in (self.lent, self.fresh, self.problems):
            spent.clear()
        return wrong

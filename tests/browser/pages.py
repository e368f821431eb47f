"""Pages that the tests of a file use one after the other."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Dialog, Page


class Pages:
    """Pages that the tests of a file use one after the other: one that has been open before opens anything sooner.

    A page is loaded anew for each test and keeps nothing of the last one but its history.
    """

    def __init__(self, browser: "Browser") -> None:
        self.context = browser.new_context()
        self.kept: list[Page] = []
        self.lent: list[Page] = []
        self.fresh: list[Page] = []
        self.problems: list[str] = []
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

        A fresh one has no history, and is closed after the test: for who counts pages or listens to events.
        """
        page = self.kept.pop() if self.kept and not fresh else self.context.new_page()
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
        for page in self.lent:
            page.unroute_all()
            page.goto("about:blank")
        for page in self.fresh:
            page.close()
        self.kept += reversed(self.lent)
        for spent in (self.lent, self.fresh, self.problems):
            spent.clear()
        return wrong

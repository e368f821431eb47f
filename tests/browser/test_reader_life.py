"""The reader comes, goes and is replaced: nothing that arrives late does harm, and no key is lost."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from dashboard.location import pack_text
from dashboard.readings import findings_of
from models.run import load_run
from tests.browser.reader import ReaderOnPage

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

Open = Callable[..., "Page"]
AT_REST = '[data-testid="stApp"][data-test-script-state="notRunning"]'
BEFORE = [each["concept"] for each in findings_of(load_run("war-and-peace")) if each["rank"] == 1 and each["clear"]]
AFTER_LANDING = BEFORE[(BEFORE.index("inside-quotes") + 1) % len(BEFORE)]


class Gate:
    """Holds requests back until it is opened."""

    def __init__(self, page: "Page", pattern: str) -> None:
        self.held: list[Route] = []
        self.is_open = False
        page.route(pattern, self.meet)

    def meet(self, route: "Route") -> None:
        if self.is_open:
            route.continue_()
        else:
            self.held.append(route)

    def open(self) -> None:
        self.is_open = True
        for route in self.held:
            route.continue_()


def empty_page(open_page: Open) -> "Page":
    return open_page("about:blank", wait_for="html")


@pytest.mark.parametrize(
    ("late", "seen"),
    [("**/hosts/streamlit.js", ".reader-place"), ("**/readings/*/base", ".waiting"), ("**/readings/*/cell", ".scroll")],
)
def test_a_key_that_is_pressed_while_the_page_comes_up_is_played(app: str, open_page: Open, late: str, seen: str):
    page = empty_page(open_page)
    gate = Gate(page, late)
    page.goto(app)
    page.wait_for_selector(seen, state="attached")
    while not gate.held:
        page.wait_for_event("request")
    page.keyboard.press("]")
    gate.open()
    page.wait_for_selector("[data-recolor-ms]")
    page.wait_for_function("(wanted) => new URL(location).searchParams.get('concept') === wanted", arg=AFTER_LANDING)


def test_a_key_that_is_pressed_while_the_server_reads_is_played(app: str, open_page: Open):
    page = empty_page(open_page)
    text = "She said she had not been asked. " * 60
    page.goto(f"{app}?text=own&own={pack_text(text)}")
    page.wait_for_selector(".st-key-reader_ahead [data-testid^=stBidiComponent]", state="attached")
    page.keyboard.press("]")
    page.wait_for_selector("[data-recolor-ms]")
    page.wait_for_function("(wanted) => new URL(location).searchParams.get('concept') === wanted", arg=AFTER_LANDING)


def test_a_key_that_is_pressed_while_another_model_comes_up_is_played(app: str, open_page: Open):
    page = open_page(app)
    gate = Gate(page, "**/readings/*/base")
    page.get_by_test_id("stSelectbox").first.click()
    page.get_by_role("option", name="linux", exact=True).click()
    page.wait_for_selector(".waiting")
    page.keyboard.press("]")
    gate.open()
    detectors = [each["concept"] for each in findings_of(load_run("linux")) if each["rank"] == 1 and each["clear"]]
    wanted = detectors[(detectors.index("comment-or-string") + 1) % len(detectors)]
    page.wait_for_function("(wanted) => new URL(location).searchParams.get('concept') === wanted", arg=wanted)


def test_a_reader_that_is_removed_while_it_is_shown_does_no_harm(app: str, open_page: Open, tmp_path: Path):
    (tmp_path / "empty.txt").write_text("")
    page = open_page(app + "?text=own", wait_for="textarea")
    page.locator("textarea").fill("Call me again, said he.")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("[data-recolor-ms]")
    page.locator('input[type="file"]').set_input_files(tmp_path / "empty.txt")
    page.get_by_text("empty.txt is empty").wait_for()
    assert page.locator("textarea").input_value() == "Call me again, said he."  # nothing is lost
    page.locator("textarea").fill("")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(".reader", state="detached")
    page.set_viewport_size({"width": 700, "height": 800})  # what watches its size would be told
    page.keyboard.press("]")
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


@pytest.mark.parametrize("late", ["**/hosts/streamlit.js", "**/readings/*/base", "**/readings/*/cell"])
def test_a_reader_that_is_left_before_it_is_there_does_no_harm(app: str, open_page: Open, late: str):
    from playwright.sync_api import expect

    page = empty_page(open_page)
    gate = Gate(page, late)
    page.goto(app)
    page.wait_for_selector(".reader-place", state="attached")
    page.get_by_role("link", name="Models").click()
    page.wait_for_selector(".training")
    expect(page.locator(".reader-place")).to_have_count(1)  # that of the slider: the reader's is gone
    gate.open()
    page.wait_for_selector(".written")
    assert page.locator(".reader:not(.training)").count() == 0  # the slider of Models has the reader's colors
    page.get_by_role("link", name="Read", exact=True).click()
    page.wait_for_selector("[data-recolor-ms]")
    page.keyboard.press("]")
    page.wait_for_function("(wanted) => new URL(location).searchParams.get('concept') === wanted", arg=AFTER_LANDING)


def test_a_module_that_does_not_load_is_said_so(browser: Any, app: str):
    page = browser.new_page()
    page.route("**/hosts/streamlit.js", lambda route: route.abort())
    page.goto(app)
    page.get_by_text("This part did not load").last.wait_for()  # the first is of what takes no room
    page.close()


def test_the_server_is_told_of_the_view_when_somebody_leaves_the_reader(app: str, open_page: Open):
    page = empty_page(open_page)
    sent: list[bytes] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame)))
    page.goto(app + "?model=tiny-gru&unit=L1.u10&state=hidden")
    reader = ReaderOnPage(page)
    reader.show("hidden L1·u10")
    page.wait_for_selector(AT_REST)
    page.locator(".scroll").click(position={"x": 5, "y": 5})
    before = len(sent)
    page.get_by_role("button", name="next unit").click()
    reader.show("hidden L1·u11")
    page.locator("select.palette").select_option("blue–green")
    page.wait_for_function("location.search.includes('green')")
    assert len(sent) == before
    page.get_by_role("link", name="Unit").click()
    page.wait_for_selector(".contexts .marked")
    view = b'"unit":11,"concept":"","mode":"colors"'
    assert sum(view in (frame if isinstance(frame, bytes) else frame.encode()) for frame in sent[before:]) >= 1
    ramp = page.locator(".contexts .legend").evaluate("(node) => node.style.cssText")
    assert "88, 146, 250" in ramp  # blue–green: the Unit view knows what the reader showed
    page.get_by_role("link", name="Read", exact=True).click()
    reader.show("hidden L1·u11")


@pytest.mark.parametrize("way", ["Control", "Shift", "Enter"])
def test_the_unit_in_view_is_kept_however_a_link_is_followed(way: str, app: str, open_page: Open):
    page = empty_page(open_page)
    page.goto(app + "?model=tiny-gru&unit=L1.u10&state=hidden")
    reader = ReaderOnPage(page)
    reader.show("hidden L1·u10")
    page.wait_for_selector(AT_REST)
    link = page.get_by_role("link", name="Unit", exact=True)
    link.focus()
    page.keyboard.press("]")
    page.wait_for_function("!location.search.includes('u10')")
    unit = page.evaluate("new URL(location).searchParams.get('unit')")
    if way == "Enter":
        page.keyboard.press("Enter")
    else:
        link.click(modifiers=[way])
    page.wait_for_function("(unit) => location.pathname.endsWith('/unit') && location.search.includes(unit)", arg=unit)
    assert page.get_by_text("encountered an error").count() == 0


def test_what_was_told_is_not_told_again(app: str, open_page: Open):
    page = empty_page(open_page)
    sent: list[object] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame)))
    page.goto(app)
    page.wait_for_selector("[data-recolor-ms]")
    page.wait_for_selector(AT_REST)
    elsewhere = page.get_by_test_id("stMainBlockContainer")
    counts = []
    for step in (False, False, True, False):
        if step:
            page.get_by_role("button", name="next unit").click()
            page.wait_for_function("!location.search.includes('concept')")
        before = len(sent)
        elsewhere.dispatch_event("pointerdown")
        page.wait_for_selector(AT_REST)
        counts.append(len(sent) - before)
    assert counts == [0, 0, 1, 0]

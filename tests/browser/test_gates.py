"""Gates in Read: by keyboard to the forget gate, its colors and card, all signals of the unit, the same by address."""

import re
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from corpora.demo import load_passage
from models.recording import Recording, record
from models.run import load_run
from tests.browser.reader import ReaderOnPage, address_of, wait_for_rest

if TYPE_CHECKING:
    from playwright.sync_api import Page

Open = Callable[..., "Page"]
RUN, COLUMN = "war-and-peace-lstm", 7
AT = 40  # the character that is pointed at


@cache
def recording() -> Recording:
    return record(load_run(RUN), load_passage("war-and-peace"), gates=True)


def value(state: str, at: int = AT) -> float:
    return float(recording().states[state][at, 0, COLUMN])


def number(shown: str) -> float:
    return float(shown.replace("−", "-"))


def facts(page: "Page") -> dict[str, str]:
    """What the card says, by name."""
    return dict(zip(*(page.locator(f".card .facts {each}").all_text_contents() for each in ("dt", "dd")), strict=True))


def test_by_keyboard_to_the_forget_gate_and_back_by_address(app: str, open_page: Open):
    page = open_page(f"{app}?model={RUN}&text=demo-war-and-peace&unit=L1.u{COLUMN}&state=cell")
    reader = ReaderOnPage(page)
    reader.show(f"cell L1·u{COLUMN}")
    wait_for_rest(page)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for gate in ("input_gate", "forget_gate"):
        page.keyboard.press("s")
        reader.show(f"{gate} L1·u{COLUMN}")
    assert [url.rsplit("/", 1)[1] for url in asked if "/readings/" in url] == ["input_gate", "forget_gate"]
    assert page.locator(".sentence").inner_text().startswith(f"Forget gate f of unit L1·u{COLUMN}: how much")
    assert page.locator(".legend").inner_text().split("\n") == ["forget gate: 0 shut", "1 open"]
    assert page.locator('.toolbar .state [aria-pressed="true"]').inner_text() == "f"
    first_line = load_passage("war-and-peace").index("\n")
    opacity = np.array(reader.pixels()[0][:first_line])[:, 3] / 255
    exact = recording().states["forget_gate"][:first_line, 0, COLUMN]
    np.testing.assert_allclose(opacity, 0.85 * exact, atol=0.01)
    _read_the_card(page, reader)
    _read_the_panel(page)
    page.wait_for_function("location.search.includes('signals=1')")
    assert address_of(page)["state"] == "forget_gate"
    page.reload()
    page.wait_for_selector(".signals:visible")
    reader.show(f"forget_gate L1·u{COLUMN}")
    page.wait_for_selector(".signals-update p")  # all signals have come, though nothing is pointed at
    page.keyboard.press("Shift+S")
    reader.show(f"input_gate L1·u{COLUMN}")
    page.keyboard.press("a")
    page.wait_for_selector(".signals", state="hidden")
    page.wait_for_function("!location.search.includes('signals')")


def test_a_live_page_reads_and_writes_by_a_gate(open_page: Open, small: str, saved: Callable[[str], str]):
    page = open_page(f"{saved(small)}#unit=L1.u7&state=update_gate&signals=1", offline=True)
    reader = ReaderOnPage(page)
    reader.show("update_gate L1·u7")
    page.wait_for_selector(".read-panel .reader[data-read]")
    page.locator(".read-panel .scroll").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_selector(".signals-update p")
    update = page.locator(".signals-update p").inner_text()
    z, n, h = (number(each) for each in page.locator(".signal-value").all_text_contents()[1:])
    assert update.startswith("h = (1 − z)·n + z·h₋₁ = ")
    assert abs((1 - z) * n - h) < 0.02  # at the first character h was 0
    page.get_by_role("tab", name="Generate").click()
    page.wait_for_selector(".generate[data-written]:not([data-written='0'])")
    assert page.locator(".generate .choices-facts").inner_text().startswith("L1·u7 z = ")
    assert page.locator(".generate .note").inner_text() == ""


def _read_the_card(page: "Page", reader: ReaderOnPage) -> None:
    reader.hover(AT, 0)
    page.wait_for_selector(".card .card-update")
    shown = facts(page)
    assert list(shown) == ["position", *"ifgoch", "surprise"]
    names = ("input_gate", "forget_gate", "candidate_gate", "output_gate", "cell", "hidden")
    for letter, state in zip("ifgoch", names, strict=True):
        assert abs(number(shown[letter]) - value(state)) < 0.05, letter
    update = page.locator(".card .card-update").all_text_contents()
    f, before, i, g, c = (number(each) for each in re.findall(r"−?\d+\.\d\d", update[0]))
    assert abs(f * before + i * g - c) < 0.1
    assert abs(before - value("cell", AT - 1)) < 0.05
    assert update[1].startswith("h = o·tanh c = ")


def _read_the_panel(page: "Page") -> None:
    """It follows the character at the pointer, and shows what is around it."""
    page.keyboard.press("Space")
    page.keyboard.press("a")
    page.wait_for_selector(f".signals:visible .signals-title:has-text('character {AT}')")
    assert page.locator(".signal-name b").all_text_contents() == list("ifgoch")
    passage = load_passage("war-and-peace")
    assert page.locator(".signals-text .here").inner_text() in (passage[AT], "␣")
    values = page.locator(".signal-value").all_text_contents()
    assert abs(number(values[1]) - value("forget_gate")) < 0.01
    drawn = page.locator(".signals canvas").nth(1).evaluate(
        "(canvas) => canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some((each) => each)"
    )  # fmt: skip
    assert drawn
    assert page.locator(".card .facts dt").all_text_contents() == ["position", "surprise"]  # the panel has the others
    page.keyboard.press("ArrowRight")
    page.wait_for_selector(f".signals-title:has-text('character {AT + 1}')")

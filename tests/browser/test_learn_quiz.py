"""The quiz "Guess this unit" in a real browser."""

from typing import TYPE_CHECKING

import numpy as np

from models.recording import record
from models.run import load_run
from tests.browser.reader import wait_for_address

if TYPE_CHECKING:
    from playwright.sync_api import Page

MODEL, LOCAL, PLAIN = "war-and-peace-lstm", "L1.u62", "L1.u23"  # one with a verdict, one without
OWN = 'Prince Andrew said "no" <b>& left</b> Moscow.'
QUIZ = f"learn?quiz&model={MODEL}&units={LOCAL},{PLAIN}"
ASKED = ".quiz .excerpts"


def choose(page: "Page", option: str) -> None:
    page.locator(".option", has_text=option).locator("input").check()
    page.get_by_role("button", name="Reveal").click()
    page.wait_for_selector(".result .verdict")


def test_a_whole_quiz_of_two_units(app: str, visitor: "Page"):
    messages, requests = [], []
    visitor.on("console", lambda message: messages.append((message.type, message.text)))
    visitor.on("request", lambda request: requests.append(request.url))
    visitor.goto(app + QUIZ)
    visitor.wait_for_selector(ASKED)
    assert visitor.locator(".quiz figure").count() == 3
    assert visitor.locator(".quiz figure .text span[style]").count() > 30
    assert visitor.get_by_role("button", name="Reveal").is_disabled()
    assert "L1·u62" not in visitor.locator(".lesson").inner_text()
    assert not [url for url in requests if url.endswith("/weights")]  # the model is loaded only for a text of one's own

    visitor.locator("textarea").press_sequentially(OWN[:3])
    visitor.locator("textarea").fill(OWN)
    np.testing.assert_allclose(own_levels(visitor), expected_levels(62), atol=2e-4)
    assert visitor.locator(".own-text .text").inner_text() == OWN
    assert len([url for url in requests if url.endswith("/weights")]) == 1

    visitor.locator("input.own").fill("<i>names</i>")
    choose(visitor, "inside names")
    result = visitor.locator(".result").inner_text()
    assert result.startswith("Yes.")
    assert "L1·u62 (c)" in result
    assert "<i>names</i>" in result
    assert visitor.locator(".evidence tr").count() >= 4
    way = visitor.locator(".ways a").first.get_attribute("href") or ""
    assert way.startswith("./unit?")
    assert f"model={MODEL}&unit={LOCAL}" in way

    visitor.get_by_role("button", name="Next unit").click()
    visitor.wait_for_selector(".own-text[data-unit='L1.u23']")
    np.testing.assert_allclose(own_levels(visitor), expected_levels(23), atol=2e-4)  # the text stays
    visitor.locator(".option input").first.check()  # wrong, whatever it is: the search found nothing
    visitor.get_by_role("button", name="Reveal").click()
    assert visitor.locator(".verdict").inner_text().startswith("No. The search found nothing")
    visitor.get_by_role("button", name="Summary").click()
    assert visitor.locator(".quiz .sum").inner_text().startswith("1 of 2 right")
    assert visitor.locator(".summary tbody tr").count() == 2
    wait_for_address(visitor, {"model": MODEL, "units": f"{LOCAL},{PLAIN}", "at": "3"})

    visitor.get_by_role("button", name="Other units").click()
    visitor.wait_for_selector(ASKED)
    wait_for_address(visitor, {"model": MODEL, "seed": "2"})
    assert visitor.locator(".steps button").count() == 6
    assert visitor.locator(".steps .score").inner_text() == "6 units"
    assert [text for kind, text in messages if kind == "error"] == []


def own_levels(page: "Page") -> list[float]:
    page.wait_for_selector(f".own-text[data-length='{len(OWN)}']")
    written = page.locator(".own-text").get_attribute("data-levels") or ""
    return [float(level) for level in written.split()]


def expected_levels(index: int) -> list[float]:
    return np.tanh(record(load_run(MODEL), OWN).states["cell"][:, 0, index]).tolist()


def test_the_keyboard_is_enough_and_the_address_restores_the_question(app: str, visitor: "Page"):
    visitor.set_viewport_size({"width": 390, "height": 800})
    visitor.goto(app + QUIZ + "&at=2")
    visitor.wait_for_selector(ASKED)
    assert visitor.locator(".quiz h2").inner_text() == "Unit 2 of 2"
    assert visitor.evaluate("document.documentElement.scrollWidth") <= 390
    visitor.locator("textarea").focus()
    for key in ("Tab", "Space", "Tab", "Tab", "Enter"):  # the first concept, past one's own words, Reveal
        visitor.keyboard.press(key)
    visitor.wait_for_selector(".result .verdict")
    assert visitor.evaluate("document.documentElement.scrollWidth") <= 390
    visitor.keyboard.press("Tab")
    visitor.keyboard.press("Tab")
    visitor.keyboard.press("Tab")
    visitor.keyboard.press("Enter")
    assert visitor.locator(".quiz h2").inner_text() == "Summary"
    visitor.locator(".crumbs a").click()
    visitor.wait_for_selector(".station")
    visitor.get_by_role("link", name="Guess this unit").click()
    visitor.wait_for_selector(".quiz")
    assert "quiz" in visitor.url


def test_a_hostile_address_is_text_in_one_line(app: str, visitor: "Page"):
    visitor.goto(app + f"learn?quiz&model={MODEL}&units=L1.u3,<img src=x onerror=alert(1)>&seed=x&at=-1")
    visitor.wait_for_selector(".quiz .note")
    assert "Wanted a unit such as L2.u217" in visitor.locator(".quiz .note").inner_text()
    assert "<img" in visitor.locator(".quiz .note").inner_text()
    assert visitor.locator(".lesson img").count() == 0
    assert visitor.locator(".quiz-page > .note").count() == 2  # seed and question
    visitor.get_by_role("button", name="Take a quiz of other units").click()
    visitor.wait_for_selector(ASKED, timeout=60_000)

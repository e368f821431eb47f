"""The teacher's page in a real browser: the link that it makes opens the lesson with exactly that hidden and locked."""

from typing import TYPE_CHECKING

from dashboard.lessons import course
from tests.browser.lessons.widget import WIDGET
from tests.browser.reader import address_of, wait_for_address

if TYPE_CHECKING:
    from playwright.sync_api import Page

FORM = "[data-task={}] .bar"


def _link(page: "Page") -> str:
    return page.get_by_label("Link for the class").input_value()


def test_the_link_opens_the_lesson_with_exactly_that_hidden_and_locked(app: str, visitor: "Page"):
    visitor.goto(app + "learn")
    visitor.get_by_role("link", name="For teachers").click()
    visitor.wait_for_selector(FORM.format(course()[0].name))
    visitor.get_by_label("Lesson", exact=True).select_option("hello")
    visitor.wait_for_selector(FORM.format("hello"))
    visitor.get_by_role("button", name="Ten steps of training").click()
    visitor.locator(".bar [data-control=step]").fill("2")
    visitor.get_by_label("Lock Training steps").check()
    visitor.locator(".bar [data-control=trained]").fill("20")  # locked for the class, not for the teacher
    visitor.get_by_label("Hide Random start").check()
    visitor.get_by_label("Hide Weights").check()
    said = visitor.locator(".summary").inner_text()
    assert said.startswith("2 of 5 controls hidden, 1 locked. 5 of 5 stops switched off")
    task = {"trained": "20", "step": "2", "hide": "seed,edits", "lock": "trained"}
    wait_for_address(visitor, {"teacher": "hello"} | task)
    link = _link(visitor)
    assert visitor.locator(".send a").get_attribute("href") == link
    visitor.reload()
    visitor.wait_for_selector(FORM.format("hello"))
    assert _link(visitor) == link
    with visitor.expect_popup() as opened:
        visitor.get_by_role("link", name="Open it").click()
    page = opened.value
    page.wait_for_selector(WIDGET)
    assert address_of(page) == {"lesson": "hello"} | task
    fields = page.locator("[data-control]")
    states = {field.get_attribute("data-control"): field.is_disabled() for field in fields.all()}
    assert states == {"trained": True, "carry": False, "step": False}
    assert page.locator("[data-control=trained]").input_value() == "20"
    assert page.locator(".weights").count() == 0
    assert page.locator(".stops button:enabled").count() == 0


def test_a_pasted_address_is_taken_over_and_the_link_is_copied(app: str, visitor: "Page"):
    visitor.context.grant_permissions(["clipboard-read", "clipboard-write"])
    visitor.goto(app + "learn?teacher=hello")
    visitor.wait_for_selector(FORM.format("hello"))
    pasted = visitor.get_by_label("or its address")
    pasted.fill("https://elsewhere.example/learn?x=1")
    pasted.press("Tab")
    assert "Wanted the address of a lesson" in visitor.locator(".note").inner_text()
    pasted.fill("https://elsewhere.example/learn?lesson=temperature&temperature=0.5&lock=temperature")
    pasted.press("Tab")
    visitor.wait_for_selector(FORM.format("temperature"))
    assert visitor.locator(".note").inner_text() == ""
    assert visitor.get_by_label("Lock Temperature").is_checked()
    visitor.get_by_role("button", name="Copy the link").click()
    visitor.wait_for_selector(".said:not(:empty)")
    assert visitor.evaluate("navigator.clipboard.readText()") == _link(visitor)
    assert _link(visitor) == app + "learn?lesson=temperature&temperature=0.5&lock=temperature"


def test_the_keyboard_is_enough_and_a_phone_is_wide_enough(app: str, visitor: "Page"):
    visitor.set_viewport_size({"width": 390, "height": 844})
    visitor.emulate_media(color_scheme="dark")
    visitor.goto(app + "learn?teacher=nothing")
    visitor.wait_for_selector(FORM.format(course()[0].name))
    assert "No lesson is called “nothing”" in visitor.locator(".note").inner_text()
    visitor.get_by_label("Lesson", exact=True).focus()
    visitor.keyboard.type("17")  # a select goes to what is typed
    visitor.wait_for_selector(FORM.format("temperature"))
    visitor.locator(".bar [data-control=temperature]").focus()
    visitor.keyboard.press("ArrowRight")
    visitor.keyboard.press("Tab")
    visitor.keyboard.press("Space")
    visitor.keyboard.press("Tab")
    visitor.keyboard.press("Space")
    visitor.wait_for_function("location.search.includes('lock=')")
    said = address_of(visitor)
    assert (said["teacher"], said["hide"], said["lock"]) == ("temperature", "temperature", "temperature")
    assert float(said["temperature"]) > 1
    assert visitor.evaluate("document.documentElement.scrollWidth <= innerWidth")

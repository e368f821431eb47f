"""The glossary in a real browser: searched in both languages, read in either, and every address leads back to it."""

from typing import TYPE_CHECKING
from urllib.parse import quote

from dashboard.lessons.glossary import glossary
from tests.browser.lessons.widget import WIDGET
from tests.browser.reader import address_of, wait_for_address

if TYPE_CHECKING:
    from playwright.sync_api import Page


def _shown(page: "Page") -> list[str | None]:
    return [node.get_attribute("data-term") for node in page.locator(".term").all()]


def test_it_is_searched_in_both_languages_and_back_returns_to_it(app: str, visitor: "Page"):
    visitor.goto(app + "learn")
    visitor.get_by_role("link", name="Glossary").click()
    visitor.wait_for_selector(".term")
    assert _shown(visitor) == [term.name for term in glossary()]
    assert visitor.locator(".term dt span[lang=zh]").all_inner_texts() == [term.term_zh for term in glossary()]
    visitor.get_by_label("Search").fill("梯度 消失")
    assert _shown(visitor)[0] == "vanishing-gradient"
    visitor.get_by_label("Search").fill("Forget GATE")
    found = [term for term in glossary() if "forget gate" in f"{term.term} {term.definition}".casefold()]
    assert set(_shown(visitor)) == {term.name for term in found}
    assert _shown(visitor)[0] == "forget-gate"
    assert visitor.locator(".count").inner_text() == f"{len(found)} of {len(glossary())} terms"
    visitor.locator("[data-term=forget-gate] dd a").click()
    visitor.wait_for_selector(WIDGET)
    assert address_of(visitor) == {"lesson": "gates"}
    visitor.go_back()
    visitor.wait_for_selector(".term")
    assert address_of(visitor) == {"search": "Forget GATE"}
    assert "glossary=" in visitor.url
    assert visitor.get_by_label("Search").input_value() == "Forget GATE"
    visitor.go_back()
    visitor.wait_for_selector(".station")


def test_the_language_of_definitions_is_in_the_address(app: str, visitor: "Page"):
    visitor.goto(app + f"learn?glossary&language=zh&search={quote('遗忘')}")
    visitor.wait_for_selector(".term")
    term = next(term for term in glossary() if term.name == "forget-gate")
    text = visitor.locator("[data-term=forget-gate] dd")
    assert term.definition_zh in text.inner_text()
    assert term.definition not in text.inner_text()
    visitor.get_by_role("button", name="English").click()
    assert term.definition_zh not in text.inner_text()
    wait_for_address(visitor, {"language": "en", "search": "遗忘"})
    visitor.reload()
    visitor.wait_for_selector(".term")
    assert visitor.get_by_role("button", name="English").get_attribute("aria-pressed") == "true"
    assert visitor.locator("dd [lang=zh]").count() == 0
    visitor.get_by_role("button", name="Both").click()
    assert term.definition in text.inner_text()
    assert visitor.locator("dd [lang=zh]").count() == visitor.locator(".term").count() > 0
    wait_for_address(visitor, {"search": "遗忘"})


def test_a_link_leads_to_one_term_also_on_a_phone_and_with_the_keyboard(app: str, visitor: "Page"):
    visitor.set_viewport_size({"width": 390, "height": 844})
    visitor.emulate_media(color_scheme="dark")
    visitor.goto(app + "learn?glossary=softmax")
    visitor.wait_for_selector(".term.chosen")
    assert visitor.locator(".chosen").get_attribute("data-term") == "softmax"
    visitor.wait_for_function("document.querySelector('[data-testid=stMain]').scrollTop > 1000")
    assert visitor.evaluate("document.documentElement.scrollWidth <= innerWidth")
    visitor.get_by_label("Search").focus()
    visitor.keyboard.type("cell state")
    for _ in range(3):
        visitor.keyboard.press("Tab")
    visitor.keyboard.press("Enter")  # 中文, the third language
    wait_for_address(visitor, {"search": "cell state", "language": "zh"})
    visitor.keyboard.press("Tab")
    visitor.keyboard.press("Enter")  # the first term
    wait_for_address(visitor, {"glossary": "cell-state", "search": "cell state", "language": "zh"})
    assert visitor.locator(".chosen").get_attribute("data-term") == "cell-state"
    assert visitor.evaluate("document.documentElement.scrollWidth <= innerWidth")
    visitor.goto(app + "learn?glossary=nothing")
    visitor.wait_for_selector(".term")
    assert "No term is called “nothing”" in visitor.locator(".note").inner_text()


def test_a_lesson_has_a_way_to_it(app: str, visitor: "Page"):
    visitor.goto(app + "learn?lesson=hello")
    visitor.wait_for_selector(WIDGET)
    visitor.locator(".crumbs").get_by_role("link", name="Glossary").click()
    visitor.wait_for_selector(".term")
    visitor.go_back()
    visitor.wait_for_selector(WIDGET)
    assert address_of(visitor) == {"lesson": "hello"}

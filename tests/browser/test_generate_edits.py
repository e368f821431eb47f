"""What a reader changes while Generate writes: characters of their own, other choices, back to any character."""

from typing import TYPE_CHECKING

from tests.browser.generating import (
    PROMPT,
    READY,
    Open,
    compact,
    glyph_of,
    open_generate,
    pause,
    text_of,
    wait_for_still,
    written,
)

if TYPE_CHECKING:
    pass


def test_one_character_at_a_time_back_and_another_choice(app: str, open_page: Open):
    page = open_generate(app, open_page, prompt=PROMPT, temperature=0)
    written(page, 20)
    page.keyboard.press("Space")
    page.get_by_role("button", name="Write", exact=True).wait_for()
    page.get_by_role("button", name="Start over").click()
    page.wait_for_selector('.generate[data-written="0"]')
    for count in (1, 2, 3):
        page.keyboard.press(".")
        page.wait_for_selector(f'.generate[data-written="{count}"]')
    greedy = text_of(page)
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")  # the character before the last
    page.wait_for_selector('.choices-title:has-text("at temperature 1")')
    taken = page.locator('.choices button[aria-pressed="true"]')
    assert taken.count() == 1
    second = page.locator(".choices code").nth(1).text_content()
    page.keyboard.press("2")
    page.wait_for_selector('.choices-title:has-text("at temperature 0.00")')
    page.wait_for_selector('.generate[data-written="3"]')
    assert text_of(page)[:-1] == greedy[:-1]
    assert glyph_of(text_of(page)[-1]) == second != glyph_of(greedy[-1])
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Backspace")
    page.wait_for_selector('.generate[data-written="2"]')


def test_what_somebody_types_is_written_and_an_unknown_character_is_one_line(app: str, open_page: Open):
    page = open_generate(app, open_page, prompt=PROMPT)
    pause(page)
    page.get_by_role("button", name="Start over").click()
    page.wait_for_selector('.generate[data-written="0"]')
    page.get_by_label("Write yourself").press_sequentially("and so")
    page.wait_for_selector('.generate[data-written="6"]')
    assert compact(text_of(page)).endswith("andso")
    page.get_by_label("Write yourself").press_sequentially("語")
    page.wait_for_selector('.note:has-text("The model has not seen “語” in training")')
    assert page.locator(READY).get_attribute("data-written") == "6"
    page.get_by_label("Prompt").fill("語 and 語")
    page.get_by_label("Prompt").press("Tab")
    page.wait_for_selector('.note:has-text("2 characters of the prompt (語) are not in this model")')


def test_typed_characters_stand_in_their_order_after_the_selected_one_in_both_texts(app: str, open_page: Open):
    page = open_generate(app, open_page, prompt=PROMPT, hold="L2.u3=0.9")
    written(page, 30)
    pause(page)
    wait_for_still(page)  # the text that is behind catches up
    for _ in range(10):
        page.keyboard.press("ArrowLeft")
    before = {column: text_of(page, column) for column in ("Free", "Held")}
    kept = len(PROMPT) + int(page.locator(READY).get_attribute("data-written") or 0) - 10 + 1
    page.get_by_label("Write yourself").fill("here and")  # as a paste: all at once
    page.wait_for_selector(f'.generate[data-written="{kept - len(PROMPT) + 8}"]')
    for column, text in before.items():
        plain = text_of(page, column).replace("\n", "")
        assert plain.endswith("here and"), column
        assert plain.startswith(text.replace("\n", "")[: kept - 12]), column


def test_what_was_forced_stays_when_a_unit_is_held(app: str, open_page: Open):
    page = open_generate(app, open_page, prompt=PROMPT, unit="L2.u3")
    pause(page)
    page.get_by_role("button", name="Start over").click()
    page.wait_for_selector('.generate[data-written="0"]')
    page.get_by_label("Write yourself").press_sequentially("tt")
    page.wait_for_selector('.generate[data-written="2"]')
    page.get_by_role("button", name="Hold L2·u3").click()
    page.locator('.column .scroll[aria-label="Held"] pre').wait_for()
    page.wait_for_selector('.generate[data-written="2"]')
    assert text_of(page, "Free") == text_of(page, "Held") == PROMPT + "tt"


def test_quick_changes_lose_no_text(app: str, open_page: Open):
    page = open_generate(app, open_page, prompt=PROMPT)
    page.locator("select.speed").select_option("fast")
    written(page, 150)
    pause(page)
    wait_for_still(page)
    count = page.locator(READY).get_attribute("data-written")
    for _ in range(4):
        page.get_by_role("button", name="Next seed").click(no_wait_after=True)
    page.get_by_role("button", name="Write", exact=True).click()
    pause(page)
    written(page, int(count or 0))


def test_the_choices_are_those_of_the_text_that_was_clicked(app: str, open_page: Open):
    page = open_generate(app, open_page, prompt=PROMPT, hold="L2.u3=0.9")
    written(page, 5)
    pause(page)
    for column in ("Held", "Free"):
        page.locator(f'.column .scroll[aria-label="{column}"]').click(position={"x": 15, "y": 15})
        page.wait_for_selector(f'.choices-title:has-text("{column}, after “T”")')
    assert page.locator(".choices button:enabled").count() == 0  # it is part of the prompt

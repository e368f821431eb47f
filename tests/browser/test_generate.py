"""Generate: the network writes in the browser, the same as in the terminal, free and with units held."""

from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest

from models.clamp import Clamp
from models.run import Run
from models.sample import sample
from tests.browser.reader import address_of, wait_for_rest

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


@pytest.mark.parametrize("hold", ["", "L2.u3=0.9,L1.u5=-0.5"])
def test_a_seed_means_the_same_text_as_in_the_terminal(app: str, gru_run: Run, open_page: Open, hold: str):
    query = {"prompt": PROMPT, "seed": 3, "temperature": 0.7, **({"hold": hold} if hold else {})}
    page = open_generate(app, open_page, **query)
    page.locator("select.speed").select_option("fastest")
    written(page, 300)
    network, vocabulary = gru_run.load_network(), gru_run.vocabulary
    clamps = [Clamp.parse(each) for each in hold.split(",") if each]
    for column, held in [("Free", []), *([("Held", clamps)] if hold else [])]:
        ids = sample(network, list(vocabulary.encode(PROMPT)), 300, temperature=0.7, seed=3, clamps=held)
        expected = PROMPT + "".join(vocabulary.characters[index] for index in ids)
        assert compact(text_of(page, column)).startswith(compact(expected)), column


def test_it_goes_on_when_the_server_is_gone_and_asks_it_for_nothing(app: str, open_page: Open):
    page = (
        open_generate(app, open_page, prompt=PROMPT, fresh=True)
        if False
        else open_generate(app, open_page, prompt=PROMPT)
    )
    asked: list[str] = []
    page.context.on("request", lambda request: asked.append(request.url))
    page.context.set_offline(True)
    before = int(page.locator(READY).get_attribute("data-written") or 0)
    written(page, before + 50)
    page.get_by_role("button", name="Next seed").click()
    written(page, 30)
    assert [url for url in asked if "_stcore" not in url] == []


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


def test_holding_a_unit_opens_a_second_text_that_is_compared(app: str, open_page: Open):
    page = open_generate(app, open_page, prompt=PROMPT, unit="L2.u3", count="e")
    page.locator("select.speed").select_option("fast")
    written(page, 200)
    pause(page)
    page.get_by_role("button", name="Hold L2·u3").click()
    page.locator('.column .scroll[aria-label="Held"]').wait_for()
    slider = page.get_by_label("Value of L2·u3")
    low, high = (float(slider.get_attribute(name) or "nan") for name in ("min", "max"))
    assert -1 <= low < high <= 1
    written(page, 200)  # the held text has caught up
    slider.press("Home")
    page.wait_for_function("new URL(location).searchParams.get('hold')?.startsWith('L2.u3=-')")
    written(page, 200)
    followed = page.locator(".followed").text_content() or ""
    assert followed.startswith("With L2·u3 at −")
    free, held = (compact(text_of(page, column))[len(compact(PROMPT)) :].count("e") for column in ("Free", "Held"))
    assert f"Free: {free} “e”. Held: {held} “e”." in followed
    page.get_by_role("button", name="Hold L2·u3 no longer").click()
    page.locator('.column .scroll[aria-label="Held"]').wait_for(state="detached")
    page.wait_for_function("!location.search.includes('hold')")


def test_many_seeds_are_tried_and_counted(app: str, open_page: Open):
    page = open_generate(app, open_page, prompt=PROMPT, hold="L2.u3=0.9", count="e", seed=5)
    pause(page)
    page.get_by_role("button", name="Repeat with 20 seeds").click()
    page.wait_for_selector('.trial-result:has-text("From 20 seeds, 300 characters each")')
    page.get_by_label("Count").fill("q")
    page.get_by_label("Count").press("Enter")
    page.wait_for_selector(".trial-result:text-is('')", state="attached")  # it was of another count


def test_the_temperature_redraws_the_choices_at_once(app: str, open_page: Open):
    page = open_generate(app, open_page, prompt=PROMPT)
    pause(page)
    bars = page.locator(".choices .bar").first
    page.get_by_label("Temperature").press("Home")
    page.wait_for_selector('.choices-title:has-text("at temperature 0.00")')
    assert bars.evaluate("(bar) => bar.style.width") == "100%"
    page.get_by_label("Temperature").press("End")
    page.wait_for_selector('.choices-title:has-text("at temperature 2.00")')
    assert bars.evaluate("(bar) => parseFloat(bar.style.width)") < 100
    assert address_of(page)["temperature"] == "2"


def test_an_address_restores_the_view_and_a_wrong_one_is_one_line(app: str, open_page: Open):
    query = {"prompt": 'a "b"\n', "seed": 9, "temperature": 0.35, "hold": "L1.u2=0.5", "count": "\n", "unit": "L2.u7"}
    page = open_generate(app, open_page, **query)
    pause(page)
    page.wait_for_function("location.search.includes('hold')")
    assert {name: str(value) for name, value in query.items()}.items() <= address_of(page).items()
    assert page.get_by_label("Prompt").input_value() == query["prompt"]
    assert page.get_by_label("Count").input_value() == "\\n"
    page = open_generate(app, open_page, hold="L9.u1=2", seed="x")
    note = page.locator(".note").text_content() or ""
    assert "Wanted a unit to hold such as L1.u0=1" in note
    assert "Wanted a whole number from 0 to 999999 as the seed, got “x”" in note


def test_unit_and_plan_survive_a_look_at_another_view(app: str, open_page: Open):
    page = open_generate(app, open_page, prompt=PROMPT, seed=7)
    unit = page.get_by_label("Unit", exact=True)
    unit.fill("11")
    unit.press("Enter")
    page.wait_for_function("location.search.includes('u11')")
    page.get_by_role("link", name="Unit", exact=True).click()
    page.wait_for_selector(".contexts .marked")
    page.wait_for_function("location.search.includes('u11')")
    wait_for_rest(page)
    page.get_by_role("link", name="Generate", exact=True).click()
    page.wait_for_selector(READY)
    page.wait_for_function("location.search.includes('seed=7') && location.search.includes('u11')")
    assert page.get_by_label("Prompt").input_value() == PROMPT


def test_weights_that_do_not_arrive_are_one_sentence(app: str, open_page: Open):
    page = open_page(app, wait_for="[data-recolor-ms]")
    page.route("**/weights", lambda route: route.fulfill(status=200, body=b"not weights"))
    page.get_by_role("link", name="Generate", exact=True).click()
    page.wait_for_selector(".broken:has-text('weights')")
    assert (page.locator(".broken").text_content() or "").count(".") <= 3


def test_another_model_goes_on_from_the_same_prompt_without_the_holds(app: str, open_page: Open):
    page = open_generate(app, open_page, prompt=PROMPT, hold="L2.u3=0.9", seed=4)
    page.get_by_role("combobox", name="Model").click()
    page.get_by_role("option", name="war-and-peace-rnn").click()
    page.wait_for_function("location.search.includes('war-and-peace-rnn') && !location.search.includes('hold')")
    page.locator('.column .scroll[aria-label="Held"]').wait_for(state="detached")
    assert page.get_by_label("Prompt").input_value() == PROMPT  # one's own words, for the other to go on from
    assert address_of(page)["seed"] == "4"


def test_typed_characters_stand_in_their_order_after_the_selected_one_in_both_texts(app: str, open_page: Open):
    page = open_generate(app, open_page, prompt=PROMPT, hold="L2.u3=0.9")
    written(page, 30)
    pause(page)
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


def test_an_empty_prompt_is_kept_in_the_address(app: str, open_page: Open):
    page = open_generate(app, open_page, prompt=PROMPT)
    pause(page)
    page.get_by_label("Prompt").fill("")
    page.get_by_label("Prompt").press("Tab")
    page.locator(".column pre").first.wait_for(state="detached")
    assert "prompt=" in page.url
    again = open_page(page.url, wait_for=READY)
    written(again, 1)
    assert again.get_by_label("Prompt").input_value() == ""

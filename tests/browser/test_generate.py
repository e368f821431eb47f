"""Generate: the network writes in the browser, the same as in the terminal, free and with units held."""

import pytest

from models.clamp import Clamp
from models.run import Run
from models.sample import sample
from tests.browser.generating import PROMPT, READY, Open, compact, open_generate, pause, text_of, written
from tests.browser.reader import address_of, wait_for_rest


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
    page = open_generate(app, open_page, prompt=PROMPT)
    asked: list[str] = []
    page.context.on("request", lambda request: asked.append(request.url))
    page.context.set_offline(True)
    before = int(page.locator(READY).get_attribute("data-written") or 0)
    written(page, before + 50)
    page.get_by_role("button", name="Next seed").click()
    written(page, 30)
    assert [url for url in asked if "_stcore" not in url] == []


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


def test_print_shows_all_of_the_text_and_no_buttons(app: str, open_page: Open):
    page = open_generate(app, open_page, prompt=PROMPT)
    page.emulate_media(media="print")
    style = "(node) => { const { overflowY, maxHeight } = getComputedStyle(node); return [overflowY, maxHeight]; }"
    assert page.locator(".generate .scroll").first.evaluate(style) == ["visible", "none"]
    assert not page.get_by_role("button", name="Next seed").is_visible()
    page.emulate_media(media="screen")
    assert page.get_by_role("button", name="Next seed").is_visible()

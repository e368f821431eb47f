import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from corpora.demo import load_passage
from models.run import load_run
from tests.browser.reader import ReaderOnPage, address_of, wait_for_rest

if TYPE_CHECKING:
    from playwright.sync_api import Page

Open = Callable[..., "Page"]
RUN = "war-and-peace"


@cache
def recording() -> Any:
    from models.recording import record

    return record(load_run(RUN), load_passage(RUN))


def test_the_landing_colors_dialogue_by_the_quote_detector_and_says_so(app: str, open_page: Open):
    page = open_page(app)
    reader = ReaderOnPage(page)
    sentence = page.locator(".sentence").inner_text()
    assert re.match(
        r"Unit L\d·u\d+ is (on \(orange\)|off \(blue\)) inside quotation marks: AUROC 0\.\d{3} on text", sentence
    )
    assert "Press ] for the next detector" in sentence
    state, unit = reader.unit.split()
    layer, number = re.fullmatch(r"L(\d+)·u(\d+)", unit).groups()  # pyright: ignore[reportOptionalMemberAccess]
    values = recording().states[state][:, int(layer) - 1, int(number)]
    first_line = load_passage(RUN).index("\n")
    row = reader.pixels()[0][:first_line]
    strong = np.abs(values[:first_line]) > 0.1
    assert strong.sum() > 20
    for (red, _, blue, _), value in zip(np.array(row)[strong], values[:first_line][strong], strict=True):
        assert (red > blue) == (value > 0)
    strength = np.tanh(values) if state == "cell" else values
    np.testing.assert_allclose(np.array(row)[:, 3] / 255, 0.85 * np.abs(strength[:first_line]), atol=0.02)


def test_the_keyboard_switches_units_without_the_server(app: str, open_page: Open):
    page = open_page("about:blank", wait_for="html", fresh=True)
    messages: list[object] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: messages.append(frame)))
    page.goto(app + "?unit=L1.u10&state=hidden")
    reader = ReaderOnPage(page)
    reader.show("hidden L1·u10")
    wait_for_rest(page)
    assert messages
    before, requests = len(messages), []
    page.on("request", lambda request: requests.append(request))
    colors = reader.pixels()
    page.locator(".scroll").focus()
    for key, expected in (("ArrowDown", "hidden L1·u11"), ("ArrowDown", "hidden L1·u12"), ("ArrowUp", "hidden L1·u11")):
        page.keyboard.press(key)
        reader.show(expected)
    assert reader.pixels() != colors
    page.get_by_role("button", name="next unit").click()
    reader.show("hidden L1·u12")
    page.wait_for_function("location.search.includes('L1.u12')")
    page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
    assert (len(messages), requests) == (before, [])


def test_units_wrap_around_from_the_last_to_the_first(app: str, open_page: Open):
    page = open_page(app + f"?unit=L2.u{load_run(RUN).model.hidden_size - 1}&state=hidden")
    page.get_by_role("button", name="next unit").click()
    ReaderOnPage(page).show("hidden L1·u0")


def test_a_hovered_character_shows_the_five_predictions_of_the_model(app: str, open_page: Open):
    page = open_page(app)
    reader = ReaderOnPage(page)
    exact, vocabulary = recording(), load_run(RUN).vocabulary
    for position in (5, 12, 30):
        reader.hover(position, 0)
        page.wait_for_selector(f'.card .facts dd:text-is("{position}")')
        shown = [float(row.inner_text()) for row in page.locator(".card .predictions li span").all()]
        np.testing.assert_allclose(shown, exact.top_prob[position], atol=5.1e-4)
        assert len(shown) == 5
        assert sum(shown) < 1
        names = page.locator(".card .predictions code").all_inner_texts()
        characters = [vocabulary.characters[index] for index in exact.top_char[position]]
        assert names == [{" ": "space", "\n": "newline"}.get(character, character) for character in characters]
        card = page.locator(".card").inner_text()
        bits = re.search(r"(\d+\.\d\d) bits", card)
        assert bits
        assert float(bits[1]) == pytest.approx(float(exact.loss[position - 1]) / np.log(2), abs=0.0051)
        assert f"ranked {int(exact.rank[position])}" in card


def test_space_pins_the_card_and_escape_clears_it(app: str, open_page: Open):
    page = open_page(app)
    ReaderOnPage(page).hover(7, 0)
    page.wait_for_selector(".card:visible")
    page.keyboard.press("Space")
    page.wait_for_selector(".card.pinned:visible")
    page.keyboard.press("ArrowRight")
    page.wait_for_selector('.card .facts dd:text-is("8")')
    page.mouse.move(2, 2)
    assert page.locator(".card.pinned").is_visible()
    page.keyboard.press("Escape")
    page.wait_for_selector(".card", state="hidden")


def test_detail_mode_stacks_the_predictions_under_each_character(app: str, open_page: Open):
    page = open_page(app)
    page.get_by_role("button", name="Predictions").click()
    page.wait_for_selector(".outlines")
    exact, vocabulary = recording(), load_run(RUN).vocabulary
    first_line = load_passage(RUN).index("\n")
    rows = ReaderOnPage(page).pixels()
    for k in range(5):
        alphas = [alpha for *_, alpha in rows[1 + k][:first_line]]
        np.testing.assert_allclose(np.array(alphas) / 255, 0.9 * exact.top_prob[:first_line, k], atol=0.01)
    glyphs = page.locator("pre").first.evaluate(
        "(pre) => Array.from(pre.childNodes, (node) => node.dataset?.glyph ?? node.textContent).join('')"
    )
    lines = glyphs.split("\n")
    assert lines[0] == load_passage(RUN)[:first_line] + "↵"
    marks = {" ": "␣", "\n": "↵"}
    for k in range(5):
        expected = [vocabulary.characters[index] for index in exact.top_char[: first_line + 1, k]]
        assert lines[1 + k] == "".join(marks.get(character, character) for character in expected)
    assert address_of(page)["mode"] == "predictions"


def test_another_model_comes_with_its_own_text_and_unit(app: str, open_page: Open):
    page = open_page(app)
    page.get_by_test_id("stSelectbox").first.click()
    page.get_by_role("option", name="wikipedia", exact=True).click()
    page.wait_for_function("location.search.includes('demo-wikipedia')")
    page.wait_for_selector('.sentence:has-text("inside [[links]]")')
    assert "<title>" in page.locator("pre").first.text_content()
    assert address_of(page)["model"] == "wikipedia"


def test_a_reader_that_was_replaced_while_it_loaded_does_no_harm(app: str, open_page: Open):
    page = open_page(app)
    holding, held_back = [True], []
    page.route("**/readings/**", lambda route: held_back.append(route) if holding[0] else route.continue_())
    page.get_by_test_id("stSelectbox").first.click()
    page.get_by_role("option", name="wikipedia", exact=True).click()
    page.wait_for_selector(".waiting")
    holding[0] = False
    page.get_by_test_id("stSelectbox").first.click()
    page.get_by_role("option", name="linux", exact=True).click()
    page.wait_for_selector('.sentence:has-text("inside comments and strings")')
    assert held_back
    for route in held_back:
        route.continue_()
        answered = route.request.response()
        assert answered is None or not answered.finished()
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert page.locator(".broken").count() == 0
    assert address_of(page)["model"] == "linux"
    before = address_of(page)["concept"]
    page.keyboard.press("]")
    page.wait_for_function("(was) => !location.search.includes(was)", arg=before)


def test_brackets_work_right_after_a_model_was_chosen(app: str, open_page: Open):
    page = open_page(app)
    page.get_by_test_id("stSelectbox").first.click()
    page.get_by_role("option", name="linux", exact=True).click()
    page.wait_for_selector('.sentence:has-text("inside comments and strings")')
    page.wait_for_selector("[data-unit]")  # the sentence is there before the colors
    page.keyboard.press("]")
    page.wait_for_selector('.sentence:has-text("inside comments and strings")', state="detached")
    page.wait_for_function("!location.search.includes('concept=comment-or-string')")


def test_predictions_stay_in_view_when_the_model_changes(app: str, open_page: Open):
    page = open_page(app + "?mode=guesses")
    page.get_by_test_id("stSelectbox").first.click()
    page.get_by_role("option", name="linux", exact=True).click()
    page.wait_for_selector('.sentence:has-text("inside comments and strings")')
    page.wait_for_selector(".outlines")
    page.wait_for_function("location.search.includes('mode=predictions') && location.search.includes('model=linux')")


def test_a_pinned_card_goes_with_its_character(app: str, open_page: Open):
    page = open_page(app)
    ReaderOnPage(page).hover(7, 3)
    page.keyboard.press("Space")
    page.wait_for_selector(".card.pinned:visible")
    page.locator(".scroll").evaluate("(scroll) => { scroll.scrollTop = 2000; }")
    page.wait_for_selector(".card", state="hidden")
    page.locator(".scroll").evaluate("(scroll) => { scroll.scrollTop = 0; }")
    page.wait_for_selector(".card.pinned:visible")


def test_an_uploaded_text_of_20000_characters_has_the_next_units_colors_in_the_next_frame(
    app: str, open_page: Open, tmp_path: Path
):
    (tmp_path / "long.txt").write_text((load_passage(RUN) * 10)[:20_000])
    page = open_page(app + "?text=own", wait_for="textarea")
    page.locator('input[type="file"]').set_input_files(tmp_path / "long.txt")
    page.wait_for_selector("[data-recolor-ms]")
    page.wait_for_selector(':text("20,000 characters")')
    in_next_frame, times = zip(*ReaderOnPage(page).switch_units(), strict=True)
    print(f"recoloring 20,000 characters: lowest {min(times):.1f} ms, median {np.median(times):.1f} ms of script time")
    assert all(in_next_frame)
    assert "held=" in page.url


def test_an_upload_that_is_not_text_gets_one_message(app: str, open_page: Open, tmp_path: Path):
    (tmp_path / "broken.txt").write_bytes(b"abc\xff\xfe")
    page = open_page(app + "?text=own", wait_for="textarea")
    page.locator('input[type="file"]').set_input_files(tmp_path / "broken.txt")
    page.wait_for_selector(':text("has the byte 0xff at offset 3")')
    assert page.get_by_test_id("stException").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_is_legible_in_light_and_dark(app: str, open_page: Open, scheme: str):
    page = open_page(app, color_scheme=scheme)
    reader = ReaderOnPage(page)
    ink, paper = (
        [int(part) for part in re.findall(r"\d+", page.evaluate(f"() => {expression}"))[:3]]
        for expression in (
            "getComputedStyle(document.querySelector('.stApp')).color",
            "getComputedStyle(document.querySelector('.stApp')).backgroundColor",
        )
    )
    assert (sum(ink) > sum(paper)) == (scheme == "dark")
    contrasts = [contrast(ink, over(paper, pixel)) for pixel in reader.pixels()[0][:60]]
    assert min(contrasts) >= 4.5


def over(paper: list[int], pixel: tuple[int, int, int, int]) -> list[float]:
    opacity = pixel[3] / 255
    return [p * (1 - opacity) + c * opacity for p, c in zip(paper, pixel[:3], strict=True)]


def contrast(one: list[int], other: list[float]) -> float:
    """Contrast ratio by WCAG 2."""

    def luminance(color: list[Any]) -> float:
        linear = [c / 255 / 12.92 if c / 255 <= 0.04045 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in color]
        return float(np.dot([0.2126, 0.7152, 0.0722], linear))

    low, high = sorted((luminance(list(one)), luminance(other)))
    return (high + 0.05) / (low + 0.05)

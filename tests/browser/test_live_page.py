"""A live page opened from disk, without a network connection."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest

from corpora.demo import load_passage
from dashboard.live import live_page_parts
from models.run import load_run
from tests.browser.reader import ReaderOnPage, colored

if TYPE_CHECKING:
    from playwright.sync_api import Page

Open = Callable[..., "Page"]
READ = "[data-read]"
QUOTED = 'He said, "I will come," and then he went. '


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A page with a 2x512 LSTM."""
    return "".join(live_page_parts(load_run("war-and-peace")))


def until(page: "Page", condition: str) -> None:
    """Wait until JavaScript is true; the page's policy forbids what Playwright's own waiting does."""
    page.evaluate(
        f"""async () => {{
          const end = performance.now() + 30000;
          while (!({condition})) {{
            if (performance.now() > end) throw new Error("waited in vain");
            await new Promise((next) => setTimeout(next, 20));
          }}
        }}"""
    )


def wait_until_read(page: "Page", length: int) -> None:
    page.wait_for_selector(f'[data-read="{length}"]')


def written(page: "Page") -> int:
    return int(page.locator(".generate").get_attribute("data-written") or 0)


def hash_of(page: "Page") -> dict[str, str]:
    """What the address says behind its #."""
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).fragment).items()}


def test_it_reads_and_writes_offline_and_asks_for_nothing(open_page: Open, saved: Callable[[str], str], shipped: str):
    address = saved(shipped)
    page = open_page(address, READ, offline=True, fresh=True)
    requests = []
    page.on("request", lambda request: requests.append(request.url))
    page.reload()
    passage = load_passage("war-and-peace")
    wait_until_read(page, len(passage))
    reader = ReaderOnPage(page)
    detector = reader.unit
    assert colored(page) > 0.8 * len(passage.replace("\n", ""))
    page.keyboard.press("]")
    reader.leave(detector)
    assert "the model needs" in page.locator(".status").inner_text()
    page.get_by_role("button", name="c", exact=True).click()
    page.locator("input.number").fill("77")
    page.keyboard.press("Enter")
    page.wait_for_selector('.reader[data-unit$="·u77"]')
    page.get_by_role("tab", name="Generate").click()
    until(page, "Number(document.querySelector('.generate').dataset.written) > 30")
    assert page.locator(".live").get_attribute("data-kernel") == "wasm"
    assert [url for url in requests if not url.startswith("data:")] == [address]


def test_a_pasted_text_is_read_on_the_spot(open_page: Open, saved: Callable[[str], str], small: str):
    page = open_page(saved(small), READ, offline=True)
    field = page.locator("textarea.own")
    field.fill(QUOTED * 20)
    wait_until_read(page, len(QUOTED * 20))
    before = ReaderOnPage(page).pixels()
    assert page.locator(".read-panel pre").first.inner_text().startswith(QUOTED.strip()[:20])
    field.press("End")
    field.press("Control+End")
    page.keyboard.type("Ж!")
    wait_until_read(page, len(QUOTED * 20) + 2)
    assert ReaderOnPage(page).pixels()[0] == before[0]
    assert "read as U+FFFD (dotted line): “Ж” once" in page.locator(".about-unknown").inner_text()
    for keys in ("Control+a", "Control+c", "Control+End", "Control+v", "Control+v", "Control+v"):
        field.press(keys)  # the last paste is long enough to be taken in at once
    wait_until_read(page, 4 * (len(QUOTED * 20) + 2))
    assert field.input_value() == (QUOTED * 20 + "Ж!") * 4
    page.get_by_role("button", name="Clear").click()
    page.wait_for_selector('.status:has-text("Type or paste a text")')
    assert not page.locator(".read-panel .scroll").is_visible()
    page.keyboard.type("x")
    wait_until_read(page, 1)
    page.get_by_role("button", name="The page's text").click()
    wait_until_read(page, len(load_passage("war-and-peace")))
    assert not page.get_by_role("button", name="The page's text").is_visible()


def test_colors_appear_while_it_reads_and_a_new_text_ends_the_old(
    open_page: Open, saved: Callable[[str], str], shipped: str
):
    page = open_page(saved(shipped), READ, offline=True)
    page.locator("textarea.own").fill(QUOTED * 500)
    until(page, "document.querySelector('.status').textContent.startsWith('Read 1,')")
    assert 0 < colored(page) < len(QUOTED * 500) / 2
    page.get_by_role("button", name="Predictions").click()
    page.wait_for_selector(".read-panel .outlines")
    page.locator("textarea.own").fill(QUOTED * 2)
    wait_until_read(page, len(QUOTED * 2))
    assert page.locator(".read-panel pre").first.inner_text().startswith(QUOTED[:10])
    ReaderOnPage(page).hover(3, 0)
    page.wait_for_selector(".card:visible")
    assert len(page.locator(".card .predictions li").all()) == 5


def test_a_reload_keeps_text_unit_tab_and_plan(open_page: Open, saved: Callable[[str], str], small: str):
    page = open_page(saved(small), READ, offline=True)
    page.locator("textarea.own").fill(QUOTED * 100)  # longer than an address should be
    wait_until_read(page, len(QUOTED * 100))
    page.locator("input.number").fill("77")
    page.keyboard.press("Enter")
    page.wait_for_selector('[data-unit="hidden L1·u77"]')
    page.get_by_role("tab", name="Generate").click()
    page.wait_for_selector(".generate[data-written]")
    page.get_by_label("Seed").fill("9")
    page.keyboard.press("Enter")
    until(page, "location.hash.includes('seed=9')")
    assert hash_of(page).items() >= {"unit": "L1.u77", "tab": "generate", "seed": "9"}.items()
    page.reload()
    page.wait_for_selector(".generate[data-written]")
    assert page.get_by_label("Seed").input_value() == "9"
    page.get_by_role("tab", name="Read").click()
    wait_until_read(page, len(QUOTED * 100))
    assert page.locator("textarea.own").input_value() == QUOTED * 100
    assert ReaderOnPage(page).root.first.get_attribute("data-unit") == "hidden L1·u77"


def test_keys_act_in_the_tab_in_view_only(open_page: Open, saved: Callable[[str], str], small: str):
    page = open_page(saved(small), READ, offline=True)
    reader = page.locator(".read-panel .reader")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    until(page, "Number(document.querySelector('.generate').dataset.written) > 5")
    unit = reader.get_attribute("data-unit")
    page.keyboard.press("ArrowUp")  # of the tab: nothing
    page.locator(".generate .scroll").focus()
    page.keyboard.press(" ")
    page.wait_for_selector('.generate .run:has-text("Write")')
    page.keyboard.press("]")
    page.keyboard.press("ArrowDown")
    assert reader.get_attribute("data-unit") == unit
    count = written(page)
    page.get_by_role("tab", name="Read").focus()
    page.keyboard.press("Enter")
    other = page.locator(".generate input.number").input_value()
    page.wait_for_selector(f'.read-panel .reader[data-unit$="·u{other}"]')  # both show one unit
    page.keyboard.press(".")
    page.keyboard.press("1")
    page.get_by_role("tab", name="Generate").click()
    assert written(page) == count


def test_a_text_is_written_on_with_a_unit_held(open_page: Open, saved: Callable[[str], str], small: str):
    page = open_page(saved(small), READ, offline=True)
    page.locator("textarea.own").fill(QUOTED)
    wait_until_read(page, len(QUOTED))
    page.get_by_role("button", name="Write on from here").click()
    page.wait_for_selector(".generate[data-written]")
    assert page.get_by_label("Prompt").input_value() == QUOTED
    page.locator(".generate .holds").get_by_role("button").first.click()
    page.wait_for_selector('.column-title:has-text("Held")')
    until(page, "document.querySelector('.followed').textContent.startsWith('With L1·u')")
    page.get_by_role("tab", name="Read").click()
    page.wait_for_selector('.generate .run:text-is("Write")', state="attached")  # it does not write out of sight


def test_a_hostile_text_shows_as_text_and_runs_nothing(open_page: Open, saved: Callable[[str], str], hostile: str):
    made = "".join(live_page_parts(load_run("war-and-peace-gru"), hostile, {"prompt": hostile}))
    page = open_page(saved(made), READ, offline=True)
    assert page.locator("textarea.own").input_value() == hostile
    shown = page.locator(".read-panel .text").evaluate(
        """(text) => Array.from(text.querySelectorAll('pre'), (pre) =>
          Array.from(pre.childNodes, (node) => node.className === 'line' ? Array.from(node.childNodes) : [node]).flat()
                .map((node) => node.dataset?.glyph ?? node.textContent).join('')).join('')"""
    )
    characters = [character for character in shown if character not in " \n↵→␀¦"]
    assert characters == [character for character in hostile if character not in " \n\t\0\u2028"]
    page.get_by_role("tab", name="Generate").click()
    page.wait_for_selector(".generate[data-written]")
    assert page.evaluate("document.scripts.length") == 5
    assert page.locator("img").count() == 0
    assert page.title() != "broken"
    with page.expect_event("domcontentloaded"):  # the page follows another address by loading itself again
        page.goto(page.url.partition("#")[0] + "#unit=<img src=x>&text=<img src=x>")
    page.wait_for_selector('.live-note:has-text("Wanted a unit such as")')
    page.wait_for_selector('[data-read="11"]')
    assert page.locator("img").count() == 0


def test_a_phone_shows_all_of_it(open_page: Open, saved: Callable[[str], str], small: str):
    page = open_page(saved(small) + "#tab=read", READ, offline=True, viewport=(390, 844), color_scheme="dark")
    assert page.locator("select.finder").input_value()  # a detector: the page's own unit
    for tab in ("Read", "Generate"):
        page.get_by_role("tab", name=tab).click()
        assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_applications_button_gives_such_a_page(app: str, open_page: Open, tmp_path: Path):
    page = open_page(app + "?palette=blue–green")
    unit = ReaderOnPage(page).unit
    with page.expect_download() as download:
        page.get_by_role("link", name="Export live page").click()
    download.value.save_as(tmp_path / "saved.html")
    live = open_page((tmp_path / "saved.html").as_uri(), READ, offline=True)
    assert ReaderOnPage(live).unit == unit
    assert live.locator("select.palette").input_value() == "blue–green"


def test_another_address_in_an_open_page_is_followed(open_page: Open, saved: Callable[[str], str], small: str):
    page = open_page(saved(small) + "#unit=L1.u5&state=hidden", READ, offline=True)
    page.wait_for_selector('.reader[data-unit="hidden L1·u5"]')
    page.evaluate("location.hash = '#unit=L1.u7&state=hidden'")
    page.wait_for_selector('.reader[data-unit="hidden L1·u7"]')

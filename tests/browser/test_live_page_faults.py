"""Live pages that cannot open, or not as they should: each says so in one sentence."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from dashboard import browser
from dashboard.live import live_page_parts
from models.run import load_run
from tests.browser.reader import colored

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

Open = Callable[..., "Page"]
READ = "[data-read]"
QUOTED = 'He said, "I will come," and then he went. '


def test_damaged_weights_are_one_sentence(open_page: Open, saved: Callable[[str], str], small: str):
    start = small.index('id="weights">') + len('id="weights">')
    for damaged in (
        small[: start + 4000] + small[start + 8000 :],
        small[:start] + small[small.index("</script>", start) :],
        small[:start] + "!" + small[start:],
    ):
        page = open_page(saved(damaged), ".broken", offline=True)
        assert "weights are damaged. Export or download it again" in page.locator(".broken").inner_text()
        assert page.locator(".broken").count() == 1


def test_weights_of_another_model_are_one_sentence(open_page: Open, saved: Callable[[str], str], small: str):
    other = "".join(live_page_parts(load_run("war-and-peace-rnn")))
    (ours, begins), (theirs, begins_there) = [
        (page, page.index('id="weights">') + len('id="weights">')) for page in (small, other)
    ]
    weights = theirs[begins_there : theirs.index("</script>", begins_there)]
    page = open_page(saved(ours[:begins] + weights + ours[ours.index("</script>", begins) :]), ".broken", offline=True)
    assert "of shape" in page.locator(".broken").inner_text()


def test_without_webassembly_it_says_that_it_is_slower(alone: "Page", saved: Callable[[str], str], small: str):
    address = saved(small.replace(browser.ENGINE_SCRIPTS, ""))
    alone.goto(address)
    alone.wait_for_selector(READ)
    assert alone.locator(".live").get_attribute("data-kernel") == "javascript"
    assert "plain JavaScript" in alone.locator(".live-note").inner_text()
    assert colored(alone) > 0


def test_without_a_worker_one_sentence_says_so(alone: "Page", saved: Callable[[str], str], small: str):
    alone.goto(saved(small.replace("worker-src data:", "worker-src 'none'")))
    alone.wait_for_selector(".broken")
    assert "does not start its worker" in alone.locator(".broken").inner_text()


def test_a_damaged_description_is_one_sentence(open_page: Open, saved: Callable[[str], str], small: str):
    for part in ('id="about">', 'id="page">'):
        start = small.index(part) + len(part)
        page = open_page(saved(small[:start] + "!" + small[start:]), ".broken", offline=True)
        assert "description is damaged. Export or download it again" in page.locator(".broken").inner_text()


def test_a_file_that_was_cut_says_so_after_a_while(alone: "Page", saved: Callable[[str], str], small: str):
    alone.goto(saved(small[: len(small) // 2]))
    late = alone.get_by_text("this file is incomplete")
    assert not late.is_visible()
    late.wait_for(state="visible")


def test_a_browser_that_cannot_unpack_is_not_told_that_the_file_is_damaged(
    alone: "Page", saved: Callable[[str], str], small: str
):
    alone.add_init_script("delete globalThis.DecompressionStream")
    alone.goto(saved(small))
    alone.wait_for_selector(".broken")
    assert "this browser cannot unpack its weights. Use a current one" in alone.locator(".broken").inner_text()


def test_without_javascript_the_page_says_so_after_a_while(browser: "Browser", saved: Callable[[str], str], small: str):
    context = browser.new_context(java_script_enabled=False, offline=True)
    page = context.new_page()
    page.goto(saved(small))
    page.get_by_text("JavaScript is off").wait_for(state="visible")
    context.close()

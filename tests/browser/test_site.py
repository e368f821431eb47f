"""The static site in a real browser, served from a subfolder by Python's own file server."""

import contextlib
import functools
import http.server
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest

from models.sample import sample
from tests.browser.test_live_page import colored, until
from tests.dashboard.site_pages import check_links, pages_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from models.run import Run

pytestmark = pytest.mark.browser
READ, WRITTEN = "#live .panel.read-panel [data-read]", "#live .reader.generate[data-written]"


@dataclass
class Served:
    """A site that is served: its folder, its address, and the paths that were asked for."""

    folder: Path
    address: str
    asked: list[str] = field(default_factory=list)


@contextlib.contextmanager
def serving(root: Path, below: str) -> Iterator[Served]:
    """Serves a folder on loopback; `below` is the site's own folder in it."""
    asked: list[str] = []

    class Handler(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            asked.append(self.path)

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=root))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield Served(root / below, f"http://127.0.0.1:{server.server_address[1]}/{below}/", asked)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="module")
def site(gru_run: "Run", tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A site of a tiny GRU that was searched and of one that was not."""
    from dashboard.site.build import make_site
    from models.run import load_run

    root = tmp_path_factory.mktemp("served")
    unsearched = root / "runs" / "not-searched"
    unsearched.mkdir(parents=True)
    for name in ("config.json", "model.safetensors"):
        shutil.copy(gru_run.folder / name, unsearched)
    make_site([gru_run, load_run(str(unsearched))], root / "some" / "folder")
    with serving(root, "some/folder") as served:
        yield served


def test_every_page_opens_and_no_request_leaves_the_site(site: Served, open_site: Callable[..., "Page"]):
    assert check_links(site.folder)
    page, requests = open_site("index.html", fresh=True), []
    page.on("request", lambda request: requests.append(request.url))
    refused: list[str] = []
    page.on("response", lambda response: refused.append(response.url) if response.status >= 400 else None)
    for path in pages_of(site.folder):
        page.goto(site.address + path)
        if path.endswith("live.html"):
            page.wait_for_selector(READ)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    assert requests
    assert all(url.startswith(site.address) for url in requests)
    assert refused == []


def test_links_lead_from_the_first_page_to_a_unit_that_reads(open_site: Callable[..., "Page"]):
    page = open_site("")
    page.click(".card >> text=Board")
    page.click(".forest li a >> nth=0")
    name = str(page.text_content("h1")).partition(" (")[0]
    page.click("text=Read with this unit, live")
    page.wait_for_selector(READ)
    query = parse_qs(urlsplit(page.url).query)
    assert query["unit"][0].replace(".", "·") == name
    assert name in str(page.text_content("#live .sentence"))


def test_read_colors_the_text_and_one_of_ones_own(site: Served, open_site: Callable[..., "Page"]):
    for model in ("tiny-gru", "not-searched"):
        page = open_site(f"models/{model}/live.html", READ)
        assert colored(page) > 100
    page.fill("#live textarea.own", 'He said "no" and left.\n')
    page.wait_for_selector('#live [data-read="23"]')
    assert colored(page) > 5


def test_generate_writes_the_text_of_the_terminal(open_site: Callable[..., "Page"], gru_run: "Run"):
    prompt, seed, temperature = "he was", 3, 0.5
    page = open_site(
        f"models/tiny-gru/live.html?tab=generate&prompt=he+was&seed={seed}&temperature={temperature}", WRITTEN
    )
    until(page, "Number(document.querySelector('.reader.generate').dataset.written) > 40")
    with page.expect_download() as saved:
        page.locator(".reader.generate").get_by_text("Save").click()
    written = saved.value.path().read_text(encoding="utf-8").removeprefix(prompt)
    vocabulary = gru_run.vocabulary
    ids = sample(gru_run.load_network(), list(vocabulary.encode(prompt)), 40, temperature, seed)
    assert written[:40] == "".join(vocabulary.characters[each] for each in ids)
    assert parse_qs(urlsplit(page.url).query)["prompt"] == [prompt]


def test_weights_load_once_for_all_pages_of_a_model(site: Served, open_site: Callable[..., "Page"], browser: "Browser"):
    with contextlib.closing(browser.new_context()) as context:
        page = context.new_page()
        site.asked.clear()
        for query in ("", "?tab=generate", "?unit=L1.u3"):
            page.goto(f"{site.address}models/tiny-gru/live.html{query}")
            page.wait_for_selector("#live[data-kernel]")
        assert len([path for path in site.asked if "weights-" in path]) == 1
        assert len([path for path in site.asked if "live.html" in path]) == 3


def test_without_javascript_everything_but_the_live_pages_reads(site: Served, browser: "Browser"):
    with contextlib.closing(browser.new_context(java_script_enabled=False)) as context:
        page = context.new_page()
        page.goto(site.address)
        page.click(".card >> text=Board")
        assert page.locator(".forest svg.row").count() > 3
        assert page.locator("table tr").count() > 3
        page.click(".forest li a >> nth=0")
        assert page.locator(".contexts li").count() >= 15
        colored = page.locator(".contexts i[class^='p'], .contexts i[class^='n']")
        assert colored.count() > 20
        page.goto(f"{site.address}models/tiny-gru/live.html")
        assert "needs JavaScript" in page.inner_text("#live")
        assert "board" in page.inner_text("#live")


def test_a_damaged_or_missing_file_is_one_sentence(site: Served, browser: "Browser"):
    wanted = {"about-": "description", "text-": "text", "weights-": "weights"}
    with contextlib.closing(browser.new_context()) as context:
        page = context.new_page()
        for name, what in wanted.items():
            page.route(f"**/{name}*", lambda route: route.fulfill(status=404, body="no"))
            page.goto(f"{site.address}models/tiny-gru/live.html")
            page.wait_for_selector("#live .broken")
            said = page.inner_text("#live .broken")
            assert f"The model's {what} did not arrive" in said
            assert "Reload the page." in said
            page.unroute(f"**/{name}*")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_readable_on_a_phone_in_both_themes(open_site: Callable[..., "Page"], site: Served, scheme: str):
    unit = next(path for path in pages_of(site.folder) if "/units/" in path)
    for path in ("index.html", "models/tiny-gru/index.html", unit):
        page = open_site(path, viewport=(390, 844), color_scheme=scheme)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        ink, paper = page.evaluate(
            "[getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor]"
        )
        assert (brightness(ink) > brightness(paper)) == (scheme == "dark")


def brightness(color: str) -> float:
    return sum(float(part) for part in color[color.index("(") + 1 : -1].split(",")[:3])

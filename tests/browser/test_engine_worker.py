"""The engine's worker in Chromium, in every host: our route, a static site, a page from disk, a sandboxed frame."""

import base64
import functools
import html
import http.server
import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from dashboard import browser as modules
from dashboard.export import import_map, policy_for
from models.run import Run
from tests.browser.engine_in_node import ask, needs_node
from tests.browser.test_engine_parity import random_run

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Frame, Page

    from tests.browser.conftest import Server

pytestmark = needs_node
CLIENT = "engine/client.js"
PROMPT, LENGTH, SEED = "a b", 150, 5
# Reads the prompt, writes, and tells the text, the logits after it and a unit's h along it.
WORK = """
async function work(openEngine, { config, weights, kernel }) {
  const bytes = Uint8Array.from(atob(weights), (byte) => byte.charCodeAt(0)).buffer;
  try {
    const engine = await openEngine({ config, weights: bytes, kernel });
    const reading = engine.read("abc abc".repeat(100));
    await reading.done;
    const { codes } = await reading.activation("hidden", 3);
    return await new Promise((done) => {
      const ids = [];
      engine.write({ prompt: "a b", seed: 5, temperature: 1, onBatch: (batch) => {
        ids.push(...batch.ids);
        if (ids.length === 153) done({ ids, kernel: engine.info.kernel, codes: codes.length });
      } }).then((writer) => writer.step(150));
    });
  } catch (error) {
    return { error: error.message };
  }
}
"""
SCRIPT = f"""import {{ openEngine }} from "{modules.bare_name(CLIENT)}";
{WORK}
window.outcome = work(openEngine, JSON.parse(document.getElementById("run").textContent));
"""


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return random_run("lstm", 2, tmp_path_factory.mktemp("engine") / "run", 21)


@pytest.fixture(scope="module")
def expected(run: Run) -> list[int]:
    """What Node.js writes."""
    prompt = run.vocabulary.encode(PROMPT).tolist()
    one = {"prompt": prompt, "length": LENGTH, "temperature": 1, "seed": SEED, "clamps": []}
    answer = ask({"folder": str(run.folder), "kernel": "javascript", "write": [one]})
    return prompt + answer["written"][0]["ids"]


@pytest.fixture
def page(browser: "Browser") -> Iterator["Page"]:
    """A page in a context of its own: here the console may show what a policy refused."""
    context = browser.new_context()
    yield context.new_page()
    context.close()


@pytest.fixture
def static_site() -> Iterator[str]:
    """The address of a web server that knows nothing but files."""
    handler = functools.partial(QuietHandler, directory=str(modules.FOLDER))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None: ...


def given(run: Run) -> dict[str, Any]:
    """What a host has of a run."""
    weights = (run.folder / "model.safetensors").read_bytes()
    config = json.loads((run.folder / "config.json").read_text())
    return {"config": config, "weights": base64.b64encode(weights).decode()}


def page_with_engine(run: Run, change_policy: Callable[[str], str] = lambda policy: policy) -> str:
    """A page that holds all it needs, under the policy of an exported page."""
    imports = import_map(CLIENT)
    policy = change_policy(policy_for(imports, SCRIPT, engine=True))
    described = json.dumps(given(run)).replace("<", "\\u003c")
    return (
        f'<!doctype html><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{policy}">'
        f'<script type="application/json" id="run">{described}</script>'
        f'<script type="importmap">{imports}</script><script type="module">{SCRIPT}</script>'
    )


def outcome(frame: "Page | Frame") -> dict[str, Any]:
    return frame.evaluate("() => window.outcome")


def test_a_page_from_disk_runs_it_without_a_request(page: "Page", run: Run, expected: list[int], tmp_path: Path):
    path, asked = tmp_path / "page.html", []
    path.write_text(page_with_engine(run), encoding="utf-8")
    page.context.set_offline(True)
    page.on("request", lambda request: asked.append(request.url))
    page.goto(path.as_uri())
    assert outcome(page) == {"ids": expected, "kernel": "wasm", "codes": 700}
    assert [url for url in asked if not url.startswith("data:")] == [path.as_uri()]


def test_where_a_policy_forbids_webassembly_plain_javascript_writes_the_same(
    page: "Page", run: Run, expected: list[int], tmp_path: Path
):
    path = tmp_path / "page.html"
    path.write_text(page_with_engine(run, lambda policy: policy.replace(modules.ENGINE_SCRIPTS, "")), encoding="utf-8")
    page.goto(path.as_uri())
    assert outcome(page) == {"ids": expected, "kernel": "javascript", "codes": 700}


def test_where_a_policy_forbids_the_worker_one_sentence_says_so(page: "Page", run: Run, tmp_path: Path):
    path = tmp_path / "page.html"
    path.write_text(page_with_engine(run, lambda policy: policy.replace("worker-src data:", "worker-src 'none'")))
    page.goto(path.as_uri())
    error = outcome(page)["error"]
    assert error.startswith("The network cannot run here: the browser does not start its worker")
    assert error.endswith("Open the page in a current browser.")


def test_a_sandboxed_frame_runs_it(page: "Page", run: Run, expected: list[int]):
    """As a notebook shows an exported page."""
    written = html.escape(page_with_engine(run))
    page.set_content(f'<iframe sandbox="allow-scripts" srcdoc="{written}"></iframe>')
    assert outcome(page.frames[1]) == {"ids": expected, "kernel": "wasm", "codes": 700}


def in_page(page: "Page", address: str, request: dict[str, Any]) -> dict[str, Any]:
    work = f"async ([url, given]) => {{ {WORK}; return work((await import(url)).openEngine, given); }}"
    return page.evaluate(work, [address, request])


@pytest.mark.parametrize("kernel", ["wasm", "javascript"])
def test_a_static_site_runs_it(page: "Page", static_site: str, run: Run, expected: list[int], kernel: str):
    page.goto(static_site + "package.json")
    found = in_page(page, static_site + CLIENT, given(run) | {"kernel": kernel})
    assert found == {"ids": expected, "kernel": kernel, "codes": 700}


def test_the_route_of_the_application_runs_it(page: "Page", server: "Server", run: Run, expected: list[int]):
    server.wait()
    page.goto(f"{server.address}_stcore/health")
    address = f"{server.address.rstrip('/')}{modules.PREFIX}/{modules.version()}/{CLIENT}"
    assert in_page(page, address, given(run))["ids"] == expected


def test_damaged_weights_are_one_sentence(page: "Page", static_site: str, run: Run):
    page.goto(static_site + "package.json")
    whole = given(run)
    damaged = whole | {"weights": whole["weights"][: len(whole["weights"]) // 8 * 4]}
    assert "the file ends before them" in in_page(page, static_site + CLIENT, damaged)["error"]

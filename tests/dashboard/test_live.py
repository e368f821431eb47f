import base64
import dataclasses
import gzip
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load
from starlette.applications import Starlette
from starlette.testclient import TestClient

from corpora import InputError
from corpora.demo import load_passage
from dashboard import browser
from dashboard.engine import ENGINE
from dashboard.frames import decode_frame
from dashboard.live import HOST, live_page_parts
from dashboard.routes import PREFIX, network_address, routes
from models.half import half_weights
from models.run import Run, load_run, shipped_runs
from tests.dashboard.test_export import Tags, hash_of

MANY_BYTES = 10_000_000


def page_of(run: Run, *arguments: Any) -> Tags:
    return Tags("".join(live_page_parts(run, *arguments)))


def opened_with(page: Tags) -> dict[str, str]:
    return json.loads(page.scripts["page"])


@pytest.mark.parametrize("name", shipped_runs())
def test_a_shipped_model_takes_less_than_ten_megabytes_and_is_itself(name: str):
    run = load_run(name)
    written = "".join(live_page_parts(run))
    assert len(written.encode()) < MANY_BYTES
    weights = load(gzip.decompress(base64.b64decode(Tags(written).scripts["weights"])))
    network = run.load_network().state_dict()
    assert weights.keys() == network.keys()
    assert all(torch.equal(weights[each].float(), tensor) for each, tensor in network.items())
    assert f"weights {run.weights_hash[:12]}." in written


def test_weights_in_float32_are_rounded_and_the_page_says_so(searched_run: Run):
    weights = load(b"".join(half_weights(searched_run)))
    for name, tensor in searched_run.load_network().state_dict().items():
        assert torch.equal(weights[name], tensor.half())
    page = "".join(live_page_parts(searched_run))
    assert f"weights {searched_run.weights_hash[:12]}, rounded to float16." in page.replace(
        "weights rounded", "rounded"
    )


def test_weights_that_float16_cannot_hold_are_one_sentence(searched_run: Run, tmp_path: Path):
    run = dataclasses.replace(searched_run, folder=tmp_path)
    weights = searched_run.load_network().state_dict()
    weights["readout.bias"][3] = 70_000
    run.save_weights(weights)
    with pytest.raises(InputError, match=r"at most 65,504 .*readout\.bias has others"):
        b"".join(half_weights(run))


def test_the_policy_allows_the_pages_own_scripts_and_worker_and_no_request(searched_run: Run):
    written = "".join(live_page_parts(searched_run))
    page = Tags(written)
    policy = next(attrs["content"] for _, attrs in page.tags if attrs.get("http-equiv") == "Content-Security-Policy")
    scripts = " ".join(f"'sha256-{hash_of(page.scripts[kind])}'" for kind in ("importmap", "module"))
    others = "worker-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
    assert policy == f"default-src 'none'; script-src {scripts} data: 'wasm-unsafe-eval'; {others}"
    assert not re.search(r"https?://", written)
    assert not any(name in ("src", "href") for _, attrs in page.tags for name in attrs)


def test_every_module_finds_what_it_imports_in_the_page(searched_run: Run):
    imports = json.loads(page_of(searched_run).scripts["importmap"])["imports"]
    assert imports.keys() == {browser.bare_name(path) for path in browser.needed_by(HOST)}
    for url in imports.values():
        module = base64.b64decode(url.partition(",")[2]).decode()
        named = re.findall(r'^(?:import|export)\b(?:[^;"]*\bfrom)? "([^"]+)";$', module, re.MULTILINE)
        assert set(named) <= imports.keys()
        assert not re.search(r'import\("', module)


def test_a_hostile_text_and_prompt_add_no_tag(searched_run: Run, hostile: str):
    page = page_of(searched_run, hostile, {"prompt": hostile, "evil": hostile})
    assert [tag for tag, _ in page.tags].count("script") == 5
    assert "img" not in [tag for tag, _ in page.tags]
    assert opened_with(page)["text"] == hostile
    assert "evil" not in opened_with(page)["query"]


def test_the_page_opens_as_the_app_does_or_with_what_is_asked_for(searched_run: Run):
    opened = opened_with(page_of(searched_run))
    assert opened["query"] == "unit=L1.u4&state=cell&concept=inside-quotes"
    assert opened["text"] == load_passage("war-and-peace")
    header, _ = decode_frame(base64.b64decode(page_of(searched_run).scripts["about"]))
    assert [finding["concept"] for finding in header["findings"]].count("inside-quotes") == 2
    asked = opened_with(page_of(searched_run, "a text", {"unit": "L2.u5", "state": "hidden", "seed": "4"}))
    assert asked == {"text": "a text", "query": "unit=L2.u5&state=hidden&seed=4"}


@pytest.mark.parametrize(("text", "got"), [("", "got 0"), ("a" * 100_001, "got 100,001")])
def test_a_text_of_the_wrong_length_is_one_sentence(searched_run: Run, text: str, got: str):
    with pytest.raises(InputError, match=f"Wanted a text of 1 to 100,000 characters, {got}"):
        live_page_parts(searched_run, text)


def test_the_command_writes_the_page(command: Callable[..., Any], searched_run: Run, tmp_path: Path):
    (tmp_path / "text.txt").write_text("A short text.\n")
    words = ("dashboard", "export", "tiny", "--live", "--out", tmp_path / "page.html")
    done = command(*words, "--text", tmp_path / "text.txt", "--unit", "L2.u3", "--predictions")
    assert done.code == 0, done
    assert "2x24 LSTM with all units, weights rounded to float16" in done.out
    opened = opened_with(Tags((tmp_path / "page.html").read_text(encoding="utf-8")))
    assert opened == {"text": "A short text.\n", "query": "unit=L2.u3&state=hidden&mode=predictions"}
    assert command(*words).code == 0


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--live", "--all-units"], "A live page has all units"),
        (["--live", "--unit", "L1.u1", "--unit", "L1.u2"], "A live page has all units"),
        (["--live", "--unit", "L9.u1"], "L1.u0 to L2.u23"),
        (["--live", "--state", "hidden"], "takes --state together with --unit"),
        (["--live", "--state", "cell"], "takes --state together with --unit"),
        ([], "Wanted a text to color: --text FILE"),
    ],
)
def test_bad_options_are_one_line(
    command: Callable[..., Any], searched_run: Run, tmp_path: Path, options: list[str], words: str
):
    done = command("dashboard", "export", "tiny", "--out", tmp_path / "x.html", *options)
    assert words in done.error
    assert not (tmp_path / "x.html").exists()


def test_damaged_weights_are_one_line(command: Callable[..., Any], searched_run: Run, tmp_path: Path):
    path = searched_run.weights_path
    path.write_bytes(path.read_bytes()[:-100])
    done = command("dashboard", "export", "tiny", "--live", "--out", tmp_path / "x.html")
    assert "could not read them" in done.error
    assert not (tmp_path / "x.html").exists()


def test_the_routes_give_the_page_with_text_unit_and_plan(searched_run: Run, hostile: str):
    client = TestClient(Starlette(routes=routes()), base_url="http://127.0.0.1")
    key, _ = ENGINE.read(searched_run, hostile)
    of_reading = client.get(f"{PREFIX}/{key}/live", params={"unit": "L2.u5", "state": "cell"})
    assert of_reading.headers["content-disposition"] == 'attachment; filename="tiny-live.html"'
    assert opened_with(Tags(of_reading.text)) == {"text": hostile, "query": "unit=L2.u5&state=cell"}
    shown = {"tab": "generate", "unit": "L1.u2", "prompt": "He & she\n", "hold": "L1.u2=1.5"}
    of_network = client.get(f"{network_address(searched_run)}/live", params=shown)
    assert opened_with(Tags(of_network.text))["query"] == (
        "tab=generate&unit=L1.u2&prompt=He+%26+she%0A&hold=L1.u2%3D1.5"
    )
    for wrong in ({"unit": "L9.u1"}, {"unit": "x"}, {"unit": "L1.u1", "state": "gates"}):
        refused = client.get(f"{PREFIX}/{key}/live", params=wrong)
        assert refused.status_code == 404
        assert refused.text.startswith("Wanted")

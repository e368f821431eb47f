import base64
import hashlib
import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from corpora import InputError
from dashboard import browser, export
from dashboard.export import Look, detector_units, every_unit, export_page, in_every_state
from dashboard.frames import decode_frame
from dashboard.readings import Reading
from dashboard.routes import UNITS_IN_EXPORT
from models.run import Run
from models.units import Unit

STATES = ("hidden", "cell")


class Tags(HTMLParser):
    """Collects the start tags of a page, and the text of its scripts by id."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: dict[str | None, str] = {}
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        self.tags.append((f"/{tag}", {}))

    def handle_data(self, data: str) -> None:
        if self.tags and self.tags[-1][0] == "script":
            name = self.tags[-1][1].get("id") or self.tags[-1][1].get("type")
            self.scripts[name] = self.scripts.get(name, "") + data


@pytest.fixture
def page(reading: Reading) -> str:
    return export_page(reading, in_every_state([Unit(1, 2, "hidden"), Unit(2, 0, "cell")], STATES))


def test_a_hostile_text_adds_no_tag(page: str, reading: Reading, hostile: str):
    parsed = Tags(page)
    assert [tag for tag, _ in parsed.tags].count("script") == 4
    assert "img" not in [tag for tag, _ in parsed.tags]
    _, arrays = decode_frame(base64.b64decode(parsed.scripts["frame"]))
    assert bytes(arrays["text"]).decode() == hostile


def hash_of(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def test_the_policy_allows_the_pages_own_scripts_and_no_request(page: str):
    parsed = Tags(page)
    policy = next(
        attrs["content"] for tag, attrs in parsed.tags if attrs.get("http-equiv") == "Content-Security-Policy"
    )
    scripts = " ".join(f"'sha256-{hash_of(parsed.scripts[kind])}'" for kind in ("importmap", "module"))
    others = "style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
    assert policy == f"default-src 'none'; script-src {scripts} data:; {others}"
    assert not re.search(r"https?://", page)
    assert not any(name in ("src", "href") for _, attrs in parsed.tags for name in attrs)


def test_the_page_holds_the_units_that_were_asked_for(page: str, reading: Reading):
    header, arrays = decode_frame(base64.b64decode(Tags(page).scripts["frame"]))
    assert header["exported"] == [
        {"state": "hidden", "column": 2},
        {"state": "cell", "column": 24},
        {"state": "cell", "column": 2},
        {"state": "hidden", "column": 24},
    ]
    activations = arrays["activations"].reshape(4, -1)
    np.testing.assert_array_equal(activations[1], reading.states["cell"][24])
    np.testing.assert_array_equal(activations[3], reading.states["hidden"][24])


def test_detectors_are_the_best_of_each_concept(reading: Reading):
    assert detector_units(reading.run) == [Unit(1, 4, "cell"), Unit(1, 5, "hidden")]


def test_a_unit_that_is_not_there_is_refused(reading: Reading):
    with pytest.raises(InputError, match=r"got L7\.u0"):
        export_page(reading, [Unit(7, 0, "hidden")])


@pytest.fixture
def text_file(tmp_path: Path, hostile: str) -> Path:
    (tmp_path / "text.txt").write_text(hostile)
    return tmp_path / "text.txt"


def test_the_command_writes_the_page(command: Callable[..., Any], reading: Reading, text_file: Path, tmp_path: Path):
    out = tmp_path / "new" / "page.html"
    done = command(
        "dashboard", "export", "tiny", "--text", text_file, "--unit", "L1.u2", "--unit", "L2·u3", "--out", out
    )
    assert done.code == 0, done
    assert "2 units" in done.out
    header, _ = decode_frame(base64.b64decode(Tags(out.read_text()).scripts["frame"]))
    assert {unit["column"] for unit in header["exported"]} == {2, 27}


def test_without_a_unit_the_detectors_are_exported(
    command: Callable[..., Any], reading: Reading, text_file: Path, tmp_path: Path
):
    done = command("dashboard", "export", "tiny", "--text", text_file, "--out", tmp_path / "page.html")
    header, _ = decode_frame(base64.b64decode(Tags((tmp_path / "page.html").read_text()).scripts["frame"]))
    assert header["exported"][:2] == [{"state": "cell", "column": 4}, {"state": "hidden", "column": 5}]
    assert done.code == 0


@pytest.mark.parametrize(
    ("unit", "words"), [("L1.u24", "L1.u0 to L2.u23"), ("L3.u0", "L1.u0 to L2.u23"), ("3", "such as L2.u217")]
)
def test_a_wrong_unit_is_one_line(
    command: Callable[..., Any], reading: Reading, text_file: Path, tmp_path: Path, unit: str, words: str
):
    done = command("dashboard", "export", "tiny", "--text", text_file, "--unit", unit, "--out", tmp_path / "x.html")
    assert words in done.error
    assert not (tmp_path / "x.html").exists()


def test_an_unwritable_place_is_one_line(command: Callable[..., Any], reading: Reading, text_file: Path):
    done = command("dashboard", "export", "tiny", "--text", text_file, "--out", text_file / "below" / "page.html")
    assert "Cannot write" in done.error


def test_palettes_are_those_of_the_renderer():
    renderer = browser.modules()["reader/colors.js"]
    assert tuple(re.findall(r'^  \["(.+)", \{$', renderer, re.MULTILINE)) == export.PALETTES


def test_the_page_holds_the_modules_of_the_app_under_bare_names(page: str):
    urls = json.loads(Tags(page).scripts["importmap"])["imports"]
    assert set(urls) == {browser.bare_name(path) for path in browser.needed_by(export.HOST)}
    for name, url in urls.items():
        text = base64.b64decode(url.removeprefix("data:text/javascript;base64,")).decode()
        imported = re.findall(r'^(?:import|export)\b(?:[^;"]*\bfrom)? "([^"]+)";$', text, re.MULTILINE)
        assert set(imported) <= set(urls), name
        in_app = browser.modules()[name.removeprefix("charscope/")]
        assert len(imported) == len(re.findall(r'^(?! *(?://|/?\*)).*\bfrom "', in_app, re.MULTILINE))
        assert "import(" not in in_app
        assert file_names_only(text) == file_names_only(in_app)


def test_the_worker_is_one_script_that_holds_each_of_its_modules_once():
    script, needed = browser.worker_script(), browser.needed_by(browser.WORKER)
    assert not re.search(r"^(?:import|export)\b", script, re.MULTILINE)
    assert len(re.findall(r"^const \w+_js = ", script, re.MULTILINE)) == len(needed)
    for path in needed:
        named = re.findall(r"^export (?:class|const|function) (\w+)", browser.modules()[path], re.MULTILINE)
        assert f"return {{ {', '.join(named)} }};" in script
    url = re.findall(r'"(.+)"', browser.with_bare_imports(browser.WORKER_URL))[0]
    assert base64.b64decode(url.removeprefix("data:text/javascript;base64,")).decode() == script


@pytest.mark.parametrize("engine", [False, True])
def test_only_a_page_with_the_engine_allows_what_the_engine_needs(engine: bool):
    policy = export.policy_for("script", engine=engine)
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert ("wasm-unsafe-eval" in policy, "worker-src data:" in policy) == (engine, engine)
    assert "'unsafe-eval'" not in policy


def file_names_only(module: str) -> str:
    """The text of a module whose imports say the file, and not where it lies."""
    return re.sub(r'"(?:\.{1,2}|charscope)/(?:reader/|hosts/)?(\w+\.js)"', r'"\1"', module)


def test_whatever_a_view_holds_it_stays_in_its_script(reading: Reading):
    concept = "</script><script>alert(1)</script>"
    parsed = Tags(export_page(reading, [Unit(1, 2, "hidden")], Look(concept=concept)))
    assert [tag for tag, _ in parsed.tags].count("script") == 4
    assert json.loads(parsed.scripts["view"])["view"]["concept"] == concept


# ---- any number of units -----------------------------------------------------------------------------------


def test_all_units_are_in_the_page_in_both_states(
    command: Callable[..., Any], reading: Reading, text_file: Path, tmp_path: Path
):
    out = tmp_path / "page.html"
    done = command("dashboard", "export", "tiny", "--text", text_file, "--all-units", "--out", out)
    assert done.out.strip().endswith(f"{len(reading)} characters, 48 units, {out.stat().st_size / 1e6:.1f} MB")
    header, arrays = decode_frame(base64.b64decode(Tags(out.read_text()).scripts["frame"]))
    held = [(unit["state"], unit["column"]) for unit in header["exported"]]
    assert held[0] == ("cell", 4)  # the clearest detector
    assert sorted(held) == sorted((state, column) for state in STATES for column in range(48))
    expected = [reading.states[state][column] for state, column in held]
    np.testing.assert_array_equal(arrays["activations"].reshape(96, -1), expected)


def test_units_can_be_named_without_limit(
    command: Callable[..., Any], reading: Reading, text_file: Path, tmp_path: Path
):
    named = [f"--unit=L{layer}.u{unit}" for layer in (1, 2) for unit in range(23)]
    assert len(named) > UNITS_IN_EXPORT
    done = command("dashboard", "export", "tiny", "--text", text_file, *named, "--out", tmp_path / "page.html")
    assert "46 units" in done.out
    header, _ = decode_frame(base64.b64decode(Tags((tmp_path / "page.html").read_text()).scripts["frame"]))
    assert len(header["exported"]) == 92


def test_a_run_without_findings_opens_with_its_first_unit(tiny_run: Run):
    units = every_unit(tiny_run, "hidden")
    assert units[0] == Unit(1, 0, "hidden")
    assert len(units) == len(set(units)) == 96


def test_one_unit_and_all_units_is_one_line(command: Callable[..., Any], text_file: Path, tmp_path: Path):
    out = tmp_path / "page.html"
    done = command("dashboard", "export", "tiny", "--text", text_file, "--unit", "L1.u2", "--all-units", "--out", out)
    assert done.error == "error: Wanted --unit or --all-units, got both. Leave one out."
    assert not out.exists()


def test_a_page_that_no_browser_opens_is_one_line(
    command: Callable[..., Any], reading: Reading, text_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(export, "LARGEST_FRAME", 96 * len(reading) - 1)
    out = tmp_path / "page.html"
    done = command("dashboard", "export", "tiny", "--text", text_file, "--all-units", "--out", out)
    assert f"got 96 for each of {len(reading)} characters. Shorten the text" in done.error
    assert not out.exists()
    monkeypatch.setattr(export, "LARGEST_FRAME", 96 * len(reading))
    assert command("dashboard", "export", "tiny", "--text", text_file, "--all-units", "--out", out).code == 0


@pytest.mark.parametrize("sizes", [[], [0], [1], [2, 2, 2, 2], [3, 0, 5, 1, 1, 64]])
def test_pieces_of_base64_are_the_base64_of_all(sizes: list[int]):
    parts = [bytes(range(size)) for size in sizes]
    assert "".join(export.base64_parts(parts)) == base64.b64encode(b"".join(parts)).decode()


@pytest.mark.parametrize("theme", ["auto", "light", "dark"])
def test_a_theme_is_the_readers_or_the_one_asked_for(reading: Reading, theme: export.Theme):
    page = export_page(reading, [Unit(1, 2, "hidden")], Look(theme=theme))
    assert ("prefers-color-scheme: dark) {" in page) == (theme == "auto")
    assert ("color-scheme: dark;" in page) == (theme != "light")

"""The static site: its files, its links and what its pages say."""

import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest

from analysis.ablation.table import keep_ablation
from analysis.concepts import CONCEPTS
from corpora.demo import load_passage
from corpora.shell import python
from dashboard import browser
from dashboard.board import BOARD
from dashboard.export import detector_units
from dashboard.figures.findings import CONTROLS
from dashboard.frames import decode_frame
from dashboard.location import Location
from dashboard.site.build import make_site, models_of
from dashboard.site.landing_page import landing_page
from dashboard.site.unit_page import _values, unit_page
from dashboard.views.unit_profile import ablate_command
from models.run import Run, load_run
from models.units import Unit
from tests.conftest import Outcome
from tests.dashboard.site_pages import check_links, files_of, pages_of
from tests.dashboard.test_unit_view import ablation_of
from tests.other_cells import with_cell

UTF_8 = {**os.environ, "LC_ALL": "C.UTF-8"}
UNIT = "models/tiny/units/L1.u4-cell.html"


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "site"


def test_every_link_is_relative_and_leads_to_a_file(searched_run: Run, out: Path):
    make_site([searched_run, with_cell(searched_run, "gru")], out)
    named = check_links(out)
    unnamed = {path for path in files_of(out) if path not in named and not path.startswith("modules/")}
    assert unnamed == {"charscope-site.json"}
    assert {"models/tiny/index.html", "models/tiny/live.html", UNIT, "models/gru/index.html"} <= named


def test_every_module_that_runs_is_there_and_nothing_else(searched_run: Run, out: Path):
    make_site([searched_run], out)
    root = f"modules/{browser.version()}/"
    written = {path.removeprefix(root): text for path, text in files_of(out).items() if path.startswith("modules/")}
    assert {"hosts/site.js", "engine/worker.js", "live/live.js"} <= set(written)
    for path, text in written.items():
        assert set(browser.imports_of(path)) <= set(written)
        assert text.decode() == browser.modules()[path]


def test_a_page_for_each_detector_and_no_other(searched_run: Run, out: Path):
    make_site([searched_run], out)
    units = {f"models/tiny/units/{unit.slug}-{unit.state}.html" for unit in detector_units(searched_run)}
    assert {path for path in pages_of(out) if "/units/" in path} == units


def test_files_that_may_be_kept_for_ever_have_a_hash_in_their_names(searched_run: Run, out: Path):
    make_site([searched_run], out)
    before = set(files_of(out))
    for path in before - set(pages_of(out)) - {"charscope-site.json"}:
        assert re.search(r"-[0-9a-f]{16}\.\w+$|^modules/[0-9a-f]{16}/", path), path
    searched_run.save_weights(searched_run.untrained_network(1).state_dict())
    make_site([load_run("tiny")], out)
    assert {path for path in files_of(out) if "weights-" in path} > {path for path in before if "weights-" in path}


def test_the_live_page_has_the_weights_and_the_text(searched_run: Run, out: Path):
    make_site([searched_run], out)
    page = pages_of(out)["models/tiny/live.html"]
    (live,) = (each for each in page.of("div") if each.get("id") == "live")
    folder = out / "models" / "tiny"
    assert (folder / str(live["data-weights"])).read_bytes() == searched_run.weights_path.read_bytes()
    assert (folder / str(live["data-text"])).read_text() == load_passage("war-and-peace")
    header, _ = decode_frame((folder / str(live["data-about"])).read_bytes())
    assert header["config"]["hidden_size"] == 24
    assert "python -m http.server" in page.words  # where it cannot run it says why
    assert "one of its files did not arrive: reload the page" in page.words


def test_the_links_at_the_top_of_a_units_page_keep_the_unit(searched_run: Run, out: Path):
    make_site([searched_run], out)
    kept = "../live.html?{}unit=L1.u4&state=cell&concept=inside-quotes"
    addresses = [address for address in pages_of(out)[UNIT].addresses if "live.html" in address]
    assert addresses[:2] == [kept.format(""), kept.format("tab=generate&")] == addresses[2:]


def test_addresses_of_live_pages_are_those_of_the_application(searched_run: Run, out: Path):
    make_site([searched_run], out)
    queries = {urlsplit(address).query for page in pages_of(out).values() for address in page.addresses}
    opened = [Location.parse(dict(parse_qsl(query))) for query in queries if "unit=" in query]
    assert opened
    for location, problems in opened:
        assert problems == []
        assert location.unit
        assert location.unit.require(searched_run.model).state


def test_policies_allow_nothing_from_elsewhere_and_scripts_only_where_the_network_runs(searched_run: Run, out: Path):
    make_site([searched_run], out)
    for path, page in pages_of(out).items():
        rules = dict(rule.split(maxsplit=1) for rule in page.policy.split("; "))
        assert rules.pop("default-src") == "'none'"
        assert {source for words in rules.values() for source in words.split()} <= {
            "'self'", "'none'", "'wasm-unsafe-eval'",
        }  # fmt: skip
        assert ("script-src" in rules) == path.endswith("live.html")
        assert all("src" in script for script in page.of("script"))
        assert not page.of("style")
        assert not [1 for _, attributes in page.tags if "style" in attributes]
        assert not [name for _, attributes in page.tags for name in attributes if name.startswith("on")]


def test_the_board_shows_every_concept_with_its_controls(searched_run: Run, out: Path):
    make_site([searched_run], out)
    page = pages_of(out)["models/tiny/index.html"]
    assert "1 of 2 concepts have a unit in tiny" in page.words
    for name in (control["name"] for control in CONTROLS.values()):
        assert name in page.words[: page.words.index("best unit: ")].lower()  # explained before it is used
    assert "from an AUROC of 0.90" in page.words
    assert "to be 0.02 above the n-gram baseline" in page.words
    assert "No unit found for: the column in the line." in page.words
    rows = [each["aria-label"] for each in page.of("svg") if each.get("class") == "row"]
    assert rows == [
        "AUROC 0.970, 95 % interval 0.950 to 0.980; n-gram baseline: 0.700; untrained networks: 0.600; "
        "null labels: 0.600; rotated layer: 0.700",
        "Spearman 0.600, 95 % interval 0.580 to 0.610; n-gram baseline: 0.700; untrained networks: 0.300; "
        "null labels: 0.600; rotated layer: 0.700",
    ]
    heads = [each.get("title") for each in page.of("th")]
    assert BOARD["untrained"].help in heads
    assert "All 4 candidates" in page.words


def test_a_unit_page_shows_contexts_distribution_and_causal_test(searched_run: Run, out: Path):
    keep_ablation(searched_run, ablation_of())
    make_site([searched_run], out)
    page = pages_of(out)[UNIT]
    assert "L1·u4 (c) · quote detection cell: inside quotation marks" in page.words
    assert "A detector by the strict rule: high where this holds, low elsewhere." in page.words
    passage = load_passage("war-and-peace")
    assert f"Contexts on a demo passage of {len(passage):,} characters" in page.words
    assert len([1 for each in page.of("span") if each.get("class") == "here"]) == 21  # eight, five, eight
    assert [each for each in page.of("rect") if str(each.get("class")).startswith("inside ")]
    assert "+0.42 bits" in page.words
    assert "the 95th percentile of 40 like it" in page.words
    assert "does not reach the predictions directly" in page.words
    assert "python -m analysis ablate" not in page.words


def test_a_unit_that_was_not_tested_names_the_command(searched_run: Run, out: Path):
    make_site([searched_run], out)
    page = pages_of(out)["models/tiny/units/L1.u5-hidden.html"]
    assert "python -m analysis ablate tiny --unit L1.u5 --concept column --state hidden" in page.words
    assert [each for each in page.of("svg") if "The mean of h by amount" in str(each.get("aria-label"))]


def test_a_unit_of_the_last_layer_says_what_it_predicts(searched_run: Run):
    (model,) = models_of([searched_run])
    page = unit_page(model, Unit(2, 6, "cell")).decode()
    pushes = [float(push.replace("−", "-")) for push in re.findall(r"<span>([+−]\d\.\d\d)</span></li>", page)]
    assert pushes
    assert pushes == sorted((push for push in pushes if push >= 0), reverse=True) + sorted(
        push for push in pushes if push < 0
    )
    assert "More likely" in page


def test_a_unit_that_is_low_where_a_concept_holds_is_said_to_be_off(searched_run: Run):
    (model,) = models_of([searched_run])
    finding = {"concept": "inside-quotes", "title": "inside quotation marks", "sign": 1}
    assert model.does(finding) == "is on inside quotation marks"
    assert model.does(finding | {"sign": -1}) == "is off inside quotation marks"
    assert model.does({"concept": "column", "title": "the column", "sign": -1}) == "tracks the column"
    assert model.sentence == (
        "1 of 2 concepts have a unit; the clearest, L1·u4, is on inside quotation marks (AUROC 0.970)."
    )


def test_a_run_that_was_not_searched_still_reads_and_writes(tiny_run: Run, out: Path):
    make_site([tiny_run], out)
    pages = pages_of(out)
    assert "python -m analysis search tiny" in pages["models/tiny/index.html"].words
    assert "It has not been searched for concepts yet." in pages["index.html"].words
    assert "was chosen on one part" not in pages["index.html"].words
    assert "AUROC" not in pages["index.html"].words
    assert set(pages) == {"index.html", "models/tiny/index.html", "models/tiny/live.html"}
    check_links(out)


def test_the_landing_begins_with_the_pictures_model_and_says_what_figures_mean(searched_run: Run):
    other = with_cell(searched_run, "gru")
    picture = load_run(str(searched_run.folder.rename(searched_run.folder.with_name("war-and-peace"))))
    words = landing_page(models_of([other, picture])).decode()
    cards = words[words.index("The models") :]
    assert cards.index("<bdi>war-and-peace</bdi>") < cards.index("<bdi>gru</bdi>")
    assert cards.index("1 is perfect") < cards.index("(AUROC")
    assert "2 layers of 24 LSTM units, trained on" in cards
    assert "was chosen on one part" in words


def test_a_histogram_has_the_colors_of_the_contexts(searched_run: Run):
    (model,) = models_of([searched_run])
    inside = model.passage.labels["inside-quotes"]
    for unit in (Unit(1, 4, "cell"), Unit(1, 9, "cell"), Unit(2, 6, "hidden")):
        values = model.passage.values(unit)
        end = "high" if values[inside == 1].mean() >= values[inside == 0].mean() else "low"
        concept = CONCEPTS["inside-quotes"]
        drawn = "".join(_values(values, inside, concept, unit, None))
        assert set(re.findall(r'class="inside (\w+)"', drawn)) == {end}
        upside_down = "".join(_values(-values, inside, concept, unit, None))
        assert set(re.findall(r'class="inside (\w+)"', upside_down)) == {"low" if end == "high" else "high"}


@pytest.mark.parametrize("name", ["a b;$(touch touched)`touch touched`'\"&<b>", "a\u202eb\n'\\;touch touched"])
def test_a_command_to_copy_gives_a_shell_the_name_as_it_is(tiny_run: Run, out: Path, tmp_path: Path, name: str):
    run = load_run(str(tiny_run.folder.rename(tiny_run.folder.with_name(name))))
    make_site([run], out)
    (board,) = (page.words for path, page in pages_of(out).items() if path.startswith("models/") and "live" not in path)
    shown = f"python -m analysis search {run.shell_name}"
    assert shown in board
    assert shown.isprintable()
    for command in (shown, ablate_command(run, Unit(1, 0, "hidden"), None).replace(python(), "python", 1)):
        said = f"python() {{ printf '%s\\0' \"$@\"; }}; {command}"
        words = subprocess.run(["bash", "-c", said], cwd=tmp_path, env=UTF_8, capture_output=True, check=True).stdout
        assert words.decode().split("\0")[3] == name
    assert not (tmp_path / "touched").exists()


def test_a_hostile_name_breaks_out_of_nothing(searched_run: Run, out: Path):
    name = "<img src=x onerror=alert(1)>&amp;\"'\u202e .html"
    searched_run.folder.rename(searched_run.folder.with_name(name))
    make_site([load_run(name)], out)
    check_links(out)
    for page in pages_of(out).values():
        assert {each["src"] for each in page.of("img")} == {
            each["src"] for each in page.of("img") if "logo" in str(each["src"])
        }
        assert name.replace("\u202e", "▯") in page.words
        assert "\u202e" not in page.words
        assert page.of("bdi")
        assert "onerror" not in str(page.path)


def test_runs_of_the_same_name_and_repeated_runs(searched_run: Run, tmp_path: Path, out: Path):
    other = with_cell(searched_run, "gru")
    folder = other.folder.rename(tmp_path / "TINY")
    models = models_of([searched_run, load_run(str(folder)), searched_run])
    assert len({model.slug for model in models}) == 2  # also where capital letters do not count
    make_site([model.run for model in models], out)
    check_links(out)


def test_the_command_says_what_the_site_takes(searched_run: Run, out: Path, command: Callable[..., Outcome]):
    done = command("dashboard", "site", "--out", out, "tiny")
    assert done.code == 0
    files = files_of(out)
    megabytes = sum(map(len, files.values())) / 1e6
    assert f"{len(files):,} files, {megabytes:.1f} MB" in done.out
    again = command("dashboard", "site", "--out", out, "tiny")
    assert again.code == 0
    assert "earlier" not in again.out


def test_an_unknown_run_is_one_line_and_writes_nothing(out: Path, command: Callable[..., Outcome]):
    assert "No run is called 'nothing'" in command("dashboard", "site", "--out", out, "nothing").error
    assert not out.exists()


def test_a_run_without_weights_is_one_line_and_writes_nothing(
    tiny_run: Run, out: Path, command: Callable[..., Outcome]
):
    tiny_run.weights_path.unlink()
    assert "are gone. Copy them again" in command("dashboard", "site", "--out", out, "tiny").error
    assert not out.exists()
    assert not list(out.parent.iterdir())

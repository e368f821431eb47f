"""The course in the static site: its pages, what they load, and the ways from and to the models' pages."""

import json
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from dashboard import browser
from dashboard.lessons import See, find_lesson
from dashboard.site.build import make_site, models_of
from dashboard.site.course_pages import TITLES, see_address
from dashboard.site.quizzes import COUNT
from models.run import Run, load_run
from models.units import Unit
from tests.dashboard.site_pages import SitePage, check_links, files_of, pages_of
from tests.shipped import unit_for

LESSONS = [find_lesson(name) for name in ("hello", "softmax", "both-ways")]
NETWORK = "war-and-peace-lstm"  # that of the last


@pytest.fixture
def out(tmp_path: Path, searched_run: Run) -> Path:
    make_site([searched_run], tmp_path / "site", lessons=LESSONS)
    return tmp_path / "site"


def content_of(page: SitePage) -> dict:
    """What the page's script is given."""
    written = page.path.read_text(encoding="utf-8").partition('id="content">')[2].partition("</script>")[0]
    return json.loads(written)


def test_the_course_is_a_path_and_a_page_for_each_lesson(out: Path):
    check_links(out)
    pages = pages_of(out)
    assert {path for path in pages if path.startswith("learn/")} >= {f"learn/{each.name}.html" for each in LESSONS}
    course = content_of(pages["learn/index.html"])["course"]
    assert [each["name"] for each in course] == [each.name for each in LESSONS]
    for lesson in LESSONS:
        page = pages[f"learn/{lesson.name}.html"]
        assert lesson.facts.question in page.words
        assert page.of("math")  # the text reads without a script
        assert "style" not in {name for _, attributes in page.tags for name in attributes}  # its policy allows none


def test_the_pages_besides_the_lessons_have_what_they_show(out: Path):
    pages = pages_of(out)
    terms = content_of(pages["learn/glossary.html"])["terms"]
    assert {term["lesson"] for term in terms} == {lesson.name for lesson in LESSONS}
    for word in TITLES:
        content = content_of(pages[f"learn/{word}.html"])
        assert (content["page"], word in content["pages"]) == (word, True)
    opened = re.findall(r'^  \["(\w+)", \{ title: "([^"]*)"', browser.modules()["learn/pages.js"], re.MULTILINE)
    assert dict(opened) == TITLES


def test_the_quizzes_are_of_a_model_of_the_site_and_lead_to_its_pages(out: Path, searched_run: Run):
    content = content_of(pages_of(out)["learn/quiz.html"])
    files = files_of(out)
    assert len(content["quizzes"]) == COUNT
    for seed, name in enumerate(content["quizzes"]):
        quiz = json.loads(files[f"learn/{name}"])
        assert (quiz["model"], quiz["network"], quiz["seed"], quiz["units"]) == ("tiny", "tiny", seed, [])
        for question in quiz["questions"]:
            Unit.parse(question["unit"], question["state"]).require(searched_run.model)
            assert {urlsplit(way).path.removeprefix("../") for way in question["ways"].values()} <= set(files)
    assert {address.removeprefix("../") for address in content["networks"]["tiny"].values()} <= set(files)


def test_all_that_a_lesson_loads_is_there(out: Path):
    files, root = files_of(out), f"modules/{browser.version()}/"
    for lesson in LESSONS:
        for path in browser.needed_by(lesson.module):
            assert files[root + path].decode() == browser.modules()[path]
    [(name, network)] = content_of(pages_of(out)["learn/both-ways.html"])["lesson"]["networks"].items()
    assert name == NETWORK
    assert files[network["weights"].removeprefix("../")] == load_run(NETWORK).weights_path.read_bytes()
    assert network["about"].removeprefix("../") in files
    assert f"models/{NETWORK}/index.html" not in files  # a network for lessons, not a model of the site


def test_a_network_that_the_site_has_anyway_is_there_once(tmp_path: Path):
    make_site([load_run(NETWORK)], tmp_path / "site", lessons=LESSONS[-1:])
    assert len([path for path in files_of(tmp_path / "site") if "weights-" in path]) == 1


def test_the_models_pages_lead_to_the_lessons_and_without_lessons_nowhere(out: Path, searched_run: Run, tmp_path: Path):
    for path, page in pages_of(out).items():
        ways = {address.rpartition("learn/")[2] for address in page.addresses if "learn/" in address}
        assert "index.html" in ways or path.startswith("learn/"), path
        if "/units/" in path:
            assert "softmax.html" in ways
    make_site([searched_run], tmp_path / "without")
    assert not any(
        "learn/" in address for page in pages_of(tmp_path / "without").values() for address in page.addresses
    )


def test_a_way_to_a_real_model_leads_to_its_page_if_the_site_has_one():
    models = models_of([load_run("war-and-peace-rnn")])
    unit = unit_for("space", "war-and-peace-rnn", "hidden")
    words = {"model": "war-and-peace-rnn", "unit": unit.slug, "state": "hidden"}

    def way(view: str, **more: str) -> str | None:
        return see_address(See("a unit", view, words | more), models)

    folder = "../models/war-and-peace-rnn/"
    assert way("unit") == f"{folder}units/{unit.slug}-hidden.html"
    assert way("find") == f"{folder}index.html"
    assert way("read", mode="predictions") == f"{folder}live.html?unit={unit.slug}&state=hidden&mode=predictions"
    assert (
        urlsplit(way("generate", prompt="He said") or "").query
        == f"tab=generate&unit={unit.slug}&state=hidden&prompt=He+said"
    )
    assert way("models") is None  # it shows no curves
    assert way("unit", model="linux") is None
    assert way("unit", unit="L1.u3") == f"{folder}live.html?unit=L1.u3&state=hidden"  # no page of its own

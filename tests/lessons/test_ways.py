"""The ways between lessons and views: each leads to something that is there."""

import re

import pytest

from dashboard.lessons import VIEWS, Lesson, course
from dashboard.lessons.explained import EXPLAINED, lessons_about
from dashboard.live import SHOWN
from dashboard.location import KEYS, Location
from dashboard.page_routes import VIEWS as PAGES
from models.history import load_samples
from models.run import load_run, shipped_runs
from tests.browser.engine_in_node import needs_node
from tests.lessons.in_node import call

OF_MODELS = ("log", "sample")
every_lesson = pytest.mark.parametrize("lesson", course(), ids=lambda lesson: lesson.name)


@every_lesson
def test_each_way_to_a_real_model_says_what_its_view_understands(lesson: Lesson):
    for see in lesson.facts.see:
        more = {"generate": SHOWN, "models": OF_MODELS}.get(see.view, ())
        assert set(see.words) <= {*KEYS, *more}, see.name
        location, problems = Location.parse(see.words)
        assert problems == [], see.name
        assert location.model in shipped_runs(), f"{see.name}: {location.model!r} is not shipped"
        run = load_run(location.model)
        if location.unit:
            assert location.unit.in_state(location.unit.state or run.memory).require(run.model).state in run.states
        if "sample" in see.set:
            assert 1 <= int(see.set["sample"]) <= len(load_samples(run)), see.name


@needs_node
@every_lesson
def test_generate_understands_what_a_way_asks_it_to_write(lesson: Lesson):
    ways = [see.words for see in lesson.facts.see if see.view == "generate"]
    for words in ways:
        shape = load_run(words["model"]).model
        size = {"layers": shape.num_layers, "units": shape.hidden_size}
        [problems] = call(("tests/plans", "problemsIn", words, size))
        assert problems == []


def test_every_way_from_a_view_leads_to_a_lesson():
    known = {lesson.name for lesson in course()}
    missing = {place: [name for name in names if name not in known] for place, names in EXPLAINED.items()}
    assert {place: names for place, names in missing.items() if names} == {}


def test_every_view_has_ways_to_lessons():
    assert {place.partition("-")[0] for place in EXPLAINED} == set(VIEWS) == set(PAGES) - {"learn"}
    assert [lesson.name for lesson in lessons_about("unit-predictions")] == ["softmax"]


def test_a_page_leads_only_where_its_host_has_something_to_show():
    lesson = next(lesson for lesson in course() if lesson.facts.see)
    first = lesson.facts.see[0]
    assert lesson.page()["see"] == []
    ways = lesson.page(lambda see: f"x?{see.query}" if see is first else None)["see"]
    assert ways == [{"name": first.name, "href": f"x?{first.query}"}]
    assert re.fullmatch(r"x\?model=[\w&=%.+-]+", ways[0]["href"])

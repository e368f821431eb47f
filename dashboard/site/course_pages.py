"""Learn in the site: the course as a path, a page for each lesson, and the other pages of Learn."""

import json
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlencode

from dashboard.lessons import Lesson, See
from dashboard.lessons.glossary import glossary_page
from dashboard.live import SHOWN
from dashboard.site.markup import Html, element
from dashboard.site.model import Model
from dashboard.site.quizzes import quizzes
from dashboard.site.shell import RUNNING, Place, page, scripts
from models.run import load_run
from models.units import Unit

HOST = "hosts/course.js"
PLACE = Place("../", has_course=True)
NEEDS = (
    "This page needs JavaScript and a web server. A folder on a disk is served by ",
    element("code", "python -m http.server"),
    ".",
)


TITLES = {"glossary": "Glossary", "quiz": "Guess this unit", "teacher": "For teachers"}
"""Pages besides the lessons, by their word in `browser/learn/pages.js`."""


def entries(lessons: Sequence[Lesson]) -> list[str]:
    """The modules that run the pages."""
    return [HOST, *(lesson.module for lesson in lessons)]


def pages(lessons: Sequence[Lesson], models: list[Model], networks: list[Model]) -> Iterator[tuple[str, bytes]]:
    """The path and the content of each page; `models` have pages of their own, `networks` also those that have none."""
    others: dict[str, dict[str, Any]] = {"glossary": {"terms": _terms(lessons)}, "teacher": {}}
    if made := quizzes(models, PLACE):
        model, files = made
        yield from ((f"learn/{name}", content) for name, content in files)
        others["quiz"] = {"quizzes": [name for name, _ in files], "networks": {model.run.name: _files(model)}}
    course = [lesson.summary() | {"module": lesson.module} for lesson in lessons]
    common = {"course": course, "pages": list(others)}
    yield "learn/index.html", _page("Learn", common | {"page": "lesson"})
    for word, content in others.items():
        title = TITLES[word]
        yield f"learn/{word}.html", _page(title, common | {"page": word} | content, element("h1", title))
    for lesson in lessons:
        shown = lesson.page(lambda see: see_address(see, models))
        shown["networks"] = {name: _files(_model_of(name, networks)) for name in lesson.facts.models}
        heading = [element("h1", lesson.facts.title), element("p", lesson.facts.question, class_="question")]
        prose = element("div", Html(lesson.text), class_="prose")
        content = common | {"page": "lesson", "lesson": shown}
        yield f"learn/{lesson.name}.html", _page(lesson.facts.title, content, *heading, prose, module=lesson.module)


def _terms(lessons: Sequence[Lesson]) -> list[dict[str, str]]:
    """The terms that the lessons explain."""
    names = {lesson.name for lesson in lessons}
    return [term for term in glossary_page() if term["lesson"] in names]


def _page(title: str, content: dict[str, Any], *before: Html, module: str = "") -> bytes:
    """A page that its script fills; until then it shows what reads without one."""
    written = Html(json.dumps(content).replace("<", "\\u003c"))
    return page(
        PLACE,
        title,
        element("div", *before, element("p", *NEEDS, class_="hint"), class_="reader lesson", id="learn"),
        element("script", written, type="application/json", id="content"),
        head=scripts(PLACE, HOST, *filter(None, [module])),
        styles="learn.css",
        policy=RUNNING,
    )


def see_address(see: See, models: Sequence[Model]) -> str | None:
    """Where the site shows what a lesson leads to, from a lesson's page; None if it does not."""
    words = see.words
    model = _model_of(words.get("model", ""), models)
    if model is None or see.view == "models":
        return None
    found = PLACE.to(model.path)
    if see.view == "find":
        return f"{found}index.html"
    if see.view == "unit" and "unit" in words:
        written = Unit.parse(words["unit"], words.get("state", model.run.memory))
        if address := model.unit_page(written):
            return found + address
    tab = {"tab": "generate"} if see.view == "generate" else {}
    return f"{found}live.html?{urlencode(tab | {name: words[name] for name in SHOWN if name in words})}"


def _model_of(name: str, models: Sequence[Model]) -> Model | None:
    """The model of the site that is a shipped run."""
    folder = load_run(name).folder.resolve()
    return next((model for model in models if model.run.folder.resolve() == folder), None)


def _files(model: Model | None) -> dict[str, str]:
    """Where a page gets a network."""
    assert model is not None, "the site lacks a network of a lesson"
    return {part: PLACE.to(model.path + model.files[part]) for part in ("about", "weights")}

"""The course: files that are whole, and a clear line for each that is not."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from corpora import InputError
from dashboard import browser
from dashboard.lesson_page import lesson_page
from dashboard.lessons import FOLDER, Lesson, course, find_lesson, load_lesson
from dashboard.lessons.markup import mathml, to_html
from tests.browser.engine_in_node import needs_node
from tests.lessons.in_node import call
from tests.shipped import unit_for

ROOT = Path(__file__).resolve().parents[2]
WHOLE = """---
title: T
question: Q?
minutes: 5
stops:
  - {name: One, set: {carry: true, heat: 0.5}}
  - {name: Two, set: {}}
predict: {question: Which, options: [a, b], right: 2}
footer: {model: m, text: t, examples: e, test: tests/x.py}
see:
  - {name: A unit, view: unit, set: {model: m, unit: L1.u0}}
---
Text with $h_t$.

# Answer
The answer.
"""
every_lesson = pytest.mark.parametrize("lesson", course(), ids=lambda lesson: lesson.name)


@pytest.fixture
def load(tmp_path: Path):
    def load_text(text: str, name: str = "07-some-name.md") -> Lesson:
        (tmp_path / name).write_text(text, encoding="utf-8")
        return load_lesson(tmp_path / name)

    return load_text


def test_a_lesson_is_read_from_its_file(load):
    lesson = load(WHOLE)
    assert (lesson.number, lesson.name, lesson.module) == (7, "some-name", "lessons/some_name.js")
    assert [(stop.name, stop.set) for stop in lesson.facts.stops] == [
        ("One", {"carry": "on", "heat": "0.5"}),
        ("Two", {}),
    ]
    assert lesson.facts.predict.options == ("a", "b")
    assert [(see.view, see.set) for see in lesson.facts.see] == [("unit", {"model": "m", "unit": "L1.u0"})]

    assert "<math" in lesson.text
    assert lesson.answer == "<p>The answer.</p>"


@pytest.mark.parametrize("state", ["cell", "hidden"])
def test_a_unit_may_be_named_by_what_it_follows(state: str, load):
    written = WHOLE.replace("{model: m, unit: L1.u0}", f"{{model: war-and-peace, unit: for column, state: {state}}}")
    assert written != WHOLE
    lesson = load(written)
    assert lesson.facts.see[0].words["unit"] == unit_for("column", state=state).slug
    wrong = written.replace("for column", "for indentation")
    with pytest.raises(InputError, match=r"Wanted a unit of war-and-peace for indentation .*has none"):
        load(wrong).page(lambda see: see.query)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("# Answer\n", "", "'# Answer'"),
        ("title: T\n", "", "missing in the facts: title"),
        ("title: T\n", "title: T\nlevel: 3\n", "unknown in the facts: level"),
        ("minutes: 5", "minutes: long", "wanted minutes from 1 to 60, got 'long'"),
        ("right: 2", "right: 3", "wanted the right option of predict, 1 to 2, got 3"),
        ("footer: {model: m, ", "footer: {", "wanted a footer with model, text, examples, test"),
        ("  - {name: Two, set: {}}\n", "", "two to six stops"),
        ("set: {}", "set: 3", "wanted controls and their values"),
        ("view: unit", "view: board", "wanted read, find, unit, compare, generate, train, models as the view"),
        ("title: T", "title: [", "while parsing"),
        ("$h_t$", r"$\left( 1$", "this TeX cannot be read"),
    ],
)
def test_a_mistake_gives_one_line_with_the_file_and_the_rule(load, old: str, new: str, says: str):
    assert old in WHOLE
    with pytest.raises(InputError) as raised:
        load(WHOLE.replace(old, new))
    assert says in str(raised.value)
    assert str(raised.value).startswith("07-some-name.md: ")
    assert "\n" not in str(raised.value)


def test_a_file_of_another_name_and_an_unknown_lesson_are_refused(load):
    with pytest.raises(InputError, match=r"called like 03-hello\.md, got hello\.md"):
        load(WHOLE, "hello.md")
    with pytest.raises(InputError, match=r"No lesson is called 'nothing'. Known: .*hello"):
        find_lesson("nothing")


def test_html_in_a_text_is_text_and_links_run_nothing():
    made = to_html('<script>x</script> <b onclick="x">b</b> [a](javascript:x) `$x$` \\$5 and $6')
    assert "<script" not in made
    assert "<b" not in made
    assert "href" not in made
    assert "$6" in made


def test_an_equation_is_mathml_that_needs_no_request():
    made = mathml(r"\frac{a}{b} < \text{<img src=x>}", block=True)
    tags: list[str] = []
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, attrs: tags.append(tag)  # type: ignore[method-assign]
    parser.feed(made)
    assert {"math", "mfrac"} <= set(tags)
    assert "img" not in tags
    assert 'display="block"' in made
    assert set(re.findall(r"https?://[^\"<]*", made)) <= {"http://www.w3.org/1998/Math/MathML"}


@every_lesson
def test_a_lesson_has_its_module_its_place_and_its_test(lesson: Lesson):
    assert lesson.module in browser.modules()
    assert (FOLDER / f"{lesson.number:02}-{lesson.name}.md").exists()
    named = re.match(r"tests/[\w/]+\.py", lesson.facts.footer["test"])
    assert named
    assert (ROOT / named[0]).exists()
    assert "$" not in re.sub(r'alttext="[^"]*"', "", lesson.text + lesson.answer)


def test_no_two_lessons_have_one_number_or_name():
    assert len({lesson.number for lesson in course()}) == len({lesson.name for lesson in course()}) == len(course())


@needs_node
def test_every_stop_names_controls_and_values_that_the_widget_has():
    found = call(*((lesson.module.removeprefix("lessons/").removesuffix(".js"), "CONTROLS") for lesson in course()))
    values = []
    for lesson, controls in zip(course(), found, strict=True):
        known = {control["name"]: control for control in controls}
        for stop in lesson.facts.stops:
            assert set(stop.set) <= set(known), (lesson.name, stop.name)
            values += [("learn/values", "valueOf", known[name], written) for name, written in stop.set.items()]
    assert len(call(*values)) == len(values) > 100


@pytest.mark.parametrize("name", ["hello", "both-ways"])  # without and with a model that runs
def test_an_exported_lesson_allows_no_request(name: str):
    page = lesson_page(find_lesson(name))
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy
    assert "default-src 'none'" in policy[1]
    assert "connect-src" not in policy[1]
    assert "unsafe-eval" not in policy[1].replace("wasm-unsafe-eval", "")
    assert not re.search(r'(?:src|href)="', page)

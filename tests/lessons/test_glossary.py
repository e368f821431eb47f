"""The glossary: terms that are whole, links that are true, and a clear line for each fault."""

import re
from pathlib import Path

import pytest

from corpora import InputError
from dashboard.lessons import find_lesson
from dashboard.lessons.glossary import FILE, Term, glossary, load_glossary

ENTRY = """- term: state
  term_zh: 状态
  definition: What is carried on.
  definition_zh: 传递下去的数。
  lesson: hello
"""
OTHER = ENTRY.replace("state", "gate (g)").replace("状态", "门")
every_term = pytest.mark.parametrize("term", glossary(), ids=lambda term: term.name)


@pytest.fixture
def load(tmp_path: Path):
    def load_text(text: str) -> tuple[Term, ...]:
        (tmp_path / "glossary.yaml").write_text(text, encoding="utf-8")
        return load_glossary(tmp_path / "glossary.yaml")

    return load_text


def test_terms_are_sorted_and_named_for_an_address(load):
    assert [(term.term, term.name) for term in load(ENTRY + OTHER)] == [("gate (g)", "gate"), ("state", "state")]
    names = [term.term.casefold() for term in glossary()]
    assert names == sorted(names)
    assert len(names) >= 70


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (ENTRY, ENTRY + ENTRY.replace("状态", "态"), "wanted each name once, got state twice"),
        (ENTRY, ENTRY + OTHER.replace("门", "状态"), "wanted each term_zh once, got 状态 twice"),
        ("lesson: hello", "lesson: nothing", "state: No lesson is called 'nothing'"),
        ("  term_zh: 状态\n", "", "wanted a term with term, term_zh, definition"),
        ("term_zh: 状态", "term_zh:", "state: wanted some text as its term_zh"),
        ("on.", "on", "state: wanted a sentence that ends with a full stop"),
        ("传递下去的数。", "Numbers.", "state: wanted a Chinese sentence"),
        (ENTRY, "state: x", "wanted a list of terms"),
        ("term: state", "term: [", "while parsing"),
    ],
)
def test_a_fault_gives_one_line_with_the_term_and_the_rule(load, old: str, new: str, says: str):
    assert old in ENTRY
    with pytest.raises(InputError) as raised:
        load(ENTRY.replace(old, new))
    assert says in str(raised.value)
    assert str(raised.value).startswith("glossary.yaml: ")
    assert "\n" not in str(raised.value)


@every_term
def test_the_lesson_of_a_term_speaks_of_it(term: Term):
    """All words of the term, or of its short form, stand in the lesson; endings may differ."""
    lesson = find_lesson(term.lesson)
    page = f"{lesson.facts.title} {lesson.facts.question} {lesson.text} {lesson.answer}"
    text = re.sub(r"<[^>]*>", "", page).casefold().replace("’", "'")
    names = re.split(r" \(|\)", term.term.casefold())
    assert any(name and all(word[:5] in text for word in name.split()) for name in names), term


def test_definitions_fit_on_a_line_or_two():
    assert max(len(term.definition) for term in glossary()) <= 140
    assert max(len(term.definition_zh) for term in glossary()) <= 60
    assert FILE.read_text(encoding="utf-8").count("- term:") == len(glossary())

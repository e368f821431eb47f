"""Files of one's own concepts: what is written is what is read, and what is wrong is one line.

Axes: `time` is the position of a character in a text.
"""

import pickle
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.concepts.custom import load_concepts, parse_concepts
from corpora import InputError
from tests.analysis.test_custom_concepts import PARTS, PATTERNS, as_written, automata, one, texts
from tests.conftest import ROOT, Outcome


@settings(max_examples=50)
@given(
    rules=st.lists(automata().map(as_written) | st.sampled_from([{"pattern": p} for p in PATTERNS]), max_size=4),
    title=st.text(min_size=1, max_size=20).filter(str.strip),
    text=texts,
)
def test_a_file_is_read_as_its_entries_are(
    rules: list[dict], title: str, text: str, tmp_path_factory: pytest.TempPathFactory
):
    entries = [{"name": f"my-{n}", "title": title, "description": "D: #", **rule} for n, rule in enumerate(rules)]
    last = {"name": "my-last", "description": "yes", "any_of": ["inside-quotes"]}
    within = {"name": "my-within", "description": "1", "within": "my-last", "of": "column"}
    path = tmp_path_factory.mktemp("own") / "mine.yaml"
    path.write_text(yaml.safe_dump([*entries, within, last]), encoding="utf-8")
    concepts, loaded = parse_concepts([*entries, within, last]), load_concepts(path)
    assert {concept.source for concept in loaded} <= {"own: mine.yaml"}
    for concept, again in zip(concepts, pickle.loads(pickle.dumps(loaded)), strict=True):
        assert (concept.name, concept.title, concept.description) == (again.name, again.title, again.description)
        np.testing.assert_array_equal(concept.labels(text), again.labels(text))


def test_the_documented_file_does_what_it_says(tmp_path: Path):
    page = (ROOT / "docs" / "custom-concepts.md").read_text(encoding="utf-8")
    found = re.search(r"```yaml\n(.*?)```", page, re.DOTALL)
    assert found
    (tmp_path / "documented.yaml").write_text(found.group(1))
    shown = {}
    text = "ANNA: Go [off] (now 12)\n$$x$$"
    for concept in load_concepts(tmp_path / "documented.yaml"):
        shown[concept.name] = "".join("?" if np.isnan(label) else f"{label:.0f}" for label in concept.labels(text))
    assert shown == {
        "in-stage-direction": "00000000011110000000000000000",
        "bracket-depth": "00000000000000011111110000000",
        "far-into-formula": "00000000000000000000000001230",
        "speaker": "11110000000000000000000000000",
        "first-line-of-speech": "00000011111111111111111000000",
        "end-of-numeral": "00000000000000000000010000000",
        "spoken": "00000011100001111111111000000",
        "not-in-stage-direction": "11111111100001111111111111111",
        "depth-when-spoken": "??????000????0011111110??????",
    }


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("- name: [", "not YAML: line 1, column"),
        ("- name: x\n  pattern: a: b\n", "not YAML: line 2, column 13: mapping values are not allowed here"),
        ("- name: my-x\n  pattern: a\n  pattern: b\n", "line 3, column 3: the key 'pattern' occurs twice"),
        ("- name: \0", "not YAML: unacceptable character"),
        ("- name: 2020-99-99", "line 1, column 9: it is not timestamp"),
        ("[" * 5000, "not YAML"),
        ("- name: !!python/object/apply:os.system ['true']", "could not determine a constructor"),
        ("name: my-x", "Wanted a list of concepts, got a mapping"),
        ("", "Wanted a list of concepts, got nothing"),
        ("- 3", "Concept 1: wanted keys"),
        ("- {name: my-x, pattern: a}\n- {pattern: a}", "Concept 2 has no name"),
        (b"- name: \xff", "Wanted UTF-8 in"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_line(content: str | bytes, message: str, tmp_path: Path):
    path = tmp_path / "wrong.yaml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(InputError) as caught:
        load_concepts(path)
    assert message in str(caught.value)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("missing", ["none.yaml", "."])
def test_a_file_that_is_not_there_is_one_line(missing: str, tmp_path: Path):
    with pytest.raises(InputError, match="Cannot read the concept file"):
        load_concepts(tmp_path / missing)


def test_a_byte_order_mark_does_no_harm(tmp_path: Path):
    (tmp_path / "marked.yaml").write_text("- {name: my-x, description: X., pattern: é}", encoding="utf-8-sig")
    assert load_concepts(tmp_path / "marked.yaml")[0].labels("xé").tolist() == [0, 1]


BRACKETS = {"open": "(", "close": ")"}


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ({}, "wanted exactly one rule of pattern, automaton, all_of, any_of, not, within, got none"),
        ({"pattern": "a", "not": "column"}, "got pattern and not"),
        ({"patern": "a"}, "the key 'patern' is not known. Known: name, title, description, pattern"),
        ({"pattern": "a", "of": "column"}, "the key 'of' is not known beside 'pattern'"),
        ({"pattern": "(a"}, "RE2 does not take the pattern '(a': missing ): (a"),
        ({"pattern": "a(?=b)"}, "invalid perl operator: (?="),
        ({"pattern": ""}, "pattern: wanted text, got empty text"),
        ({"pattern": r"\b"}, "matches no character"),
        ({"pattern": "(^|$)*"}, "matches no character"),
        ({"pattern": "a", "group": 1}, "wanted a group of [0], got 1"),
        ({"pattern": "(?P<b>a)", "group": "c"}, "wanted a group of [0, 1, 'b'], got 'c'"),
        ({"pattern": "(a)", "group": True}, "got True"),
        ({"pattern": "(a)", "from": "after"}, "Name one with 'group: 1'"),
        ({"pattern": "(a)", "mark": ["end"]}, "mark: wanted one of all, end, got ['end']"),
        ({"automaton": "("}, "wanted 'open:' and 'close:' below it, got '('"),
        ({"automaton": {"open": "("}}, "automaton: close: wanted text, got nothing"),
        ({"automaton": {"open": "", "close": ")"}}, "automaton: open: wanted text, got empty text"),
        ({"automaton": {"open": ["(", 3], "close": ")"}}, "automaton: open: wanted text, got 3"),
        ({"automaton": {"open": [], "close": ")"}}, "automaton: open: wanted at least one text"),
        ({"automaton": {**BRACKETS, "closing": ")"}}, "the key 'closing' is not known. Known: open, close, reset"),
        ({"automaton": {**BRACKETS, "nested": 1}}, "wanted true or false for 'nested', got 1"),
        ({"automaton": {**BRACKETS, "label": "height"}}, "label: wanted one of inside, depth, position, got 'height'"),
        ({"automaton": {**BRACKETS, "label": "depth"}}, "Add 'nested: true'"),
        ({"automaton": {**BRACKETS, "cap": 3}}, "got 3 beside 'label: inside'"),
        ({"automaton": {**BRACKETS, "label": "position", "cap": 10**30}}, "wanted a whole number of 1 to 1,000,000"),
        ({"automaton": {"open": "|", "close": "|", "nested": True}}, "'|' stands for two things"),
        ({"automaton": {**BRACKETS, "reset": ")"}}, "')' stands for two things"),
        ({"automaton": {"open": "(" * 400, "close": ")"}}, "at most 300 characters of delimiters, got 401"),
        ({"all_of": ["my-own"]}, "made of each other: my-own -> my-own"),
        ({"not": "sarcasm"}, "no concept is called 'sarcasm'. Known: my-own, "),
        ({"not": ["column", "inside-quotes"]}, "wanted one concept's name after 'not', got 2"),
        ({"any_of": ["column"]}, "'column' is a ramp; wanted a concept that is yes or no"),
        ({"within": "column", "of": "inside-quotes"}, "'column' is a ramp"),
        ({"within": "inside-quotes"}, "of: wanted text, got nothing"),
        ({"pattern": "a", "description": None}, "description: wanted text, got nothing"),
        ({"pattern": "a", "description": " \n"}, "has no description"),
        ({"pattern": "a", "name": "My own"}, "wanted a name of small letters"),
        ({"pattern": "a", "name": True}, "got True"),
        ({"pattern": "a", "name": "column"}, "the catalogue has a concept called 'column' already"),
    ],
)
def test_a_wrong_entry_is_one_line_that_names_it(rule: dict, message: str):
    with pytest.raises(InputError) as caught:
        one(rule)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
    assert "oncept" in str(caught.value)


def test_a_circle_names_those_in_it():
    circle = [("my-a", "my-b"), ("my-b", "my-c"), ("my-c", "my-b")]
    with pytest.raises(InputError, match="each other: my-b -> my-c -> my-b"):
        parse_concepts([{"name": name, "description": "D.", "not": other} for name, other in circle])


def test_a_name_may_be_given_once():
    with pytest.raises(InputError, match="Two concepts are called 'my-a'"):
        parse_concepts([PARTS[0], PARTS[0]])


def test_aliases_that_would_fill_the_memory_do_not(tmp_path: Path):
    bomb = "- &a0 [x, x]\n" + "".join(f"- &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 30))
    (tmp_path / "bomb.yaml").write_text(bomb + "- {name: *a29, description: D., pattern: a}\n")
    with pytest.raises(InputError) as caught:
        load_concepts(tmp_path / "bomb.yaml")
    assert len(str(caught.value)) < 500


def test_the_command_lists_them(command: Callable[..., Outcome], tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("COLUMNS", "200")
    (tmp_path / "mine.yaml").write_text("- {name: my-x, description: 'X [bold] or so.', pattern: x}")
    outcome = command("analysis", "concepts", "--file", tmp_path / "mine.yaml")
    assert outcome.code == 0
    assert re.search(r"my-x.*state.*X \[bold\] or so\..*own: mine\.yaml", outcome.out)
    (tmp_path / "mine.yaml").write_text("- {name: my-x, description: X., patern: x}")
    assert "the key 'patern' is not known" in command("analysis", "concepts", "--file", tmp_path / "mine.yaml").error

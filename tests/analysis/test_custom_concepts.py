"""Concepts of one's own: automata, expressions and combinations, against plain Python and the laws they obey.

Axes: `time` is the position of a character in a text.
"""

import re

import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from analysis.concepts import CONCEPTS, Concept, custom_rules
from analysis.concepts.custom import parse_concepts
from analysis.concepts.custom_rules import Combination, Within
from corpora import InputError

ALPHABET = 'ab[]*/\n"é\u201c\U0001f642'
texts = st.text(st.sampled_from(ALPHABET), max_size=60)
delimiters = st.text(st.sampled_from(ALPHABET), min_size=1, max_size=3)
several = st.lists(delimiters, min_size=1, max_size=3, unique=True)


def one(rule: dict) -> Concept:
    """The only concept of a list of one."""
    return parse_concepts([{"name": "my-own", "description": "Mine.", **rule}])[0]


# ---- automata ----------------------------------------------------------------------------------------------------


def read_delimiters(text: str, rule: dict) -> list[int]:
    """What the labels should be, by looking back from every character at what was read since the last delimiter."""
    depth, position, begin, labels = 0, 0, 0, []
    for time in range(len(text)):
        looked_for = {"open"} if depth == 0 else {"close", "reset"} | ({"open"} if rule["nested"] else set())
        read = text[begin : time + 1]
        ends = [(len(one), what) for what in looked_for for one in rule[what] if read.endswith(one)]
        if ends:
            what = max(ends)[1]
            depth = {"open": depth + 1, "close": depth - 1, "reset": 0}[what]
            begin = time + 1
        position = position + 1 if depth else 0
        label = {"inside": min(depth, 1), "depth": depth, "position": position}[rule["label"]]
        labels.append(label if rule["cap"] is None else min(label, rule["cap"]))
    return labels


@st.composite
def automata(draw: st.DrawFn) -> dict:
    rule = {"open": draw(several), "close": draw(several), "reset": draw(st.just([]) | several)}
    rule |= {"nested": draw(st.booleans()), "label": draw(st.sampled_from(["inside", "depth", "position"]))}
    rule["cap"] = None if rule["label"] == "inside" else draw(st.none() | st.integers(1, 5))
    assume(not {*rule["reset"]} & {*rule["open"], *rule["close"]})
    assume(not rule["nested"] or not {*rule["open"]} & {*rule["close"]})
    assume(rule["nested"] or rule["label"] != "depth")
    return rule


def as_written(rule: dict) -> dict:
    return {"automaton": {key: value for key, value in rule.items() if value not in ([], None)}}


@given(rule=automata(), text=texts)
@example({"open": ["/*"], "close": ["*/"], "reset": [], "nested": False, "label": "inside", "cap": None}, "/*/ */ /**/")
@example({"open": ["["], "close": ["]"], "reset": [], "nested": True, "label": "inside", "cap": None}, "[[]]]")
@example({"open": ["["], "close": ["]"], "reset": ["\n"], "nested": True, "label": "depth", "cap": 2}, "[[[]\n]a[")
def test_an_automaton_labels_as_plain_python_does(rule: dict, text: str):
    assert one(as_written(rule)).labels(text).tolist() == read_delimiters(text, rule)


@given(rule=automata(), text=texts, data=st.data())
def test_an_automaton_is_causal(rule: dict, text: str, data: st.DataObject):
    concept, read = one(as_written(rule)), data.draw(st.integers(0, len(text)))
    assert concept.timing == "causal"
    np.testing.assert_array_equal(concept.labels(text[:read]), concept.labels(text)[:read])


def test_equal_delimiters_open_and_close_by_turns():
    concept = one({"automaton": {"open": '"', "close": '"', "reset": "\n\n"}})
    assert concept.kind == "state"
    assert concept.delimiters == '"'
    assert "".join("#" if label else "." for label in concept.labels('a "b" "c\n\nd "e')) == "..##..###...##"


@pytest.mark.parametrize(("label", "kind"), [("inside", "state"), ("depth", "count"), ("position", "ramp")])
def test_the_kind_follows_from_the_label(label: str, kind: str):
    concept = one({"automaton": {"open": "[[", "close": "]]", "nested": True, "label": label}})
    assert (concept.kind, concept.horizon, concept.delimiters) == (kind, 0, "[]")


def test_it_agrees_with_the_catalogue_on_quotes(story: str):
    mine = one({"automaton": {"open": ['"', "\u201c"], "close": ['"', "\u201d"], "reset": "\n\n"}})
    labels = CONCEPTS["inside-quotes"].labels(story)
    assert 0.1 < labels.mean() < 0.9
    np.testing.assert_array_equal(mine.labels(story), labels)


# ---- expressions -------------------------------------------------------------------------------------------------

PATTERNS = ["a", "a+b?", "[^a]+", "é*b", "(a|b)(é+)", "(?m)^.", "(?s)a.*?b", "\\[[^]]*\\]", "(?i)A|\U0001f642", "(a)?b"]


@given(pattern=st.sampled_from(PATTERNS), text=texts, end=st.booleans())
def test_matches_are_those_of_python_whatever_the_characters(pattern: str, text: str, end: bool):
    expected = np.zeros(len(text))
    for match in re.finditer(pattern, text):
        expected[match.end() - 1 if end and match.group() else match.start() : match.end()] = 1
    concept = one({"pattern": pattern} | ({"mark": "end"} if end else {}))
    assert (concept.kind, concept.timing) == ("event" if end else "state", "offline")
    np.testing.assert_array_equal(concept.labels(text), expected)


@given(pattern=st.sampled_from(PATTERNS[4:5] + PATTERNS[-1:]), text=texts, after=st.booleans())
def test_a_group_or_what_follows_it_is_labelled(pattern: str, text: str, after: bool):
    expected = np.zeros(len(text))
    for match in re.finditer(pattern, text):
        start, stop = (match.end(1), match.end()) if after else match.span(1)
        if match.start(1) >= 0:
            expected[start:stop] = 1
    concept = one({"pattern": pattern, "group": 1, "from": "after" if after else "match"})
    np.testing.assert_array_equal(concept.labels(text), expected)


def test_a_group_has_a_name():
    by_name, by_number = (one({"pattern": r"(\w)(?P<rest>\w+)", "group": group}) for group in ("rest", 2))
    assert by_name.labels("abc d ef").tolist() == by_number.labels("abc d ef").tolist() == [0, 1, 1, 0, 0, 0, 0, 1]


def test_a_byte_that_is_part_of_a_character_labels_all_of_it():
    assert one({"pattern": r"a\C"}).labels("aé\U0001f642aa").tolist() == [1, 1, 0, 1, 1]


@pytest.mark.parametrize("last", ["a", "b"])
def test_what_would_backtrack_for_ever_reads_a_million_characters(last: str):
    labels = one({"pattern": "(a+)+$"}).labels("a" * 1_000_000 + last)
    assert labels.sum() == (1_000_001 if last == "a" else 0)


def test_many_matches_that_each_look_far_are_given_up(monkeypatch: pytest.MonkeyPatch):
    concept = one({"pattern": "(?s)x.*y|x"})
    assert concept.labels("x" * 100).sum() == 100
    monkeypatch.setattr(custom_rules, "PATIENCE", 0.05)
    with pytest.raises(InputError, match=r"within 0\.05 s, got to byte [\d,]+ of 200,000"):
        concept.labels("x" * 200_000)


# ---- combinations ------------------------------------------------------------------------------------------------

PARTS = [
    {"name": "my-a", "description": "A.", "pattern": "a"},
    {"name": "my-b", "description": "B.", "automaton": {"open": "[", "close": "]", "reset": "\n"}},
    {"name": "my-c", "description": "C.", "within": "my-b", "of": "my-a"},
    {
        "name": "my-depth",
        "description": "D.",
        "automaton": {"open": "[", "close": "]", "nested": True, "label": "depth"},
    },
]
names = st.sampled_from(["my-a", "my-b", "my-c", "inside-quotes"])


def evaluate(text: str, rules: list[dict]) -> list[np.ndarray]:
    """The labels of rules over PARTS; a rule may name the ones before as rule-0, rule-1, ..."""
    entries = [{"name": f"rule-{number}", "description": "R.", **rule} for number, rule in enumerate(rules)]
    return [concept.labels(text) for concept in parse_concepts([*entries, *PARTS])[: len(rules)]]


@given(text=texts, x=names, y=names, z=names)
def test_combinations_are_a_boolean_algebra(text: str, x: str, y: str, z: str):
    rules = [
        {"all_of": [x, y]}, {"any_of": [x, y]}, {"not": x}, {"not": y},
        {"not": "rule-0"}, {"any_of": ["rule-2", "rule-3"]}, {"all_of": [y, x]}, {"not": "rule-2"}, {"all_of": [x]},
        {"any_of": ["rule-0", z]}, {"any_of": [x, z]}, {"any_of": [y, z]}, {"all_of": ["rule-10", "rule-11"]},
    ]  # fmt: skip
    labels = evaluate(text, rules)
    for left, right in [(4, 5), (0, 6), (7, 8), (9, 12)]:  # De Morgan, commuting, double negation, distribution
        np.testing.assert_array_equal(labels[left], labels[right], err_msg=f"{rules[left]} {rules[right]}")
    applies = ~np.isnan(labels[0])
    np.testing.assert_array_equal((labels[0] + labels[1])[applies], (labels[8] + 1 - labels[3])[applies])
    assert np.isin(labels[0][applies], (0, 1)).all()


@given(text=texts)
def test_within_judges_only_there(text: str):
    (labels,) = evaluate(text, [{"within": "my-b", "of": "my-depth"}])
    inside, depth = (parse_concepts(PARTS)[number].labels(text) for number in (1, 3))
    np.testing.assert_array_equal(labels, [d if i else np.nan for i, d in zip(inside, depth, strict=True)])


@pytest.mark.parametrize(
    ("rule", "kind", "timing"),
    [
        ({"not": "inside-quotes"}, "state", "causal"),
        ({"all_of": ["my-b", "inside-quotes"]}, "state", "causal"),
        ({"any_of": ["my-a", "my-b"]}, "state", "offline"),
        ({"within": "my-b", "of": "my-depth"}, "count", "causal"),
        ({"within": "my-a", "of": "my-depth"}, "count", "offline"),
        ({"all_of": ["my-event", "my-b"]}, "event", "offline"),
        ({"any_of": ["my-event", "my-b"]}, "state", "offline"),
        ({"not": "my-event"}, "state", "offline"),
    ],
)
def test_kind_and_timing_follow_from_the_parts(rule: dict, kind: str, timing: str):
    event = {"name": "my-event", "description": "E.", "pattern": "a+", "mark": "end"}
    concept = parse_concepts([{"name": "my-own", "description": "Mine.", **rule}, event, *PARTS])[0]
    assert (concept.kind, concept.timing) == (kind, timing)


def label_that_newline_follows(codes: np.ndarray) -> np.ndarray:
    return np.append(codes[1:] == 10, [False] * bool(codes.size)).astype(np.float32)


@given(text=texts, data=st.data())
def test_a_combination_reads_as_far_ahead_as_its_parts(text: str, data: st.DataObject):
    causal = one({"automaton": {"open": "[", "close": "]"}})
    ahead = Concept(
        name="ahead",
        title="t",
        description="d",
        kind="anticipation",
        timing="lookahead",
        label=label_that_newline_follows,
        examples=(),
        horizon=1,
    )
    for rule in (Combination("all_of", (causal, ahead)), Within(causal, ahead), Combination("not", (ahead,))):
        assert (rule.timing, rule.horizon) == ("lookahead", 1)
        assert rule.kind in ("anticipation", "state")
        read = data.draw(st.integers(0, len(text)))
        labels = [rule(np.array([ord(one) for one in part], dtype=np.uint32)) for part in (text[:read], text)]
        np.testing.assert_array_equal(labels[0][: max(0, read - 1)], labels[1][: max(0, read - 1)])
    offline = one({"pattern": "a"})
    combined = Combination("any_of", (ahead, offline))
    assert (combined.kind, combined.timing, combined.horizon) == ("state", "offline", 0)

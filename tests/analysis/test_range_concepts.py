"""Concepts that tell marked ranges from what is around them, against plain Python and scikit-learn.

Axes: `time`.
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import f1_score, jaccard_score

from analysis.concepts import CONCEPTS, Concept
from analysis.selection.ranges import find_concepts
from corpora import to_code_points

TEXT = 'He said "yes" and left.\nShe said "no" and\nstayed.'
QUOTED = [(TEXT.index('"yes'), TEXT.index('" and')), (TEXT.index('"no'), TEXT.index('" and\n'))]


def labelled(name: str, labels: np.ndarray, kind: str = "state") -> Concept:
    """A concept whose labels are given."""
    given = {"name": name, "title": "t", "description": "d", "kind": kind, "timing": "offline", "examples": ()}
    return Concept(**given, label=lambda _: labels.astype(np.float32))


def test_the_concept_that_was_brushed_comes_first():
    some = [CONCEPTS["column"], CONCEPTS["inside-quotes"]]
    table = find_concepts(to_code_points(TEXT), QUOTED, some)
    assert table.iloc[0][["concept", "rule", "f1", "iou", "precision", "recall"]].tolist() == [
        "inside-quotes", "yes", 1, 1, 1, 1,
    ]  # fmt: skip
    rest = [(0, QUOTED[0][0]), (QUOTED[0][1], QUOTED[1][0]), (QUOTED[1][1], len(TEXT))]
    assert find_concepts(to_code_points(TEXT), rest, some).iloc[0][["rule", "f1"]].tolist() == ["no", 1]


def test_a_label_depends_on_the_text_before_the_window():
    quotes, start = [CONCEPTS["inside-quotes"]], TEXT.index("es")
    found = find_concepts(to_code_points(TEXT), [(0, 2)], quotes, slice(start, start + 8)).iloc[0]
    assert (found["rule"], found["f1"]) == ("yes", 1)


@st.composite
def amounts(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    length = draw(st.integers(2, 40))
    some = st.integers(0, 4) | st.just(np.nan)
    labels = np.array(draw(st.lists(some, min_size=length, max_size=length)), dtype=np.float32)
    inside = np.array(draw(st.lists(st.booleans(), min_size=length, max_size=length)))
    inside[:2] = True, False
    return labels, inside


@given(drawn=amounts(), kind=st.sampled_from(["state", "count", "phase"]))
def test_the_best_rule_is_that_of_plain_python(drawn: tuple[np.ndarray, np.ndarray], kind: str):
    labels, inside = drawn
    labels = np.where(labels > 1, 1, labels) if kind == "state" else labels
    values = np.unique(labels[~np.isnan(labels)])
    rules = {"yes": labels == 1, "no": labels == 0}
    if kind == "count":
        rules = {f">= {v:g}": labels >= v for v in values[1:]} | {f"<= {v:g}": labels <= v for v in values[:-1]}
    elif kind == "phase":
        rules = {f"= {v:g}": labels == v for v in values}
    edges = np.flatnonzero(np.diff(inside, prepend=False, append=False)).reshape(-1, 2)
    table = find_concepts(
        to_code_points("x" * len(labels)),
        [(start, stop) for start, stop in edges.tolist()],
        [labelled("any", labels, kind)],
    )
    row = table.iloc[0]
    if len(values) < 2:
        assert row[["f1", "iou", "precision", "recall"]].isna().all()
        return
    assert row["f1"] == pytest.approx(max(f1_score(inside, on) for on in rules.values()))
    assert row["f1"] == pytest.approx(f1_score(inside, rules[row["rule"]]))
    assert row["iou"] == pytest.approx(jaccard_score(inside, rules[row["rule"]]))


def test_what_does_not_vary_comes_last():
    concepts = [labelled("never", np.zeros(10)), labelled("late", np.arange(10), "ramp")]
    table = find_concepts(to_code_points("x" * 10), [(7, 10)], concepts)
    assert table["concept"].tolist() == ["late", "never"]
    assert table["rule"].tolist() == [">= 7", ""]
    assert np.isnan(table["f1"].iloc[1])

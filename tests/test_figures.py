"""The figures in README.md, docs/api.md and the notebooks are those of the shipped models."""

import re

import pytest

from corpora import InputError
from docs.figures import ROOT, SENTENCES, documents, figures, filled
from models.run import shipped_runs


@pytest.mark.parametrize("name", SENTENCES)
def test_the_figures_are_those_of_the_shipped_models(name: str):
    [(text, current)] = [(old, new) for path, old, new in documents() if path == ROOT / name]
    assert text == current, "bring them up to date: python -m docs.figures write"


def test_every_shipped_model_has_its_row_and_every_unit_its_place():
    text, found = (ROOT / "README.md").read_text(encoding="utf-8"), figures()
    for name in shipped_runs():
        assert f"| `{name}` |" in text
    units = set(re.findall(r"\bL\d[.·]u\d+\b", text)) - {"L1.u37"}  # of a run of the reader's own
    assert units == {found[name + form] for name in ("quotes", "column") for form in ("", "_written")}


def test_figures_are_replaced_and_lines_stay_as_they_are_broken():
    sentences = ("the unit {unit} is\nright on {share} % of {{all}}", "| {network} | {nats} |")
    text = (
        "So the\nunit **L1** is right on 9.5 % of\n{all}; again the unit x is right on 3 % of {all}.\n| a b c | 1 |\n"
    )
    new = {"unit": "L2", "share": "99.25", "network": "1x2 RNN", "nats": "2.5"}
    assert filled(text, sentences, new) == (
        "So the\nunit L2 is right on 99.25 % of\n{all}; again the unit L2 is right on 99.25 % of {all}.\n"
        "| 1x2 RNN | 2.5 |\n"
    )


def test_a_sentence_that_was_changed_is_named():
    with pytest.raises(InputError, match=r"Wanted the sentence 'reaches \{nats\} nats', found it nowhere"):
        filled("It reaches 3 bits.", ("reaches {nats} nats",), {"nats": "1"})

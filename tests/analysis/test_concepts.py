"""Every concept through one harness; each family has tests of its own beside this file.

Axes: `time` is the position of a character in a text.
"""

import inspect
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.concepts import CONCEPTS, Concept, concept, concepts_fitting, concepts_for, fitting_concepts
from analysis.concepts.writing import writing_of
from corpora import InputError, load_corpus, to_code_points
from tests.analysis.marked import parse_labels
from tests.conftest import needs_corpora

every_concept = pytest.mark.parametrize("tested", CONCEPTS.values(), ids=CONCEPTS)

MARKS = [
    *"\"'[]{}()/*\n\t :;=#\\|<>&-",
    "\n\n",
    "\\\n",
    "/*",
    "*/",
    "//",
    "[[",
    "]]",
    "\u201c",
    "\u201d",
    "\0",
    "\U0001f600",
]
WORDS = [
    "if ",
    "if (a) ",
    "else ",
    "for (;;) ",
    "while (x) ",
    "do ",
    "switch (s) ",
    "{ ",
    "} ",
    "\n}",
    "#define F ",
    "\n#if ",
]
WORDS += ["http://", "https://", "http", "&lt;", "&amp;", "name", "don't", '"said', "x = 1;", "return;"]
texts = st.lists(st.sampled_from(MARKS + WORDS), max_size=120).map("".join)


@every_concept
def test_examples_have_the_labels_they_show(tested: Concept):
    assert tested.examples
    for text, symbols in tested.examples:
        expected = parse_labels(symbols)
        labels = np.minimum(tested.labels(text), 9)
        np.testing.assert_array_equal(labels, expected, err_msg=f"{tested.name}: {text!r}")


@every_concept
def test_examples_show_more_than_one_label(tested: Concept):
    seen = np.concatenate([tested.labels(text) for text, _ in tested.examples])
    assert np.unique(seen[~np.isnan(seen)]).size > 1


@every_concept
@settings(max_examples=60, deadline=None)
@given(text=texts, data=st.data())
def test_a_label_reads_no_further_ahead_than_it_says(tested: Concept, text: str, data: st.DataObject):
    if tested.timing == "offline":
        pytest.skip(f"{tested.name} needs the whole text")
    read = data.draw(st.integers(0, len(text)))
    sure = max(0, read - tested.horizon)
    np.testing.assert_array_equal(tested.labels(text[:read])[:sure], tested.labels(text)[:sure])


@every_concept
def test_only_a_lookahead_label_has_a_horizon(tested: Concept):
    assert (tested.horizon > 0) == (tested.timing == "lookahead")
    assert (tested.timing == "lookahead") or tested.kind != "anticipation"


@every_concept
@settings(max_examples=60, deadline=None)
@given(text=texts)
def test_labels_have_the_promised_shape_and_range(tested: Concept, text: str):
    labels = tested.labels(text)
    assert labels.shape == (len(text),)
    assert labels.dtype == np.float32
    known = labels[~np.isnan(labels)]
    assert np.isin(known, (0, 1)).all() if tested.is_binary else (known >= 0).all()


@every_concept
def test_no_text_has_no_labels(tested: Concept):
    assert tested.labels("").shape == (0,)


@every_concept
def test_code_points_of_any_layout_are_read_as_the_text_is(tested: Concept):
    text = tested.examples[0][0]
    spread = np.repeat(np.array([ord(character) for character in text], dtype=np.uint32), 2)[::2]
    np.testing.assert_array_equal(tested.labels(spread), tested.labels(text))


@every_concept
def test_a_concept_is_described(tested: Concept):
    assert CONCEPTS[tested.name] is tested is concept(tested.name)
    assert tested.name == tested.name.lower().replace(" ", "-")
    assert tested.description.endswith(".")
    assert "\n" not in tested.description
    assert set(tested.corpora) <= {"war-and-peace", "linux", "wikipedia", "python"}
    assert tested.label.__doc__


@pytest.mark.parametrize("wrong", [np.zeros(3, dtype=np.int64), np.zeros((2, 2), dtype=np.uint32)])
def test_what_is_not_code_points_is_refused(wrong: np.ndarray):
    with pytest.raises(ValueError, match="Wanted code points as uint32"):
        inspect.unwrap(Concept.labels)(concept("column"), wrong)  # past the check of its annotations


def test_an_unknown_concept_is_one_line_that_names_the_known_ones():
    with pytest.raises(InputError, match=r"inside-quotes, .*column") as caught:
        concept("sarcasm")
    assert "\n" not in str(caught.value)


def test_a_corpus_has_its_concepts_and_a_file_of_ones_own_has_all():
    names = {
        name: {found.name for found in concepts_for(name)} for name in ("war-and-peace", "linux", "wikipedia", "python")
    }
    everywhere = {"column", "line-end-next", "position-in-word", "capitalised-word", "vowel", "character-class"}
    assert all(everywhere <= found for found in names.values())
    assert {"inside-quotes", "closing-quote-next", "attribution", "position-in-sentence"} <= names["war-and-peace"]
    assert {"inside-link", "inside-url"} <= names["wikipedia"]
    assert {"comment", "string", "comment-or-string", "brace-depth", "if-body", "indentation"} <= names["linux"]
    assert "indentation" in names["python"]
    assert not names["python"] & {"inside-quotes", "inside-link", "comment"}
    assert not {"inside-quotes", "comment"} & names["wikipedia"]
    assert names["war-and-peace"] == {found.name for found in concepts_for("war-and-peace-bytes")}
    assert concepts_for("file-mine-0123456789ab") == list(CONCEPTS.values())


NOVEL = '\'Tis so," said he; "it\'s mine."\n'
FITTING = {  # a line, and the letters of SPEAKING that fit it
    "a novel": (NOVEL, "pCSV"),
    "C": ("if (a) {\n\tb = 'c';\n}\n", "cCSV"),
    "C from Windows": ("if (a)\r\n{\r\n\tb = 'c'; \r\n}\r\n", "cCSV"),
    "markup": ("{{Box\n|a=&lt;b&gt;\n}}\n[[Rome]] is old.\n", "wCSV"),
    "lists of numbers": ('{"a": [[1.5, 2.25], [3.125, 4.5]]}\n', "CSV"),
    "Russian": ("«Да», — сказал он.\n", "pCSV"),
    "Greek, decomposed": ("«Ναι\u0301», ει\u0301πε αυτο\u0301ς.\n", "pCSV"),
    "Armenian": ("Այո, ասաց նա։\n", "pCS"),
    "Hebrew": ("כן, אמר הוא.\n", "pS"),
    "Arabic": ("نعم، قال هو.\n", "pS"),
    "Hindi": ("हाँ, उसने कहा।\n", "pS"),
    "Korean": ("네, 그가 말했다.\n", "pS"),
    "Chinese": ("他说：是的，然后走了，再也没有回来过。\n", "p"),
    "Japanese": ("「はい」と彼は言って、それから帰っていった。\n", "p"),
    "Thai": ("เขาพูดว่าใช่แล้วก็เดินจากไปโดยไม่หันกลับมามอง\n", "p"),
    "nothing": ("", ""),
}
SPEAKING = {"p": "inside-quotes", "c": "brace-depth", "w": "inside-link"}
SPEAKING |= {"C": "all-caps", "S": "position-in-word", "V": "vowel"}


@pytest.mark.parametrize("language", FITTING)
def test_concepts_fit_a_text_by_how_it_is_written(language: str):
    line, letters = FITTING[language]
    for text in (line * 50, to_code_points(line * 50)):
        names = {found.name for found in concepts_fitting(text)}
        assert {letter for letter, name in SPEAKING.items() if name in names} == set(letters)
        assert {"column", "character-class"} <= names


def test_a_text_of_ones_own_is_searched_for_what_fits_it_and_a_corpus_for_its_own():
    assert fitting_concepts("file-mine-0123456789ab", to_code_points(NOVEL * 50)) == concepts_fitting(NOVEL * 50)
    assert fitting_concepts("linux", to_code_points(NOVEL * 50)) == concepts_for("linux")


@every_concept
def test_a_concept_says_what_it_speaks_of_and_a_corpus_has_what_fits_it(tested: Concept):
    assert tested.languages.startswith(tested.speaks_of)
    own = {"prose": "war-and-peace", "C code": "linux", "MediaWiki markup": "wikipedia"}
    assert tested.speaks_of == "any text" or tested.corpora == (own[tested.speaks_of],)
    missing = writing_of("").lacks(tested)
    assert (missing == "") == (tested.speaks_of == "any text" and not tested.needs)
    assert missing in tested.languages


@needs_corpora
@pytest.mark.parametrize("name", ["war-and-peace", "linux", "wikipedia"])
def test_what_a_corpus_is_meant_for_fits_its_text(name: str):
    fitting = concepts_fitting(load_corpus(name).excerpt("test", 100_000))
    assert set(map(id, concepts_for(name))) <= set(map(id, fitting))
    assert {found.speaks_of for found in fitting} - {"any text"} == {
        found.speaks_of for found in concepts_for(name)
    } - {"any text"}


@needs_corpora
def test_a_fifth_of_war_and_peace_is_spoken():
    text = load_corpus("war-and-peace").excerpt("training", 10_000_000)
    labels = concept("inside-quotes").labels(text)
    paragraphs = [paragraph.split('"') for paragraph in re.split(r"\n[ \t]*\n", text)]
    spoken = sum(len(speech) + 1 for paragraph in paragraphs for speech in paragraph[1::2])  # counted another way
    assert 0.15 < labels.mean() < 0.30
    assert labels.sum(dtype=int) == pytest.approx(spoken, rel=0.001)
    longest_speech = np.diff(np.flatnonzero(np.diff(labels, prepend=0, append=0)))[::2].max()
    assert longest_speech < 5000

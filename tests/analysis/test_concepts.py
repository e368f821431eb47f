"""Every concept through one harness, then comments, strings and quotes against other judges.

Axes: `time` is the position of a character in a text.
"""

import os
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jaxtyping import Bool
from pygments.lexers.c_cpp import CLexer
from pygments.token import Comment, String

from analysis.concepts import CONCEPTS, Concept, concept, concepts_for
from corpora import InputError, load_corpus
from corpora.demo import load_passage

every_concept = pytest.mark.parametrize("tested", CONCEPTS.values(), ids=CONCEPTS)
needs_corpora = pytest.mark.skipif(
    not os.environ.get("CHARSCOPE_CORPORA"), reason="needs the real corpora: set CHARSCOPE_CORPORA to their folder"
)

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
        expected = tested.parse_labels(symbols)
        labels = np.minimum(tested.labels(text), 9)
        np.testing.assert_array_equal(labels, expected, err_msg=f"{tested.name}: {text!r}")


@every_concept
def test_examples_show_more_than_one_label(tested: Concept):
    seen = np.concatenate([tested.labels(text) for text, _ in tested.examples])
    assert np.unique(seen[~np.isnan(seen)]).size > 1


@every_concept
@settings(max_examples=150, deadline=None)
@given(text=texts, data=st.data())
def test_a_causal_label_does_not_read_ahead(tested: Concept, text: str, data: st.DataObject):
    if tested.timing != "causal":
        pytest.skip(f"{tested.name} is {tested.timing}")
    read = data.draw(st.integers(0, len(text)))
    np.testing.assert_array_equal(tested.labels(text[:read]), tested.labels(text)[:read])


@every_concept
@settings(max_examples=150, deadline=None)
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
    assert "1 from" in tested.label.__doc__ or not tested.is_binary or "1 in" in tested.label.__doc__


@pytest.mark.parametrize("wrong", [np.zeros(3, dtype=np.int64), np.zeros((2, 2), dtype=np.uint32)])
def test_what_is_not_code_points_is_refused(wrong: np.ndarray):
    with pytest.raises(ValueError, match="Wanted code points as uint32"):
        concept("column").labels(wrong)


def test_an_unknown_concept_is_one_line_that_names_the_known_ones():
    with pytest.raises(InputError, match="inside-quotes, column") as caught:
        concept("sarcasm")
    assert "\n" not in str(caught.value)


def test_a_corpus_has_its_concepts_and_a_file_of_ones_own_has_all():
    names = {
        name: [found.name for found in concepts_for(name)] for name in ("war-and-peace", "linux", "wikipedia", "python")
    }
    assert names["war-and-peace"] == ["inside-quotes", "column"]
    assert names["wikipedia"] == ["column", "inside-link", "inside-url"]
    assert names["python"] == ["column", "indentation"]
    assert {"comment", "string", "comment-or-string", "brace-depth", "if-body", "indentation"} <= set(names["linux"])
    assert concepts_for("file-mine-0123456789ab") == list(CONCEPTS.values())


def test_deeper_nesting_than_the_if_automaton_holds_does_no_harm():
    labels = concept("if-body").labels("if (a) {" * 1000 + "\n}\nq; if (b) r; s;")
    assert labels.tolist()[-11:] == concept("if-body").labels("if (b) r; s;").tolist()[-11:]
    assert labels[-4:].sum() == 0


def pygments_labels(text: str, kind: str) -> tuple[Bool[np.ndarray, " time"], Bool[np.ndarray, " time"]]:
    """What pygments takes for a comment or a string, and where it has an opinion that can be compared.

    A comment of ours begins with the second character of its opening, when it is known to be one, and is over
    after the character that ends it, so the first and last character of a pygments comment (`/` and `/`, or `/` and
    the newline) are outside; of a string, only the closing quote is. Pygments calls all of `#if 0` a comment
    and does not look for strings in directives: these are left out.
    """
    inside, comparable = np.zeros(len(text), bool), np.ones(len(text), bool)
    string_open = False
    for at, token, value in CLexer(stripnl=False, ensurenl=False).get_tokens_unprocessed(text):
        end = at + len(value)
        if token is Comment or (kind == "string" and token in Comment.Preproc) or token in Comment.PreprocFile:
            comparable[at:end] = False
        elif kind == "comment" and token in (Comment.Single, Comment.Multiline):
            inside[at + 1 : end - 1] = True
        elif kind == "string" and token in String and token is not String.Char:
            opens_or_closes = token is String and value.endswith('"')
            string_open = not string_open if opens_or_closes else string_open
            inside[at:end] = True
            inside[end - 1] = string_open or not opens_or_closes
    return inside, comparable


@pytest.mark.parametrize("kind", ["comment", "string"])
def test_pygments_agrees_on_every_character_of_the_passage(kind: str):
    text = load_passage("linux")
    expected, comparable = pygments_labels(text, kind)
    assert expected.sum() > 20
    assert comparable.mean() > 0.9
    np.testing.assert_array_equal(concept(kind).labels(text)[comparable], expected[comparable])


@needs_corpora
@pytest.mark.parametrize("kind", ["comment", "string"])
def test_pygments_agrees_on_linux(kind: str):
    text = load_corpus("linux").excerpt("validation", 250_000)
    expected, comparable = pygments_labels(text, kind)
    agreement = (concept(kind).labels(text) == expected)[comparable].mean()
    print(f"{kind}: {agreement:.5%} of {comparable.sum():,} characters agree with pygments")
    assert comparable.sum() >= 200_000
    assert agreement >= 0.995


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


@needs_corpora
def test_braces_of_linux_are_closed_where_a_file_ends():
    corpus = load_corpus("linux")
    depth = concept("brace-depth").labels(corpus.split("training"))
    ends = np.array(corpus.document_starts("training")[1:]) - 1
    assert (depth[ends] == 0).mean() > 0.99
    assert depth.max() < 12

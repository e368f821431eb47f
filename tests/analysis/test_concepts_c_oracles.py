"""Concepts of C against other judges: pygments for comments and strings, tree-sitter for everything it has a node for.

Axes: `time` is the position of a character in a text.
"""

import re
from itertools import pairwise

import numpy as np
import pytest
from pygments.lexers.c_cpp import CLexer
from pygments.token import Comment, String

from analysis.concepts import concept
from corpora import load_corpus, to_code_points
from corpora.demo import load_passage
from tests.analysis.c_oracle import CONSTRUCTS, Mask, tree_labels
from tests.conftest import needs_corpora


def pygments_labels(text: str, kind: str) -> tuple[Mask, Mask]:
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
    assert agreement >= 0.9999


@pytest.mark.parametrize("construct", CONSTRUCTS)
def test_tree_sitter_agrees_on_every_character_of_the_passage(construct: str):
    codes = to_code_points(load_passage("linux"))
    expected, comparable = tree_labels(codes, construct)
    assert comparable.mean() > 0.8
    np.testing.assert_array_equal(concept(construct).labels(codes)[comparable], expected[comparable])


@needs_corpora
@pytest.mark.parametrize("construct", CONSTRUCTS)
def test_tree_sitter_agrees_on_whole_files_of_linux(construct: str):
    corpus = load_corpus("linux")
    starts = corpus.document_starts("training")[:61]
    found, expected, comparable = [], [], []
    for first, last in pairwise(starts):
        codes = np.array(corpus.split("training")[first:last])
        inside, known = tree_labels(codes, construct, but_errors_alone=True)
        found.append(concept(construct).labels(codes) == 1)
        expected.append(inside)
        comparable.append(known)
    ours, theirs, known = np.concatenate(found), np.concatenate(expected), np.concatenate(comparable)
    agreement = (ours == theirs)[known].mean()
    overlap = (ours & theirs)[known].sum() / (ours | theirs)[known].sum()
    print(f"{construct}: {agreement:.4%} of {known.sum():,} characters ({known.mean():.1%}), overlap {overlap:.4f}")
    assert known.mean() > 0.8
    assert agreement > 0.999
    assert overlap > 0.98


@needs_corpora
def test_the_bodies_of_macros_that_loop_end_where_their_indentation_does():
    text = load_corpus("linux").excerpt("training", 2_000_000)
    labels = concept("loop-body").labels(text)
    loops = re.finditer(r"^(\t+)\w*for_each\w*\([^;{}]*\) (\{\n.*?\n\1\})", text, re.MULTILINE | re.DOTALL)
    exact = [
        labels[loop.start(2) : loop.end() - 1].all() and labels[loop.end() - 1] == labels[loop.start()]
        for loop in loops
    ]
    print(f"{sum(exact)} of {len(exact)} loops")
    assert len(exact) > 100
    assert np.mean(exact) > 0.99


@needs_corpora
def test_functions_of_linux_begin_and_end_in_the_first_column():
    text = load_corpus("linux").excerpt("training", 2_000_000)
    labels = concept("function-body").labels(text)
    heads = re.finditer(r"^[a-z_][^;={}#\n]*\([^;={}#]*\)\n(\{\n.*?^\})", text, re.MULTILINE | re.DOTALL)
    exact = [labels[head.start(1) : head.end() - 1].all() and labels[head.end() - 1] == 0 for head in heads]
    print(f"{sum(exact)} of {len(exact)} functions")
    assert len(exact) > 1000
    assert np.mean(exact) > 0.99


@needs_corpora
def test_braces_of_linux_are_closed_where_a_file_ends():
    corpus = load_corpus("linux")
    ends = np.array(corpus.document_starts("training")[1:]) - 1
    for name, deepest in {"brace-depth": 12, "paren-depth": 9, "expression-depth": 9}.items():
        depth = concept(name).labels(corpus.split("training"))
        assert (depth[ends] == 0).mean() > 0.99
        assert depth.max() < deepest


SHARES = {  # of the characters of Linux: at least, at most
    "comment": (0.2, 0.4), "line-comment": (0.0005, 0.02), "string": (0.02, 0.1),
    "character-literal": (0.00005, 0.005), "comment-or-string": (0.2, 0.4), "preprocessor-line": (0.02, 0.1),
    "macro-continuation": (0.002, 0.05), "if-condition": (0.04, 0.1), "if-body": (0.08, 0.25),
    "else-body": (0.01, 0.05), "loop-condition": (0.004, 0.02), "loop-body": (0.04, 0.15),
    "switch-body": (0.004, 0.06), "function-body": (0.5, 0.75), "struct-body": (0.005, 0.05),
    "number": (0.001, 0.02), "after-keyword": (0.005, 0.03), "statement-end-next": (0.01, 0.04),
    "newline-after-paren": (0.05, 0.4), "call-arguments": (0.1, 0.3),
}  # fmt: skip


@needs_corpora
@pytest.mark.parametrize("name", SHARES)
def test_a_sensible_share_of_linux_is_marked(name: str):
    labels = concept(name).labels(load_corpus("linux").split("validation"))
    print(f"{name}: {np.nanmean(labels):.4%}, {np.isnan(labels).mean():.1%} not labelled")
    least, most = SHARES[name]
    assert least <= np.nanmean(labels) <= most

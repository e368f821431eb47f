"""Vocabularies of networks from elsewhere: lists and mappings are read, words and ambiguities refused."""

from typing import Any

import pytest

from corpora import InputError
from models.importing.vocabulary import read_vocabulary


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (list("abc"), "abc"),
        ("abc", "abc"),
        ({"b": 1, "a": 0, "c": 2}, "abc"),
        ({"0": "a", "1": "b", "2": "c"}, "abc"),
        ({0: 97, 1: 98}, "ab"),
        ({"0": 1, "1": 0}, "10"),
        ({"stoi": {"a": 0, "b": 1}}, "ab"),
        ({"a": 1, "b": 2}, "\ue000ab"),
        (["<pad>", "<unk>", "a"], "\ue000\ufffda"),
        (["<unk>", "\ufffd", "a"], "\ue000\ufffda"),
    ],
)
def test_vocabularies(given: Any, expected: str) -> None:
    assert "".join(read_vocabulary(given).characters) == expected


def test_all_bytes() -> None:
    assert read_vocabulary("bytes").characters == tuple(map(chr, range(256)))


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ([], "1 to"),
        (["a", "a"], "each character once"),
        ([f"word{number}" for number in range(40)], "not words"),
        ({"a": 0, "b": 0}, "each id once"),
        ({"a": "x"}, "another mapping"),
        ([1.5, "a"], "Wanted characters"),
        (3, "list of characters"),
        ("nowhere.json", "No vocabulary"),
    ],
)
def test_what_is_no_vocabulary_is_refused(given: Any, words: str) -> None:
    with pytest.raises(InputError, match=words):
        read_vocabulary(given)

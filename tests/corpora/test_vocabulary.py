"""Characters to ids and back: nothing is lost but what the vocabulary lacks, and that is counted."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpora import UNKNOWN, Vocabulary, to_code_points, to_text

any_text = st.text(st.characters(exclude_categories=["Cs"]))


@given(any_text)
def test_a_text_comes_back_from_its_code_points(text: str):
    assert to_text(to_code_points(text)) == text
    assert len(to_code_points(text)) == len(text)


@given(st.text(st.characters()), st.integers(0xD800, 0xDFFF))
def test_a_lone_surrogate_becomes_the_unknown_character(text: str, surrogate: int):
    codes = to_code_points(text + chr(surrogate) + "x")
    assert codes[len(text) :].tolist() == [ord(UNKNOWN), ord("x")]


@given(any_text)
def test_a_known_text_comes_back_from_its_ids(text: str):
    vocabulary = Vocabulary.of([to_code_points(text)], min_count=1)
    assert vocabulary.decode(vocabulary.encode(text)) == text
    assert vocabulary.count_unknown(text) == text.count(UNKNOWN)


@given(any_text, any_text)
def test_what_the_vocabulary_lacks_is_read_as_unknown_and_counted(known: str, read: str):
    vocabulary = Vocabulary.of([to_code_points(known)], min_count=1)
    expected = "".join(character if character in known else UNKNOWN for character in read)
    assert vocabulary.decode(vocabulary.encode(read)) == expected
    assert vocabulary.count_unknown(read) == expected.count(UNKNOWN)


@given(st.lists(any_text, max_size=5), st.integers(1, 4))
def test_the_vocabulary_is_what_occurs_often_enough_in_all_blocks_together(blocks: list[str], min_count: int):
    text = "".join(blocks)
    vocabulary = Vocabulary.of(map(to_code_points, blocks), min_count)
    frequent = {character for character in text if text.count(character) >= min_count}
    assert vocabulary.characters == (*sorted(frequent - {UNKNOWN}), UNKNOWN)


def test_ids_of_a_text_and_of_its_code_points_are_the_same():
    vocabulary = Vocabulary.of([to_code_points("abc")], min_count=1)
    np.testing.assert_array_equal(vocabulary.encode("cab?"), [2, 0, 1, 3])
    np.testing.assert_array_equal(vocabulary.encode(to_code_points("cab?")), [2, 0, 1, 3])


@pytest.mark.parametrize("characters", [(), ("a",), (UNKNOWN, "a"), ("a", "a", UNKNOWN), (UNKNOWN, UNKNOWN)])
def test_a_vocabulary_holds_each_character_once_and_ends_with_the_unknown_one(characters: tuple[str, ...]):
    with pytest.raises(ValueError, match="vocabulary"):
        Vocabulary(characters)

"""The paper's bytes in our reading of its file, against the file itself."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from corpora import Corpus, InputError, load_corpus, to_code_points, to_text
from corpora.paper import byte_lengths, paper_test
from corpora.preparing import prepare
from corpora.reading import read_bytes, read_sections
from corpora.sources import Source


def both_readings(content: bytes, tmp_path: Path) -> tuple[Corpus, Corpus]:
    """A file of our own, read in the two ways in which War and Peace is."""
    path = tmp_path / "file.txt"
    path.write_bytes(content)
    options = {"licence": "ours", "split": (0.8, 0.1, 0.1)}
    decoded = prepare("war-and-peace", Source("decoded", read=read_sections, **options), path)
    return decoded, prepare("war-and-peace-bytes", Source("bytes", read=read_bytes, exact_split=True, **options), path)


def as_in_the_file(text: str) -> bytes:
    return text.replace("\n", "\r\n").encode()


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r"), max_size=30))
@example("a\né–😀")
def test_a_character_is_worth_its_bytes_in_the_file(text: str):
    lengths = byte_lengths(to_code_points(text))
    assert lengths.tolist() == [len(as_in_the_file(character)) for character in text]


def test_both_readings_give_the_same_test_bytes(tmp_path: Path):
    text = "Il dit: «\u2009Très bien\u2009»,\nand left – at once.\n\n\n" * 40 + "The end…\n"
    content = b"\xef\xbb\xbf" + as_in_the_file(text)
    decoded, of_bytes = both_readings(content, tmp_path)
    byte_codes, ones = paper_test(of_bytes)
    assert to_text(byte_codes[1:]).encode("latin-1") == to_text(of_bytes.split("test")).encode("latin-1")
    assert ones.tolist() == [1] * len(of_bytes.split("test"))
    codes, lengths = paper_test(decoded)
    tail = as_in_the_file(to_text(codes[1:]))
    assert len(codes) == len(lengths) + 1
    assert len(tail) == lengths.sum()
    assert content.endswith(tail)
    # the cut falls into a character of several bytes at worst: then the text begins with the next one
    assert 0 <= len(ones) - len(tail) < 4


def test_another_text_is_refused(tmp_path: Path):
    (tmp_path / "mine.txt").write_text("my own text\n" * 30)
    with pytest.raises(InputError, match=r"Wanted war-and-peace or war-and-peace-bytes, .* got file-mine-"):
        paper_test(load_corpus(str(tmp_path / "mine.txt")))


def test_the_papers_test_text_is_its_325_825_bytes(real_corpora: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CHARSCOPE_CORPORA", str(real_corpora))
    decoded, of_bytes = load_corpus("war-and-peace"), load_corpus("war-and-peace-bytes")
    codes, lengths = paper_test(decoded)
    as_bytes = to_text(of_bytes.split("test")).encode("latin-1")
    assert as_in_the_file(to_text(codes[1:])) == as_bytes
    assert lengths.sum() == len(as_bytes) == 325_825
    first = len(decoded.characters) - len(lengths)
    assert first - decoded.cuts[1] == 64
    training = np.cumsum(byte_lengths(decoded.characters)) + 3 <= of_bytes.cuts[0]
    assert decoded.cuts[0] - int(training.sum()) == 2522

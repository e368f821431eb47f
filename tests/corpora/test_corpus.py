"""A prepared corpus: the same every time, split in order at document starts, never half there."""

import hashlib
import itertools
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpora import SPLITS, InputError, fetch_corpus, load_corpus, prepare_file, to_text
from corpora.places import data_folder
from corpora.preparing import prepare
from corpora.reading import Pieces
from corpora.sources import SOURCES, Source


def source_of(documents: list[str], **options) -> Source:
    """A source whose documents are given; it reads no file."""

    def read(_: Path) -> Pieces:
        return ((f"document {number}", text) for number, text in enumerate(documents))

    return Source("made up", "ours", read, **options)


@given(
    st.lists(st.text(st.sampled_from("ab \n😀"), min_size=1, max_size=60), min_size=1, max_size=60),
    st.sampled_from([(0.8, 0.1, 0.1), (0.9, 0.05, 0.05)]),
    st.booleans(),
)
def test_splits_are_contiguous_and_cut_at_a_document_start_near_by(documents: list[str], split, exact_split: bool):
    corpus = prepare("made-up", source_of(documents, split=split, exact_split=exact_split), Path())
    text = "".join(documents)
    assert "".join(to_text(corpus.split(name)) for name in SPLITS) == text
    starts = [0, *itertools.accumulate(map(len, documents))][:-1]
    for cut, share in zip(corpus.cuts, itertools.accumulate(split), strict=False):
        exact = round(len(text) * share)
        near = [start for start in starts if abs(start - exact) <= 0.01 * len(text)]
        if exact_split or not near or exact == len(text):
            assert cut == exact
        else:
            assert cut in near
    assert corpus.cuts[0] <= corpus.cuts[1] <= corpus.cuts[2] == len(text)


def test_documents_are_found_again_by_split():
    documents = [letter * 100 for letter in "abcdefghij"]
    corpus = prepare("made-up", source_of(documents, split=(0.8, 0.1, 0.1)), Path())
    assert corpus.document_starts("training") == list(range(0, 800, 100))
    assert corpus.document_starts("validation") == corpus.document_starts("test") == [0]
    assert corpus.excerpt("training", 5, offset=98) == "aabbb"
    with pytest.raises(InputError, match="training, validation, test"):
        corpus.split("dev")


def test_the_same_source_gives_the_same_bytes_every_time(tmp_path: Path):
    (tmp_path / "a.txt").write_bytes("\ufeffWar\r\nand – peace\r\n".encode() * 50)
    first = prepare_file(tmp_path / "a.txt")
    text = first.characters.tobytes()
    again = prepare(first.name, source_of([to_text(first.characters)]), Path())
    assert again.sha256 == first.sha256 == hashlib.sha256(to_text(first.characters).encode()).hexdigest()
    assert again.characters.tobytes() == text
    assert "\r" not in to_text(first.characters)


def test_a_file_is_prepared_once_and_anew_when_it_changes(tmp_path: Path):
    path = tmp_path / "mine.txt"
    path.write_text("one text\n" * 20)
    first = prepare_file(path)
    written = (first.folder / "characters.u32").stat().st_mtime_ns
    assert prepare_file(path) == first
    assert (first.folder / "characters.u32").stat().st_mtime_ns == written
    path.write_text("another text\n" * 20)
    assert prepare_file(path).name != first.name


def test_a_prepared_file_is_found_by_path_and_by_name(tmp_path: Path):
    (tmp_path / "mine.txt").write_text("one text\n" * 20)
    prepared = load_corpus(str(tmp_path / "mine.txt"))
    assert load_corpus(prepared.name) == prepared


def test_a_preparation_that_fails_leaves_the_old_one_and_nothing_half_done():
    def read_and_fail(_: Path) -> Pieces:
        yield "document", "half a text"
        raise InputError("the disk went away")

    good = prepare("made-up", source_of(["a whole text"]), Path())
    with pytest.raises(InputError, match="went away"):
        prepare("made-up", Source("made up", "ours", read_and_fail), Path())
    assert [path.name for path in data_folder().iterdir()] == ["made-up"]
    assert to_text(good.characters) == "a whole text"


@pytest.mark.parametrize("where", ["fetch", "file"])
def test_data_that_cannot_be_written_is_one_clear_error(where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "mine.txt").write_text("a text")
    monkeypatch.setenv("CHARSCOPE_DATA", str(tmp_path / "mine.txt" / "data"))
    with pytest.raises(InputError, match=r"Cannot write .*CHARSCOPE_DATA"):
        fetch_corpus("python") if where == "fetch" else prepare_file(tmp_path / "mine.txt")


def test_a_corpus_of_another_format_is_not_misread(tmp_path: Path):
    corpus = prepare("made-up", source_of(["a text"]), Path())
    described = corpus.folder / "corpus.json"
    described.write_text(described.read_text().replace('"format": 1', '"format": 99'))
    with pytest.raises(InputError, match="another version"):
        load_corpus("made-up")


def test_the_standard_library_is_a_corpus_without_a_download(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("CHARSCOPE_CORPORA", raising=False)
    corpus = load_corpus("python")
    names = [name for name, _ in corpus.documents]
    assert len(corpus.characters) > 1_000_000
    assert "argparse.py" in names
    assert not any("test" in name.split("/") or "site-packages" in name for name in names)


def test_a_corpus_that_is_not_here_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("CHARSCOPE_CORPORA", raising=False)
    with pytest.raises(InputError, match="python -m corpora fetch linux"):
        load_corpus("linux")


@pytest.mark.slow
@pytest.mark.parametrize("name", ["war-and-peace", "linux", "wikipedia"])
def test_a_real_corpus_is_the_same_when_fetched_twice(name: str, real_corpora: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CHARSCOPE_CORPORA", str(real_corpora))
    first, second = fetch_corpus(name), fetch_corpus(name)
    assert first == second
    assert load_corpus(name) == first
    text = to_text(first.characters)
    assert hashlib.sha256(text.encode()).hexdigest() == first.sha256
    assert "\r" not in text
    assert "\ufeff" not in text[:1]
    shares = np.diff([0, *first.cuts]) / len(text)
    np.testing.assert_allclose(shares, SOURCES[name].split, atol=0.02)
    starts = np.array([start for _, start in first.documents])
    assert all(cut in starts or np.abs(starts - cut).min() > 0.01 * len(text) for cut in first.cuts[:2])


def test_war_and_peace_byte_for_byte_is_the_papers_file(real_corpora: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CHARSCOPE_CORPORA", str(real_corpora))
    corpus = fetch_corpus("war-and-peace-bytes")
    content = to_text(corpus.characters).encode("latin-1")
    assert len(content) == 3_258_246
    assert len(np.unique(corpus.characters)) == 87
    assert hashlib.sha256(content).hexdigest() == SOURCES["war-and-peace"].sha256
    assert corpus.cuts == (round(3_258_246 * 0.8), round(3_258_246 * 0.9), 3_258_246)


def test_linux_is_files_of_kernel_and_wikipedia_is_pages(real_corpora: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CHARSCOPE_CORPORA", str(real_corpora))
    linux, wikipedia = load_corpus("linux"), load_corpus("wikipedia")
    assert 490 <= len(linux.documents) <= 502
    assert all(re.fullmatch(r"kernel/.*\.[ch]", name) for name, _ in linux.documents)
    assert len(wikipedia.documents) == 206
    for split in SPLITS:
        codes = wikipedia.split(split)
        starts = wikipedia.document_starts(split)
        assert all(to_text(codes[start : start + 8]) == "  <page>" for start in starts)

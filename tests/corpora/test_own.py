"""Kept texts: found again by name, kept once, whole or not at all, and safe whatever they are called."""

import json
import resource
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpora import InputError, load_corpus, prepare_file, to_text
from corpora.own import keep_text, own_texts, own_title
from corpora.places import data_folder

TEXT = "Über den Fluß, in die Wälder, 床前明月光.\n" * 50


def keep(name: str = "Mein Text", text: str = TEXT, **options):
    return keep_text(name, [(name, text.encode())], **options)


def test_a_kept_text_is_found_by_name_and_offered_again():
    corpus = keep("Война и мир.txt")
    assert own_title(corpus.name) == "Война и мир"
    assert load_corpus(corpus.name) == corpus
    assert to_text(corpus.characters) == TEXT
    (kept,) = own_texts()
    assert (kept.name, kept.title, kept.documents, kept.as_bytes) == (corpus.name, "Война и мир", 1, False)
    assert kept.characters == len(TEXT)
    assert kept.size_on_disk == sum(path.stat().st_size for path in corpus.folder.iterdir())


def test_the_same_text_is_kept_once_and_is_that_of_the_same_file_on_disk(tmp_path: Path):
    (tmp_path / "mine.txt").write_text(TEXT)
    prepared = prepare_file(tmp_path / "mine.txt")
    assert keep("mine.txt") == keep("another name") == prepared
    assert len(own_texts()) == 1
    assert keep("mine.txt", as_bytes=True) != prepared
    assert [text.as_bytes for text in own_texts()].count(True) == 1


def test_several_files_are_kept_with_their_boundaries():
    files = [("b.txt", b"second"), ("a.txt", b"first")]
    corpus = keep_text("Both", files)
    assert corpus.documents == (("a.txt", 0), ("b.txt", 6))
    assert keep_text("Both", files[::-1]) == corpus
    assert to_text(corpus.characters) == "first\nsecond\n"


@given(
    st.text() | st.sampled_from(["../../x", "..", "/", "a" * 300 + ".txt", "床" * 99, "\udcff", "-", "C:\\x\\y.txt"])
)
def test_a_text_of_any_name_lies_in_the_folder_of_texts(name: str):
    corpus = keep_text(name, [(name, b"a text of its own\n" * 9)])
    assert corpus.folder.parent == data_folder()
    assert load_corpus(corpus.name) == corpus
    shutil.rmtree(corpus.folder)
    assert not list(data_folder().iterdir())


def test_two_at_once_keep_one_text():
    with ThreadPoolExecutor(8) as pool:
        corpora = list(pool.map(lambda _: keep(text=TEXT * 200), range(8)))
    assert len({corpus.name for corpus in corpora}) == 1
    assert to_text(corpora[0].characters) == TEXT * 200
    assert len(list(data_folder().iterdir())) == 1


def test_a_full_disk_is_one_clear_line_and_leaves_nothing():
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, limits[1]))
    try:
        with pytest.raises(InputError, match=r"Cannot write .*Free space") as caught:
            keep(text=TEXT * 100)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert "\n" not in str(caught.value)
    assert not list(data_folder().iterdir())


def test_a_text_that_cannot_be_read_is_not_kept():
    for content in (b"", b"caf\xe9"):
        with pytest.raises(InputError, match=r"is empty|at offset 3"):
            keep_text("mine", [("mine.txt", content)])
    assert not list(data_folder().iterdir())


def test_a_shared_server_keeps_nothing(monkeypatch: pytest.MonkeyPatch):
    kept = keep()
    monkeypatch.setenv("CHARSCOPE_READ_ONLY", "1")
    with pytest.raises(InputError, match="shared server"):
        keep()
    assert [text.name for text in own_texts()] == [kept.name]


def test_a_damaged_folder_is_not_offered():
    kept = keep()
    (kept.folder / "corpus.json").write_text(json.dumps({"format": 99}))
    assert own_texts() == []

"""A folder, an archive of it and its files in memory are one text, document by document; what is no text is counted."""

import bz2
import gzip
import io
import lzma
import os
import re
import tarfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpora import InputError, load_corpus, prepare_file, to_text, unpack
from corpora.gather import gather, safe_title, stem_of
from corpora.own import keep_text

Tree = dict[str, bytes]
TEXTS: Tree = {
    "b/zwei.md": "Über den Fluß,\nin die Wälder.".encode(),
    "b/one.py": b"def one():\n    return 1\n",
    "a.txt": "\ufeffEins\r\nzwei\r\n".encode(),
    "诗/静夜思.txt": "床前明月光，\n疑是地上霜。\n".encode(),
    "no ending": '{"a": [1, 2]}\n'.encode("utf-16"),
}
READ = {
    "a.txt": "Eins\nzwei\n",
    "b/one.py": "def one():\n    return 1\n",
    "b/zwei.md": "Über den Fluß,\nin die Wälder.\n",
    "no ending": '{"a": [1, 2]}\n',
    "诗/静夜思.txt": "床前明月光，\n疑是地上霜。\n",
}
NO_TEXTS: Tree = {
    ".hidden": b"hidden",
    ".git/HEAD": b"ref",
    ".git/config": b"[core]",
    "b/latin.txt": b"caf\xe9",
    "b/page.pdf": b"%PDF-1.7\n\xe2\xe3",
    "b/nul.txt": b"a\0b",
    "blank.txt": b" \n\n",
    "more.txt.gz": gzip.compress(b"not followed"),
}
LEFT_OUT = "Left out 7 of 12 files: 2 binary, 1 empty, 2 hidden, 1 not UTF-8, 1 packed."
ARCHIVES = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.xz", ".tar.bz2")


def write_tree(folder: Path, tree: Tree) -> Path:
    for name, content in tree.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def pack(tree: Tree, path: Path) -> Path:
    if path.suffix == ".zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in tree.items():
                archive.writestr(name, content)
        return path
    kind = {".tar": "", ".tgz": "gz"}.get(path.suffix, path.suffix[1:])
    with tarfile.open(path, f"w:{kind}") as archive:
        for name, content in tree.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return path


def documents_of(what: Path | list[tuple[str, bytes]], as_bytes: bool = False) -> dict[str, str]:
    read: dict[str, str] = {}
    for name, text in gather(what, as_bytes).pieces():
        read[name] = read.get(name, "") + text
    return read


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_tree(tmp_path / "texts", TEXTS | NO_TEXTS)


def test_a_folder_is_its_texts_sorted_by_path_and_says_what_is_left_out(folder: Path):
    assert list(documents_of(folder).items()) == list(READ.items())
    corpus = load_corpus(str(folder))
    assert [name for name, _ in corpus.documents] == list(READ)
    assert to_text(corpus.characters) == "".join(READ.values())
    assert corpus.left_out == LEFT_OUT
    assert load_corpus(corpus.name) == corpus


@pytest.mark.parametrize("within", ["", "texts/", "./"], ids=["", "in a folder", "dot"])
@pytest.mark.parametrize("suffix", ARCHIVES)
def test_an_archive_is_the_same_text_as_its_folder(suffix: str, within: str, folder: Path, tmp_path: Path):
    everything = {within + name: content for name, content in (TEXTS | NO_TEXTS).items()}
    path = pack(everything, tmp_path / f"texts{suffix}")
    assert prepare_file(path) == prepare_file(folder)
    uploaded = gather([(path.name, path.read_bytes())])
    assert uploaded.corpus_name == gather(folder).corpus_name
    assert uploaded.left_out == gather(folder).left_out


TEXT = st.text(st.sampled_from("ab \né床\r"), max_size=30)


@given(st.dictionaries(st.text(st.sampled_from("ab/."), min_size=1, max_size=6), TEXT, min_size=2, max_size=6))
def test_boundaries_lead_back_from_the_corpus_to_the_documents(texts: dict[str, str]):
    files = [(name, text.encode()) for name, text in texts.items()]
    if not any(text.strip() for text in texts.values()):
        with pytest.raises(InputError, match=r"found none .*empty"):
            gather(files)
        return
    name = gather(files).corpus_name
    corpus = keep_text("made up", files)
    assert corpus.name[-12:] == name[-12:]
    starts = [start for _, start in corpus.documents] + [len(corpus.characters)]
    found = {
        document: to_text(corpus.characters[start:end])
        for (document, start), end in zip(corpus.documents, starts[1:], strict=True)
    }
    lines = {name: text.replace("\r\n", "\n").replace("\r", "\n") for name, text in texts.items() if text.strip()}
    assert found == {name: text if text.endswith("\n") else text + "\n" for name, text in sorted(lines.items())}


def test_every_byte_of_every_file_is_kept_as_it_is(tmp_path: Path):
    every_byte = bytes(range(256))
    (tmp_path / "one.bin").write_bytes(every_byte * 3)
    corpus = load_corpus(str(tmp_path / "one.bin"), as_bytes=True)
    assert to_text(corpus.characters).encode("latin-1") == every_byte * 3
    assert corpus.as_bytes
    assert load_corpus(corpus.name) == load_corpus(corpus.name, as_bytes=True) == corpus
    tree = write_tree(tmp_path / "tree", {"a": b"\r\nno newline", "b.gz": every_byte, "c": b""})
    assert documents_of(tree, as_bytes=True) == {"a": "\r\nno newline", "b.gz": every_byte.decode("latin-1")}


def test_text_and_bytes_of_a_file_are_two_corpora(tmp_path: Path):
    (tmp_path / "mine.txt").write_text("Wörter\n" * 9)
    as_text, as_bytes = (load_corpus(str(tmp_path / "mine.txt"), each) for each in (False, True))
    assert as_text.name.startswith("file-mine-")
    assert as_bytes.name.startswith("file-mine-bytes-")
    assert len(as_bytes.characters) == len(as_text.characters) + 9
    with pytest.raises(InputError, match=r"prepared as text.*omit --bytes"):
        load_corpus(as_text.name, as_bytes=True)


def test_a_folder_goes_by_another_name_when_a_file_in_it_changes(folder: Path):
    before = prepare_file(folder)
    (folder / ".hidden").write_text("of no matter")
    assert prepare_file(folder) == before
    (folder / "a.txt").write_text("Drei\n")
    assert prepare_file(folder).name != before.name


def test_links_loops_and_pipes_are_not_followed(folder: Path):
    (folder / "loop").symlink_to(folder)
    (folder / "link.txt").symlink_to(folder / "a.txt")
    os.mkfifo(folder / "pipe")
    assert list(documents_of(folder)) == list(READ)
    assert gather(folder).left_out["links or devices"] == 3
    with pytest.raises(InputError, match="is neither"):
        gather(folder / "pipe")


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_what_cannot_be_read_is_left_out(folder: Path):
    (folder / "a.txt").chmod(0)
    assert gather(folder).left_out["unreadable"] == 1


def test_paths_that_lead_out_of_an_archive_are_only_names(tmp_path: Path):
    tree = {"../../evil.txt": b"one\n", "/etc/passwd": b"two\n", "c\\d.txt": b"three\n", "c/d.txt": b"four\n"}
    before = sorted(tmp_path.parent.rglob("*"))
    for suffix in (".zip", ".tar"):
        path = pack(tree, tmp_path / f"evil{suffix}")
        names = ["c/d.txt", "c/d.txt (2)", "etc/passwd", "evil.txt"]
        assert list(documents_of([(path.name, path.read_bytes())])) == names
        path.unlink()
    assert sorted(tmp_path.parent.rglob("*")) == before


@pytest.mark.parametrize("name", [".", "..", "./", "/", "//", "\\", "../.", ".\\.."])
def test_a_member_whose_path_leads_to_no_file_is_left_out(name: str, tmp_path: Path):
    path = tmp_path / "texts.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("texts/a.txt", "one\n")
        archive.writestr("texts/b.txt", "two\n")
        entry = zipfile.ZipInfo("texts/c.txt")
        entry.filename = name
        archive.writestr(entry, "")
    found = gather(path)
    assert [document.name for document in found.documents] == ["a.txt", "b.txt"]
    assert found.left_out.total() in (0, 1)  # a name that ends with a slash is a folder


def encrypted(content: bytes) -> bytes:
    """A zip archive whose entries say that they are encrypted."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.txt", content)
    flagged = bytearray(packed.getvalue())
    flagged[6] |= 1
    flagged[flagged.index(b"PK\x01\x02") + 8] |= 1
    return bytes(flagged)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("x.zip", encrypted(b"secret"), r"x\.zip is encrypted\. Unpack it"),
        ("x.zip", b"no archive", "damaged or cut short"),
        ("x.tar.gz", b"no archive", "damaged, cut short"),
        ("x.tar", b"", "damaged, cut short"),
        ("x.tgz", gzip.compress(b"no archive"), "damaged, cut short"),
        ("x.zip", {"inner.zip": b"PK\x03\x04", "a.gz": b"\x1f\x8b"}, "Left out 2 of 2 files: 2 packed"),
        ("x.zip", {}, "found none in .*It is empty"),
        ("x.tar", {"a": b"", "b": b"\0"}, "Left out 2 of 2 files: 1 binary, 1 empty"),
    ],
    ids=["encrypted", "no zip", "no tar", "empty file", "gzip of no tar", "nested", "empty", "no text"],
)
def test_an_archive_without_a_text_is_one_clear_line(name: str, content: bytes | Tree, message: str, tmp_path: Path):
    path = tmp_path / name
    path.write_bytes(content) if isinstance(content, bytes) else pack(content, path)
    for what in (path, [(name, path.read_bytes())]):
        with pytest.raises(InputError) as caught:
            list(gather(what).pieces())
        assert re.search(message, str(caught.value))
        assert "\n" not in str(caught.value)


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(unpack, "MOST_UNPACKED", 10_000)
    text = b"0123456789" * 1_001
    for suffix in ARCHIVES:
        path = pack({"a.txt": b"small\n", "b.txt": text}, tmp_path / f"bomb{suffix}")
        with pytest.raises(InputError, match="unpacks to more"):
            gather(path)
    for suffix, packer in {".gz": gzip.compress, ".xz": lzma.compress, ".bz2": bz2.compress}.items():
        with pytest.raises(InputError, match="unpacks to more"):
            gather([(f"bomb{suffix}", packer(text))])
    (tmp_path / "plain.txt").write_bytes(text)
    assert gather(tmp_path / "plain.txt").size == len(text)


def test_an_archive_of_one_file_is_that_file(tmp_path: Path):
    packed = pack({"inner.txt": b"one\n"}, tmp_path / "one.zip")
    for what in (packed, [("one.zip", packed.read_bytes())]):
        assert documents_of(what) == {"one.zip": "one\n"}
        assert gather(what).corpus_name == gather([("one.txt", b"one\n")]).corpus_name


def test_several_files_are_documents_and_archives_among_them_are_unpacked(tmp_path: Path):
    packed = pack({"x/a.txt": b"in a", "x/b.txt": b"in b"}, tmp_path / "x.zip").read_bytes()
    files = [("z.txt", b"last"), ("x.zip", packed), ("z.txt", b"same name"), ("y.txt", b"y\n"), ("n", b"\0")]
    assert documents_of(files) == {
        "x.zip/a.txt": "in a\n",
        "x.zip/b.txt": "in b\n",
        "y.txt": "y\n",
        "z.txt": "last\n",
        "z.txt (2)": "same name\n",
    }
    assert gather(files).corpus_name[-12:] != gather(files[:3]).corpus_name[-12:]
    with pytest.raises(InputError, match="got no file"):
        gather([])


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("faust.txt", "faust"),
        ("faust.tar.gz", "faust"),
        ("Dr. Faust", "Dr. Faust"),
        ("C:\\texts\\Кролик.TXT", "Кролик"),
        ("../../红楼梦.txt", "红楼梦"),
        ("Kapitel 1.2", "Kapitel 1.2"),
    ],
)
def test_the_title_of_a_file_is_its_name_without_ending(name: str, stem: str):
    assert stem_of(name) == stem


@given(st.text() | st.sampled_from(["/", "..", "a/../../b", "\udcff\udcfe", "x" * 999, "床" * 300, "\0", "a\u202eb"]))
def test_every_title_can_be_part_of_the_name_of_a_folder(title: str):
    safe = safe_title(title)
    assert safe
    assert len(safe.encode()) <= 200
    assert not set(safe) & set("/\\\0\n\u202e")
    assert safe_title(safe) == safe


def test_titles_in_all_scripts_stay_as_they_are():
    for title in ("Война и мир", "红楼梦", "Über uns", "my-book_2 (draft)", "Dr. Faust"):
        assert safe_title(title) == title


def test_a_file_whose_name_is_not_utf8_is_a_corpus(tmp_path: Path):
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.txt"))
    path.write_text("a text\n" * 9)
    assert load_corpus(prepare_file(path).name).documents == (("caf\ufffd.txt", 0),)

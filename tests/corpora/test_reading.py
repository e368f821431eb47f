"""Every form in which a source may lie on disk gives the same text; what cannot be read is one clear line."""

import bz2
import gzip
import io
import lzma
import random
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpora import InputError, reading
from corpora.preparing import prepare_file
from corpora.reading import decode_stream, read_bytes, read_plain, read_sections, read_tree, read_wiki_pages
from corpora.sources import SOURCES

TEXT = "Peace – “war”.\n" * 300
PAGES = [f"  <page>\n    <title>P{n}</title>\n    <text>[[a|b]] &lt;{n}\n</text>\n  </page>\n" for n in range(40)]
DUMP = "<mediawiki>\n  <siteinfo>x</siteinfo>\n" + "".join(PAGES) + "</mediawiki>\n"


def pack_zip(content: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inner", content)
    return packed.getvalue()


PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "": bytes,
    ".xz": lzma.compress,
    ".bz2": bz2.compress,
    ".gz": gzip.compress,
    ".zip": pack_zip,
}


@pytest.fixture(params=PACKERS, ids=lambda suffix: suffix or "plain")
def packed(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[bytes], Path]:
    """Writes bytes to a file, packed in one of the ways."""

    def write(content: bytes) -> Path:
        path = tmp_path / f"source{request.param}"
        path.write_bytes(PACKERS[request.param](content))
        return path

    return write


def test_a_text_is_the_same_however_it_is_packed(packed: Callable[[bytes], Path]):
    path = packed(TEXT.encode())
    assert "".join(text for _, text in read_plain(path)) == TEXT


def test_bytes_are_kept_one_by_one_however_they_are_packed(packed: Callable[[bytes], Path]):
    every_byte = bytes(range(256)) * 3
    ((_, text),) = read_bytes(packed(every_byte))
    assert text.encode("latin-1") == every_byte


def test_a_dump_is_its_pages_with_their_xml_however_it_is_packed(packed: Callable[[bytes], Path]):
    assert list(read_wiki_pages(packed(DUMP.encode()))) == [(f"P{n}", page) for n, page in enumerate(PAGES)]


@pytest.mark.parametrize("suffix", [suffix for suffix in PACKERS if suffix])
def test_a_damaged_file_is_one_clear_error(suffix: str, tmp_path: Path):
    path, whole = tmp_path / f"source{suffix}", PACKERS[suffix](TEXT.encode())
    flipped = whole[: len(whole) // 2] + bytes([whole[len(whole) // 2] ^ 0xFF]) + whole[len(whole) // 2 + 1 :]
    for damaged in (whole[: len(whole) // 2], whole[:-9], flipped, b"no archive at all"):
        path.write_bytes(damaged)
        with pytest.raises(InputError, match="damaged or cut short"):
            list(read_plain(path))


@given(st.text(st.sampled_from("ab\r\n\ufeffé😀 ")), st.integers(1, 9))
def test_blocks_do_not_change_what_is_read(text: str, block: int):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading, "BLOCK", block)
        pieces = list(decode_stream(io.BytesIO(text.encode()), "it"))
    assert "".join(pieces) == text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    assert all(pieces)


@given(st.text(st.sampled_from("ab\r\né😀")), st.sampled_from(["utf-8-sig", "utf-16", "utf-32"]), st.integers(1, 9))
def test_a_byte_order_mark_names_the_encoding_in_blocks_of_any_size(text: str, encoding: str, block: int):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading, "BLOCK", block)
        read = "".join(decode_stream(io.BytesIO(text.encode(encoding)), "it"))
    assert read == text.replace("\r\n", "\n").replace("\r", "\n")


PRINTED = st.text(st.characters(exclude_categories=["Cc", "Cs"]))


@given(PRINTED, st.sampled_from([b"\xff", b"\xc3(", b"\xed\xa0\x80", b"\xe2\x82"]), PRINTED, st.integers(1, 9))
def test_the_error_names_the_offset_of_the_first_byte_that_does_not_decode(
    before: str, wrong: bytes, after: str, block: int
):
    offset = len(before.encode())
    content = before.encode() + wrong + after.encode()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading, "BLOCK", block)
        with pytest.raises(InputError, match=f"byte 0x{wrong[0]:02x} at offset {offset}\\b") as caught:
            list(decode_stream(io.BytesIO(content), "mine.txt"))
    assert "mine.txt" in str(caught.value)


@pytest.mark.parametrize("block", [1, 7, 64, 1000])
def test_blocks_do_not_change_the_pages_of_a_dump(block: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(reading, "BLOCK", block)
    (tmp_path / "dump.xml").write_text(DUMP)
    assert [page for _, page in read_wiki_pages(tmp_path / "dump.xml")] == PAGES


def test_a_section_ends_where_two_blank_lines_stand(tmp_path: Path):
    text = "I\n\none.\n\n\nII\n\ntwo.\n\n\n\nthree.\n"
    (tmp_path / "book.txt").write_text(text)
    sections = list(read_sections(tmp_path / "book.txt"))
    assert [section for _, section in sections] == ["I\n\none.\n\n\n", "II\n\ntwo.\n\n\n\n", "three.\n"]
    assert [name for name, _ in sections] == ["section 1", "section 2", "section 3"]


KERNEL = {f"kernel/{name}.c": f"int {name};\n" for name in "abcdefgh"} | {"kernel/sched/core.h": "#pragma once\n"}
NOT_KERNEL = {"kernel/Makefile": "all:\n", "mm/slab.c": "int slab;\n", "arch/x86/kernel/cpu.c": "int cpu;\n"}
NOT_KERNEL |= {"tools/kernel/x.h": "int tool;\n", "notkernel/y.c": "int y;\n"}


@pytest.fixture
def kernel_tree(tmp_path: Path) -> Path:
    """A small Linux tree, among whose files one is not UTF-8, one empty and one without a last newline."""
    root = tmp_path / "linux-9.9"
    for name, text in (KERNEL | NOT_KERNEL).items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    (root / "kernel/latin.c").write_bytes(b"// \xe9t\xe9\n")
    (root / "kernel/empty.c").write_text("\n")
    (root / "kernel/a.c").write_text(KERNEL["kernel/a.c"].rstrip("\n"))
    return root


def test_a_kernel_is_the_same_as_tree_and_as_any_tarball(kernel_tree: Path, tmp_path: Path):
    read = SOURCES["linux"].read
    from_tree = list(read(kernel_tree))
    assert dict(from_tree) == KERNEL
    assert [name for name, _ in from_tree] != sorted(KERNEL)
    for mode, suffix in {"w": ".tar", "w:xz": ".tar.xz", "w:gz": ".tar.gz", "w:bz2": ".tar.bz2"}.items():
        with tarfile.open(tmp_path / f"linux{suffix}", mode) as archive:
            archive.add(kernel_tree, kernel_tree.name)
        assert list(read(tmp_path / f"linux{suffix}")) == from_tree


def test_the_kernel_folder_itself_will_do(kernel_tree: Path):
    names = {name for name, _ in SOURCES["linux"].read(kernel_tree / "kernel")}
    assert names == {name.removeprefix("kernel/") for name in KERNEL}


@pytest.mark.parametrize("content", [b"not an archive", b"", None], ids=["text", "empty", "half an archive"])
def test_what_is_no_archive_is_one_clear_error(content: bytes | None, kernel_tree: Path, tmp_path: Path):
    for suffix in (".tar.xz", ".tar.bz2", ".tar.gz"):
        path = tmp_path / f"broken{suffix}"
        if content is None:
            with tarfile.open(path, f"w:{suffix[5:]}") as archive:
                archive.add(kernel_tree, kernel_tree.name)
            path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
        else:
            path.write_bytes(content)
        with pytest.raises(InputError, match=r"cannot read|found none"):
            list(SOURCES["linux"].read(path))


@pytest.mark.parametrize("kind", ["xz", "bz2", "gz"])
def test_an_archive_that_ends_within_a_file_is_one_clear_error(kind: str, tmp_path: Path):
    noise = bytes(random.Random(0).choices(range(97, 123), k=200_000))  # hardly gets smaller
    (tmp_path / "linux-6/kernel").mkdir(parents=True)
    (tmp_path / "linux-6/kernel/a.c").write_bytes(noise)
    path = tmp_path / f"cut.tar.{kind}"
    with tarfile.open(path, f"w:{kind}") as archive:
        archive.add(tmp_path / "linux-6", "linux-6")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(InputError, match="cannot read"):
        list(SOURCES["linux"].read(path))


def test_a_tree_without_what_is_wanted_says_so(tmp_path: Path):
    (tmp_path / "a.c").write_text("int a;\n")
    with pytest.raises(InputError, match="Wanted poems, found none"):
        list(read_tree(lambda name: name.endswith(".poem"), "poems")(tmp_path))


def test_a_zip_of_two_files_a_folder_and_nothing_are_refused(tmp_path: Path):
    with zipfile.ZipFile(tmp_path / "two.zip", "w") as archive:
        archive.writestr("a", "a")
        archive.writestr("b", "b")
    for path, message in {
        tmp_path / "two.zip": "Wanted one file inside",
        tmp_path: "is a folder",
        tmp_path / "nothing.txt": "No file at",
    }.items():
        with pytest.raises(InputError, match=message):
            list(read_plain(path))


def test_a_text_that_is_no_dump_is_refused(tmp_path: Path):
    (tmp_path / "plain.xml").write_text("<html><p>page</p></html>")
    with pytest.raises(InputError, match="has no <page>"):
        list(read_wiki_pages(tmp_path / "plain.xml"))


@pytest.mark.parametrize("name", ["n" * 300, "n" * 300 + ".zip", "n" * 300 + ".gz", "file.txt/x", "loop/x"])
def test_a_path_that_can_lead_nowhere_is_no_damaged_file(name: str, tmp_path: Path):
    (tmp_path / "file.txt").write_text("text")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    with pytest.raises(InputError, match="Check the path"):
        prepare_file(tmp_path / name)

"""Reads sources from disk: plain, compressed or archived texts, source trees, XML dumps.

Each reader streams `(document, piece of text)` pairs; the pieces of a document are consecutive.
"""

import bz2
import codecs
import gzip
import io
import lzma
import random
import re
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from corpora.errors import InputError

Pieces = Iterator[tuple[str, str]]
BLOCK = 1 << 20
DAMAGED = (lzma.LZMAError, zlib.error, zipfile.BadZipFile, tarfile.TarError, EOFError)
ARCHIVE_SEED = 0


@runtime_checkable
class ByteStream(Protocol):
    """A file, a decompressed file, or a member of an archive."""

    def read(self, size: int = -1, /) -> bytes: ...


class EncodingError(InputError):
    """The bytes are no text in the wanted encoding."""


@contextmanager
def open_bytes(path: Path, content: bytes | None = None) -> Iterator[ByteStream]:
    """The bytes of a file, decompressed if it is .xz, .bz2, .gz or a .zip with one file.

    `content` is that of the file, packed as it is, if it does not lie on disk.
    """
    file: Any = path if content is None else io.BytesIO(content)
    try:
        if path.suffix == ".zip":
            with zipfile.ZipFile(file) as archive:
                names = [entry.filename for entry in archive.infolist() if not entry.is_dir()]
                if len(names) != 1:
                    raise InputError(f"Wanted one file inside {path}, found {len(names)}. Unpack it and name the file.")
                with archive.open(names[0]) as stream:
                    yield stream
        else:
            plain = open if content is None else lambda held, _: held
            opener = {".xz": lzma.open, ".bz2": bz2.open, ".gz": gzip.open}.get(path.suffix, plain)
            with opener(file, "rb") as stream:
                yield stream
    except FileNotFoundError:
        raise InputError(f"No file at {path}. Check the path.") from None
    except IsADirectoryError:
        raise InputError(f"Wanted a file, but {path} is a folder. Name one text file.") from None
    except PermissionError:
        raise InputError(f"No permission to read {path}. Change its permissions, or copy it.") from None
    except (*DAMAGED, OSError) as error:  # bz2 and gzip raise a plain OSError
        raise InputError(f"{path} is damaged or cut short ({error}). Fetch or copy it again.") from None


def decode_stream(stream: ByteStream, name: object, encoding: str | None = None) -> Iterator[str]:
    """The text of a byte stream, block by block: without a BOM, and with CRLF and CR read as LF.

    If no encoding is given, it is UTF-8, or UTF-16 or UTF-32 where the byte-order mark says so.

    Raises:
        EncodingError: a byte is not valid in the encoding; the message has its offset, or what the file is.
    """
    head = block = _first_block(stream)
    encoding = encoding or next((name for mark, name in MARKS.items() if head.startswith(mark)), "utf-8")
    newlines = io.IncrementalNewlineDecoder(codecs.getincrementaldecoder(encoding)(), translate=True)
    read, first = len(head), True
    while True:
        try:
            text = newlines.decode(block, final=not block)
        except UnicodeDecodeError as error:
            raise _encoding_error(name, encoding, head, error, read - len(error.object) + error.start) from None
        if first and text:
            text, first = text.removeprefix("\ufeff"), False
        if text:
            yield text
        if not block:
            return
        block = stream.read(BLOCK)
        read += len(block)


MARKS = {  # UTF-32 first: its mark begins with that of UTF-16
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
KINDS = {
    b"%PDF": "a PDF",
    b"PK\x03\x04": "a zip archive or an office document",
    b"\xd0\xcf\x11\xe0": "an old office document",
    b"\x89PNG": "an image",
    b"\xff\xd8\xff": "an image",
    b"GIF8": "an image",
    b"\x7fELF": "a program",
    b"\x1f\x8b": "packed with gzip",
    b"\xfd7zXZ": "packed with xz",
    b"BZh": "packed with bzip2",
    b"7z\xbc\xaf": "a 7z archive",
}
LOOKED_AT = 8192  # bytes in which binary files mostly hold a NUL


def _first_block(stream: ByteStream) -> bytes:
    head = stream.read(BLOCK)
    while len(head) < 4 and (more := stream.read(BLOCK)):
        head += more
    return head


def kind_of(head: bytes) -> str | None:
    """What a file is that is no text, by its first bytes."""
    named = next((kind for magic, kind in KINDS.items() if head.startswith(magic)), None)
    return named or ("a binary file" if b"\0" in head[:LOOKED_AT] else None)


def _encoding_error(name: object, encoding: str, head: bytes, error: UnicodeDecodeError, offset: int) -> EncodingError:
    kind = kind_of(head) if encoding == "utf-8" else None
    byte = f"has the byte 0x{error.object[error.start]:02x} at offset {offset}"
    if kind:
        return EncodingError(
            f"Wanted text, but {name} is {kind}: it {byte}. Save its text as UTF-8, or read its bytes."
        )
    return EncodingError(
        f"Wanted {encoding} text, {name} {byte}. Save it as UTF-8 in an editor, convert it, for example: "
        f"iconv -f LATIN1 -t UTF-8 {name}, or read its bytes."
    )


def read_plain(path: Path) -> Pieces:
    """One text file, one document."""
    with open_bytes(path) as stream:
        for text in decode_stream(stream, path):
            yield path.name, text


def read_bytes(path: Path) -> Pieces:
    """One text file read as Latin-1, so that every byte is one character, as the paper read it."""
    with open_bytes(path) as stream:
        yield path.name, stream.read().decode("latin-1")


def read_sections(path: Path) -> Pieces:
    """One book. Each section is a document, ended by two or more blank lines (the file has no chapters)."""
    text = "".join(text for _, text in read_plain(path))
    starts = [0, *(match.end() for match in re.finditer(r"\n{3,}", text))]
    for number, (start, end) in enumerate(zip(starts, [*starts[1:], len(text)], strict=True), 1):
        yield f"section {number}", text[start:end]


PAGE = re.compile(r"[ \t]*<page>.*?</page>", re.DOTALL)
TITLE = re.compile(r"<title>(.*?)</title>")


def read_wiki_pages(path: Path) -> Pieces:
    """A MediaWiki `pages-articles` dump. Each `<page>` is a document: its XML unchanged, and a newline."""
    pending, found = "", 0
    with open_bytes(path) as stream:
        for text in decode_stream(stream, path):
            pending += text
            end = 0
            for match in PAGE.finditer(pending):
                title = TITLE.search(match.group())
                found += 1
                yield title.group(1) if title else f"page {found}", match.group() + "\n"
                end = match.end()
            pending = pending[end:]
    if not found:
        raise InputError(f"Wanted a MediaWiki XML dump, but {path} has no <page>. Use a pages-articles .xml[.bz2].")


def read_tree(wanted: Callable[[str], bool], what: str) -> Callable[[Path], Pieces]:
    """A reader of those files of a folder or tar archive whose path is `wanted`, in a seeded shuffle.

    Files that are not UTF-8 are left out: a source tree may contain test data in any encoding.
    """

    def read(path: Path) -> Pieces:
        files = dict(_texts_of_tree(path, wanted))
        if not files:
            raise InputError(f"Wanted {what}, found none in {path}. Name the folder or archive that holds them.")
        names = sorted(files)
        random.Random(ARCHIVE_SEED).shuffle(names)
        for name in names:
            yield name, files[name]

    return read


def _texts_of_tree(path: Path, wanted: Callable[[str], bool]) -> Iterator[tuple[str, str]]:
    for name, stream in _files_of_tree(path, wanted):
        try:
            text = "".join(decode_stream(stream, name, "utf-8"))
        except InputError:
            continue
        if text.strip():
            yield name, text if text.endswith("\n") else text + "\n"


def _files_of_tree(path: Path, wanted: Callable[[str], bool]) -> Iterable[tuple[str, ByteStream]]:
    if path.is_dir():
        for file in sorted(path.rglob("*")):
            name = file.relative_to(path).as_posix()
            if file.is_file() and wanted(f"{path.name}/{name}"):
                with file.open("rb") as stream:
                    yield name, stream
        return
    try:
        with tarfile.open(path, "r:*") as archive:
            for member in archive:
                stream = archive.extractfile(member) if member.isfile() and wanted(member.name) else None
                if stream is not None:  # read here, where damage is reported
                    yield member.name.partition("/")[2] or member.name, io.BytesIO(stream.read())
    except FileNotFoundError:
        raise InputError(f"No file at {path}. Check the path.") from None
    except (*DAMAGED, OSError) as error:
        raise InputError(f"Wanted a folder or tar archive, but cannot read {path} ({error}). Fetch it again.") from None

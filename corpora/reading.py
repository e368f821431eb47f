"""Reads sources from disk: plain, compressed or archived texts, source trees, XML dumps.

Each reader streams `(document, piece of text)` pairs; the pieces of a document are consecutive.
"""

import bz2
import codecs
import errno
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
from corpora.kinds import (
    BINARY,
    SAMPLED,
    WIDE,
    guess_encoding,
    iconv_command,
    is_mostly_utf8,
    kind_of,
    wide_encoding,
)

Pieces = Iterator[tuple[str, str]]
BLOCK = 1 << 20
DAMAGED = (lzma.LZMAError, zlib.error, zipfile.BadZipFile, tarfile.TarError, EOFError)
ARCHIVE_SEED = 0
NO_PATH = (errno.ENAMETOOLONG, errno.ENOTDIR, errno.ELOOP)
SURELY_UTF8 = 5  # characters beyond ASCII: no text in another encoding begins with so many that are valid UTF-8


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
        if path.suffix.lower() == ".zip":
            with zipfile.ZipFile(file) as archive:
                names = [entry.filename for entry in archive.infolist() if not entry.is_dir()]
                if len(names) != 1:
                    raise InputError(f"Wanted one file inside {path}, found {len(names)}. Unpack it and name the file.")
                with archive.open(names[0]) as stream:
                    yield stream
        else:
            plain = open if content is None else lambda held, _: held
            opener = {".xz": lzma.open, ".bz2": bz2.open, ".gz": gzip.open}.get(path.suffix.lower(), plain)
            with opener(file, "rb") as stream:
                yield stream
    except FileNotFoundError:
        raise InputError(f"No file at {path}. Check the path.") from None
    except IsADirectoryError:
        raise InputError(f"Wanted a file, but {path} is a folder. Name one text file.") from None
    except PermissionError:
        raise InputError(f"No permission to read {path}. Change its permissions, or copy it.") from None
    except NotImplementedError:
        raise InputError(f"{path} is packed in a way that Python cannot read. Unpack it, and name the file.") from None
    except RuntimeError as error:
        if "password" not in str(error):
            raise
        raise InputError(f"{path} is encrypted. Unpack it with its password, and name the file.") from None
    except (*DAMAGED, OSError) as error:  # bz2 and gzip raise a plain OSError
        raise _unreadable(path, error) from None


def _unreadable(path: Path, error: Exception) -> InputError:
    if isinstance(error, OSError) and error.errno in NO_PATH:
        return InputError(f"No file at {path} ({error.strerror}). Check the path.")
    return InputError(f"{path} is damaged or cut short ({error}). Fetch or copy it again.")


def decode_stream(stream: ByteStream, name: object, encoding: str | None = None) -> Iterator[str]:
    """The text of a byte stream, block by block: without a BOM, and with CRLF and CR read as LF.

    If no encoding is given, it is UTF-8, or UTF-16 or UTF-32 where the byte-order mark says so.

    Raises:
        EncodingError: a byte is not valid in the encoding; the message has its offset, or what the file is.
    """
    head = block = _first_block(stream)
    encoding = encoding or next((name for mark, name in MARKS.items() if head.startswith(mark)), "utf-8")
    _require_text(head, name, encoding)
    newlines = io.IncrementalNewlineDecoder(codecs.getincrementaldecoder(encoding)(), translate=True)
    read, first = len(head), True
    while True:
        try:
            text = newlines.decode(block, final=not block)
        except UnicodeDecodeError as error:
            raise _encoding_error(name, encoding, error, read - len(error.object) + error.start) from None
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


def _first_block(stream: ByteStream) -> bytes:
    head = stream.read(BLOCK)
    while len(head) < 4 and (more := stream.read(BLOCK)):
        head += more
    return head


def _require_text(head: bytes, name: object, encoding: str) -> None:
    """Refuse what is no text, or in an encoding that its first bytes show, though it can be read as UTF-8.

    Raises:
        EncodingError: it is.
    """
    if encoding != "utf-8":
        return
    kind = kind_of(head)
    wide = wide_encoding(head, is_utf8=True) if kind in (None, BINARY) else None
    if wide:
        raise EncodingError(_advise(f"{name} is {WIDE[wide]} without a byte-order mark", WIDE[wide], name))
    if kind:
        raise EncodingError(f"Wanted text, but {name} is {kind.title}. {kind.advice}")


def _advise(said: str, encoding: str, name: object) -> str:
    return f"Wanted UTF-8 text, {said}. Convert it: {iconv_command(encoding, str(name))}"


def _encoding_error(name: object, encoding: str, error: UnicodeDecodeError, offset: int) -> EncodingError:
    data, byte = error.object, f"{name} has the byte 0x{error.object[error.start]:02x} at offset {offset}"
    if encoding != "utf-8":
        return EncodingError(
            f"Wanted {encoding.upper()} text, as its byte-order mark says, but {byte}: it is damaged or cut short. "
            "Copy it again."
        )
    wide = wide_encoding(data[error.start - error.start % 4 :], is_utf8=False)
    if wide:
        return EncodingError(_advise(f"{name} is {WIDE[wide]} without a byte-order mark", WIDE[wide], name))
    if is_mostly_utf8(data[max(0, error.start - SAMPLED) : error.start + SAMPLED]):
        command = iconv_command("UTF-8", str(name)).replace("iconv -f", "iconv -c -f", 1)
        return EncodingError(
            f"Wanted UTF-8 text, {byte}, which is none; most of it is UTF-8, so it was damaged or put together from "
            f"several files. Leave such bytes out: {command}"
        )
    before = data[: error.start].decode(errors="ignore")  # of a block that begins within a character, one is wrong
    if sum(character > "\x7f" for character in before) >= SURELY_UTF8:
        return EncodingError(
            f"Wanted UTF-8 text, {byte}, which is none, but what stands before it is UTF-8: it was put together from "
            "texts in several encodings. Convert each of them to UTF-8, and put them together then."
        )
    guessed = guess_encoding(data, error.start)
    if guessed:
        return EncodingError(_advise(f"{byte}: it is probably {guessed}", guessed, name))
    return EncodingError(
        f"Wanted UTF-8 text, {byte}, and its encoding is not known. Save it as UTF-8 in the program that wrote it, or "
        "train a network on its bytes, which takes any file: models train --bytes"
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

"""The user's own files as one text: a file, a folder, an archive, or files in memory; each file is a document.

What is text is decided by content, not by the ending of a name. Documents are sorted by their path within the folder.
A single file, packed or not, is one document and is read as it is.
"""

import hashlib
import io
import os
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path

from corpora.errors import InputError
from corpora.kinds import kind_of
from corpora.reading import BLOCK, ByteStream, EncodingError, Pieces, decode_stream
from corpora.shell import is_invisible
from corpora.sources import Source
from corpora.unpack import PACKED, is_archive, is_hidden, is_tar, open_limited, unpack

Files = Sequence[tuple[str, bytes]]
SPLIT = (0.8, 0.1, 0.1)
LONGEST_TITLE = 200  # bytes; the names of folders made from it are a little longer


@dataclass(frozen=True)
class Document:
    """One file: `name` is its path within the folder or archive, `shown` what messages call it."""

    name: str
    open: Callable[[], AbstractContextManager[ByteStream]]
    shown: str = ""


@dataclass(frozen=True)
class OwnFiles:
    """The files of one text. `left_out` counts files that are no part of it, by reason; `size` is in bytes, unpacked.

    The same documents under the same names have the same `digest`, whether in a folder or in an archive.
    """

    title: str
    documents: tuple[Document, ...]
    digest: str
    size: int
    as_bytes: bool = False
    single: bool = False
    left_out: Counter[str] = field(default_factory=Counter)

    @property
    def corpus_name(self) -> str:
        """The name of the prepared corpus: readable, and another one for another content or another reading."""
        return f"file-{safe_title(self.title)}{'-bytes' * self.as_bytes}-{self.digest[:12]}"

    def source(self) -> Source:
        """How the text is read and split."""
        said = describe_left_out(self.left_out, len(self.documents))
        return Source(
            self.title, "your own", lambda _: self.pieces(), split=SPLIT, as_bytes=self.as_bytes, left_out=said
        )

    def pieces(self) -> Pieces:
        """`(document, piece of text)`. Every document but a single one ends with a newline; bytes stay as they are."""
        for document in self.documents:
            last = "\n"
            try:
                with document.open() as stream:
                    for text in (
                        _bytes_of(stream) if self.as_bytes else decode_stream(stream, document.shown or document.name)
                    ):
                        yield document.name, text
                        last = text
            except OSError as error:
                raise InputError(f"Cannot read {document.name} ({error.strerror or error}). Copy it again.") from None
            if not (self.single or self.as_bytes or last.endswith("\n")):
                yield document.name, "\n"


def gather(what: Path | Files, as_bytes: bool = False, title: str = "") -> OwnFiles:
    """The text of a path, or of files in memory given as `(name, content)`.

    Raises:
        InputError: there is no such file, it cannot be read, or no text is in it.
    """
    documents, left_out, path = _in_path(what) if isinstance(what, Path) else _in_files(what)
    title, documents = title or _title_of(path, single=left_out is None), list(_named_apart(documents))
    if left_out is None:
        digest, size = _digest_of(documents[0])
        digest = hashlib.sha256(f"bytes\n{digest}".encode()).hexdigest() if as_bytes else digest
        return OwnFiles(title, tuple(documents), digest, size, as_bytes, single=True)
    kept, size, together = [], 0, hashlib.sha256(b"bytes\n" if as_bytes else b"")
    for document in documents:
        judged = _judge(document, as_bytes)
        if isinstance(judged, str):
            left_out[judged] += 1
            continue
        digest, length = judged
        kept.append(document)
        size += length
        together.update(f"{document.name}\0{digest}\n".encode())
    if not kept:
        said = describe_left_out(left_out, 0) or "It is empty."
        raise InputError(f"Wanted text, found none in {path}. {said} Name a folder or archive with text files in it.")
    return OwnFiles(title, tuple(kept), together.hexdigest(), size, as_bytes, left_out=left_out)


def describe_left_out(left_out: Counter[str], kept: int) -> str:
    """`Left out 3 of 12 files: 2 binary, 1 hidden.`, or nothing."""
    total = left_out.total()
    if not total:
        return ""
    reasons = ", ".join(f"{count:,} {reason}" for reason, count in sorted(left_out.items()) if count)
    return f"Left out {total:,} of {total + kept:,} {'file' if total + kept == 1 else 'files'}: {reasons}."


def stem_of(name: str) -> str:
    """A file's name without its ending: `faust` of `faust.txt` and of `faust.tar.gz`, all of `Dr. Faust`."""
    name = re.split(r"[/\\]", name)[-1]
    name = re.sub(r"(?i)\.tar$", "", Path(name).stem) if is_tar(Path(name)) else name
    return Path(name).stem if re.search(r"\.[A-Za-z]\w{0,7}$", name) else name


def _title_of(path: Path, single: bool) -> str:
    if os.path.isdir(path):  # also where the name is too long for one
        return path.resolve().name
    return path.stem if single else stem_of(path.name)


def safe_title(title: str) -> str:
    """A title that can be part of the name of a folder; letters of all scripts stay."""
    title = "".join("-" if character in "/\\" or is_invisible(character) else character for character in title)
    return title.encode()[:LONGEST_TITLE].decode(errors="ignore") or "text"


# ---- where documents are ----

Found = tuple[list[Document], Counter[str] | None, Path]  # None: a single file, of which nothing is left out


def _in_path(path: Path) -> Found:
    if os.path.isdir(path):  # `Path.is_dir` raises for a name that is too long
        if path.resolve().parent == path.resolve():
            raise InputError(f"Wanted a folder of texts, got {path}, which holds all of this machine. Name one in it.")
        return *_in_folder(path), path
    if os.path.exists(path) and not os.path.isfile(path):
        raise InputError(f"Wanted a file or a folder, but {path} is neither. Name a text file.")
    if is_archive(path):
        files, left_out = unpack(path)
        return _in_memory(files), left_out, path
    return [Document(path.name, lambda: open_limited(path), str(path))], None, path


def _in_files(files: Files) -> Found:
    if not files:
        raise InputError("Wanted a text, got no file. Choose one.")
    documents, left_out = [], Counter[str]()
    for name, content in files:
        if is_archive(Path(name), content):
            inside, left = unpack(Path(name), content)
            documents += _in_memory(
                [(f"{name}/{member}" if len(files) > 1 else member, held) for member, held in inside]
            )
            left_out += left
        else:
            documents.append(Document(name, lambda name=name, content=content: open_limited(Path(name), content)))
    single = len(files) == 1 and not is_archive(Path(files[0][0]), files[0][1])
    return documents, None if single else left_out, Path(files[0][0])


def _in_memory(files: Files) -> list[Document]:
    return [Document(name, lambda content=content: io.BytesIO(content)) for name, content in files]


def _in_folder(folder: Path) -> tuple[list[Document], Counter[str]]:
    documents, left_out = [], Counter[str]()

    def unreadable(_: OSError) -> None:
        left_out["unreadable"] += 1

    for parent, folders, names in os.walk(folder, onerror=unreadable):
        hidden = [name for name in folders if is_hidden(name)]
        links = [name for name in folders if name not in hidden and (Path(parent) / name).is_symlink()]
        folders[:] = [name for name in folders if name not in hidden]
        left_out += Counter({"hidden": len(hidden), "links or devices": len(links)})
        for name in names:
            path = Path(parent) / name
            if is_hidden(name):
                left_out["hidden"] += 1
            elif path.is_symlink() or not path.is_file():
                left_out["links or devices"] += 1
            else:
                documents.append(Document(path.relative_to(folder).as_posix(), lambda path=path: path.open("rb")))
    return documents, left_out


def _named_apart(documents: list[Document]) -> Iterator[Document]:
    """Sorted by name; no two have the same, since a name tells where a document ends."""
    given = set()
    for document in sorted(documents, key=lambda document: document.name):
        base = re.sub("[\ud800-\udfff]", "\ufffd", document.name)
        name, number = base, 1
        while name in given:
            number += 1
            name = f"{base} ({number})"
        given.add(name)
        yield Document(name, document.open, document.shown)


# ---- what a document holds ----


class _Hashed:
    """A stream whose sha256 and size are taken as it is read."""

    def __init__(self, stream: ByteStream) -> None:
        self.stream, self.digest, self.size, self.head = stream, hashlib.sha256(), 0, b""

    def read(self, size: int = -1, /) -> bytes:
        block = self.stream.read(size)
        self.head = self.head or block
        self.digest.update(block)
        self.size += len(block)
        return block


def _bytes_of(stream: ByteStream) -> Iterator[str]:
    while block := stream.read(BLOCK):
        yield block.decode("latin-1")


def _digest_of(document: Document) -> tuple[str, int]:
    with document.open() as stream:
        hashed = _Hashed(stream)
        while hashed.read(BLOCK):
            pass
    return hashed.digest.hexdigest(), hashed.size


def _judge(document: Document, as_bytes: bool) -> tuple[str, int] | str:
    """The sha256 and the size of a document, or why it is left out."""
    if not as_bytes and Path(document.name).suffix.lower() in PACKED:
        return "packed"
    try:
        if as_bytes:
            digest, size = _digest_of(document)
            return (digest, size) if size else "empty"
        with document.open() as stream:
            return _judge_text(_Hashed(stream), document.name)
    except (OSError, InputError):
        return "unreadable"


def _judge_text(stream: _Hashed, name: str) -> tuple[str, int] | str:
    blank = True
    try:
        for text in decode_stream(stream, name):
            if "\0" in text:
                return "binary"
            blank = blank and not text.strip()
    except EncodingError:
        return "binary" if kind_of(stream.head) else "not UTF-8"
    return "empty" if blank else (stream.digest.hexdigest(), stream.size)

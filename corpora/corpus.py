"""A prepared corpus: code points on disk, memory-mapped, with document starts and a contiguous split.

Axes: `time` is the position of a character in the whole text.
On disk, under `data/NAME/`: `characters.u32` (little-endian code points) and `corpus.json`.
"""

import contextlib
import hashlib
import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import msgspec
import numpy as np
from filelock import FileLock
from jaxtyping import UInt32

from corpora.content import MAKE_AGAIN, require_content, require_length
from corpora.download import download
from corpora.errors import InputError
from corpora.gather import OwnFiles, gather
from corpora.places import data_folder, is_read_only
from corpora.reading import open_bytes
from corpora.shell import shell_command
from corpora.sources import SOURCES, Source
from corpora.stored import Count, Hash, read_declared
from corpora.vocabulary import to_code_points, to_text
from corpora.whole import put_in_place, restore, shortened, temporary_folder

CHARACTERS, DESCRIPTION = "characters.u32", "corpus.json"
SPLITS = ("training", "validation", "test")
FORMAT = 1
OWN = re.compile(r"file-(.+)-([0-9a-f]{12})")  # the name of one's own text: its title, and what tells its content
BYTES_HELP = "Read your own file byte by byte, each a character: any file will do."


@dataclass(frozen=True)
class Corpus:
    """A text that models are trained and tested on.

    `sha256` is that of the prepared text in UTF-8. `documents` holds `(name, start)` in order.
    `cuts` are the ends of training, validation and test, in characters. `as_bytes` if every byte is one character.
    `left_out` says how many files of a folder or archive are no part of the text, and why.
    """

    name: str
    sha256: str
    licence: str
    documents: tuple[tuple[str, int], ...]
    cuts: tuple[int, int, int]
    folder: Path
    as_bytes: bool = False
    left_out: str = ""

    @cached_property
    def characters(self) -> UInt32[np.ndarray, " time"]:
        """All code points, memory-mapped, read-only; their length and sha256 are checked (docs/run-format.md).

        Raises:
            DamagedFileError: the text was removed, or is another one than was prepared.
        """
        return require_content(self.folder / CHARACTERS, self.cuts[2], self.sha256)

    def span(self, split: str) -> tuple[int, int]:
        """First position of a split and the one after its last."""
        if split not in SPLITS:
            raise InputError(f"Wanted one of {', '.join(SPLITS)}, got {split!r} as the split.")
        index = SPLITS.index(split)
        return (0, *self.cuts)[index], self.cuts[index]

    def split(self, split: str) -> UInt32[np.ndarray, " time"]:
        """The code points of `training`, `validation` or `test`."""
        start, end = self.span(split)
        return self.characters[start:end]

    def excerpt(self, split: str, length: int, offset: int = 0) -> str:
        """Up to `length` characters of a split, from `offset` characters into it."""
        return to_text(self.split(split)[offset : offset + length])

    def document_starts(self, split: str) -> list[int]:
        """Where documents begin within a split, counted from the split's first character."""
        start, end = self.span(split)
        return [at - start for _, at in self.documents if start <= at < end]


def load_corpus(name: str, as_bytes: bool = False) -> Corpus:
    """A corpus by name, or the file, folder or archive at that path; prepared first if it is on this machine.

    A prepared text can also be named by its prepared name, which runs record. With `as_bytes` every byte of the files
    at that path is one character.

    Raises:
        InputError: the name is unknown, or the source has to be fetched first.
    """
    prepared = find_prepared(name)
    if prepared:
        return _read_as_asked(read_prepared(prepared), as_bytes)
    if name not in SOURCES:
        path = Path(name)
        if not os.path.exists(path) and (own := OWN.fullmatch(name)):
            raise _gone(own[1])
        if not os.path.exists(path):
            known = ", ".join(SOURCES)
            raise InputError(
                f"No corpus and no file is called {name!r}. Use one of {known}, or the path of a file or folder."
            )
        return prepare_file(path, as_bytes)
    found = SOURCES[name].find()
    if found is None:
        raise InputError(f"The corpus {name} is not on this machine. Get it: {shell_command('corpora', 'fetch', name)}")
    return _read_as_asked(prepare(name, SOURCES[name], found), as_bytes)


def is_corpus_name(name: str) -> bool:
    """Whether a prepared text can have that name: it is a folder's below `data/`, never a path."""
    return bool(name) and Path(name).name == name and name not in (".", "..") and "\0" not in name


def load_named_corpus(name: str) -> Corpus:
    """A corpus by its name alone, as a run records it: no file or folder is read that goes by that path.

    Raises:
        InputError: it is no name, or no text of that name is on this machine.
    """
    if not is_corpus_name(name):
        raise InputError(
            f"Wanted the name of a text, got {name[:40]!r}, a path. Name the text with --corpus or --text."
        )
    if name not in SOURCES and find_prepared(name) is None:
        raise _gone(own[1] if (own := OWN.fullmatch(name)) else name)
    return load_corpus(name)


def _gone(title: str) -> InputError:
    again = shell_command("corpora", "info", "FILE") + " --bytes" * title.endswith("-bytes")
    return InputError(
        f"The text {title} is no longer on this machine. Give the same file again, in Train or by {again}; it is found "
        "by what it holds."
    )


def find_prepared(name: str) -> Path | None:
    """The folder of a prepared corpus of that name, or of the same own text under another title; None if not here."""
    if not is_corpus_name(name):
        return None
    own = OWN.fullmatch(name)
    found = [data_folder() / name, *sorted(data_folder().glob(f"file-*-{own[2]}") if own else ())]
    return next((folder for folder in found if os.path.lexists(folder / DESCRIPTION)), None)


def _read_as_asked(corpus: Corpus, as_bytes: bool) -> Corpus:
    if as_bytes and not corpus.as_bytes:
        raise InputError(
            f"Wanted the bytes of a file, but {corpus.name} is prepared as text. Name the file itself, or omit --bytes."
        )
    return corpus


def fetch_corpus(name: str, path: Path | None = None) -> Corpus:
    """Prepare a named corpus again, from `path`, from `CHARSCOPE_CORPORA`, or by download."""
    if name not in SOURCES:
        raise InputError(f"No corpus is called {name!r}. Known: {', '.join(SOURCES)}.")
    _require_writable(name)
    source, before = SOURCES[name], _prepared_at(name)
    if path is not None and not os.path.exists(path):  # whatever its length
        raise InputError(f"No file at {path}. Check the path after --from.")
    if path is not None and not (os.path.isfile(path) or os.path.isdir(path)):
        raise InputError(f"Wanted a file or a folder after --from, but {path} is neither. Check the path.")
    found = path or source.find()
    with _alone_with(name):
        if path is None and _prepared_at(name) != before:  # by another process, while this one waited
            return read_prepared(data_folder() / name)
        return prepare(name, source, found or _download(source))


def _download(source: Source) -> Path:
    """The downloaded source.

    Raises:
        InputError: it did not arrive, or is not the file that its author published; it is not kept.
    """
    path = download(source.url or "", data_folder() / "downloads", source.checksum)
    if source.unpacked_checksum:
        algorithm, wanted = source.unpacked_checksum.split(":")
        if (got := _hash_of_file(path, algorithm)) != wanted:
            path.unlink(missing_ok=True)
            raise InputError(
                f"Wanted {source.url} with {algorithm} {wanted} when unpacked, got {got}. It was not kept: fetch it "
                "again, or download the file by other means and name it: --from FILE"
            )
    return path


def _prepared_at(name: str) -> int | None:
    """When a corpus was prepared; None if it was not."""
    try:
        return (data_folder() / name / "corpus.json").stat().st_mtime_ns
    except OSError:
        return None


@contextlib.contextmanager
def _alone_with(name: str) -> Iterator[None]:
    """Hold the name of a corpus; a second process waits. The lock ends with the process, however it ends.

    Raises:
        InputError: its folder cannot be written.
    """
    try:
        data_folder().mkdir(parents=True, exist_ok=True)
        held = FileLock(data_folder() / f".{shortened(name)}.lock").acquire()
    except OSError as error:
        raise _cannot_write(name, error) from None
    with held:
        yield


def _cannot_write(name: str, error: OSError) -> InputError:
    return InputError(
        f"Cannot write {name} to {data_folder()} ({error.strerror or error}). Free space, or set CHARSCOPE_DATA."
    )


def prepare_file(path: Path, as_bytes: bool = False) -> Corpus:
    """Prepare the user's own file, folder or archive, under a name made from its name and its content."""
    return prepare_own(gather(path, as_bytes), path)


def prepare_own(files: OwnFiles, path: Path) -> Corpus:
    """The prepared text of the user's own files, which is made if it is not there yet; messages name `path`."""
    prepared = data_folder() / files.corpus_name
    if (prepared / DESCRIPTION).exists():
        return read_prepared(prepared)
    return prepare(prepared.name, files.source(), path, anew=False)


def _require_writable(name: str) -> None:
    if is_read_only():
        raise InputError(
            f"The text {name} is not prepared, and a shared server prepares none for visitors. "
            f"The person who shares it can: {shell_command('corpora', 'fetch', name)}"
        )


def prepare(name: str, source: Source, path: Path, anew: bool = True) -> Corpus:
    """Stream a source into `data/NAME/`. The folder appears only when it is complete.

    If not `anew`, a folder that another process prepared meanwhile is kept.
    """
    _require_writable(name)
    if source.sha256 is not None:
        got = _hash_of_file(path, "sha256")
        if got != source.sha256:
            raise InputError(
                f"Wanted {name} with sha256 {source.sha256}, but {path} has {got}. It is another file or damaged: get "
                f"it again, or train on it as your own text: --corpus {path}"
            )
    target = data_folder() / name
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        restore(target)
        with temporary_folder(target.parent, name) as building:
            _write_prepared(building, name, source, path)
            _put_in_place(building, target, anew)
    except OSError as error:
        raise _cannot_write(name, error) from None
    return read_prepared(target)


def _put_in_place(building: Path, target: Path, anew: bool) -> None:
    if anew:
        put_in_place(building, target)
        return
    try:
        os.rename(building, target)
    except OSError:
        if not (target / DESCRIPTION).exists():
            raise


def _write_prepared(folder: Path, name: str, source: Source, path: Path) -> None:
    documents: list[tuple[str, int]] = []
    digest, length, current = hashlib.sha256(), 0, None
    with (folder / CHARACTERS).open("wb") as out:
        for document, text in source.read(path):
            if document != current:
                documents.append((document, length))
                current = document
            codes = to_code_points(text)
            out.write(codes.data)
            digest.update(to_text(codes).encode())  # of what is kept: half a surrogate pair is not
            length += len(codes)
    if not length:
        raise InputError(f"Wanted a text, but {path} is empty. Name a file with text in it.")
    described = {
        "format": FORMAT,
        "name": name,
        "sha256": digest.hexdigest(),
        "licence": source.licence,
        "cuts": cut_text(length, [start for _, start in documents], source),
        "documents": documents,
        "bytes": source.as_bytes,
        "left_out": source.left_out,
    }
    (folder / DESCRIPTION).write_text(json.dumps(described, ensure_ascii=False), encoding="utf-8")


def cut_text(length: int, starts: list[int], source: Source) -> tuple[int, int, int]:
    """The ends of training, validation and test in a text of `length` characters, given where documents start."""
    exact = (round(length * source.split[0]), round(length * (source.split[0] + source.split[1])))
    if source.exact_split:
        return *exact, length
    nearest = [min(starts, key=lambda start, cut=cut: abs(start - cut)) for cut in exact]
    first, second = (
        near if abs(near - cut) <= 0.01 * length else cut for near, cut in zip(nearest, exact, strict=True)
    )
    return first, second, length


class Description(msgspec.Struct):
    """`corpus.json`: a prepared text, as `Corpus` describes it. Keys that are not named here are left alone."""

    format: Count
    name: str
    sha256: Hash
    licence: str
    cuts: tuple[Count, Count, Count]
    documents: list[tuple[str, Count]]
    bytes: bool = False
    left_out: str = ""

    def __post_init__(self) -> None:
        starts = [start for _, start in self.documents]
        if self.format == FORMAT and not (self.cuts[2] > 0 and list(self.cuts) == sorted(self.cuts)):
            raise ValueError("cuts do not follow each other")
        if starts != sorted(starts) or (starts and starts[-1] > self.cuts[2]):
            raise ValueError("documents do not follow each other within the text")


def read_prepared(folder: Path) -> Corpus:
    """The corpus that was prepared in a folder.

    Raises:
        DamagedFileError: its description or the length of its text is not what was prepared.
        InputError: another version prepared it.
    """
    path = folder / DESCRIPTION
    found = read_declared(path, Description, "the description of a prepared text", MAKE_AGAIN)
    if found.format != FORMAT:
        raise InputError(f"{folder} was prepared by another version. Delete it and fetch the corpus again.")
    require_length(folder / CHARACTERS, found.cuts[2])
    documents = tuple(found.documents)
    return Corpus(found.name, found.sha256, found.licence, documents, found.cuts, folder, found.bytes, found.left_out)


def _hash_of_file(path: Path, algorithm: str) -> str:
    with open_bytes(path) as stream:
        return hashlib.file_digest(stream, algorithm).hexdigest()  # pyright: ignore[reportArgumentType]

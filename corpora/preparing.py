"""Makes prepared corpora: streams a source into its folder, which appears only when it is complete."""

import contextlib
import dataclasses
import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock

from corpora.errors import InputError
from corpora.gather import OwnFiles, gather
from corpora.places import data_folder, is_read_only
from corpora.prepared import CHARACTERS, DESCRIPTION, FORMAT, Corpus, read_prepared
from corpora.reading import open_bytes
from corpora.shell import shell_command
from corpora.sources import Source
from corpora.vocabulary import to_code_points, to_text
from corpora.whole import put_in_place, restore, shortened, temporary_folder


def prepare_file(path: Path, as_bytes: bool = False) -> Corpus:
    """Prepare the user's own file, folder or archive, under a name made from its name and its content."""
    return prepare_own(gather(path, as_bytes), path)


def prepare_own(files: OwnFiles, path: Path) -> Corpus:
    """The prepared text of the user's own files, which is made if it is not there yet; messages name `path`."""
    prepared = data_folder() / files.corpus_name
    if (prepared / DESCRIPTION).exists():
        return read_own(prepared, files)
    return prepare(prepared.name, files.source(), path, anew=False)


def read_own(folder: Path, files: OwnFiles) -> Corpus:
    """A prepared text, with what was left out of these files: others of the same text may have been prepared."""
    return dataclasses.replace(read_prepared(folder), left_out=files.source().left_out)


def require_writable(name: str) -> None:
    if is_read_only():
        raise InputError(
            f"The text {name} is not prepared, and a shared server prepares none for visitors. "
            f"The person who shares it can: {shell_command('corpora', 'fetch', name)}"
        )


def prepare(name: str, source: Source, path: Path, anew: bool = True) -> Corpus:
    """Stream a source into `data/NAME/`. The folder appears only when it is complete.

    If not `anew`, a folder that another process prepared meanwhile is kept.
    """
    require_writable(name)
    if source.sha256 is not None:
        got = hash_of_file(path, "sha256")
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
        raise cannot_write(name, error) from None
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


def prepared_at(name: str) -> int | None:
    """When a corpus was prepared; None if it was not."""
    try:
        return (data_folder() / name / "corpus.json").stat().st_mtime_ns
    except OSError:
        return None


@contextlib.contextmanager
def alone_with(name: str) -> Iterator[None]:
    """Hold the name of a corpus; a second process waits. The lock ends with the process, however it ends.

    Raises:
        InputError: its folder cannot be written.
    """
    try:
        data_folder().mkdir(parents=True, exist_ok=True)
        held = FileLock(data_folder() / f".{shortened(name)}.lock").acquire()
    except OSError as error:
        raise cannot_write(name, error) from None
    with held:
        yield


def cannot_write(name: str, error: OSError) -> InputError:
    return InputError(
        f"Cannot write {name} to {data_folder()} ({error.strerror or error}). Free space, or set CHARSCOPE_DATA."
    )


def hash_of_file(path: Path, algorithm: str) -> str:
    with open_bytes(path) as stream:
        return hashlib.file_digest(stream, algorithm).hexdigest()  # pyright: ignore[reportArgumentType]

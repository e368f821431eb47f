"""Corpora by name or path: found where they were prepared, or prepared first."""

import os
from pathlib import Path

from corpora.download import download
from corpora.errors import InputError
from corpora.places import data_folder
from corpora.prepared import OWN, Corpus, find_prepared, is_corpus_name, read_prepared
from corpora.preparing import alone_with, hash_of_file, prepare, prepare_file, prepared_at, require_writable
from corpora.shell import shell_command
from corpora.sources import SOURCES, Source

BYTES_HELP = "Read your own file byte by byte, each a character: any file will do."


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
    require_writable(name)
    source, before = SOURCES[name], prepared_at(name)
    if path is not None and not os.path.exists(path):  # whatever its length
        raise InputError(f"No file at {path}. Check the path after --from.")
    if path is not None and not (os.path.isfile(path) or os.path.isdir(path)):
        raise InputError(f"Wanted a file or a folder after --from, but {path} is neither. Check the path.")
    found = path or source.find()
    with alone_with(name):
        if path is None and prepared_at(name) != before:  # by another process, while this one waited
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
        if (got := hash_of_file(path, algorithm)) != wanted:
            path.unlink(missing_ok=True)
            raise InputError(
                f"Wanted {source.url} with {algorithm} {wanted} when unpacked, got {got}. It was not kept: fetch it "
                "again, or download the file by other means and name it: --from FILE"
            )
    return path

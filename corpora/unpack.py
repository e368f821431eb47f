"""Unpacks archives in memory: what is in them, up to a limit, never a file on disk."""

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from corpora.errors import InputError
from corpora.reading import DAMAGED, ByteStream, open_bytes

MOST_UNPACKED = 1_000_000_000  # bytes
PACKED = (".zip", ".gz", ".xz", ".bz2")
TARS = (".tar", ".tar.gz", ".tar.xz", ".tar.bz2", ".tgz", ".txz", ".tbz2")
OPENERS: dict[bytes, Any] = {b"\x1f\x8b": gzip.open, b"BZh": bz2.open, b"\xfd7zXZ\x00": lzma.open}  # by magic number
NOT_WALKED = ("CVS", "__MACOSX")
Unpacked = tuple[list[tuple[str, bytes]], Counter[str]]


def is_archive(path: Path, content: bytes | None = None) -> bool:
    """Whether a file holds several: a tar archive, or a zip archive unless exactly one file is in it."""
    if is_tar(path):
        return True
    if path.suffix.lower() != ".zip":
        return False
    try:
        with zipfile.ZipFile(_file(path, content)) as archive:
            return sum(not entry.is_dir() for entry in archive.infolist()) != 1 or _is_encrypted(archive)
    except (*DAMAGED, OSError):
        return False  # whoever reads it says what is wrong


def is_tar(path: Path) -> bool:
    return path.name.lower().endswith(TARS)


def is_hidden(part: str) -> bool:
    """Whether files of that name, or in a folder of that name, are left out: hidden ones, those of version control."""
    return part.startswith(".") or part in NOT_WALKED


@contextmanager
def open_limited(path: Path, content: bytes | None = None) -> Iterator[ByteStream]:
    """As `open_bytes`, but a packed file gives at most `MOST_UNPACKED` bytes."""
    with open_bytes(path, content) as stream:
        yield _Limited(stream, path) if path.suffix.lower() in PACKED else stream


class _Limited:
    def __init__(self, stream: ByteStream, path: Path) -> None:
        self.stream, self.path, self.read_so_far = stream, path, 0

    def read(self, size: int = -1, /) -> bytes:
        most = MOST_UNPACKED + 1 - self.read_so_far
        block = self.stream.read(min(size, most) if size >= 0 else most)
        self.read_so_far += len(block)
        _require_limit(self.read_so_far, self.path)
        return block


def unpack(path: Path, content: bytes | None = None) -> Unpacked:
    """The files of an archive, `(path within, content)`, and how many are left out for which reason.

    A folder that holds all files is no part of their paths.

    Raises:
        InputError: the archive is damaged, encrypted, or larger than `MOST_UNPACKED` when unpacked.
    """
    files, left_out = [], Counter()
    hidden: set[str] = set()
    try:
        for name, member in (_members_of_tar if is_tar(path) else _members_of_zip)(path, content):
            parts = [part for part in name.replace("\\", "/").split("/") if part not in ("", ".", "..")]
            first_hidden = next((index for index, part in enumerate(parts) if is_hidden(part)), None)
            if first_hidden is not None:
                hidden.add("/".join(parts[: first_hidden + 1]))
            elif member is None:
                left_out["links or devices"] += 1
            elif not parts:  # its path leads to no file: ".", "..", "/"
                left_out["without a name"] += 1
            else:
                files.append((parts, member))
    except (FileNotFoundError, PermissionError) as error:
        raise InputError(f"Cannot open {path} ({error.strerror}). Check the path and its permissions.") from None
    except (
        *DAMAGED,
        OSError,
        NotImplementedError,
        UnicodeError,
    ):  # the last two: what zipfile lacks
        raise InputError(f"{path} is damaged, cut short or no archive of a known kind. Pack it again.") from None
    if hidden:
        left_out["hidden"] = len(hidden)
    within = len({parts[0] for parts, _ in files}) == 1 and all(len(parts) > 1 for parts, _ in files)
    return [("/".join(parts[within:]), member) for parts, member in files], left_out


def _members_of_zip(path: Path, content: bytes | None) -> Iterator[tuple[str, bytes | None]]:
    with zipfile.ZipFile(_file(path, content)) as archive:
        if _is_encrypted(archive):
            raise InputError(f"{path} is encrypted. Unpack it with its password, and use the folder.")
        entries = [entry for entry in archive.infolist() if not entry.is_dir()]
        _require_limit(sum(entry.file_size for entry in entries), path)
        for entry in entries:
            yield entry.filename, archive.read(entry)


def _members_of_tar(path: Path, content: bytes | None) -> Iterator[tuple[str, bytes | None]]:
    unpacked = 0
    with _decompressed(path, content) as stream, tarfile.open(fileobj=stream, mode="r|") as archive:
        for member in archive:
            unpacked += member.size
            _require_limit(unpacked, path)
            if not member.isdir():
                inside = archive.extractfile(member) if member.isfile() else None
                yield member.name, inside and inside.read()


@contextmanager
def _decompressed(path: Path, content: bytes | None) -> Iterator[Any]:
    """A tar archive without its packing; its headers count as well, since they may hold names of any length."""
    with path.open("rb") if content is None else io.BytesIO(content) as packed:
        head = packed.read(6)
        packed.seek(0)
        opener = next((opener for magic, opener in OPENERS.items() if head.startswith(magic)), None)
        yield _Limited(opener(packed) if opener else packed, path)


def _file(path: Path, content: bytes | None) -> Any:
    return path if content is None else io.BytesIO(content)


def _is_encrypted(archive: zipfile.ZipFile) -> bool:
    return any(entry.flag_bits & 1 for entry in archive.infolist())


def _require_limit(unpacked: int, path: Path) -> None:
    if unpacked > MOST_UNPACKED:
        raise InputError(
            f"Wanted at most {MOST_UNPACKED / 1e6:,.0f} MB in {path.name}, it unpacks to more. Unpack it yourself, and "
            "use the folder, or a part of it."
        )

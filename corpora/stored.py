"""Reads the files that Charscope keeps: through a declaration of what they hold, or not at all.

A format is declared once, as types that msgspec checks. What is not as declared is one `DamagedFileError`, whose
message says the file, what is wrong with it, and how to make it again.
"""

import json
import math
import os
import re
import stat
from pathlib import Path
from typing import Annotated, Any, TypeVar

import msgspec

from corpora.errors import InputError

LARGEST_JSON = 128 << 20  # bytes: the names of two million documents
LONGEST_NUMBER = 15  # digits of a whole number: all of these are exact in a float, too
Declared = TypeVar("Declared")

Count = Annotated[int, msgspec.Meta(ge=0, le=10**15)]
Positive = Annotated[int, msgspec.Meta(ge=1, le=10**15)]
Hash = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
HALF_A_PAIR = re.compile(rb"\\u[dD][89a-fA-F]")  # perhaps: whole pairs are written like this, too


class DamagedFileError(InputError):
    """A file that Charscope keeps is damaged, missing, or of another kind."""

    path: Path
    """The file."""
    reason: str
    """What is wrong with it, in a few words."""

    @classmethod
    def because(cls, path: Path, reason: object, message: str) -> "DamagedFileError":
        """With the message `{path}`, `{reason}` and words around them."""
        error = cls(message.format(path=shown_path(path), reason=_in_one_line(reason)))
        error.path, error.reason = path, _in_one_line(reason)
        return error

    @classmethod
    def no(cls, wanted: str, path: Path, reason: object, remedy: str) -> "DamagedFileError":
        """The usual message: `path` is not what was wanted, why, and how to make it again."""
        words = (words.replace("{", "{{").replace("}", "}}") for words in (wanted, remedy))
        return cls.because(path, reason, "{{path}} is not {} ({{reason}}). {}".format(*words))


def shown_path(path: Path) -> str:
    """A path as text, with escapes for what is no UTF-8."""
    return os.fsencode(path).decode(errors="backslashreplace")


def reason_of(error: Exception) -> str:
    """What an error says, in one line of at most 300 characters."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    if isinstance(error, MemoryError):
        return "it wants more memory than there is"
    return _in_one_line(str(error) or type(error).__name__)


def _in_one_line(reason: object) -> str:
    line = " ".join(str(reason).encode(errors="backslashreplace").decode().split())
    return line if len(line) <= 300 else f"{line[:299]}…"


def read_file(path: Path, most: int = LARGEST_JSON) -> bytes:
    """The content of a regular file.

    Raises:
        OSError: it is none (a folder, a pipe, a device), is missing or larger, or may not be read.
    """
    with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb") as file:  # a pipe without a writer would block
        require_regular(file.fileno())
        data = file.read(most + 1)
    if len(data) > most:
        raise OSError(0, f"it has more than {most:,} bytes")
    return data


def require_regular(file: int | Path) -> os.stat_result:
    """Refuse what is no regular file, by its path or descriptor; what the system knows of one that is.

    Raises:
        OSError: it is a folder, a pipe or a device, or is missing.
    """
    found = os.stat(file)
    if not stat.S_ISREG(found.st_mode):
        raise OSError(0, "it is a folder" if stat.S_ISDIR(found.st_mode) else "it is no regular file")
    return found


def parse_json(data: bytes, non_finite: bool = False) -> Any:
    """JSON that says one thing: no key twice, no NaN, no number or half character that cannot be used.

    With `non_finite` the constants NaN and Infinity are read, as Python writes them.

    Raises:
        ValueError: it is something else.
        RecursionError: it is nested too deeply.
    """
    constants = float if non_finite else _refuse_constant
    found = json.loads(
        data.decode(), object_pairs_hook=_each_key_once, parse_constant=constants, parse_float=_finite, parse_int=_whole
    )
    if HALF_A_PAIR.search(data):
        json.dumps(found, ensure_ascii=False).encode()  # half a pair is no character
    return found


def _each_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        raise ValueError(f"the key {next(key for key in keys if keys.count(key) > 1)!r} occurs twice")
    return found


def _refuse_constant(constant: str) -> Any:
    raise ValueError(f"{constant} is no number")


def _finite(digits: str) -> float:
    if not math.isfinite(number := float(digits)):
        raise ValueError(f"the number {digits[:20]} is too large")
    return number


def _whole(digits: str) -> int:
    if len(digits.lstrip("-")) > LONGEST_NUMBER:
        raise ValueError(f"the number {digits[:20]}… is too long")
    return int(digits)


def as_declared(found: Any, declared: type[Declared], of: str = "") -> Declared:
    """What was parsed, as the declared type; `of` says which part of a file it is.

    Raises:
        ValueError: it is not of that type; the message says where.
    """
    try:
        return msgspec.convert(found, declared)
    except msgspec.ValidationError as error:
        reason, _, place = str(error).replace("`", "").partition(" - at ")
        keys = ".".join(filter(None, (of, place.removeprefix("$").removeprefix(".").removeprefix("key in "))))
        raise ValueError(f"{keys}: {reason}" if keys else reason) from None


UNREADABLE = (OSError, ValueError, RecursionError, MemoryError)
"""What `read_file`, `parse_json` and `as_declared` raise."""


def read_declared(path: Path, declared: type[Declared], wanted: str, remedy: str) -> Declared:
    """A JSON file as its declared type.

    Raises:
        DamagedFileError: it is missing, cannot be read, or is something else.
    """
    try:
        return as_declared(parse_json(read_file(path)), declared)
    except UNREADABLE as error:
        raise DamagedFileError.no(wanted, path, reason_of(error), remedy) from None

"""Damages any file in its bytes, and JSON in its values."""

import json
import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

Damage = Callable[[Path, random.Random], str]
"""Damages a file, and says how."""

STRANGE = (
    None, True, False, 0, -1, 1, 2.5, 10**9, 2**31, 2**63, 10**30, 1e308, float("nan"), float("inf"), "", "x", "nan",
    "\ud800", "\0", "/etc/passwd", "../../x", "é" * 3, "n" * 5000, "<b>", "![x](http://evil.example/x.png)", [],
    [None], [[[[]]]], {}, {"a": 1}, list(range(3)), ["", "a", "ab"],
)  # fmt: skip
PLACES = ("everywhere", "beginning", "end")


# ---- bytes ----------------------------------------------------------------------------------------------------------


def cut(path: Path, chance: random.Random) -> str:
    data = path.read_bytes()
    at = chance.choice((0, 1, len(data) // 2, max(0, len(data) - 1), chance.randrange(len(data) + 1)))
    path.write_bytes(data[:at])
    return f"cut to {at} of {len(data)} bytes"


def flip(path: Path, chance: random.Random) -> str:
    data = bytearray(path.read_bytes())
    count = chance.choice((1, 1, 4, 64))
    for _ in range(count if data else 0):
        data[_place(len(data), chance)] ^= 1 << chance.randrange(8)
    path.write_bytes(data)
    return f"{count} bits flipped"


def insert(path: Path, chance: random.Random) -> str:
    data = path.read_bytes()
    at, more = (
        _place(len(data) + 1, chance),
        chance.choice((b"\0", b"\xff" * 8, b"\n", b"[[[[", b"\xef\xbb\xbf", os.urandom(0) + b"junk" * 50)),
    )
    path.write_bytes(data[:at] + more + data[at:])
    return f"{len(more)} bytes inserted at {at}"


def blank(path: Path, chance: random.Random) -> str:
    data = bytearray(path.read_bytes())
    start = _place(len(data) + 1, chance)
    stop = min(len(data), start + chance.choice((4, 64, 4096)))
    data[start:stop] = bytes(stop - start)
    path.write_bytes(data)
    return f"bytes {start} to {stop} are zero"


def lengthen(path: Path, chance: random.Random) -> str:
    data = path.read_bytes()
    path.write_bytes(data + chance.choice((b"\0" * 4, data[:200], data, b"\n{}", b"x")))
    return "lengthened"


def noise(path: Path, chance: random.Random) -> str:
    size = chance.choice((1, 16, 5000))
    path.write_bytes(chance.randbytes(size))
    return f"{size} bytes of noise"


def vanish(path: Path, _: random.Random) -> str:
    _remove(path)
    return "gone"


def become(path: Path, chance: random.Random) -> str:
    """Something else of the same name."""
    _remove(path)
    how = chance.choice(("a folder", "a link to itself", "a link to nowhere", "a pipe", "a closed file"))
    if how == "a folder":
        path.mkdir()
    elif how == "a pipe":
        os.mkfifo(path)
    elif how == "a closed file":
        path.write_bytes(b"closed")
        path.chmod(0)
    else:
        os.symlink(path.name if how == "a link to itself" else "nowhere", path)
    return f"now {how}"


def _remove(path: Path) -> None:
    shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()


def _place(length: int, chance: random.Random) -> int:
    if length <= 0:
        return 0
    where = chance.choice(PLACES)
    near = min(length, 64)
    return {
        "everywhere": chance.randrange(length),
        "beginning": chance.randrange(near),
        "end": length - 1 - chance.randrange(near),
    }[where]


BYTES: tuple[Damage, ...] = (cut, flip, insert, blank, lengthen, noise, vanish, become)


# ---- JSON -----------------------------------------------------------------------------------------------------------


def spoil_json(path: Path, chance: random.Random) -> str:
    """One to three values of a JSON file replaced, removed, doubled or renamed; of lines of JSON, one line."""
    text = path.read_text()
    lines = text.splitlines() if path.suffix == ".jsonl" else [text]
    at = chance.randrange(len(lines))
    described = json.loads(lines[at])
    told = "; ".join(_spoil(described, chance) for _ in range(chance.choice((1, 1, 2, 3))))
    lines[at] = json.dumps(described, ensure_ascii=chance.random() < 0.5)
    path.write_text("\n".join(lines) + "\n", errors="surrogatepass")
    return told


def replace_json(path: Path, chance: random.Random) -> str:
    """Another JSON document."""
    written = chance.choice(
        ("null", "[]", "{}", "0", '"x"', "[" * 20_000, "[" * 20_000 + "]" * 20_000, '{"a":' * 5000 + "1" + "}" * 5000,
        "NaN", "1" * 10_000, '{"format": 1}',
         '{"format": "1"}', '{"format": null}', '{"format": -1}', '{"format": 1e999}', "\ufeff{}", "{'a': 1}")
    )  # fmt: skip
    path.write_text(written)
    return f"replaced by {written[:20]}"


def _spoil(value: Any, chance: random.Random) -> str:
    where, holder, key = "", None, None
    while isinstance(value, dict | list) and value and (holder is None or chance.random() < 0.75):
        holder, key = value, chance.choice(list(value) if isinstance(value, dict) else list(range(min(len(value), 50))))
        where, value = f"{where}/{key}", value[key]
    if holder is None:
        return "nothing to spoil"
    how = chance.choice(("replace", "replace", "replace", "remove", "rename", "more"))
    if how == "remove":
        del holder[key]
        return f"{where} removed"
    if how == "rename" and isinstance(holder, dict):
        holder[f"{key}x"] = holder.pop(key)
        return f"{where} renamed"
    if how == "more" and isinstance(holder, list):
        holder.extend([value] * chance.choice((1, 1000)))
        return f"{where} repeated"
    holder[key] = chance.choice(STRANGE)
    return f"{where} = {str(holder[key])[:30]!r}"

"""Files of every format, damaged: bytes of any file, values of JSON, columns of tables, tensors, chunks, archives."""

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
    None, True, False, 0, -1, 1, 2.5, 10**9, 2**31, 2**63, 10**30, 1e308, float("nan"), float("inf"), "", "x", "nan", "\ud800", "\0", "/etc/passwd",
    "../../x", "é" * 3, "n" * 5000, "<b>", "![x](http://evil.example/x.png)", [], [None], [[[[]]]], {}, {"a": 1}, list(range(3)), ["", "a", "ab"],
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
    at, more = _place(len(data) + 1, chance), chance.choice((b"\0", b"\xff" * 8, b"\n", b"[[[[", b"\xef\xbb\xbf", os.urandom(0) + b"junk" * 50))
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
    return {"everywhere": chance.randrange(length), "beginning": chance.randrange(near), "end": length - 1 - chance.randrange(near)}[where]


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
        ("null", "[]", "{}", "0", '"x"', "[" * 20_000, "[" * 20_000 + "]" * 20_000, '{"a":' * 5000 + "1" + "}" * 5000, "NaN", "1" * 10_000, '{"format": 1}',
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


# ---- tables, tensors, recordings ------------------------------------------------------------------------------------


def spoil_csv(path: Path, chance: random.Random) -> str:
    rows = [line.split(",") for line in path.read_text().splitlines()]
    row = chance.randrange(len(rows))
    column = chance.randrange(len(rows[row]))
    how = chance.choice(("value", "value", "column", "row", "width", "quote"))
    if how == "value":
        rows[row][column] = chance.choice(("", "x", "nan", "inf", "-1", "1e999", "1" * 400, '"', "0x1", "2,5", "\0"))
    elif how == "column":
        rows = [each[:column] + each[column + 1 :] for each in rows]
    elif how == "row":
        rows.insert(row, rows[-1])
    elif how == "width":
        rows[row] += ["7"] * chance.choice((1, 1000))
    else:
        rows[row][column] = '"' + rows[row][column]
    path.write_text("\n".join(map(",".join, rows)) + "\n")
    return f"{how} at row {row}, column {column}"


def spoil_table(path: Path, chance: random.Random) -> str:
    """A Parquet table with other columns, types, values or attributes."""
    import pandas as pd

    table = pd.read_parquet(path)
    attributes = dict(table.attrs)
    name = str(chance.choice(list(table.columns)))
    how = chance.choice(("drop", "type", "values", "rows", "attribute", "attribute", "double", "null"))
    if how == "drop":
        table = table.drop(columns=name)
    elif how == "type":
        table[name] = chance.choice((["x"] * len(table), [[1, 2]] * len(table), [True] * len(table), pd.to_datetime(["2020-01-01"] * len(table))))
    elif how == "values" and len(table):
        value = chance.choice((float("inf"), -1, 10**12, 0)) if table[name].dtype.kind in "if" else chance.choice(("nowhere", "", "<b>"))
        table[name] = [value] * len(table)
    elif how == "rows":
        table = pd.concat([table] * 3) if chance.random() < 0.5 else table.iloc[:0]
    elif how == "attribute" and attributes:
        name = chance.choice(list(attributes))
        if chance.random() < 0.3:
            del attributes[name]
        else:
            attributes[name] = chance.choice((None, 99, -1, "x", [], {}, 1.5, "9" * 64))
    elif how == "double":
        table = table.rename(columns={name: f"{name}_2"})
    else:
        table[name] = None
    table.attrs = attributes
    table.to_parquet(path, index=False)
    return f"{how} of {name}"


def spoil_tensors(path: Path, chance: random.Random) -> str:
    """Tensors of other shapes, types, names or values."""
    import torch
    from safetensors import safe_open
    from safetensors.torch import save_file

    with safe_open(path, framework="pt") as opened:
        told, tensors = opened.metadata(), {name: opened.get_tensor(name) for name in opened.keys()}  # noqa: SIM118
    name = chance.choice(sorted(tensors))
    how = chance.choice(("values", "shape", "type", "name", "drop", "metadata"))
    tensor = tensors[name]
    if how == "values":
        tensors[name] = torch.full_like(tensor, chance.choice((float("nan"), float("inf"), 1e30, 0)) if tensor.is_floating_point() else 99)
    elif how == "shape":
        tensors[name] = chance.choice((tensor.flatten()[:1], tensor[None], torch.zeros(0), tensor.flatten())).clone()
    elif how == "type":
        tensors[name] = tensor.to(chance.choice((torch.int64, torch.float16, torch.bool, torch.float64)))
    elif how == "name":
        tensors[f"{name}.x"] = tensors.pop(name)
    elif how == "drop":
        del tensors[name]
    else:
        told = {key: chance.choice(("", "{}", "null", "[" * 5000)) for key in told} if told else {"a": "b"}
    save_file(tensors, path, told)
    return f"{how} of {name}"


def spoil_npz(path: Path, chance: random.Random) -> str:
    """Arrays of a snapshot of other shapes, types or values."""
    import numpy as np

    with np.load(path, allow_pickle=False) as opened:
        arrays = {name: opened[name] for name in opened.files}
    name = chance.choice(sorted(arrays))
    how = chance.choice(("drop", "shape", "type", "values"))
    if how == "drop":
        del arrays[name]
    elif how == "shape":
        arrays[name] = arrays[name].reshape(-1)[: chance.choice((0, 1, 5))]
    elif how == "type":
        arrays[name] = np.array(["x"] * 3) if chance.random() < 0.5 else arrays[name].astype(np.complex64) if arrays[name].dtype.kind in "if" else np.zeros(2)
    elif arrays[name].dtype.kind in "if":
        arrays[name] = np.full_like(arrays[name], 127)
    np.savez_compressed(path, **arrays)
    return f"{how} of {name}"


def spoil_recording(path: Path, chance: random.Random) -> str:
    """A zarr folder with chunks missing, cut or exchanged, or another description."""
    files = sorted(each for each in path.rglob("*") if each.is_file())
    chunks = [each for each in files if "/c/" in f"{each.as_posix()}/" or each.name != "zarr.json"]
    described = [each for each in files if each.name == "zarr.json"]
    if chance.random() < 0.5:
        chosen = chance.choice(chunks)
        told = chance.choice((vanish, cut, flip, blank, noise))(chosen, chance)
    else:
        chosen = chance.choice(described)
        told = chance.choice((spoil_json, spoil_json, spoil_json, replace_json, vanish, become))(chosen, chance)
    return f"{chosen.relative_to(path)}: {told}"


# ---- texts, YAML, archives ------------------------------------------------------------------------------------------


def other_encoding(path: Path, chance: random.Random) -> str:
    """The text in another encoding, with words that need it."""
    text = path.read_text(errors="replace") + "Où est-ce? Ой! 日本語 “quoted”"
    encoding = chance.choice(("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig", "latin-1", "cp1252", "cp1251", "koi8-r", "shift-jis", "gb18030", "utf-7"))
    path.write_bytes(text.encode(encoding, errors="ignore"))
    return f"in {encoding}"


def strange_text(path: Path, chance: random.Random) -> str:
    """A text of unusual characters or shape."""
    text = chance.choice(
        ("", "\n", " ", "a", "ab" * 3, "\0" * 500, "\r\n" * 300, "é\u0301" * 900, "\u202e" * 500, "👨‍👩‍👧" * 300, "".join(map(chr, range(32, 2000))), "a" * 60_000,
         "\ufeff" * 50, "\ufffd" * 400, "\U0010ffff" * 300, "abc " * 4000, "x\n" * 5000)
    )  # fmt: skip
    path.write_text(text)
    return f"text {text[:8]!r} of {len(text)} characters"


def strange_yaml(path: Path, chance: random.Random) -> str:
    """A file of concepts that is YAML, or nearly."""
    bomb = "a: &a [x]\n" + "".join(f"{chr(98 + k)}: &{chr(98 + k)} [{', '.join([f'*{chr(97 + k)}'] * 9)}]\n" for k in range(9))
    merges = "- &a0 {x: 1}\n" + "".join(f"- &a{k} {{<<: [{', '.join([f'*a{k - 1}'] * 6)}]}}\n" for k in range(1, 12))
    entry = "- name: mine\n  description: x\n"
    written = chance.choice(
        ("", "-", "[]", "{}", "null", "- 1", "a: b", bomb, merges, "- !!bool maybe", "- !!python/object:os.system x", "- !!int x", "- !!float y", "- !!timestamp z",
         "- !!binary '*'", "- !!set {a}", "- &x *x", "- &x [*x]", "\t- a", "%YAML 9.9\n---\n- a", "- name: [a]", "- {name: inside-quotes, description: x, pattern: a}",
         entry + "  pattern: '('", entry + "  pattern: '(a+)+$'", entry + "  pattern: ''", entry + "  pattern: '" + "(a|b)" * 3000 + "'", entry + "  pattern: 'a{1000}{1000}'",
         entry + "  automaton: {open: '', close: ''}", entry + "  automaton: {open: '[', close: ']', cap: 1e9}", entry + "  automaton: {open: '[', close: ']', cap: -1, label: depth}",
         entry + "  not: mine", entry + "  all_of: [mine, mine]", entry + "  within: nothing\n  of: nothing", entry + "  pattern: a\n  group: 99", entry + "  pattern: a\n  mark: 1",
         entry + "  pattern: a\n  title: 1", entry * 2000, "- " * 5000 + "x", "[" * 5000, "? a\n: b", "- name: 'é'\n  description: y\n  pattern: x", "a: 1\na: 2",
         entry + "  automaton: [1]", entry + "  pattern: a\n  from: never", "- name: \ud800")
    )  # fmt: skip
    path.write_text(written, errors="surrogatepass")
    return f"YAML {written[:40]!r}"


def strange_archive(path: Path, chance: random.Random) -> str:
    """An archive with members that lead elsewhere, unpack to much, are encrypted, or are no text."""
    import io
    import tarfile
    import zipfile

    names = ("../../escape.txt", "/tmp/escape.txt", "a/../../escape.txt", "C:\\escape.txt", "n" * 300, "", ".", "é.txt", "a\nb", "x" * 50 + "/" * 5 + "y")
    body = chance.choice((b"plain text\n" * 30, b"\0" * 9_000_000, b"\xff\xfe\xfd", b"", b"PK\3\4junk"))
    how = chance.choice(names)
    if path.suffix == ".zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in (how, how, "b.txt"):
                archive.writestr(zipfile.ZipInfo(name or "x"), body)
        if chance.random() < 0.3:
            path.write_bytes(path.read_bytes().replace(b"\x14\x00\x00\x00\x08", b"\x14\x00\x01\x00\x08"))  # says that it is encrypted
    else:
        kinds = (tarfile.REGTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE, tarfile.DIRTYPE)
        with tarfile.open(path, "w:gz") as archive:
            for name in (how, "linux-6.1/kernel/a.c"):
                member = tarfile.TarInfo(name or "x")
                member.type, member.linkname = chance.choice(kinds), "/etc/passwd"
                member.size = len(body) if member.type == tarfile.REGTYPE else 0
                archive.addfile(member, io.BytesIO(body))
    return f"a member {how[:30]!r} of {len(body)} bytes"

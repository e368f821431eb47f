"""Ways to damage a file, by its format: each gives the kind of damage and new content, or changes the folder.

A mutation is a function of a path and a source of random numbers. It damages the file in place and returns what it
did in a few words. `MUTATIONS` names those that make sense for a file's ending.
"""

import io
import json
import os
import random
import shutil
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

Mutation = Callable[[Path, random.Random], str]
SWAPS: tuple[Any, ...] = (
    None, True, False, -1, 0, 10**9, 10**30, 1e308, -0.5, "", "x", "../../etc", "/etc/passwd", "\ud800", "x" * 300,
    [], {}, [[1]], [None], {"a": 1}, float("nan"), float("inf"),
)  # fmt: skip


# ---- any file -------------------------------------------------------------------------------------------------------


def flip_bytes(path: Path, chance: random.Random) -> str:
    """One to eight bytes become others."""
    data = bytearray(path.read_bytes())
    for _ in range(chance.randint(1, 8)):
        data[chance.randrange(len(data))] ^= chance.randint(1, 255)
    path.write_bytes(data)
    return "flipped bytes"


def truncate(path: Path, chance: random.Random) -> str:
    data = path.read_bytes()
    path.write_bytes(data[: chance.randrange(1, len(data))])
    return "truncated"


def empty(path: Path, _chance: random.Random) -> str:
    path.write_bytes(b"")
    return "empty"


def extend(path: Path, chance: random.Random) -> str:
    path.write_bytes(path.read_bytes() + chance.randbytes(chance.choice([1, 4, 400])))
    return "lengthened"


def fill(path: Path, chance: random.Random) -> str:
    path.write_bytes(chance.randbytes(path.stat().st_size))
    return "random bytes"


def put_folder(path: Path, _chance: random.Random) -> str:
    path.unlink()
    path.mkdir()
    return "a folder in its place"


def put_loop(path: Path, _chance: random.Random) -> str:
    path.unlink()
    path.symlink_to(path.name)
    return "a link to itself"


def put_pipe(path: Path, _chance: random.Random) -> str:
    path.unlink()
    os.mkfifo(path)
    return "a pipe in its place"


def delete(path: Path, _chance: random.Random) -> str:
    path.unlink()
    return "deleted"


ANY = (flip_bytes, truncate, empty, extend, fill, put_folder, put_loop, put_pipe)


# ---- JSON -----------------------------------------------------------------------------------------------------------


def _places(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to every value below a JSON document; of long lists to the first and the last few."""
    inner = list(value.items()) if isinstance(value, dict) else []
    if isinstance(value, list):
        inner = [
            (index, value[index]) for index in {*range(min(3, len(value))), *range(max(0, len(value) - 2), len(value))}
        ]
    return [way for key, below in inner for way in [(*at, key), *_places(below, (*at, key))]]


def _change(path: Path, chance: random.Random, change: Callable[[Any, Any], None]) -> tuple[Any, ...]:
    described = json.loads(path.read_text())
    places = _places(described)
    way = chance.choice(places)
    parent = described
    for key in way[:-1]:
        parent = parent[key]
    change(parent, way[-1])
    path.write_text(json.dumps(described))
    return way


def swap_value(path: Path, chance: random.Random) -> str:
    new = chance.choice(SWAPS)

    def put(parent: Any, key: Any) -> None:
        parent[key] = new

    _change(path, chance, put)
    return f"a value became {type(new).__name__}"


def drop_value(path: Path, chance: random.Random) -> str:
    def drop(parent: Any, key: Any) -> None:
        del parent[key]

    _change(path, chance, drop)
    return "a value dropped"


def repeat_key(path: Path, chance: random.Random) -> str:
    described = json.loads(path.read_text())
    key = chance.choice(list(described))
    text = json.dumps(described)
    path.write_text('{"%s": 3, %s' % (key, text[1:]) if chance.random() < 0.5 else text[:-1] + ', "%s": 3}' % key)
    return "a key twice"


def nest(path: Path, chance: random.Random) -> str:
    deep = "[" * 100_000 + "]" * 100_000
    path.write_text(deep if chance.random() < 0.5 else '{"format": 1, "x": %s}' % deep)
    return "nested deeply"


JSON = (*ANY, *[swap_value] * 8, drop_value, drop_value, repeat_key, nest)


# ---- lines ----------------------------------------------------------------------------------------------------------


def swap_cell(path: Path, chance: random.Random) -> str:
    rows = [line.split(",") for line in path.read_text().splitlines()]
    row = chance.choice(rows)
    row[chance.randrange(len(row))] = chance.choice(["x", "", "True", "1e400", "-7", "9" * 40, '"', "nan", "0.5"])
    path.write_text("".join(",".join(row) + "\n" for row in rows))
    return "a cell became another"


def drop_column(path: Path, chance: random.Random) -> str:
    rows = [line.split(",") for line in path.read_text().splitlines()]
    at = chance.randrange(len(rows[0]))
    path.write_text("".join(",".join(row[:at] + row[at + 1 :]) + "\n" for row in rows))
    return "a column dropped"


def swap_lines(path: Path, chance: random.Random) -> str:
    lines = path.read_text().splitlines()
    one, other = chance.sample(range(len(lines)), 2)
    lines[one], lines[other] = lines[other], lines[one]
    path.write_text("\n".join(lines) + "\n")
    return "two lines swapped"


def swap_in_line(path: Path, chance: random.Random) -> str:
    lines = path.read_text().splitlines()
    at = chance.randrange(len(lines))
    described = json.loads(lines[at])
    new = chance.choice(SWAPS)
    described[chance.choice(list(described))] = new
    lines[at] = json.dumps(described)
    path.write_text("\n".join(lines) + "\n")
    return f"a value became {type(new).__name__}"


# ---- Parquet --------------------------------------------------------------------------------------------------------


def _rewrite(path: Path, change: Callable[[pa.Table], pa.Table]) -> None:
    pq.write_table(change(pq.read_table(path)), path)


def drop_table_column(path: Path, chance: random.Random) -> str:
    _rewrite(path, lambda table: table.remove_column(chance.randrange(table.num_columns)))
    return "a column dropped"


def retype_table_column(path: Path, chance: random.Random) -> str:
    def retype(table: pa.Table) -> pa.Table:
        at = chance.randrange(table.num_columns)
        old = table.schema.types[at]
        new = chance.choice([kind for kind in (pa.float64(), pa.string(), pa.int64(), pa.bool_()) if kind != old])
        values = (
            pa.array([None] * len(table), new)
            if chance.random() < 0.3
            else pa.array([{"double": 0.5, "string": "x", "int64": 1, "bool": True}[str(new)]] * len(table), new)
        )
        return table.set_column(at, table.schema.names[at], values)

    _rewrite(path, retype)
    return "a column of another type"


def null_in_table(path: Path, chance: random.Random) -> str:
    def spoil(table: pa.Table) -> pa.Table:
        names = [
            name
            for name, kind in zip(table.schema.names, table.schema.types, strict=True)
            if not pa.types.is_floating(kind)
        ]
        at = table.schema.get_field_index(chance.choice(names))
        values = table.column(at).to_pylist()
        values[chance.randrange(len(values))] = None
        kind = table.schema.types[at]
        return table.set_column(
            at, table.schema.names[at], pa.array(values, kind.value_type if pa.types.is_dictionary(kind) else kind)
        )

    _rewrite(path, spoil)
    return "a value is missing"


def far_unit(path: Path, chance: random.Random) -> str:
    def move(table: pa.Table) -> pa.Table:
        names = [name for name in ("layer", "unit", "size") if name in table.schema.names]
        if not names:
            return table.slice(0, 0)
        at = table.schema.get_field_index(chance.choice(names))
        values = table.column(at).to_pylist()
        values[chance.randrange(len(values))] = chance.choice([-1, 10**6, 2**31])
        return table.set_column(at, table.schema.names[at], pa.array(values, pa.int64()))

    _rewrite(path, move)
    return "a unit that is none"


def spoil_attributes(path: Path, chance: random.Random) -> str:
    table = pq.read_table(path)
    metadata = dict(table.schema.metadata)
    found = json.loads(metadata[b"PANDAS_ATTRS"])
    name = chance.choice(list(found))
    if chance.random() < 0.3:
        del found[name]
    else:
        found[name] = chance.choice([None, True, [], {}, -1, 10**30, "x"])
    metadata[b"PANDAS_ATTRS"] = json.dumps(found).encode()
    pq.write_table(table.replace_schema_metadata(metadata), path)
    return "an attribute became another"


# ---- arrays ---------------------------------------------------------------------------------------------------------


def spoil_npz(path: Path, chance: random.Random) -> str:
    with np.load(path) as stored:
        arrays = dict(stored)
    name, how = chance.choice(list(arrays)), chance.choice(["drop", "retype", "reshape", "lie"])
    if how == "drop":
        del arrays[name]
    elif how == "retype":
        arrays[name] = arrays[name].astype(chance.choice(["f8", "U3", "c16", "?"]))
    elif how == "reshape":
        arrays[name] = arrays[name].reshape(-1)[: chance.choice([0, 1, 5])]
    with path.open("wb") as out:
        np.savez_compressed(out, allow_pickle=False, **arrays)
    if how == "lie":
        _lie_about_shape(path, name)
    return f"an array: {how}"


def _lie_about_shape(path: Path, name: str) -> None:
    with zipfile.ZipFile(path) as stored:
        members = {each: stored.read(each) for each in stored.namelist()}
    array, out = np.load(io.BytesIO(members[f"{name}.npy"])), io.BytesIO()
    np.lib.format.write_array_header_1_0(out, {"descr": array.dtype.str, "fortran_order": False, "shape": (10**11,)})
    members[f"{name}.npy"] = out.getvalue() + array.tobytes()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as stored:
        for each, data in members.items():
            stored.writestr(each, data)


def spoil_tensors(path: Path, chance: random.Random) -> str:
    """A safetensors file whose header says something else, or whose numbers are none."""
    data = path.read_bytes()
    length = struct.unpack("<Q", data[:8])[0]
    header, content = json.loads(data[8 : 8 + length]), data[8 + length :]
    name = chance.choice([each for each in header if each != "__metadata__"])
    how = chance.choice(["shape", "dtype", "drop", "rename", "huge", "nan", "length"])
    if how == "shape":
        header[name]["shape"] = (
            header[name]["shape"][::-1] if len(header[name]["shape"]) > 1 else [1, *header[name]["shape"]]
        )
    elif how == "dtype":
        header[name]["dtype"] = chance.choice(
            [kind for kind in ("I16", "BF16", "U8", "I32") if kind != header[name]["dtype"]]
        )
    elif how == "drop":
        del header[name]
    elif how == "rename":
        header["other"] = header.pop(name)
    elif how == "huge":
        header[name]["shape"] = [10**9, 10**9]
    elif how == "nan":
        begin = header[name]["data_offsets"][0]
        content = content[:begin] + b"\xff" * 4 + content[begin + 4 :]
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    size = 2**62 if how == "length" else len(text)
    path.write_bytes(struct.pack("<Q", size) + text + content)
    return f"a tensor: {how}"


def spoil_codes(path: Path, chance: random.Random) -> str:
    """Code points: some more, some less, or some that are none."""
    codes = np.fromfile(path, dtype="<u4")
    how = chance.choice(["lengthened", "shortened", "no character", "swapped"])
    if how == "lengthened":
        codes = np.append(codes, np.full(chance.choice([1, 1000]), 65, dtype="<u4"))
    elif how == "shortened":
        codes = codes[: -chance.choice([1, 1000])]
    elif how == "no character":
        codes[chance.randrange(len(codes))] = chance.choice([0x110000, 2**32 - 1, 0xD800])
    else:
        at = chance.randrange(len(codes))
        codes[at] = 65 if codes[at] != 65 else 66
    codes.tofile(path)
    return f"text {how}"


# ---- zarr -----------------------------------------------------------------------------------------------------------


def swap_chunk(path: Path, chance: random.Random) -> str:
    """A chunk takes the place of another array's."""
    root = next(parent for parent in path.parents if parent.suffix == ".zarr")
    others = [each for each in sorted(root.rglob("c/**/*")) if each.is_file() and each != path]
    shutil.copyfile(chance.choice(others), path)
    return "another chunk in its place"


# ---- YAML -----------------------------------------------------------------------------------------------------------


def write_yaml(path: Path, chance: random.Random) -> str:
    """A concept file of a hostile kind."""
    bombs = {
        "merge keys": "- &a0 {x: 1}\n" + "".join(f"- &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 9)}]}}\n" for n in range(1, 7)),
        "aliases": "- &a0 [x, x]\n" + "".join(f"- &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 30)),
        "nested": "[" * 20_000,
        "large": "- {name: a, description: b, pattern: c}\n" * 100_000,
        "tag": f"- !!{chance.choice(['bool maybe', 'int x', 'float y', 'timestamp z', 'binary =', 'omap x', 'set [a]', 'pairs {a: b}', 'python/name:os.system x', 'null x', 'merge x', 'value x'])}",
        "key": "- {[a]: b}\n",
        "own": "- &a\n  name: *a\n",
        "number": "- name: " + "9" * 10_000,
    }  # fmt: skip
    kind = chance.choice(list(bombs))
    path.write_text(bombs[kind])
    return f"YAML: {kind}"


MUTATIONS: dict[str, tuple[Mutation, ...]] = {
    ".json": JSON,
    ".jsonl": (*ANY, *[swap_in_line] * 6, swap_lines),
    ".csv": (*ANY, *[swap_cell] * 6, drop_column, drop_column, swap_lines),
    ".parquet": (*ANY, flip_bytes, flip_bytes, *[drop_table_column] * 2, *[retype_table_column] * 3, *[null_in_table] * 2,
                 *[far_unit] * 2, *[spoil_attributes] * 3),
    ".npz": (*ANY, *[spoil_npz] * 6),
    ".safetensors": (*ANY, *[spoil_tensors] * 8),
    ".u32": (flip_bytes, truncate, empty, extend, put_folder, put_loop, put_pipe, delete, *[spoil_codes] * 6),
    ".yaml": (*ANY, *[write_yaml] * 10),
    "": (flip_bytes, truncate, empty, extend, put_folder, put_loop, put_pipe, *[delete] * 6, *[swap_chunk] * 2),  # a chunk
}  # fmt: skip


def mutate(path: Path, chance: random.Random) -> str:
    """Damage a file in a random way of its format, and say in which."""
    return chance.choice(MUTATIONS[path.suffix])(path, chance)

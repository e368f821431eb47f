"""Ways to damage a file, by its format: each gives the kind of damage and new content, or changes the folder.

A mutation is a function of a path and a source of random numbers. It damages the file in place and returns what it
did in a few words. `MUTATIONS` names those that make sense for a file's ending.
"""

import json
import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.reliability.mutations_of_arrays import (
    drop_table_column,
    far_unit,
    null_in_table,
    retype_table_column,
    spoil_attributes,
    spoil_codes,
    spoil_npz,
    spoil_tensors,
)

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
    path.write_text(f'{{"{key}": 3, {text[1:]}' if chance.random() < 0.5 else f'{text[:-1]}, "{key}": 3}}')
    return "a key twice"


def nest(path: Path, chance: random.Random) -> str:
    deep = "[" * 100_000 + "]" * 100_000
    path.write_text(deep if chance.random() < 0.5 else f'{{"format": 1, "x": {deep}}}')
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


# ---- zarr -----------------------------------------------------------------------------------------------------------


def swap_chunk(path: Path, chance: random.Random) -> str:
    """A chunk takes the place of another array's."""
    root = next(parent for parent in path.parents if parent.suffix == ".zarr")
    others = [each for each in sorted(root.rglob("c/**/*")) if each.is_file() and each != path]
    shutil.copyfile(chance.choice(others), path)
    return "another chunk in its place"


# ---- YAML -----------------------------------------------------------------------------------------------------------


TAGS = (
    "bool maybe", "int x", "float y", "timestamp z", "binary =", "omap x", "set [a]", "pairs {a: b}",
    "python/name:os.system x", "null x", "merge x", "value x",
)  # fmt: skip


def _nine(number: int) -> str:
    return ", ".join([f"*a{number - 1}"] * 9)


def write_yaml(path: Path, chance: random.Random) -> str:
    """A concept file of a hostile kind."""
    bombs = {
        "merge keys": "- &a0 {x: 1}\n" + "".join(f"- &a{n} {{<<: [{_nine(n)}]}}\n" for n in range(1, 7)),
        "aliases": "- &a0 [x, x]\n" + "".join(f"- &a{n} [{_nine(n)}]\n" for n in range(1, 30)),
        "nested": "[" * 20_000,
        "large": "- {name: a, description: b, pattern: c}\n" * 100_000,
        "tag": f"- !!{chance.choice(TAGS)}",
        "key": "- {[a]: b}\n",
        "own": "- &a\n  name: *a\n",
        "number": "- name: " + "9" * 10_000,
    }  # fmt: skip
    kind = chance.choice(list(bombs))
    path.write_text(bombs[kind])
    return f"YAML: {kind}"


OF_TABLES = (drop_table_column, retype_table_column, retype_table_column, null_in_table, far_unit, spoil_attributes)
OF_TEXTS = (flip_bytes, truncate, empty, extend, put_folder, put_loop, put_pipe, delete)
MUTATIONS: dict[str, tuple[Mutation, ...]] = {
    ".json": JSON,
    ".jsonl": (*ANY, *[swap_in_line] * 6, swap_lines),
    ".csv": (*ANY, *[swap_cell] * 6, drop_column, drop_column, swap_lines),
    ".parquet": (*ANY, flip_bytes, flip_bytes, *OF_TABLES, *OF_TABLES),
    ".npz": (*ANY, *[spoil_npz] * 6),
    ".safetensors": (*ANY, *[spoil_tensors] * 8),
    ".u32": (*OF_TEXTS, *[spoil_codes] * 6),
    ".yaml": (*ANY, *[write_yaml] * 10),
    "": (*OF_TEXTS, *[delete] * 5, *[swap_chunk] * 2),  # a chunk of a recording
}


def mutate(path: Path, chance: random.Random) -> str:
    """Damage a file in a random way of its format, and say in which."""
    return chance.choice(MUTATIONS[path.suffix])(path, chance)

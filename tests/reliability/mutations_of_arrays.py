"""Ways to damage tables and arrays: Parquet, npz, safetensors and code points."""

import io
import json
import random
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

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

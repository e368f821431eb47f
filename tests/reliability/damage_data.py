"""Damages tables, tensors, arrays and recordings in their columns, types, shapes and values."""

import random
from pathlib import Path

from tests.reliability.damage import become, blank, cut, flip, noise, replace_json, spoil_json, vanish


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
        table[name] = chance.choice(
            (
                ["x"] * len(table),
                [[1, 2]] * len(table),
                [True] * len(table),
                pd.to_datetime(["2020-01-01"] * len(table)),
            )
        )
    elif how == "values" and len(table):
        value = (
            chance.choice((float("inf"), -1, 10**12, 0))
            if table[name].dtype.kind in "if"
            else chance.choice(("nowhere", "", "<b>"))
        )
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
        tensors[name] = torch.full_like(
            tensor, chance.choice((float("nan"), float("inf"), 1e30, 0)) if tensor.is_floating_point() else 99
        )
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
        arrays[name] = (
            np.array(["x"] * 3)
            if chance.random() < 0.5
            else arrays[name].astype(np.complex64)
            if arrays[name].dtype.kind in "if"
            else np.zeros(2)
        )
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

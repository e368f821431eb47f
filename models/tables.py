"""Parquet tables of what was measured: declared by their columns and attributes, and read only as declared.

`analysis.findings` and `analysis.ablation.table` declare theirs, `models.saturation` its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from corpora.stored import Count, DamagedFileError, Hash, as_declared, parse_json, reason_of, require_regular
from models.config import ModelConfig

MOST_ROWS = 20_000_000  # a hundred concepts for all units of the largest network in two states
MOST_BYTES = 4 << 30  # of the columns, unpacked
ATTRIBUTES = b"PANDAS_ATTRS"  # where pandas keeps a table's `attrs` in the file
UNREADABLE = (
    pa.ArrowException, OSError, ValueError, LookupError, TypeError, RuntimeError, MemoryError, OverflowError,
)  # fmt: skip
"""What reading a damaged Parquet file raises."""
IS_TYPE = {
    "string": lambda kind: pa.types.is_string(kind) or pa.types.is_large_string(kind),
    "integer": pa.types.is_integer,
    "float": pa.types.is_floating,
    "list": lambda kind: pa.types.is_list(kind) and pa.types.is_integer(kind.value_type),
}


@dataclass(frozen=True)
class Column:
    """One column of a table: `type` is `string`, `integer`, `float` or `list` (of integers)."""

    name: str
    type: str
    meaning: str = ""


class Measured(msgspec.Struct):
    """What a table says of itself: which weights were measured, and on what."""

    weights_sha256: Hash
    format: Count = 1
    run: str = ""
    source: str = ""
    corpus: str = ""
    split: str = ""
    characters: Count = 0
    development_characters: Count = 0
    test_characters: Count = 0


@dataclass(frozen=True)
class Table:
    """A table of a run's results: its file, its columns, and how to make it again."""

    name: str
    columns: tuple[Column, ...]
    remedy: str
    format: int = 1
    former: Mapping[str, str] = field(default_factory=dict)
    """Names of columns in format 1, each with the present one."""


def read_table(path: Path, table: Table, model: ModelConfig) -> pd.DataFrame:
    """The declared columns of a file, under their present names, with the file's attributes in `attrs`.

    Columns that are not declared are left out. Layers and units are those of the network.

    Raises:
        DamagedFileError: it is missing, cannot be read, is something else, or a newer Charscope wrote it.
    """
    try:
        require_regular(path)
        with pq.ParquetFile(path, page_checksum_verification=True) as file:
            attributes = parse_json((file.schema_arrow.metadata or {}).get(ATTRIBUTES, b"{}"))
            _require_format(path, as_declared(attributes, Measured, "attributes"), table)
            former = _stored_names(file.schema_arrow, table)
            _require_size(file.metadata)
            found = file.read(columns=list(former)).to_pandas().rename(columns=former)
        found = found[[column.name for column in table.columns]]
        _require_values(found, table, model)
    except DamagedFileError:
        raise
    except UNREADABLE as error:
        raise DamagedFileError.no(f"the table {table.name}", path, reason_of(error), table.remedy) from None
    found.attrs = attributes
    return found


def write_table(table: pd.DataFrame, path: Path) -> None:
    """Write a table with its attributes and a checksum for each page, which reading compares."""
    table.to_parquet(path, index=False, compression="zstd", write_page_checksum=True)


def _require_format(path: Path, attributes: Measured, table: Table) -> None:
    if attributes.format > table.format:
        raise DamagedFileError.because(
            path, "a newer format",
            f"Wanted search tables of format {table.format} or older, got {attributes.format}. Update Charscope.",
        )  # fmt: skip


def _stored_names(schema: pa.Schema, table: Table) -> dict[str, str]:
    """The columns to read, each with its present name; all of them are there, once, and of their types."""
    of_present = {present: name for name, present in table.former.items() if name in schema.names}
    names = {}
    for column in table.columns:
        name = column.name if column.name in schema.names else of_present.get(column.name, column.name)
        if schema.names.count(name) != 1:
            raise ValueError(f"it has {schema.names.count(name)} columns {name}")
        kind = schema.field(name).type
        kind = kind.value_type if pa.types.is_dictionary(kind) else kind
        if not IS_TYPE[column.type](kind):
            raise ValueError(f"{name}: wanted {column.type}, got {kind}")
        names[name] = column.name
    return names


def _require_size(metadata: Any) -> None:
    size = sum(metadata.row_group(number).total_byte_size for number in range(metadata.num_row_groups))
    if not 0 <= metadata.num_rows <= MOST_ROWS or not 0 <= size <= MOST_BYTES:
        raise ValueError(f"it has {metadata.num_rows:,} rows in {size:,} bytes")


def _require_values(found: pd.DataFrame, table: Table, model: ModelConfig) -> None:
    """No value is missing but floats, and all units are units of the network."""
    for column in table.columns:
        if column.type != "float" and found[column.name].isna().any():
            raise ValueError(f"{column.name}: a value is missing")
    all_units = model.num_layers * model.hidden_size
    for name, first, last in (
        ("layer", 1, model.num_layers),
        ("unit", 0, model.hidden_size - 1),
        ("size", 1, all_units),
    ):
        if name in found and not found[name].between(first, last).all():
            raise ValueError(f"{name}: wanted {first} to {last}, got another")

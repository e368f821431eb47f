"""Writes the tables of docs/run-format.md that describe what a search found, from their schema.

python -m docs.formats write

`analysis.findings.TABLES` and `ATTRIBUTES` say what each column means. The text around the tables is written by hand.
"""

import re
from collections.abc import Iterable
from pathlib import Path

from analysis.findings import ATTRIBUTES, TABLES
from corpora import InputError
from corpora.errors import new_command_line, run_command_line
from models.run import UNITS

PAGE = Path(__file__).parent / "run-format.md"
COLUMNS, ATTRIBUTE = ("column", "type", "what"), ("attribute", "what")

app = new_command_line("Write the tables of docs/run-format.md that describe what a search found.")


@app.command()
def write() -> None:
    """Write the tables; the rest of the page stays."""
    PAGE.write_text(page(), encoding="utf-8")
    print(PAGE)


@app.command()
def check() -> None:
    """Whether the tables of the page are those of the schema."""
    if PAGE.read_text(encoding="utf-8") != page():
        raise InputError(f"{PAGE.name} is not that of analysis/findings.py. Write it: python -m docs.formats write")


def page() -> str:
    """The page as it is, with the tables that the schema gives.

    Raises:
        InputError: the page lacks a table of the schema.
    """
    text = PAGE.read_text(encoding="utf-8")
    for name, columns in TABLES.items():
        rows = [(f"`{column.name}`", column.type, column.meaning) for column in columns]
        text = _with_table(text, name, COLUMNS, rows)
    attributes = [(f"`{name}`", meaning) for name, meaning in ATTRIBUTES.items()]
    return _with_table(text, UNITS, ATTRIBUTE, attributes)


def _with_table(text: str, heading: str, header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """The text with the first table of this header under this heading replaced."""
    first = _line(header)
    found = re.search(
        rf"^## {re.escape(heading)}\n(?:(?!## ).*\n)*?{re.escape(first)}(?P<rows>(?:\|.*\n)*)", text, re.MULTILINE
    )
    if not found:
        raise InputError(f"Wanted a table {first.strip()} under {heading!r} in {PAGE.name}, found none. Put one there.")
    lines = ["|" + "---|" * len(header) + "\n", *map(_line, rows)]
    return text[: found.start("rows")] + "".join(lines) + text[found.end("rows") :]


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |\n"


if __name__ == "__main__":
    run_command_line(app)

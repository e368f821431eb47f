"""Texts labelled by hand: every row of text has the labels below it, a symbol per character.

A row begins with a name and `|`; the nameless rows are the text, which shows newline, return and tab as ␊ ␍ ␉.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float32

from analysis.concepts import concept

WHITE_SPACE = str.maketrans("␊␍␉", "\n\r\t")


def parse_labels(symbols: str) -> Float32[np.ndarray, " time"]:
    """The labels that symbols stand for: `.` and `#` are 0 and 1, a digit is itself, `?` is NaN."""
    values = {".": 0.0, "#": 1.0, "?": np.nan} | {str(digit): float(digit) for digit in range(10)}
    return np.array([values[symbol] for symbol in symbols], dtype=np.float32)


@dataclass(frozen=True)
class MarkedText:
    """A text and the symbols of each concept that was marked in it."""

    text: str
    symbols: dict[str, str]

    def wanted(self, name: str) -> Float32[np.ndarray, " time"]:
        """The labels that were written down; amounts stop at 9."""
        return parse_labels(self.symbols[name])

    def found(self, name: str) -> Float32[np.ndarray, " time"]:
        """The labels that the concept gives."""
        return np.minimum(concept(name).labels(self.text), 9)


def read_marked(blocks: str) -> MarkedText:
    """Put the rows of all blocks together."""
    rows: dict[str, list[str]] = {}
    for line in filter(None, blocks.splitlines()):
        name, _, row = line.partition("|")
        rows.setdefault(name.strip(), []).append(row)
    text = "".join(rows.pop("")).translate(WHITE_SPACE)
    symbols = {name: "".join(parts) for name, parts in rows.items()}
    for name, marked in symbols.items():
        assert len(marked) == len(text), f"{name}: {len(marked)} symbols for {len(text)} characters"
    return MarkedText(text, symbols)

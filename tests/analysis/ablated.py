"""Concepts that tests of ablation need, apart from the registered ones, and a text."""

from collections.abc import Callable
from typing import Any

import numpy as np

from analysis.concepts import Concept
from analysis.texts import HeldOut
from corpora import to_code_points
from tests.analysis.planted import TEXT


def label_quotes(codes: np.ndarray) -> np.ndarray:
    return (np.cumsum(codes == ord('"')) % 2).astype(np.float32)


def label_column(codes: np.ndarray) -> np.ndarray:
    at = np.arange(len(codes))
    return (at - np.maximum.accumulate(np.where(codes == ord("\n"), at, -1))).astype(np.float32)


def label_quote_next(codes: np.ndarray) -> np.ndarray:
    return np.append(codes[1:] == ord('"'), False).astype(np.float32)


def concept_of(label: Callable[[np.ndarray], np.ndarray], **fields: Any) -> Concept:
    texts: Any = {"name": "planted", "title": "planted", "description": "", "source": ""}
    given: Any = {"kind": "state", "corpora": (), "timing": "causal", "examples": (), **fields}
    return Concept(**texts, **given, label=label)


QUOTES, COLUMN = concept_of(label_quotes), concept_of(label_column, kind="ramp")
QUOTE_NEXT = concept_of(label_quote_next, kind="anticipation", timing="lookahead", horizon=1)
STORY = HeldOut(to_code_points(TEXT), 0, "a story")


def quotes_at(closings: list[int], length: int) -> HeldOut:
    characters = np.full(length, ord("a"), dtype=np.uint32)
    for at in closings:
        characters[[at - 3, at]] = ord('"')
    return HeldOut(characters, 0, "quotes")

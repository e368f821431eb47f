"""A text made ready for scoring: all concepts' labels on disk, and those of their rules with other delimiters.

Axes: `time`, `concept`.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Float32

from analysis.concepts import Concept
from analysis.evidence.controls import swapped_labels
from analysis.evidence.ngrams import decided_by_character
from analysis.progress import Progress
from analysis.scoring.labels import Design, LabelStore, make_design
from analysis.statistics import varies
from analysis.texts import Parts, SearchText


@dataclass(frozen=True)
class Prepared:
    """A text, its concepts and their labels; what the labels of either part make of any activations."""

    text: SearchText
    parts: Parts
    concepts: list[Concept]
    labels: LabelStore
    """The column of a concept has its place in `concepts`; the columns after them are those of swapped rules."""
    swaps: dict[int, list[int]]
    """Of a concept the columns of its rule with other delimiters."""
    by_character: list[bool]
    """Of a concept whether the character just read decides it."""
    development: Design
    test: Design

    @property
    def names(self) -> list[str]:
        return [concept.name for concept in self.concepts]


def prepare(text: SearchText, concepts: list[Concept], folder: Path, progress: Progress) -> Prepared:
    """Label the text, with the delimiters that it has and with others in their place."""
    progress.stage(f"labelling {len(text.codes):,} characters of {text.source}", len(concepts))
    parts, labels = text.parts, LabelStore(folder / "labels", len(text.codes))
    by_character, swapped = [], []
    for concept in concepts:
        values = concept.labels(text.codes)
        if not _varies(values, parts):
            progress.remark(f"{concept.name}: cannot be scored, since it does not vary in both parts of this text")
        labels.add(concept.name, concept.measure, values)
        by_character.append(decided_by_character(values[parts.test], text.ids[parts.test]))
        swapped.append([each for each in swapped_labels(concept, text.codes) if _varies(each, parts)])
        progress.advance()
    swaps = {}
    for index, found in enumerate(swapped):
        swaps[index] = list(range(len(labels), len(labels) + len(found)))
        for values in found:
            labels.add(f"{concepts[index].name} swapped", labels.measures[index], values)
    designs = (
        make_design(labels, text.ids, part, folder / name)
        for name, part in (("development", parts.development), ("test", parts.test))
    )
    return Prepared(text, parts, concepts, labels, swaps, by_character, *designs)


def _varies(labels: Float32[np.ndarray, " time"], parts: Parts) -> bool:
    return all(varies(labels[part]) for part in (parts.development, parts.test))

"""Controls made of labels: the same rule with other delimiters, and labels that belong to another text.

Axes: `time`, `draw`, `column`, `row`.

The null distribution of a concept is that of the *best* unit of all when the labels come from elsewhere: labels of
another excerpt have the rhythm of the concept and nothing to do with what the network read. A score that chance alone
reaches with this many units to choose from is no finding, however high it is.
"""

from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from jaxtyping import Float32, Float64, Int64, UInt32

from analysis.concepts import Concept
from analysis.scoring.activations import ActivationStore, Panel
from analysis.scoring.kernels import look_up_ranks, rank_bins
from analysis.scoring.labels import read_floats
from analysis.scoring.workers import Workers
from analysis.statistics import Measure, centred_weights

SWAPS = 3
DRAWS, DRAWS_AT_ONCE = 200, 50
MOST_ROWS = 60_000  # characters, evenly spaced, that a null distribution is computed on
FEWEST_CHANGES = 100  # of a label whose delimiters were swapped
APART = 1000  # characters that a text's own labels are moved by, at least, to be null labels
CHANCE_SEED = 11


def swap_delimiters(codes: UInt32[np.ndarray, " time"], delimiters: str) -> list[UInt32[np.ndarray, " time"]]:
    """The text with other characters in the place of the delimiters, and the other way round: up to three times.

    Each delimiter trades places with a character about as frequent; white space only with characters at hand.
    """
    known, counts = np.unique(codes, return_counts=True)
    frequency = dict(zip(known.tolist(), np.log(counts).tolist(), strict=True))
    own = [ord(mark) for mark in delimiters]
    free = [code for code in frequency if code not in own and not chr(code).isspace()]
    texts = []
    for _ in range(SWAPS):
        partners = {}
        for code in own:
            nearest = sorted(free, key=lambda other: abs(frequency[other] - frequency.get(code, 0.0)))
            if not nearest:
                return texts
            partners[code] = nearest[0]
            free.remove(nearest[0])
        traded = codes.copy()
        for code, partner in partners.items():
            traded[codes == code], traded[codes == partner] = partner, code
        texts.append(traded)
    return texts


@dataclass(frozen=True)
class NullTask:
    """What chance makes of one concept: where it is scored, and null labels for these rows, on disk."""

    measure: Measure
    rows: Int64[np.ndarray, " row"]
    """Positions in the text, ascending."""
    path: Path
    """Centred labels, float32 [weight, row]: see `_strength_weights`."""
    edges: Int64[np.ndarray, " draw_edge"]
    """The first weight of each draw, and the number of weights."""


def null_task(
    measure: Measure,
    labels: Float32[np.ndarray, " time"],
    part: slice,
    elsewhere: Float32[np.ndarray, " elsewhere"] | None,
    path: Path,
    draws: int = DRAWS,
    seed: int = CHANCE_SEED,
) -> NullTask | None:
    """Rows and null labels for one concept; None where it does not apply.

    `labels` are those of `part`, `elsewhere` those of other text. Windows of the latter (where the concept applies, one
    character after the other) are laid on the rows, if the labels vary in them: a constant label has no score. Where
    there are too few windows, the concept's own labels are moved round about, by at least 1,000 characters.
    """
    applies = np.flatnonzero(~np.isnan(labels))
    step = max(1, -(-len(applies) // MOST_ROWS))
    rows, chance = applies[::step], np.random.default_rng(seed)
    if len(rows) < 2:
        return None
    sequence = labels[rows]
    apart = min(-(-APART // step), len(sequence) // 3)
    starts = chance.integers(apart, len(sequence) - apart, size=draws)
    if elsewhere is not None and (~np.isnan(elsewhere)).sum() >= 1.5 * len(applies):
        known = elsewhere[~np.isnan(elsewhere)][::step]
        varying = _varying_windows(known, len(rows), chance.integers(len(known), size=20 * draws))
        if len(varying) >= draws:
            sequence, starts = known, varying[:draws]
    edges = [0]
    with path.open("wb") as file:
        for start in starts:
            weights = _strength_weights(np.take(sequence, np.arange(start, start + len(rows)), mode="wrap"), measure)
            weights.tofile(file)
            edges.append(edges[-1] + len(weights))
    return NullTask(measure, rows + part.start, path, np.array(edges))


def _varying_windows(
    sequence: Float32[np.ndarray, " label"], size: int, starts: Int64[np.ndarray, " start"]
) -> Int64[np.ndarray, " varying"]:
    """Those of the starts from which so many labels, round about, are not all the same."""
    changes = np.flatnonzero(np.diff(np.concatenate([sequence, sequence[:size]])))
    first, last = np.searchsorted(changes, starts), np.searchsorted(changes, starts + size - 1)
    return starts[first < last]


def null_maxima(store: ActivationStore, task: NullTask, workers: Workers) -> Float64[np.ndarray, " draw"]:
    """For each draw of null labels the strength of the unit that goes best with them."""
    return np.stack(workers.map(partial(_maxima_of_panel, task=task), store.panels)).max(axis=0)


def _maxima_of_panel(panel: Panel, task: NullTask) -> Float64[np.ndarray, " draw"]:
    bins = panel.read_rows(task.rows)
    among_all, norm = rank_bins(bins)
    ranks = look_up_ranks(bins, among_all)
    norm = np.where(norm > 0, norm, np.inf)
    size, strongest = len(ranks), []
    for draw in range(0, len(task.edges) - 1, DRAWS_AT_ONCE):
        edges = task.edges[draw : draw + DRAWS_AT_ONCE + 1]
        weights = read_floats(task.path, int(edges[0]) * size, int(edges[-1] - edges[0]) * size).reshape(-1, size)
        squares = (weights @ ranks).astype(np.float64) ** 2
        of_draw = np.add.reduceat(squares, edges[:-1] - edges[0], axis=0)
        strongest.append(_strength(of_draw, norm, task.measure).max(axis=1))
    return np.concatenate(strongest)


def _strength_weights(window: Float32[np.ndarray, " row"], measure: Measure) -> Float32[np.ndarray, "weight row"]:
    """Centred labels such that the sum of their squared products with ranks gives the strength: see `_strength`."""
    columns, norms = centred_weights(window, measure)
    scale = np.divide(2 if measure == "auroc" else 1, norms, out=np.zeros(len(norms)), where=norms > 0)
    return (columns * scale[:, None]).astype(np.float32)


def _strength(squares: np.ndarray, norm: np.ndarray, measure: Measure) -> Float64[np.ndarray, "draw column"]:
    """|2 AUROC - 1|, |Spearman| or eta squared from the sums of squared products."""
    if measure == "auroc":
        return np.sqrt(squares)
    return np.sqrt(squares) / norm if measure == "spearman" else squares / norm**2


def swapped_labels(concept: Concept, codes: UInt32[np.ndarray, " time"]) -> list[Float32[np.ndarray, " time"]]:
    """Labels of a concept's rule with other characters in the place of its delimiters.

    Those that hardly ever change are left out: one that opens once and never closes is a step in time, and with so many
    units one of them has a step there too.
    """
    if not concept.delimiters:
        return []
    found = [concept.labels(text) for text in swap_delimiters(codes, concept.delimiters)]
    return [labels for labels in found if (np.diff(labels[~np.isnan(labels)]) != 0).sum() >= FEWEST_CHANGES]

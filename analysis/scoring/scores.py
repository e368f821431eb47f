"""Scores every unit against every concept from ranks: AUROC, stratified AUROC, Spearman's correlation, eta squared.

Axes: `time`, `column` (one unit in one state), `concept`, `bin`, `row`, `stratum`.

Activations are quantised to 256 levels, so a unit's midranks are a table of 256 numbers. With r the midrank of a
unit's value among n and y a 0/1 label, the Mann-Whitney form of the area under the ROC curve is
`AUROC = (sum of r where y = 1 / n1 - (n1 + 1) / 2) / n0`, and all units meet all concepts in one matrix product of
ranks with labels. The same with ranks among the characters that are the same as the one just read, weighted by
1 / (n_s + 1) (van Elteren 1960), is the stratified AUROC: it separates detectors of quotes and of quotation marks.
Spearman's correlation is the product with the labels' own ranks, and eta squared the share of the ranks' variance
between the classes of a label. All are exact for the quantised values, ties included.

A panel of columns is scored on one thread with the same operations wherever it is scored, so a table does not depend
on how many threads or machines made it.
"""

from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np
from jaxtyping import Float32, Float64, Int64, UInt32

from analysis.scoring.activations import ActivationStore, Panel
from analysis.scoring.kernels import BINS, count_by_stratum, look_up, rank_tables
from analysis.scoring.labels import BLOCK, Design, Group, LabelStore
from analysis.scoring.workers import Workers
from analysis.statistics import CHANCE, Measure

EXACT_ROWS = 1024  # that float32 adds up
Scored = Float64[np.ndarray, "concept column"]


@dataclass(frozen=True)
class Scores:
    """How each unit agrees with each concept.

    `value` is the concept's own measure: AUROC, Spearman's correlation, or eta squared; `stratified` is the
    character-stratified AUROC, NaN for concepts that are not yes or no. Both are NaN where the label is constant. AUROC
    above .5 means that the unit is higher where the label is 1.
    """

    measures: list[Measure]
    value: Scored
    stratified: Scored

    @cached_property
    def strength(self) -> Scored:
        """Distance from chance whatever the sign, in 0 .. 1: |2 AUROC - 1|, |Spearman|, or eta squared.

        Of the AUROC and the stratified one the weaker counts, and 0 if they contradict each other: a unit that
        detects a letter should not be preferred to one that detects the concept.
        """
        binary = np.array([measure == "auroc" for measure in self.measures])[:, None]
        plain = self.sign * (2 * self.value - 1)
        within = np.nan_to_num(self.sign * (2 * self.stratified - 1), nan=1.0)  # no stratum has both labels
        return np.where(binary, np.clip(np.minimum(plain, within), 0, None), np.abs(self.value))

    @cached_property
    def sign(self) -> Int64[np.ndarray, "concept column"]:
        """-1 where a unit is lower where the label is higher."""
        chance = np.array([CHANCE[measure] for measure in self.measures])[:, None]
        return np.where(self.value < chance, -1, 1)

    def at(self, concept: int, column: int, sign: int) -> tuple[float, float]:
        """Value and stratified AUROC of one unit, reversed if `sign` is -1."""
        value, stratified = float(self.value[concept, column]), float(self.stratified[concept, column])
        if sign > 0 or self.measures[concept] == "eta2":
            return value, stratified
        return (1 - value, 1 - stratified) if self.measures[concept] == "auroc" else (-value, stratified)

    def signed(self, sign: Int64[np.ndarray, "concept column"]) -> tuple[Scored, Scored]:
        """`value` and `stratified` of the units, reversed where `sign` is -1."""
        over = {"auroc": 1 - self.value, "spearman": -self.value, "eta2": self.value}
        flipped = np.stack([over[measure][row] for row, measure in enumerate(self.measures)])
        return np.where(sign < 0, flipped, self.value), np.where(sign < 0, 1 - self.stratified, self.stratified)


def score_store(store: ActivationStore, design: Design, labels: LabelStore, workers: Workers) -> Scores:
    """Score all columns of a store against all label columns of a design; the other label columns are NaN."""
    found = workers.map(partial(score_panel, design=design), store.panels)
    value, stratified = (np.concatenate(parts, axis=1) for parts in zip(*found, strict=True))
    return Scores(labels.measures, value, stratified)


def score_panel(panel: Panel, design: Design) -> tuple[Scored, Scored]:
    """Value and stratified AUROC of every concept for the columns of one panel."""
    value = np.full((design.concepts, panel.width), np.nan)
    stratified = value.copy()
    for group in design.groups:
        counts = _count(panel, design, group)
        among_all, within, norm = rank_tables(counts)
        del counts
        sums, sums_within = _rank_sums(panel, design, group, among_all, within)
        with np.errstate(divide="ignore", invalid="ignore"):
            for place, concept in enumerate(group.concepts):
                value[concept] = _value(group, place, sums, norm)
            for row, place in enumerate(group.within):
                stratified[group.concepts[place]] = 0.5 + sums_within[row] / group.within_norms[row]
    value[~np.isfinite(value)] = np.nan
    stratified[~np.isfinite(stratified)] = np.nan
    return value, stratified


def _value(group: Group, place: int, sums: np.ndarray, norm: np.ndarray) -> Float64[np.ndarray, " column"]:
    """A concept's measure from its rank sums."""
    columns = slice(*group.spans[place])
    scaled = sums[columns] / group.norms[columns, None]
    if group.measures[place] == "auroc":
        return 0.5 + scaled[0]
    if group.measures[place] == "spearman":
        return scaled[0] / norm
    return np.full(len(norm), np.nan) if len(scaled) < 2 else (scaled**2).sum(axis=0) / norm**2


def _count(panel: Panel, design: Design, group: Group) -> UInt32[np.ndarray, "stratum column bin"]:
    counts = np.zeros((group.strata_count, panel.width, BINS), dtype=np.uint32)
    for number, part in design.blocks():
        rows = slice(*group.offsets[number : number + 2])
        if rows.start < rows.stop:
            count_by_stratum(panel.read(part), group.rows[rows], group.strata[rows], counts)
    return counts


def _rank_sums(
    panel: Panel, design: Design, group: Group, among_all: Float32[np.ndarray, "column bin"], within: np.ndarray
) -> tuple[Float64[np.ndarray, "weight column"], Float64[np.ndarray, "within column"]]:
    """The matrix products of labels with ranks, block by block."""
    sums = np.zeros((len(group.norms), panel.width))
    sums_within = np.zeros((len(group.within), panel.width))
    ranks = np.empty((BLOCK, panel.width), dtype=np.float32)
    ranks_within = np.empty_like(ranks)
    for number, part in design.blocks():
        rows = slice(*group.offsets[number : number + 2])
        size = rows.stop - rows.start
        if size == 0:
            continue
        look_up(panel.read(part), group.rows[rows], group.strata[rows], among_all, within, ranks, ranks_within)
        _add_product(sums, group.weights(number), ranks[:size])
        if group.within:
            _add_product(sums_within, group.weights_within(number), ranks_within[:size])
    return sums, sums_within


def _add_product(
    sums: Float64[np.ndarray, "weight column"],
    weights: Float32[np.ndarray, "weight row"],
    ranks: Float32[np.ndarray, "row column"],
) -> None:
    """Add a matrix product: float32 within a thousand rows, float64 among them. Columns of few values round alike."""
    for start in range(0, len(ranks), EXACT_ROWS):
        rows = slice(start, start + EXACT_ROWS)
        sums += weights[:, rows] @ ranks[rows]

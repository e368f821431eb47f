"""The board of concepts: the results of the search, its probes and the causal tests in one table."""

from dataclasses import dataclass

import pandas as pd

from analysis.ablation.table import KEYS, load_ablations
from analysis.concepts import CONCEPTS
from analysis.evidence.verdicts import MARGIN, RULES
from analysis.findings import Findings, ranked, rows_of
from analysis.statistics import MEASURE_TITLES
from models.run import Run
from models.units import Unit


@dataclass(frozen=True)
class BoardColumn:
    """A column of the board as people see it."""

    title: str
    help: str = ""
    format: str | None = None
    """Of numbers, in printf's form; None for words."""
    is_wide: bool = False


BOARD = {
    "title": BoardColumn("Concept", is_wide=True),
    "name": BoardColumn("Unit", "Layers count from 1, units from 0. Click to open it in Read."),
    "symbol": BoardColumn("State", "h, the hidden state, or c, the cell state"),
    "verdict": BoardColumn(
        "Verdict",
        "A detector (on or off) or a ramp (an amount) also scores well on text that was not used to choose it. "
        "Local: the last five characters alone, or an untrained network, do as well.",
    ),
    "level": BoardColumn("Rule", "The strictest rule that it passes: lax, default or strict"),
    "measure": BoardColumn("Measure", "AUROC for on or off, Spearman for amounts, η² for classes"),
    "score": BoardColumn("Score", "On text that was not used to choose the unit", "%.3f"),
    "interval": BoardColumn("95 %", "Block bootstrap over 100 blocks of the text"),
    "ngram": BoardColumn("N-grams", "The best n-gram baseline: the last 1, 3 or 5 characters alone", "%.3f"),
    "untrained": BoardColumn("Untrained", "Best unit of 3 untrained networks", "%.3f"),
    "causal": BoardColumn("Causal", "The verdict of clamping the unit; see the unit's page"),
    "together": BoardColumn(
        "Together", "The fewest units that predict the concept well together; – if 16 do not", "%d"
    ),
    "stratified_auroc": BoardColumn(
        "Same character", "AUROC among equal characters: is it the concept, or just a character?", "%.3f"
    ),
    "f1": BoardColumn("F1", "At the threshold chosen on the development part", "%.3f"),
    "r2": BoardColumn("R²", "Amounts: variance explained by a monotone curve", "%.3f"),
    "rotated": BoardColumn(
        "Rotated",
        "The best unit after a random rotation of the layer: is it this unit that knows, or the whole layer?",
        "%.3f",
    ),
    "delimiter_swap": BoardColumn("Swapped", "The best unit for the same concept with other delimiters", "%.3f"),
    "q_value": BoardColumn("q", "Against the best of all units on null labels; adjusted for all concepts", "%.1e"),
}
CONTROLS_EXPLAINED = (
    "N-gram baseline: the last 1 to 5 characters alone. Untrained networks: the best unit of three of them. "
    "Null labels: the best of all units on the labels of other excerpts, 95th percentile. Rotated layer: the best unit "
    "after a random rotation. Swapped delimiters: the best unit for the same concept with other delimiters. "
    "η²: the share of the unit's variance that the classes explain."
)
_RULE = RULES["default"]
COUNTS_FROM = (
    f"A detector, of what holds or not, counts from an AUROC of {_RULE.auroc:.2f}, with {_RULE.stratified:.2f} among "
    f"equal characters, an interval from {_RULE.ci_low:.2f} and an F1 of {_RULE.f1:.2f}. "
    f"A ramp, of amounts or classes, counts from {100 * _RULE.r2:.0f} % of variance explained (R² or η²). "
    f"Either has to be {MARGIN:.2f} above the n-gram baseline and untrained networks; else it is local."
)
ENOUGH = {"AUROC": 0.9, "Spearman": 0.7}  # from here on, several units together carry a concept


def board_of(run: Run, findings: Findings) -> pd.DataFrame:
    """Every candidate unit of every concept, the clearest concepts first; `rank` 1 is the best unit.

    It adds to the columns of `analysis.findings.ranked`: `title`, `name` (of the unit), `symbol` (h, c, or a gate's
    name), `causal` (a verdict, or empty), `bits_there`, `together` (how many units a sparse probe needs; NaN if sixteen
    are not enough) and `interval`.
    """
    table = ranked(findings.units[findings.units["concept"].isin(CONCEPTS)])
    units = [Unit.of_row(row) for row in rows_of(table)]
    table = table.assign(
        title=[CONCEPTS[name].title for name in table["concept"]],
        name=[str(unit) for unit in units],
        symbol=[unit.symbol for unit in units],
        measure=table["measure"].map(MEASURE_TITLES),
        interval=[
            f"{low:.2f}–{high:.2f}" if low == low else ""
            for low, high in zip(table["ci_low"], table["ci_high"], strict=True)
        ],
    )
    table["together"] = table["concept"].map(units_together(findings.probes, table))
    ablations = load_ablations(run)
    if ablations is None:
        return table.assign(causal=None, bits_there=float("nan")).reset_index(drop=True)
    tested = ablations.rename(columns={"verdict": "causal"})[[*KEYS, "causal", "bits_there"]]
    return table.merge(tested, on=KEYS, how="left")


def units_together(probes: pd.DataFrame, units: pd.DataFrame) -> dict[str, float]:
    """By concept, the fewest units whose sparse probe does well, and better than every baseline."""
    found = {}
    first = units.drop_duplicates("concept")
    for name, measure, ngram in zip(first["concept"], first["measure"], first["ngram"], strict=True):
        group = probes[probes["concept"] == name]
        best = {source: of.groupby("size")["score"].max() for source, of in group.groupby("source")}
        if "trained" not in best:
            continue
        well = best["trained"] >= ENOUGH.get(measure, float("inf"))
        well &= ~(best["trained"] < ngram + MARGIN)
        if "untrained" in best:
            well &= ~(best["trained"] < best["untrained"] + MARGIN)
        found[name] = float(best["trained"][well].index.min()) if well.any() else float("nan")
    return found


def counts_sentence(known: pd.DataFrame) -> str:
    """How many of the concepts that could be scored have a unit."""
    return f"{int(known['clear'].sum())} of {len(known)} concepts have a unit"


def unfound(best: pd.DataFrame) -> dict[str, list[str]]:
    """The concepts without a unit, which are a result too, by reason."""
    known = best[best["score"].notna()]
    missing, silent = known[known["verdict"] == "none"]["title"], best[best["score"].isna()]["title"]
    listed = {"No unit found for": missing, "Too rare in the text to score": silent}
    return {words: list(titles) for words, titles in listed.items() if len(titles)}

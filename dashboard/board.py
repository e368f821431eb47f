"""The board of concepts: the results of the search, its probes and the causal tests in one table."""

import pandas as pd

from analysis.ablation.table import KEYS, load_ablations
from analysis.concepts import CONCEPTS
from analysis.evidence.verdicts import MARGIN
from analysis.findings import Findings, ranked, rows_of
from analysis.statistics import MEASURE_TITLES
from models.run import Run
from models.units import Unit

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

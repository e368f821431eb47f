"""The board of concepts: what a search, its probes and the causal tests say about each, in one table."""

import pandas as pd

from analysis.ablation.table import load_ablations
from analysis.concepts import CONCEPTS
from analysis.evidence.verdicts import MARGIN, NGRAMS
from analysis.findings import Findings, summarise, symbol_of
from dashboard.readings import UnitName
from models.run import Run

ENOUGH = {"AUROC": 0.9, "Spearman": 0.7}  # from which several units together are said to carry a concept
ORDER = {"detector": 0, "ramp": 0, "local": 1, "none": 2}
KEYS = ["concept", "state", "layer", "unit"]


def board_of(run: Run, findings: Findings) -> pd.DataFrame:
    """Every candidate unit of every concept, the concepts with the surest units first; `place` 1 is the best unit.

    Beside the columns of the search table: `title`, `name` (as units are written), `symbol` (h, c, or a gate's name),
    `oracle` (the best one), `causal` (a verdict, or empty), `bits_there`, `together` (how many units a sparse probe
    needs; NaN if sixteen are not enough) and `interval`.
    """
    table = summarise(findings.units[findings.units["concept"].isin(CONCEPTS)])
    table = table.assign(
        title=[CONCEPTS[name].title for name in table["concept"]],
        name=[str(UnitName(layer, unit)) for layer, unit in zip(table["layer"], table["unit"], strict=True)],
        symbol=[symbol_of(str(state)) for state in table["state"]],
        oracle=table[list(NGRAMS)].max(axis=1),
        interval=[
            f"{low:.2f}–{high:.2f}" if low == low else ""
            for low, high in zip(table["ci_low"], table["ci_high"], strict=True)
        ],
    )
    table["together"] = table["concept"].map(units_together(findings.probes, table))
    ablations = load_ablations(run)
    if ablations is not None:
        tested = ablations.rename(columns={"verdict": "causal"})[[*KEYS, "causal", "bits_there"]]
        table = table.merge(tested, on=KEYS, how="left")
    else:
        table = table.assign(causal=None, bits_there=float("nan"))
    best = table[table["place"] == 1].copy()
    best["rank"] = best["verdict"].map(ORDER) * 2 + ~best["clear"]
    best = best.sort_values(["rank", "score"], ascending=[True, False], kind="stable")
    order = {concept: number for number, concept in enumerate(best["concept"])}
    return table.sort_values(
        ["concept", "place"],
        key=lambda values: values.map(order) if values.name == "concept" else values,
        kind="stable",
    ).reset_index(drop=True)


def units_together(probes: pd.DataFrame, units: pd.DataFrame) -> dict[str, float]:
    """By concept the least number of units whose sparse probe does well, and better than what is had for nothing."""
    found = {}
    first = units.drop_duplicates("concept")
    for name, measure, oracle in zip(first["concept"], first["measure"], first["oracle"], strict=True):
        group = probes[probes["concept"] == name]
        best = {source: of.groupby("size")["score"].max() for source, of in group.groupby("source")}
        if "trained" not in best:
            continue
        well = best["trained"] >= ENOUGH.get(measure, float("inf"))
        well &= ~(best["trained"] < oracle + MARGIN)
        if "untrained" in best:
            well &= ~(best["trained"] < best["untrained"] + MARGIN)
        found[name] = float(best["trained"][well].index.min()) if well.any() else float("nan")
    return found

"""Writes docs/cells.md: the cells that the post and the paper name, as the search finds them in the shipped models.

python -m docs.cells write
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.ablation.table import KEYS, load_ablations
from analysis.cells import CELLS
from analysis.concepts import CONCEPTS
from analysis.findings import Findings, best_ngram, best_units, load_findings, rows_of
from analysis.statistics import MEASURE_TITLES
from corpora import InputError
from corpora.errors import new_command_line, run_command_line
from docs.reproduction import table
from models.run import PRETRAINED, Run, load_run
from models.units import Unit, symbol_of

PAGE = Path(__file__).parent / "cells.md"
MODELS = ("war-and-peace", "linux", "wikipedia")
HEADER = (
    "concept", "unit", "score", "95 %", "same character", "F1 or R²", "n-grams", "untrained", "rotated", "swapped",
    "null labels, 95 %", "q", "verdict", "causal, bits",
)  # fmt: skip
LEVELS = (0.8, 0.9, 0.95)

app = new_command_line("Write docs/cells.md from the search tables of the shipped models.")


@app.command()
def write() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")
    print(PAGE)


@app.command()
def check() -> None:
    """Whether the page matches the tables."""
    if PAGE.read_text(encoding="utf-8") != page():
        raise InputError(f"{PAGE.name} is not that of the shipped tables. Write it: python -m docs.cells write")


def page() -> str:
    """The whole page."""
    findings = {name: _findings(load_run(PRETRAINED / name)) for name in MODELS}  # by folder: only shipped results
    parts = [INTRODUCTION, *_cells(findings), "## All other concepts\n\n" + OTHERS, *_others(findings)]
    parts += ["## How many units can be interpreted?\n\n" + SHARE, _shares(findings)]
    return "\n".join(part.rstrip() + "\n" for part in parts)


def _findings(run: Run) -> tuple[Run, Findings]:
    found = load_findings(run)
    if found is None:
        raise InputError(f"{run.name} has no search tables. Search it: python -m analysis search {run.name}")
    return run, found


def _cells(findings: dict[str, tuple[Run, Findings]]) -> Iterator[str]:
    for cell in CELLS:
        run, found = findings[cell.model]
        rows = [row for concept in cell.concepts for row in _rows(run, found, concept)]
        together = "; ".join(f"`{concept}`: {_together(found, concept)}" for concept in cell.concepts)
        heading = f"## The {cell.title}\n\nModel `{cell.model}`."
        yield f"{heading}\n\n{table(HEADER, rows)}\nSeveral units together: {together}.\n"


def _rows(run: Run, found: Findings, concept: str) -> Iterator[Iterable[Any]]:
    """The best unit of each state, that of the hidden state first."""
    units = found.units[(found.units["concept"] == concept) & (found.units["rank_in_state"] == 1)]
    ablations = load_ablations(run)
    for row in rows_of(units.assign(ngram=best_ngram(units))):
        yield _cells_of_row(row, ablations)


def _cells_of_row(row: dict[str, Any], ablations: pd.DataFrame | None) -> tuple[str, ...]:
    unit = Unit.of_row(row)
    fit = row["r2"] if row["measure"] == "spearman" else row["f1"]
    return (
        f"`{row['concept']}`",
        f"{unit} {unit.symbol}",
        f"{MEASURE_TITLES[row['measure']]} {without_zero(row['score'])}",
        f"{without_zero(row['ci_low'], 2)}–{without_zero(row['ci_high'], 2)}",
        *(without_zero(value) for value in (row["stratified_auroc"], fit, row["ngram"])),
        *(without_zero(row[name]) for name in ("untrained", "rotated", "delimiter_swap", "null_95")),
        f"{row['q_value']:.0e}",
        f"{row['verdict']} ({row['level']})" if row["level"] else row["verdict"],
        _causal(row, ablations),
    )


def _causal(row: dict[str, Any], ablations: pd.DataFrame | None) -> str:
    if ablations is None:
        return ""
    found = ablations[(ablations[KEYS] == [row[key] for key in KEYS]).all(axis=1)]
    if found.empty:
        return ""
    tested = found.iloc[0]
    if tested["verdict"] == "not tested":
        return "not tested: too rare"
    return f"{tested['verdict']}: {tested['bits_there']:+.2f}, other {tested['bits_elsewhere']:+.2f}"


def _together(found: Findings, concept: str) -> str:
    """The scores of the best probes of 1, 4 and 16 units, and of 16 units of untrained networks."""
    probes = found.probes[found.probes["concept"] == concept]
    best = probes.groupby(["source", "size"])["score"].max()
    scores = [f"{size} {without_zero(best['trained', size])}" for size in (1, 4, 16) if ("trained", size) in best]
    untrained = f" (untrained, 16: {without_zero(best['untrained', 16])})" if ("untrained", 16) in best else ""
    return ", ".join(scores) + untrained


def _others(findings: dict[str, tuple[Run, Findings]]) -> Iterator[str]:
    named = {(cell.model, concept) for cell in CELLS for concept in cell.concepts}
    for model in MODELS:
        run, found = findings[model]
        best = best_units(found.units)
        best = best[[(model, concept) not in named for concept in best["concept"]]]
        ablations = load_ablations(run)
        rows = [_cells_of_row(row, ablations) for row in rows_of(best[best["score"].notna()])]
        silent = [f"`{name}`" for name in best[best["score"].isna()]["concept"]]
        note = f"\nNot scored, since they do not occur in both parts: {', '.join(silent)}.\n" if silent else ""
        yield f"### {model}\n\n{table(HEADER, rows)}{note}"


def _shares(findings: dict[str, tuple[Run, Findings]]) -> str:
    rows = []
    for model in MODELS:
        share = findings[model][1].share
        for (source, state), group in share.groupby(["source", "state"], sort=False):
            at = [rows_of(group[group["threshold"].round(2) == level])[0] for level in LEVELS]
            shares = [f"{row['share']:.1%} ({row['concepts']:.0f})" for row in at]
            rows.append((model, symbol_of(str(state)), source, *shares))
    return table(("model", "state", "units", *(f"AUROC ≥ {level}" for level in LEVELS)), rows)


def without_zero(value: float, digits: int = 3) -> str:
    """A score without the zero before its point; empty for none."""
    if value != value:
        return ""
    return f"{value:.{digits}f}".replace("0.", ".", 1) if abs(value) < 1 else f"{value:.{digits}f}"


INTRODUCTION = f"""# The cells of the post and of the paper, in the shipped models

Made by `python -m docs.cells write` from the shipped search tables; [run-format.md](run-format.md) explains the columns
and verdicts. Karpathy's post and Karpathy, Johnson and Fei-Fei name ten cells that they found by eye. The search looks
for each among all units in both states, h and c, with a label for every character, on text that neither trained the
network nor chose the unit. Cells that were not found are listed as well. The catalogue has {len(CONCEPTS)} concepts
(`python -m analysis concepts`).

*Score* is the unit's score on the test part with its 95 % interval, *same character* the AUROC among equal characters.
Of the baselines and controls, *n-grams* is the best score of the last 1, 3 or 5 characters alone, *untrained* the best
unit of three untrained networks, *rotated* the best unit after a random rotation of the layer, *swapped* the best unit
for the same rule with other delimiters, and *null labels, 95 %* the 95th percentile of the best unit on null labels,
which are labels of other excerpts. *Causal* is the effect of clamping the unit on the predictions, in bits per
character, where the concept matters and for all *other* predictions (`python -m analysis ablate`).
"""
OTHERS = "The best unit of either state."
SHARE = """The post estimates "about 5 %". It depends on the AUROC required: the table has the share of a state's units
that detect one of the binary concepts, and in brackets how many different concepts they detect. Both the AUROC and the
AUROC among equal characters must reach the level, and the unit must beat the n-gram baselines and null labels.
"""


if __name__ == "__main__":
    run_command_line(app)

"""Which units of a run to ablate, on which text, and the table of what came of it.

`ablations.parquet` lies among the run's results, one row per concept, state, layer and unit; see docs/run-format.md.
"""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from analysis.ablation.ablation import Ablation, Target
from analysis.concepts import CONCEPTS, Concept
from analysis.findings import load_units, rows_of
from analysis.own_concepts import known_concepts
from corpora import InputError
from corpora.shell import shell_command
from models.run import Run
from models.tables import Column, Table
from models.units import Unit, require_state

FILE = "ablations.parquet"
_INTEGERS = ("layer", "unit", "characters", "events", "controls")
_STRINGS = ("concept", "state", "text", "clamped_to", "verdict")
_NAMES = (  # as docs/run-format.md describes them
    "concept", "state", "layer", "unit", "text", "characters", "events", "inside_mean", "outside_mean",
    "hidden_difference", "auroc", "clamped_to", "bits_there", "ci_low", "ci_high", "bits_elsewhere", "controls",
    "control_median", "controls_95", "other_bits_there", "other_bits_elsewhere", "verdict",
)  # fmt: skip
TABLE = Table(
    FILE,
    tuple(
        Column(name, "integer" if name in _INTEGERS else "string" if name in _STRINGS else "float") for name in _NAMES
    ),
    "Delete it, then test again: python -m analysis ablate RUN",
)
KEYS = ["concept", "state", "layer", "unit"]


def choose_targets(
    run: Run, unit: str = "", concept_name: str = "", state: str = "", own: Sequence[Concept] = ()
) -> list[Target]:
    """What to test: the unit for the concept; without one of them, those that the run's search table puts together.

    Without a unit it is the best one of each concept: the first place of the state that followed it best on the
    development part. Without a concept it is every concept for which the table names the unit, or all of `own`: custom
    concepts, which need a unit. Those saved with the run are known by name.

    Raises:
        InputError: no such concept or state, or nothing in the table that would do.
    """
    if state:
        require_state(run.model, state)
    known = known_concepts(run) | {each.name: each for each in own}
    if concept_name and concept_name not in known:
        raise InputError(f"No concept is called {concept_name!r}. Known: {', '.join(known)}.")
    if own and not concept_name:
        return [Target(each, _named_unit(run, unit, state)) for each in own]
    found = _found_units(run, state)
    if concept_name:
        found = found[found["concept"] == concept_name]
    if unit:
        wanted = _named_unit(run, unit, state)
        found = found[(found["layer"] == wanted.layer) & (found["unit"] == wanted.index)]
        if concept_name and found.empty:
            return [Target(known[concept_name], wanted)]
    else:
        found = found[found["rank_in_state"] == 1]
    best = found.sort_values("development", ascending=False, kind="stable").drop_duplicates("concept").sort_index()
    if best.empty:
        named = " and ".join(filter(None, (concept_name, unit))) or "any concept"
        raise InputError(
            f"Wanted a unit that a search of {run.name} found for a concept, got none for {named}. "
            f"Search first: {shell_command('analysis', 'search', run.name)}; or name both --unit and --concept."
        )
    return [Target(known[row["concept"]], Unit.of_row(row)) for row in rows_of(best)]


def _named_unit(run: Run, unit: str, state: str) -> Unit:
    if not unit:
        raise InputError(
            f"Wanted the unit to test for your concepts, got none. Name it with --unit; to find it: "
            f"{shell_command('analysis', 'search', run.name)} --concepts FILE"
        )
    return Unit.parse(unit, state or run.memory).require(run.model)


def _found_units(run: Run, state: str) -> pd.DataFrame:
    """The rows of the run's search table of this state, or of any: gates, which cannot be held, are left out."""
    table = load_units(run)
    if table is None:
        return pd.DataFrame(columns=[*KEYS, "rank_in_state", "development"])
    known = table["concept"].isin(list(CONCEPTS)) & table["state"].isin([state] if state else run.states)
    return table[known & (table["development"] >= 0)]  # below 0: it could not be scored


def relatives_of(run: Run, target: Target) -> set[int]:
    """Units of the target's layer that the search found for the same concept, in any state: no controls for it."""
    found = _found_units(run, "")
    same = found[(found["concept"] == target.concept.name) & (found["layer"] == target.unit.layer)]
    return {int(unit) for unit in same["unit"]} - {target.unit.index}


def keep_ablation(run: Run, ablation: Ablation) -> None:
    """Add a result to `ablations.parquet`, or put it in the place of an older one; whole or not at all.

    Raises:
        InputError: it cannot be written.
    """
    table = load_ablations(run)
    rows = [] if table is None else table.to_dict("records")
    by_key = {tuple(row[key] for key in KEYS): row for row in [*rows, _row_of(ablation)]}
    run.keep_measured(FILE, pd.DataFrame([by_key[key] for key in sorted(by_key)]), run=run.name)


def _row_of(ablation: Ablation) -> dict[str, Any]:
    fields = dict(vars(ablation))
    return {"concept": fields.pop("concept"), **fields.pop("unit").columns, **fields}


def load_ablations(run: Run) -> pd.DataFrame | None:
    """What was tested with the run's present weights, shipped results and one's own, or None if nothing was.

    Raises:
        InputError: a table is damaged.
    """
    tables = [run.measured_table_in(folder, TABLE) for folder in run.measured_in]
    known = [table for table in tables if table is not None]
    return pd.concat(known, ignore_index=True).drop_duplicates(KEYS) if known else None

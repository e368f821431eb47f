"""Which units of a run to ablate, on which text, and the table of what came of it.

`ablations.parquet` lies in the run's folder, one row per concept, state, layer and unit; see docs/run-format.md.
"""

from dataclasses import asdict
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.ablation.ablation import Ablation, Target
from analysis.ablation.passages import HeldOut
from analysis.concepts import CONCEPTS, concept
from analysis.texts import SEARCHED, split_parts
from corpora import InputError, prepare_file
from models.clamp import parse_unit
from models.network import CELLS
from models.run import UNITS, Run, corpus_of, describe, replacing

FILE = "ablations.parquet"
KEYS = ["concept", "state", "layer", "unit"]


def held_out_text(run: Run, path: Path | None = None) -> HeldOut:
    """The part of the run's test split that judged the units that a search chose, or the whole of a text file.

    Raises:
        InputError: the corpus is not on this machine, or the file cannot be read.
    """
    if path is not None:
        return HeldOut(np.asarray(prepare_file(path).characters), 0, path.name)
    corpus, table = corpus_of(run), run.measured_table(UNITS)
    codes = np.asarray(corpus.split("test"))
    if table is not None and {"characters", "test_characters"} <= table.attrs.keys():
        codes = codes[: table.attrs["characters"]]
        start = len(codes) - table.attrs["test_characters"]
    else:
        codes = codes[:SEARCHED]
        start = split_parts(len(codes), corpus.document_starts("test")).test.start
    return HeldOut(codes, max(0, start), f"{corpus.name}, test split")


def choose_targets(run: Run, unit: str = "", concept_name: str = "", state: str = "") -> list[Target]:
    """What to test: the unit for the concept; without one of them, those that the run's search table puts together.

    Without a unit it is the best one of each concept: the first place of the state that followed it best on the
    development part. Without a concept it is every concept for which the table names the unit.

    Raises:
        InputError: no such concept or state, or nothing in the table that would do.
    """
    states = CELLS[run.model.cell].states
    if state and state not in states:
        raise InputError(f"Wanted {' or '.join(states)} as --state of {run.name} ({describe(run.model)}), got {state}.")
    if concept_name:
        concept(concept_name)
    found = _found_units(run, state)
    if concept_name:
        found = found[found["concept"] == concept_name]
    if unit:
        layer, number = parse_unit(unit)
        found = found[(found["layer"] == layer) & (found["unit"] == number)]
        if concept_name and found.empty:
            return [Target(concept(concept_name), state or states[-1], layer, number)]
    else:
        found = found[found["place"] == 1]
    best = found.sort_values("development", ascending=False, kind="stable").drop_duplicates("concept").sort_index()
    if best.empty:
        wanted = " and ".join(filter(None, (concept_name, unit))) or "any concept"
        raise InputError(
            f"Wanted a unit and a concept that a search of {run.name} put together, got none for {wanted}. "
            f"Search first: python -m analysis search {run.name}; or name both --unit and --concept."
        )
    return [
        Target(concept(name), of_state, int(layer), int(number))
        for name, of_state, layer, number in best[KEYS].itertuples(index=False)
    ]


def _found_units(run: Run, state: str) -> pd.DataFrame:
    """The rows of the run's search table of this state, or of any: gates, which cannot be held, are left out."""
    table = run.measured_table(UNITS)
    if table is None:
        return pd.DataFrame(columns=[*KEYS, "place", "development"])
    wanted = [state] if state else CELLS[run.model.cell].states
    known = table["concept"].isin(list(CONCEPTS)) & table["state"].isin(wanted)
    return table[known & (table["development"] >= 0)]  # below 0: it could not be scored


def relatives_of(run: Run, target: Target) -> set[int]:
    """Units of the target's layer that the search found for the same concept, in any state: no controls for it."""
    found = _found_units(run, "")
    same = found[(found["concept"] == target.concept.name) & (found["layer"] == target.layer)]
    return {int(unit) for unit in same["unit"]} - {target.unit}


def keep_ablation(run: Run, ablation: Ablation) -> None:
    """Add a result to `ablations.parquet`, or put it in the place of an older one; whole or not at all.

    Raises:
        InputError: it cannot be written.
    """
    table = load_ablations(run)
    rows = [] if table is None else table.to_dict("records")
    by_key = {tuple(row[key] for key in KEYS): row for row in [*rows, asdict(ablation)]}
    described = pd.DataFrame([by_key[key] for key in sorted(by_key)])
    described.attrs = {"run": run.name, "weights_sha256": run.weights_hash}
    with replacing(run.folder / FILE) as temporary:
        described.to_parquet(temporary, index=False)


def load_ablations(run: Run) -> pd.DataFrame | None:
    """The table of what was tested with the run's present weights, or None if nothing was."""
    return run.measured_table(FILE)

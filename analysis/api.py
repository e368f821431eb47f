"""What the commands of `python -m analysis` do, to be called from a notebook. docs/api.md shows it at work.

Axes: `time layer unit`.
"""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr
from jaxtyping import Float32

from analysis.ablation.ablation import CHARACTERS, Ablation, ablate
from analysis.ablation.table import choose_targets, relatives_of
from analysis.concepts import Concept, concept
from analysis.findings import Findings
from analysis.search import search
from analysis.statistics import CHANCE, measure_columns
from analysis.texts import held_out_text
from corpora import InputError, to_code_points
from models.api import AnyRun, as_run
from models.recording.variables import STATE
from models.units import Unit

COLUMNS = 256  # units that are ranked at a time


def label_text(named: str | Concept, text: str | xr.Dataset) -> Float32[np.ndarray, " time"]:
    """What a concept says of each character of a text, or of a recording's: NaN where it does not apply.

    The label at t is the state after character t was read.

    Raises:
        InputError: no such concept.
    """
    found = named if isinstance(named, Concept) else concept(named)
    codes = to_code_points(text) if isinstance(text, str) else np.asarray(text["char"].values, dtype=np.uint32)
    return found.labels(codes)


def score_units(recording: xr.Dataset, named: str | Concept) -> pd.DataFrame:
    """How well each unit, in each state, agrees with a concept over a recording, the best first.

    This is one number per unit on the text that chose it. `search_units` adds what makes a finding credible: text that
    had no part in the choice, baselines and controls.

    Returns:
        Columns `state`, `layer`, `unit`, `score` by the concept's measure (AUROC, Spearman's correlation or eta
        squared), and `sign`: -1 where the unit is lower where the label is higher. `score` is that of the unit with its
        sign, so an AUROC is at least .5.

    Raises:
        InputError: no such concept, or a label that does not vary over this text.
    """
    found = named if isinstance(named, Concept) else concept(named)
    label = label_text(found, recording)
    known = ~np.isnan(label)
    if not known.any() or label[known].min() == label[known].max():
        raise InputError(f"Wanted a text where {found.name} varies, got one where it does not. Record another text.")
    tables = [
        _of_state(str(name), values, known, label[known], found)
        for name, values in recording.data_vars.items()
        if values.dims == STATE
    ]
    table = pd.concat(tables, ignore_index=True)
    return table.sort_values("score", ascending=False, kind="stable", ignore_index=True)


def _of_state(name: str, values: xr.DataArray, known: Any, label: np.ndarray, found: Concept) -> pd.DataFrame:
    rows = values.values[known].reshape(int(known.sum()), -1).astype(np.float32)
    raw = np.concatenate(
        [measure_columns(found.measure, label, rows[:, at : at + COLUMNS]) for at in range(0, rows.shape[1], COLUMNS)]
    )
    chance = CHANCE[found.measure]
    sign = np.where(raw < chance, -1, 1)
    score = np.where(sign < 0, (1 - raw) if found.measure == "auroc" else -raw, raw)
    layer, unit = np.meshgrid(values["layer"].values, values["unit"].values, indexing="ij")
    return pd.DataFrame({"state": name, "layer": layer.ravel(), "unit": unit.ravel(), "score": score, "sign": sign})


def ablate_unit(
    run: AnyRun, unit: str | Unit, named: str | Concept, *, text: str | Path | None = None, chars: int = CHARACTERS
) -> Ablation:
    """Clamp a unit to its means inside and outside a concept: does the network use what it encodes?

    Args:
        run: a run, its name or its folder.
        unit: such as `L2.u392`.
        named: the concept, or the name of one of the catalogue or saved with the run.
        text: the path of a text; by default the part of the run's test split that judged the units.
        chars: characters to read; up to four times as many for a rare concept.

    Raises:
        InputError: no such run, unit or concept, or a text where the concept hardly matters.
    """
    loaded = as_run(run)
    chosen = Unit.parse(unit) if isinstance(unit, str) else unit
    own, name = ((named,), named.name) if isinstance(named, Concept) else ((), named)
    (target,) = choose_targets(loaded, chosen.slug, name, chosen.state, own)
    held_out = held_out_text(loaded, None if text is None else Path(text))
    network, relatives = loaded.load_network(), relatives_of(loaded, target)
    return ablate(network, loaded.vocabulary, held_out, target, relatives, chars)


def search_units(run: AnyRun, text: str | Path | None = None, **options: Any) -> Findings:
    """The search of `python -m analysis search`: see `analysis.search.search` for its options and its tables.

    `search_units(run).units` has a row per candidate; `.save(run.results_folder)` keeps the tables for the dashboard.
    """
    return search(as_run(run), None if text is None else Path(text), **options)

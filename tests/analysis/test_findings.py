"""The tables of a search: their order, what follows from their columns, and tables of other formats."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.ablation.table import choose_targets, relatives_of
from analysis.findings import (
    FORMAT,
    NGRAMS,
    RENAMED,
    TABLES,
    Findings,
    best_baseline,
    best_ngram,
    best_units,
    load_findings,
    load_units,
    ranked,
    sureness,
)
from analysis.profile.summary import known_units
from corpora import InputError
from corpora.places import runs_folder
from dashboard.board import board_of
from dashboard.export import detector_units
from dashboard.readings import findings_of
from models.pack import pack_run
from models.run import PRETRAINED, UNITS, Run, load_run, shipped_runs
from models.snapshots import load_snapshots
from tests.conftest import Outcome

VERDICTS = ["detector", "ramp", "local", "none"]
maybe = st.one_of(st.just(np.nan), st.sampled_from([0.0, 0.2, 0.5, 0.9]), st.floats(-1, 1))
rows = st.fixed_dictionaries(
    {
        "concept": st.sampled_from(["quotes", "column", "links", "depth"]),
        "verdict": st.sampled_from(VERDICTS),
        "level": st.sampled_from(["strict", "default", "lax"]),
        "development": maybe,
        "score": maybe,
        "untrained": maybe,
        **dict.fromkeys(NGRAMS, maybe),
    }
)
tables = st.lists(rows, min_size=1, max_size=25).map(
    lambda found: pd.DataFrame([row | ({"level": ""} if row["verdict"] == "none" else {}) for row in found])
)


@pytest.fixture
def old() -> Run:
    """A copy of the smallest shipped model as a run of one's own."""
    shutil.copytree(PRETRAINED / "war-and-peace-rnn", runs_folder() / "old")
    return load_run("old")


def rewrite(run: Run, format_: int | None, columns: dict[str, str] | None = None) -> None:
    """Write the table of units as another version of Charscope would have."""
    table = pd.read_parquet(run.folder / UNITS).rename(columns=columns or {})
    attributes = {name: value for name, value in table.attrs.items() if name != "format"}
    table.attrs = attributes | ({"format": format_} if format_ else {})
    table.to_parquet(run.folder / UNITS, index=False)


# ---- order ---------------------------------------------------------------------------------------------------------


@given(tables)
@settings(max_examples=60)
def test_each_concept_has_its_units_ranked_by_the_development_part(units: pd.DataFrame):
    table = ranked(units)
    assert sorted(table.index) == list(range(len(units)))
    pd.testing.assert_frame_equal(table.sort_index()[list(units.columns)], units)
    runs = (table["concept"] != table["concept"].shift()).sum()
    assert runs == units["concept"].nunique()  # the rows of a concept stand together
    for _, group in table.groupby("concept"):
        assert group["rank"].tolist() == list(range(1, len(group) + 1))
        known = group["development"].dropna()
        assert known.is_monotonic_decreasing
        assert group["development"].iloc[: len(known)].notna().all()
        for value, ties in group.groupby("development"):
            assert ties.index.is_monotonic_increasing, f"units of the same {value} keep their order"


@given(tables)
@settings(max_examples=60)
def test_concepts_are_ordered_by_how_sure_their_best_unit_is(units: pd.DataFrame):
    best = best_units(units)
    assert set(best["concept"]) == set(units["concept"])
    assert best["concept"].is_unique
    assert (best["rank"] == 1).all()
    keys = [
        (
            {"detector": 0, "ramp": 0, "local": 1, "none": 2}[row["verdict"]],
            not (row["verdict"] in ("detector", "ramp") and row["level"] in ("strict", "default")),
            -row["score"] if row["score"] == row["score"] else np.inf,
        )
        for row in best.to_dict("records")
    ]
    assert keys == sorted(keys)
    assert best.index.tolist() == ranked(units).query("rank == 1").index.tolist()


@given(tables)
@settings(max_examples=60)
def test_what_follows_from_the_columns(units: pd.DataFrame):
    table = ranked(units)
    for row in table.to_dict("records"):
        of_ngrams = [row[name] for name in NGRAMS if row[name] == row[name]]
        of_all = [*of_ngrams, *([row["untrained"]] if row["untrained"] == row["untrained"] else [])]
        for found, values in ((row["ngram"], of_ngrams), (row["baseline"], of_all)):
            assert (found == max(values)) if values else (found != found)
        assert row["clear"] == (row["verdict"] in ("detector", "ramp") and row["level"] in ("strict", "default"))
    pd.testing.assert_series_equal(table["ngram"], best_ngram(table), check_names=False)
    pd.testing.assert_series_equal(table["baseline"], best_baseline(table), check_names=False)


def test_verdicts_are_ordered_once():
    order = [
        ("detector", "strict"), ("ramp", "default"), ("detector", "lax"),
        ("local", "strict"), ("local", "lax"), ("none", ""),
    ]  # fmt: skip
    keys = [sureness({"verdict": verdict, "level": level}) for verdict, level in order]
    assert keys == sorted(keys)
    assert len(set(keys)) == len(keys)
    assert sureness({"verdict": "detector", "level": "lax"}) == sureness({"verdict": "ramp", "level": "lax"})
    assert sureness({"verdict": "", "level": ""}) == sureness({"verdict": "none", "level": ""})  # not judged


def test_tables_are_made_with_their_columns_in_order_and_what_was_searched():
    units = pd.DataFrame({column.name: [1] for column in reversed(TABLES[UNITS])}).assign(edge=7)
    found = Findings.of({"run": "x"}, units=units, **_others())
    assert found.units.columns.tolist() == [column.name for column in TABLES[UNITS]]
    assert found.attributes == found.share.attrs
    assert {"format": FORMAT, "run": "x"}.items() <= found.attributes.items()
    again, other = (Findings.of({"run": "x"}, units=units.assign(score=score), **_others()) for score in (1, 2))
    assert found.attributes["search"] == again.attributes["search"] != other.attributes["search"]
    with pytest.raises(KeyError):
        Findings.of({}, units=units.drop(columns="null_95"), **_others())
    assert units.attrs == {}


def _others() -> dict[str, pd.DataFrame]:
    return {
        name.removesuffix(".parquet"): pd.DataFrame(columns=[column.name for column in columns])
        for name, columns in TABLES.items()
        if name != UNITS
    }


# ---- formats -------------------------------------------------------------------------------------------------------


def what_is_read(run: Run, folder: Path) -> dict[str, Any]:
    """What every reader of search tables makes of them."""
    units, findings = load_units(run), load_findings(run)
    assert units is not None
    assert findings is not None
    targets = choose_targets(run)
    pack_run(run, folder)
    snapshots = load_snapshots(load_run(folder))
    assert snapshots is not None
    return {
        "units": units, "findings": findings.units, "board": board_of(run, findings),
        "targets": [str(target) for target in targets],
        "relatives": [relatives_of(run, target) for target in targets], "known": known_units(findings, run),
        "browser": findings_of(run), "export": detector_units(run),
        "packed": snapshots["unit_name"].to_numpy().tolist(),
    }  # fmt: skip


def test_tables_of_the_first_format_are_read_under_the_present_names(old: Run, tmp_path: Path):
    present = what_is_read(old, tmp_path / "present")
    for format_ in (None, 1):  # the first format did not name itself
        rewrite(old, format_, {name: former for former, name in RENAMED.items()})
        stored = pd.read_parquet(old.folder / UNITS)
        assert set(RENAMED) <= set(stored.columns)
        former = what_is_read(old, tmp_path / f"packed-{format_}")
        for name, value in present.items():
            if isinstance(value, pd.DataFrame):
                pd.testing.assert_frame_equal(former[name], value)
            else:
                assert former[name] == value, name
        rewrite(old, FORMAT, RENAMED)


def test_the_columns_that_were_renamed_are_those_of_the_table():
    names = {column.name for column in TABLES[UNITS]}
    assert set(RENAMED.values()) <= names
    assert not set(RENAMED) & names


def test_a_table_of_a_newer_format_is_refused(old: Run, command: Callable[..., Outcome]):
    rewrite(old, FORMAT + 1)
    for read in (load_units, load_findings, findings_of, detector_units, choose_targets):
        with pytest.raises(InputError, match=rf"format {FORMAT} or older, got {FORMAT + 1}. Update Charscope"):
            read(old)
    assert "Update Charscope" in command("analysis", "ablate", "old").error


def test_tables_of_other_weights_are_not_read(old: Run):
    old.save_weights(old.untrained_network(1).state_dict())
    changed = replace(old)
    assert load_units(changed) is None
    assert load_findings(changed) is None
    assert findings_of(changed) == []


@pytest.mark.parametrize("name", shipped_runs())
def test_shipped_tables_have_the_columns_of_the_schema(name: str):
    findings = load_findings(load_run(PRETRAINED / name))
    assert findings is not None
    for file, columns in TABLES.items():
        table = getattr(findings, file.removesuffix(".parquet"))
        assert table.columns.tolist() == [column.name for column in columns]

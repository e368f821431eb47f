"""The search: finds what was planted and nothing else, chooses on one part of the text and judges on another.

Axes: `time`, `concept`, `unit`.
"""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import average_precision_score, f1_score, roc_auc_score

from analysis.concepts import concept
from analysis.search import (
    CANDIDATES,
    GAP,
    Activations,
    activations_of_network,
    load_table,
    save_table,
    search,
    split_halves,
    summarise,
)
from corpora import InputError
from models.config import Cell
from models.network import CELLS, CharRNN
from models.recordings import record, record_to_zarr
from models.run import UNITS, Run
from tests.analysis.planted import INVERTED_LATCH, INVERTED_RAMP, LATCH, RAMP, TEXT, wired_run
from tests.conftest import Outcome


def quiet(_: str) -> None: ...


@pytest.fixture(scope="module", params=["lstm", "gru"])
def found(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Run, pd.DataFrame]:
    """A hand-wired run and what the search finds in it."""
    folder = tmp_path_factory.mktemp("wired")
    (folder / "text.txt").write_text(TEXT)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CHARSCOPE_DATA", str(folder / "data"))
        run = wired_run(folder, request.param)
        return run, search(run, folder / "text.txt", report=quiet)


def states_of(run: Run) -> tuple[str, ...]:
    return CELLS[run.model.cell].states


def test_the_planted_units_do_what_they_are_wired_to(found: tuple[Run, pd.DataFrame]):
    hidden, labels = (
        record(found[0], TEXT[:3000])["hidden"][:, 0].to_numpy(),
        concept("inside-quotes").labels(TEXT[:3000]),
    )
    assert 0.2 < labels.mean() < 0.6
    np.testing.assert_array_equal(hidden[:, LATCH] > 0.1, labels == 1)
    np.testing.assert_array_equal(hidden[:, INVERTED_LATCH] < -0.1, labels == 1)
    assert np.abs(hidden[:, LATCH]).max() <= 1


@pytest.mark.parametrize(
    ("name", "units"),
    [("inside-quotes", {LATCH: 1, INVERTED_LATCH: -1}), ("column", {RAMP: 1, INVERTED_RAMP: -1})],
)
def test_planted_units_are_ranked_first_with_their_signs(
    name: str, units: dict[int, int], found: tuple[Run, pd.DataFrame]
):
    of_concept = found[1].query("concept == @name")
    assert set(of_concept["state"]) == set(states_of(found[0]))
    for _, table in of_concept.groupby("state"):
        table = table.sort_values("place")
        assert table["place"].tolist() == [1, 2, 3, 4, 5]
        assert dict(zip(table["unit"][:2], table["sign"][:2], strict=True)) == units
        score = summarise(table)["score"].to_numpy()
        assert (score[:2] > 0.999).all()
        assert (score[2:] < 0.85).all()
        assert (table["layer"] == 1).all()


def test_a_planted_latch_is_a_perfect_detector_at_its_threshold(found: tuple[Run, pd.DataFrame]):
    best = found[1].query("concept == 'inside-quotes' and place <= 2")
    assert (best["f1"] == 1).all()
    assert best["average_precision"].to_numpy() == pytest.approx(1)
    assert best["share"].to_numpy() == pytest.approx(concept("inside-quotes").labels(TEXT)[10_600:].mean(), abs=0.02)
    run = found[0]
    recording, labels = record(run, TEXT), concept("inside-quotes").labels(TEXT)
    for row in best.itertuples():
        values = recording[row.state][:, row.layer - 1, row.unit].to_numpy()
        np.testing.assert_array_equal(row.sign * values >= row.sign * row.threshold, labels == 1)


def test_only_what_was_planted_is_clear(found: tuple[Run, pd.DataFrame]):
    clear = summarise(found[1]).query("clear")
    assert set(zip(clear["concept"], clear["unit"], strict=True)) == {
        ("inside-quotes", LATCH),
        ("inside-quotes", INVERTED_LATCH),
        ("column", RAMP),
        ("column", INVERTED_RAMP),
    }
    assert found[1]["random_init"].max() < 0.9


@pytest.mark.parametrize("cell", CELLS)
def test_among_noise_nothing_is_found(cell: Cell, tmp_path: Path):
    (tmp_path / "text.txt").write_text(TEXT)
    table = search(wired_run(tmp_path, cell, planted=False), tmp_path / "text.txt", report=quiet)
    assert set(table["state"]) == set(CELLS[cell].states)
    assert not summarise(table)["clear"].any()


def test_every_concept_has_its_candidates_in_each_state_best_first(found: tuple[Run, pd.DataFrame]):
    for _, group in found[1].groupby(["concept", "state"]):
        assert group["place"].tolist() == list(range(1, CANDIDATES + 1))
        assert (np.diff(group["development"]) <= 0).all()
        assert group["unit"].is_unique
    assert len(found[1]) == 2 * len(states_of(found[0])) * CANDIDATES


def test_the_reported_scores_are_those_of_scikit_learn_on_the_test_part(tiny_run: Run, story: str, tmp_path: Path):
    (tmp_path / "text.txt").write_text(story[:15_000])
    table = search(tiny_run, tmp_path / "text.txt", report=quiet)
    ids, labels = tiny_run.vocabulary.encode(story[:15_000]), concept("inside-quotes").labels(story[:15_000])
    halves = split_halves(15_000, [])
    activations = activations_of_network(tiny_run.load_network(), ids, halves.development)
    for row in table.query("concept == 'inside-quotes'").itertuples():
        column = (["hidden", "cell"].index(row.state) * 2 + row.layer - 1) * 24 + row.unit
        assert activations.column(column) == (row.state, row.layer, row.unit)
        bins = activations.bins[:, column].astype(float) * row.sign
        edge = np.searchsorted(
            activations.quantiser.edges[column], row.threshold, side="left" if row.sign > 0 else "right"
        )
        predicted = bins >= edge if row.sign > 0 else bins > -edge
        label = labels[halves.test]
        assert row.auroc == pytest.approx(roc_auc_score(label, bins[halves.test]), abs=1e-5)
        assert row.average_precision == pytest.approx(average_precision_score(label, bins[halves.test]), abs=1e-6)
        assert row.f1 == pytest.approx(f1_score(label, predicted[halves.test]), abs=1e-9)
        development = roc_auc_score(labels[halves.development], bins[halves.development])
        assert row.development == pytest.approx(2 * development - 1, abs=1e-5)


def test_the_part_that_chooses_and_the_part_that_judges_are_apart():
    for length, starts in ((10_000, []), (50_000, [0, 100, 20_500, 21_500, 30_000]), (50_000, [45_000])):
        halves = split_halves(length, starts)
        assert (halves.development.start, halves.development.stop) == (0, int(length * 0.4))
        assert halves.test.start >= halves.development.stop + GAP
        assert halves.test.stop == length
    assert split_halves(50_000, [0, 100, 20_500, 21_500, 30_000]).test.start == 21_500
    assert split_halves(50_000, [45_000]).test.start == 21_000


def test_what_the_test_part_says_has_no_part_in_the_choice(tmp_path: Path):
    """A text without quotes and lines after the gap keeps its units, signs and thresholds."""
    run, tables = wired_run(tmp_path), []
    for number, rest in enumerate((TEXT[9000:20_000], TEXT[9000:20_000].replace('"', "'").replace("\n", " "))):
        (tmp_path / f"{number}.txt").write_text(TEXT[:9000] + rest)
        tables.append(search(run, tmp_path / f"{number}.txt", report=quiet))
    chosen = ["concept", "state", "layer", "unit", "place", "sign", "development", "threshold"]
    pd.testing.assert_frame_equal(tables[0][chosen], tables[1][chosen])
    assert tables[1].query("concept == 'inside-quotes'")["auroc"].isna().all()
    assert tables[1].query("concept == 'inside-quotes'")["random_init"].isna().all()


def test_a_column_is_named_by_state_layer_and_unit():
    nothing: Any = None
    activations = Activations(np.zeros((1, 12), np.uint8), nothing, ("hidden", "cell"), layers=2, units=3)
    names = [activations.column(index) for index in range(12)]
    assert names[:4] == [("hidden", 1, 0), ("hidden", 1, 1), ("hidden", 1, 2), ("hidden", 2, 0)]
    assert names[6] == ("cell", 1, 0)
    assert len(set(names)) == 12


def test_the_untrained_controls_have_the_cell_of_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    cells, fresh = [], Run.untrained_network

    def watched(run: Run, seed: int) -> CharRNN:
        cells.append(fresh(run, seed).config.cell)
        return fresh(run, seed)

    monkeypatch.setattr(Run, "untrained_network", watched)
    (tmp_path / "text.txt").write_text(TEXT[:12_000])
    search(wired_run(tmp_path, "gru"), tmp_path / "text.txt", report=quiet)
    assert cells == ["gru"] * 3


def test_a_recording_gives_the_same_units_as_reading_anew(found: tuple[Run, pd.DataFrame], tmp_path: Path):
    run, table = found
    for _ in record_to_zarr(run, TEXT, tmp_path / "x.zarr"):
        pass
    again = search(run, recording=tmp_path / "x.zarr", report=quiet)
    first, second = (each.query("place <= 2")[["concept", "state", "unit", "sign"]] for each in (table, again))
    assert set(map(tuple, first.to_numpy())) == set(map(tuple, second.to_numpy()))
    np.testing.assert_allclose(summarise(again)["score"][:2], summarise(table)["score"][:2], atol=1e-3)


def test_a_recording_of_other_weights_is_refused(tiny_run: Run, story: str, tmp_path: Path):
    for _ in record_to_zarr(tiny_run, story[:300], tmp_path / "x.zarr"):
        pass
    tiny_run.save_weights(tiny_run.untrained_network(1).state_dict())
    changed = Run(tiny_run.folder, tiny_run.model, tiny_run.vocabulary, tiny_run.corpus, tiny_run.training)
    with pytest.raises(InputError, match=r"made by other weights.*python -m models record tiny"):
        search(changed, recording=tmp_path / "x.zarr", report=quiet)


def test_a_text_that_is_too_short_is_refused(tiny_run: Run, tmp_path: Path):
    (tmp_path / "short.txt").write_text("short " * 100)
    with pytest.raises(InputError, match="at least 10,000 characters to search on, got 600"):
        search(tiny_run, tmp_path / "short.txt", report=quiet)


@pytest.mark.parametrize("name", ["cells.parquet", "cells.csv"])
def test_a_table_comes_back_from_disk(name: str, found: tuple[Run, pd.DataFrame], tmp_path: Path):
    save_table(found[1], tmp_path / name)
    read = pd.read_parquet(tmp_path / name) if name.endswith("parquet") else pd.read_csv(tmp_path / name)
    pd.testing.assert_frame_equal(read, found[1], check_dtype=False)
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_table_belongs_to_the_weights_that_were_searched(found: tuple[Run, pd.DataFrame], tmp_path: Path):
    run = wired_run(tmp_path, found[0].model.cell)
    assert load_table(run) is None
    save_table(found[1], run.folder / UNITS)
    loaded = load_table(run)
    assert loaded is not None
    pd.testing.assert_frame_equal(loaded, found[1])
    assert loaded.attrs == found[1].attrs == json.loads(json.dumps(found[1].attrs))
    run.save_weights(run.untrained_network(1).state_dict())
    assert load_table(Run(run.folder, run.model, run.vocabulary, run.corpus, run.training)) is None


def test_the_command_searches_the_runs_own_test_split_and_keeps_the_table(
    tiny_run: Run, command: Callable[..., Outcome]
):
    outcome = command("analysis", "search", "tiny")
    assert outcome.code == 0, outcome
    assert "inside-quotes" in outcome.out
    table = load_table(tiny_run)
    assert table is not None
    assert table.attrs["characters"] == 12_000
    assert table.attrs["source"].endswith("test split")
    assert [name for name in os.listdir(tiny_run.folder) if UNITS in name] == [UNITS]

"""The search: finds what was planted and nothing else, chooses on one part of the text and judges on another.

Axes: `time`, `concept`, `unit`.
"""

import json
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from sklearn.metrics import average_precision_score, f1_score, roc_auc_score

from analysis.concepts import concept
from analysis.search import (
    CANDIDATES,
    GAP,
    TABLE,
    Activations,
    activations_of_network,
    load_table,
    save_table,
    search,
    split_halves,
    summarise,
)
from corpora import InputError, Vocabulary, to_code_points
from models.config import ModelConfig
from models.network import CharRNN
from models.record import record, record_to_zarr
from models.run import Run
from tests.conftest import Outcome, write_story

UNITS = 40
LATCH, INVERTED_LATCH, RAMP, INVERTED_RAMP = 7, 23, 31, 4
PLANTED = [LATCH, INVERTED_LATCH, RAMP, INVERTED_RAMP]
TEXT = write_story(24_000, seed=3)


def wire(network: CharRNN, vocabulary: Vocabulary, planted: bool = True) -> None:
    """Set the weights of a one-layer network by hand: noise units, and among them four that track something.

    The embedding is one-hot. A latch holds its cell; a quotation mark opens its input gate, closes its forget gate
    and offers the opposite of what it holds. A ramp adds a little at each character; a newline empties it.
    """
    quote, newline = (int(vocabulary.encode(character)[0]) for character in '"\n')
    generator = torch.Generator().manual_seed(1)
    rnn, open_gate = network.rnn, 30.0
    with torch.no_grad():
        network.embedding.weight.copy_(torch.eye(len(vocabulary)))
        for parameter in rnn.parameters():
            parameter.copy_(0.5 * torch.randn(parameter.shape, generator=generator))
        if not planted:
            return
        rnn.bias_hh_l0.zero_()
        of_input, of_state, bias = (w.view(4, UNITS, -1) for w in (rnn.weight_ih_l0, rnn.weight_hh_l0, rnn.bias_ih_l0))
        of_state[:, :, PLANTED] = 0.0  # the noise hears nothing of the plants
        for unit in PLANTED:
            of_input[:, unit], of_state[:, unit], bias[:, unit] = 0.0, 0.0, 0.0
            bias[3, unit] = open_gate  # the output gate stays open
        i, f, g = 0, 1, 2
        for unit, sign in ((LATCH, 1), (INVERTED_LATCH, -1)):
            bias[i, unit], of_input[i, unit, quote] = -open_gate, 2 * open_gate
            bias[f, unit], of_input[f, unit, quote] = open_gate, -2 * open_gate
            of_state[g, unit, unit], bias[g, unit] = -20.0, 5.0 * sign
        for unit, sign in ((RAMP, 1), (INVERTED_RAMP, -1)):
            for gate in (i, f):
                bias[gate, unit], of_input[gate, unit, newline] = open_gate, -2 * open_gate
            bias[g, unit] = 0.01 * sign


def wired_run(folder: Path, planted: bool = True) -> Run:
    vocabulary = Vocabulary.of([to_code_points(TEXT)], min_count=1)
    model = ModelConfig(num_layers=1, hidden_size=UNITS, embedding_size=len(vocabulary))
    run = Run(folder / "wired", model, vocabulary, {"name": "war-and-peace"}, {})
    torch.manual_seed(0)
    network = CharRNN(model, len(vocabulary))
    wire(network, vocabulary, planted)
    run.save_config()
    run.save_weights(network.state_dict())
    return run


def quiet(_: str) -> None: ...


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> tuple[Run, pd.DataFrame]:
    """The hand-wired run and what the search finds in it."""
    folder = tmp_path_factory.mktemp("wired")
    (folder / "text.txt").write_text(TEXT)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CHARSCOPE_DATA", str(folder / "data"))
        run = wired_run(folder)
        return run, search(run, folder / "text.txt", report=quiet)


def test_the_planted_units_do_what_they_are_wired_to(found: tuple[Run, pd.DataFrame]):
    hidden, labels = (
        record(found[0], TEXT[:3000])["hidden"][:, 0].to_numpy(),
        concept("inside-quotes").labels(TEXT[:3000]),
    )
    assert 0.2 < labels.mean() < 0.6
    np.testing.assert_array_equal(hidden[:, LATCH] > 0.1, labels == 1)
    np.testing.assert_array_equal(hidden[:, INVERTED_LATCH] < -0.1, labels == 1)
    assert np.abs(hidden[:, LATCH]).max() < 1


@pytest.mark.parametrize("state", ["hidden", "cell"])
@pytest.mark.parametrize(
    ("name", "units"),
    [("inside-quotes", {LATCH: 1, INVERTED_LATCH: -1}), ("column", {RAMP: 1, INVERTED_RAMP: -1})],
)
def test_planted_units_are_ranked_first_with_their_signs(
    name: str, units: dict[int, int], state: str, found: tuple[Run, pd.DataFrame]
):
    table = found[1].query("concept == @name and state == @state").sort_values("place")
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


def test_among_noise_nothing_is_found(tmp_path: Path):
    (tmp_path / "text.txt").write_text(TEXT)
    table = search(wired_run(tmp_path, planted=False), tmp_path / "text.txt", report=quiet)
    assert not summarise(table)["clear"].any()


def test_every_concept_has_its_candidates_in_both_states_best_first(found: tuple[Run, pd.DataFrame]):
    for _, group in found[1].groupby(["concept", "state"]):
        assert group["place"].tolist() == list(range(1, CANDIDATES + 1))
        assert (np.diff(group["development"]) <= 0).all()
        assert group["unit"].is_unique
    assert len(found[1]) == 2 * 2 * CANDIDATES


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
    activations = Activations(np.zeros((1, 12), np.uint8), None, layers=2, units=3)  # pyright: ignore[reportArgumentType]
    names = [activations.column(index) for index in range(12)]
    assert names[:4] == [("hidden", 1, 0), ("hidden", 1, 1), ("hidden", 1, 2), ("hidden", 2, 0)]
    assert names[6] == ("cell", 1, 0)
    assert len(set(names)) == 12


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
    run = wired_run(tmp_path)
    assert load_table(run) is None
    save_table(found[1], run.folder / TABLE)
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
    assert sorted(os.listdir(tiny_run.folder)) == sorted(
        {"config.json", "log.csv", "model.safetensors", "samples.jsonl", TABLE}
    )

"""The store: bins that keep what matters of activations, columns that are found again, layers rotated at random.

Axes: `time`, `column`.
"""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.scoring.activations import (
    PANEL,
    ActivationStore,
    make_store,
)
from analysis.scoring.quantiser import Quantiser
from analysis.scoring.sources import NetworkSource, RecordingSource, RotatedSource, flatten, sample_parts
from corpora import InputError
from models.recording import record
from models.recording.store import open_recording, record_to_zarr
from models.run import Run
from models.units import Unit


@given(st.lists(st.floats(-50, 50, width=32), min_size=1, max_size=400), st.floats(-200, 200, width=32))
def test_a_bin_holds_the_values_between_its_edges(sample: list[float], beyond: float):
    quantiser = Quantiser(np.array(sample, dtype=np.float32)[:, None])
    values = np.array([*sample, beyond], dtype=np.float32)
    bins = quantiser.to_bins(values[:, None])[:, 0].astype(int)
    edges = quantiser.edges[0]
    assert len(edges) == 257
    assert (np.diff(edges) >= 0).all()
    np.testing.assert_array_equal(bins, np.searchsorted(edges, values, side="right") - 1)
    lower, upper = (np.array([quantiser.to_value(0, int(edge)) for edge in at]) for at in (bins, bins + 1))
    assert ((lower <= values) & (values < upper)).all()


def test_a_sample_fills_the_bins_evenly_however_it_is_spread_but_for_its_ends():
    sample = np.random.default_rng(0).normal(size=(8192, 1)).astype(np.float32) ** 5
    counts = np.bincount(Quantiser(sample).to_bins(sample)[:, 0], minlength=256)
    assert counts[6:-6].min() >= 32
    assert counts[6:-6].max() <= 35
    assert counts[[0, 255]].tolist() == [1, 1]
    assert counts[-6:].sum() == pytest.approx(8192 / 246, abs=2)


@given(st.lists(st.integers(-999, 999), min_size=1, max_size=256, unique=True), st.integers(1, 5000))
def test_of_few_values_each_has_a_bin_of_its_own_though_they_are_rare(values: list[int], most: int):
    sample = np.array([*values, *values[:1] * most], dtype=np.float32)
    bins = Quantiser(sample[:, None]).to_bins(sample[:, None])[:, 0]
    assert len(np.unique(bins)) == len(values)
    assert (np.diff(bins[np.argsort(sample, kind="stable")].astype(int)) >= 0).all()


def test_what_is_rare_is_told_from_what_is_common_in_a_unit_that_mostly_rests():
    """At rest nine characters of ten, elsewhere anything; on, far up, at one of a thousand."""
    chance = np.random.default_rng(0)
    values = np.where(chance.random(20_000) < 0.9, 0, chance.normal(size=20_000)).astype(np.float32)
    on = np.arange(20_000) % 1000 == 0
    values[on] = 9 + chance.random(on.sum())
    bins = Quantiser(values[:, None]).to_bins(values[:, None])[:, 0]
    assert bins[on].min() > bins[~on].max()
    assert len(np.unique(bins)) > 200


def test_a_column_is_named_by_state_layer_and_unit():
    store = ActivationStore(Path("nowhere"), 1, ("hidden", "cell"), 2, 3, Quantiser(np.zeros((1, 12))))
    units = [store.unit(column) for column in range(store.columns)]
    assert units[:4] == [Unit(1, 0, "hidden"), Unit(1, 1, "hidden"), Unit(1, 2, "hidden"), Unit(2, 0, "hidden")]
    assert units[6] == Unit(1, 0, "cell")
    assert len(set(units)) == 12
    assert [store.column(unit) for unit in units] == list(range(12))


@pytest.mark.parametrize("units", [3, PANEL, 2 * PANEL + 5])
def test_every_column_has_its_place_in_a_panel_of_its_state(units: int, tmp_path: Path):
    values = np.random.default_rng(0).normal(size=(50, 4 * units)).astype(np.float32)
    store = ActivationStore(tmp_path / "store", 50, ("hidden", "cell"), 2, units, Quantiser(values))
    assert list(store.write([(20, values[20:]), (0, values[:20])])) == [30, 20]
    bins = store.quantiser.to_bins(values)
    for column in range(store.columns):
        panel, place = store.panel_of(column)
        assert store.panels[panel].start + place == column
        states = {store.unit(at).state for at in range(store.panels[panel].start, column + 1)}
        assert len(states) == 1
    np.testing.assert_array_equal(store.read_rows(slice(0, store.columns), np.arange(50)), bins)
    np.testing.assert_array_equal(store.read_rows(slice(2, store.columns - 1), np.arange(13, 37)), bins[13:37, 2:-1])
    assert sum(panel.width for panel in store.panels) == store.columns


def test_a_network_is_stored_as_it_is_recorded(tiny_run: Run, story: str, tmp_path: Path):
    text = story[:3000]
    recording = record(tiny_run, text, gates=True)
    source = NetworkSource(tiny_run.load_network(), tiny_run.vocabulary.encode(text), gates=True)
    expected = flatten([recording.states[state] for state in source.states])
    assert len(source.states) == 6
    np.testing.assert_allclose(source.sample([slice(0, 3000)]), expected, atol=1e-5)
    list(record_to_zarr(tiny_run, text, tmp_path / "x.zarr", gates=True))
    blocks = dict(RecordingSource(open_recording(tmp_path / "x.zarr"), source.states).blocks())
    np.testing.assert_array_equal(np.concatenate(list(blocks.values())), expected.astype(np.float16))


def test_a_recording_that_holds_no_numbers_is_refused(tiny_run: Run, story: str, tmp_path: Path):
    list(record_to_zarr(tiny_run, story[:2000], tmp_path / "x.zarr"))
    recording = open_recording(tmp_path / "x.zarr").load()
    recording["cell"][1234, 1, 5] = np.nan
    with pytest.raises(InputError, match="NaN or infinity at character 1,234"):
        list(RecordingSource(recording, ("hidden", "cell")).blocks())


def test_a_sample_is_what_is_there_when_all_of_the_text_is_read(tiny_run: Run, story: str):
    source = NetworkSource(tiny_run.load_network(), tiny_run.vocabulary.encode(story[:3000]))
    whole, parts = source.sample([slice(0, 3000)]), [slice(100, 130), slice(250, 700), slice(2000, 2048)]
    np.testing.assert_allclose(source.sample(parts), np.concatenate([whole[part] for part in parts]), atol=1e-5)


def test_a_rotated_layer_holds_the_same_in_other_directions(tiny_run: Run, story: str):
    source = NetworkSource(tiny_run.load_network(), tiny_run.vocabulary.encode(story[:2000]))
    sample = source.sample([slice(0, 2000)])
    both = RotatedSource(source, sample).sample([slice(0, 2000)])
    again = RotatedSource(source, sample).sample([slice(0, 2000)])
    np.testing.assert_array_equal(both, again)
    np.testing.assert_array_equal(both[:, :96], sample)
    standard = (sample - sample.mean(axis=0)) / sample.std(axis=0)
    for layer in range(4):  # two layers of two states: distances stay, directions do not
        own, rotated = standard[:, 24 * layer : 24 * (layer + 1)], both[:, 96 + 24 * layer : 96 + 24 * (layer + 1)]
        np.testing.assert_allclose(rotated @ rotated.T, own @ own.T, atol=1e-3)
        assert np.abs(own - rotated).mean() > 0.5


def test_the_sample_is_of_the_development_part_alone(tiny_run: Run, story: str, tmp_path: Path):
    ids, folder = tiny_run.vocabulary.encode(story[:6000]), tmp_path / "store"
    changed = np.concatenate([ids[:2000], ids[2000:][::-1]])
    first, second = (
        make_store(NetworkSource(tiny_run.load_network(), each), folder, 2000)[0] for each in (ids, changed)
    )
    np.testing.assert_array_equal(first.quantiser.edges, second.quantiser.edges)
    parts = sample_parts(300_000)
    assert sum(part.stop - part.start for part in parts) == 8 * 2048
    assert parts[0].start == 0
    assert parts[-1].stop == 300_000
    assert sample_parts(9000) == [slice(0, 9000)]

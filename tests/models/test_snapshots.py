"""Snapshots: what the model did on one passage, as it then was; a packed run keeps those of the units it names."""

import dataclasses
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
import torch
import xarray as xr

from corpora import Corpus, InputError, to_code_points, to_text
from corpora.demo import load_passage
from models import snapshots as snapshots_module
from models import training as training_module
from models.checkpoint import load_checkpoint
from models.config import Cell
from models.evaluate import Evaluation
from models.network import CELLS, CharRNN
from models.optimizer import new_optimizers
from models.pack import pack_run
from models.run import Run, load_run
from models.snapshots import PACKED, SNAPSHOTS, forget_snapshots_after, load_snapshots, passage_of
from models.train import train
from tests.conftest import Unwatched
from tests.models.trainings import MODEL, TRAINING, samples_of


def states_by_torch(network: CharRNN, ids: np.ndarray) -> dict[str, np.ndarray]:
    """h and tanh c of all layers side by side, [time unit_name], by PyTorch's own modules, a character at a time."""
    state, found = network.eval().initial_state(1), {name: [] for name in network.kind.states}
    with torch.no_grad():
        for index in ids:
            _, state = network(torch.tensor([[int(index)]]), state)
            for name, part in zip(network.kind.states, state, strict=True):
                found[name].append((part.tanh() if name == "cell" else part).flatten().numpy())
    return {name: np.stack(values) for name, values in found.items()}


def assert_states_are_those_of(network: CharRNN, run: Run, corpus: Corpus, snapshot: xr.Dataset) -> None:
    passage = passage_of(corpus)
    for name, expected in states_by_torch(network, run.vocabulary.encode(passage)).items():
        np.testing.assert_allclose(snapshot[name] / 127, expected, atol=0.5 / 127 + 1e-5)
    np.testing.assert_array_equal(snapshot["char"], to_code_points(passage))


@pytest.fixture
def improving(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every evaluation is the best so far, so that the last weights are kept."""
    losses = iter(np.linspace(3, 1, 100))
    monkeypatch.setattr(training_module, "evaluate", lambda *_: Evaluation(float(next(losses)), 0.0, 1000))


@pytest.mark.usefixtures("improving")
@pytest.mark.parametrize("cell", CELLS)
def test_snapshots_hold_the_states_of_the_weights_of_their_time(
    cell: Cell, corpus: Corpus, new_run: Callable[..., Run]
):
    training = dataclasses.replace(TRAINING, epochs=0.6, ema=0.5)
    run = new_run(model=dataclasses.replace(MODEL, cell=cell), training=training)
    step = next(step for step in sorted(training_module.sample_steps(29)) if step > 10)
    train(run, corpus, Unwatched(stop_at=step))
    then = {name: CharRNN(run.model, len(run.vocabulary)) for name in ("network", "averaged")}
    load_checkpoint(run.folder, then, new_optimizers(then["network"], training))
    train(run, corpus, Unwatched())
    snapshots = load_snapshots(run)
    assert snapshots is not None
    assert snapshots["step"].to_numpy().tolist() == [sample["step"] for sample in samples_of(run)]
    states = list(CELLS[cell].states)
    assert list(snapshots.data_vars) == ["char", *states]
    for name in states:
        assert snapshots[name].dims == ("snapshot", "time", "unit_name")
        assert snapshots[name].dtype == np.int8
        assert snapshots[name].shape == (len(samples_of(run)), snapshots_module.LENGTH, 2 * 12)
    assert snapshots["unit_name"].to_numpy().tolist() == [f"L{layer}·u{unit}" for layer in (1, 2) for unit in range(12)]
    assert (int(snapshots.sel(unit_name="L2·u7").layer), int(snapshots.sel(unit_name="L2·u7").unit)) == (2, 7)
    at = snapshots["step"].to_numpy().tolist().index(step)
    assert_states_are_those_of(then["averaged"], run, corpus, snapshots.isel(snapshot=at))
    assert_states_are_those_of(run.load_network(), run, corpus, snapshots.isel(snapshot=-1))
    assert (snapshots["hidden"].isel(snapshot=0) != snapshots["hidden"].isel(snapshot=-1)).mean() > 0.5


def test_the_passage_is_the_corpuss_own_or_from_its_validation_split(corpus: Corpus):
    assert passage_of(corpus) == to_text(corpus.split("validation")[: snapshots_module.LENGTH])
    named = dataclasses.replace(corpus, name="linux")
    assert passage_of(named) == load_passage("linux")[: snapshots_module.LENGTH]


def test_later_snapshots_are_forgotten_and_other_files_stay(tiny_run: Run):
    (tiny_run.folder / SNAPSHOTS / "notes.npz").write_text("mine")
    before = load_snapshots(tiny_run)
    assert before is not None
    steps = before["step"].to_numpy().tolist()
    forget_snapshots_after(tiny_run.folder, steps[5])
    after = load_snapshots(tiny_run)
    assert after is not None
    assert after["step"].to_numpy().tolist() == steps[:6]
    assert (tiny_run.folder / SNAPSHOTS / "notes.npz").exists()


@pytest.mark.parametrize("damage", ["empty", "cut", "other", "shorter", "flipped"])
def test_a_damaged_snapshot_is_one_clear_error(damage: str, tiny_run: Run):
    path = sorted((tiny_run.folder / SNAPSHOTS).iterdir())[3]
    whole, arrays = path.read_bytes(), dict(np.load(path))
    if damage == "other":
        np.savez_compressed(path, char=arrays["char"])
    elif damage == "shorter":
        np.savez_compressed(path, **(arrays | {"hidden": arrays["hidden"][:10]}))
    else:
        flipped = whole[:3000] + bytes(255 - byte for byte in whole[3000:3100]) + whole[3100:]
        path.write_bytes({"empty": b"", "cut": whole[:2000], "flipped": flipped}[damage])
    with pytest.raises(InputError, match=r"snapshots is damaged .*Delete it") as caught:
        load_snapshots(tiny_run)
    assert "\n" not in str(caught.value)


def test_a_run_without_snapshots_has_none(tiny_run: Run):
    for path in (tiny_run.folder / SNAPSHOTS).iterdir():
        path.unlink()
    assert load_snapshots(tiny_run) is None


# ---- packed ------------------------------------------------------------------------------------------------


def write_table(run: Run, units: list[tuple[int, int, int]], weights: str | None = None) -> None:
    """A search table of so many columns as matter here, from units with their ranks: of each concept the best first."""
    table = pd.DataFrame(units, columns=["rank", "layer", "unit"])
    table["concept"], table["state"] = table.groupby("rank").cumcount().map("concept {:02}".format), "cell"
    table = table.sort_values(["concept", "rank"], kind="stable").drop(columns="rank")
    table.attrs["weights_sha256"] = weights or run.weights_hash
    table.to_parquet(run.folder / "units.parquet")


def test_a_packed_run_keeps_the_snapshots_of_the_units_that_its_search_names(tiny_run: Run, tmp_path):
    write_table(tiny_run, [(2, 1, 5), (1, 2, 17), (1, 1, 3), (2, 2, 17)])
    pack_run(tiny_run, tmp_path / "packed")
    packed, whole = load_snapshots(load_run(tmp_path / "packed")), load_snapshots(tiny_run)
    assert packed is not None
    assert whole is not None
    assert packed["unit_name"].to_numpy().tolist() == ["L2·u17", "L1·u3", "L1·u5"]  # best places first, each once
    xr.testing.assert_identical(packed, whole.sel(unit_name=packed["unit_name"]))
    pack_run(load_run(tmp_path / "packed"), tmp_path / "again")  # its table is of other weights by then
    assert load_snapshots(load_run(tmp_path / "again")) is None


def test_a_run_packed_again_follows_the_search_of_the_packed_weights(tiny_run: Run, tmp_path):
    write_table(tiny_run, [(1, 1, 3)])
    pack_run(tiny_run, tmp_path / "packed")
    write_table(load_run(tmp_path / "packed"), [(1, 2, 17)])
    pack_run(tiny_run, tmp_path / "packed")
    packed = load_snapshots(load_run(tmp_path / "packed"))
    assert packed is not None
    assert packed["unit_name"].to_numpy().tolist() == ["L2·u17"]


def test_packing_over_another_run_leaves_none_of_its_snapshots(tiny_run: Run, tmp_path):
    write_table(tiny_run, [(1, 1, 3)])
    pack_run(tiny_run, tmp_path / "packed")
    (tiny_run.folder / "units.parquet").unlink()
    tiny_run.save_weights({name: 2 * tensor for name, tensor in tiny_run.load_network().state_dict().items()})
    pack_run(load_run(tiny_run.name), tmp_path / "packed")
    assert load_snapshots(load_run(tmp_path / "packed")) is None


def test_a_packed_run_stays_small(tiny_run: Run, tmp_path, monkeypatch: pytest.MonkeyPatch):
    write_table(tiny_run, [(1 + unit % 2, 1, unit) for unit in range(24)])
    pack_run(tiny_run, tmp_path / "packed")
    names = [name for path in [tmp_path / "packed" / PACKED] for name in np.load(path)["unit"]]
    assert names == [*range(0, 24, 2), *range(1, 24, 2)]
    per_unit = 2 * 1000 * len(samples_of(tiny_run))
    monkeypatch.setattr(snapshots_module, "ROOM", 7 * per_unit + 1)
    pack_run(tiny_run, tmp_path / "small")
    assert np.load(tmp_path / "small" / PACKED)["unit"].tolist() == names[:7]
    assert (tmp_path / "small" / PACKED).stat().st_size < 7 * per_unit + 10_000
    monkeypatch.undo()
    assert snapshots_module.ROOM + 10_000 < 1_500_000


@pytest.mark.parametrize("table", [None, "of other weights"])
def test_without_a_search_of_its_weights_a_packed_run_has_no_snapshots(table: str | None, tiny_run: Run, tmp_path):
    if table:
        write_table(tiny_run, [(1, 1, 5)], weights="0" * 64)
    pack_run(tiny_run, tmp_path / "packed")
    assert load_snapshots(load_run(tmp_path / "packed")) is None
    assert not (tmp_path / "packed" / PACKED).exists()


def test_damaged_packed_snapshots_are_one_clear_error(tiny_run: Run, tmp_path):
    write_table(tiny_run, [(1, 1, 5)])
    pack_run(tiny_run, tmp_path / "packed")
    path = tmp_path / "packed" / PACKED
    path.write_bytes(path.read_bytes()[:500])
    with pytest.raises(InputError, match=r"snapshots\.npz is damaged"):
        load_snapshots(load_run(tmp_path / "packed"))

"""A run on disk: comes back as it was, and says in one line what is wrong with it when it does not."""

import dataclasses
import json
import os
from pathlib import Path

import pytest
import torch

from corpora import InputError, Vocabulary
from models import run as run_module
from models.config import ModelConfig
from models.evaluate import evaluate
from models.network import CharRNN
from models.pack import pack_run
from models.run import Run, load_run, own_runs, shipped_runs
from models.sample import sample
from models.writing import clear_interrupted_writes, replacing


def test_a_run_comes_back_as_it_was_saved(tmp_path: Path):
    model = ModelConfig(num_layers=3, hidden_size=8, embedding_size=4, dropout=0.5)
    vocabulary = Vocabulary(("\n", '"', "é", "☃", "😀", "\ufffd"))
    corpus = {"name": "x", "sha256": "0" * 64, "licence": "ours", "cuts": [8, 9, 10]}
    run = Run(tmp_path / "mine", model, vocabulary, corpus, {"seed": 3})
    run.save_config()
    network = run.untrained_network(seed=5)
    run.save_weights(network.state_dict())
    loaded = load_run(tmp_path / "mine")
    assert loaded == run
    for name, tensor in loaded.load_network().state_dict().items():
        assert torch.equal(tensor, network.state_dict()[name]), name
    assert not loaded.load_network().training
    assert sorted(path.name for path in run.folder.iterdir()) == ["config.json", "model.safetensors"]
    assert model.title == "3x8 LSTM"


def test_a_run_of_the_older_form_still_loads(tiny_run: Run):
    """Before there were three kinds of dropout more, and optimizers to choose from."""
    path = tiny_run.folder / "config.json"
    described = json.loads(path.read_text())
    for name in ("embedding_dropout", "readout_dropout", "weight_drop"):
        assert described["model"].pop(name) == 0.0
    kept = ("epochs", "streams", "steps", "learning_rate", "seed", "steps_done", "best_step", "validation_loss")
    described["training"] = {name: described["training"][name] for name in kept}
    path.write_text(json.dumps(described))
    loaded = load_run("tiny")
    assert loaded.model == tiny_run.model
    assert {name: tuple(tensor.shape) for name, tensor in loaded.load_network().state_dict().items()} == {
        "embedding.weight": (len(loaded.vocabulary), 12),
        "rnn.weight_ih_l0": (96, 12),
        "rnn.weight_ih_l1": (96, 24),
        **{f"rnn.weight_hh_l{layer}": (96, 24) for layer in (0, 1)},
        **{f"rnn.bias_{kind}_l{layer}": (96,) for kind in ("ih", "hh") for layer in (0, 1)},
        "readout.weight": (len(loaded.vocabulary), 24),
        "readout.bias": (len(loaded.vocabulary),),
    }
    torch.testing.assert_close(loaded.load_network().state_dict(), tiny_run.load_network().state_dict())


@pytest.mark.parametrize("name", shipped_runs())
def test_every_shipped_model_loads_and_writes(name: str):
    network = load_run(name).load_network()
    assert isinstance(network, CharRNN)
    assert len(list(sample(network, [3], 5))) == 5


def test_what_a_kill_left_half_written_is_removed_and_all_else_stays(tmp_path: Path):
    kept = ["config.json", ".lock", ".hidden", "log.csv.1", "snapshots/00000001.npz", "recordings/x.zarr/.zgroup"]
    kept.append(f".units.parquet.{os.getppid()}")  # of a process that runs beside this one
    gone = [2**22 + 1, 2**22 + 2, 2**22 + 3]  # more processes than Linux numbers
    left = [f".config.json.{gone[0]}", f"snapshots/.00000040.npz.{gone[1]}", f"resume/.state.safetensors.{gone[2]}"]
    for name in kept + left:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    (tmp_path / ".folder.5").mkdir()
    clear_interrupted_writes(tmp_path)
    assert {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()} == set(kept)
    assert (tmp_path / ".folder.5").is_dir()


def test_a_run_is_found_by_name_and_by_folder_and_a_shipped_one_first(
    tiny_run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    assert load_run("tiny") == load_run(tiny_run.folder) == load_run(str(tiny_run.folder))
    assert own_runs() == ["tiny"]
    pack_run(tiny_run, tmp_path / "tiny")
    monkeypatch.setattr(run_module, "PRETRAINED", tmp_path)
    assert shipped_runs() == ["tiny"]
    assert load_run("tiny").folder == tmp_path / "tiny"


def test_an_untrained_network_is_made_by_its_seed_and_disturbs_no_other_random_numbers(tiny_run: Run):
    torch.manual_seed(0)
    expected = torch.rand(3)
    torch.manual_seed(0)
    first, again, other = (tiny_run.untrained_network(seed).readout.weight for seed in (1, 1, 2))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)
    assert torch.equal(torch.rand(3), expected)


def test_a_run_is_not_packed_into_itself(tiny_run: Run):
    with pytest.raises(InputError, match="Wanted another folder than the run's own"):
        pack_run(tiny_run, tiny_run.folder)


def test_a_packed_run_is_half_as_large_and_as_good(tiny_run: Run, story: str, tmp_path: Path):
    pack_run(tiny_run, tmp_path / "packed")
    packed = load_run(tmp_path / "packed")
    sizes = [(run.folder / "model.safetensors").stat().st_size for run in (packed, tiny_run)]
    assert sizes[0] < 0.6 * sizes[1]
    assert dataclasses.replace(packed, folder=tiny_run.folder) == tiny_run
    pairs = zip(packed.load_network().parameters(), tiny_run.load_network().parameters(), strict=True)
    for half, full in pairs:
        assert half.dtype == torch.float32
        torch.testing.assert_close(half, full, rtol=2**-10, atol=2**-20)
    losses = [evaluate(run.load_network(), run.vocabulary.encode(story[:4000])).nats for run in (packed, tiny_run)]
    assert losses[0] == pytest.approx(losses[1], abs=1e-3)
    names = {path.name for path in packed.folder.iterdir()}
    assert names == {"config.json", "model.safetensors", "log.csv", "samples.jsonl"}
    assert (packed.folder / "log.csv").read_bytes() == (tiny_run.folder / "log.csv").read_bytes()


@pytest.mark.parametrize("kept", [0, 4, 100, -1], ids=["empty", "half a length", "header", "all but one byte"])
def test_cut_weights_are_one_clear_error(kept: int, tiny_run: Run):
    path = tiny_run.folder / "model.safetensors"
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(
        InputError, match=r"Wanted the weights of a 2x24 LSTM in .*damaged or of another model"
    ) as caught:
        tiny_run.load_network()
    assert "\n" not in str(caught.value)


def test_weights_of_another_shape_and_no_weights_are_clear_errors(tiny_run: Run):
    larger = dataclasses.replace(tiny_run, model=dataclasses.replace(tiny_run.model, hidden_size=25))
    with pytest.raises(InputError, match="2x25 LSTM"):
        larger.load_network()
    (tiny_run.folder / "model.safetensors").unlink()
    with pytest.raises(InputError, match=r"are gone\. Copy them again, or delete the run"):
        tiny_run.load_network()
    with pytest.raises(InputError, match="are gone"):
        _ = tiny_run.weights_hash


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"format": 2}, "has format 2, this Charscope reads up to 1"),
        ({"format": "new"}, "not a run's configuration"),
        ({"vocabulary": ["a", "b"]}, r"U\+FFFD"),
        ({"vocabulary": None}, "not a run's configuration"),
        ({"model": {"cell": "transformer", "num_layers": 1}}, "transformer"),
        ({"model": {"cell": "lstm", "heads": 8}}, "heads"),
        ({"training": ...}, "training"),
    ],
)
def test_a_config_that_cannot_be_read_is_one_clear_error(change: dict, message: str, tiny_run: Run):
    path = tiny_run.folder / "config.json"
    described = json.loads(path.read_text()) | change
    path.write_text(json.dumps({key: value for key, value in described.items() if value is not ...}))
    with pytest.raises(InputError, match=message) as caught:
        load_run("tiny")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", ["", "{", "[1]", '{"format": 1}', '"text"'])
def test_what_is_no_config_is_one_clear_error(text: str, tiny_run: Run):
    (tiny_run.folder / "config.json").write_text(text)
    with pytest.raises(InputError, match="not a run's configuration"):
        load_run("tiny")


def test_an_unknown_run_names_the_known_ones(tiny_run: Run):
    with pytest.raises(InputError, match=r"No run is called 'nothing'\. Known: .*tiny; or name a run's folder"):
        load_run("nothing")


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path: Path):
    def write_half(path: Path) -> None:
        with replacing(path) as temporary:
            temporary.write_text("half")
            raise ZeroDivisionError

    with replacing(tmp_path / "new" / "a.txt") as temporary:
        temporary.write_text("whole")
    with pytest.raises(ZeroDivisionError):
        write_half(tmp_path / "new" / "a.txt")
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["a.txt"]
    assert (tmp_path / "new" / "a.txt").read_text() == "whole"


def test_what_cannot_be_written_is_one_clear_error(tiny_run: Run, tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="Cannot write"):
        pack_run(tiny_run, tmp_path / "file" / "packed")
    with pytest.raises(InputError, match="Cannot write"):
        dataclasses.replace(tiny_run, folder=tmp_path / "file" / "run").save_weights({"a": torch.zeros(1)})


def test_the_weights_hash_tells_weights_apart(tiny_run: Run):
    before = tiny_run.weights_hash
    network = tiny_run.load_network()
    network.readout.bias.data = network.readout.bias.data.nextafter(torch.tensor(9.0))
    tiny_run.save_weights(network.state_dict())
    assert load_run("tiny").weights_hash != before

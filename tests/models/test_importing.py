"""Networks from elsewhere: what they compute stays the same, and what cannot be imported is refused with a reason."""

import json
import os
import pickle
import string
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from corpora import InputError, prepare_file
from models.importing.importing import from_torch, import_file
from models.recording import join, record_blocks
from models.run import all_runs, corpus_of, load_run
from tests.models.elsewhere import (
    CHARACTERS,
    TEXT,
    Elsewhere,
    Handwritten,
    Stack,
    assert_computes_the_same,
    trained_in_ten_lines,
)


@pytest.fixture
def corpus(tmp_path: Path) -> str:
    path = tmp_path / "cafe.txt"
    path.write_text(TEXT * 30)
    return prepare_file(path).name


def saved(folder: Path, tensors: Any, name: str = "network.pt") -> Path:
    path = folder / name
    torch.save(tensors, path)
    return path


# ---- what comes in computes the same --------------------------------------------------------------------------------


def test_a_network_of_ten_lines_by_object_and_by_file(tmp_path: Path, corpus: str, command: Callable[..., Any]) -> None:
    module = trained_in_ten_lines()
    by_object = from_torch(module, CHARACTERS, corpus=corpus)
    assert_computes_the_same(by_object, module)
    assert by_object.name == "elsewhere"
    assert corpus_of(by_object).name == corpus
    weights, vocabulary = tmp_path / "w.safetensors", tmp_path / "v.json"
    save_file(module.state_dict(), weights)
    vocabulary.write_text(json.dumps({character: index for index, character in enumerate(CHARACTERS)}))
    done = command("models", "import", weights, "--vocabulary", vocabulary, "--run", "by-file", "--corpus", corpus)
    assert done.code == 0
    assert "2x12 LSTM over 11 characters" in done.out
    assert "loss of" in done.out
    assert_computes_the_same(load_run("by-file"), module)
    assert {"by-file", "elsewhere"} <= set(all_runs())
    assert load_run("by-file").is_finished
    assert command("models", "resume", "by-file").code == 0
    assert "on cafe" in command("models", "evaluate", "by-file").out.replace("file-", "")
    assert command("models", "sample", "by-file", "--length", "20").code == 0


@pytest.mark.parametrize("cell", [nn.LSTM, nn.GRU, nn.RNN])
@pytest.mark.parametrize("embedding", [0, 6, 12])
@pytest.mark.parametrize("bias", [True, False])
def test_every_cell_one_hot_or_embedded_with_and_without_biases(cell: Any, embedding: int, bias: bool) -> None:
    torch.manual_seed(2)
    module = Elsewhere(cell, layers=2, embedding=embedding, bias=bias)
    assert_computes_the_same(from_torch(module, CHARACTERS), module)


def test_tied_weights() -> None:
    torch.manual_seed(3)
    module = Elsewhere(embedding=12)
    module.decoder.weight = module.encoder.weight
    run = from_torch(module, CHARACTERS)
    assert_computes_the_same(run, module)
    tensors = {name: tensor for name, tensor in module.state_dict().items() if name != "decoder.weight"}
    path = saved(Path(os.environ["CHARSCOPE_DATA"]), tensors)
    assert_computes_the_same(import_file(path, CHARACTERS, name="stored-once").run, module)


def test_a_stack_of_cells_in_the_order_of_their_numbers() -> None:
    """With eleven layers the order of names differs from that of numbers."""
    torch.manual_seed(4)
    module = Stack()
    with torch.no_grad():
        for parameter in module.parameters():
            parameter *= 3  # deep stacks of small weights pass nothing on
    run = from_torch(module, CHARACTERS)
    assert run.model.num_layers == 11
    assert_computes_the_same(run, module)


def test_the_gate_order_of_hand_written_cells() -> None:
    torch.manual_seed(5)
    module = Handwritten()
    assert_computes_the_same(from_torch(module, CHARACTERS), module)


def test_a_gate_order_that_is_named(tmp_path: Path) -> None:
    torch.manual_seed(6)
    module = Elsewhere(layers=1)
    tensors = dict(module.state_dict())
    for name in [name for name in tensors if name.startswith("rnn.")]:
        i, f, g, o = tensors[name].chunk(4)
        tensors[name] = torch.cat([i, g, f, o])
    path = saved(tmp_path, tensors)
    assert_computes_the_same(import_file(path, CHARACTERS, gate_order="igfo").run, module)
    with pytest.raises(InputError, match="letters i, f, g and o"):
        import_file(path, CHARACTERS, name="other", gate_order="iffo")


# ---- files and vocabularies -----------------------------------------------------------------------------------------


def test_a_checkpoint_that_brings_its_vocabulary(tmp_path: Path) -> None:
    """The layout of well-known courses: a state dict beside `tokens`."""
    torch.manual_seed(7)
    module = Elsewhere(embedding=0)
    wrapped = {f"module.{name}": tensor for name, tensor in module.state_dict().items()}
    path = saved(tmp_path, {"n_hidden": 12, "n_layers": 2, "state_dict": wrapped, "tokens": tuple(CHARACTERS)})
    assert_computes_the_same(import_file(path).run, module)


def test_string_printable_goes_by_its_name(tmp_path: Path) -> None:
    module = nn.ModuleDict({"encoder": nn.Embedding(100, 8), "rnn": nn.GRU(8, 8, 1), "decoder": nn.Linear(8, 100)})
    run = import_file(saved(tmp_path, module.state_dict()), "printable").run
    assert run.vocabulary.characters == (*string.printable, "\ufffd")
    assert run.model.cell == "gru"


def code_that_runs(path: Path) -> Any:
    class Runs:
        def __reduce__(self) -> Any:
            return (path.write_text, ("it ran",))

    return Runs()


@pytest.mark.parametrize("whole", [True, False])
def test_a_pickle_with_code_is_refused_and_nothing_runs(tmp_path: Path, whole: bool) -> None:
    trace = tmp_path / "trace"
    harmful = code_that_runs(trace)
    path = tmp_path / "network.pt"
    if whole:
        path.write_bytes(pickle.dumps(harmful))
    else:
        torch.save({"state_dict": harmful}, path)
    with pytest.raises(InputError, match=r"run code.*state_dict"):
        import_file(path, CHARACTERS)
    assert not trace.exists()
    assert "network" not in all_runs()


def test_a_pickled_module_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="state_dict"):
        import_file(saved(tmp_path, Elsewhere()), CHARACTERS)


def test_unknown_characters_are_read_and_hardly_predicted() -> None:
    module = Elsewhere()
    run = from_torch(module, CHARACTERS)
    network = run.load_network()
    torch.testing.assert_close(network.embedding.weight[-1], module.encoder.weight.mean(0))
    recorded = join(record_blocks(network, run.vocabulary.encode("ab€a")))
    assert np.isfinite(recorded.loss[:-1]).all()
    assert recorded.rank[1] == len(run.vocabulary)


def test_their_unknown_token_becomes_ours() -> None:
    torch.manual_seed(8)
    module = Elsewhere()
    run = from_torch(module, ["<unk>", *CHARACTERS[1:]])
    network = run.load_network()
    torch.testing.assert_close(network.embedding.weight[-1], module.encoder.weight[0])
    torch.testing.assert_close(network.readout.bias[-1], module.decoder.bias[0])


# ---- what cannot be imported ----------------------------------------------------------------------------------------


class Odd(Elsewhere):
    """The network with one thing more."""

    def __init__(self, **parts: Any) -> None:
        super().__init__()
        for name, part in parts.items():
            setattr(self, name, part)


@pytest.mark.parametrize(
    ("module", "words"),
    [
        (Odd(rnn=nn.LSTM(6, 12, bidirectional=True)), "both directions"),
        (Odd(rnn=nn.LSTM(6, 12, proj_size=5)), "proj_size"),
        (Odd(rnn=nn.RNN(6, 12, nonlinearity="relu")), "relu"),
        (Odd(encoder=nn.Embedding(10, 6, max_norm=1.0)), "max_norm"),
        (Odd(norm=nn.LayerNorm(12)), "layer normalisation"),
        (Odd(more=nn.Linear(12, 12)), "more tensors: more.bias, more.weight"),
        (Odd(decoder=nn.Linear(12, 11)), "readout of 10 x 12"),
        (Odd(encoder=nn.Embedding(11, 6)), "embedding of 10 x 6"),
        (Odd(rnn=nn.Linear(6, 12)), "recurrent layers"),
        (Odd(rnn=nn.Sequential(nn.LSTM(6, 12), nn.LSTM(12, 8))), "one kind and size"),
        (Odd(rnn=nn.Sequential(nn.LSTM(6, 12), nn.LSTM(18, 12))), "skip connections"),
    ],
)
def test_other_networks_are_refused_with_a_reason(module: nn.Module, words: str) -> None:
    with pytest.raises(InputError, match=words):
        from_torch(module, CHARACTERS)
    assert not (Path(os.environ["CHARSCOPE_RUNS"]) / "odd").exists()


@pytest.mark.parametrize("shape", [(), (0,), (1,), (48, 1), (0, 12), (48, 0), (0, 0), (2, 3, 4)])
@pytest.mark.parametrize("name", list(Elsewhere().state_dict()))
def test_a_tensor_of_another_shape_is_refused(name: str, shape: tuple[int, ...], tmp_path: Path) -> None:
    tensors = Elsewhere().state_dict() | {name: torch.zeros(shape)}
    path = tmp_path / "network.safetensors"
    save_file({each: tensor.contiguous() for each, tensor in tensors.items()}, path)
    with pytest.raises(InputError, match=r"^Wanted "):
        import_file(path, CHARACTERS)


def test_a_tensor_can_be_ignored() -> None:
    module = Odd(more=nn.Linear(12, 12))
    run = from_torch(module, CHARACTERS, ignore=["more.weight", "more.bias"])
    assert_computes_the_same(run, module)


def test_weights_that_are_no_numbers(tmp_path: Path) -> None:
    module = Elsewhere()
    with torch.no_grad():
        module.decoder.bias[0] = float("nan")
    with pytest.raises(InputError, match="finite weights"):
        from_torch(module, CHARACTERS)


def test_the_same_again_is_the_same_run_and_other_weights_are_refused() -> None:
    module = Elsewhere()
    first = from_torch(module, CHARACTERS)
    left = first.folder / f".config.json.{2**22 + 1}.0123abcd"  # by a process that was killed when all was in place
    left.mkdir()
    assert from_torch(module, CHARACTERS).weights_hash == first.weights_hash
    assert not left.exists()
    with pytest.raises(InputError, match="exists"):
        from_torch(Elsewhere(), CHARACTERS)
    assert load_run("elsewhere").weights_hash == first.weights_hash


def test_a_vocabulary_in_another_order_is_noticed(tmp_path: Path, corpus: str) -> None:
    path = saved(tmp_path, trained_in_ten_lines().state_dict())
    assert "loss of" in import_file(path, CHARACTERS, name="right", corpus=corpus).remarks[-1]
    assert "another order" in import_file(path, CHARACTERS[::-1], name="wrong", corpus=corpus).remarks[-1]


def test_a_run_without_its_text_is_given_one_by_another_import(corpus: str) -> None:
    module = trained_in_ten_lines()
    run = from_torch(module, CHARACTERS)
    with pytest.raises(InputError, match="Delete it and import it again with --corpus"):
        corpus_of(run)
    assert corpus_of(from_torch(module, CHARACTERS, corpus=corpus)).name == corpus
    assert corpus_of(from_torch(module, CHARACTERS)).name == corpus  # naming none takes none away


@pytest.mark.parametrize("content", [b"", b"nothing", b"PK\x03\x04 cut short", pickle.dumps([1, 2])])
@pytest.mark.parametrize("ending", [".pt", ".safetensors"])
def test_damaged_files(tmp_path: Path, content: bytes, ending: str) -> None:
    path = tmp_path / f"w{ending}"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"^Wanted "):
        import_file(path, CHARACTERS)

"""Imports networks: reads state dicts from files or modules, and keeps them as runs.

python -m models import weights.pt --vocabulary characters.json --run NAME

A file is read as safetensors, or by `torch.load(weights_only=True)`, which runs no code: a pickled module is refused.
"""

import dataclasses
import hashlib
import os
import pickle
import re
import warnings
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from corpora import Corpus, InputError, load_corpus
from corpora.places import runs_folder
from models.config import Cell, TrainingConfig
from models.evaluate import character_losses
from models.importing.layout import Layout, find_layout
from models.importing.vocabulary import IN_CHECKPOINTS, ReadVocabulary, read_vocabulary
from models.importing.weights import config_of, weights_of
from models.network import CharRNN
from models.run import Run, load_run
from models.train import require_new
from models.writing import clear_interrupted_writes

IMPORTED = "imported"
NO_CORPUS = {"name": "", "sha256": "", "licence": "", "cuts": [0, 0, 0]}
WITHOUT_TEXT = "Its text was not named, so its units cannot be searched. Import it again with that text to name it."
JUDGED = 20_000  # characters that say whether the vocabulary fits
STATE_DICTS = ("state_dict", "model_state_dict", "model_state", "model", "net", "weights", "decoder")
REFUSED_MODULES = {
    nn.modules.batchnorm._BatchNorm: "batch normalisation",
    nn.LayerNorm: "layer normalisation",
    nn.MultiheadAttention: "attention",
    nn.modules.conv._ConvNd: "a convolution",
}


# ---- reading --------------------------------------------------------------------------------------------------------


def read_checkpoint(path: Path) -> dict[str, Any]:
    """What a file of weights holds: tensors by name, and in a checkpoint of torch perhaps more.

    Raises:
        InputError: no such file, a damaged one, or one that holds code.
    """
    if not os.path.isfile(path):  # not `Path.is_file`, which raises for a name that is too long
        raise InputError(f"Wanted a file of weights, found none at {path}. Check the path.")
    try:
        if path.suffix == ".safetensors":
            return load_file(path)
        with warnings.catch_warnings(action="ignore"):  # of other protocols of pickle: what is not read is refused
            found = torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError:
        raise InputError(
            f"Wanted a state dict in {path}, got a damaged file or a pickled module. A pickled module is not loaded, "
            "since that would run code from the file. Where it was trained, run torch.save(module.state_dict(), FILE), "
            "and import that file."
        ) from None
    except Exception as error:  # bytes from elsewhere: torch's reader raises what it happens to run into
        reason = str(error).partition("\n")[0][:200] or type(error).__name__
        raise InputError(f"Wanted weights in {path}, could not read them ({reason}). Copy it again.") from None
    if not isinstance(found, Mapping):
        raise InputError(f"Wanted a state dict in {path}, got {type(found).__name__}. Save module.state_dict().")
    return dict(found)


def state_dict_in(checkpoint: Mapping[str, Any]) -> dict[str, Tensor]:
    """The state dict itself, or the one inside a checkpoint; prefixes of wrappers are dropped."""
    nested = next((checkpoint[name] for name in STATE_DICTS if isinstance(checkpoint.get(name), Mapping)), checkpoint)
    tensors = {str(name): tensor for name, tensor in nested.items() if isinstance(tensor, Tensor)}
    for prefix in ("module.", "_orig_mod."):  # DataParallel's; torch.compile's
        if tensors and all(name.startswith(prefix) for name in tensors):
            tensors = {name.removeprefix(prefix): tensor for name, tensor in tensors.items()}
    return tensors


def vocabulary_in(checkpoint: Mapping[str, Any]) -> Any | None:
    """The vocabulary that a checkpoint brings with it."""
    return next((checkpoint[name] for name in IN_CHECKPOINTS if checkpoint.get(name)), None)


def state_dict_of(module: nn.Module) -> dict[str, Tensor]:
    """The state dict of a module, if a `CharRNN` can compute what it computes.

    Raises:
        InputError: a part of it cannot be.
    """
    for name, part in module.named_modules():
        if isinstance(part, nn.RNNBase) and part.bidirectional:
            raise InputError(
                f"Wanted a network that reads forwards, but {name or 'the module'} reads in both directions."
            )
        if isinstance(part, nn.RNN | nn.RNNCell) and part.nonlinearity != "tanh":
            raise InputError(f"Wanted tanh in {name or 'the module'}, got {part.nonlinearity}. It cannot be imported.")
        if isinstance(part, nn.Embedding) and part.max_norm is not None:
            raise InputError(f"Wanted a plain embedding, but {name} limits norms (max_norm). It cannot be imported.")
        what = next((words for kind, words in REFUSED_MODULES.items() if isinstance(part, kind)), None)
        if what:
            raise InputError(f"Wanted an embedding, recurrent layers and a readout, but {name} is {what}.")
    return module.state_dict()


# ---- keeping --------------------------------------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True)
class Imported:
    """A network that became a run, and what the person should know of it."""

    run: Run
    remarks: list[str]


def import_file(
    path: Path,
    vocabulary: Any = None,
    *,
    name: str = "",
    cell: Cell | None = None,
    corpus: str | Corpus = "",
    gate_order: str = "",
    ignore: Iterable[str] = (),
) -> Imported:
    """Import a network from a file of weights.

    Args:
        path: of a state dict (safetensors or torch), or of a checkpoint that holds one.
        vocabulary: as `read_vocabulary` takes it; by default the one in the checkpoint.
        name: of the new run; by default that of the file.
        cell: what the network's cells are, to be checked.
        corpus: the text that it was trained on.
        gate_order: of an LSTM whose rows are in another order than its layout says, such as `ifog`.
        ignore: names of tensors that do not matter.

    Raises:
        InputError: the file or the vocabulary cannot be used, or the network is of another kind.
    """
    checkpoint = read_checkpoint(path)
    given = vocabulary_in(checkpoint) if vocabulary is None else vocabulary
    if given is None:
        raise InputError(
            f"Wanted the vocabulary of {path.name}: which character each id stands for. The file has none. Name a JSON "
            "file with --vocabulary."
        )
    source = {"file": path.name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
    return _keep(
        state_dict_in(checkpoint), read_vocabulary(given), name or _plain_name(path.stem), source, cell, corpus,
        gate_order, ignore,
    )  # fmt: skip


def from_torch(
    module: nn.Module, vocabulary: Any, *, corpus: str | Corpus = "", name: str = "", ignore: Iterable[str] = ()
) -> Run:
    """Import a trained module as a run.

    Only weights are taken: what the module's `forward` does besides embedding (or one-hot), recurrent layers and linear
    readout is not seen. Importing the same weights under the same name again gives the run that is there,
    now with the text if it lacked one.

    Args:
        module: with an `nn.LSTM`, `nn.GRU` or `nn.RNN`, or a stack of their cells, and an `nn.Linear` readout.
        vocabulary: the characters by id: a string, a list, a mapping either way, or a JSON file.
        corpus: the text that it was trained on, by name, by path, or prepared.
        name: of the new run; by default that of the module's class.
        ignore: names of tensors that do not matter.

    Raises:
        InputError: it cannot be imported, or a run of that name has other weights.
    """
    source = {"module": type(module).__name__}
    tensors = state_dict_of(module)
    read = read_vocabulary(vocabulary)
    return _keep(tensors, read, name or _plain_name(type(module).__name__), source, None, corpus, "", ignore).run


def _plain_name(written: str) -> str:
    return re.sub(r"[^\w.-]+", "-", written).strip("-.").lower()[:60] or "imported"


def _keep(
    tensors: Mapping[str, Tensor],
    vocabulary: ReadVocabulary,
    name: str,
    source: dict[str, str],
    cell: Cell | None,
    corpus: str | Corpus,
    gate_order: str,
    ignore: Iterable[str],
) -> Imported:
    layout = find_layout(tensors, len(vocabulary), ignore)
    if cell and cell != layout.cell:
        raise InputError(f"Wanted {cell} cells, got {layout.cell} by the shapes of the weights. Omit --cell, or check.")
    ours, order = vocabulary.as_ours()
    weights, config = weights_of(layout, order, gate_order), config_of(layout)
    text = corpus if isinstance(corpus, Corpus) else load_corpus(corpus) if corpus else None
    described = {
        "name": text.name, "sha256": text.sha256, "licence": text.licence, "cuts": list(text.cuts)
    } if text else NO_CORPUS  # fmt: skip
    said = source | {"layout": layout.kind, "gate_order": gate_order or layout.layers[0].order}
    training = dataclasses.asdict(TrainingConfig()) | {IMPORTED: said}
    run = Run(runs_folder() / name, config, ours, described, training)
    there = _with_weights(run, weights)
    if there and (text is None or there.corpus == described):
        clear_interrupted_writes(there.folder)
        return Imported(there, ["The same weights are there already."])
    if not (there and there.corpus == NO_CORPUS):  # else the text of that run is named only now
        require_new(name, run.folder)
    network = CharRNN(config, len(ours))
    network.load_state_dict(weights)
    remarks = [*_remarks(layout, vocabulary), *(_fit(network.eval(), run, text) if text else [WITHOUT_TEXT])]
    run.save_weights(weights)
    run.save_config()
    return Imported(load_run(run.folder), remarks)


def _with_weights(run: Run, weights: dict[str, Tensor]) -> Run | None:
    """The run that is there, if it is an import of the same weights with the same vocabulary."""
    try:
        there = load_run(run.folder)
        kept = there.load_network().state_dict()
    except InputError:
        return None
    same = there.imported and there.vocabulary == run.vocabulary and kept.keys() == weights.keys()
    return there if same and all(torch.equal(kept[name], tensor) for name, tensor in weights.items()) else None


# ---- what the person should know ------------------------------------------------------------------------------------


def _remarks(layout: Layout, vocabulary: ReadVocabulary) -> list[str]:
    said = []
    if layout.embedding is None:
        said.append("Its input is one-hot.")
    if layout.tied:
        said.append("Embedding and readout share their weights.")
    if layout.cell == "rnn":
        said.append("Its plain units are taken to use tanh.")
    if vocabulary.unknown is None:
        said.append("A character outside its vocabulary is read as the mean of all others.")
    if len(vocabulary.replaced) > (vocabulary.unknown is not None and "\ufffd" in vocabulary.replaced.values()):
        marks = ", ".join(token for token, one in vocabulary.replaced.items() if one != "\ufffd")
        said.append(f"These tokens stand for no character: {marks}.")
    return said


def _fit(network: CharRNN, run: Run, text: Corpus) -> list[str]:
    """Whether the network predicts its text better than somebody who only knows how frequent each character is."""
    ids = run.vocabulary.encode(text.split("validation")[:JUDGED])
    if len(ids) < 2:
        return []
    loss = float(character_losses(network, ids).mean())
    shares = torch.bincount(torch.from_numpy(ids)).float() / len(ids)
    entropy = float(torch.special.entr(shares).sum())
    if loss < entropy:
        return [
            "Scores are measured on the test split, the end of the text. They hold for unseen text only if the network "
            "was not trained on that part.",
            f"On {len(ids):,} characters of the validation split it has a loss of {loss:.3f} nats per character.",
        ]
    return [
        f"Its loss on {text.name} is {loss:.3f} nats per character, no better than the frequencies of the characters "
        f"alone ({entropy:.3f}). The vocabulary probably has another order, or the network was trained on another text."
    ]

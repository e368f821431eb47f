"""Sound things of each kind that the project keeps on disk, and all that it reads of them."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch

from corpora import load_corpus, prepare_file
from corpora.own import own_texts
from models.checkpoint import Position, load_checkpoint, save_checkpoint
from models.config import ModelConfig
from models.network import CharRNN
from models.recording.store import blocks_of, open_recording, record_to_zarr
from models.run import PRETRAINED, load_run

SHIPPED = "war-and-peace-gru"
SMALL = ModelConfig(num_layers=2, hidden_size=8, embedding_size=6)
TEXT = "".join(chr(97 + number * 7 % 26) + " \n"[number % 9 == 0] for number in range(4_600))
CONCEPTS = """- name: in-brackets
  description: inside brackets
  automaton: {open: "(", close: ")", nested: true, label: depth, cap: 9}
- name: a-digit
  description: a digit
  pattern: '[0-9]+'
- name: both
  description: both of them
  all_of: [a-digit, vowel]
"""


def shown(value: Any) -> Any:
    """A value as text that differs where the value does."""
    if isinstance(value, pd.DataFrame):
        return value.to_csv(), dict(value.attrs), list(map(str, value.dtypes))
    if isinstance(value, np.ndarray | np.generic):
        return str(value.dtype), value.shape, value.tobytes()
    if hasattr(value, "to_dict") and hasattr(value, "data_vars"):
        return {str(name): shown(value[name].to_numpy()) for name in value.variables}
    if isinstance(value, dict):
        return {name: shown(each) for name, each in value.items()}
    return value


# ---- readings -------------------------------------------------------------------------------------------------------


def read_run(folder: Path) -> Any:
    """All that is read of a run."""
    from analysis.ablation.table import load_ablations
    from analysis.findings import load_findings, ranked
    from models.baseline import baseline_of, best_ngram_on
    from models.evaluate import load_evaluation
    from models.history import load_log, load_samples, losses_at
    from models.jobs import find_jobs
    from models.outcome import outcome_of
    from models.saturation import load_saturation, summarise_saturation
    from models.snapshots import load_snapshots
    from models.status import status_of

    run = load_run(folder)
    found = [run.model, run.options, run.corpus, run.training, run.vocabulary, run.is_finished, status_of(folder)]
    network = run.load_network()
    found.append({name: shown(tensor.numpy()) for name, tensor in network.state_dict().items()})
    log, tables = load_log(run), load_findings(run)
    found += [shown(log), vars(losses_at(log, 100)), load_samples(run), shown(load_snapshots(run))]
    found += [None] if tables is None else [shown(ranked(tables.units)), *map(shown, vars(tables).values())]
    saturation = load_saturation(run)
    found += [shown(load_ablations(run)), shown(saturation), load_evaluation(run), baseline_of(run)]
    found += [] if saturation is None else [shown(summarise_saturation(saturation))]
    found += [
        best_ngram_on(run, "validation"),
        outcome_of(run),
        [vars(job) | {"folder": ""} for job in find_jobs(folder)],
    ]
    return [*found, [job.progress for job in find_jobs(folder)]]


def read_checkpoint_of(folder: Path) -> Any:
    """A training state, put back, and one step from there."""
    network, optimizers = _small_network()
    carried, states, position = load_checkpoint(folder, {"network": network}, optimizers)
    logits, _ = network(torch.zeros((3, 2), dtype=torch.int64), tuple(carried))
    logits.sum().backward()
    for optimizer in optimizers:
        optimizer.step()
    torch.set_rng_state(states["cpu"][0].clone())
    return (
        position,
        [shown(part.numpy()) for part in carried],
        [shown(p.detach().numpy()) for p in network.parameters()],
    )


def read_corpus(folder: Path) -> Any:
    """A prepared corpus by its name, its splits, and the list of one's own texts."""
    os.environ["CHARSCOPE_DATA"] = str(folder)
    name = next((path.name for path in folder.iterdir() if path.is_dir()), "gone")
    kept = [(text.title, text.characters, text.documents) for text in own_texts()]
    corpus = load_corpus(name)
    splits = [shown(np.asarray(corpus.split(split))) for split in ("training", "validation", "test")]
    starts = [corpus.document_starts(split) for split in ("training", "validation", "test")]
    return kept, splits, starts, corpus.excerpt("test", 100), corpus.sha256, corpus.licence, corpus.as_bytes


def read_recording(folder: Path) -> Any:
    """All blocks of a recording."""
    from analysis.scoring.sources import RecordingSource

    opened = open_recording(folder)
    codes = opened["char"].to_numpy()
    "".join(map(chr, codes))
    RecordingSource(opened, ("hidden",))
    blocks = list(blocks_of(opened, 0, opened.sizes["time"]))
    return shown(codes), [shown(vars(block)) for block in blocks], dict(opened.attrs)


def read_concepts(folder: Path) -> Any:
    """A file of custom concepts."""
    from analysis.concepts.custom import load_concepts

    found = load_concepts(folder / "concepts.yaml")
    return [(one.name, one.description, repr(one.label), one.kind, one.timing) for one in found]


def read_names(folder: Path) -> Any:
    """The file of named units."""
    from models.names import load_names

    os.environ["CHARSCOPE_RUNS"] = str(folder)
    return load_names()


def read_imported(folder: Path) -> Any:
    """A network from elsewhere and its vocabulary."""
    from models.importing.importing import read_checkpoint, state_dict_in
    from models.importing.vocabulary import read_vocabulary

    read = read_vocabulary(folder / "vocabulary.json")
    tensors = state_dict_in(read_checkpoint(folder / "weights.safetensors"))
    return read, {name: (str(tensor.dtype), shown(tensor.double().numpy())) for name, tensor in tensors.items()}


READINGS: dict[str, Callable[[Path], Any]] = {
    "run": read_run,
    "training": read_checkpoint_of,
    "corpus": read_corpus,
    "recording": read_recording,
    "concepts": read_concepts,
    "names": read_names,
    "import": read_imported,
}


# ---- sound things ---------------------------------------------------------------------------------------------------


def _small_network() -> tuple[CharRNN, list[torch.optim.Optimizer]]:
    torch.manual_seed(0)
    network = CharRNN(SMALL, 12)
    network.eval()
    return network, [torch.optim.AdamW(network.parameters(), lr=1e-3)]


def _make_training(folder: Path) -> None:
    network, optimizers = _small_network()
    logits, carried = network(torch.zeros((3, 2), dtype=torch.int64), network.initial_state(2))
    logits.sum().backward()
    optimizers[0].step()
    states = {"cpu": torch.get_rng_state()[None]}
    carried = tuple(part.detach() for part in carried)
    save_checkpoint(folder, {"network": network}, optimizers, carried, states, Position(3, 2.5, 2, 0, 1.5))


def _make_run(folder: Path) -> None:
    shutil.copytree(PRETRAINED / SHIPPED, folder)
    run = load_run(folder)
    ablations = pd.read_parquet(PRETRAINED / "war-and-peace" / "ablations.parquet")
    small = ablations.head(3).assign(state="hidden", layer=1, unit=range(3))
    run.keep_measured("ablations.parquet", small, run=run.name)
    orders = [{"order": order, "nats": 2.0 / order, "low": 1.0 / order, "high": 3.0 / order} for order in (1, 2, 3)]
    described = {
        "format": 1, "corpus": {"name": run.corpus["name"], "sha256": run.corpus["sha256"]}, "split": "test",
        "characters": 5000, "min_count": 5, "orders": orders, "validation": {"characters": 5000, "orders": orders},
    }  # fmt: skip
    (folder / "ngram.json").write_text(json.dumps(described))
    (folder / "jobs").mkdir()
    job = {
        "command": ["python", "x"],
        "pid": 2**22 + 5,
        "started": 1.5e9,
        "outcome": "finished",
        "message": "",
        "ended": 1.6e9,
    }
    (folder / "jobs" / "search.json").write_text(json.dumps(job))
    progress = {"done": 3, "total": 9, "stage": "reading", "since": 1.5e9, "at": 1.5e9, "first": 0}
    (folder / "jobs" / "search.progress.json").write_text(json.dumps(progress))


def _make_small_things(place: Path) -> None:
    from models.names import Named, Names, Said, written_names
    from models.units import Unit

    (place / "concepts").mkdir()
    (place / "concepts" / "concepts.yaml").write_text(CONCEPTS)
    said = (Said("quotes", "2026-01-31T12:00:00Z"),)
    entry = Named("a" * 64, "tiny", Unit(2, 217, "cell"), said, said, True, ("mine",), "2026-01-31T12:00:00Z")
    (place / "names").mkdir()
    (place / "names" / "names.json").write_text(written_names(Names.of([entry])))
    (place / "import").mkdir()
    shutil.copyfile(PRETRAINED / SHIPPED / "model.safetensors", place / "import" / "weights.safetensors")
    (place / "import" / "vocabulary.json").write_text(json.dumps({chr(97 + at): at for at in range(20)}))


def make_things(place: Path) -> dict[str, Path]:
    """Sound things of all kinds below a folder."""
    os.environ["CHARSCOPE_DATA"], os.environ["CHARSCOPE_RUNS"] = str(place / "corpus"), str(place / "runs")
    _make_run(place / "run")
    (place / "training").mkdir()
    _make_training(place / "training")
    (place / "mine.txt").write_text(TEXT, encoding="utf-8")
    prepare_file(place / "mine.txt")
    list(record_to_zarr(load_run(SHIPPED), TEXT, place / "recording.zarr"))
    _make_small_things(place)
    names = {thing: place / thing for thing in READINGS}
    return names | {"recording": place / "recording.zarr"}

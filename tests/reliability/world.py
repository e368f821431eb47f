"""A small world to be hostile in: texts, corpora, runs in every state, recordings, and files of every format.

It is made once, in children, and copied for each process; what an input changed is put back from the original.
"""

import bz2
import gzip
import json
import lzma
import os
import sys
import tarfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpora.demo import load_passage
from tests.reliability.children import Limits, Outcome, run_child
from tests.reliability.hostile import make_strange

TRAIN = (
    "--layers=2", "--hidden=6", "--embedding=4", "--streams=8", "--steps=16", "--validation-chars=1000",
    "--warm-up=5", "--evaluate-every=20", "--log-every=10", "--precision=32", "--device=cpu", "--no-ngram",
)  # fmt: skip
LENGTH = 104_000  # characters: a test split that can be searched
EPOCHS = 0.06
CONCEPTS = """\
- name: inside-square
  title: inside square brackets
  description: Between [ and ].
  automaton: {open: "[", close: "]", reset: "\\n"}
- name: capital-word
  description: A word in capitals.
  pattern: '[A-Z][a-z]+'
"""


@dataclass(frozen=True)
class World:
    """Folders: `work` (where commands run), `data`, `runs`, `tmp`, `home`, and `strange` things in `work`."""

    root: Path

    @property
    def work(self) -> Path:
        return self.root / "work"

    @property
    def runs(self) -> Path:
        return self.root / "runs"

    @property
    def data(self) -> Path:
        return self.root / "data"

    def enter(self) -> None:
        """Make this world the one that commands see."""
        os.chdir(self.work)
        for name, folder in (
            ("CHARSCOPE_DATA", "data"),
            ("CHARSCOPE_RUNS", "runs"),
            ("TMPDIR", "tmp"),
            ("HOME", "home"),
        ):
            os.environ[name] = str(self.root / folder)
        for name in ("CHARSCOPE_CORPORA", "CHARSCOPE_READ_ONLY", "CHARSCOPE_HOSTS", "RANK", "COLUMNS"):
            os.environ.pop(name, None)
        import tempfile

        tempfile.tempdir = None

    def command(self, words: list[str], limits: Limits | None = None, after: float | None = None) -> Outcome:
        """Run `python -m PACKAGE WORDS` in a child that sees this world."""
        limits = limits or Limits()
        return run_child(
            lambda: self._run(words),
            Limits(limits.seconds, limits.memory, limits.file_size, [self.enter, *limits.first]),
            after,
        )

    def _run(self, words: list[str]) -> None:
        run_command(words)

    def child(self, work: Callable[[], Any], limits: Limits | None = None) -> Outcome:
        """Run a function in a child that sees this world."""
        limits = limits or Limits()
        return run_child(work, Limits(limits.seconds, limits.memory, limits.file_size, [self.enter, *limits.first]))

    def done(self, *words: str) -> Outcome:
        """A command that has to end well."""
        outcome = self.command(list(words), Limits(seconds=240))
        if outcome.code != 0:
            raise SystemExit(f"Cannot make the world: python -m {' '.join(words)}: {outcome.err[-2000:]}")
        return outcome


def run_command(words: list[str]) -> None:
    """What `python -m PACKAGE WORDS` does."""
    import importlib

    from corpora.errors import run_command_line

    app = importlib.import_module(f"{words[0]}.__main__").app
    sys.argv = [f"{words[0]}/__main__.py", *words[1:]]
    sys.orig_argv = [sys.executable, "-m", *words]
    run_command_line(app)


def our_text(length: int) -> str:
    """Prose, C and wiki markup of our own, over and over."""
    passages = "\n\n".join(load_passage(name) for name in ("war-and-peace", "linux", "wikipedia"))
    return (passages * (1 + length // len(passages)))[:length]


def make_world(root: Path, full: bool) -> World:
    """The world; with tables of a search only where it is `full`, since these take seconds."""
    world = World(root)
    for name in ("work", "data", "runs", "tmp", "home"):
        (root / name).mkdir(parents=True)
    _write_texts(world.work)
    make_strange(world.work / "strange")
    world.done("models", "train", "--corpus=story.txt", "--run=tiny", f"--epochs={EPOCHS}", *TRAIN)
    world.done("models", "train", "--corpus=story.txt", "--run=gru", "--cell=gru", "--epochs=0.01", *TRAIN)
    _in_child(world, _pause)
    world.done("models", "evaluate", "tiny", "--split=validation")
    world.done("models", "record", "tiny", "--chars=500", "--out=small.zarr", "--gates")
    _in_child(world, _write_imports)
    if full:
        world.done("models", "gates", "tiny", "--chars=2000")
        world.done("models", "ngram", "--run=tiny")
        world.done("analysis", "search", "tiny")
        world.done("analysis", "ablate", "tiny", "--unit=L1.u1", "--concept=column", "--chars=1000")
        world.done("models", "record", "tiny", "--chars=10400", "--split=test", "--out=long.zarr")
        world.done("analysis", "search", "tiny", "--text=ten.txt", "--out=table.parquet")
        world.done("models", "pack", "tiny", "--out=packed")
        world.done("dashboard", "export", "tiny", "--text=short.txt", "--out=page.html")
    _in_child(world, _write_names)
    return world


def _in_child(world: World, work: Callable[[], None]) -> None:
    outcome = world.child(work, Limits(seconds=240))
    if outcome.code != 0:
        raise SystemExit(f"Cannot make the world: {work.__name__}: {outcome.err[-2000:]}")


def _write_texts(work: Path) -> None:
    text, short = our_text(LENGTH), our_text(600)
    (work / "story.txt").write_text(text)
    (work / "ten.txt").write_text(text[:10_200])
    (work / "short.txt").write_text(short)
    for name, encoding in (
        ("latin.txt", "latin-1"),
        ("utf16.txt", "utf-16"),
        ("cp1251.txt", "cp1251"),
        ("sjis.txt", "shift-jis"),
    ):
        (work / name).write_bytes(short.encode(encoding, errors="ignore") + "Où? Ой".encode(encoding, errors="ignore"))
    (work / "texts" / "in").mkdir(parents=True)
    (work / "texts" / "a.txt").write_text(short)
    (work / "texts" / "in" / "b.txt").write_text(short)
    (work / "kernel-tree" / "kernel").mkdir(parents=True)
    (work / "kernel-tree" / "kernel" / "a.c").write_text(load_passage("linux") * 4)
    (work / "wiki.xml").write_text(
        f"<mediawiki><page><title>A</title><text>{load_passage('wikipedia')}</text></page></mediawiki>\n"
    )
    data = short.encode()
    (work / "story.txt.gz").write_bytes(gzip.compress(data, mtime=0))
    (work / "story.txt.xz").write_bytes(lzma.compress(data))
    (work / "story.txt.bz2").write_bytes(bz2.compress(data))
    with zipfile.ZipFile(work / "texts.zip", "w") as archive:
        for name in ("a.txt", "in/b.txt"):
            archive.writestr(name, short)
    with tarfile.open(work / "kernel.tar.gz", "w:gz") as archive:
        archive.add(work / "kernel-tree", "linux-6.1")
    (work / "concepts.yaml").write_text(CONCEPTS)
    (work / "vocabulary.json").write_text(json.dumps(list("abcdefgh \n")))


def _pause() -> None:
    """A training that was stopped in the middle."""
    from corpora import load_corpus
    from models.config import ModelConfig, TrainingConfig
    from models.train import start_run, train

    class Stop:
        """Asks the training to stop after some steps."""

        step = 0

        def advanced(self, step: int, *_: Any) -> None:
            self.step = step

        def sampled(self, *_: Any) -> None: ...

        def stop_requested(self) -> bool:
            return self.step >= 25

    corpus = load_corpus("story.txt")
    training = TrainingConfig(
        epochs=0.06, streams=8, steps=16, validation_chars=1000, warm_up=5, evaluate_every=20, log_every=10,
        precision="32",
        device="cpu",
    )  # fmt: skip
    run = start_run("paused", corpus, ModelConfig(num_layers=1, hidden_size=6, embedding_size=4), training)
    train(run, corpus, Stop())


def _write_imports() -> None:
    import torch
    from safetensors.torch import save_file
    from torch import nn

    torch.manual_seed(0)
    module = nn.ModuleDict({"encoder": nn.Embedding(10, 6), "rnn": nn.LSTM(6, 5, 2), "decoder": nn.Linear(5, 10)})
    save_file(module.state_dict(), "net.safetensors")
    torch.save({"state_dict": module.state_dict(), "tokens": list("abcdefgh \n")}, "net.pt")


def _write_names() -> None:
    from models.run import load_run, runs_folder

    entry = {
        "weights_sha256": load_run("tiny").weights_hash, "run": "tiny", "unit": "L1.u1", "state": "cell",
        "names": [{"text": "the one", "at": "2026-01-31T12:00:00Z"}], "notes": [], "starred": True, "lists": ["mine"],
        "at": "2026-01-31T12:00:00Z",
    }  # fmt: skip
    (runs_folder() / "names.json").write_text(json.dumps({"format": 1, "units": [entry]}) + "\n")

"""A run on disk: one folder with configuration, weights and logs. See docs/run-format.md."""

import dataclasses
import hashlib
import json
import os
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import pandas as pd
import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file

from corpora import Corpus, InputError, Vocabulary, load_corpus
from corpora.places import runs_folder
from corpora.shell import shell_command, shell_word
from models.config import BEFORE_THE_OPTION, ModelConfig, TrainingConfig, pick
from models.network import CELLS, CharRNN
from models.writing import current, replacing

FORMAT = 1
PRETRAINED = Path(__file__).parent / "pretrained"
UNITS = "units.parquet"  # the search table in a run's folder
WEIGHTS = "model.safetensors"
LONGEST = 200  # bytes of a run's name: a folder's is up to 255, of which its deletion wants some


@dataclass(frozen=True)
class Run:
    """A trained (or training) model and what belongs to it."""

    folder: Path
    model: ModelConfig
    vocabulary: Vocabulary
    corpus: dict[str, Any]
    training: dict[str, Any]
    results: Path | None = None
    """Where commands write what they measure; None: the run's folder. A shipped model's is part of the checkout."""

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def shell_name(self) -> str:
        """Its name in a command to copy."""
        return shell_word(self.name)

    @property
    def options(self) -> TrainingConfig:
        """The options that it was, or is being, trained with."""
        return pick(TrainingConfig, BEFORE_THE_OPTION[TrainingConfig] | self.training)

    @property
    def imported(self) -> dict[str, str] | None:
        """Where it comes from, if it was trained elsewhere."""
        return self.training.get("imported")

    @property
    def is_finished(self) -> bool:
        """Whether there is nothing left to train: its training ended, or it was trained or made elsewhere."""
        return "steps_done" in self.training or self.imported is not None or not self.training

    @property
    def states(self) -> tuple[str, ...]:
        """The states that its cells have, `hidden` first."""
        return self.model.states

    @property
    def memory(self) -> str:
        """The state that carries what a cell remembers."""
        return self.model.memory

    @property
    def results_folder(self) -> Path:
        """Where commands write what they measure."""
        return self.results or self.folder

    @property
    def measured_in(self) -> list[Path]:
        """The folders of results, the user's first."""
        return list(dict.fromkeys([self.results_folder, self.folder]))

    @property
    def weights_path(self) -> Path:
        """The weights file.

        Raises:
            InputError: the run has no weights yet.
        """
        path = self.folder / WEIGHTS
        if not path.exists():
            resume = shell_command("models", "resume", str(self.folder))
            if self.is_finished:
                raise InputError(f"The weights of {self.folder} are gone. Copy them again, or delete the run.")
            raise InputError(f"The run {self.folder} has no weights yet. Finish it: {resume}")
        return path

    @cached_property
    def weights_hash(self) -> str:
        """sha256 of the weights file: which weights a recording or a score belongs to."""
        path = self.weights_path
        written = path.stat()
        return _hash_of(path, written.st_mtime_ns, written.st_size, written.st_ino)

    def load_network(self) -> CharRNN:
        """The network in float32, in evaluation mode.

        Raises:
            InputError: no weights, damaged weights, or weights of another shape.
        """
        path = self.weights_path
        network = CharRNN(self.model, len(self.vocabulary))
        try:
            with safe_open(path, framework="pt") as weights:
                tensors = {name: weights.get_tensor(name).float() for name in weights.keys()}  # noqa: SIM118  not a dict
            network.load_state_dict(tensors)
        except (SafetensorError, RuntimeError, OSError) as error:
            reason = str(error).splitlines()[0]
            raise InputError(
                f"Wanted the weights of a {self.model.title} in {path}, could not read them ({reason}). "
                "The file is damaged or of another model: copy or train it again."
            ) from None
        return network.eval()

    def measured_tables(self, *names: str) -> list[pd.DataFrame] | None:
        """Parquet tables that lie side by side, from the first folder that has all of the run's present weights.

        None if there are none.
        """
        for folder in self.measured_in:
            tables = [table for name in names if (table := self.measured_table_in(folder, name)) is not None]
            if len(tables) == len(names) and len({table.attrs.get("search") for table in tables}) == 1:
                return tables
        return None

    def measured_table_in(self, folder: Path, name: str) -> pd.DataFrame | None:
        """A Parquet table in a folder, or None if there is none of the run's present weights."""
        path = current(folder, name)
        table = pd.read_parquet(path) if path.exists() else None
        return table if table is not None and table.attrs.get("weights_sha256") == self.weights_hash else None

    def measured_table(self, name: str) -> pd.DataFrame | None:
        """One such table."""
        tables = self.measured_tables(name)
        return tables[0] if tables else None

    def keep_measured(self, name: str, table: pd.DataFrame, **attributes: Any) -> None:
        """Write a table of the run's present weights to its results, whole or not at all.

        Raises:
            InputError: it cannot be written.
        """
        described = table.copy(deep=False)
        described.attrs = {"weights_sha256": self.weights_hash, **attributes}
        with replacing(self.results_folder / name) as temporary:
            described.to_parquet(temporary, index=False)

    def untrained_network(self, seed: int) -> CharRNN:
        """The same architecture, freshly initialised: the control for every claim about a trained unit."""
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            return CharRNN(self.model, len(self.vocabulary)).eval()

    def save_config(self) -> None:
        """Write `config.json`, whole or not at all."""
        described = {
            "format": FORMAT,
            "model": dataclasses.asdict(self.model),
            "vocabulary": list(self.vocabulary.characters),
            "corpus": self.corpus,
            "training": self.training,
        }
        with replacing(self.folder / "config.json") as temporary:
            temporary.write_text(json.dumps(described, indent=1, ensure_ascii=True) + "\n")

    def save_weights(self, tensors: dict[str, torch.Tensor]) -> None:
        """Write `model.safetensors`, whole or not at all."""
        with replacing(self.folder / WEIGHTS) as temporary:
            save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, temporary)


@lru_cache(maxsize=256)
def _hash_of(path: Path, _modified: int, _size: int, _inode: int) -> str:
    """sha256 of a file, read again only after the file was written again."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def shipped_runs() -> list[str]:
    """Names of the models that come with Charscope."""
    return sorted(path.parent.name for path in PRETRAINED.glob("*/config.json"))


def own_runs() -> list[str]:
    """Names of the runs under `runs/` that have weights."""
    names = (path.parent.name for path in runs_folder().glob("*/model.safetensors"))
    return sorted(name for name in names if not name.startswith("."))


def all_runs() -> list[str]:
    """Names of the shipped models, then of the own runs."""
    return list(dict.fromkeys([*shipped_runs(), *own_runs()]))


def load_run(name: str | Path) -> Run:
    """A run by shipped name, by its name under `runs/`, or by folder.

    What is measured of a shipped model is written beside one's own runs, to `runs/NAME/`, unless the run is given by
    its folder.

    Raises:
        InputError: no such run, or a config.json that this version cannot read.
    """
    places = [PRETRAINED / name, runs_folder() / name, Path(name)]
    folder = next((place for place in places if os.path.isfile(place / "config.json")), None)  # a name of any length
    if folder is None:
        raise InputError(f"No run is called {str(name)!r}. Known: {', '.join(all_runs())}; or name a run's folder.")
    try:
        described = json.loads((folder / "config.json").read_text())
        if described["format"] > FORMAT:
            raise InputError(
                f"{folder}/config.json has format {described['format']}, this Charscope reads up to {FORMAT}. "
                "Update Charscope."
            )
        if described["model"]["cell"] not in CELLS:
            raise ValueError(f"Wanted the cell {' or '.join(CELLS)}, got {described['model']['cell']!r}")
        return Run(
            folder,
            ModelConfig(**BEFORE_THE_OPTION[ModelConfig] | described["model"]),
            Vocabulary(tuple(described["vocabulary"])),
            described["corpus"],
            described["training"],
            runs_folder() / name if folder == PRETRAINED / name and not Path(name).is_absolute() else None,
        )
    except OSError as error:  # deleted just now, or of another user
        raise InputError(f"Cannot read {folder}/config.json ({error.strerror}). Choose another run.") from None
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(
            f"{folder}/config.json is not a run's configuration ({error}). Train or copy it again."
        ) from None


def is_run_name(name: str) -> bool:
    """Whether a folder below `runs/` can have that name: no path, not hidden, and not too long for a folder."""
    return Path(name).name == name and not name.startswith(".") and "\0" not in name and _bytes_in(name) <= LONGEST


def _bytes_in(name: str) -> int:
    return len(name.encode(errors="replace"))


def corpus_of(run: Run) -> Corpus:
    """The corpus that a run was trained on: its splits are those that the run saw and did not see.

    Raises:
        InputError: it is not on this machine, or what goes by its name is another text.
    """
    if not run.corpus["name"]:
        raise InputError(
            f"The run {run.name} was imported without its text. Delete it and import it again with --corpus, or name a "
            "text for this command with --corpus or --text."
        )
    corpus = load_corpus(run.corpus["name"])
    require_same_text(run, corpus)
    return corpus


def require_same_text(run: Run, corpus: Corpus) -> None:
    """Refuse a corpus that is not the one that a run was trained on."""
    if corpus.sha256 != run.corpus["sha256"]:
        raise InputError(
            f"The run {run.name} was trained on {run.corpus['name']} with sha256 {run.corpus['sha256'][:12]}…, "
            f"the text of that name here has {corpus.sha256[:12]}…, so its splits differ. A training goes on with "
            "the same text only: fetch that again. Other commands read another as a file: --text, or evaluate --corpus."
        )

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

from corpora import Corpus, InputError, Vocabulary
from corpora.corpus import load_named_corpus
from corpora.places import runs_folder
from corpora.shell import shell_command, shell_word
from corpora.stored import DamagedFileError, reason_of, require_regular
from models.config import BEFORE_THE_OPTION, ModelConfig, TrainingConfig, pick
from models.configuration import read_configuration
from models.network import CharRNN
from models.tables import Table, read_table, write_table
from models.tensors import UNREADABLE, read_weights, shapes_of, write_tensors
from models.writing import current, replacing

FORMAT = 1
PRETRAINED = Path(__file__).parent / "pretrained"
UNITS = "units.parquet"  # the search table in a run's folder
CONFIG, WEIGHTS = "config.json", "model.safetensors"
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
        if not os.path.lexists(path):
            resume = shell_command("models", "resume", str(self.folder))
            if self.is_finished:
                raise InputError(f"The weights of {self.folder} are gone. Copy them again, or delete the run.")
            raise InputError(f"The run {self.folder} has no weights yet. Finish it: {resume}")
        return path

    @cached_property
    def weights_hash(self) -> str:
        """sha256 of the weights file: which weights a recording or a score belongs to.

        Raises:
            InputError: no weights, or a file that cannot be read.
        """
        path = self.weights_path
        try:
            written = require_regular(path)
            return _hash_of(path, written.st_mtime_ns, written.st_size, written.st_ino)
        except OSError as error:
            raise self._no_weights(error) from None

    def load_network(self) -> CharRNN:
        """The network in float32, in evaluation mode.

        Raises:
            InputError: no weights, damaged weights, or weights of another shape.
        """
        try:
            weights = read_weights(self.weights_path, shapes_of(self.model, len(self.vocabulary)))
        except UNREADABLE as error:
            raise self._no_weights(error) from None
        network = CharRNN(self.model, len(self.vocabulary))
        network.load_state_dict(weights)
        return network.eval()

    def _no_weights(self, error: Exception) -> DamagedFileError:
        wanted = f"Wanted the weights of a {self.model.title} in {{path}}, could not read them ({{reason}}). "
        advice = "The file is damaged or of another model: copy or train it again."
        if isinstance(error, PermissionError):
            advice = "Ask its owner to let you read it."
        return DamagedFileError.because(self.folder / WEIGHTS, reason_of(error), wanted + advice)

    def measured_tables(self, *tables: Table) -> list[pd.DataFrame] | None:
        """Parquet tables that lie side by side, from the first folder that has all of the run's present weights.

        None if there are none.

        Raises:
            InputError: one of them is damaged.
        """
        for folder in self.measured_in:
            found = [one for table in tables if (one := self.measured_table_in(folder, table)) is not None]
            if len(found) == len(tables) and len({table.attrs.get("search") for table in found}) == 1:
                return found
        return None

    def measured_table_in(self, folder: Path, table: Table) -> pd.DataFrame | None:
        """A Parquet table in a folder, or None if there is none of the run's present weights.

        Raises:
            InputError: it is damaged.
        """
        path = current(folder, table.name)
        found = read_table(path, table, self.model) if os.path.lexists(path) else None
        return found if found is not None and found.attrs["weights_sha256"] == self.weights_hash else None

    def measured_table(self, table: Table) -> pd.DataFrame | None:
        """One such table. Raises: see `measured_tables`."""
        found = self.measured_tables(table)
        return found[0] if found else None

    def keep_measured(self, name: str, table: pd.DataFrame, **attributes: Any) -> None:
        """Write a table of the run's present weights to its results, whole or not at all.

        Raises:
            InputError: it cannot be written.
        """
        described = table.copy(deep=False)
        described.attrs = {"weights_sha256": self.weights_hash, **attributes}
        with replacing(self.results_folder / name) as temporary:
            write_table(described, temporary)

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
        with replacing(self.folder / CONFIG) as temporary:
            temporary.write_text(json.dumps(described, indent=1, ensure_ascii=True) + "\n")

    def save_weights(self, tensors: dict[str, torch.Tensor]) -> None:
        """Write `model.safetensors`, whole or not at all."""
        with replacing(self.folder / WEIGHTS) as temporary:
            write_tensors(temporary, tensors)


@lru_cache(maxsize=256)
def _hash_of(path: Path, _modified: int, _size: int, _inode: int) -> str:
    """sha256 of a file, read again only after the file was written again."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()  # pyright: ignore[reportArgumentType]


def shipped_runs() -> list[str]:
    """Names of the models that come with Charscope."""
    return sorted(path.parent.name for path in PRETRAINED.glob("*/config.json"))


def own_runs() -> list[str]:
    """Names of the runs under `runs/` that have weights and a name that can be typed: `models.own.damaged_runs`."""
    names = (path.parent.name for path in runs_folder().glob(f"*/{WEIGHTS}"))
    return sorted(name for name in names if not name.startswith(".") and is_text(name))


def is_text(name: str) -> bool:
    """Whether a folder's name is UTF-8, so that it can be shown and typed."""
    return not any(0xD800 <= ord(character) <= 0xDFFF for character in name)


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
    folder = next((place for place in places if os.path.lexists(place / CONFIG)), None)  # a name of any length
    if folder is None:
        raise InputError(f"No run is called {str(name)!r}. Known: {', '.join(all_runs())}; or name a run's folder.")
    found = read_configuration(folder / CONFIG, FORMAT)
    shipped = folder == PRETRAINED / name and not Path(name).is_absolute()
    return Run(
        folder, found.model, found.vocabulary, found.corpus, found.training, runs_folder() / name if shipped else None
    )


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
    corpus = load_named_corpus(run.corpus["name"])
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

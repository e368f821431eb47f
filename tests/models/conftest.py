"""Fixtures of the tests of training."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from corpora import Corpus, prepare_file
from models.config import ModelConfig, TrainingConfig
from models.run import Run, load_run
from models.train import start_run, train
from tests.conftest import Unwatched
from tests.models.trainings import DROPPING, EVERYTHING, MODEL, STORY, TRAINING, hurry


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Trainings in this process lose no time on the side, and use one thread, as the undisturbed ones did."""
    hurry(monkeypatch)
    torch.set_num_threads(1)


@pytest.fixture
def corpus(tmp_path: Path, story: str, hurried: None) -> Corpus:
    (tmp_path / "short.txt").write_text(story[:STORY])
    return prepare_file(tmp_path / "short.txt")


@pytest.fixture(scope="session")
def undisturbed_runs(tmp_path_factory: pytest.TempPathFactory, story: str) -> Path:
    """A folder of runs that nobody disturbed: `plain`, and `everything` with all options on. Copy them."""
    folder = tmp_path_factory.mktemp("undisturbed")
    (folder / "short.txt").write_text(story[:STORY])
    torch.set_num_threads(1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CHARSCOPE_DATA", str(folder / "data"))
        patch.setenv("CHARSCOPE_RUNS", str(folder / "runs"))
        hurry(patch)
        corpus = prepare_file(folder / "short.txt")
        for name, model, training in (("plain", MODEL, TRAINING), ("everything", DROPPING, EVERYTHING)):
            train(start_run(name, corpus, model, training), corpus, Unwatched())
    return folder / "runs"


@pytest.fixture
def undisturbed(undisturbed_runs: Path) -> Callable[[str], Run]:
    """Gives a test its own copy of one of the undisturbed runs."""

    def copy(name: str) -> Run:
        folder = Path(os.environ["CHARSCOPE_RUNS"]) / f"undisturbed-{name}"
        shutil.copytree(undisturbed_runs / name, folder)
        return load_run(folder)

    return copy


@pytest.fixture
def new_run(corpus: Corpus) -> Callable[..., Run]:
    """Starts a run on the short corpus: the plain one, or as told."""

    def start(name: str = "mine", model: ModelConfig = MODEL, training: TrainingConfig = TRAINING) -> Run:
        return start_run(name, corpus, model, training)

    return start

"""Fixtures that all tests share: tiny texts, tiny models, and folders of their own."""

import gc
import importlib
import itertools
import os
import random
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

settings.register_profile("charscope", deadline=None)  # a test that is slow on a busy machine is not wrong
settings.load_profile("charscope")

for variable in ("OMP_NUM_THREADS", "NUMBA_NUM_THREADS"):  # tiny models gain nothing from threads that wait for others
    os.environ.setdefault(variable, "1")

gc.set_threshold(
    100_000, 20, 20
)  # libraries make many objects that stay: looking through them takes a fifth of imports

importlib.import_module("tests.shapes").install()  # before anything of ours is imported, after numba's threads are set

if TYPE_CHECKING:
    from models.run import Run

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def new_folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Names of folders that nobody used; pytest's own would look through all that there are for each."""
    base = tmp_path_factory.mktemp("folders")
    return (base / str(number) for number in itertools.count())


@pytest.fixture(autouse=True)
def own_folders(new_folders: Iterator[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """No test touches the checkout's data/ and runs/."""
    folder = next(new_folders)
    for name in ("data", "runs"):
        (folder / name).mkdir(parents=True)
        monkeypatch.setenv(f"CHARSCOPE_{name.upper()}", str(folder / name))


@pytest.fixture(autouse=True)
def undiminished_priority(monkeypatch: pytest.MonkeyPatch) -> None:
    """A command that lets others go first does not hold back the tests after it: no process gets its priority back."""
    monkeypatch.setattr(os, "nice", lambda _: 0, raising=False)


NO_CORPORA = "needs real corpora: set CHARSCOPE_CORPORA to a folder that holds them"
needs_corpora = pytest.mark.skipif(not os.environ.get("CHARSCOPE_CORPORA"), reason=NO_CORPORA)


@pytest.fixture(scope="session")
def real_corpora() -> Path:
    """The folder of real corpora; skips where there is none."""
    folder = os.environ.get("CHARSCOPE_CORPORA")
    if not folder:
        pytest.skip(NO_CORPORA)
    return (ROOT / folder).resolve() if not Path(folder).is_absolute() else Path(folder)


WORDS = re.findall(
    r"\w+", "the of and to in he that was his her with had at not as on prince anna army night horse came"
)


def write_story(characters: int, seed: int = 0) -> str:
    """Prose with short paragraphs, some of them spoken, of our own making; lines end before column 70."""
    chance, lines, length = random.Random(seed), [], 0
    while length < characters:
        words, column = [], 0
        for _ in range(chance.randint(8, 40)):
            word = chance.choice(WORDS)
            words.append("\n" if column + len(word) > 64 else " ")
            column = len(word) if words[-1] == "\n" else column + len(word) + 1
            words.append(word)
        paragraph = "".join(words[1:]).capitalize()
        lines.append(f'"{paragraph}," said he.\n' if chance.random() < 0.4 else f"{paragraph}.\n")
        length += len(lines[-1])
    return "".join(lines)[:characters]


@pytest.fixture(scope="session")
def story() -> str:
    """120,000 characters to train on and search in."""
    return write_story(120_000)


@dataclass(frozen=True)
class Trained:
    """Where the session's one tiny trained run lies. Copy it, do not change it: see `tiny_run`."""

    data: Path
    folder: Path


class Unwatched:
    """Watches a training without a word; asks it to stop once `stop_at` steps are done."""

    def __init__(self, stop_at: int | None = None) -> None:
        self.stop_at = stop_at
        self.rows: list[dict[str, Any]] = []
        self.step = 0

    def advanced(self, step: int, total: int, row: dict[str, Any] | None) -> None:
        self.step = step
        self.rows += [row] if row else []

    def sampled(self, step: int, text: str) -> None: ...

    def stop_requested(self) -> bool:
        return self.stop_at is not None and self.step >= self.stop_at


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory, story: str) -> Trained:
    """A 2x24 LSTM that has read the story once, on one thread."""
    import torch

    from corpora import prepare_file
    from models.config import ModelConfig, TrainingConfig
    from models.train import start_run, train

    torch.set_num_threads(1)
    folder = tmp_path_factory.mktemp("trained")
    (folder / "story.txt").write_text(story)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CHARSCOPE_DATA", str(folder / "data"))
        patch.setenv("CHARSCOPE_RUNS", str(folder / "runs"))
        corpus = prepare_file(folder / "story.txt")
        model = ModelConfig(num_layers=2, hidden_size=24, embedding_size=12, dropout=0.1)
        training = TrainingConfig(
            epochs=1, streams=16, steps=32, optimizer="adamw", learning_rate=2e-2, warm_up=10, evaluate_every=60,
            log_every=20, validation_chars=3000, precision="32", device="cpu",
        )  # fmt: skip
        run = start_run("tiny", corpus, model, training)
        train(run, corpus, Unwatched())
    return Trained(folder / "data", run.folder)


@pytest.fixture
def tiny_run(trained: Trained) -> "Run":
    """A test's own copy of the tiny trained run, called `tiny`, and of its corpus."""
    from models.run import load_run

    shutil.copytree(trained.data, os.environ["CHARSCOPE_DATA"], dirs_exist_ok=True)
    shutil.copytree(trained.folder, Path(os.environ["CHARSCOPE_RUNS"]) / "tiny")
    return load_run("tiny")


@dataclass(frozen=True)
class Outcome:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def error(self) -> str:
        """The one line of an error; fails if there is more or less than that."""
        assert self.code == 2, self
        lines = self.err.splitlines()
        assert lines[-1].startswith("error: "), self
        assert not any(line.startswith(("Traceback", "error: ")) for line in lines[:-1]), self
        return lines[-1]


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Outcome]:
    """Runs `python -m PACKAGE ARGUMENTS` in this process."""
    from corpora.errors import run_command_line

    def run(package: str, *arguments: object) -> Outcome:
        app = importlib.import_module(f"{package}.__main__").app
        monkeypatch.setattr("sys.argv", [package, *map(str, arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            run_command_line(app)
        captured = capsys.readouterr()
        return Outcome(int(ended.value.code or 0), captured.out, captured.err)

    return run


HOSTILE = (
    "</script><script>document.title='broken'</script> <img src=x onerror=alert(1)> &amp; & \"double\" 'single' "
    "`${1}`\ttab \0 NUL \u202e right-to-left שלום \u0301 e\u0301 \U0001f642 </style> --> ]]> \u2028 end\n"
)


@pytest.fixture
def hostile() -> str:
    """A text that tries to break out of whatever shows it."""
    return HOSTILE

"""A disk that is full ends a training with one line, and the run goes on to the same end once there is room."""

import errno
import io
import os
import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import torch

from corpora import Corpus, InputError
from models.run import Run
from models.train import LOCK, train
from tests.conftest import Unwatched
from tests.models.trainings import DROPPING, EVERYTHING, assert_same_course


class FullFile(io.FileIO):
    """Takes half of what is written to it."""

    def write(self, data: Any) -> int:
        super().write(bytes(data)[: len(data) // 2])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@contextmanager
def full_for(name: str) -> Iterator[None]:
    """No room for files whose path holds a name, through Python's own files."""
    real = Path.open

    def open_file(path: Path, mode: str = "r", *arguments: Any, **options: Any) -> Any:
        if name not in str(path) or mode[0] == "r":
            return real(path, mode, *arguments, **options)
        buffered = io.BufferedWriter(FullFile(path, mode[0]))
        return buffered if "b" in mode else io.TextIOWrapper(buffered, encoding="utf-8")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Path, "open", open_file)
        yield


@contextmanager
def full_beyond(size: int) -> Iterator[None]:
    """No room for files larger than so many bytes, for safetensors as well."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


class FillingUp(Unwatched):
    """The disk gets full after a step."""

    def __init__(self, at: int, full: Any) -> None:
        super().__init__()
        self.at, self.full = at, full

    def advanced(self, step: int, total: int, row: dict[str, Any] | None) -> None:
        if step == self.at:
            self.full.__enter__()


@pytest.mark.parametrize(
    ("file", "full", "at"),
    [
        ("log.csv", lambda: full_for("log.csv"), 18),
        ("log.csv", lambda: full_for("log.csv"), 1),  # its header
        ("samples.jsonl", lambda: full_for("samples.jsonl"), 18),
        ("snapshots", lambda: full_for("snapshots"), 18),
        ("model.safetensors", lambda: full_beyond(8_000), 18),
        ("state.safetensors", lambda: full_beyond(40_000), 18),  # the weights are smaller, the checkpoint is larger
    ],
    ids=["log", "log's header", "samples", "snapshots", "weights", "checkpoint"],
)
def test_a_full_disk_is_one_clear_error_and_the_run_goes_on_to_the_same_end(
    file: str,
    full: Callable[[], Any],
    at: int,
    corpus: Corpus,
    new_run: Callable[..., Run],
    undisturbed: Callable[[str], Run],
):
    run, disk = new_run("everything", DROPPING, EVERYTHING), full()
    try:
        with pytest.raises(InputError, match=rf"Cannot write .*{file}.*Free space") as caught:
            train(run, corpus, FillingUp(at, disk))
    finally:
        disk.__exit__(None, None, None)
    assert "\n" not in str(caught.value)
    assert not [path for path in run.folder.rglob(".*") if path.name != LOCK]
    train(run, corpus, Unwatched())
    assert_same_course(run, undisturbed("everything"))


def test_weights_that_have_no_room_leave_the_old_ones(new_run: Callable[..., Run]):
    run = new_run()
    run.save_weights({"a": torch.ones(3)})
    before = run.weights_path.read_bytes()
    with full_beyond(4096), pytest.raises(InputError, match=r"Cannot write .*model\.safetensors \(.*File too large"):
        run.save_weights({"a": torch.ones(100_000)})
    assert [path.name for path in run.folder.iterdir() if "safetensors" in path.name] == ["model.safetensors"]
    assert run.weights_path.read_bytes() == before


def test_a_folder_that_cannot_be_written_is_one_clear_error(
    corpus: Corpus, new_run: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
):
    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    run = new_run()
    monkeypatch.setattr("filelock.FileLock._acquire", full)
    with pytest.raises(InputError, match=r"Cannot write .*mine \(No space left on device\)\. Free space"):
        train(run, corpus, Unwatched())

"""Trains runs again and again, each time killed, uncatchably, at another instant.

python tests/models/killed_training.py NAME…
where each NAME is a run under runs/ that is configured but untrained: one of INSTANTS, or `random`, which is killed
twenty times, wherever the interpreter is just then, and is left after the last.
"""

import os
import random
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from models import checkpoint, run, snapshots, training
from models.run import corpus_of, load_run
from models.train import train
from tests.conftest import Unwatched
from tests.models.trainings import hurry, load_compiled

KILLS, SEED, MOST_STEPS, MOST_CALLS = 20, 0, 6, 4000


def die(*_: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def die_at_call(module: Any, name: str, number: int, last_words: Any = die) -> None:
    """Replace a function; its call of that number says its last words and dies."""
    original, calls = getattr(module, name), 0

    def count(*arguments: Any, **options: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == number:
            last_words(*arguments)
            die()
        return original(*arguments, **options)

    setattr(module, name, count)


def write_half_a_file(path: Path, *_: Any) -> None:
    path.write_bytes(b"x" * 1000)


def write_half_a_snapshot(out: Any) -> None:
    out.write(b"x" * 1000)
    out.flush()


def write_half_a_row(path: Path, _: Any) -> None:
    with path.open("a") as out:
        out.write("25,0.")


def write_half_a_header(path: Path, _: Any) -> None:
    path.write_text("step,epo")


def write_half_a_line(path: Path, _: Any) -> None:
    with path.open("a") as out:
        out.write('{"step": 30, "text": "if (x) { y(); }')


INSTANTS: dict[str, Callable[[], None]] = {
    "before the first checkpoint": lambda: die_at_call(training.Training, "step", 12),
    "between two checkpoints": lambda: die_at_call(training.Training, "step", 38),
    "while the log is begun": lambda: die_at_call(training, "append_row", 1, write_half_a_header),
    "while a row is written": lambda: die_at_call(training, "append_row", 5, write_half_a_row),
    "while a sample is written": lambda: die_at_call(training, "append_line", 12, write_half_a_line),
    "while a snapshot is written": lambda: die_at_call(snapshots.np, "savez_compressed", 12, write_half_a_snapshot),
    "while better weights are written": lambda: die_at_call(run, "write_tensors", 2, write_half_a_file),
    "while a checkpoint is written": lambda: die_at_call(checkpoint, "write_tensors", 2, write_half_a_file),
    "after better weights before their checkpoint": lambda: die_at_call(training.Training, "checkpoint", 2),
    "after a checkpoint": lambda: die_at_call(training.Training, "_begin_interval", 11),
    "after the last step": lambda: die_at_call(training, "keep_end", 1),
}


class Doomed(Unwatched):
    """Watches a training, and dies so many calls of functions after so many steps; three steps later at the latest."""

    def __init__(self, steps: int, calls: int) -> None:
        super().__init__()
        self.steps, self.calls = steps, calls

    def advanced(self, *_: Any) -> None:
        self.steps -= 1
        if self.steps == 0:
            sys.setprofile(self.count)
        elif self.steps == -3:
            die()

    def count(self, *_: Any) -> None:
        self.calls -= 1
        if self.calls <= 0:
            die()


def killed(name: str, prepare: Callable[[], None] = lambda: None, watcher: Unwatched | None = None) -> None:
    """Train a run in a process, without waiting for the imports each time; require that it is killed."""
    child = os.fork()
    if not child:
        prepare()
        loaded = load_run(name)
        train(loaded, corpus_of(loaded), watcher or Unwatched())
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if not os.WIFSIGNALED(status) or os.WTERMSIG(status) != signal.SIGKILL:
        raise SystemExit(f"{name}: ended with {status}")


def kill_at_random(name: str) -> None:
    """Kill a training after a random number of steps and of calls, again and again."""
    chance = random.Random(SEED)
    for _ in range(KILLS):
        killed(name, watcher=Doomed(chance.randint(1, MOST_STEPS), chance.randint(1, MOST_CALLS)))


if __name__ == "__main__":
    hurry(pytest.MonkeyPatch())
    load_compiled()
    for each in sys.argv[1:]:
        kill_at_random(each) if each == "random" else killed(each, INSTANTS[each])

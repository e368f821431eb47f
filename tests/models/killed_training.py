"""Trains one run again and again, each time killing itself, uncatchably, at another instant.

python tests/models/killed_training.py NAME…
where each NAME is a run under runs/ that is configured but untrained, and one of INSTANTS.
"""

import os
import signal
import sys
from pathlib import Path
from typing import Any

from models import checkpoint, train, training
from models.run import corpus_of, load_run


def die(*_: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def die_at_call(module: Any, name: str, number: int, last_words: Any = die) -> None:
    """Replace a function; its call of that number says its last words and dies."""
    original, calls = getattr(module, name), 0

    def count(*arguments: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == number:
            last_words(*arguments)
            die()
        return original(*arguments)

    setattr(module, name, count)


def write_half_a_file(tensors: Any, path: Path, metadata: Any) -> None:
    path.write_bytes(b"x" * 1000)


def write_half_a_row(path: Path, values: Any) -> None:
    with path.open("a") as out:
        out.write("45,0.")


INSTANTS = {
    "before the first checkpoint": lambda: die_at_call(training.Training, "step", 25),
    "between two checkpoints": lambda: die_at_call(training.Training, "step", 78),
    "while a row is written": lambda: die_at_call(training, "append_row", 4, write_half_a_row),
    "while a checkpoint is written": lambda: die_at_call(checkpoint, "save_file", 2, write_half_a_file),
    "after better weights before their checkpoint": lambda: die_at_call(training.Training, "_checkpoint", 2),
    "after a checkpoint": lambda: die_at_call(training.Training, "_begin_interval", 11),
    "after the last step": lambda: die_at_call(training.Training, "_finish", 1),
}


class Silent:
    def advanced(self, *_: Any) -> None: ...
    def sampled(self, *_: Any) -> None: ...
    def stop_requested(self) -> bool:
        return False


if __name__ == "__main__":
    for name in sys.argv[1:]:
        child = os.fork()  # one process per instant, without waiting for the imports each time
        if not child:
            INSTANTS[name]()
            run = load_run(name)
            train.train(run, corpus_of(run), Silent())
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if not os.WIFSIGNALED(status) or os.WTERMSIG(status) != signal.SIGKILL:
            raise SystemExit(f"{name}: ended with {status}")

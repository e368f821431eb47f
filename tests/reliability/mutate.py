"""Damages runs, corpora, recordings and tables at random, reads them, and counts what happened.

python -m tests.reliability.mutate --count 2000 --seed 1

Each case copies a sound thing, damages one file, and reads all that the project reads of it, in a process of its own:

| outcome | what |
|---|---|
| refused | an `InputError`: one line that says which file and what is wrong |
| harmless | what was read is what the sound thing gives |
| differs | something else was read, without a word |
| traceback | any other error |
| hang | no answer within ten seconds |
| crash | the process died |
"""

import hashlib
import json
import multiprocessing
import os
import random
import resource
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.reliability.mutations import mutate
from tests.reliability.readings import READINGS, make_things

PATIENCE = 10.0  # seconds
ROOM = 2 << 30  # bytes that reading may take beyond what the process has


@dataclass(frozen=True)
class Outcome:
    """What became of one damaged thing."""

    thing: str
    file: str
    damage: str
    outcome: str
    message: str = ""


def fingerprint(value: Any) -> str:
    """A hash of all that a reading gave."""
    return hashlib.sha256(repr(value).encode(errors="replace")).hexdigest()


def read_once(reading: Callable[[Path], Any], folder: Path) -> tuple[str, str]:
    """What reading gives: its fingerprint, or the error."""
    from corpora import InputError

    try:
        return "read", fingerprint(reading(folder))
    except InputError as error:
        return ("refused", str(error)) if "\n" not in str(error) else ("traceback", "several lines: " + str(error))
    except BaseException as error:
        return "traceback", f"{type(error).__name__}: {error}"[:300]


def _serve(connection: Any) -> None:
    """Read what the parent names, with little room, until it hangs up."""
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + ROOM, used + ROOM))
    while True:
        try:
            thing, folder = connection.recv()
        except EOFError:
            return
        connection.send(read_once(READINGS[thing], Path(folder)))


class Reader:
    """A process that reads; a new one after a hang or a crash."""

    def __init__(self) -> None:
        self._context = multiprocessing.get_context("fork")
        self._start()

    def _start(self) -> None:
        self._connection, theirs = self._context.Pipe()
        self._process = self._context.Process(target=_serve, args=(theirs,), daemon=True)
        self._process.start()
        theirs.close()

    def read(self, thing: str, folder: Path) -> tuple[str, str]:
        self._connection.send((thing, str(folder)))
        try:
            if self._connection.poll(PATIENCE):
                return self._connection.recv()
            outcome = ("hang", f"no answer within {PATIENCE:g} s")
        except EOFError:
            outcome = ("crash", "the process died")
        self._process.kill()
        self._process.join()
        self._start()
        return outcome

    def close(self) -> None:
        self._connection.close()
        self._process.join(5)


def files_of(folder: Path) -> list[Path]:
    """The files that may be damaged; of a format with many files, a few of each."""
    return sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))


def run_cases(things: dict[str, Path], count: int, seed: int, only: str = "") -> list[Outcome]:
    """Damage and read `count` things; the files of all formats get about the same share."""
    reader, outcomes = Reader(), []
    sound = {thing: reader.read(thing, folder) for thing, folder in things.items()}
    for thing, (kind, message) in sound.items():
        assert kind == "read", f"{thing} is sound, but: {message}"
    targets: dict[str, list[tuple[str, Path]]] = {}
    for thing, folder in things.items():
        for path in files_of(folder):
            within = path.relative_to(folder)
            label = f"{thing}: {within.name if path.suffix else 'chunk'}"
            if not only or only in label:
                targets.setdefault(label, []).append((thing, within))
    labels = sorted(targets)
    for number in range(count):
        chance = random.Random(f"{seed}/{number}")
        label = labels[number % len(labels)]
        thing, within = chance.choice(targets[label])
        with tempfile.TemporaryDirectory(prefix="charscope-mutated-") as place:
            copy = Path(place) / things[thing].name
            shutil.copytree(things[thing], copy)
            try:
                damage = mutate(copy / within, chance)
            except Exception as error:  # the damage itself cannot be made
                raise RuntimeError(f"case {number}: {label}") from error
            kind, message = reader.read(thing, copy)
        if kind == "read":
            kind = "harmless" if message == sound[thing][1] else "differs"
        outcomes.append(Outcome(thing, label, damage, kind, message))
    reader.close()
    return outcomes


def table(outcomes: list[Outcome]) -> str:
    """Counts by file and outcome."""
    kinds = ("refused", "harmless", "differs", "traceback", "hang", "crash")
    lines = [f"{'file':44}" + "".join(f"{kind:>10}" for kind in kinds)]
    by_file: dict[str, Counter[str]] = {}
    for each in outcomes:
        by_file.setdefault(each.file, Counter())[each.outcome] += 1
    for file, counts in sorted(by_file.items()):
        lines.append(f"{file[:43]:44}" + "".join(f"{counts[kind]:10}" for kind in kinds))
    total = Counter(each.outcome for each in outcomes)
    return "\n".join([*lines, f"{'all ' + str(len(outcomes)):44}" + "".join(f"{total[kind]:10}" for kind in kinds)])


def main() -> None:
    import argparse

    parser = argparse.ArgumentParser(description="Damage runs, corpora, recordings and tables, and read them.")
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", default="", help="a part of a file's label, such as config.json")
    parser.add_argument("--list", default="", help="write each case to this file, as JSON lines")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="charscope-sound-") as place:
        outcomes = run_cases(make_things(Path(place)), options.count, options.seed, options.only)
    print(table(outcomes))
    if options.list:
        Path(options.list).write_text("".join(json.dumps(vars(each)) + "\n" for each in outcomes))
    sys.exit(any(each.outcome in ("traceback", "hang", "crash") for each in outcomes))


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    main()

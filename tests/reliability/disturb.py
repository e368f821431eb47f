"""Disturbs a task, by SIGKILL or by a disk that is full, at an instant of its file-system steps or of its time.

Afterwards, what stood before is whole, a reader sees the old or the new and never a mixture, and the advised next step
gives what an undisturbed task gives and sweeps up.
"""

import errno
import mmap
import os
import random
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from tests.reliability.asking import chance_of
from tests.reliability.cases import path_below
from tests.reliability.children import Limits, Outcome
from tests.reliability.commands import case_of
from tests.reliability.copies import Copy
from tests.reliability.isolation import mount_small_disk, resize_disk, unmount
from tests.reliability.tasks import Task
from tests.reliability.verdicts import Fault, faults_of, is_half_made, owns
from tests.reliability.world import World

WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_TRUNC
CHANGING = (
    "os.rename",
    "os.remove",
    "os.mkdir",
    "os.rmdir",
    "os.truncate",
    "os.link",
    "os.symlink",
    "os.chmod",
    "shutil.rmtree",
    "shutil.copyfile",
    "shutil.move",
)
LONG_ENOUGH = 120.0
ROOM_WANTING = ("open", "os.mkdir", "os.symlink", "shutil.copyfile")  # what a full disk refuses
GOLDEN, LAST = 0.6180339887, 0.15  # a ratio that spreads numbers evenly; the end of a task, where it keeps its results
Act = Callable[[int], None]
Say = Callable[..., Any]


def at_step(number: int, act: Act, lasting: Sequence[str] = ()) -> Callable[[], None]:
    """What makes a child act when it is about to take a step on disk: opening for writing, renaming, removing, …

    `lasting` are the kinds of steps before which it acts from then on as well; without them it acts once.
    """

    def begin() -> None:
        steps = 0

        def watch(event: str, details: tuple[Any, ...]) -> None:
            nonlocal steps
            if event == "open":
                flags = details[2] if isinstance(details[2], int) else 0
                if (
                    not flags & WRITING
                    or not isinstance(details[0], str | bytes)
                    or str(details[0]).startswith("/dev/")
                ):
                    return
            elif event not in CHANGING:
                return
            steps += 1
            if number < 0 or (steps >= number and event in lasting) or (steps == number and not lasting):
                act(steps)

        sys.addaudithook(watch)

    return begin


def die(_: int) -> None:
    """End at once."""
    os.kill(os.getpid(), signal.SIGKILL)


def no_room(_: int) -> None:
    """As on a full disk."""
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


class Undisturbed:
    """A task with nothing in its way: its steps on disk, its time, what it writes, fingerprints before and after."""

    def __init__(self, copy: Copy, task: Task) -> None:
        prepare(copy, task)
        before = _size(copy.world.root)
        self.old = fingerprint(copy.world, task)
        with mmap.mmap(-1, 8) as shared:  # children write to it as well
            shared[:] = bytes(8)
            outcome = copy.world.command(
                list(task.words), Limits(LONG_ENOUGH, first=[at_step(-1, lambda step: _note(shared, step))])
            )
            self.steps = int.from_bytes(shared[:], "little")
        if outcome.code != 0:
            raise RuntimeError(f"The task {task.name} fails undisturbed: {outcome.err[-800:]}")
        self.seconds, self.new = outcome.seconds, fingerprint(copy.world, task)
        self.grown = max(20_000, task.writes, _size(copy.world.root) - before)
        copy.restore()

    def __str__(self) -> str:
        return f"{self.steps} steps, {self.seconds:.2f} s, {self.grown:,} bytes"


def _note(shared: mmap.mmap, step: int) -> None:
    shared[:] = step.to_bytes(8, "little")


def _size(root: Path) -> int:
    return sum(each.lstat().st_size for each in root.rglob("*") if each.is_file())


def prepare(copy: Copy, task: Task) -> None:
    """Make what is there before the task."""
    if task.before is not None:
        outcome = copy.world.child(lambda: task.before(copy.world))  # pyright: ignore[reportOptionalCall]
        if outcome.code != 0:
            raise RuntimeError(f"Cannot prepare the task {task.name}: {outcome.err[-800:]}")


def fingerprint(world: World, task: Task) -> str:
    """What a reader finds; its last line of error where it cannot read."""
    outcome = world.child(lambda: print(task.read(world)))
    return (
        outcome.out.strip()
        if outcome.code == 0
        else f"unreadable: {(outcome.err.strip().splitlines() or ['?'])[-1][:140]}"
    )


# ---- a disturbance and its verdict ----------------------------------------------------------------------------------


def disturbed(copy: Copy, task: Task, whole: Undisturbed, how: str, amount: Any, say: Say) -> list[Fault]:
    """Disturb a task once; everything that is wrong afterwards."""
    if how != "room":
        return _disturbed(copy, task, whole, how, amount, say)
    disk = copy.world.root.parent / "disk"
    disk.mkdir(exist_ok=True)
    if not mount_small_disk(disk, 1 << 30):
        return []
    try:
        return _disturbed(Copy(copy.original, disk / "world"), task, whole, how, amount, say)
    finally:
        unmount(disk)


def _disturbed(copy: Copy, task: Task, whole: Undisturbed, how: str, amount: Any, say: Say) -> list[Fault]:
    prepare(copy, task)
    before = copy.changes()
    outcome = _run(copy, task, how, amount)
    say(
        f"exit {outcome.code}, signal {outcome.signal}, {outcome.seconds:.2f} s",
        outcome.err[-3000:],
        copy.changes(),
        sep="\n",
    )
    found = [] if how in ("step", "seconds") else _end_of_full_disk(copy, task, outcome, before)
    found += _lost(copy, task, before)
    seen = fingerprint(copy.world, task)
    if seen.startswith("unreadable") or (task.whole and seen not in {whole.old, whole.new}):
        found.append(Fault("half made", f"a reader finds neither the old nor the new: {seen}"))
    if outcome.code == 0 and seen == whole.new:
        return found
    words = list(task.again(copy.world) if task.again else task.words)
    after = copy.world.command(words, Limits(LONG_ENOUGH))
    say(f"then python -m {' '.join(words)}: exit {after.code}", after.err[-3000:], sep="\n")
    if after.code == 2 and seen == whole.new and "exists" in after.err:
        return found  # it was killed when all was done
    if after.code != 0:
        found.append(
            Fault("next step fails", f"{' '.join(words[:2])}: {(after.err.strip().splitlines() or ['?'])[-1][:200]}")
        )
    elif (now := fingerprint(copy.world, task)) != whole.new:
        found.append(Fault("another result", f"after the next step: {now[:150]}"))
    left = sorted(
        path for path, how in copy.changes().items() if how == "new" and (is_half_made(path) or path.startswith("tmp/"))
    )
    return [*found, *(Fault("left behind", f"after the next step: {path}") for path in left[:1])]


def _run(copy: Copy, task: Task, how: str, amount: Any) -> Outcome:
    words, world = list(task.words), copy.world
    if how == "seconds":
        return world.command(words, Limits(LONG_ENOUGH), after=amount)
    if how == "files":
        return world.command(words, Limits(LONG_ENOUGH, file_size=amount))
    if how == "room":
        disk, told = world.root.parent, os.statvfs(world.root)
        resize_disk(disk, (told.f_blocks - told.f_bfree) * told.f_frsize + max(4096, amount))
        try:
            return world.command(words, Limits(LONG_ENOUGH))
        finally:
            resize_disk(disk, 1 << 30)
    return world.command(
        words,
        Limits(LONG_ENOUGH, first=[at_step(amount, die) if how == "step" else at_step(amount, no_room, ROOM_WANTING)]),
    )


def _end_of_full_disk(copy: Copy, task: Task, outcome: Outcome, before: dict[str, str]) -> list[Fault]:
    """A full disk is one line, and nothing half-made stays."""
    case = case_of(list(task.words))
    changes = {path: how for path, how in copy.changes().items() if how == "new" and path not in before}
    return faults_of(case, outcome, changes, copy.world.root)


def _lost(copy: Copy, task: Task, before: dict[str, str]) -> list[Fault]:
    """Files that stood before and are no longer as they were, but for what the task is to replace."""
    case = case_of(list(task.words))
    out = path_below(copy.world.root, copy.world.work / case.out) if case.out else "-"
    changed = {path: how for path, how in copy.changes().items() if before.get(path) != how and how != "new"}
    lost = [path for path in sorted(changed) if not owns(case, path) and not path.startswith((out, "tmp/", "home/"))]
    return [Fault("lost file", f"{path} is {changed[path]}") for path in lost[:2]]


# ---- as families of inputs ------------------------------------------------------------------------------------------

WHOLE: dict[str, Undisturbed] = {}  # by task: measured once in each process


def run_disturbances(task: Task, kind: str) -> Callable[..., Iterator[tuple[int, str, list[Fault]]]]:
    """A family: its number N is the N-th of the disturbances that are drawn for a hundred."""

    def run(
        copy: Copy, numbers: range, seed: int, known: dict[str, Any], say: Say = lambda *_, **__: None
    ) -> Iterator[tuple[int, str, list[Fault]]]:
        if task.name not in WHOLE:
            WHOLE[task.name] = Undisturbed(copy, task)
        whole = WHOLE[task.name]
        for number in numbers:
            how, amount = disturbance(whole, kind, number, chance_of(seed, f"{kind}: {task.name}", number))
            line = f"python -m {' '.join(task.words)}   # {kind}: {how} {amount} of {whole}"
            faults = disturbed(copy, task, whole, how, amount, say)
            copy.restore()
            yield number, line, faults

    return run


def disturbance(whole: Undisturbed, kind: str, number: int, chance: random.Random) -> tuple[str, Any]:
    """The disturbance of a number: steps on disk, every other one near the end of the task; other ways in turn."""
    share = number * GOLDEN % 1
    step = 1 + int((share if number % 2 else 1 - LAST * share) * (whole.steps - 1))
    if kind == "kills":
        return ("step", step) if number % 3 else ("seconds", round(chance.uniform(0.02, 1.0) * whole.seconds, 4))
    share = chance.choice((0, 0.01, 0.05, 0.1, 0.3, 0.5, 0.7, 0.9, 0.97))
    return (("full", step), ("room", int(whole.grown * share)), ("files", int(whole.grown * share) + 300))[number % 3]

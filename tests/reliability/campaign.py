"""The campaign: thousands of hostile inputs, each in a child of its own, and what was wrong with how they ended.

python -m tests.reliability.campaign --inputs 10000 [--json FILE] [--seed 0] [--only FAMILY] [--jobs 2]
python -m tests.reliability.campaign --case FAMILY:NUMBER

The first line prints the seed; a family, a number and the seed make an input again.
"""

import argparse
import contextlib
import gc
import importlib
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import NoReturn

from tests.reliability.alone import ROOT
from tests.reliability.children import adopt_orphans
from tests.reliability.commands import PACKAGES
from tests.reliability.copies import Copy, picture_of
from tests.reliability.families import FAMILIES, Family, known_of
from tests.reliability.isolation import isolate
from tests.reliability.told import Told, as_json, describe_groups, groups_of, read_told, slowest, table_of
from tests.reliability.verdicts import Fault
from tests.reliability.world import TRAIN, World, make_world, run_command

CHUNK = 25  # inputs that a process takes at once
ISOLATED = [False]


def load_packages(full: bool) -> None:
    """Import everything, and load what is compiled, so that children need not."""
    for package in PACKAGES:
        importlib.import_module(f"{package}.__main__")
    import torch

    torch.set_num_threads(1)
    importlib.import_module("dashboard.server")
    if full:
        importlib.import_module("streamlit.testing.v1")
        for view in ("read", "find", "unit", "compare", "generate", "train", "learn", "models"):
            importlib.import_module(f"dashboard.views.{view}")


def warm_up(original: World, full: bool) -> None:
    """Do once what loads modules and compiled code when it is first done; in a copy that is thrown away."""
    from analysis.search import search
    from models.run import load_run

    here, copy = os.getcwd(), Copy(original, original.root.parent / "warm" / "world")
    copy.world.enter()
    with _unheard(), contextlib.suppress(SystemExit):
        run_command(["models", "train", "--corpus=ten.txt", "--run=warm", *TRAIN, "--epochs=0.002"])
    if full:
        search(load_run("tiny"), text=Path("ten.txt"), draws=10)
    os.chdir(here)
    shutil.rmtree(copy.world.root)
    tempfile.tempdir = str(original.root.parent)
    gc.collect()
    gc.freeze()  # else the collector of each child would copy what all share


@contextlib.contextmanager
def _unheard() -> Iterator[None]:
    """Write what is said nowhere. Loggers keep the streams, so these stay, and what is below them is exchanged."""
    kept = [(number, os.dup(number)) for number in (1, 2)]
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        for number, _ in kept:
            os.dup2(nowhere, number)
        yield
    finally:
        sys.stdout.flush()
        for number, copy in kept:
            os.dup2(copy, number)
            os.close(copy)
        os.close(nowhere)


@dataclass(frozen=True)
class Plan:
    """Which families, with how many inputs, kills and full disks in all."""

    families: list[Family]
    inputs: int
    kills: int
    disks: int

    def numbers_of(self, family: Family) -> range:
        """The inputs of a family, by its share of all of its kind."""
        kind = family.name.partition(":")[0] if family.disturbs else ""
        count = {"": self.inputs, "kills": self.kills, "full disks": self.disks}[kind]
        whole = sum(
            each.share
            for each in self.families
            if each.disturbs == family.disturbs and (not kind or each.name.startswith(kind))
        )
        return range(count and max(1, round(count * family.share / whole)))

    def chunks(self) -> list[tuple[str, range]]:
        """What is to be done, in pieces, the families mixed."""
        chunks = []
        for family in self.families:
            numbers, size = self.numbers_of(family), 1_000 if family.disturbs else CHUNK  # a task is measured once
            chunks += [
                (numbers.start / len(numbers), family.name, numbers)
                for numbers in (numbers[at : at + size] for at in range(0, len(numbers), size))
            ]
        return [(name, numbers) for _, name, numbers in sorted(chunks, key=lambda chunk: chunk[0])]


def work(worker: int, jobs: int, chunks: list[tuple[str, range]], original: World, seed: int, out: Path) -> None:
    """One process's part of the inputs, to a file of lines of JSON."""
    adopt_orphans()
    copy = Copy(original, original.root.parent / f"copy-{worker}" / "world")
    known = known_of(original, ISOLATED[0])
    with out.open("w", buffering=1) as lines:
        for name, numbers in chunks[worker::jobs]:
            last = time.monotonic()
            for number, line, faults in FAMILIES[name].run(copy, numbers, seed, known):
                now = time.monotonic()
                print(json.dumps([name, number, line, [astuple(fault) for fault in faults], now - last]), file=lines)
                last = now


def campaign(original: World, plan: Plan, seed: int, jobs: int) -> list[Told]:
    """All inputs, in as many processes; what each told."""
    chunks, files, workers = plan.chunks(), [], []
    for worker in range(jobs):
        files.append(original.root.parent / f"told-{worker}.jsonl")
        pid = os.fork()
        if not pid:
            code = 1
            try:
                work(worker, jobs, chunks, original, seed, files[-1])
                code = 0
            except BaseException:
                import traceback

                traceback.print_exc()
            finally:
                os._exit(code)
        workers.append(pid)
    codes = [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in workers]
    if any(codes):
        raise SystemExit(f"The campaign itself failed: its processes ended with {codes}.")
    return read_told(files)


def show_case(original: World, name: str, number: int, seed: int) -> None:
    """Make one input again and tell everything."""
    copy = Copy(original, original.root.parent / "copy" / "world")
    for _, line, faults in FAMILIES[name].run(
        copy, range(number, number + 1), seed, known_of(original, ISOLATED[0]), say=print
    ):
        print(line)
        for fault in faults:
            print(f"{fault.what}: {fault.told}")


def changed_checkout(before: dict[str, tuple[int, ...]]) -> list[Fault]:
    """What the campaign changed in the checkout's own folders of runs, texts and shipped models."""
    return [
        Fault("escape", f"the checkout's {path} was written")
        for path, stamp in checkout().items()
        if before.get(path) != stamp
    ]


def checkout() -> dict[str, tuple[int, ...]]:
    """A picture of the folders in the checkout that a careless command would write to."""
    folders = ("data", "runs", "models/pretrained", "corpora/passages", "docs")
    return {f"{folder}/{path}": stamp for folder in folders for path, stamp in picture_of(ROOT / folder).items()}


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--inputs", type=int, default=10_000, help="how many hostile inputs")
    parser.add_argument("--kills", type=int, default=300, help="how many tasks are killed")
    parser.add_argument("--disks", type=int, default=200, help="how many tasks meet a full disk")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=len(os.sched_getaffinity(0)), help="processes side by side")
    parser.add_argument("--only", action="append", help="a family, or the beginning of its name; may be repeated")
    parser.add_argument("--case", help="FAMILY:NUMBER: make one input again")
    parser.add_argument("--json", type=Path, help="where to write the counts")
    parser.add_argument("--quick", action="store_true", help="a small world, without what a search made")
    parser.add_argument("--world", type=Path, help="keep the world here, or take it from here")
    return parser.parse_args()


def main() -> None:
    """Run what the command line asks for, in a process that may be isolated; exit with 1 if anything was wrong."""
    asked = arguments()
    place = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    base = Path(tempfile.mkdtemp(prefix="charscope-campaign-", dir=place))
    base.chmod(0o755)
    child = os.fork()
    if not child:
        run_below(base, asked)
    try:
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    finally:
        shutil.rmtree(base, ignore_errors=True)
    sys.exit(code)


def run_below(base: Path, asked: argparse.Namespace) -> NoReturn:
    """Everything, in a folder of its own."""
    began = time.monotonic()
    tempfile.tempdir = str(base)
    print(f"seed {asked.seed}")
    load_packages(full=not asked.quick)
    before, written = checkout(), asked.json and asked.json.open("w")  # opened before nothing may be written any more
    original = asked.world and World(asked.world)
    if original is None or not original.root.exists():
        original = make_world(asked.world or base / "original", full=not asked.quick)
    original = _beside(original, base)
    ISOLATED[0] = isolate(ROOT, base)
    shut = "no network, nothing outside of the sandbox can be written"
    print(f"the world is made after {time.monotonic() - began:.0f} s")
    print(
        f"isolated: {shut}" if ISOLATED[0] else "not isolated: no input names a path outside of the sandbox", flush=True
    )
    if asked.case:
        name, _, number = asked.case.rpartition(":")
        show_case(original, name, int(number), asked.seed)
        sys.exit(0)
    warm_up(original, full=not asked.quick)
    told = campaign(original, Plan(chosen(asked), asked.inputs, asked.kills, asked.disks), asked.seed, asked.jobs)
    told += [Told("commands", 0, "some input", (fault,), 0) for fault in changed_checkout(before)]
    for line in (*describe_groups(groups_of(told), asked.seed), *table_of(told), *slowest(told)):
        print(line)
    took = time.monotonic() - began
    print(f"{len(told):,} inputs in {took:.0f} s")
    if asked.json:
        print(json.dumps(as_json(told, asked.seed, took), indent=1), file=written)
    sys.exit(any(each.faults for each in told))


def chosen(asked: argparse.Namespace) -> list[Family]:
    """The families that are asked for; a quick campaign has no tables of a search."""
    named = [each for each in FAMILIES.values() if not asked.only or each.name.startswith(tuple(asked.only))]
    return [each for each in named if not (asked.quick and each.needs_tables)]


def _beside(world: World, base: Path) -> World:
    """The world below the folder of this campaign, which its copies lie beside."""
    if world.root.parent == base:
        return world
    Copy(world, base / "original")
    return World(base / "original")


if __name__ == "__main__":
    main()

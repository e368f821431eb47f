"""Runs batches of requests and of pages in children, so that one that hangs or dies costs only itself."""

import json
import os
import random
from collections.abc import Callable
from typing import Any

from tests.reliability.children import Limits, Outcome
from tests.reliability.verdicts import Fault
from tests.reliability.world import World

Tell = Callable[[int, str, str], None]


def run_batch(
    world: World, count: int, work: Callable[[int, Tell], Any], seconds: float, memory: int
) -> list[list[Fault]]:
    """The faults of each of `count` things; `work(first, tell)` does them in order from `first` on."""
    faults: list[list[Fault]] = [[] for _ in range(count)]
    first = 0
    while first < count:
        outcome, told = _told_by(world, lambda tell, first=first: work(first, tell), seconds, memory)
        last = max([first, *(number for number, _, _ in told)])
        ended = {number for number, what, _ in told if what != "begins"}
        for number, what, detail in told:
            if what not in ("begins", "fine"):
                faults[number].append(Fault(what, detail))
        if outcome.code == 0 and len(ended) == count - first:
            if outcome.noted:
                faults[last].append(Fault("network or process", outcome.noted[0]))
            break
        if last not in ended:
            faults[last].append(_death(outcome))
        first = last + 1
    return faults


def _death(outcome: Outcome) -> Fault:
    if outcome.timed_out:
        return Fault("hang", f"no end after {outcome.seconds:.0f} s")
    return Fault("crash", f"signal {outcome.signal}, exit {outcome.code}: {outcome.err.strip()[-160:]}")


def _told_by(
    world: World, work: Callable[[Tell], Any], seconds: float, memory: int
) -> tuple[Outcome, list[tuple[int, str, str]]]:
    path = world.root.parent / f"told-{os.getpid()}.jsonl"
    path.unlink(missing_ok=True)

    def act() -> None:
        with path.open("a", buffering=1) as out:
            work(lambda *words: print(json.dumps(words), file=out) and None)

    outcome = world.child(act, Limits(seconds=seconds, memory=memory))
    lines = path.read_text().splitlines() if path.exists() else []
    return outcome, [tuple(json.loads(line)) for line in lines if line.endswith("]")]


def chance_of(seed: int, family: str, number: int) -> random.Random:
    """The one source of chance of an input: its number makes it again."""
    return random.Random(f"{seed}/{family}/{number}")

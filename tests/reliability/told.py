"""What inputs told, counted by family and kind, and gathered by cause."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.reliability.families import FAMILIES
from tests.reliability.verdicts import Fault

AGAIN = ".venv/bin/python -m tests.reliability.campaign"


@dataclass(frozen=True)
class Told:
    """One input, and what was wrong."""

    family: str
    number: int
    line: str
    faults: tuple[Fault, ...]
    seconds: float


def read_told(files: list[Path]) -> list[Told]:
    """What the processes wrote."""
    lines = [json.loads(line) for file in files for line in file.read_text().splitlines()]
    return [
        Told(name, number, line, tuple(Fault(*each) for each in faults), took)
        for name, number, line, faults, took in lines
    ]


def slowest(told: list[Told]) -> Iterator[str]:
    """The inputs that took longest."""
    for each in sorted(told, key=lambda each: -each.seconds)[:8]:
        yield f"{each.seconds:8.1f} s  {each.family}:{each.number}  {each.line[:150]}"


def table_of(told: list[Told]) -> Iterator[str]:
    """A line for each family: inputs, inputs with a fault, and faults by kind."""
    seconds: defaultdict[str, float] = defaultdict(float)
    inputs, faulty, kinds = Counter[str](), Counter[str](), defaultdict(Counter[str])
    for each in told:
        inputs[each.family] += 1
        seconds[each.family] += each.seconds
        faulty[each.family] += bool(each.faults)
        kinds[each.family].update({fault.what for fault in each.faults})
    yield f"{'family':32} {'inputs':>7} {'faulty':>7} {'seconds':>8}  faults by kind"
    for name in sorted(inputs, key=list(FAMILIES).index):
        said = ", ".join(f"{what} {count}" for what, count in kinds[name].most_common())
        yield f"{name:32} {inputs[name]:7,} {faulty[name]:7,} {seconds[name]:8.0f}  {said}"
    every = sum(kinds.values(), Counter[str]())
    said = ", ".join(f"{what} {count}" for what, count in every.most_common())
    yield f"{'all':32} {sum(inputs.values()):7,} {sum(faulty.values()):7,} {sum(seconds.values()):8.0f}  {said}"


def groups_of(told: list[Told]) -> list[tuple[str, str, list[Told]]]:
    """Faults of one kind and cause together, the most frequent first: kind, an example's detail, inputs."""
    found: dict[tuple[str, str], list[tuple[str, Told]]] = defaultdict(list)
    for each in told:
        for fault in each.faults:
            found[fault.what, fault.alike].append((fault.told, each))
    groups = [(what, cases[0][0], [case for _, case in cases]) for (what, _), cases in found.items()]
    return sorted(groups, key=lambda group: (-len(group[2]), group[0], group[1]))


def describe_groups(groups: list[tuple[str, str, list[Told]]], seed: int) -> Iterator[str]:
    """Each group with one input that makes it again."""
    for what, detail, cases in groups:
        first = min(cases, key=lambda case: len(case.line))
        yield f"{len(cases):5} x {what}: {detail}"
        yield f"        {first.line[:300]}"
        yield f"        again: {AGAIN} --seed {seed} --case '{first.family}:{first.number}'"


def as_json(told: list[Told], seed: int, took: float) -> dict[str, object]:
    """The counts, for a file."""
    counts: dict[str, dict[str, object]] = {}
    for name in FAMILIES:
        mine = [each for each in told if each.family == name]
        kinds = Counter(fault.what for each in mine for fault in each.faults)
        if mine:
            counts[name] = {
                "inputs": len(mine),
                "faulty": sum(bool(each.faults) for each in mine),
                "kinds": dict(kinds),
                "seconds": round(sum(each.seconds for each in mine), 1),
            }
    groups = [
        {
            "what": what,
            "told": detail,
            "inputs": len(cases),
            "line": cases[0].line,
            "case": f"{cases[0].family}:{cases[0].number}",
        }
        for what, detail, cases in groups_of(told)
    ]
    return {"seed": seed, "seconds": round(took), "families": counts, "faults": groups}

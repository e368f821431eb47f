"""Times a candidate against a reference in the same process, by turns, and prints how many times as fast it is.

A ratio holds on other machines better than a time does: what slows one of the two slows the other.
"""

import platform
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

import numba
import torch
import typer

Quick = Annotated[bool, typer.Option("--quick", help="Small sizes: checks that results agree; its times mean nothing.")]
CAPABILITIES = ("avx2", "avx512_f", "avx512_bf16", "amx_bf16")


@dataclass(frozen=True)
class Ratio:
    """How many times as fast as the reference the candidate was: time of the reference / time of the candidate."""

    median: float
    lowest: float
    highest: float

    def __str__(self) -> str:
        return f"{self.median:.2f}x ({self.lowest:.2f}–{self.highest:.2f})"


@dataclass(frozen=True)
class Comparison:
    """The seconds of each round, candidate and reference taken by turns."""

    candidate: tuple[float, ...]
    reference: tuple[float, ...]

    @property
    def ratio(self) -> Ratio:
        """The ratio of each round, summed up."""
        return self.scaled(1.0)

    def scaled(self, work: float) -> Ratio:
        """The ratio if the reference did `1 / work` of the candidate's work and the rest would take as long."""
        ratios = [work * slow / fast for fast, slow in zip(self.candidate, self.reference, strict=True)]
        return Ratio(statistics.median(ratios), min(ratios), max(ratios))

    @property
    def candidate_seconds(self) -> float:
        return statistics.median(self.candidate)


def compare(candidate: Callable[[], object], reference: Callable[[], object], rounds: int = 5) -> Comparison:
    """Run both once to warm up, then `rounds` times by turns; which goes first alternates."""
    candidate()
    reference()
    taken: dict[Callable[[], object], list[float]] = {candidate: [], reference: []}
    for turn in range(rounds):
        for run in (candidate, reference) if turn % 2 == 0 else (reference, candidate):
            began = time.perf_counter()
            run()
            taken[run].append(time.perf_counter() - began)
    return Comparison(tuple(taken[candidate]), tuple(taken[reference]))


def announce(claim: str) -> None:
    """Say what is measured, and on what kind of machine."""
    able = torch.cpu.get_capabilities()
    found = ", ".join(name for name in CAPABILITIES if able.get(name)) or "none of " + ", ".join(CAPABILITIES)
    print(f"{claim}\n  torch {torch.__version__}, {torch.get_num_threads()} threads, numba {numba.get_num_threads()}")
    print(f"  {platform.machine()}: {found}")


def report(case: str, ratio: Ratio, note: str = "") -> None:
    """One line: what was compared, the median ratio, the lowest and the highest."""
    print(f"  {case:44} {ratio}{f'  {note}' if note else ''}", flush=True)

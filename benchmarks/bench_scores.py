"""AUROC of all units for all concepts in one go, against scikit-learn pair by pair; and the memory that it takes.

python -m benchmarks.bench_scores

scikit-learn's `roc_auc_score` takes one unit and one concept at a time. It is timed on a random sample of the pairs,
and its time is multiplied by (pairs / pairs sampled); the time of a pair depends on the length of the text only.
It gets the quantised activations as float32, so both rank the same values and must agree on every pair sampled. Ours
gives the character-stratified AUROC of every pair as well, for which scikit-learn gets no time.

Memory is the largest resident set of a process of its own that scores a text, and of one that scores one four times as
long: activations and labels lie on disk, so it should hardly grow.

Axes: `time`, `column`, `concept`.
"""

import resource
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import numpy as np
import typer
from sklearn.metrics import roc_auc_score

from analysis.scoring.activations import ActivationStore, Quantiser
from analysis.scoring.labels import Design, LabelStore, make_design
from analysis.scoring.scores import score_store
from analysis.scoring.workers import Threads
from benchmarks.compare import Quick, announce, compare, report

TOLERANCE = 1e-5
CHARACTERS = 90  # different ones in the text


def make_text(folder: Path, length: int, units: int, concepts: int) -> tuple[ActivationStore, LabelStore, Design]:
    """Random activations, and labels in stretches that hold 2 to 50 % of the text; some units follow one."""
    generator = np.random.default_rng(0)
    labels = LabelStore(folder / "labels", length)
    for share in np.geomspace(0.02, 0.5, concepts):
        stretches = generator.random(length // 50 + 1) < share
        stretches[:2] = (False, True)
        labels.add(f"{share:.3f}", "auroc", np.repeat(stretches, 50)[:length].astype(np.float32))
    quantiser = Quantiser(generator.standard_normal((1000, 2 * units)))
    store = ActivationStore(folder / "store", length, ("hidden", "cell"), 1, units, quantiser)
    store.folder.mkdir()
    for panel in store.panels:
        with Path(panel.path).open("wb") as file:
            for start in range(0, length, 50_000):
                rows = min(50_000, length - start)
                bins = generator.integers(200, size=(rows, panel.width), dtype=np.uint8)
                own = labels.read(panel.start % concepts, slice(start, start + rows))
                bins[:, 0] += (own * 55).astype(np.uint8)
                bins.tofile(file)
    characters = np.minimum(generator.zipf(1.5, length), CHARACTERS)
    return store, labels, make_design(labels, characters, slice(0, length), folder / "design")


def peak_memory(length: int, units: int, concepts: int) -> float:
    """MiB of a process of its own that scores such a text, less those of one that scores hardly any."""
    command = [sys.executable, "-m", "benchmarks.bench_scores", "--memory", f"{length},{units},{concepts}"]
    found = subprocess.run(command, capture_output=True, text=True, check=True)
    return float(found.stdout)


def main(
    quick: Quick = False,
    memory: Annotated[str, typer.Option(hidden=True, help="Score a text of this length, units and concepts.")] = "",
) -> None:
    """Check, then time."""
    with TemporaryDirectory(prefix="charscope-bench-") as name:
        if memory:
            store, labels, design = make_text(Path(name), *map(int, memory.split(",")))
            score_store(store, design, labels, Threads())
            print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
            return
        announce("Scores: all units x concepts in one go, against scikit-learn per pair")
        length, units, concepts, sampled, rounds = (5_000, 12, 3, 12, 1) if quick else (1_000_000, 1024, 50, 12, 3)
        _time(Path(name), length, units, concepts, sampled, rounds)
    short, factor = (5_000, 2) if quick else (1_000_000, 4)
    with ThreadPoolExecutor() as together:
        sizes = list(together.map(lambda times: peak_memory(times * short, min(units, 256), concepts), (1, factor)))
    print(f"  largest memory at {short:,} characters {sizes[0]:,.0f} MiB, at {factor * short:,} {sizes[1]:,.0f} MiB")


def _time(folder: Path, length: int, units: int, concepts: int, sampled: int, rounds: int) -> None:
    store, labels, design = make_text(folder, length, units, concepts)
    generator, everything = np.random.default_rng(1), slice(0, length)
    pairs = [divmod(int(pair), store.columns) for pair in generator.choice(concepts * store.columns, sampled)]
    pairs[0] = (0, 0)  # one that does not score at chance
    values = [store.read_rows(slice(c, c + 1), np.arange(length))[:, 0].astype(np.float32) for _, c in pairs]
    truth = [labels.read(concept, everything) for concept, _ in pairs]

    def per_pair() -> list[float]:
        return [float(roc_auc_score(y, x)) for y, x in zip(truth, values, strict=True)]

    found = score_store(store, design, labels, Threads()).value
    difference = max(abs(found[pair] - expected) for pair, expected in zip(pairs, per_pair(), strict=True))
    assert difference < TOLERANCE, f"AUROC differs from scikit-learn's by {difference}"
    timed = compare(lambda: score_store(store, design, labels, Threads()), per_pair, rounds)
    total, seconds = store.columns * concepts, timed.candidate_seconds
    note = f"{seconds:.1f} s, {length / seconds:,.0f} characters/s; {sampled} of {total:,} pairs timed"
    report(f"{length:,} characters, {store.columns} columns, {concepts} concepts", timed.scaled(total / sampled), note)
    print(f"  largest difference {difference:.1e}")


if __name__ == "__main__":
    typer.run(main)

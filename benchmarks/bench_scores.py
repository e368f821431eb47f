"""AUROC of all units for all concepts in one pass, against scikit-learn pair by pair.

python -m benchmarks.bench_scores

scikit-learn's `roc_auc_score` takes one unit and one concept at a time. It is timed on a random sample of the pairs,
and its time is multiplied by (pairs / pairs sampled); the time of a pair depends on the length of the text only.
It gets the quantised activations as float32, so both rank the same values and must agree on every pair sampled.

Axes: `time`, `unit`, `concept`.
"""

import numpy as np
import typer
from jaxtyping import Float32, UInt8
from sklearn.metrics import roc_auc_score

from analysis.scores import Quantiser, score_units
from benchmarks.compare import Quick, announce, compare, report

TOLERANCE = 1e-6


def make_units(
    length: int, units: int, concepts: int, generator: np.random.Generator
) -> tuple[UInt8[np.ndarray, "time unit"], Float32[np.ndarray, "time concept"]]:
    """Quantised random activations, and labels in stretches that hold 2 to 50 % of the text; some units follow one."""
    values = generator.standard_normal((length, units), dtype=np.float32)
    labels = np.empty((length, concepts), dtype=np.float32)
    for concept, share in enumerate(np.geomspace(0.02, 0.5, concepts)):
        stretches = generator.random(length // 50 + 1) < share
        stretches[:2] = (False, True)
        labels[:, concept] = np.repeat(stretches, 50)[:length]
        values[:, concept % units] += labels[:, concept]
    quantiser = Quantiser(values)
    return np.concatenate([quantiser.to_bins(part) for part in np.array_split(values, 16)]), labels


def main(quick: Quick = False) -> None:
    """Check, then time."""
    announce("Scores: all units x concepts in one pass, against scikit-learn per pair")
    length, units, concepts, sampled, rounds = (5_000, 24, 3, 12, 1) if quick else (100_000, 1024, 20, 40, 5)
    generator = np.random.default_rng(0)
    bins, labels = make_units(length, units, concepts, generator)
    pairs = [divmod(int(pair), units) for pair in generator.choice(concepts * units, sampled, replace=False)]
    pairs[:concepts] = [(concept, concept) for concept in range(concepts)]  # those that do not score at chance
    columns = {unit: bins[:, unit].astype(np.float32) for _, unit in pairs}

    def per_pair() -> list[float]:
        return [float(roc_auc_score(labels[:, concept], columns[unit])) for concept, unit in pairs]

    found = score_units(bins, labels).auroc
    difference = max(abs(found[pair] - expected) for pair, expected in zip(pairs, per_pair(), strict=True))
    assert difference < TOLERANCE, f"AUROC differs from scikit-learn's by {difference}"
    timed = compare(lambda: score_units(bins, labels), per_pair, rounds)
    total = units * concepts
    note = f"{timed.candidate_seconds:.2f} s; {sampled} of {total:,} pairs timed"
    report(f"{length:,} characters, {units} units, {concepts} concepts", timed.scaled(total / len(pairs)), note)
    print(f"  largest difference {difference:.1e}")


if __name__ == "__main__":
    typer.run(main)

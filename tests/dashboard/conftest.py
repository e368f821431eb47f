"""What the dashboard's tests share: a searched tiny run, and what it read."""

from typing import TYPE_CHECKING

import pandas as pd
import pytest

if TYPE_CHECKING:
    from dashboard.readings import Reading
    from models.run import Run


@pytest.fixture
def searched_run(tiny_run: "Run") -> "Run":
    """The tiny run with the tables of a search: a state with a detector and a ramp without one, in both states."""
    from analysis.findings import Findings

    nan = float("nan")
    common = {
        "layer": 1, "rank_in_state": 1, "sign": 1, "threshold": 0.1, "average_precision": 0.5, "iou": 0.6, "eta2": nan,
        "ngram_1": 0.55, "ngram_3": 0.65, "ngram_5": 0.7, "rotated": 0.7, "delimiter_swap": nan, "null_95": 0.6,
        "p_value": 1e-6, "q_value": 1e-5, "cluster": 0, "development": 0.9,
    }  # fmt: skip
    state = {"concept": "inside-quotes", "kind": "state", "measure": "auroc", "spearman": nan, "f1": 0.8, "share": 0.2,
             "r2": nan, "untrained": 0.6, "verdict": "detector", "level": "strict"}  # fmt: skip
    ramp = {"concept": "column", "kind": "ramp", "measure": "spearman", "auroc": nan, "f1": nan, "share": 0.9,
            "r2": 0.3, "untrained": 0.3, "verdict": "none", "level": ""}  # fmt: skip
    rows = [
        {**common, **state, "state": "hidden", "unit": 3, "score": 0.95},
        {**common, **state, "state": "cell", "unit": 4, "score": 0.97, "development": 0.95},
        {**common, **ramp, "state": "hidden", "unit": 5, "score": 0.6},
        {**common, **ramp, "state": "cell", "layer": 2, "unit": 6, "score": 0.5, "sign": -1, "development": 0.8},
    ]
    for row in rows:
        row |= {"auroc" if row["measure"] == "auroc" else "spearman": row["score"], "stratified_auroc": 0.94}
        row |= {"ci_low": row["score"] - 0.02, "ci_high": row["score"] + 0.01}
    units = pd.DataFrame(rows)
    every = [(layer, unit) for layer in (1, 2) for unit in range(24)]
    scores = pd.DataFrame(
        [
            {"concept": concept, "state": state, "layer": layer, "unit": unit, "sign": 1, "development": 0.1,
             "score": 0.5 + unit / 100, "stratified": 0.5}
            for concept in ("inside-quotes", "column") for state in ("hidden", "cell") for layer, unit in every
        ]
    )  # fmt: skip
    share = pd.DataFrame(
        [
            {"source": source, "state": state, "threshold": threshold, "share": 0.1, "concepts": 1.0}
            for source in ("trained", "rotated", "untrained")
            for state in ("hidden", "cell")
            for threshold in (0.5, 0.9)
        ]
    )  # fmt: skip
    probes = pd.DataFrame(
        [
            {"source": source, "concept": concept, "state": "cell", "size": size, "score": score, "units": [1]}
            for source, concept, scores_of in (
                ("trained", "inside-quotes", (0.97, 0.98)), ("untrained", "inside-quotes", (0.6, 0.7)),
                ("trained", "column", (0.5, 0.75)), ("untrained", "column", (0.3, 0.4)),
            ) for size, score in zip((1, 2), scores_of, strict=True)
        ]
    )  # fmt: skip
    attributes = {"weights_sha256": tiny_run.weights_hash, "run": "tiny", "source": "a story", "characters": 20_000}
    Findings.of(attributes, units=units, scores=scores, share=share, probes=probes).save(tiny_run.folder)
    return tiny_run


@pytest.fixture
def reading(searched_run: "Run", hostile: str) -> "Reading":
    from dashboard.engine import Engine

    return Engine().read(searched_run, hostile)[1]

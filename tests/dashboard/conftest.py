"""What the dashboard's tests share: a searched tiny run, and what it read."""

from typing import TYPE_CHECKING

import pandas as pd
import pytest

if TYPE_CHECKING:
    from dashboard.readings import Reading
    from models.run import Run


@pytest.fixture
def searched_run(tiny_run: "Run") -> "Run":
    """The tiny run with a search table of four rows: a state and a count, each in both states."""
    from analysis.search import save_table
    from models.run import UNITS

    common = {"layer": 1, "place": 1, "development": 0.9, "sign": 1, "threshold": 0.1, "average_precision": 0.5}
    state = {"concept": "inside-quotes", "kind": "state", "spearman": float("nan"), "f1": 0.8, "share": 0.2}
    count = {"concept": "column", "kind": "ramp", "auroc": float("nan"), "f1": float("nan"), "share": float("nan")}
    rows = [
        {**common, **state, "state": "hidden", "unit": 3, "auroc": 0.95, "random_init": 0.6},
        {**common, **state, "state": "cell", "unit": 4, "auroc": 0.97, "random_init": 0.6, "development": 0.95},
        {**common, **count, "state": "hidden", "unit": 5, "spearman": 0.6, "random_init": 0.3},
        {**common, **count, "state": "cell", "layer": 2, "unit": 6, "spearman": 0.5, "random_init": 0.3, "sign": -1},
    ]
    table = pd.DataFrame(rows)
    table.attrs = {"weights_sha256": tiny_run.weights_hash}
    save_table(table, tiny_run.folder / UNITS)
    return tiny_run


@pytest.fixture
def reading(searched_run: "Run", hostile: str) -> "Reading":
    from dashboard.readings import ReadingStore

    return ReadingStore().read(searched_run, hostile)[1]

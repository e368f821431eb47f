"""Gate saturation: how much of the time each gate of each unit is all but shut or all but open.

python -m models gates RUN --split test --chars 100000

Karpathy, Johnson and Fei-Fei 2016, section 4.2 and figure 3: a gate is left-saturated below .1 and right-saturated
above .9. A forget gate that is right-saturated most of the time belongs to a cell that remembers for long.

Axes: `gate` (the sigmoid ones, in PyTorch's order), `layer`, `unit`.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd
from jaxtyping import Int64

from corpora import InputError
from models.network import CharRNN
from models.recording import record_blocks, streams_for
from models.run import Run
from models.tables import Column, Table
from models.units import GATE

LEFT, RIGHT = 0.1, 0.9
FILE = "gates.parquet"
TABLE = Table(
    FILE,
    (
        Column("gate", "string"), Column("layer", "integer"), Column("unit", "integer"),
        Column("left", "float"), Column("right", "float"),
    ),
    "Delete it, then measure again: python -m models gates RUN",
)  # fmt: skip


def gate_saturation(
    network: CharRNN, ids: Int64[np.ndarray, " time"], advance: Callable[[int], None] = lambda _: None
) -> pd.DataFrame:
    """One row per gate, layer (from 1) and unit (from 0): the shares of time `left` and `right` saturated.

    `advance` receives the number of characters just read.

    Raises:
        InputError: a network without gates, or an empty text.
    """
    gates = network.kind.sigmoid_gates
    if not gates:
        raise InputError(
            "Wanted a network with gates, got a plain RNN, which has none. Choose a run with LSTM or GRU cells."
        )
    shape = (len(gates), network.config.num_layers, network.config.hidden_size)
    left, right = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64)
    for block in record_blocks(network, ids, streams_for(network, len(ids)), gates=True):
        for index, gate in enumerate(gates):
            values = block.states[gate + GATE]
            left[index] += (values < LEFT).sum(axis=0)
            right[index] += (values > RIGHT).sum(axis=0)
        advance(len(block))
    gate, layer, unit = np.indices(shape).reshape(3, -1)
    shares = {"left": left.ravel() / len(ids), "right": right.ravel() / len(ids)}
    return pd.DataFrame({"gate": np.array(gates)[gate], "layer": layer + 1, "unit": unit, **shares})


def summarise_saturation(table: pd.DataFrame) -> pd.DataFrame:
    """Per gate and layer: the median unit's shares, and which share of units is saturated more than half the time."""
    return (
        table.assign(mostly_left=table["left"] > 0.5, mostly_right=table["right"] > 0.5)
        .groupby(["gate", "layer"], sort=False, as_index=False)
        .agg({"left": "median", "right": "median", "mostly_left": "mean", "mostly_right": "mean"})
    )


def save_saturation(run: Run, table: pd.DataFrame, corpus: str, split: str, characters: int) -> None:
    """Write `gates.parquet` to the run's results: see `Run.keep_measured`."""
    run.keep_measured(FILE, table, corpus=corpus, split=split, characters=characters)


def load_saturation(run: Run) -> pd.DataFrame | None:
    """The table of `gate_saturation`, or None if the run's present weights were not measured.

    Its `attrs` name the `weights_sha256`, the `corpus`, its `split` and how many `characters` were read.

    Raises:
        InputError: a damaged file.
    """
    return run.measured_table(TABLE)

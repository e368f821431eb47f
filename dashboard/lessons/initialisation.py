"""The numbers of lesson 24: how often the gates of a shipped LSTM are saturated, before and after its training."""

from typing import Any

import pandas as pd

from corpora.demo import load_passage
from models.run import load_run
from models.saturation import gate_saturation, load_saturation

MODEL = "war-and-peace-lstm"
UNTRAINED_CHARACTERS, SEED = 500, 0


def data() -> dict[str, Any]:
    """Per gate, the share of time that each unit's is shut (below .1) and open (above .9).

    `trained` is what Models shows; `untrained` is the same network with random weights on a demo passage.
    """
    run = load_run(MODEL)
    trained = load_saturation(run)
    assert trained is not None, f"{MODEL} ships with its gates measured"
    ids = run.vocabulary.encode(load_passage("war-and-peace"))[:UNTRAINED_CHARACTERS]
    untrained = gate_saturation(run.untrained_network(SEED), ids)
    facts = {name: trained.attrs[name] for name in ("corpus", "split", "characters")}
    return {"model": MODEL, **facts, "trained": _by_gate(trained), "untrained": _by_gate(untrained)}


def _by_gate(table: pd.DataFrame) -> dict[str, dict[str, list[float]]]:
    """Gate -> `shut` and `open`, each with a share per unit."""
    return {
        str(gate): {"shut": units["left"].tolist(), "open": units["right"].tolist()}
        for gate, units in table.groupby("gate", sort=False)
    }

"""The numbers of lesson 9: how fast the gradient fades on its way back through each of three shipped networks."""

from typing import Any

import numpy as np

from corpora.demo import load_passage
from models.network import WARM_UP
from models.reach import gradient_norms
from models.run import load_run

MODELS = {"rnn": "war-and-peace-rnn", "gru": "war-and-peace-gru", "lstm": "war-and-peace-lstm"}
PASSAGE, PLACES, DISTANCE = "war-and-peace", 24, 60
DIGITS = 5  # of each number, so that the page stays small


def data() -> dict[str, Any]:
    """For each network and place: the norm of the gradient by the state `k` steps before, 1 at k = 0."""
    text, size = load_passage(PASSAGE), WARM_UP + DISTANCE + 1
    starts = np.linspace(0, len(text) - size - 1, PLACES).astype(int)
    models: dict[str, Any] = {}
    for cell, model in MODELS.items():
        run = load_run(model)
        ids = np.stack([run.vocabulary.encode(text[start : start + size + 1]) for start in starts], axis=1)
        norms = gradient_norms(run.load_network(), ids, WARM_UP).T.tolist()
        models[cell] = {"model": model, "norms": [[float(f"{value:.{DIGITS}g}") for value in place] for place in norms]}
    texts = [text[start + WARM_UP : start + size] for start in starts]
    return {"distance": DISTANCE, "warm_up": WARM_UP, "texts": texts, "models": models}

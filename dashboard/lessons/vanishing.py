"""The numbers of lesson 9: how fast the gradient fades on its way back through each of three shipped networks."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import torch
from jaxtyping import Float, Int64
from torch import Tensor
from torch.nn.functional import cross_entropy

from corpora.demo import load_passage
from models.network import WARM_UP, CharRNN
from models.run import load_run

MODELS = {"rnn": "war-and-peace-rnn", "gru": "war-and-peace-gru", "lstm": "war-and-peace-lstm"}
PASSAGE, PLACES, DISTANCE = "war-and-peace", 24, 60
DIGITS = 5  # of each number, so that the page stays small


def data() -> dict[str, Any]:
    """For each network and place: the norm of the gradient by the state `k` steps before, 1 at k = 0."""
    threads = torch.get_num_threads()
    try:  # one thread: many small products, for which several would only wait for each other
        with ThreadPoolExecutor(1, initializer=torch.set_num_threads, initargs=(1,)) as pool:
            return pool.submit(_compute).result()
    finally:
        torch.set_num_threads(threads)


def _compute() -> dict[str, Any]:
    text = load_passage(PASSAGE)
    starts = torch.linspace(0, len(text) - WARM_UP - DISTANCE - 2, PLACES).long().tolist()
    size = WARM_UP + DISTANCE + 1
    norms: dict[str, Any] = {}
    for cell, model in MODELS.items():
        run = load_run(model)
        ids = torch.stack([torch.tensor(run.vocabulary.encode(text[start : start + size + 1])) for start in starts], 1)
        found = gradient_norms(run.load_network(), ids)
        norms[cell] = {"model": model, "norms": [[_rounded(value) for value in place] for place in found.T.tolist()]}
    texts = [text[start + WARM_UP : start + size] for start in starts]
    return {"distance": DISTANCE, "warm_up": WARM_UP, "texts": texts, "models": norms}


def gradient_norms(network: CharRNN, ids: Int64[Tensor, "time place"]) -> Float[Tensor, "distance place"]:
    """The norm of dL/ds by distance, divided by that at distance 0; L is the loss of the last character.

    The state s of an LSTM is the pair (h, c), of the others h. Each is cut from how it was computed: the gradient by c
    holds what flows on through the steps that follow, not what flows through the h of its own step.
    """
    weights, vectors = network.layer_weights()[0], network.embedding(ids).detach()
    with torch.no_grad():
        _, end = network(ids[:WARM_UP], network.initial_state(ids.shape[1]))
    state = tuple(part[0] for part in end)
    states: list[tuple[Tensor, ...]] = []
    for x in vectors[WARM_UP:-1]:
        state = tuple(part.clone().requires_grad_() for part in network.kind.step(weights, x, state))
        states.append(state)
    loss = cross_entropy(network.readout(state[0]), ids[-1], reduction="sum")
    gradients = torch.autograd.grad(loss, sum(states, ()), allow_unused=True, materialize_grads=True)
    parts = len(state)
    steps = [torch.cat(gradients[at : at + parts], dim=1) for at in range(0, len(gradients), parts)]
    norms = torch.stack(steps).norm(dim=2).flip(0)
    return norms / norms[0]


def _rounded(value: float) -> float:
    return float(f"{value:.{DIGITS}g}")

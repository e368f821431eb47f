"""How far back the gradient of a loss reaches through a network of one layer.

Axes: `time`, `place` (texts side by side), `distance` (steps back from the last state).
"""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import torch
from jaxtyping import Float, Float32, Int64
from torch import Tensor
from torch.nn.functional import cross_entropy

from models.network import CharRNN


def gradient_norms(
    network: CharRNN, ids: Int64[np.ndarray, "time place"], warm_up: int
) -> Float32[np.ndarray, "distance place"]:
    """The norm of dL/ds by distance, divided by that at distance 0; L is the loss of the last character.

    The state s of an LSTM is the pair (h, c), of the others h. Each is cut from how it was computed: the gradient by c
    holds what flows on through the steps that follow, not what flows through the h of its own step. The first
    `warm_up` characters are read before the furthest state.
    """
    threads = torch.get_num_threads()
    try:  # one thread: many small products, for which several would only wait for each other
        with ThreadPoolExecutor(1, initializer=torch.set_num_threads, initargs=(1,)) as pool:
            return pool.submit(_gradient_norms, network, torch.from_numpy(ids), warm_up).result().numpy()
    finally:
        torch.set_num_threads(threads)


def _gradient_norms(
    network: CharRNN, ids: Int64[Tensor, "time place"], warm_up: int
) -> Float[Tensor, "distance place"]:
    weights, vectors = network.layer_weights()[0], network.embedding(ids).detach()
    with torch.no_grad():
        _, end = network(ids[:warm_up], network.initial_state(ids.shape[1]))
    state = tuple(part[0] for part in end)
    states: list[tuple[Tensor, ...]] = []
    for x in vectors[warm_up:-1]:
        state = tuple(part.clone().requires_grad_() for part in network.kind.step(weights, x, state))
        states.append(state)
    loss = cross_entropy(network.readout(state[0]), ids[-1], reduction="sum")
    gradients = torch.autograd.grad(loss, sum(states, ()), allow_unused=True, materialize_grads=True)
    parts = len(state)
    steps = [torch.cat(gradients[at : at + parts], dim=1) for at in range(0, len(gradients), parts)]
    norms = torch.stack(steps).norm(dim=2).flip(0)
    return norms / norms[0]

"""A torch loop over a network in which gates of single units are held: what the browser's engine must do as well."""

import copy

import numpy as np
import torch

from models.network import CharRNN

GATES = ("input_gate", "forget_gate", "candidate_gate", "output_gate")
Held = tuple[int, int, str, float]
"""A layer from 1, a unit, a gate of `GATES`, and the value it is held at."""


@torch.no_grad()
def read_with_held_gates(network: CharRNN, ids: list[int], held: list[Held]) -> dict[str, np.ndarray]:
    """Gates, states and logits after each character in float64, the layers side by side, and the losses in nats."""
    double = copy.deepcopy(network).double()
    states = [torch.zeros(2, network.config.hidden_size, dtype=torch.float64) for _ in double.layer_weights()]
    rows: dict[str, list[torch.Tensor]] = {name: [] for name in ("hidden", "cell", *GATES, "logits")}
    for index in ids:
        x, step = double.embedding.weight[index], []
        for layer, weights in enumerate(double.layer_weights()):
            h, c = states[layer]
            sums = weights.weight_ih @ x + weights.bias_ih + weights.weight_hh @ h + weights.bias_hh
            i, f, g, o = (sums.view(4, -1)[k].sigmoid() if k != 2 else sums.view(4, -1)[k].tanh() for k in range(4))
            gates: dict[str, torch.Tensor] = dict(zip(GATES, (i, f, g, o), strict=True))
            for at, unit, gate, value in held:
                if at == layer + 1:
                    gates[gate][unit] = value
            c = gates["forget_gate"] * c + gates["input_gate"] * gates["candidate_gate"]
            x = gates["output_gate"] * c.tanh()
            states[layer] = torch.stack([x, c])
            step.append(gates | {"hidden": x, "cell": c})
        for name in ("hidden", "cell", *GATES):
            rows[name].append(torch.cat([each[name] for each in step]))
        rows["logits"].append(double.readout(x))
    found = {name: torch.stack(values) for name, values in rows.items()}
    loss = torch.nn.functional.cross_entropy(found["logits"][:-1], torch.tensor(ids[1:]), reduction="none")
    return {name: values.numpy() for name, values in (found | {"loss": loss}).items()}

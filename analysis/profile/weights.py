"""What a unit listens to, what its gates do, and what it says, from the weights.

Axes: `time`; `gate` in PyTorch's order; `unit`, of one layer; `vocab`.
"""

import numpy as np
import pandas as pd
from jaxtyping import Bool, Float32, Int64
from scipy.special import expit

from analysis.profile.excerpt import LabelledExcerpt
from models.network import CharRNN
from models.units import Unit

SUM = "state"  # of a plain network: what it sums up is its state, not a gate


def gate_names(network: CharRNN) -> tuple[str, ...]:
    """The gates of the network's cells; a plain network has one sum and no gate."""
    return network.kind.gates or (SUM,)


def inputs_of(network: CharRNN, passage: LabelledExcerpt, unit: Unit) -> pd.DataFrame:
    """What pushes each gate of a unit: columns `gate`, `source`, `number`, `push`.

    `source` is `character` (layer 1; `number` is its id), `below` (the layer below) or `own` (the unit's own layer, one
    step ago). The push of a character is what it adds to the sum that the gate is a function of, less the mean over the
    text. That of a unit is its weight times the standard deviation of its h in the text: how far it usually moves the
    sum.
    """
    layers = network.layer_weights()
    rows = slice(unit.index, None, network.config.hidden_size)
    of_input, of_state = (
        weights.numpy()[rows] for weights in (layers[unit.layer - 1].weight_ih, layers[unit.layer - 1].weight_hh)
    )
    units = np.arange(network.config.hidden_size)
    if unit.layer == 1:
        pushes = network.embedding.weight.detach().numpy() @ of_input.T
        pushes = (pushes - pushes[passage.ids].mean(axis=0)).T
        shown = passage.seen(pushes.shape[1])
        parts = [("character", shown, pushes[:, shown])]
    else:
        parts = [("below", units, of_input * passage.deviation[unit.layer - 2])]
    parts.append(("own", units, of_state * passage.deviation[unit.layer - 1]))
    return pd.concat(
        [
            pd.DataFrame({"gate": gate, "source": source, "number": numbers, "push": pushes[index]})
            for source, numbers, pushes in parts
            for index, gate in enumerate(gate_names(network))
        ],
        ignore_index=True,
    )


def strongest(inputs: pd.DataFrame, count: int) -> pd.DataFrame:
    """Of each gate the inputs that push it up most and those that push it down most, from up to down."""
    parts = []
    for _, of_gate in inputs.groupby(["source", "gate"], sort=False):
        ordered = of_gate.sort_values("push", ascending=False, kind="stable")
        half = min(count, len(ordered) // 2)
        up, down = ordered.head(half), ordered.tail(half)
        parts.append(pd.concat([up[up["push"] > 0], down[down["push"] < 0]]))
    return pd.concat(parts, ignore_index=True) if parts else inputs


def gates_over_text(
    network: CharRNN, passage: LabelledExcerpt, unit: Unit
) -> dict[str, Float32[np.ndarray, " time_1"]]:
    """A unit's gates while it read the text, from the second character on; none of a plain network.

    They follow from the layer's input and from its h of one step before: see `models.network` for the formulas.
    """
    if not network.kind.gates:
        return {}
    weights, hidden = network.layer_weights()[unit.layer - 1], passage.states["hidden"]
    rows = slice(unit.index, None, network.config.hidden_size)
    w_input, w_state, b_input, b_state = (
        each.numpy()[rows] for each in (weights.weight_ih, weights.weight_hh, weights.bias_ih, weights.bias_hh)
    )
    if unit.layer == 1:
        of_input = (w_input @ network.embedding.weight.detach().numpy().T)[:, passage.ids[1:]]
    else:
        of_input = w_input @ hidden[unit.layer - 2][:, 1:]
    of_input = of_input + b_input[:, None]
    of_state = w_state @ hidden[unit.layer - 1][:, :-1] + b_state[:, None]
    gates = {}
    for index, gate in enumerate(network.kind.gates):
        scale = gates["reset"] if gate == "candidate" and "reset" in gates else 1.0
        total = of_input[index] + scale * of_state[index]
        gates[gate] = np.tanh(total) if gate == "candidate" else expit(total)
    return gates


def gate_means(
    gates: dict[str, Float32[np.ndarray, " time_1"]],
    inside: Bool[np.ndarray, " time"],
    outside: Bool[np.ndarray, " time"],
) -> pd.DataFrame:
    """The mean of each gate inside and outside a concept: columns `gate`, `inside`, `outside`."""
    rows = [
        (gate, *(float(values[side[1:]].mean()) if side[1:].any() else np.nan for side in (inside, outside)))
        for gate, values in gates.items()
    ]
    return pd.DataFrame(rows, columns=["gate", "inside", "outside"])


def next_characters(
    effect: Float32[np.ndarray, " vocab"], among: Int64[np.ndarray, " character"], count: int
) -> pd.DataFrame:
    """The characters that a unit makes likelier, then those that it makes unlikelier: columns `number`, `logit`.

    Each begins with the one that it changes most.
    """
    order = among[np.argsort(-effect[among], kind="stable")]
    up, down = (part[effect[part] * way > 0][:count] for part, way in ((order, 1), (order[::-1], -1)))
    chosen = np.concatenate([up, down])
    return pd.DataFrame({"number": chosen, "logit": effect[chosen]})

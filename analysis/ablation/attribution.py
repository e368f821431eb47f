"""The direct effect of a last-layer unit on the readout: which next characters it makes more likely.

Axes: `vocab`.
"""

import numpy as np
from jaxtyping import Float32

from models.network import CharRNN
from models.units import Unit


def direct_logit_attribution(network: CharRNN, unit: Unit, difference: float) -> Float32[np.ndarray, " vocab"] | None:
    """How each character's logit changes when h of a unit rises by `difference`: its column of the readout times that.

    With the mean of h inside a concept less the mean outside (`Ablation.hidden_difference`) it says what the unit,
    all else equal, adds to the logits inside. None below the last layer: nothing leads from there to the readout but
    through other units.

    Raises:
        InputError: the network has no such unit.
    """
    unit.require(network.config)
    if unit.layer < network.config.num_layers:
        return None
    return network.readout.weight[:, unit.index].detach().cpu().numpy() * np.float32(difference)

"""Named sets of training options: what to ask for when one does not want to think about each of them."""

from dataclasses import dataclass
from typing import Any, Literal

PresetName = Literal["tiny", "small", "paper", "best"]


@dataclass(frozen=True)
class Preset:
    """Options by field name; all others keep their defaults, and what a person gives on the command line wins."""

    summary: str
    options: dict[str, Any]


REGULARISED = {"dropout": 0.25, "readout_dropout": 0.2, "embedding_dropout": 0.1, "weight_drop": 0.15, "reset": 0.01}

PRESETS: dict[PresetName, Preset] = {
    "tiny": Preset(
        "1x128, one pass: a first look",
        {"num_layers": 1, "hidden_size": 128, "embedding_size": 64, "epochs": 1.0, "dropout": 0.0},
    ),
    "small": Preset(
        "2x256, three passes: most of the cells that people look for",
        {"num_layers": 2, "hidden_size": 256, "epochs": 3.0, "streams": 32},
    ),
    "paper": Preset(
        "2x512 as Karpathy, Johnson and Fei-Fei (2016) trained it, 50 passes",
        {
            "num_layers": 2,
            "hidden_size": 512,
            "epochs": 50.0,
            "streams": 100,
            "steps": 100,
            "optimizer": "rmsprop",
            "learning_rate": 2e-3,
            "schedule": "paper",
            "weight_decay": 0.0,
            "warm_up": 0,
            "clip": 5.0,
            "dropout": 0.25,
        },
    ),
    "best": Preset(
        "2x512 with all regularisation on, for books of a few million characters, 13 passes",
        {"num_layers": 2, "hidden_size": 512, "epochs": 13.0, **REGULARISED},
    ),
}

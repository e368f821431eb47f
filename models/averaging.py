"""The average of a network's weights over the last steps: smoother than any one of them.

Polyak and Juditsky 1992, as an exponential moving average.
"""

import copy

import torch

from models.network import CharRNN


class AveragedWeights:
    """Follows a network; `network` is a second one with the averaged weights."""

    def __init__(self, followed: CharRNN, decay: float) -> None:
        self.followed = followed
        self.decay = decay
        self.network = copy.deepcopy(followed).requires_grad_(False)

    @torch.no_grad()
    def update(self, step: int) -> None:
        """Take in the weights after step `step`; early averages are short, so that the start is soon forgotten."""
        share = 1 - min(self.decay, (1 + step) / (10 + step))
        for average, current in zip(self.network.parameters(), self.followed.parameters(), strict=True):
            average.lerp_(current, share)

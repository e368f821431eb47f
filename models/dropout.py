"""Dropout whose random numbers are cheap: on a processor, drawing them took a seventh of a training step.

`torch.nn.functional.dropout` draws one number per element, one at a time; here each 64-bit number of the same generator
serves four elements. So a rate is a whole number of 65,536ths. What is kept and what is left out is decided by the
generator's state alone, which checkpoints keep.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional

LEVELS = 2**16
PER_NUMBER = 4


def dropout(x: Tensor, rate: float) -> Tensor:
    """Some elements of a tensor set to 0, each with probability `rate`, the others scaled up to make up for them."""
    if not rate:
        return x
    if x.device.type != "cpu":
        return functional.dropout(x, rate)
    left_out = round(rate * LEVELS)
    numbers = torch.empty(-(-x.numel() // PER_NUMBER), dtype=torch.int64).random_(-(2**63), None)
    kept = numbers.view(torch.int16)[: x.numel()].view(x.shape) >= left_out - LEVELS // 2
    return x * kept.to(x.dtype).mul_(LEVELS / (LEVELS - left_out))


class Dropout(nn.Module):
    """`dropout` while training, and nothing else."""

    def __init__(self, rate: float) -> None:
        super().__init__()
        self.rate = rate

    def forward(self, x: Tensor) -> Tensor:
        """The tensor with some elements left out. Same shape."""
        return dropout(x, self.rate) if self.training else x

"""The optimizers: Muon for the recurrent layers' matrices, AdamW or RMSprop for the rest or for everything.

Axes: `row` = gate x unit, `column` = what the matrix multiplies.
"""

import math
from collections.abc import Callable, Iterable
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor, nn

from models.config import TrainingConfig
from models.device import resolve_precision
from models.network import CharRNN

FINAL_LEARNING_RATE = 0.02  # share of the peak that the cosine decays to
DECAYING = 0.3  # share of the steps, at the end, over which `stable` decays (Hu et al. 2024 took .1)
PAPER_DECAY, PAPER_CONSTANT = 0.95, 10  # per epoch, after this many epochs (Karpathy, Johnson and Fei-Fei 2016)
# The quintic whose repeated use sends every singular value in (0, 1] close to 1 (Jordan et al. 2024).
NEWTON_SCHULZ, NEWTON_SCHULZ_STEPS = (3.4445, -4.7750, 2.0315), 5


def orthogonalise(matrices: Float[Tensor, "gate row column"], bf16: bool = False) -> Float[Tensor, "gate row column"]:
    """Each matrix with its singular values replaced by about 1, by Newton-Schulz iteration.

    In bf16, where that is asked for: the result is a direction, not a value.
    """
    x = matrices.bfloat16() if bf16 else matrices
    x = x / (torch.linalg.vector_norm(x, dim=(-2, -1), keepdim=True) + 1e-7)
    tall = x.shape[-2] > x.shape[-1]
    x = x.mT if tall else x
    a, b, c = NEWTON_SCHULZ
    for _ in range(NEWTON_SCHULZ_STEPS):
        square = x @ x.mT
        x = a * x + (b * square + c * square @ square) @ x
    return (x.mT if tall else x).to(matrices.dtype)


class Muon(torch.optim.Optimizer):
    """Momentum whose update is orthogonalised, for each gate's matrix on its own (Jordan et al. 2024).

    All directions of a matrix learn at the same pace, also those whose gradients are small. `torch.optim.Muon`
    does the same with a whole weight, all gates stacked, and always in bf16: see docs/decisions/009.
    """

    def __init__(
        self,
        parameters: Iterable[nn.Parameter],
        learning_rate: float,
        gates: int,
        momentum: float = 0.95,
        weight_decay: float = 0.0,
        bf16: bool = False,
    ) -> None:
        defaults = {"lr": learning_rate, "gates": gates, "momentum": momentum, "weight_decay": weight_decay}
        super().__init__(parameters, defaults)
        self.bf16 = bf16

    @torch.no_grad()
    def step(self, closure: Callable[[], Any] | None = None) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        """One update of all matrices, from Nesterov's momentum of their gradients."""
        assert closure is None
        for group in self.param_groups:
            for parameter in group["params"]:
                state = self.state[parameter]
                if not state:
                    state["momentum"] = torch.zeros_like(parameter)
                state["momentum"].lerp_(parameter.grad, 1 - group["momentum"])
                ahead = parameter.grad.lerp(state["momentum"], group["momentum"])
                by_gate = ahead.view(group["gates"], -1, parameter.shape[1])
                scale = math.sqrt(max(1.0, by_gate.shape[1] / by_gate.shape[2]))
                parameter.mul_(1 - group["lr"] * group["weight_decay"])
                parameter.add_(orthogonalise(by_gate, self.bf16).view_as(parameter), alpha=-group["lr"] * scale)


def new_optimizers(network: CharRNN, config: TrainingConfig) -> list[torch.optim.Optimizer]:
    """The optimizers of a training; every parameter belongs to one. Each group remembers its peak learning rate."""
    named = dict(network.named_parameters())
    recurrent = [parameter for name, parameter in named.items() if name.startswith("rnn.weight")]
    matrices = recurrent if config.optimizer == "muon" else []
    rest = [parameter for parameter in named.values() if all(parameter is not matrix for matrix in matrices)]
    decay = 0.0 if config.optimizer == "rmsprop" else config.weight_decay  # RMSprop's own is not decoupled
    decayed = {"params": [p for p in rest if p.ndim > 1], "weight_decay": decay}
    others = {"params": [p for p in rest if p.ndim <= 1], "weight_decay": 0.0}
    optimizers: list[torch.optim.Optimizer] = []
    if config.optimizer == "rmsprop":
        optimizers.append(torch.optim.RMSprop([decayed, others], lr=config.learning_rate, alpha=0.95))
    else:
        optimizers.append(torch.optim.AdamW([decayed, others], lr=config.learning_rate, betas=(0.9, 0.99), fused=True))
    if matrices:
        gates = max(1, len(network.kind.gates))
        device, cell = matrices[0].device.type, network.config.cell
        bf16 = resolve_precision(config.precision, device, cell) == "bf16-mixed"
        optimizers.append(
            Muon(matrices, config.matrix_learning_rate, gates, weight_decay=config.weight_decay, bf16=bf16)
        )
    for optimizer in optimizers:
        for group in optimizer.param_groups:
            group["peak"] = group["lr"]
    return optimizers


def share_of_peak(step: int, total: int, steps_per_epoch: int, config: TrainingConfig) -> float:
    """What a step's learning rates are of their peaks: linear warm-up, then the schedule.

    `cosine` falls to 2 % at the end; `stable` stays, and falls to 2 % in a line over the last steps, so that how many
    epochs a run shall have may be decided late (Hu et al. 2024); `paper` stays for ten epochs and then falls by 5 %
    with each epoch.
    """
    warm = min(1.0, (step + 1) / max(1, config.warm_up))
    if config.schedule == "paper":
        return warm * PAPER_DECAY ** max(0, step // steps_per_epoch - PAPER_CONSTANT + 1)
    done = min(1.0, step / max(1, total))
    if config.schedule == "stable":
        left = min(1.0, (1 - done) / DECAYING)
        return warm * (FINAL_LEARNING_RATE + (1 - FINAL_LEARNING_RATE) * left)
    return warm * (FINAL_LEARNING_RATE + (1 - FINAL_LEARNING_RATE) * 0.5 * (1 + math.cos(math.pi * done)))

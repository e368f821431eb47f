"""Where a training runs: device, precision, and how many processes share it.

Several processes are started with `torchrun --nproc_per_node N -m -- models train …` (without the `--` torchrun takes
`--run` for a shortened option of its own); each reads its share of the streams, and their gradients are averaged: the
loss curve is that of one process with all streams.
"""

import ctypes
import logging
import math
import os
import platform
import time
from functools import cache
from typing import TYPE_CHECKING, Literal

import torch
from torch import Tensor

from corpora import InputError
from models.config import TrainingConfig

if TYPE_CHECKING:
    from lightning_fabric import Fabric

logging.getLogger("lightning_fabric").setLevel(logging.WARNING)  # it announces what config.json says already

MOST_PROCESSES = 2**20
RANKS = ("RANK", "LOCAL_RANK", "SLURM_PROCID", "JSM_NAMESPACE_RANK")
PROBE = 768  # rows of the matrices that are multiplied to learn which precision is faster: 10 ms in all
# The numbers of glibc's malloc.h.
M_TRIM_THRESHOLD, M_TOP_PAD, M_MMAP_MAX = -1, -2, -4


def resolve_precision(wanted: str, device: str, cell: str = "lstm") -> Literal["32-true", "bf16-mixed"]:
    """bf16 autocast where matrices are multiplied sooner in bf16; elsewhere it is slower, or oneDNN has no LSTM for it.

    On a processor only the LSTM has a bf16 kernel: the other cells are faster in float32 there.
    """
    if wanted != "auto":
        return "bf16-mixed" if wanted == "bf16" else "32-true"
    return "bf16-mixed" if multiplies_bf16(device) and (device != "cpu" or cell == "lstm") else "32-true"


def multiplies_bf16(device: str) -> bool:
    """Whether the hardware multiplies matrices in bf16, sooner than in float32.

    Processors with `avx512_bf16` alone are of two kinds: one multiplies in bf16 at twice the speed of float32, the
    other at half of it. So that is measured. oneDNN may also be told to leave it alone (`ONEDNN_MAX_CPU_ISA`).
    """
    if device != "cpu":
        return device == "cuda" and torch.cuda.is_bf16_supported()
    able = torch.cpu.get_capabilities()
    has_unit = able.get("avx512_bf16") or able.get("amx_bf16")
    return bool(has_unit and torch.ops.mkldnn._is_mkldnn_bf16_supported() and _gains_by_bf16())


@cache
def _gains_by_bf16() -> bool:
    """Whether the best of five products in bf16 is faster than the best in float32, taken by turns."""
    precisions = torch.float32, torch.bfloat16
    matrices = [torch.ones(PROBE, PROBE, dtype=precision) for precision in precisions]
    best = [math.inf, math.inf]
    for _ in range(1 + 5):  # at first oneDNN makes the kernels
        for k, matrix in enumerate(matrices):
            began = time.perf_counter()
            torch.mm(matrix, matrix)
            best[k] = min(best[k], time.perf_counter() - began)
    return best[1] < best[0]


def hardware_of(device: str) -> str:
    """A device in words: `NVIDIA H100`, or `2 threads of AMD EPYC (avx512_bf16)` with what matrices run on."""
    if device == "cuda":
        return torch.cuda.get_device_name()
    able, threads = torch.cpu.get_capabilities(), torch.get_num_threads()
    units = [name for name in ("amx_bf16", "avx512_bf16", "avx512_f", "avx2") if able.get(name)]
    processor = f"{able.get('cpu_name') or platform.machine()}{f' ({units[0]})' if units else ''}"
    return f"{threads} thread{'s' * (threads != 1)} of {processor}" + (f", {device}" if device != "cpu" else "")


def keep_freed_memory() -> None:
    """Lets glibc keep for the next step what one step frees, instead of handing each large block back to the system.

    Every step asks for the same blocks again, and to get 250 MB page by page took a 2x512 LSTM a sixth of its time on
    a CPU. See mallopt(3). Elsewhere than under glibc this does nothing.
    """
    try:
        libc = ctypes.CDLL("libc.so.6")
        libc.mallopt(M_MMAP_MAX, 0)
        libc.mallopt(M_TRIM_THRESHOLD, 2**31 - 1)
        libc.mallopt(M_TOP_PAD, 2**26)
    except (OSError, AttributeError):
        return


def process_rank() -> int:
    """The number of this process among those that share a training, from 0. Raises: see `_of_torchrun`."""
    return _of_torchrun("RANK", 0)


def _of_torchrun(variable: str, least: int) -> int:
    """A whole number that torchrun says in the environment; the least where it does not run.

    Raises:
        InputError: something else stands there.
    """
    written = os.environ.get(variable) or str(least)
    if not (written.isascii() and written.isdecimal() and least <= int(written) < MOST_PROCESSES):
        raise InputError(
            f"Wanted a whole number from {least} in the environment variable {variable}, got {written!r}. Unset it, or "
            "start the training with torchrun."
        )
    return int(written)


def new_fabric(config: TrainingConfig, cell: str = "lstm") -> "Fabric":
    """The device, precision and processes of a training.

    Raises:
        InputError: this machine has no such device, or the streams cannot be shared out among the processes.
    """
    for variable in RANKS:  # Fabric reads them as it is imported
        _of_torchrun(variable, 0)
    from lightning_fabric import Fabric  # loads half of PyTorch besides: only a training waits for that

    keep_freed_memory()
    processes, here = _of_torchrun("WORLD_SIZE", 1), _of_torchrun("LOCAL_WORLD_SIZE", 1)
    if config.streams % processes:
        raise InputError(
            f"Wanted --streams that {processes} processes can share evenly, got {config.streams}. "
            f"Use a multiple of {processes}."
        )
    device = config.device
    if device == "auto":
        device = "cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"
    try:
        fabric = Fabric(
            accelerator=device,
            devices=here,
            num_nodes=processes // here,
            strategy="ddp" if processes > 1 else "auto",
            precision=resolve_precision(config.precision, device, cell),
        )
    except (ValueError, RuntimeError):
        raise InputError(
            f"Wanted to train on {device!r}, which this machine does not have. Train a run with --device auto."
        ) from None
    fabric.launch()
    return fabric


def of_all_processes(fabric: "Fabric", tensor: Tensor) -> Tensor:
    """A tensor of every process, stacked: [process, …]."""
    if fabric.world_size == 1:
        return tensor[None]
    own = tensor.to(fabric.device).contiguous()
    gathered = [torch.empty_like(own) for _ in range(fabric.world_size)]
    torch.distributed.all_gather(gathered, own)
    return torch.stack(gathered)


def mean_of_processes(fabric: "Fabric", tensor: Tensor) -> float:
    """The mean of a number over the processes."""
    return float(of_all_processes(fabric, tensor.float()).mean())


def leave_other_processes() -> None:
    """End the connections to the other processes of a training: a process that exits while they stand may abort."""
    if torch.distributed.is_available() and torch.distributed.is_initialized():
        torch.distributed.destroy_process_group()

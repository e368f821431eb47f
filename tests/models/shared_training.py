"""Trains runs in two processes each, as torchrun would start them, without waiting for the imports each time.

python tests/models/shared_training.py NAME[:KILL_AFTER]…
where each NAME is a run under runs/; where KILL_AFTER is given, both processes are killed after so many steps, and then
the run is gone on with.
"""

import gc
import os
import signal
import socket
import sys
from typing import Any

import pytest
import torch
from torch.nn.parallel import DistributedDataParallel

from models.device import leave_other_processes
from models.run import corpus_of, load_run
from models.train import train
from tests.models.trainings import hurry, load_compiled

PROCESSES = 2


class Reporting:
    """Watches a training and writes a byte to a pipe for each step."""

    def __init__(self, pipe: int) -> None:
        self.pipe = pipe

    def advanced(self, *_: Any) -> None:
        os.write(self.pipe, b".")

    def sampled(self, *_: Any) -> None: ...

    def stop_requested(self) -> bool:
        return False


def leave_alone() -> None:
    """Leave the other process, with nothing left that exchanges gradients: its destructor could wait for ever."""
    exchanging = [each for each in gc.get_objects() if type(each) is DistributedDataParallel]
    if exchanging:
        raise SystemExit(f"{len(exchanging)} networks still exchange gradients as the processes leave each other")
    leave_other_processes()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def forked(name: str) -> tuple[list[int], int]:
    """Processes that train a run together; the pipe that both report their steps to."""
    reading, writing = os.pipe()
    together: dict[str, Any] = {"WORLD_SIZE": PROCESSES, "LOCAL_WORLD_SIZE": PROCESSES, "MASTER_ADDR": "127.0.0.1"}
    together |= {"MASTER_PORT": free_port(), "TORCHELASTIC_RUN_ID": "x", "GROUP_RANK": 0}
    children = []
    for rank in range(PROCESSES):
        child = os.fork()
        if not child:
            own = together | {"RANK": rank, "LOCAL_RANK": rank}
            os.environ.update({key: str(value) for key, value in own.items()})
            run = load_run(name)
            train(run, corpus_of(run), Reporting(writing))
            os._exit(0)
        children.append(child)
    os.close(writing)
    return children, reading


def train_together(name: str, kill_after: int) -> None:
    children, pipe = forked(name)
    steps = 0
    while (not kill_after or steps < PROCESSES * kill_after) and (told := os.read(pipe, 1)):
        steps += len(told)
    for child in children:
        if kill_after:
            os.kill(child, signal.SIGKILL)
    os.close(pipe)
    ends = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    if ends != [-signal.SIGKILL if kill_after else 0] * PROCESSES:
        raise SystemExit(f"{name}: ended with {ends}")
    if kill_after:
        train_together(name, 0)


if __name__ == "__main__":
    patch = pytest.MonkeyPatch()
    hurry(patch)
    load_compiled()
    patch.setattr("models.train.leave_other_processes", leave_alone)
    patch.setattr(torch.cpu, "get_capabilities", dict)  # bf16 would round away what is to be compared
    for each in sys.argv[1:]:
        run_name, _, steps_then_kill = each.partition(":")
        train_together(run_name, int(steps_then_kill or 0))

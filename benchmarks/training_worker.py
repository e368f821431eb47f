"""One process of a training that is timed: prints characters per second of all processes and its peak memory as JSON.

Started by `benchmarks.bench_training`, alone and under torchrun.
"""

import json
import resource
import tempfile
import time
from pathlib import Path
from typing import Annotated

import typer

import models.device
from benchmarks.bench_training import new_training, take_steps
from models.config import ModelConfig, TrainingConfig

WARM_UP, TIMED = 2, 6  # steps


def main(
    layers: Annotated[int, typer.Option()],
    hidden: Annotated[int, typer.Option()],
    streams: Annotated[int, typer.Option()],
    steps: Annotated[int, typer.Option()],
    give_back: Annotated[bool, typer.Option()] = False,
) -> None:
    """Time some steps on random characters; `--give-back` without what `keep_freed_memory` does."""
    if give_back:
        models.device.keep_freed_memory = lambda: None
    with tempfile.TemporaryDirectory() as folder:
        config = TrainingConfig(streams=streams, steps=steps, device="cpu")
        training = new_training(Path(folder), ModelConfig(num_layers=layers, hidden_size=hidden), config)
        take_steps(training, WARM_UP)
        training.fabric.barrier()
        began = time.perf_counter()
        take_steps(training, TIMED)
        training.fabric.barrier()
        speed = TIMED * streams * steps / (time.perf_counter() - began)
    if training.fabric.is_global_zero:
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        print(json.dumps({"speed": speed, "memory": memory}))


if __name__ == "__main__":
    typer.run(main)

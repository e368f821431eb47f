"""The browser's engine in Node.js: WebAssembly against plain JavaScript and against torch's own step, one core each.

python -m benchmarks.bench_engine
"""

import json
import shutil
import subprocess
import time
from collections.abc import Callable

import torch
import typer

from benchmarks.compare import Comparison, Quick, announce, report
from dashboard import browser
from models.run import Run, load_run
from models.sample import sample

SCRIPT = browser.FOLDER / "tests" / "run_engine.js"
SEED, TEMPERATURE = 1, 0.8


def in_node(run: Run, kernel: str, prompt: list[int], length: int) -> tuple[list[int], float]:
    """What the engine writes, and the seconds that it takes once its code is compiled."""
    write = {"prompt": prompt, "length": length, "temperature": TEMPERATURE, "seed": SEED, "clamps": []}
    request = {"folder": str(run.folder), "kernel": kernel, "write": [write | {"length": min(100, length)}, write]}
    done = subprocess.run(["node", str(SCRIPT)], input=json.dumps(request), capture_output=True, text=True, check=True)
    written = json.loads(done.stdout)["written"][1]
    return written["ids"], written["seconds"]


def main(quick: Quick = False) -> None:
    """Check that both kernels write the same text, then time a character."""
    if not shutil.which("node"):
        print("No Node.js found: the engine is not timed.")
        return
    announce("Engine: characters that WebAssembly writes, as a multiple of the others'")
    names, length, rounds = (
        (["war-and-peace-gru"], 60, 1) if quick else (["war-and-peace", "war-and-peace-gru"], 600, 5)
    )
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        for name in names:
            time_by_turns(name, writers_of(load_run(name), length), length, rounds)
    finally:
        torch.set_num_threads(threads)


def writers_of(run: Run, length: int) -> dict[str, Callable[[], tuple[list[int], float]]]:
    """By name, what writes `length` characters: the ids, and the seconds that it took."""
    network, prompt = run.load_network(), [int(index) for index in run.vocabulary.encode("The ")]

    def with_torch() -> tuple[list[int], float]:
        began = time.perf_counter()
        return list(sample(network, prompt, length, TEMPERATURE, SEED)), time.perf_counter() - began

    return {
        "WebAssembly": lambda: in_node(run, "wasm", prompt, length),
        "plain JavaScript": lambda: in_node(run, "javascript", prompt, length),
        "torch": with_torch,
    }


def time_by_turns(
    name: str, writers: dict[str, Callable[[], tuple[list[int], float]]], length: int, rounds: int
) -> None:
    """Report the first writer's speed against each of the others'."""
    taken: dict[str, list[float]] = {writer: [] for writer in writers}
    texts: dict[str, set[tuple[int, ...]]] = {writer: set() for writer in writers}
    for _ in range(rounds):
        for writer, write in writers.items():
            ids, seconds = write()
            texts[writer].add(tuple(ids))
            taken[writer].append(seconds)
    first, *others = writers
    assert len(texts[first] | texts[others[0]]) == 1, "the kernels wrote different texts"
    speeds = {writer: f"{length / min(seconds):,.0f}" for writer, seconds in taken.items()}
    for other in others:
        ratio = Comparison(tuple(taken[first]), tuple(taken[other])).ratio
        report(f"{name}, {first} against {other}", ratio, f"{speeds[first]} and {speeds[other]} characters/s at best")


if __name__ == "__main__":
    typer.run(main)

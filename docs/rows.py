"""Trains rows of the paper's table: LSTM, GRU and plain RNN of as many parameters, in one to three layers.

python -m docs.rows train 256 --epochs 4      nine runs, one after the other; what is kept already is passed over

The size of a row is the width of its LSTM. Each run is evaluated on the paper's bytes and kept in docs/runs.jsonl; one
that was interrupted goes on where it stopped.
"""

import itertools
import subprocess
import sys
from typing import Annotated

import torch
import typer

from corpora.errors import new_command_line, run_command_line
from corpora.places import runs_folder
from docs import reproduction
from models.config import Cell, ModelConfig
from models.network import CharRNN
from models.run import CONFIG, load_run

EMBEDDING = 64
VOCABULARY = 78  # characters of War and Peace's, U+FFFD included
WIDTHS = 8  # a width is a multiple of it
OPTIONS = ("--corpus", "war-and-peace", "--embedding", str(EMBEDDING), "--dropout", "0", "--streams", "32")

app = new_command_line("Train rows of the paper's table of networks.")


@app.callback()
def main() -> None:
    """Rows of the paper's table."""


@app.command()
def train(
    size: Annotated[int, typer.Argument(min=WIDTHS, help="Units per layer of the row's LSTMs.")],
    epochs: Annotated[float, typer.Option(help="Passes of each run over the training text.")] = 4,
    precision: Annotated[str, typer.Option(help="As of `models train`.")] = "auto",
) -> None:
    """Train, evaluate and keep the networks of one row that docs/runs.jsonl lacks."""
    kept = {(run["size"], run["cell"], run["layers"]) for run in reproduction.kept_runs() if run["group"] == "row"}
    how = ("--epochs", f"{epochs:g}", "--precision", precision, "--no-ngram")
    for cell, layers in itertools.product(reproduction.CELLS, reproduction.LAYERS):
        if (size, cell, layers) in kept:
            continue
        name, shape = f"row-{size}-{cell}-{layers}", ("--cell", cell, "--layers", str(layers))
        if not (runs_folder() / name / CONFIG).exists():
            width = width_of(size, cell, layers)
            run_models("train", *OPTIONS, *shape, "--hidden", str(width), *how, "--run", name)
        elif not load_run(name).is_finished:
            run_models("resume", name, "--no-ngram")
        run_models("evaluate", name, "--paper-bytes")
        reproduction.keep(name, "row", size=size)


def width_of(size: int, cell: Cell, layers: int) -> int:
    """The multiple of 8 units per layer that gives a cell nearest as many parameters as the LSTM of that size has."""
    wanted = parameters(size, "lstm", layers)
    return min(range(WIDTHS, 4 * size, WIDTHS), key=lambda width: abs(parameters(width, cell, layers) - wanted))


def parameters(width: int, cell: Cell, layers: int) -> int:
    """How many weights and biases such a network has."""
    with torch.device("meta"):
        shape = ModelConfig(cell=cell, num_layers=layers, hidden_size=width, embedding_size=EMBEDDING)
        return CharRNN(shape, VOCABULARY).parameter_count


def run_models(*words: str) -> None:
    """Run a command of `models`, which prints what it does; end with its code if it fails."""
    code = subprocess.run([sys.executable, "-m", "models", *words], check=False).returncode
    if code:
        raise typer.Exit(code)


if __name__ == "__main__":
    run_command_line(app)

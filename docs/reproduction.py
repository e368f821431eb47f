"""Keeps what logged runs came to, and writes docs/reproduction.md from it.

python -m docs.reproduction keep RUN --group GROUP     after training and evaluating the run
python -m docs.reproduction write

A run that was measured for the page but is not shipped leaves one line in docs/runs.jsonl: the command that makes it
again, its figures and its validation curve. Shipped models speak for themselves.
"""

import itertools
import json
import math
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, Literal

import pandas as pd
import typer

from corpora.errors import InputError, new_command_line, run_command_line
from models import paper
from models.card import CELL_TITLES, parameter_count, reproduce_command
from models.config import Cell
from models.evaluate import load_evaluation
from models.ngram import load_baseline
from models.run import PRETRAINED, Run, load_run, shipped_runs

DOCS = Path(__file__).parent
RUNS, PAGE = DOCS / "runs.jsonl", DOCS / "reproduction.md"
Group = Literal["war-and-peace", "row", "ablation"]
PAPER_TEST = "test paper bytes"
CELLS: tuple[Cell, ...] = ("lstm", "gru", "rnn")
LAYERS = (1, 2, 3)

app = new_command_line("Keep the figures of logged runs; write docs/reproduction.md from them.")


@app.command()
def keep(
    run: Annotated[str, typer.Argument(help="A finished and evaluated run.")],
    group: Annotated[Group, typer.Option(help="The table that it belongs to.")],
    change: Annotated[str, typer.Option(help="What it changes, for a table of changes.")] = "",
    size: Annotated[int | None, typer.Option(help="The row of the paper's table: units of its LSTMs.")] = None,
) -> None:
    """Add a run to a table in docs/runs.jsonl, or replace it there."""
    if (group == "row") != (size is not None):
        raise InputError(
            "Wanted --size with --group row, and only there: the units of its row's LSTMs in the paper's table."
        )
    line = described(load_run(run)) | {"group": group, "change": change} | ({"size": size} if size else {})
    others = [other for other in kept_runs() if (other["run"], other["group"]) != (line["run"], group)]
    RUNS.write_text("".join(json.dumps(one) + "\n" for one in [*others, line]))
    typer.echo(f"{line['run']}: {line['figures']}")


@app.command()
def write() -> None:
    """Write docs/reproduction.md."""
    PAGE.write_text(page())
    typer.echo(PAGE)


def described(run: Run) -> dict[str, Any]:
    """What a run came to: its network, command, cost, figures (nats) and validation curve by epoch."""
    log = pd.read_csv(run.folder / "log.csv").dropna(subset="validation_loss")
    training = run.training
    return {
        "run": run.name,
        "network": run.model.title,
        "cell": run.model.cell,
        "layers": run.model.num_layers,
        "units": run.model.hidden_size,
        "parameters": parameter_count(run),
        "command": reproduce_command(run),
        "epochs": round(float(log["epoch"].iloc[-1]), 2),
        "minutes": round(training["seconds"] / 60, 1),
        "hardware": f"{training['hardware']}, {training['precision_used']}",
        "validation": training["validation_loss"],
        "figures": {name: round(figure.nats, 5) for name, figure in load_evaluation(run).items()},
        "curve": log[["epoch", "validation_loss"]].round(3).to_numpy().tolist(),
    }


def kept_runs() -> list[dict[str, Any]]:
    """The lines of docs/runs.jsonl."""
    return [json.loads(line) for line in RUNS.read_text().splitlines()] if RUNS.exists() else []


def page() -> str:
    """The whole page."""
    shipped = [described(load_run(PRETRAINED / name)) | {"group": "shipped"} for name in shipped_runs()]
    runs = kept_runs()
    parts = [
        HEAD,
        "## War and Peace, the paper's bytes and split\n",
        BYTES,
        war_and_peace_table([*shipped, *(run for run in runs if run["group"] == "war-and-peace")]),
        "## The paper's table\n",
        ROW,
        rows_table([run for run in runs if run["group"] == "row"]),
        "## Linux and Wikipedia\n",
        OTHERS,
        others_table(shipped),
        "## n-gram models of War and Peace\n",
        NGRAMS,
        ngram_table(),
        "## What each part brought\n",
        PARTS,
        change_table([run for run in runs if run["group"] == "ablation"]),
        "## Commands\n",
        "```\n" + "\n".join(dict.fromkeys(run["command"] for run in [*shipped, *runs])) + "\n```\n",
    ]
    return "\n".join(part for part in parts if part)


def table(header: Iterable[str], rows: Iterable[Iterable[Any]]) -> str:
    """A Markdown table; None is an empty cell, a float has three decimals."""

    def cell(value: Any) -> str:
        missing = value is None or (isinstance(value, float) and math.isnan(value))
        return "" if missing else f"{value:.3f}" if isinstance(value, float) else str(value)

    header = list(header)
    lines = [header, ["---"] * len(header), *([cell(value) for value in row] for row in rows)]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)


def war_and_peace_table(runs: list[dict[str, Any]]) -> str:
    """Our networks by loss, and the paper's LSTMs of 512 units and its best network."""
    ours = [run for run in runs if PAPER_TEST in run["figures"]]
    rows = [
        (
            run["network"],
            run["figures"][PAPER_TEST],
            run["figures"].get(f"{PAPER_TEST} dynamic"),
            f"{run['parameters']:,}",
            f"{run['epochs']:g}",
            f"{run['minutes']:.0f} min, {run['hardware']}",
        )
        for run in ours
    ]
    of_paper = [
        figure
        for figure in paper.FIGURES
        if figure.corpus == paper.WAR_AND_PEACE and figure.size == 512 and figure.cell in ("lstm", "gru")
    ]
    wanted = [figure for figure in of_paper if figure.cell == "lstm" or not figure.recalled]
    rows += [
        (f"the paper's {figure.num_layers}x{figure.size} {figure.cell.upper()}", figure.nats, None, "", 50, "")
        for figure in wanted
    ]
    rows.sort(key=lambda row: row[1])
    return table(("network", "nats per byte", "with dynamic evaluation", "parameters", "epochs", "cost"), rows)


def rows_table(runs: list[dict[str, Any]]) -> str:
    """Cells by layers, for each size: ours and the paper's side by side, then our parameters and passes."""
    if not runs:
        return "Not measured yet.\n"
    rows = []
    for size, cell in itertools.product(sorted({run["size"] for run in runs}), CELLS):
        of_cell = {run["layers"]: run for run in runs if (run["size"], run["cell"]) == (size, cell)}
        cells: list[Any] = [size, CELL_TITLES[cell]]
        for layers in LAYERS:
            wanted = (paper.WAR_AND_PEACE, cell, size, layers)
            theirs = (f.nats for f in paper.FIGURES if (f.corpus, f.cell, f.size, f.num_layers) == wanted)
            cells += [of_cell[layers]["figures"].get(PAPER_TEST) if layers in of_cell else None, next(theirs, None)]
        ours = [of_cell[layers] for layers in LAYERS if layers in of_cell]
        cells.append(", ".join(f"{run['parameters'] / 1000:.0f}" for run in ours))
        cells.append(", ".join(dict.fromkeys(f"{run['epochs']:g}" for run in ours)))
        rows.append(cells)
    pairs = (f"{who}, {layers} layer{'s' * (layers > 1)}" for layers in LAYERS for who in ("ours", "paper"))
    return table(("units", "cell", *pairs, "thousands of parameters", "passes"), rows)


def others_table(shipped: list[dict[str, Any]]) -> str:
    """Test loss per character of the other corpora, and of their n-gram models."""
    rows = []
    for run in shipped:
        corpus = load_run(run["run"]).corpus["name"]
        baseline = load_baseline(corpus)
        if baseline is None or "test" not in run["figures"]:
            continue
        by_order = {one["order"]: one["nats"] for one in baseline["orders"]}
        best = min(by_order, key=by_order.__getitem__)
        nats = run["figures"]["test"]
        rows.append(
            (corpus, run["network"], nats, nats / math.log(2), by_order[20], f"{by_order[best]:.3f} (order {best})")
        )
    return table(("corpus", "network", "nats", "bits", "20-gram, nats", "best n-gram, nats"), rows)


def ngram_table() -> str:
    """Ours by order, and the paper's."""
    baseline = load_baseline(paper.WAR_AND_PEACE)
    if baseline is None:
        return "Not measured yet.\n"
    by_order = {one["order"]: one["nats"] for one in baseline["orders"]}
    return table(
        ("characters of context", *map(str, paper.N_GRAMS_BY_ORDER)),
        [
            ("ours", *(by_order.get(order + 1, by_order[20]) for order in paper.N_GRAMS_BY_ORDER)),
            ("the paper, from memory", *paper.N_GRAMS_BY_ORDER.values()),
        ],
    )


def change_table(runs: list[dict[str, Any]]) -> str:
    """What single changes to one training did."""
    if not runs:
        return "Not measured yet.\n"
    base = runs[0]["validation"]
    rows = [(run["change"], run["validation"], f"{run['validation'] - base:+.3f}") for run in runs]
    return table(("change", "validation, nats", "difference"), rows)


HEAD = """# The paper's figures, and ours

Made by `python -m docs.reproduction write` from logged runs. Losses are test cross-entropies in nats per character, or
per byte where stated. "The paper" is Karpathy, Johnson and Fei-Fei, *Visualizing and Understanding Recurrent
Networks* (arXiv:1506.02078); its figures are from memory, except 1.077, the best on *War and Peace*, and the 20-grams.
"""
BYTES = """A model of the decoded text assigns a probability to the paper's byte file: each character stands for its
UTF-8 bytes and each newline for CR LF. Its nats over the paper's 325,825 test bytes, divided by their number, are
comparable with the paper's (`python -m models evaluate RUN --paper-bytes`, docs/decisions/002). Dynamic evaluation
keeps learning while it reads the test text, so it is not comparable, and the paper has none.
"""
ROW = """Test nats on *War and Peace*, per byte. GRUs and RNNs have as many parameters as the LSTM with so many units,
in the paper and here. Parameters and passes over the training text are ours, of one to three layers; the paper's
networks had 50 passes. `python -m docs.rows train SIZE` trains a row.
"""
OTHERS = """Test nats per character of the default reading, beside modified Kneser-Ney models of the same text. Our
Linux is kernel 6.1's `kernel/`, not the paper's text: the comparison is a rough one (paper: 0.829, 20-gram 0.889).
"""
NGRAMS = """Interpolated modified Kneser-Ney, trained on the paper's training bytes, nats per byte. The paper's list
fits ours if its n counts the characters of context; the last column is our order 20, with 19 of context.
"""
PARTS = """One training, changed in one respect at a time; the first line is the unchanged training. Differences under
.01 may be due to the seed. The gain from dynamic evaluation is in the first table.
"""


if __name__ == "__main__":
    run_command_line(app)

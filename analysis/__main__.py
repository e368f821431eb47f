"""The analysis command.

python -m analysis search RUN [--text FILE | --recording X.zarr] [--out cells.parquet]
python -m analysis concepts
"""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from analysis.concepts import CONCEPTS
from analysis.search import save_table, summarise
from analysis.search import search as search_run
from corpora import InputError
from corpora.errors import new_command_line, run_command_line
from models.run import UNITS, load_run

app = new_command_line("Find out what the units of a network track.")


@app.command()
def search(
    run: Annotated[str, typer.Argument(help="A shipped model, a run under runs/, or a run's folder.")],
    text: Annotated[Path | None, typer.Option(help="Search on this text file instead of the run's test split.")] = None,
    recording: Annotated[Path | None, typer.Option(help="Search on this recording.")] = None,
    chars: Annotated[int, typer.Option(min=1, help="At most so many characters.")] = 300_000,
    out: Annotated[Path | None, typer.Option(help="Where to write the table; .csv or .parquet.")] = None,
) -> None:
    """For each concept the best units, their scores on held-out text, and the best of untrained networks."""
    loaded = load_run(run)
    if out and out.suffix not in (".csv", ".parquet"):
        raise InputError(f"Wanted a .csv or .parquet file to write, got {out}. Choose one of these endings for --out.")
    table = search_run(loaded, text, recording, chars, report=lambda line: typer.echo(line, err=True))
    shown = Table("concept", "unit", "state", "score", "F1", "random init")
    best = summarise(table[table["place"] == 1])
    for name in best.loc[best["score"].isna(), "concept"].unique():
        typer.echo(f"{name}: cannot be scored, it does not both occur and not occur in each part of this text")
    for _, row in best[best["score"].notna()].iterrows():
        f1 = f"{row['f1']:.3f}" if row["kind"] == "state" else ""
        unit = f"L{row['layer']}·u{row['unit']}"
        score = f"{row['measure']} {row['score']:.3f}"
        shown.add_row(row["concept"], unit, row["state"], score, f1, f"{row['random_init']:.3f}")
    Console().print(shown)
    path = out or (None if text or recording else loaded.folder / UNITS)
    if path is None:
        typer.echo("Not kept, since the text is not the run's own: name a file with --out to keep the table.")
        return
    save_table(table, path)
    typer.echo(f"{path}: {len(table)} rows")


@app.command()
def concepts() -> None:
    """Every concept that units are searched for."""
    shown = Table("concept", "kind", "corpora", "what it is", "source")
    for concept in CONCEPTS.values():
        shown.add_row(concept.name, concept.kind, ", ".join(concept.corpora), concept.description, concept.source)
    Console().print(shown)


if __name__ == "__main__":
    run_command_line(app)

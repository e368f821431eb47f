"""The dashboard command.

python -m dashboard export RUN --text FILE --unit L2.u87 --out heatmap.html
"""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from corpora import InputError, prepare_file, to_text
from corpora.errors import new_command_line, run_command_line
from dashboard.export import detector_units, export_page, in_every_state
from dashboard.readings import STORE, UnitName
from models.network import CELLS
from models.run import describe, load_run, replacing

app = new_command_line("Colored text without the application. The application itself: make dashboard.")


class State(StrEnum):
    """Which of a unit's states; only an LSTM has a cell state."""

    hidden = "hidden"
    cell = "cell"


@app.command()
def export(
    run: Annotated[str, typer.Argument(help="A shipped model, a run under runs/, or a run's folder.")],
    text: Annotated[Path, typer.Option(help="The text file to color.")],
    out: Annotated[Path, typer.Option(help="The HTML file to write.")],
    unit: Annotated[
        list[str] | None, typer.Option(help="A unit such as L1.u37; may be repeated. Default: the detectors found.")
    ] = None,
    state: Annotated[State, typer.Option(help="The state to show first.")] = State.hidden,
    predictions: Annotated[
        bool,
        typer.Option("--predictions", "--guesses", help="Open with the five likeliest next characters under each one."),
    ] = False,
) -> None:
    """Write one self-contained HTML page: the colored text, its units switchable, no request to anywhere."""
    loaded = load_run(run)
    states = CELLS[loaded.model.cell].states
    if state.value not in states:
        shape = describe(loaded.model)
        raise InputError(f"Wanted {' or '.join(states)} as --state of {loaded.name} ({shape}), got {state.value}.")
    _, reading = STORE.read(loaded, to_text(prepare_file(text).characters))
    named = [(state.value, UnitName.parse(written)) for written in unit or []]
    units = in_every_state(named or detector_units(reading) or [(state.value, UnitName(1, 0))], states)
    page = export_page(reading, units, "predictions" if predictions else "colors")
    with replacing(out) as temporary:
        temporary.write_text(page, encoding="utf-8")
    typer.echo(
        f"{out}: {len(reading):,} characters, {len({unit for _, unit in units})} units, {len(page) / 1e6:.1f} MB"
    )


if __name__ == "__main__":
    run_command_line(app)

"""The dashboard command.

python -m dashboard export RUN --text FILE --unit L2.u87 --out heatmap.html
python -m dashboard export RUN --live --out page.html
python -m dashboard lesson NAME --out lesson.html
python -m dashboard site --out DIR
python -m dashboard share
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Literal

import typer

from corpora import InputError, prepare_file, to_text
from corpora.errors import new_command_line, run_command_line
from corpora.shell import python, shell_word
from dashboard.engine import ENGINE
from dashboard.export import Look, detector_units, every_unit, in_every_state, is_page, page_parts
from dashboard.lesson_page import lesson_page
from dashboard.lessons import find_lesson
from dashboard.live import in_words, live_page_parts, rounding_of
from dashboard.share import share as serve
from models.out import Overwrite, require_file
from models.run import load_run, shipped_runs
from models.units import GATES, Unit, require_state
from models.writing import replacing

State = Literal[
    "hidden", "cell", "input_gate", "forget_gate", "candidate_gate", "output_gate", "reset_gate", "update_gate"
]
app = new_command_line(
    "Export a colored text as one file, make a static site, or share the application. For yourself: make dashboard."
)


@app.command()
def export(
    run: Annotated[str, typer.Argument(help="A shipped model, a run under runs/, or a run's folder.")],
    out: Annotated[Path, typer.Option(help="The HTML file to write.")],
    text: Annotated[
        Path | None, typer.Option(help="The text file to color; with --live by default a passage that ships.")
    ] = None,
    live: Annotated[
        bool, typer.Option("--live", help="Put the network itself into the page: it reads any text, and it writes.")
    ] = False,
    unit: Annotated[
        list[str] | None, typer.Option(help="A unit such as L1.u37; may be repeated. Default: the detectors found.")
    ] = None,
    all_units: Annotated[
        bool, typer.Option("--all-units", help="Every unit in each of its states: a large file.")
    ] = False,
    state: Annotated[
        State | None,
        typer.Option(
            help="The state or gate to show first; a gate implies --gates. Default: hidden. With --live it goes with "
            "--unit."
        ),
    ] = None,
    gates: Annotated[
        bool, typer.Option("--gates", help="Each unit's gates as well as its states. A live page has them anyway.")
    ] = False,
    predictions: Annotated[
        bool,
        typer.Option("--predictions", "--guesses", help="Open with the five likeliest next characters under each one."),
    ] = False,
    overwrite: Overwrite = False,
) -> None:
    """Write one self-contained HTML page: the text, colored by any of its units. It works offline."""
    if all_units and unit:
        raise InputError("Wanted --unit or --all-units, got both. Leave one out.")
    if live and (all_units or len(unit or []) > 1):
        raise InputError("A live page has all units: --unit once says which it shows first. Leave the others out.")
    if live and state is not None and not unit:
        raise InputError(
            "A live page takes --state together with --unit, the unit to show first. Name one, or leave --state out."
        )
    if not live and text is None:
        raise InputError("Wanted a text to color: --text FILE. A page with the network needs none: --live")
    loaded = load_run(run)
    target = require_file(out, is_page, [text, loaded.folder, loaded.results_folder], overwrite)
    state = state or "hidden"
    gates = gates or state in loaded.model.gate_states
    require_state(loaded.model, state, gates or state in GATES)
    characters = None if text is None else to_text(prepare_file(text).characters)
    named = [Unit.parse(written, state).require(loaded.model, gates) for written in unit or []]
    mode = "predictions" if predictions else "colors"
    if live:
        megabytes = _write(
            target, live_page_parts(loaded, characters, (in_words(named[0]) if named else {}) | {"mode": mode})
        )
        typer.echo(f"{out}: {loaded.model.title} with all units{rounding_of(loaded)}, {megabytes:.1f} MB")
        return
    assert characters is not None
    key, reading = ENGINE.read(loaded, characters)
    reading = ENGINE.with_gates(key, reading) if gates else reading
    chosen = every_unit(loaded, state) if all_units else named or detector_units(loaded) or [Unit(1, 0, state)]
    first = [chosen[0].in_state(state)] if state in loaded.model.gate_states else []
    units = in_every_state([*first, *chosen], tuple(reading.states))
    megabytes = _write(target, page_parts(reading, units, Look(mode)))
    typer.echo(f"{out}: {len(reading):,} characters, {len({unit.slug for unit in units}):,} units, {megabytes:.1f} MB")


def _write(out: Path, parts: Iterable[str]) -> float:
    """Write a page, whole or not at all; its size in MB."""
    with replacing(out) as temporary:
        with temporary.open("w", encoding="utf-8") as page:
            page.writelines(parts)
        return temporary.stat().st_size / 1e6


@app.command()
def lesson(
    name: Annotated[str, typer.Argument(help="The lesson, as its address in Learn says it, such as hello.")],
    out: Annotated[Path, typer.Option(help="The HTML file to write.")],
    overwrite: Overwrite = False,
) -> None:
    """Write one lesson of the course as a self-contained HTML page. It works offline."""
    found = find_lesson(name)
    megabytes = _write(require_file(out, is_page, overwrite=overwrite), [lesson_page(found)])
    typer.echo(f"{out}: lesson {found.number}, {found.facts.title}, {megabytes * 1000:.0f} kB")


@app.command()
def site(
    out: Annotated[Path, typer.Option(help="The folder to write: a new or empty one, or an earlier site.")],
    run: Annotated[
        list[str] | None,
        typer.Argument(help="Shipped models, runs under runs/, or folders of runs. Default: all shipped."),
    ] = None,
) -> None:
    """Write a static web site: live pages that run the networks, boards and units, and the course."""
    from dashboard.lessons import course
    from dashboard.site.build import make_site

    runs = [load_run(name) for name in run or shipped_runs()]
    written = make_site(runs, out, lambda words: typer.echo(words, err=True), course())
    typer.echo(
        f"{out}: {written.files:,} files, {written.bytes / 1e6:.1f} MB. "
        f"Look at it: {python()} -m http.server -d {shell_word(str(out))}"
    )
    if written.earlier:
        count = len(written.earlier)
        files = "1 file of an earlier site is" if count == 1 else f"{count:,} files of an earlier site are"
        typer.echo(f"{files} no longer used; nothing was deleted.")


@app.command()
def share(
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port to serve on.")] = 8501,
    address: Annotated[
        list[str] | None,
        typer.Option(help="Serve only on this address; may be repeated. Default: all on the local network."),
    ] = None,
) -> None:
    """Serve the application to the local network, until Ctrl-C."""
    serve(address or [], port)


if __name__ == "__main__":
    run_command_line(app)

"""The analysis command.

python -m analysis search RUN [--text FILE | --recording X.zarr] [--out cells.parquet]
python -m analysis ablate RUN [--unit L2.u392] [--concept inside-quotes]
python -m analysis errors RUN [RUN ...]
python -m analysis concepts [--file FILE] [--text FILE]
"""

from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress
from rich.table import Table

from analysis.ablation.ablation import CHARACTERS, Ablation, Target
from analysis.ablation.ablation import ablate as ablate_unit
from analysis.ablation.attribution import direct_logit_attribution
from analysis.ablation.table import FILE, choose_targets, keep_ablation, relatives_of
from analysis.concepts import CONCEPTS, concepts_fitting, concepts_for
from analysis.concepts.custom import load_concepts
from analysis.errors.command import errors
from analysis.findings import save_table
from analysis.search import search as search_run
from analysis.terminal import SearchProgress, check_writable, print_table, table_of
from analysis.texts import SEARCHED, HeldOut, held_out_text
from corpora import InputError, prepare_file
from corpora.errors import new_command_line, run_command_line
from models.network import CharRNN
from models.out import Overwrite
from models.run import UNITS, Run, load_run
from models.work import Work, at_work

app = new_command_line("Find out what the units of a network track.")


@app.command()
def search(
    run: Annotated[str, typer.Argument(help="A shipped model, a run under runs/, or a run's folder.")],
    text: Annotated[Path | None, typer.Option(help="Search on this text file instead of the run's test split.")] = None,
    recording: Annotated[Path | None, typer.Option(help="Search on this recording.")] = None,
    chars: Annotated[int, typer.Option(min=1, help="Search at most this many characters.")] = SEARCHED,
    gates: Annotated[bool, typer.Option("--gates", help="Search the gates as well as the states.")] = False,
    concepts: Annotated[Path | None, typer.Option(help="A file of custom concepts to search for as well.")] = None,
    scheduler: Annotated[str | None, typer.Option(help="Compute on the Dask cluster at this address.")] = None,
    out: Annotated[Path | None, typer.Option(help="Where to write the table of units; .csv or .parquet.")] = None,
    overwrite: Overwrite = False,
) -> None:
    """For each concept the best units, with held-out scores, controls and a verdict."""
    loaded = load_run(run)
    target = out and check_writable(out, [text, recording, concepts, loaded.folder, loaded.results_folder], overwrite)
    wanted = [*concepts_for(loaded.corpus["name"]), *load_concepts(concepts)] if concepts else None
    is_kept = not (text or recording or concepts)
    with at_work(loaded.results_folder, "search") if is_kept else nullcontext() as work:
        with SearchProgress(work) as progress:
            findings = search_run(
                loaded, text, recording, chars, gates=gates, concepts=wanted, scheduler=scheduler, progress=progress
            )
        print_table(table_of(findings.units))
        if is_kept:
            findings.save(loaded.results_folder)
            typer.echo(f"{loaded.results_folder}: {len(findings.units)} rows in {UNITS}, and the tables beside it")
        elif not out:
            typer.echo(
                "Not kept, since the text or the concepts are your own: name a file with --out to keep the table."
            )
        if target:
            save_table(findings.units, target)
            typer.echo(f"{out}: {len(findings.units)} rows")


@app.command()
def ablate(
    run: Annotated[str, typer.Argument(help="A shipped model, a run under runs/, or a run's folder.")],
    unit: Annotated[str, typer.Option(help="The unit, such as L1.u37. Default: the best one found.")] = "",
    concept: Annotated[str, typer.Option(help="The concept. Default: all for which the unit was found.")] = "",
    state: Annotated[str, typer.Option(help="cell or hidden. Default: the one found, or the cell's memory.")] = "",
    text: Annotated[Path | None, typer.Option(help="Test on this text file instead of the run's test split.")] = None,
    concepts: Annotated[Path | None, typer.Option(help="A file of custom concepts to test the unit for.")] = None,
    chars: Annotated[
        int, typer.Option(min=1000, help="Characters to read; up to four times as many for a rare concept.")
    ] = CHARACTERS,
) -> None:
    """Clamp units to their means inside and outside a concept: does the network use what they encode?"""
    loaded = load_run(run)
    _ = loaded.weights_hash  # taken now: a training that goes on may replace the weights before we are done
    is_kept = not (text or concepts)
    with at_work(loaded.results_folder, "ablate") if is_kept else nullcontext() as work:
        targets = choose_targets(loaded, unit, concept, state, load_concepts(concepts) if concepts else ())
        held_out, network = held_out_text(loaded, text), loaded.load_network()
        done = _ablate_all(loaded, network, held_out, targets, chars, work)
        if len(targets) == 1:
            _show_direct_effect(loaded, network, done[0])
        kept = f"{loaded.results_folder / FILE}: {len(done)} results"
        typer.echo(kept if is_kept else "Not kept, since the text or the concepts are your own.")


def _ablate_all(
    run: Run, network: CharRNN, held_out: HeldOut, targets: list[Target], chars: int, work: Work | None
) -> list[Ablation]:
    """What holding each target did. A job's results are kept at once: an interruption loses nothing that is done."""
    done, refused = list[Ablation](), list[str]()
    with Progress(*Progress.get_default_columns(), disable=not Console().is_terminal) as progress:
        task = progress.add_task("ablating", total=len(targets))

        def advance(share: float) -> None:
            progress.advance(task, share)
            if work:
                work.report(progress.tasks[0].completed, len(targets), f"clamping {target}")
                work.check()

        for number, target in enumerate(targets):
            progress.update(task, description=str(target), completed=number)
            advance(0)
            try:
                found = ablate_unit(
                    network, run.vocabulary, held_out, target, relatives_of(run, target), chars, advance
                )
            except InputError as error:
                if len(targets) == 1:
                    raise
                refused.append(f"{target}: {error}")
                continue
            if work:
                keep_ablation(run, found)
            progress.console.print(found.describe(), markup=False, soft_wrap=True)
            done.append(found)
    if refused:
        typer.echo(f"\nNot tested, {len(refused)} of {len(targets)}:", err=True)
        for line in refused:
            typer.echo(f"  {line}", err=True)
    return done


def _show_direct_effect(run: Run, network: CharRNN, found: Ablation) -> None:
    """The next characters that a unit of the last layer itself makes more likely inside than outside."""
    logits = direct_logit_attribution(network, found.unit, found.hidden_difference)
    if logits is None:
        typer.echo(f"{found.unit} is not in the last layer: it affects the logits only through other units.")
        return
    order, characters = logits.argsort(), run.vocabulary.characters
    for words, chosen in (("raises", order[::-1][:5]), ("lowers", order[:5])):
        listed = ", ".join(f"{characters[index]!r} {logits[index]:+.2f}" for index in chosen)
        typer.echo(f"Inside, {found.unit} by itself {words} the logits of {listed}")


@app.command()
def concepts(
    file: Annotated[Path | None, typer.Option(help="Check a file of custom concepts, and list them as well.")] = None,
    text: Annotated[Path | None, typer.Option(help="List only the concepts that fit this text file.")] = None,
) -> None:
    """Every concept of the catalogue, and for which languages and kinds of text it speaks."""
    own = load_concepts(file) if file else []
    known = concepts_fitting(np.asarray(prepare_file(text).characters)) if text else list(CONCEPTS.values())
    shown = Table("concept", "kind", "speaks of", "corpora", "what it is", "source")
    for concept in [*known, *own]:
        corpora = ", ".join(concept.corpora)
        words = (concept.name, concept.kind, concept.languages, corpora, concept.description, concept.source)
        shown.add_row(*map(escape, words))
    Console().print(shown)


app.command()(errors)


if __name__ == "__main__":
    run_command_line(app)

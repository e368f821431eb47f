"""The command that finds out what networks get wrong.

python -m analysis errors RUN [RUN ...]
"""

from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from analysis.errors.measure import NGrams, Text, analyse_errors, count_ngrams, count_training_words, text_of_runs
from analysis.errors.oracles import CATEGORIES, ORDERS
from analysis.errors.stored import Bin, ErrorAnalysis, Kind, keep_errors
from corpora import InputError
from models.checkpoints import kept_checkpoints
from models.ngram_counts import LONGEST
from models.progress import progress
from models.run import Run, load_run
from models.work import at_work

CHARACTERS, LONGEST_NGRAM = 300_000, 20


def errors(
    runs: Annotated[list[str], typer.Argument(help="Shipped models or runs of one text, by name or folder.")],
    split: Annotated[str, typer.Option(help="training, validation or test.")] = "test",
    chars: Annotated[int, typer.Option(min=2, help="Read at most this many characters.")] = CHARACTERS,
    order: Annotated[
        int, typer.Option(min=ORDERS[-1], max=LONGEST, help="Characters of the longest n-gram of the gain's baseline.")
    ] = LONGEST_NGRAM,
    as_json: Annotated[bool, typer.Option("--json", help="Print the analyses as JSON.")] = False,
) -> None:
    """Why networks err, by what would have put each error right, and what memory buys over n-grams."""
    loaded = [load_run(name) for name in runs]
    if len({run.folder.resolve() for run in loaded}) < len(loaded):
        raise InputError(f"Wanted each run once, got {', '.join(runs)}. Omit the repetition.")
    text = text_of_runs(loaded, split, chars)
    words, counted, found = count_training_words(text), dict[tuple[str, ...], NGrams](), list[ErrorAnalysis]()
    for run in loaded:
        with at_work(run.results_folder, "errors") as work:
            _ = run.weights_hash  # taken now: a training that goes on may replace the weights before we are done
            known = run.vocabulary.characters
            networks = 1 + len(kept_checkpoints(run))
            total = len(text.codes) * (networks + (order if known not in counted else 0)) - networks
            with progress("errors", total, work) as advance:
                if known not in counted:
                    counted[known] = count_ngrams(text, run.vocabulary, order, advance)
                found.append(analyse_errors(run, text, counted[known], words, advance))
            keep_errors(run, found[-1])
            work.end("finished", _in_one_line(found[-1]))
    if as_json:
        typer.echo(msgspec.json.format(msgspec.json.encode(dict(zip(runs, found, strict=True))), indent=1).decode())
    else:
        _print(loaded, text, found)


def _in_one_line(analysis: ErrorAnalysis) -> str:
    rate = analysis.errors / analysis.characters
    return f"{analysis.errors:,} errors in {analysis.characters:,} characters ({rate:.1%})"


def _print(runs: list[Run], text: Text, found: list[ErrorAnalysis]) -> None:
    typer.echo(f"{text.corpus.name} {text.split}, {len(text.codes) - 1:,} characters; an error has p < .5")
    for run, analysis in zip(runs, found, strict=True):
        typer.echo(f"{run.name} ({run.model.title}): {_in_one_line(analysis)}, {analysis.nats:.4f} nats")
    console = Console()
    console.print(_categories(runs, found))
    console.print(_gains(runs, found))


def _categories(runs: list[Run], found: list[ErrorAnalysis]) -> Table:
    table = Table("errors explained by", *(run.name for run in runs))
    for number, category in enumerate(CATEGORIES):
        table.add_row(category.title, *(share_text(analysis.categories[number]) for analysis in found))
    return table


def share_text(kind: Kind) -> str:
    """A share of the errors with its interval."""
    interval = "" if kind.low is None or kind.high is None else f" ({kind.low:.1%} to {kind.high:.1%})"
    return f"{kind.share:.1%}{interval}"


def _gains(runs: list[Run], found: list[ErrorAnalysis]) -> Table:
    """The gain over the n-gram model by distance, in nats, of the run's own weights."""
    orders = " and ".join(dict.fromkeys(str(analysis.ngram_order) for analysis in found))
    table = Table("closes", "distance", "pairs", *(f"{run.name}: nats gained" for run in runs))
    table.title = f"gain over the n-gram model of order {orders}"
    for curves in zip(*(analysis.curves_at() for analysis in found), strict=True):
        for bins in zip(*(curve.bins for curve in curves), strict=True):
            pairs = f"{bins[0].pairs:,}"
            table.add_row(curves[0].closing, bins[0].distances, pairs, *map(gain_text, bins))
    return table


def gain_text(one: Bin) -> str:
    """A gain with its interval, in nats."""
    interval = "" if one.low is None or one.high is None else f" ({one.low:+.2f} to {one.high:+.2f})"
    return f"{one.gain:+.2f}{interval}"

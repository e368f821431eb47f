"""The commands that measure: evaluate, gates and ngram. Each is a job in the run's results folder while it works.

python -m models evaluate | gates | ngram
"""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from corpora import Corpus, InputError, load_corpus
from corpora.corpus import BYTES_HELP
from corpora.paper import paper_test
from models.baseline import FILE, SPLITS, count_baseline, give_way, order_for
from models.device import keep_freed_memory
from models.dynamic import STEPS, DynamicSettings, characters_to_read, evaluate_dynamically
from models.evaluate import Evaluation, character_losses, keep_evaluation, spelled_out
from models.network import CharRNN
from models.ngram import describe_scores, is_baseline, score_corpus
from models.ngram_counts import LONGEST
from models.out import Overwrite, require_file
from models.progress import progress
from models.run import Run, corpus_of, load_run
from models.saturation import gate_saturation, save_saturation, summarise_saturation
from models.work import Work, at_work
from models.writing import replacing

AsBytes = Annotated[bool, typer.Option("--bytes", help=BYTES_HELP)]
RunArgument = Annotated[str, typer.Argument(help="A shipped model, a run under runs/, or a run's folder.")]


def evaluate(
    run: RunArgument,
    split: Annotated[str, typer.Option(help="training, validation or test.")] = "test",
    corpus: Annotated[str, typer.Option(help="A corpus, file or folder other than the run's own.")] = "",
    as_bytes: AsBytes = False,
    paper_bytes: Annotated[
        bool, typer.Option("--paper-bytes", help="Per byte of the paper's test text, War and Peace only.")
    ] = False,
    dynamic: Annotated[
        bool, typer.Option("--dynamic", help="Dynamic evaluation: the weights keep learning from the text.")
    ] = False,
    dynamic_steps: Annotated[int, typer.Option(min=1, help="Characters per gradient step of --dynamic.")] = STEPS,
) -> None:
    """Mean loss on a split, in nats and bits per character, with its 95 % interval."""
    loaded = load_run(run)
    if paper_bytes and split != "test":
        raise InputError(f"Wanted the test split with --paper-bytes, got {split}. Omit --split.")
    with at_work(loaded.results_folder, "evaluate") as work:
        _ = loaded.weights_hash  # taken now: a training that goes on may replace the weights before we are done
        text = load_corpus(corpus, as_bytes) if corpus else corpus_of(loaded)
        codes, lengths = paper_test(text) if paper_bytes else (text.split(split), None)
        losses, settings = _losses_of(loaded, text, codes, dynamic_steps if dynamic else 0, work)
        if paper_bytes:
            losses = losses + spelled_out(loaded.vocabulary, codes[1:])
        result = Evaluation.of(losses, lengths)
        figure = f"{split}{' paper bytes' * paper_bytes}{' dynamic' * dynamic}"
        said = result.describe("byte" if paper_bytes else "character")
        typer.echo(f"{loaded.name} ({loaded.model.title}) on {text.name} {figure}: {said}")
        if settings:
            typer.echo(f"dynamic evaluation, settings chosen on the validation split: {settings.describe()}")
        if text.sha256 == loaded.corpus["sha256"]:
            keep_evaluation(loaded, figure, result, asdict(settings) if settings else {})
        work.end("finished", f"{figure}: {said}")


def _losses_of(
    run: Run, text: Corpus, codes: np.ndarray, dynamic_steps: int, work: Work
) -> tuple[np.ndarray, DynamicSettings | None]:
    """The nats of each character but the first, with the settings of dynamic evaluation where it is asked for."""
    ids, network = run.vocabulary.encode(codes), run.load_network()
    if dynamic_steps:
        return _read_dynamically(run, network, text, ids, dynamic_steps, work)
    with progress("evaluating", len(ids) - 1, work) as advance:
        return character_losses(network, ids, advance=advance), None


def _read_dynamically(
    run: Run, network: CharRNN, text: Corpus, ids: np.ndarray, steps: int, work: Work
) -> tuple[np.ndarray, DynamicSettings]:
    training, validation = (run.vocabulary.encode(text.split(name)) for name in ("training", "validation"))
    total = characters_to_read(len(training), len(validation), len(ids))
    keep_freed_memory()  # each segment asks for the gradients' memory again
    with progress("dynamic evaluation", total, work) as advance:
        return evaluate_dynamically(network, training, validation, ids, steps, advance)


def gates(
    run: RunArgument,
    split: Annotated[str, typer.Option(help="training, validation or test.")] = "test",
    chars: Annotated[int, typer.Option(min=1, help="Read at most this many characters.")] = 100_000,
) -> None:
    """How much of the time each gate of each unit is saturated: below .1 (left) or above .9 (right)."""
    loaded = load_run(run)
    with at_work(loaded.results_folder, "gates") as work:
        _ = loaded.weights_hash  # taken now, as above
        text = corpus_of(loaded)
        ids = loaded.vocabulary.encode(text.split(split)[:chars])
        with progress("gates", len(ids), work) as advance:
            table = gate_saturation(loaded.load_network(), ids, advance)
        typer.echo(
            f"{loaded.name} ({loaded.model.title}) on {len(ids):,} characters of {text.name} {split}: share of time "
            "that the median unit's gate is below .1 or above .9, and number of units that are so most of the time"
        )
        for gate, layer, left, right, mostly_left, mostly_right in summarise_saturation(table).itertuples(index=False):
            typer.echo(
                f"layer {layer} {gate:7} time {left:6.1%} below {right:6.1%} above   "
                f"units {mostly_left:6.1%} below {mostly_right:6.1%} above"
            )
        save_saturation(loaded, table, text.name, split, len(ids))


def ngram(
    corpus: Annotated[str, typer.Argument(help="A corpus by name, or a file, folder or archive.")] = "",
    as_bytes: AsBytes = False,
    run: Annotated[
        str, typer.Option(help="Instead of a corpus, a run: its text, test and validation, kept as its ngram.json.")
    ] = "",
    order: Annotated[int, typer.Option(min=1, max=LONGEST, help="Characters of the longest n-gram.")] = 20,
    split: Annotated[str, typer.Option(help="Score this split: training, validation or test.")] = "test",
    min_count: Annotated[int, typer.Option(min=1, help="Rarer characters are read as U+FFFD.")] = 5,
    out: Annotated[Path | None, typer.Option(help="Where to write the scores, as JSON.")] = None,
    overwrite: Overwrite = False,
) -> None:
    """The loss of n-gram models of the training split on another: modified Kneser-Ney, all orders up to --order."""
    if bool(corpus) == bool(run):
        raise InputError("Wanted a corpus, or a run with --run, to count n-grams in. Name one of the two.")
    if run:
        _count_for(load_run(run))
        return
    text, evaluations = load_corpus(corpus, as_bytes), {}
    target = out and require_file(out, is_baseline, [Path(corpus), text.folder], overwrite)
    with progress("counting n-grams", order) as advance:
        for score in score_corpus(text, split, order, min_count):
            evaluations[score.order] = score.evaluation
            typer.echo(f"order {score.order:2}: {score.evaluation.describe()}")
            advance(1)
    if target:
        with replacing(target) as temporary:
            temporary.write_text(json.dumps(describe_scores(text, split, min_count, evaluations), indent=1) + "\n")
        typer.echo(f"{out}: {len(evaluations)} orders")


def _count_for(run: Run) -> None:
    """Count the baseline of a run's own text, as a job that gives way to a training."""
    give_way()
    with at_work(run.results_folder, "ngram") as work:
        text = corpus_of(run)
        total = len(SPLITS) * order_for(len(text.split("training")))
        with progress("counting n-grams", total, work) as advance:
            kept = count_baseline(run, text, advance)
        best = min(kept["orders"], key=lambda score: score["nats"])
        said = f"order {best['order']} is best on the test split: {best['nats']:.4f} nats"
        typer.echo(f"{run.results_folder / FILE}: {said}")
        work.end("finished", said)

"""The models command.

python -m models train | resume | import | evaluate | gates | sample | record | pack | ngram
"""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from rich.console import Console
from rich.progress import Progress

from corpora import Corpus, InputError, load_corpus, prepare_file, to_code_points, to_text
from corpora.corpus import BYTES_HELP
from corpora.errors import new_command_line, run_command_line
from corpora.paper import paper_test
from models.clamp import Clamp
from models.config import ModelConfig, TrainingConfig, pick, takes_options_of, without_unset
from models.dynamic import STEPS, DynamicSettings, characters_to_read, evaluate_dynamically
from models.evaluate import Evaluation, character_losses, keep_evaluation, spelled_out
from models.importing.command import import_network
from models.network import CharRNN
from models.ngram import describe_scores, score_corpus
from models.ngram_counts import LONGEST
from models.pack import pack_run
from models.presets import PRESETS, PresetName
from models.recording.store import record_to_zarr
from models.run import Run, corpus_of, load_run, replacing
from models.sample import sample as sample_network
from models.saturation import gate_saturation, save_saturation, summarise_saturation
from models.train import start_run
from models.train import train as train_run
from models.watch import TensorBoardWatcher, TerminalWatcher

app = new_command_line("Train, evaluate and record character-level recurrent networks.")
AsBytes = Annotated[bool, typer.Option("--bytes", help=BYTES_HELP)]
RunArgument = Annotated[str, typer.Argument(help="A shipped model, a run under runs/, or a run's folder.")]


PRESET_HELP = "; ".join(f"{name}: {preset.summary}" for name, preset in PRESETS.items()) + "."
TensorBoard = Annotated[bool, typer.Option("--tensorboard", help="Also write TensorBoard events into the run.")]


@app.command()
@takes_options_of(ModelConfig, TrainingConfig)
def train(
    context: typer.Context,
    corpus: Annotated[str, typer.Option(help="A corpus by name, or a file, folder or archive.")] = "python",
    as_bytes: AsBytes = False,
    run: Annotated[str, typer.Option(help="Name of the new run; default: corpus and size.")] = "",
    preset: Annotated[
        PresetName | None, typer.Option(help=f"{PRESET_HELP} Other options override it.", show_default=False)
    ] = None,
    tensorboard: TensorBoard = False,
    bidirectional: Annotated[bool, typer.Option("--bidirectional", help="Refused, and why.")] = False,
    **options: Any,
) -> None:
    """Train a new model; best weights, log and samples go to runs/NAME."""
    if bidirectional:
        raise InputError(
            "Wanted a network that reads forwards: a bidirectional one has read the character that it is asked "
            "to predict, so it cannot predict the next one. Omit --bidirectional."
        )
    chosen = (PRESETS[preset].options if preset else {}) | without_unset(options, context)
    text = load_corpus(corpus, as_bytes)
    if text.left_out:
        typer.echo(text.left_out, err=True)
    model, training = pick(ModelConfig, chosen), pick(TrainingConfig, chosen)
    name = run or f"{text.name}-{model.num_layers}x{model.hidden_size}" + f"-{model.cell}" * (model.cell != "lstm")
    _train(start_run(name, text, model, training).folder, tensorboard)


@app.command()
def resume(run: RunArgument, tensorboard: TensorBoard = False) -> None:
    """Continue a run that was stopped or killed, to the same result as without the interruption."""
    _train(run, tensorboard)


def _train(name: str | Path, tensorboard: bool) -> None:
    run = load_run(name)
    first = int(os.environ.get("RANK", "0")) == 0  # of several processes one speaks
    if run.is_finished:
        if first:
            ended = "imported" if run.imported else f"finished: validation {run.training['validation_loss']} nats"
            typer.echo(f"{run.name} is {ended}. Nothing to resume.")
        return
    terminal = TerminalWatcher(silent=not first)
    watching = TensorBoardWatcher(terminal, run.folder) if tensorboard and first else nullcontext(terminal)
    with terminal, watching as watcher:
        position = train_run(run, corpus_of(run), watcher)
    if not first:
        return
    if terminal.stop_requested():
        typer.echo(f"Stopped at step {position.step}. To continue: python -m models resume {run.shell_name}")
    else:
        typer.echo(f"{run.folder}: best validation {position.best_loss:.4f} nats at step {position.best_step}")


app.command("import")(import_network)


@app.command()
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
    _ = loaded.weights_hash  # taken now: a training that goes on may replace the weights before we are done
    text = load_corpus(corpus, as_bytes) if corpus else corpus_of(loaded)
    if paper_bytes and split != "test":
        raise InputError(f"Wanted the test split with --paper-bytes, got {split}. Omit --split.")
    codes, lengths = paper_test(text) if paper_bytes else (text.split(split), None)
    ids, network, settings = loaded.vocabulary.encode(codes), loaded.load_network(), None
    if dynamic:
        losses, settings = _read_dynamically(loaded, network, text, ids, dynamic_steps)
    else:
        losses = character_losses(network, ids)
    if paper_bytes:
        losses = losses + spelled_out(loaded.vocabulary, codes[1:])
    result = Evaluation.of(losses, lengths)
    figure = f"{split}{' paper bytes' * paper_bytes}{' dynamic' * dynamic}"
    typer.echo(
        f"{loaded.name} ({loaded.model.title}) on {text.name} {figure}: "
        f"{result.describe('byte' if paper_bytes else 'character')}"
    )
    if settings:
        typer.echo(f"dynamic evaluation, settings chosen on the validation split: {settings.describe()}")
    if text.sha256 == loaded.corpus["sha256"]:
        keep_evaluation(loaded, figure, result, asdict(settings) if settings else {})


def _read_dynamically(
    run: Run, network: CharRNN, text: Corpus, ids: np.ndarray, steps: int
) -> tuple[np.ndarray, DynamicSettings]:
    training, validation = (run.vocabulary.encode(text.split(name)) for name in ("training", "validation"))
    total = characters_to_read(len(training), len(validation), len(ids))
    with _progress("dynamic evaluation", total) as advance:
        return evaluate_dynamically(network, training, validation, ids, steps, advance)


@app.command()
def gates(
    run: RunArgument,
    split: Annotated[str, typer.Option(help="training, validation or test.")] = "test",
    chars: Annotated[int, typer.Option(min=1, help="Read at most this many characters.")] = 100_000,
) -> None:
    """How much of the time each gate of each unit is saturated: below .1 (left) or above .9 (right)."""
    loaded = load_run(run)
    _ = loaded.weights_hash  # taken now, as above
    text = corpus_of(loaded)
    ids = loaded.vocabulary.encode(text.split(split)[:chars])
    with _progress("gates", len(ids)) as advance:
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


@contextmanager
def _progress(what: str, total: int) -> Iterator[Callable[[int], None]]:
    """A progress bar in a terminal; yields the function to call with each number of characters done."""
    with Progress(*Progress.get_default_columns(), disable=not Console().is_terminal) as progress:
        task = progress.add_task(what, total=total)
        yield lambda done: progress.advance(task, done)


@app.command()
def sample(
    run: RunArgument,
    prompt: Annotated[str, typer.Option(help="Text to continue.")] = "",
    temperature: Annotated[float, typer.Option(help="0 greedy, 1 the model's own, above 1 wilder.")] = 0.8,
    length: Annotated[int, typer.Option(min=1, help="Characters to write.")] = 500,
    seed: Annotated[int, typer.Option(min=0, help="The same seed writes the same text.")] = 0,
    clamp: Annotated[
        list[str] | None, typer.Option(help="Hold a unit at a value (an LSTM's c, else h): L1.u37=1; may be repeated.")
    ] = None,
) -> None:
    """Generate text with a model."""
    loaded = load_run(run)
    clamps = [Clamp.parse(written) for written in clamp or []]
    prompt_ids = [int(index) for index in loaded.vocabulary.encode(prompt)]
    typer.echo(prompt, nl=False)
    for index in sample_network(loaded.load_network(), prompt_ids, length, temperature, seed, clamps):
        typer.echo(loaded.vocabulary.decode(np.array([index])), nl=False)
    typer.echo()


@app.command()
def record(
    run: RunArgument,
    out: Annotated[Path, typer.Option(help="The zarr folder to write.")],
    split: Annotated[str, typer.Option(help="Record this split of the run's corpus.")] = "validation",
    chars: Annotated[int, typer.Option(min=1, help="Read at most this many characters.")] = 100_000,
    text: Annotated[Path | None, typer.Option(help="Record this text file instead.")] = None,
    streams: Annotated[
        int, typer.Option(min=1, help="Segments read side by side: the same result, sooner on many cores.")
    ] = 1,
    gates: Annotated[bool, typer.Option("--gates", help="Also the gates.")] = False,
) -> None:
    """Record every unit's states, the loss and the five likeliest next characters."""
    loaded = load_run(run)
    passage = to_text(prepare_file(text).characters[:chars]) if text else corpus_of(loaded).excerpt(split, chars)
    unknown = loaded.vocabulary.count_unknown(to_code_points(passage))
    if gates and not loaded.model.gates:
        typer.echo("A plain RNN has no gates: none are recorded.", err=True)
    with _progress("recording", len(passage)) as advance:
        for done in record_to_zarr(loaded, passage, out, streams, gates):
            advance(done)
    typer.echo(f"{out}: {len(passage):,} characters of {loaded.name}, {unknown:,} read as U+FFFD")


@app.command()
def pack(
    run: RunArgument,
    out: Annotated[Path, typer.Option(help="The folder to write, for example models/pretrained/NAME.")],
) -> None:
    """Copy a finished run for shipping: float16 weights, configuration, log, samples, snapshots of the units found."""
    pack_run(load_run(run), out)
    typer.echo(f"{out}: {sum(file.stat().st_size for file in out.iterdir()) / 1e6:.1f} MB")


@app.command()
def ngram(
    corpus: Annotated[str, typer.Argument(help="A corpus by name, or a file, folder or archive.")],
    as_bytes: AsBytes = False,
    order: Annotated[int, typer.Option(min=1, max=LONGEST, help="Characters of the longest n-gram.")] = 20,
    split: Annotated[str, typer.Option(help="Score this split: training, validation or test.")] = "test",
    min_count: Annotated[int, typer.Option(min=1, help="Rarer characters are read as U+FFFD.")] = 5,
    out: Annotated[Path | None, typer.Option(help="Where to write the scores, as JSON.")] = None,
) -> None:
    """The loss of n-gram models of the training split on another: modified Kneser-Ney, all orders up to --order."""
    text, evaluations = load_corpus(corpus, as_bytes), {}
    with _progress("counting n-grams", order) as advance:
        for score in score_corpus(text, split, order, min_count):
            evaluations[score.order] = score.evaluation
            typer.echo(f"order {score.order:2}: {score.evaluation.describe()}")
            advance(1)
    if out:
        with replacing(out) as temporary:
            temporary.write_text(json.dumps(describe_scores(text, split, min_count, evaluations), indent=1) + "\n")
        typer.echo(f"{out}: {len(evaluations)} orders")


if __name__ == "__main__":
    run_command_line(app)

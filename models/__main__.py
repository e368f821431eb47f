"""The models command.

python -m models train | resume | finish | estimate | import | evaluate | gates | sample | record | pack | ngram
"""

import dataclasses
import json
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated, Any

import typer

from corpora import InputError, load_corpus
from corpora.errors import new_command_line, run_command_line
from corpora.shell import shell_command
from models.commands_measure import AsBytes, RunArgument, evaluate, gates, ngram
from models.commands_use import pack, record, sample
from models.config import ModelConfig, TrainingConfig, pick, takes_options_of, without_unset
from models.device import process_rank
from models.estimate import TextSize, sized
from models.importing.command import import_network
from models.jobs import ask, find_job
from models.outcome import outcome_of
from models.presets import PRESETS, PresetName, describe_advice, fit_minutes, fit_preset
from models.run import Run, load_run
from models.train import finish as finish_run
from models.train import is_finished, start_run, train_as_job
from models.watch import TensorBoardWatcher, TerminalWatcher
from models.work import at_work
from models.writing import clear_interrupted_writes

app = new_command_line("Train, evaluate and record character-level recurrent networks.")

PRESET_HELP = "; ".join(f"{name}: {preset.summary}" for name, preset in PRESETS.items()) + "."
TensorBoard = Annotated[bool, typer.Option("--tensorboard", help="Also write TensorBoard events into the run.")]
CorpusOption = Annotated[str, typer.Option("--corpus", help="A corpus by name, or a file, folder or archive.")]
PresetOption = Annotated[
    PresetName | None,
    typer.Option("--preset", help=f"{PRESET_HELP} It fits the text; other options override it.", show_default=False),
]
Minutes = Annotated[
    float | None,
    typer.Option(
        "--minutes",
        min=0.1,
        max=1_000_000,
        help="As many epochs as fit into this time, at the speed that is measured first.",
    ),
]
NoNgram = Annotated[bool, typer.Option("--no-ngram", help="Do not count the n-gram baseline beside the training.")]


@app.command()
@takes_options_of(ModelConfig, TrainingConfig)
def train(
    context: typer.Context,
    corpus: CorpusOption = "python",
    as_bytes: AsBytes = False,
    run: Annotated[str, typer.Option(help="Name of the new run; default: corpus and size.")] = "",
    preset: PresetOption = None,
    minutes: Minutes = None,
    tensorboard: TensorBoard = False,
    no_ngram: NoNgram = False,
    bidirectional: Annotated[bool, typer.Option("--bidirectional", help="Refused, and why.")] = False,
    **options: Any,
) -> None:
    """Train a new model; best weights, log and samples go to runs/NAME."""
    if bidirectional:
        raise InputError(
            "Wanted a network that reads forwards: a bidirectional one has read the character that it is asked "
            "to predict, so it cannot predict the next one. Omit --bidirectional."
        )
    text = load_corpus(corpus, as_bytes)
    if text.left_out:
        typer.echo(text.left_out, err=True)
    model, training = _options_for(TextSize.of(text), preset, minutes, without_unset(options, context))
    name = run or f"{text.name}-{model.num_layers}x{model.hidden_size}" + f"-{model.cell}" * (model.cell != "lstm")
    _train(start_run(name, text, model, training).folder, tensorboard, no_ngram)


def _options_for(
    size: TextSize, preset: PresetName | None, minutes: float | None, given: dict[str, Any]
) -> tuple[ModelConfig, TrainingConfig]:
    """What a preset and a time ask for with this text; what a person gave wins."""
    characters = size.characters
    chosen = (fit_preset(preset, characters) if preset else {}) | given
    if minutes is None or "epochs" in given:
        return pick(ModelConfig, chosen), pick(TrainingConfig, chosen)
    measured = size.estimate(pick(ModelConfig, chosen), pick(TrainingConfig, chosen))
    fitted = fit_preset(preset, characters, minutes, measured.characters_per_second) if preset else {}
    chosen = fit_minutes(fitted | given, characters, minutes, measured.characters_per_second) | given
    return pick(ModelConfig, chosen), pick(TrainingConfig, chosen)


@app.command()
@takes_options_of(ModelConfig, TrainingConfig)
def estimate(
    context: typer.Context,
    corpus: CorpusOption = "python",
    as_bytes: AsBytes = False,
    preset: PresetOption = None,
    minutes: Minutes = None,
    characters: Annotated[
        int | None, typer.Option(min=1, max=10**12, help="Instead of a corpus: the number of characters to train on.")
    ] = None,
    vocabulary: Annotated[
        int, typer.Option(min=2, max=1_000_000, help="Size of the vocabulary, with --characters.")
    ] = 100,
    as_json: Annotated[bool, typer.Option("--json", help="Print the estimate and the options as JSON.")] = False,
    job: Annotated[Path | None, typer.Option(help="A folder for the files of a job; its message is the JSON.")] = None,
    **options: Any,
) -> None:
    """How long `train` with the same options will take on this machine, measured with a few of its steps."""
    with at_work(job, "estimate") if job else nullcontext() as work:
        size = sized(characters, vocabulary) if characters else TextSize.of(load_corpus(corpus, as_bytes))
        model, training = _options_for(size, preset, minutes, without_unset(options, context))
        estimated = size.estimate(model, training)
        chosen = dataclasses.asdict(model) | dataclasses.asdict(training)
        described = json.dumps(dataclasses.asdict(estimated) | {"options": chosen})
        said = f"{model.title}, {training.epochs:g} epochs of {size.title}: {estimated.describe()}"
        typer.echo(described if as_json else said)
        if not as_json:
            typer.echo(describe_advice(size.total))
        if work:
            work.end("finished", described)


@app.command()
def resume(run: RunArgument, tensorboard: TensorBoard = False, no_ngram: NoNgram = False) -> None:
    """Continue a run that was stopped or killed, to the same result as without the interruption."""
    _train(run, tensorboard, no_ngram)


@app.command()
def finish(run: RunArgument) -> None:
    """End a training with the best weights so far: one that runs, was paused, or was killed."""
    loaded = load_run(run)
    job = find_job(loaded.folder, "train")
    if is_finished(loaded):
        _say_finished(loaded)
    elif job and job.state == "running":
        ask(job, "finish")
        typer.echo(f"Asked the training of {loaded.name} (process {job.pid}) to end with its best weights.")
    else:
        with TerminalWatcher() as watcher:
            finish_run(loaded, watcher)
        _say_end(loaded)


def _train(name: str | Path, tensorboard: bool, no_ngram: bool) -> None:
    run = load_run(name)
    first = process_rank() == 0  # of several processes one speaks
    if is_finished(run):
        if first:
            _say_finished(run)
        return
    terminal = TerminalWatcher(silent=not first)
    watching = TensorBoardWatcher(terminal, run.folder) if tensorboard and first else nullcontext(terminal)
    with terminal, watching as watcher:
        position = train_as_job(run, watcher, count_ngrams=not no_ngram)
    if not first:
        return
    if is_finished(run):
        _say_end(run)
    else:
        typer.echo(f"Stopped at step {position.step}. To continue: {shell_command('models', 'resume', run.name)}")


def _say_finished(run: Run) -> None:
    clear_interrupted_writes(run.folder)  # of a process that was killed when all was in place
    ended = load_run(run.folder)
    loss = ended.training.get("validation_loss")
    said = "imported" if ended.imported else "finished" if loss is not None else "not of a training of ours"
    typer.echo(f"{run.name} is {said}{'' if loss is None else f': validation {loss} nats'}. Nothing to resume.")


def _say_end(run: Run) -> None:
    ended = load_run(run.folder)
    loss, step = ended.training["validation_loss"], ended.training["best_step"]
    typer.echo(f"{run.folder}: best validation {loss:.4f} nats at step {step}")
    typer.echo(outcome_of(ended))


app.command("import")(import_network)
for command in (evaluate, gates, sample, record, pack, ngram):
    app.command()(command)


if __name__ == "__main__":
    run_command_line(app)

"""The commands that use a trained network: sample, record and pack.

python -m models sample | record | pack
"""

from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from corpora import prepare_file, to_code_points, to_text
from models.clamp import Clamp
from models.commands_measure import RunArgument
from models.pack import pack_run
from models.progress import progress
from models.recording.store import record_to_zarr, require_no_recording
from models.run import corpus_of, load_run
from models.sample import sample as sample_network


def sample(
    run: RunArgument,
    prompt: Annotated[str, typer.Option(help="Text to continue.")] = "",
    temperature: Annotated[float, typer.Option(help="0 greedy, 1 the model's own, above 1 wilder.")] = 0.8,
    length: Annotated[int, typer.Option(min=1, max=100_000_000, help="Characters to write.")] = 500,
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


def record(
    run: RunArgument,
    out: Annotated[Path, typer.Option(help="The zarr folder to write.")],
    split: Annotated[str, typer.Option(help="Record this split of the run's corpus.")] = "validation",
    chars: Annotated[int, typer.Option(min=1, help="Read at most this many characters.")] = 100_000,
    text: Annotated[Path | None, typer.Option(help="Record this text file instead.")] = None,
    streams: Annotated[
        int | None, typer.Option(min=1, help="Segments read side by side, for the same result; else what is soonest.")
    ] = None,
    gates: Annotated[bool, typer.Option("--gates", help="Also the gates.")] = False,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace an earlier recording.")] = False,
) -> None:
    """Record every unit's states, the loss and the five likeliest next characters."""
    loaded = load_run(run)
    require_no_recording(out, overwrite)
    passage = to_text(prepare_file(text).characters[:chars]) if text else corpus_of(loaded).excerpt(split, chars)
    unknown = loaded.vocabulary.count_unknown(to_code_points(passage))
    if gates and not loaded.model.gates:
        typer.echo("A plain RNN has no gates: none are recorded.", err=True)
    with progress("recording", len(passage)) as advance:
        for done in record_to_zarr(loaded, passage, out, streams, gates, overwrite):
            advance(done)
    typer.echo(f"{out}: {len(passage):,} characters of {loaded.name}, {unknown:,} read as U+FFFD")


def pack(
    run: RunArgument,
    out: Annotated[Path, typer.Option(help="The folder to write, for example models/pretrained/NAME.")],
) -> None:
    """Copy a finished run for shipping: float16 weights, configuration, log, samples, snapshots of the units found."""
    loaded = load_run(run)
    pack_run(loaded, out)
    typer.echo(f"{out}: {sum(file.stat().st_size for file in out.iterdir()) / 1e6:.1f} MB")

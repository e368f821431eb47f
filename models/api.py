"""What the commands of `python -m models` do, to be called from a notebook. docs/api.md shows it at work.

Losses are nats per character. Axes: `time layer unit`.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from corpora import Corpus, InputError, load_corpus
from models.clamp import Clamp
from models.config import ModelConfig, TrainingConfig, pick
from models.evaluate import Evaluation, character_losses
from models.presets import PresetName, fit_preset
from models.recording import record
from models.recording.variables import to_dataset
from models.run import Run, corpus_of, load_run
from models.sample import sample
from models.train import start_run, train
from models.units import Unit
from models.watch import TerminalWatcher

AnyRun = Run | str | Path
Held = Mapping[Unit | str, float] | Sequence[str]


def as_run(run: AnyRun) -> Run:
    """A run, or the one of that name or in that folder.

    Raises:
        InputError: no such run.
    """
    return run if isinstance(run, Run) else load_run(run)


def record_text(run: AnyRun, text: str, *, gates: bool = False) -> xr.Dataset:
    """What every unit does while a network reads a text, in memory.

    Args:
        run: a run, its name or its folder.
        text: is read from the zero state.
        gates: whether the gates are recorded as well.

    Returns:
        A Dataset with the variables of docs/run-format.md; `.sel(layer=2, unit=217)` is unit L2·u217. Row t describes
        the network after it has read character t.

    Raises:
        InputError: no such run, or an empty text.
    """
    if not text:
        raise InputError("Wanted a text to record, got an empty one.")
    loaded = as_run(run)
    return to_dataset(loaded, text, record(loaded, text, gates))


def generate_text(
    run: AnyRun,
    prompt: str = "",
    *,
    length: int = 500,
    temperature: float = 0.8,
    seed: int = 0,
    clamp: Held = (),
) -> str:
    """Text that a network writes after a prompt; the prompt is not part of it.

    Args:
        run: a run, its name or its folder.
        prompt: is read first.
        length: characters to write.
        temperature: 0 is greedy, 1 the model's own.
        seed: the same seed writes the same text, here, on the command line and in the browser.
        clamp: units held at values, as `{"L1.u37": 1.0}` or `["L1.u37=1"]`: c of an LSTM, h of the others.

    Raises:
        InputError: no such run or unit, or a temperature or seed out of range.
    """
    loaded = as_run(run)
    network, vocabulary = loaded.load_network(), loaded.vocabulary
    prompt_ids = [int(index) for index in vocabulary.encode(prompt)]
    ids = list(sample(network, prompt_ids, length, temperature, seed, _clamps(clamp)))
    return vocabulary.decode(np.array(ids, dtype=np.int64))


def _clamps(held: Held) -> list[Clamp]:
    if isinstance(held, Mapping):
        units = {Unit.parse(name) if isinstance(name, str) else name: value for name, value in held.items()}
        return [Clamp(unit, float(value)) for unit, value in units.items()]
    return [Clamp.parse(written) for written in held]


def evaluate_run(run: AnyRun, text: str | None = None, *, split: str = "test") -> Evaluation:
    """The mean loss on a text, or on a split of the run's own corpus, with its 95 % interval.

    Raises:
        InputError: no such run or split, its corpus is not on this machine, or nothing is to be predicted.
    """
    loaded = as_run(run)
    codes = corpus_of(loaded).split(split) if text is None else text
    return Evaluation.of(character_losses(loaded.load_network(), loaded.vocabulary.encode(codes)))


def train_run(
    corpus: str | Path | Corpus, name: str, *, preset: PresetName | None = None, quiet: bool = True, **options: Any
) -> Run:
    """Train a network to its end; the best weights are kept. Interrupt it and call again to go on.

    Args:
        corpus: by name, as the path of a text, or prepared.
        name: of the run; a run of that name that is not finished is continued with its own options.
        preset: a named set of options, as it fits the text.
        quiet: whether nothing is shown meanwhile.
        **options: fields of `ModelConfig` and `TrainingConfig`, such as `hidden_size=64`.

    Raises:
        InputError: an option that there is not, a finished run of that name, or a training that went astray.
    """
    text = corpus if isinstance(corpus, Corpus) else load_corpus(str(corpus))
    chosen = (fit_preset(preset, text.cuts[0]) if preset else {}) | options
    unknown = sorted(set(options) - ModelConfig.__annotations__.keys() - TrainingConfig.__annotations__.keys())
    if unknown:
        raise InputError(f"Wanted options of ModelConfig and TrainingConfig, got {', '.join(unknown)}.")
    run = _unfinished(name) or start_run(name, text, pick(ModelConfig, chosen), pick(TrainingConfig, chosen))
    with TerminalWatcher(silent=quiet) as watcher:
        train(run, text, watcher)
    return load_run(run.folder)


def _unfinished(name: str) -> Run | None:
    """The run of that name, if its training was interrupted."""
    try:
        run = load_run(name)
    except InputError:
        return None
    return None if run.is_finished or run.results else run

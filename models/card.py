"""What a run says about itself: its size, its options in plain words, and the command that makes it again."""

import dataclasses
from typing import Any, get_type_hints

import torch

from corpora.own import own_title
from corpora.shell import shell_word
from corpora.sources import SOURCES
from models.config import ModelConfig, TrainingConfig
from models.network import CharRNN
from models.optimizer import DECAYING
from models.run import Run

CELL_TITLES = {"lstm": "LSTM", "gru": "GRU", "rnn": "plain RNN"}
PRECISIONS = {"32-true": "32-bit floats", "bf16-mixed": "bf16 mixed precision"}


def parameter_count(run: Run) -> int:
    """How many weights and biases the network has, counted without making them."""
    with torch.device("meta"):
        return CharRNN(run.model, len(run.vocabulary)).parameter_count


def reproduce_command(run: Run) -> str:
    """The one command that trains the same model again, on the same text, under a new name.

    It names those options only that differ from the defaults. Empty for a network that was imported or made by hand.
    """
    if run.imported or not run.training:
        return ""
    words = ["python", "-m", "models", "train", "--corpus", run.corpus["name"]]
    for config in (run.model, run.options):
        for field in dataclasses.fields(config):
            value = getattr(config, field.name)
            if value != field.default:
                words += [option_name(type(config), field.name), str(value).removesuffix(".0")]
    return " ".join(map(shell_word, [*words, "--run", f"{run.name}-again"]))


def option_name(config: type, field: str) -> str:
    """The command-line option of a field: the one that its annotation names, else the field's own name."""
    (option,) = get_type_hints(config, include_extras=True)[field].__metadata__
    named = [word for word in (option.default, *(option.param_decls or ())) if isinstance(word, str)]
    return named[0] if named else "--" + field.replace("_", "-")


def describe_run(run: Run) -> dict[str, str]:
    """The model card: heading -> plain words on what the model is and how it was made."""
    config = run.options
    if run.imported or not run.training:
        origin = _origin(run.imported) if run.imported else "not known; its configuration says nothing of it"
        return {"Text": _text(run), "Network": _network(run), "Training": origin}
    facts = {
        "Text": _text(run),
        "Network": _network(run),
        "Training": _course(run, config),
        "Optimizer": _optimizer(config),
        "Regularisation": ", ".join(regularisation(run.model, config)) or "none",
    }
    if "steps_done" in run.training:
        facts["Machine"] = _machine(run, config)
    return facts


def text_title(corpus_name: str, short: bool = False) -> str:
    """What a corpus holds, in words, or in a few; the user's own file is called by its name."""
    if corpus_name in SOURCES:
        source = SOURCES[corpus_name]
        return source.short if short and source.short else source.title
    return own_title(corpus_name) or corpus_name


def _origin(imported: dict[str, str]) -> str:
    """Where an imported network comes from."""
    source = f"the file {imported['file']}" if "file" in imported else f"a module {imported.get('module', '')}"
    return f"elsewhere; imported from {source}. It is not known whether that training used the test split"


def _text(run: Run) -> str:
    if not run.corpus["name"]:
        return "not known; the network was imported without its text"
    training, validation, characters = run.corpus["cuts"]
    parts = (training, validation - training, characters - validation)
    shares = "/".join(f"{100 * part / characters:.0f}" for part in parts)
    return (
        f"{text_title(run.corpus['name'])}; licence: {run.corpus['licence']}; {characters:,} characters, "
        f"split {shares} in order; sha256 {run.corpus['sha256'][:12]}…"
    )


def layers_of(model: ModelConfig) -> str:
    """`2 layers of 512 LSTM units`, say."""
    layers = "1 layer" if model.num_layers == 1 else f"{model.num_layers} layers"
    return f"{layers} of {model.hidden_size} {CELL_TITLES[model.cell]} units"


def _network(run: Run) -> str:
    model = run.model
    return (
        f"{model.title}: {layers_of(model)}, {parameter_count(run):,} parameters; "
        f"{len(run.vocabulary)} characters, each read as {model.embedding_size} numbers"
    )


def _course(run: Run, config: TrainingConfig) -> str:
    said = (
        f"{config.epochs:g} {'epoch' if config.epochs == 1 else 'epochs'}, "
        f"{config.streams} streams × {config.steps} characters per step"
    )
    if "steps_done" not in run.training:
        return f"{said}; not finished"
    done, best = run.training["steps_done"], run.training["best_step"]
    kept = "the last step's weights were kept" if best == done else f"the weights of step {best:,} were kept"
    return f"{said}: {done:,} steps; {kept}"


def _optimizer(config: TrainingConfig) -> str:
    rate = f"{config.learning_rate:g}"
    steps = {
        "muon": f"Muon for the recurrent matrices (learning rate {config.matrix_learning_rate:g}), "
        f"AdamW for the rest ({rate})",
        "adamw": f"AdamW, learning rate {rate}",
        "rmsprop": f"RMSProp, learning rate {rate}",
    }[config.optimizer]
    schedule = {
        "cosine": "cosine decay",
        "stable": f"constant, then linear decay over the last {DECAYING:.0%} of the steps",
        "paper": "constant for ten epochs, then 5 % less per epoch",
    }[config.schedule]
    warm_up = f", {config.warm_up:,} steps of warm-up" if config.warm_up else ""
    return f"{steps}; {schedule}{warm_up}; gradients clipped at {config.clip:g}"


def regularisation(model: ModelConfig, config: TrainingConfig) -> list[str]:
    """The regularisation in use, each in a few words."""
    between = model.dropout if model.num_layers > 1 else 0.0
    said: list[tuple[Any, str]] = [
        (between, f"dropout {between:g} between layers"),
        (model.embedding_dropout, f"dropout {model.embedding_dropout:g} on the embedding"),
        (model.readout_dropout, f"dropout {model.readout_dropout:g} before the readout"),
        (model.weight_drop, f"weight-drop {model.weight_drop:g}"),
        (config.weight_decay, f"weight decay {config.weight_decay:g}"),
        (config.ema, f"weights averaged with decay {config.ema:g}"),
        (config.reset, f"{100 * config.reset:g} % of streams reset at each step"),
    ]
    return [words for value, words in said if value]


def _machine(run: Run, config: TrainingConfig) -> str:
    ended = run.training
    seconds = max(1, ended["seconds"])
    pace = ended["steps_done"] * config.streams * config.steps / seconds
    precision = PRECISIONS.get(ended["precision_used"], ended["precision_used"])
    return (
        f"{format_duration(seconds)} on {ended['hardware']}, {pace:,.0f} characters per second, {precision}, "
        f"PyTorch {ended['torch']}"
    )


def format_duration(seconds: float) -> str:
    """`35 s`, `16 min` or `2 h 05 min`."""
    minutes = round(seconds / 60)
    if seconds < 60:
        return f"{seconds:.0f} s"
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02} min"

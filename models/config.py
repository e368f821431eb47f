"""What a run is made of. Each field is also the command-line option of the same name, with its help."""

import dataclasses
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, Literal, TypeVar, get_type_hints

import typer

from models.units import CELL_GATES, CELL_STATES, GATE

Cell = Literal["lstm", "gru", "rnn"]
Config = TypeVar("Config")
dropped = partial(typer.Option, min=0, max=0.95)


@dataclass(frozen=True)
class ModelConfig:
    """The network: embedding, recurrent layers, readout."""

    cell: Annotated[Cell, typer.Option(help="Kind of recurrent cell.")] = "lstm"
    num_layers: Annotated[int, typer.Option("--layers", min=1, max=8, help="Recurrent layers.")] = 2
    hidden_size: Annotated[int, typer.Option("--hidden", min=1, help="Units per layer.")] = 512
    embedding_size: Annotated[int, typer.Option("--embedding", min=1, help="Numbers per input character.")] = 128
    dropout: Annotated[float, dropped(help="Share of outputs dropped between layers.")] = 0.1
    embedding_dropout: Annotated[float, dropped(help="Share of each character's embedding dropped.")] = 0.0
    readout_dropout: Annotated[float, dropped(help="Share of the last layer's outputs dropped before the readout.")] = (
        0.0
    )
    weight_drop: Annotated[float, dropped(help="Share of recurrent weights dropped, redrawn each step.")] = 0.0

    @property
    def states(self) -> tuple[str, ...]:
        """The states that its cells have, `hidden` first."""
        return CELL_STATES[self.cell]

    @property
    def memory(self) -> str:
        """The state that carries what a cell remembers: `cell` of an LSTM, `hidden` of the others."""
        return self.states[-1]

    @property
    def gates(self) -> tuple[str, ...]:
        """The gates that its cells have, in PyTorch's order."""
        return CELL_GATES[self.cell]

    @property
    def gate_states(self) -> tuple[str, ...]:
        """The same as they are called among states, such as `forget_gate`."""
        return tuple(gate + GATE for gate in self.gates)

    @property
    def title(self) -> str:
        """`2x512 LSTM`, say."""
        return f"{self.num_layers}x{self.hidden_size} {self.cell.upper()}"


@dataclass(frozen=True)
class TrainingConfig:
    """Truncated backpropagation through time over contiguous streams."""

    epochs: Annotated[float, typer.Option(min=0.0, help="Passes over the training split; may be a fraction.")] = 10.0
    streams: Annotated[
        int, typer.Option(min=1, help="Contiguous streams of text read side by side; multiples of 8 are fastest.")
    ] = 64
    steps: Annotated[int, typer.Option(min=1, help="Characters that gradients flow back through.")] = 128
    optimizer: Annotated[
        Literal["muon", "adamw", "rmsprop"],
        typer.Option(help="muon: Muon for the recurrent matrices, AdamW for the rest."),
    ] = "muon"
    learning_rate: Annotated[float, typer.Option(min=1e-9, help="Peak learning rate of AdamW or RMSprop.")] = 3e-3
    matrix_learning_rate: Annotated[
        float, typer.Option(min=1e-9, help="Peak learning rate of Muon, for the recurrent matrices.")
    ] = 2e-2
    schedule: Annotated[
        Literal["cosine", "stable", "paper"],
        typer.Option(
            help="cosine; or stable: constant, then linear to the end; or paper: constant, then 5 % less per epoch."
        ),
    ] = "cosine"
    weight_decay: Annotated[float, typer.Option(min=0, help="Decoupled weight decay of AdamW and Muon.")] = 1e-2
    warm_up: Annotated[int, typer.Option(min=0, help="Steps of linear warm-up.")] = 100
    clip: Annotated[float, typer.Option(min=0, help="Largest global norm of the gradient.")] = 1.0
    ema: Annotated[
        float, typer.Option(min=0, max=0.99999, help="Keep an average of the weights, with this decay; 0: none.")
    ] = 0.0
    reset: Annotated[
        float, typer.Option(min=0, max=1, help="Share of streams that start a step from the zero state.")
    ] = 0.0
    patience: Annotated[int, typer.Option(min=1, help="Stop after this many evaluations without a new best.")] = 20
    evaluate_every: Annotated[int, typer.Option(min=1, help="Steps between evaluations, each with a checkpoint.")] = 250
    log_every: Annotated[int, typer.Option(min=1, help="Steps between rows of log.csv.")] = 50
    validation_chars: Annotated[
        int, typer.Option(min=1000, help="Characters of validation per evaluation, in ten stretches.")
    ] = 100_000
    keep_checkpoints: Annotated[
        Literal["no", "float16", "float32"],
        typer.Option(help="Keep the weights of every step that writes a sample, for measures of the training."),
    ] = "no"
    min_count: Annotated[int, typer.Option(min=1, help="Rarer characters are read as U+FFFD.")] = 5
    precision: Annotated[
        Literal["auto", "32", "bf16"], typer.Option(help="auto: bf16 autocast where the hardware is faster with it.")
    ] = "auto"
    device: Annotated[str, typer.Option(help="auto, cpu, cuda or mps.")] = "auto"
    seed: Annotated[int, typer.Option(min=0, max=2**32 - 1, help="Makes a run repeatable.")] = 0


# What a file may say of a network that no option makes: an imported one, or an older Charscope's. Deeper and wider
# networks of characters are not in the literature; the embedding of a one-hot input is as wide as Unicode.
LARGEST = {"num_layers": 64, "hidden_size": 32_768, "embedding_size": 0x110000}
MOST_WEIGHTS = 1_000_000_000  # 4 GB in float32, some 300 times the largest shipped model


# How runs were trained whose config.json is older than the option. A new option gets its line here.
BEFORE_THE_OPTION: dict[type, dict[str, Any]] = {
    ModelConfig: {"embedding_dropout": 0.0, "readout_dropout": 0.0, "weight_drop": 0.0},
    TrainingConfig: {
        "optimizer": "adamw",
        "matrix_learning_rate": 2e-2,
        "schedule": "cosine",
        "ema": 0.0,
        "reset": 0.0,
        "keep_checkpoints": "no",
    },
}


def takes_options_of(*configs: type) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Decorates a command so that its `**options` show up as one option per field of the dataclasses."""

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        fields = [(config, field) for config in configs for field in dataclasses.fields(config)]
        own = [p for p in inspect.signature(command).parameters.values() if p.kind is not p.VAR_KEYWORD]
        added = [
            inspect.Parameter(
                field.name,
                inspect.Parameter.KEYWORD_ONLY,
                default=field.default,
                annotation=get_type_hints(config, include_extras=True)[field.name],
            )
            for config, field in fields
        ]
        keyword_only = [p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in own]
        command.__signature__ = inspect.Signature([*keyword_only, *added])  # pyright: ignore[reportFunctionMemberAccess]
        return command

    return decorate


def without_unset(options: dict[str, Any], context: typer.Context) -> dict[str, Any]:
    """Those options that a person gave; the others would only repeat their defaults."""
    sources = {name: context.get_parameter_source(name) for name in options}
    given = {name for name, source in sources.items() if source and source.name != "DEFAULT"}  # Typer has its own enum
    return {name: value for name, value in options.items() if name in given}


def pick(config: type[Config], options: dict[str, Any]) -> Config:
    """The dataclass made of those options that are its fields."""
    names = {field.name for field in dataclasses.fields(config)}  # pyright: ignore[reportArgumentType]
    return config(**{name: value for name, value in options.items() if name in names})


def require_options(config: ModelConfig | TrainingConfig) -> None:
    """Refuse a value that its option does not take; of a network, one beyond `LARGEST`.

    Raises:
        ValueError: there is one.
    """
    for name, hint in get_type_hints(type(config), include_extras=True).items():
        option, value = hint.__metadata__[0], getattr(config, name)
        low, high = option.min, LARGEST.get(name, option.max)
        if (low is not None and not value >= low) or (high is not None and not value <= high):
            wanted = f"{low:,} to {high:,}" if high is not None else f"at least {low:,}"
            raise ValueError(f"{name}: wanted {wanted}, got {value:,}")

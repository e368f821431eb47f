"""What can be chosen of a training: one option per field of its dataclasses, with their help and limits."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, get_args, get_origin, get_type_hints

from corpora import InputError
from models.card import option_name
from models.config import ModelConfig, TrainingConfig

GROUPS: dict[str, tuple[str, ...]] = {
    "Network": ("cell", "num_layers", "hidden_size", "embedding_size"),
    "Regularisation": (
        "dropout",
        "embedding_dropout",
        "readout_dropout",
        "weight_drop",
        "weight_decay",
        "ema",
        "reset",
    ),
    "Training": (),
    "When to look": ("evaluate_every", "log_every", "validation_chars", "patience", "keep_checkpoints"),
}
"""Heading -> fields; those that no heading names stand under `Training`."""
REST = "Training"


@dataclass(frozen=True)
class Option:
    """A field of a configuration."""

    name: str
    word: str
    """The command-line option, such as `--layers`."""
    help: str
    default: Any
    kind: type
    """`int`, `float` or `str`."""
    choices: tuple[str, ...] = ()
    least: float | None = None
    most: float | None = None

    @property
    def title(self) -> str:
        """`Learning rate`, say."""
        return self.word.lstrip("-").replace("-", " ").capitalize()

    @property
    def group(self) -> str:
        """The heading that it stands under."""
        return next((title for title, names in GROUPS.items() if self.name in names), REST)

    @property
    def range(self) -> str:
        """Its limits in words: `0 to 0.95`, `1 or more`."""
        if self.least is None:
            return ""
        return f"{self.least:g} or more" if self.most is None else f"{self.least:g} to {self.most:g}"

    def parse(self, written: Any) -> Any:
        """The value that somebody wrote or chose.

        Raises:
            InputError: it is none of this option's values.
        """
        if self.choices:
            if written not in self.choices:
                raise InputError(f"Wanted {', '.join(self.choices)} as {self.title}, got {str(written)[:40]!r}.")
            return written
        if self.kind is str:
            return str(written).strip()
        wanted = f"{'a whole number' if self.kind is int else 'a number'}{self.range and f', {self.range},'}"
        try:
            value = self.kind(str(written).strip().replace(",", ""))
            below, above = self.least is not None and value < self.least, self.most is not None and value > self.most
            if below or above or value != value or abs(value) == float("inf"):
                raise ValueError
        except (ValueError, OverflowError):
            raise InputError(f"Wanted {wanted} as {self.title}, got {str(written)[:40]!r}.") from None
        return value

    def write(self, value: Any) -> str:
        """The value as a person or a command writes it."""
        return f"{value:.10g}" if self.kind is float else str(value)


@cache
def training_options() -> dict[str, Option]:
    """All options by the name of their field."""
    return {
        field.name: _option(config, field)
        for config in (ModelConfig, TrainingConfig)
        for field in dataclasses.fields(config)
    }


def _option(config: type, field: dataclasses.Field[Any]) -> Option:
    kind, described = get_args(get_type_hints(config, include_extras=True)[field.name])
    choices = tuple(map(str, get_args(kind))) if get_origin(kind) is Literal else ()
    kind = str if choices else kind
    word = option_name(config, field.name)
    return Option(field.name, word, described.help, field.default, kind, choices, described.min, described.max)


def grouped_options() -> dict[str, list[Option]]:
    """Heading -> its options, in the order of `GROUPS`, then of the fields."""
    found = training_options()
    rest = [option for option in found.values() if option.group == REST]
    return {
        title: [found[name] for name in names if name in found] if names else rest for title, names in GROUPS.items()
    }


def defaults() -> dict[str, Any]:
    """What a training is without a choice, by field."""
    return {option.name: option.default for option in training_options().values()}


def as_words(chosen: Mapping[str, Any]) -> list[str]:
    """Options by field as words of a command."""
    found = training_options()
    return [f"{found[name].word}={found[name].write(value)}" for name, value in chosen.items()]

"""Presets: what they ask for exists and is allowed, and a person's own word counts more."""

from collections.abc import Callable
from dataclasses import asdict, fields
from typing import Any, get_args

import pytest
from typer.main import get_command

from corpora import InputError
from models import __main__ as command_line
from models.config import ModelConfig, TrainingConfig
from models.presets import PRESETS, PresetName
from tests.conftest import Outcome

FIELDS = {field.name for config in (ModelConfig, TrainingConfig) for field in fields(config)}
every_preset = pytest.mark.parametrize("preset", PRESETS)


@pytest.fixture
def asked_for(monkeypatch: pytest.MonkeyPatch, command: Callable[..., Outcome]) -> Callable[..., dict[str, Any]]:
    """All options of the run that a command line would start, by field; the network and its training in one."""

    def options(*arguments: str) -> dict[str, Any]:
        found: dict[str, Any] = {}

        def start(name: str, _: Any, model: ModelConfig, training: TrainingConfig) -> None:
            found.update(asdict(model) | asdict(training) | {"run": name})
            raise InputError("Enough.")

        monkeypatch.setattr(command_line, "start_run", start)
        named = {"left_out": ""}
        monkeypatch.setattr(command_line, "load_corpus", lambda name, *_: type("Named", (), named | {"name": name}))
        assert command("models", "train", *arguments).error == "error: Enough."
        return found

    return options


def test_the_name_of_every_preset_is_known():
    assert get_args(PresetName) == tuple(PRESETS)


@every_preset
def test_a_preset_asks_for_what_exists_and_is_allowed(preset: PresetName, asked_for: Callable[..., dict[str, Any]]):
    """The same options spelled out on the command line, which checks them, start the same run."""
    chosen = PRESETS[preset].options
    assert set(chosen) <= FIELDS
    spelling = {option.name: option.opts[0] for option in get_command(command_line.app).commands["train"].params}  # pyright: ignore[reportAttributeAccessIssue]
    spelled_out = [f"{spelling[name]}={value}" for name, value in chosen.items()]
    assert asked_for("--preset", preset) == asked_for(*spelled_out)
    assert asked_for("--preset", preset).items() >= chosen.items()


@every_preset
def test_what_a_preset_does_not_name_keeps_its_default(preset: PresetName, asked_for: Callable[..., dict[str, Any]]):
    found, defaults = asked_for("--preset", preset), asdict(ModelConfig()) | asdict(TrainingConfig())
    for name in FIELDS - set(PRESETS[preset].options):
        assert found[name] == defaults[name]


@every_preset
def test_what_a_person_asks_for_wins_even_where_it_is_the_default(
    preset: PresetName, asked_for: Callable[..., dict[str, Any]]
):
    arguments = ("--epochs=10", "--hidden=512", "--dropout=0.1", "--seed=3", "--run=mine")
    assert TrainingConfig().epochs == 10
    for order in (("--preset", preset, *arguments), (*arguments, "--preset", preset)):
        found = asked_for(*order)
        assert (found["epochs"], found["hidden_size"], found["dropout"], found["seed"]) == (10, 512, 0.1, 3)
        untouched = set(PRESETS[preset].options) - {"epochs", "hidden_size", "dropout"}
        assert all(found[name] == PRESETS[preset].options[name] for name in untouched)


@pytest.mark.parametrize(
    ("arguments", "name"),
    [((), "python-2x512"), (("--preset=tiny",), "python-1x128"), (("--cell=gru", "--layers=3"), "python-3x512-gru")],
)
def test_a_run_is_called_by_what_it_is(arguments: tuple[str, ...], name: str, asked_for: Callable[..., dict[str, Any]]):
    assert asked_for(*arguments)["run"] == name


def test_an_unknown_preset_names_the_known_ones(command: Callable[..., Outcome]):
    outcome = command("models", "train", "--preset", "huge")
    assert outcome.code == 2
    assert all(name in outcome.err for name in PRESETS)


def test_a_bidirectional_network_is_refused_and_why(command: Callable[..., Outcome]):
    assert "has read the character that it is asked to predict" in command("models", "train", "--bidirectional").error

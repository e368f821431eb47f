"""Presets: what they ask for exists and is allowed, and a person's own word counts more."""

from collections.abc import Callable
from dataclasses import asdict, fields
from typing import Any, get_args

import pytest
from typer.main import get_command

from corpora import InputError
from models import __main__ as command_line
from models.config import ModelConfig, TrainingConfig, pick
from models.presets import LONG, PRESETS, PresetName, advise, fit_minutes, fit_preset, most_passes
from models.streams import steps_in
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
        named = {"left_out": "", "cuts": (LONG, LONG, LONG)}
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


# ---- presets that fit the text -----------------------------------------------------------------------------

LENGTHS = [600, 4_000, 16_000, 48_000, 240_000, 384_000, 800_000, LONG - 1]
every_length = pytest.mark.parametrize("characters", LENGTHS)


def steps_of(options: dict[str, Any], characters: int) -> int:
    training = pick(TrainingConfig, options)
    return steps_in(characters, training.streams, training.steps, training.epochs)


@every_preset
def test_on_a_long_text_a_preset_is_what_it_says(preset: PresetName):
    assert fit_preset(preset, LONG) == PRESETS[preset].options


@every_preset
@every_length
def test_a_fitted_preset_learns_is_watched_and_keeps_its_network(preset: PresetName, characters: int):
    fitted = fit_preset(preset, characters)
    training, total = pick(TrainingConfig, fitted), steps_of(fitted, characters)
    if characters >= 16_000:
        assert total >= 900  # 47 steps, with the warm-up of 100, learned nothing
    assert training.warm_up <= total // 20
    assert total // training.evaluate_every >= min(total, 20)
    assert training.log_every <= training.evaluate_every
    assert training.validation_chars >= 1000
    for name in ("num_layers", "hidden_size", "optimizer", "learning_rate", "schedule"):
        assert fitted.get(name) == PRESETS[preset].options.get(name)
    for name in ("dropout", "readout_dropout", "embedding_dropout", "weight_drop"):
        assert fitted.get(name, 0) >= PRESETS[preset].options.get(name, 0)


@every_preset
def test_a_text_of_a_few_hundred_characters_still_has_a_step(preset: PresetName):
    training = pick(TrainingConfig, fit_preset(preset, 600))
    assert (600 - 1 - training.steps) // training.streams >= training.steps


@every_length
def test_passes_fit_into_the_minutes_and_end_where_a_text_is_learned_by_heart(characters: int):
    fitted = fit_preset("tiny", characters)
    for minutes, speed in ((0.5, 3_000.0), (5.0, 50_000.0), (1e6, 1e6)):
        timed = fit_preset("tiny", characters, minutes, speed)
        assert timed["epochs"] * characters / speed <= max(60 * minutes, 0.02 * characters / speed)
        assert timed["epochs"] <= max(most_passes(characters), fitted["epochs"])
        assert {timed[name] == fitted[name] for name in ("streams", "steps", "num_layers", "hidden_size")} == {True}
        assert timed["warm_up"] <= steps_of(timed, characters) // 20
    assert fit_preset("tiny", characters, 1e6, 1e6)["epochs"] >= most_passes(characters)


def test_minutes_without_a_preset_change_the_passes_and_their_pace():
    fitted = fit_minutes({"hidden_size": 64}, LONG, 10, 20_000)
    assert fitted["epochs"] == pytest.approx(10 * 60 * 20_000 * 0.9 / LONG, abs=0.1)
    assert fitted["hidden_size"] == 64


def test_the_command_measures_then_trains_as_long_as_asked(
    asked_for: Callable[..., dict[str, Any]], monkeypatch: pytest.MonkeyPatch
):
    measured = type("Measured", (), {"characters_per_second": 20_000.0})
    monkeypatch.setattr(command_line.TextSize, "estimate", lambda *_: measured)
    found = asked_for("--preset=small", "--minutes=10", "--streams=16")
    assert found["streams"] == 16
    assert found["epochs"] == pytest.approx(5.4)
    assert asked_for("--preset=small", "--minutes=10", "--epochs=2")["epochs"] == 2


@pytest.mark.parametrize("characters", [300, 20_000, 480_000, 10_000_000])
def test_advice_names_every_preset_and_recommends_one(characters: int):
    advice = advise(characters)
    assert [each.preset for each in advice] == list(PRESETS)
    assert sum(each.recommended for each in advice) == 1
    for each in advice:
        assert each.passes == fit_preset(each.preset, round(0.8 * characters))["epochs"]
        assert "epochs" in each.describe()

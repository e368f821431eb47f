"""Named sets of training options, and how they fit a text: for who does not want to think about each of them.

A preset is what it says on texts of `LONG` characters and more. A shorter text would give it too few steps to learn
anything, so there it gets fewer and shorter streams, more passes, and more dropout: see docs/log.md.
"""

from dataclasses import dataclass
from math import log2
from typing import Any, Literal

from models.card import format_duration
from models.config import ModelConfig, TrainingConfig, pick
from models.streams import steps_in

PresetName = Literal["tiny", "small", "paper", "best"]


@dataclass(frozen=True)
class Preset:
    """Options by field name; all others keep their defaults, and what a person gives on the command line wins."""

    summary: str
    options: dict[str, Any]


REGULARISED = {"dropout": 0.25, "readout_dropout": 0.2, "embedding_dropout": 0.1, "weight_drop": 0.15, "reset": 0.01}

PRESETS: dict[PresetName, Preset] = {
    "tiny": Preset(
        "1x128: a first look",
        {"num_layers": 1, "hidden_size": 128, "embedding_size": 64, "epochs": 1.0, "dropout": 0.0},
    ),
    "small": Preset(
        "2x256: most of the cells that people look for",
        {"num_layers": 2, "hidden_size": 256, "epochs": 3.0, "streams": 32},
    ),
    "paper": Preset(
        "2x512 as Karpathy, Johnson and Fei-Fei (2016) trained it",
        {
            "num_layers": 2,
            "hidden_size": 512,
            "epochs": 50.0,
            "streams": 100,
            "steps": 100,
            "optimizer": "rmsprop",
            "learning_rate": 2e-3,
            "schedule": "paper",
            "weight_decay": 0.0,
            "warm_up": 0,
            "clip": 5.0,
            "dropout": 0.25,
        },
    ),
    "best": Preset(
        "2x512 with all regularisation on, for books of a few million characters",
        {"num_layers": 2, "hidden_size": 512, "epochs": 13.0, **REGULARISED},
    ),
}

LONG = 2_000_000  # characters to train on, from which a preset is what it says
CHUNKS = 100  # steps that a pass over a shorter text should have
FEWEST_STREAMS, SHORT_STEPS = 4, 64
WANTED_STEPS: dict[PresetName, int] = {"tiny": 2500, "small": 2500, "paper": 3000, "best": 3000}
MOST_PASSES = ((500_000, 30.0), (0, 20.0))  # from so many characters: later it learns them by heart
DROPPED = {"readout_dropout": 0.3, "embedding_dropout": 0.2, "weight_drop": 0.3}  # and between layers, of a short text
SHORT = 125  # characters per unit of a layer: a text so long takes all this dropout, a longer one its share of it
LEAST_SHARE = 0.2
EVALUATIONS = 20
TRAINED_SHARE = 0.9  # of the time; the rest goes to evaluations, samples and checkpoints


def fit_preset(
    preset: PresetName, training_characters: int, minutes: float | None = None, speed: float | None = None
) -> dict[str, Any]:
    """The options of a preset, by field name, as they fit a text.

    Args:
        preset: by name.
        training_characters: of the text's training split.
        minutes: that the training may take; None: as many passes as the preset needs to learn something.
        speed: characters per second, measured with the options that this gives without `minutes`.
    """
    chosen = dict(PRESETS[preset].options)
    if training_characters < LONG:
        chosen |= _streams_for(chosen, training_characters)
        chosen |= _dropout_for(chosen, training_characters)
        of_a_pass = _steps_of(chosen, training_characters, 1.0)
        passes = max(chosen["epochs"], min(most_passes(training_characters), WANTED_STEPS[preset] / of_a_pass))
        chosen["epochs"] = _rounded(passes)
        chosen |= _pace_of(chosen, training_characters)
    if minutes is not None and speed is not None:
        chosen = fit_minutes(chosen, training_characters, minutes, speed)
    return chosen


def fit_minutes(options: dict[str, Any], training_characters: int, minutes: float, speed: float) -> dict[str, Any]:
    """The options with as many passes as fit into a time at a speed in characters per second, and a pace for them.

    There are no more passes than a text of this length bears: beyond, a network learns it by heart.
    """
    affordable = 60 * minutes * TRAINED_SHARE * speed / max(1, training_characters)
    passes = min(affordable, max(most_passes(training_characters), options.get("epochs", 0.0)))
    fitted = options | {"epochs": _rounded(passes)}
    return fitted | _pace_of(fitted, training_characters)


def most_passes(training_characters: int) -> float:
    """How many passes over a text of this length are of use."""
    return next(passes for at_least, passes in MOST_PASSES if training_characters >= at_least)


def _rounded(passes: float) -> float:
    """To two figures, downwards: what fits into a time still does."""
    return int(passes * 10) / 10 if passes >= 1 else max(0.01, int(passes * 100) / 100)


def _steps_of(options: dict[str, Any], training_characters: int, epochs: float) -> int:
    training = pick(TrainingConfig, options)
    return steps_in(training_characters, training.streams, training.steps, epochs)


def _streams_for(options: dict[str, Any], training_characters: int) -> dict[str, int]:
    """Streams, a power of two, and their steps, that give a pass about `CHUNKS` steps."""
    training = pick(TrainingConfig, options)
    steps = min(training.steps, SHORT_STEPS) if training_characters < LONG // 2 else training.steps
    streams = 2 ** round(log2(max(FEWEST_STREAMS, training_characters / (CHUNKS * steps))))
    return {"streams": min(training.streams, streams), "steps": steps}


def _dropout_for(options: dict[str, Any], training_characters: int) -> dict[str, float]:
    """More dropout for shorter texts; never less than the preset has."""
    model = pick(ModelConfig, options)
    share = min(1.0, SHORT * model.hidden_size / max(1, training_characters))
    if share < LEAST_SHARE:
        return {}
    dropped = {name: max(getattr(model, name), round(share * most, 2)) for name, most in DROPPED.items()}
    return dropped | ({"dropout": max(model.dropout, round(share * 0.3, 2))} if model.num_layers > 1 else {})


def _pace_of(options: dict[str, Any], training_characters: int) -> dict[str, int]:
    """Warm-up, evaluations and rows of the log that fit the number of steps; never more of them than by default."""
    training = pick(TrainingConfig, options)
    total = _steps_of(options, training_characters, training.epochs)
    default = TrainingConfig()
    evaluate_every = max(1, min(default.evaluate_every, total // EVALUATIONS))
    between = evaluate_every * training.streams * training.steps
    return {
        "warm_up": min(training.warm_up, total // 20),
        "evaluate_every": evaluate_every,
        "log_every": max(1, min(default.log_every, evaluate_every // 5)),
        "validation_chars": max(5_000, min(default.validation_chars, between // 4)),
    }


# ---- advice ----------------------------------------------------------------------------------------------------------

TRAINING_SHARE = 0.8  # of one's own text
# Characters per second on two cores with bf16: only how long, roughly; `estimate` measures it here.
ROUGH_SPEED: dict[PresetName, int] = {"tiny": 60_000, "small": 25_000, "paper": 11_000, "best": 9_000}
EXPECT = (
    (2_000_000, "Words, sentences and layout; from small on a lower loss than the best n-gram model, and "
                "units that follow quotes, lines and depth."),
    (200_000, "Words and punctuation, a loss near that of the best n-gram model, and some units that follow layout."),
    (50_000, "Frequent words; a loss somewhat above that of the best n-gram model. Few units will be clear."),
    (0, "Which characters follow each other, and a few words. An n-gram model predicts such a short text better; "
        "more text helps most."),
)  # fmt: skip
RECOMMENDED: tuple[tuple[int, PresetName], ...] = ((2_000_000, "best"), (0, "small"))


@dataclass(frozen=True)
class Advice:
    """A preset as it fits a text, what it takes and what to expect."""

    preset: PresetName
    summary: str
    passes: float
    steps: int
    minutes: float
    """Roughly, on two cores with bf16: `estimate_training` measures it."""
    expect: str
    recommended: bool

    def describe(self) -> str:
        """One line."""
        name = f"{self.preset}{' (recommended)' if self.recommended else ''}"
        took = format_duration(60 * self.minutes)
        return f"{name}: {self.passes:g} epochs, {self.steps:,} steps, roughly {took} on two cores with bf16."


def advise(characters: int) -> list[Advice]:
    """The presets that make sense for a text of so many characters in all, the quickest first."""
    training = max(1, round(TRAINING_SHARE * characters))
    expect, recommended = (
        next(what for at_least, what in table if characters >= at_least) for table in (EXPECT, RECOMMENDED)
    )
    said = []
    for name, preset in PRESETS.items():
        chosen = fit_preset(name, training)
        config = pick(TrainingConfig, chosen)
        steps = steps_in(training, config.streams, config.steps, config.epochs)
        minutes = config.epochs * training / ROUGH_SPEED[name] / 60
        said.append(Advice(name, preset.summary, config.epochs, steps, minutes, expect, name == recommended))
    return said


def describe_advice(characters: int) -> str:
    """All of it in lines for a terminal."""
    advice = advise(characters)
    lines = [f"A text of {characters:,} characters. Expect: {advice[0].expect}", *[each.describe() for each in advice]]
    return "\n".join(lines)

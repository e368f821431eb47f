import dataclasses
import os
import shlex
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

import models.__main__ as commands
from corpora import Corpus, InputError, Vocabulary
from corpora.sources import SOURCES
from models.card import describe_run, format_duration, parameter_count, reproduce_command, text_title
from models.config import BEFORE_THE_OPTION, ModelConfig, TrainingConfig
from models.run import Run, load_run, shipped_runs
from tests.models.older_runs import without
from tests.other_cells import with_cell

CORPUS = {"name": "a text", "sha256": "0" * 64, "licence": "your own", "cuts": [80, 90, 100]}


def options(config: type) -> st.SearchStrategy[Any]:
    """Configurations in which any field may have another value than its default."""
    hints = get_type_hints(config)
    by_type = {int: st.integers(1000, 10**6), float: st.floats(1e-8, 0.9), str: st.sampled_from(["cpu", "cuda"])}
    values = {
        field.name: st.just(field.default)
        | by_type.get(hints[field.name], st.sampled_from(get_args(hints[field.name])))
        for field in dataclasses.fields(config)
    }
    if config is ModelConfig:
        values["num_layers"] = st.integers(1, 8)
    return st.fixed_dictionaries(values).map(lambda chosen: config(**chosen))


def what_it_trains(command: str) -> tuple[str, str, ModelConfig, TrainingConfig]:
    """Run name, corpus and configurations of a training, as the command line itself reads them."""
    got: list[Any] = []

    def load_corpus(name: str, *_: bool) -> Corpus:
        got.append(name)
        return Corpus(name, "", "", (), (0, 0, 0), Path())

    def start_run(name: str, corpus: Corpus, model: ModelConfig, training: TrainingConfig) -> Run:
        got.extend([name, model, training])
        raise InputError("enough")

    words = shlex.split(command)
    assert words[:3] == ["python", "-m", "models"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(commands, "load_corpus", load_corpus)
        patch.setattr(commands, "start_run", start_run)
        with pytest.raises(InputError, match="enough"):
            commands.app(words[3:], standalone_mode=False)
    corpus, name, model, training = got
    return name, corpus, model, training


@given(options(ModelConfig), options(TrainingConfig))
def test_the_command_trains_with_the_options_of_the_run(model: ModelConfig, training: TrainingConfig):
    run = Run(Path("my run"), model, Vocabulary(("\ufffd",)), CORPUS, dataclasses.asdict(training))
    assert what_it_trains(reproduce_command(run)) == ("my run-again", "a text", model, training)


@pytest.mark.parametrize("name", shipped_runs())
def test_the_command_of_a_shipped_model_trains_the_same_model(name: str):
    run = load_run(name)
    assert what_it_trains(reproduce_command(run)) == (f"{name}-again", run.corpus["name"], run.model, run.options)


def test_options_that_are_as_by_default_are_left_out():
    run = Run(Path("plain"), ModelConfig(), Vocabulary(("\ufffd",)), CORPUS, dataclasses.asdict(TrainingConfig()))
    assert reproduce_command(run) == "python -m models train --corpus 'a text' --run plain-again"


def test_the_card_of_a_run_from_before_there_was_a_choice_names_what_was_in_force(tiny_run: Run):
    older = dataclasses.replace(tiny_run, training=without(BEFORE_THE_OPTION[TrainingConfig], tiny_run.training))
    assert describe_run(older)["Optimizer"].startswith("AdamW, learning rate 0.02; cosine decay")
    assert "--optimizer adamw" in reproduce_command(older)


@pytest.mark.parametrize("cell", ["lstm", "gru", "rnn"])
def test_parameters_are_counted_without_making_them(tiny_run: Run, cell: Any):
    run = with_cell(tiny_run, cell)
    assert parameter_count(run) == run.load_network().parameter_count


def test_the_card_says_what_was_on_and_nothing_else(tiny_run: Run):
    described = describe_run(tiny_run)
    assert described["Network"].startswith("2x24 LSTM: 2 layers of 24 LSTM units")
    assert "split 80/10/10 in order" in described["Text"]
    assert described["Text"].startswith("story; licence: your own; 120,000 characters")
    assert described["Training"].startswith("1 epoch, 16 streams × 32 characters per step: ")
    assert described["Regularisation"] == "dropout 0.1 between layers, weight decay 0.01"
    assert "32-bit floats" in described["Machine"]
    bare = dataclasses.replace(tiny_run.model, num_layers=1, readout_dropout=0.2)
    on = {"ema": 0.999, "reset": 0.01, "weight_decay": 0.0}
    other = dataclasses.replace(tiny_run, model=bare, training=tiny_run.training | on)
    assert describe_run(other)["Regularisation"] == (
        "dropout 0.2 before the readout, weights averaged with decay 0.999, 1 % of streams reset at each step"
    )
    none = dataclasses.replace(bare, readout_dropout=0.0)
    plain = dataclasses.replace(tiny_run, model=none, training=tiny_run.training | {"weight_decay": 0.0})
    assert describe_run(plain)["Regularisation"] == "none"


def test_a_run_that_is_not_finished_says_so(tiny_run: Run):
    unfinished = dataclasses.replace(tiny_run, training=dataclasses.asdict(tiny_run.options))
    assert describe_run(unfinished)["Training"].endswith("; not finished")
    assert "Machine" not in describe_run(unfinished)


def test_every_optimizer_and_schedule_has_words(tiny_run: Run):
    for optimizer in get_args(get_type_hints(TrainingConfig)["optimizer"]):
        for schedule in get_args(get_type_hints(TrainingConfig)["schedule"]):
            chosen = tiny_run.training | {"optimizer": optimizer, "schedule": schedule}
            said = describe_run(dataclasses.replace(tiny_run, training=chosen))["Optimizer"].lower()
            assert optimizer in said
            assert ("cosine" in said) == (schedule == "cosine")


def test_texts_have_titles():
    assert text_title("linux") == "Linux kernel/, C sources and headers, shuffled by file"
    assert text_title("linux", short=True) == "the Linux kernel's C sources"
    assert not [name for name in SOURCES if set(text_title(name, short=True)) & set(",/")]
    assert text_title("file-my-book-0123456789ab") == "my-book"
    assert text_title("somewhere-else") == "somewhere-else"


@pytest.mark.parametrize(
    ("seconds", "words"), [(0, "0 s"), (59.4, "59 s"), (60, "1 min"), (3599, "1 h 00 min"), (7500, "2 h 05 min")]
)
def test_durations_read_as_people_say_them(seconds: float, words: str):
    assert format_duration(seconds) == words


def test_the_card_reads_no_weights(tiny_run: Run):
    os.unlink(tiny_run.folder / "model.safetensors")
    assert describe_run(tiny_run)

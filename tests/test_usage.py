"""How commands speak: one line for a wrong use, any terminal, nobody who reads on, and options with an end."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from corpora.shell import python, shell_command
from models.config import ModelConfig, TrainingConfig
from models.limits import least_memory, weights_of
from models.network import CharRNN
from models.run import Run
from tests.conftest import ROOT, Outcome

Command = Callable[..., Outcome]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("models", "train", "--hidden=x"), "Wanted a whole number from 1 for --hidden, got 'x'."),
        (("models", "train", "--hidden", "0"), "Wanted a whole number from 1 for --hidden, got '0'."),
        (("models", "train", "--layers=99"), "Wanted a whole number from 1 to 8 for --layers, got '99'."),
        (("models", "train", "--cell=abc"), "Wanted one of lstm, gru, rnn for --cell, got 'abc'."),
        (("models", "train", "--epochs=x"), "Wanted a number from 0 for --epochs, got 'x'."),
        (("models", "train", "--nope"), "Wanted an option of this command, got --nope."),
        (("models", "train", "--hiden=3"), "got --hiden. Did you mean"),
        (("models", "train", "--hidden"), "Wanted a value for --hidden, got none."),
        (("models", "train", "a", "b"), "Wanted no further words, got a b."),
        (("models", "trian"), "Wanted a command, got 'trian'. Did you mean 'train'?"),
        (("models", "record", "tiny"), "Wanted --out, got none."),
        (("models", "sample"), "Wanted RUN, got none."),
        (("dashboard", "share", "--port=99999"), "Wanted a whole number from 1 to 65535 for --port, got '99999'."),
        (("corpora", "fetch"), "Wanted NAME, got none."),
    ],
)
def test_a_wrong_use_is_one_line(words: tuple[str, ...], said: str, command: Command):
    outcome = command(*words)
    assert said in outcome.error
    assert len(outcome.err.splitlines()) == 1
    assert "--help" in outcome.error


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("corpora", "info", ""), "Wanted a word, got an empty one."),
        (("models", "train", "--corpus=", "--run=x"), "Wanted a value for --corpus, got an empty one."),
        (("models", "train", "--corpus", "", "--run=x"), "Wanted a value for --corpus, got an empty one."),
        (("models", "record", "tiny", "--text=", "--out=x.zarr"), "Wanted a value for --text, got an empty one."),
        (("analysis", "concepts", "--text", ""), "Wanted a value for --text, got an empty one."),
    ],
)
def test_nothing_is_not_the_current_folder(words: tuple[str, ...], said: str, command: Command):
    outcome = command(*words)
    assert outcome.code == 2
    assert said in outcome.error


def test_an_empty_prompt_is_a_prompt(command: Command, tiny_run: Run):
    assert command("models", "sample", tiny_run.name, "--prompt", "", "--length=3").code == 0


def test_help_stays_as_it_is(command: Command):
    assert command("models", "train", "--help").code == 0
    assert "Usage" in command("models").out


@pytest.mark.parametrize(
    ("option", "said"),
    [
        ("--epochs=inf", "Wanted a finite number for --epochs, got inf"),
        ("--epochs=nan", "--epochs, got"),
        ("--epochs=0", "Wanted a number above 0"),
        ("--epochs=-1", "--epochs, got '-1'"),
        ("--matrix-learning-rate=1e300", "Wanted a number up to 1e+30 for --matrix-learning-rate"),
        ("--weight-decay=1e39", "Wanted a number up to 1e+30 for --weight-decay"),
        ("--epochs=1e300", "Wanted a number above 0 and up to 1,000,000"),
        ("--learning-rate=inf", "Wanted a finite number for --learning-rate"),
        ("--seed=4294967296", "from 0 to 4294967295 for --seed"),
        ("--seed=-1", "for --seed, got '-1'"),
        ("--device=tpu", "Wanted to train on 'tpu', which this machine does not have"),
        ("--device=", "Wanted a value for --device, got an empty one"),
        ("--hidden=2147483648", "Wanted a training that memory can hold"),
        ("--embedding=99999999999", "Wanted a training that memory can hold"),
        ("--streams=2147483648", "characters to train on"),
        ("--steps=2147483648", "characters to train on"),
        ("--min-count=2147483648", "Use a longer text, or lower --min-count"),
    ],
)
def test_options_have_an_end_and_leave_no_run(option: str, said: str, command: Command, tmp_path: Path):
    (tmp_path / "long.txt").write_text("long and winding\n" * 500)
    small = ["--layers=1", "--hidden=4", "--streams=2", "--steps=8", "--device=cpu", "--no-ngram"]
    assert said in command("models", "train", f"--corpus={tmp_path}/long.txt", *small, option).error
    assert not list(Path(os.environ["CHARSCOPE_RUNS"]).iterdir())


@pytest.mark.parametrize(
    ("variable", "value"), [("RANK", "x"), ("RANK", "-1"), ("WORLD_SIZE", "0"), ("LOCAL_WORLD_SIZE", "1e3")]
)
def test_what_torchrun_says_is_looked_at(
    variable: str, value: str, command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "long.txt").write_text("long and winding\n" * 500)
    monkeypatch.setenv(variable, value)
    error = command("models", "train", f"--corpus={tmp_path}/long.txt", "--streams=2", "--steps=8").error
    assert f"in the environment variable {variable}, got '{value}'" in error


@pytest.mark.parametrize("cell", ["lstm", "gru", "rnn"])
@pytest.mark.parametrize("layers", [1, 3])
def test_weights_are_counted_without_a_network(cell: str, layers: int):
    model = ModelConfig(cell=cell, num_layers=layers, hidden_size=7, embedding_size=5)  # pyright: ignore
    assert weights_of(model, 11) == CharRNN(model, 11).parameter_count
    small, large = (least_memory(model, TrainingConfig(streams=streams), 11) for streams in (1, 1000))
    assert 4 * 3 * weights_of(model, 11) < small < large


@pytest.mark.parametrize(
    "environment", [{"LC_ALL": "C", "PYTHONUTF8": "0"}, {"PYTHONIOENCODING": "ascii"}, {"PYTHONIOENCODING": "cp1252"}]
)
def test_any_terminal_takes_what_is_printed(environment: dict[str, str]):
    code = (
        "import sys\nfrom corpora.errors import new_command_line, run_command_line\nfrom corpora import InputError\n"
        "app = new_command_line('x')\n"
        "@app.command()\ndef say(): print(chr(0x416), chr(0x2603), ' \\udcff e\\u0301')\n"
        "@app.command()\ndef fail(): raise InputError('no \\u202e \\x1b[31m here')\n"
        "run_command_line(app)\n"
    )
    for word, status in (("say", 0), ("fail", 2)):
        done = subprocess.run(
            [sys.executable, "-c", code, word],
            env={**os.environ, "TERM": "dumb", "COLUMNS": "20", **environment},
            capture_output=True,
            cwd=ROOT,
        )
        assert done.returncode == status, done.stderr
        assert (done.stdout if word == "say" else done.stderr).count(b"\n") == 1
        assert b"\x1b" not in done.stderr


def test_a_reader_that_stops_ends_a_command_quietly():
    read, write = os.pipe()
    os.close(read)
    words = [sys.executable, "-m", "corpora", "list"]
    done = subprocess.run(words, stdout=write, stderr=subprocess.PIPE, cwd=ROOT)
    os.close(write)
    assert (done.returncode, done.stderr) == (1, b"")


def test_the_interpreter_is_called_as_a_shell_finds_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin" / "python"
    program.touch(mode=0o755)
    monkeypatch.setattr("sys.executable", str(program))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", "/nowhere")
    assert python() == "bin/python"
    (tmp_path / "other").mkdir()
    monkeypatch.chdir(tmp_path / "other")
    assert python() == str(program)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert shell_command("models", "resume", "my run") == "python -m models resume 'my run'"


def test_a_run_whose_text_is_gone_goes_on_once_the_text_is_given_as_the_message_says(
    command: Command, tiny_run: Run, tmp_path: Path, story: str
):
    import shutil

    for folder in Path(os.environ["CHARSCOPE_DATA"]).glob("file-*"):
        shutil.rmtree(folder)
    assert "corpora info FILE" in command("models", "evaluate", "tiny").error
    (tmp_path / "another-name.txt").write_text(story)
    assert command("corpora", "info", tmp_path / "another-name.txt").code == 0
    assert command("models", "evaluate", "tiny", "--split=validation").code == 0


def test_a_run_made_by_hand_is_not_called_unfinished(command: Command, tiny_run: Run):
    from models.card import describe_run, reproduce_command
    from models.run import load_run

    tiny_run.training.clear()
    tiny_run.save_config()
    made = load_run("tiny")
    assert made.is_finished
    assert describe_run(made)["Training"] == "not known; its configuration says nothing of it"
    assert "Optimizer" not in describe_run(made)
    assert reproduce_command(made) == ""
    assert "Nothing to resume" in command("models", "resume", "tiny").out


def test_every_message_of_an_error_is_listed_and_is_a_sentence():
    from docs.messages import messages

    errors = [message for message in messages() if message.is_error]
    assert len(errors) > 200
    assert not [message for message in errors if "\n" in message.words or "python -m" in message.words]

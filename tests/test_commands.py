"""Every command: its help, and for each bad input one line on stderr, exit code 2, no traceback."""

import importlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from corpora import InputError
from models.run import Run
from tests.conftest import ROOT, Outcome

Command = Callable[..., Outcome]

COMMANDS = {
    "corpora": ["list", "fetch", "info"],
    "models": [
        "train",
        "resume",
        "finish",
        "estimate",
        "import",
        "evaluate",
        "gates",
        "sample",
        "record",
        "pack",
        "ngram",
    ],
    "analysis": ["search", "ablate", "errors", "concepts"],
}
TAKES_A_RUN = [
    ("models", "resume", "{run}"),
    ("models", "finish", "{run}"),
    ("models", "evaluate", "{run}"),
    ("models", "gates", "{run}"),
    ("models", "sample", "{run}"),
    ("models", "record", "{run}", "--out={tmp}/x.zarr"),
    ("models", "pack", "{run}", "--out={tmp}/packed"),
    ("analysis", "search", "{run}"),
    ("analysis", "ablate", "{run}", "--unit=L1.u3", "--concept=column"),
    ("analysis", "errors", "{run}"),
]
NEEDS_WEIGHTS = [words for words in TAKES_A_RUN if words[1] not in ("resume", "finish")]
takes_a_run = pytest.mark.parametrize("words", TAKES_A_RUN, ids=lambda words: " ".join(words[:2]))
needs_weights = pytest.mark.parametrize("words", NEEDS_WEIGHTS, ids=lambda words: " ".join(words[:2]))


def fill(words: tuple[str, ...], run: str, tmp: Path) -> list[str]:
    return [word.format(run=run, tmp=tmp) for word in words]


@pytest.mark.parametrize(("package", "name"), [(package, name) for package in COMMANDS for name in COMMANDS[package]])
def test_every_command_has_help(package: str, name: str, command: Command):
    assert name in command(package, "--help").out
    outcome = command(package, name, "--help")
    assert outcome.code == 0
    assert "Usage" in outcome.out


@pytest.mark.parametrize("package", COMMANDS)
def test_every_command_is_in_the_list_above(package: str, command: Command):
    registered = importlib.import_module(f"{package}.__main__").app.registered_commands
    assert sorted(each.name or each.callback.__name__ for each in registered) == sorted(COMMANDS[package])


def test_the_corpora_are_listed_and_described(command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("CHARSCOPE_CORPORA", raising=False)
    listed = command("corpora", "list")
    assert listed.code == 0
    assert "war-and-peace        not fetched yet" in listed.out
    assert "python               here, not yet prepared" in listed.out
    (tmp_path / "mine.txt").write_text("abcde\n" * 100 + "☃")
    described = command("corpora", "info", tmp_path / "mine.txt")
    assert described.code == 0
    assert "601 (7 distinct)" in described.out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("corpora", "fetch", "gutenberg"), "No corpus is called 'gutenberg'. Known: war-and-peace"),
        (("corpora", "info", "gutenberg"), "No corpus and no file is called 'gutenberg'"),
        (("corpora", "info", "linux"), "python -m corpora fetch linux"),
        (("corpora", "fetch", "linux", "--from={tmp}/none.tar.xz"), "No file at {tmp}/none.tar.xz"),
        (("corpora", "fetch", "linux", "--from={tmp}"), "Wanted C sources under a folder kernel/, found none"),
        (("corpora", "fetch", "linux", "--from={tmp}/latin.txt"), "Wanted a folder or tar archive"),
        (("corpora", "fetch", "war-and-peace", "--from={tmp}/latin.txt"), "Wanted war-and-peace with sha256 fb66ba99"),
        (("corpora", "fetch", "wikipedia", "--from={tmp}/short.txt"), "has no <page>"),
        (("corpora", "info", "{tmp}/latin.txt"), "has the byte 0xe9 at offset 3"),
        (("corpora", "info", "{tmp}/empty.txt"), "Wanted a text, but {tmp}/empty.txt is empty"),
        (("corpora", "info", "{tmp}/nothing"), "found none in {tmp}/nothing. It is empty."),
        (("corpora", "info", "python", "--bytes"), "Name the file itself, or omit --bytes"),
        (("models", "train", "--corpus=gutenberg"), "No corpus and no file is called 'gutenberg'"),
        (("models", "train", "--corpus={tmp}/latin.txt"), "at offset 3"),
        (("models", "train", "--corpus={tmp}/empty.txt"), "is empty"),
        (("models", "train", "--corpus={tmp}/short.txt"), "characters that occur"),
        (("models", "train", "--corpus={tmp}/long.txt", "--device=abacus"), "Wanted to train on 'abacus'"),
    ],
)
def test_bad_texts_are_one_line(
    words: tuple[str, ...], message: str, command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.delenv("CHARSCOPE_CORPORA", raising=False)
    (tmp_path / "latin.txt").write_bytes(b"abc\xe9")
    (tmp_path / "empty.txt").write_text("")
    (tmp_path / "short.txt").write_text("short\n")
    (tmp_path / "long.txt").write_text("long\n" * 5000)
    (tmp_path / "nothing").mkdir()
    assert message.format(tmp=tmp_path) in command(*fill(words, "", tmp_path)).error
    assert not list(Path(os.environ["CHARSCOPE_RUNS"]).iterdir())


@takes_a_run
def test_an_unknown_run_is_one_line(words: tuple[str, ...], command: Command, tmp_path: Path):
    assert "No run is called 'nobody'" in command(*fill(words, "nobody", tmp_path)).error


@takes_a_run
def test_a_config_of_a_newer_format_is_one_line(
    words: tuple[str, ...], command: Command, tiny_run: Run, tmp_path: Path
):
    path = tiny_run.folder / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"format": 99}))
    assert "has format 99, this Charscope reads up to 1" in command(*fill(words, "tiny", tmp_path)).error


@needs_weights
def test_cut_weights_are_one_line(words: tuple[str, ...], command: Command, tiny_run: Run, tmp_path: Path):
    path = tiny_run.folder / "model.safetensors"
    path.write_bytes(path.read_bytes()[:1000])
    assert "The file is damaged or of another model" in command(*fill(words, "tiny", tmp_path)).error


@needs_weights
def test_a_run_without_weights_is_one_line(words: tuple[str, ...], command: Command, tiny_run: Run, tmp_path: Path):
    (tiny_run.folder / "model.safetensors").unlink()
    message = command(*fill(words, "tiny", tmp_path)).error
    assert message.endswith("are gone. Copy them again, or delete the run.")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("models", "train", "--corpus={tmp}/long.txt", "--run=tiny"), "It is finished; delete"),
        (("models", "evaluate", "tiny", "--split=dev"), "Wanted one of training, validation, test, got 'dev'"),
        (("models", "evaluate", "tiny", "--corpus={tmp}/one.txt"), "Wanted at least 2 characters to evaluate on"),
        (("models", "sample", "tiny", "--temperature=-1"), "Wanted a temperature of 0 or more, got -1.0"),
        (("models", "record", "tiny", "--out={tmp}"), "exists and is no recording of ours. Choose another --out"),
        (("models", "record", "tiny", "--out={tmp}/one.txt/x.zarr"), "Cannot write {tmp}/one.txt/x.zarr"),
        (("models", "record", "tiny", "--text={tmp}/none.txt", "--out={tmp}/x.zarr"), "No file at {tmp}/none.txt"),
        (("models", "record", "tiny", "--text={tmp}/latin.txt", "--out={tmp}/x.zarr"), "at offset 3"),
        (("models", "pack", "tiny", "--out={tmp}/one.txt/packed"), "Cannot write {tmp}/one.txt/packed"),
        (("analysis", "search", "tiny", "--text={tmp}/one.txt"), "at least 10,000 characters to search on, got 1"),
        (("analysis", "search", "tiny", "--recording={tmp}/none.zarr"), "No recording at {tmp}/none.zarr"),
        (
            ("analysis", "search", "tiny", "--out={tmp}/one.txt/cells.parquet"),
            "Cannot write {tmp}/one.txt/cells.parquet",
        ),
    ],
)
def test_bad_wishes_of_a_good_run_are_one_line(
    words: tuple[str, ...], message: str, command: Command, tiny_run: Run, tmp_path: Path
):
    (tmp_path / "one.txt").write_text("1")
    (tmp_path / "latin.txt").write_bytes(b"abc\xe9")
    (tmp_path / "long.txt").write_text("long\n" * 5000)
    assert message.format(tmp=tmp_path) in command(*fill(words, "tiny", tmp_path)).error


@pytest.mark.parametrize("variable", ["CHARSCOPE_DATA", "CHARSCOPE_RUNS"])
def test_folders_that_cannot_be_written_are_one_line(
    variable: str, command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "long.txt").write_text("long\n" * 5000)
    monkeypatch.setenv(variable, str(tmp_path / "long.txt" / "folder"))
    assert "Cannot write" in command("models", "train", f"--corpus={tmp_path}/long.txt", "--streams=2").error


QUICKLY = ["--layers=1", "--hidden=4", "--embedding=4", "--epochs=0.05", "--streams=4", "--steps=8", "--device=cpu"]


@pytest.mark.parametrize("options", [[], ["--bytes", "--no-ngram"]], ids=["text", "bytes"])
def test_a_folder_is_a_text_to_train_on_and_the_run_finds_it_again(
    options: list[str], command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    counted = []
    monkeypatch.setattr("models.train.count_beside", counted.append)
    (tmp_path / "texts/deep").mkdir(parents=True)
    for name in ("a.md", "deep/b.py", "deep/.hidden"):
        (tmp_path / "texts" / name).write_text("Grüße, long and winding\n" * 500)
    described = command("corpora", "info", tmp_path / "texts", *options[:1])
    assert "2 of 3 files" not in described.out
    assert "Left out 1 of 3 files: 1 hidden." in described.out
    assert f"characters  {26_000 if options else 24_000:,} " in described.out
    trained = command("models", "train", f"--corpus={tmp_path}/texts", *QUICKLY, *options, "--run=own")
    assert trained.code == 0
    assert [run.name for run in counted] == ([] if "--no-ngram" in options else ["own"])
    shutil.rmtree(tmp_path / "texts")
    assert f"{2_599 if options else 2_399:,} characters" in command("models", "evaluate", "own").out


@pytest.mark.parametrize("name", ["../evil", "deep/run", "/absolute", ".hidden", "..", "two\nlines", "-x", "\x1b[1m"])
def test_a_new_run_lies_in_the_folder_of_runs(command: Command, tmp_path: Path, name: str):
    (tmp_path / "long.txt").write_text("long and winding\n" * 2000)
    outcome = command("models", "train", f"--corpus={tmp_path}/long.txt", *QUICKLY, f"--run={name}")
    assert "Wanted a plain name for the run" in outcome.error


def test_a_new_run_does_not_take_the_name_of_a_shipped_model(command: Command, tmp_path: Path):
    (tmp_path / "long.txt").write_text("long and winding\n" * 2000)
    outcome = command("models", "train", f"--corpus={tmp_path}/long.txt", *QUICKLY, "--run=war-and-peace")
    assert "is a shipped model. Choose another name" in outcome.error


def test_a_search_wants_one_text_and_a_known_ending(command: Command, tiny_run: Run, tmp_path: Path):
    assert "Choose one of these endings" in command("analysis", "search", "tiny", f"--out={tmp_path}/x.txt").error
    both = command("analysis", "search", "tiny", f"--text={tmp_path}/x.txt", f"--recording={tmp_path}/x.zarr")
    assert "got both" in both.error


def test_a_run_evaluates_writes_and_records(command: Command, tiny_run: Run, tmp_path: Path):
    evaluated = command("models", "evaluate", "tiny", "--split=validation")
    assert "tiny (2x24 LSTM)" in evaluated.out
    assert "11,999 characters" in evaluated.out
    first, second = (command("models", "sample", "tiny", "--prompt=the ☃ ", "--length=40", "--seed=3") for _ in "ab")
    assert first.out == second.out
    assert first.out.startswith("the ☃ ")
    assert len(first.out) == len("the ☃ ") + 40 + len("\n")
    recorded = command("models", "record", "tiny", "--chars=700", f"--out={tmp_path}/x.zarr")
    assert "700 characters of tiny, 0 read as U+FFFD" in recorded.out
    packed = command("models", "pack", "tiny", f"--out={tmp_path}/packed")
    assert "MB" in packed.out


def test_debug_shows_the_traceback(command: Command):
    with pytest.raises(InputError, match="No corpus is called 'gutenberg'"):
        command("corpora", "--debug", "fetch", "gutenberg")


# Commands as people run them, each in a process of its own.
MISTAKES = {
    ("corpora", "fetch", "gutenberg"): "No corpus is called 'gutenberg'",
    ("models", "evaluate", "nobody"): "No run is called 'nobody'",
    ("analysis", "search", "nobody"): "No run is called 'nobody'",
}
DEBUGGED = ("corpora", "--debug", "fetch", "gutenberg")


@pytest.fixture(scope="module")
def in_processes() -> dict[tuple[str, ...], Outcome]:
    """What the commands said; they start together."""
    pipes: Any = {"cwd": ROOT, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    started = {words: subprocess.Popen([sys.executable, "-m", *words], **pipes) for words in (*MISTAKES, DEBUGGED)}
    ends = {words: process.communicate() for words, process in started.items()}
    return {words: Outcome(started[words].returncode, *end) for words, end in ends.items()}


@pytest.mark.parametrize(("arguments", "message"), MISTAKES.items())
def test_in_a_process_of_its_own_an_error_is_all_that_is_said(
    arguments: tuple[str, ...], message: str, in_processes: dict[tuple[str, ...], Outcome]
):
    outcome = in_processes[arguments]
    assert message in outcome.error
    assert len(outcome.err.splitlines()) == 1
    assert outcome.out == ""


def test_in_a_process_of_its_own_debug_shows_the_traceback(in_processes: dict[tuple[str, ...], Outcome]):
    outcome = in_processes[DEBUGGED]
    assert outcome.code != 0
    assert "Traceback" in outcome.err
    assert "No corpus is called 'gutenberg'" in outcome.err


def test_a_word_that_nobody_would_read_is_shown_from_both_ends(command: Command):
    word = "begin" + "n" * 5000 + "end"
    message = command("corpora", "fetch", word).error
    assert "'beginn" in message
    assert "nend'" in message
    assert len(message) < 1500


def test_the_whole_machine_is_no_text(command: Command):
    message = command("corpora", "info", "/").error
    assert "which holds all of this machine. Name one in it" in message
    assert message == command("corpora", "info", "/tmp/..").error.replace("/tmp/..", "/")


def test_a_pipe_is_no_source_of_a_corpus(command: Command, tmp_path: Path):
    os.mkfifo(tmp_path / "pipe")
    assert "is neither. Check the path" in command("corpora", "fetch", "linux", f"--from={tmp_path}/pipe").error
    assert "No file at" in command("corpora", "fetch", "linux", f"--from={tmp_path}/{'n' * 5000}").error


@pytest.mark.parametrize("name", ["resume", "finish"])
def test_what_was_left_when_all_was_in_place_is_removed(name: str, command: Command, tiny_run: Run):
    left = tiny_run.folder / f".config.json.{2**22 + 1}.0123abcd"
    left.mkdir()
    assert "Nothing to resume" in command("models", name, "tiny").out
    assert not left.exists()

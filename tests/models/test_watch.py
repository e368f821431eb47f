"""What a person sees of a training: plain lines in a pipe, a live display in a terminal, TensorBoard's events."""

import csv
import io
import signal
import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from tensorboardX.proto.event_pb2 import Event

from corpora import Corpus
from models import watch
from models.run import Run
from models.train import train
from models.watch import TENSORBOARD, TensorBoardWatcher, TerminalWatcher, curve
from tests.conftest import Unwatched
from tests.models.trainings import rows_of, samples_of

ROW = {
    "step": 50, "epoch": 0.3456, "chars": 409600, "train_loss": 2.34567, "validation_loss": "",
    "learning_rate": "3.000e-03", "grad_norm": 0.5, "chars_per_second": 12345,
}  # fmt: skip
EVALUATED = ROW | {"step": 250, "validation_loss": 1.98766}


# ---- lines -------------------------------------------------------------------------------------------------


def test_in_a_pipe_each_row_is_a_line(capsys: pytest.CaptureFixture[str]):
    with TerminalWatcher() as watcher:
        watcher.sampled(0, "prince anna")
        watcher.advanced(49, 1000, None)
        watcher.advanced(50, 1000, ROW)
        watcher.advanced(250, 1000, EVALUATED)
    assert capsys.readouterr().out.splitlines() == [
        "step 50/1000, epoch 0.35: train 2.3457 nats, 12,345 chars/s",
        "step 250/1000, epoch 0.35: train 2.3457, validation 1.9877 nats, 12,345 chars/s",
    ]


@pytest.mark.parametrize("terminal", [True, False])
def test_other_processes_than_the_first_say_nothing(
    terminal: bool, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(watch, "Console", lambda quiet: Console(quiet=quiet, force_terminal=terminal))
    with TerminalWatcher(silent=True) as watcher:
        watcher.sampled(0, "prince anna")
        watcher.advanced(250, 1000, EVALUATED)
    assert capfd.readouterr() == ("", "")


# ---- the live display --------------------------------------------------------------------------------------


class Terminal:
    """A terminal that remembers what was on it, and a clock to set."""

    def __init__(self) -> None:
        self.now = 0.0
        self.console = Console(
            force_terminal=True, record=True, width=110, height=40, file=io.StringIO(), get_time=lambda: self.now
        )

    def shown(self) -> str:
        return self.console.export_text(clear=False)


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    found = Terminal()
    monkeypatch.setattr(watch, "Console", lambda quiet: found.console)
    return found


def test_a_terminal_shows_progress_time_left_losses_and_the_last_sample(
    terminal: Terminal, capsys: pytest.CaptureFixture[str]
):
    with TerminalWatcher() as watcher:
        watcher.sampled(0, "xqz vvk")
        for step in range(1, 251):
            terminal.now += 0.5
            watcher.advanced(step, 1000, None)
        for loss in (2.5, 1.98766, 2.1):
            watcher.advanced(250, 1000, EVALUATED | {"validation_loss": loss})
        watcher.sampled(250, "prince anna had [no] horse")
        watcher.live.refresh()
    shown = terminal.shown()
    assert "250/1000" in shown
    assert "0:02:05 left 0:06:15" in shown  # two steps a second, 750 of them to go
    assert "epoch 0.35" in shown
    assert "train 2.3457 nats" in shown
    assert "validation 2.1000 nats (best 1.9877)" in shown
    assert "12,345 characters/s" in shown
    assert curve([2.5, 1.98766, 2.1]) in shown
    assert "sample after 250 steps" in shown
    assert "prince anna had [no] horse" in shown.splitlines()[-8:][1]
    assert "stopping" not in shown
    assert capsys.readouterr() == ("", "")


def test_a_display_without_anything_yet_is_no_error(terminal: Terminal):
    with TerminalWatcher() as watcher:
        watcher.live.refresh()
        watcher.advanced(50, 1000, ROW)
    assert "50/1000" in terminal.shown()
    assert "validation" not in terminal.shown()


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Ctrl-C as Python has it: a process that was started in the background may ignore it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
def test_the_first_interrupt_asks_and_the_second_ends_at_once(terminal: Terminal):
    before = signal.getsignal(signal.SIGINT)
    with TerminalWatcher() as watcher:
        assert not watcher.stop_requested()
        signal.raise_signal(signal.SIGINT)
        assert watcher.stop_requested()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    assert "stopping: writing a checkpoint" in terminal.shown()
    assert signal.getsignal(signal.SIGINT) is before


class Impatient(TerminalWatcher):
    """Somebody presses Ctrl-C during a step."""

    def advanced(self, step: int, total: int, row: dict[str, Any] | None) -> None:
        super().advanced(step, total, row)
        if step == 3 and not self.stop:
            signal.raise_signal(signal.SIGINT)


def test_an_interrupt_before_the_first_evaluation_leaves_weights_to_use(
    corpus: Corpus, new_run: Callable[..., Run], undisturbed: Callable[[str], Run]
):
    run, other = new_run(), undisturbed("plain")
    with Impatient() as watcher:
        assert train(run, corpus, watcher).step == 3
    assert not any(row["validation_loss"] for row in rows_of(run))
    assert run.load_network().parameter_count == other.load_network().parameter_count
    train(run, corpus, Unwatched())
    assert run.weights_hash == other.weights_hash


def test_the_little_curve_goes_from_the_lowest_bar_to_the_highest():
    assert curve([]) == ""
    assert curve([1.5]) == "▁"
    assert curve([3.0, 2.0, 1.0]) == "█▅▁"
    losses = [3.0, 1.0, 2.2, 1.7]
    heights = [watch.BARS.index(bar) for bar in curve(losses)]
    assert (min(heights), max(heights)) == (0, 7)
    assert sorted(range(4), key=losses.__getitem__) == sorted(range(4), key=heights.__getitem__)


# ---- TensorBoard -------------------------------------------------------------------------------------------


def events_of(path: Path) -> Iterator[Event]:
    """The events of a file: length, checksum, event, checksum."""
    data, at = path.read_bytes(), 0
    while at < len(data):
        (length,) = struct.unpack_from("<Q", data, at)
        yield Event.FromString(data[at + 12 : at + 12 + length])
        at += 12 + length + 4


def counted(folder: Path) -> dict[str, list[tuple[int, Any]]]:
    """Tag -> steps and values as TensorBoard counts them: a session that starts at a step purges later ones before."""
    found: dict[str, list[tuple[int, Any]]] = {}
    for path in sorted(folder.iterdir()):
        for event in events_of(path):
            if event.HasField("session_log"):
                found = {tag: [each for each in of if each[0] < event.step] for tag, of in found.items()}
            for value in event.summary.value:
                is_text = value.HasField("tensor")
                shown = value.tensor.string_val[0].decode() if is_text else value.simple_value
                found.setdefault(value.tag, []).append((event.step, shown))
    return found


def assert_tells_what_the_run_tells(run: Run) -> None:
    found = counted(run.folder / TENSORBOARD)
    with (run.folder / "log.csv").open() as log:
        rows = list(csv.DictReader(log))
    scalars = ["train_loss", "validation_loss", "learning_rate", "grad_norm", "chars_per_second"]
    for name in scalars:
        expected = [(int(row["step"]), float(row[name])) for row in rows if row[name]]
        assert [step for step, _ in found[name]] == [step for step, _ in expected]
        assert [value for _, value in found[name]] == pytest.approx([value for _, value in expected])
    (text,) = set(found) - set(scalars)
    assert text.startswith("sample")
    lines = [(sample["step"], "    " + sample["text"].replace("\n", "\n    ")) for sample in samples_of(run)]
    assert found[text] == lines


def test_tensorboard_is_told_what_the_log_and_the_samples_tell(corpus: Corpus, new_run: Callable[..., Run]):
    run = new_run()
    with TerminalWatcher(silent=True) as terminal, TensorBoardWatcher(terminal, run.folder) as watcher:
        train(run, corpus, watcher)
    assert_tells_what_the_run_tells(run)


class KillError(Exception):
    """In place of a kill."""


class Dying(TerminalWatcher):
    """Is gone after a step, without a word to anybody."""

    def __init__(self, at: int) -> None:
        super().__init__(silent=True)
        self.at = at

    def stop_requested(self) -> bool:
        if self.progress.tasks[0].completed == self.at:
            raise KillError
        return False


def test_steps_that_a_resumed_run_does_again_count_once(corpus: Corpus, new_run: Callable[..., Run]):
    run = new_run()
    for at in (28, 45):  # checkpoints are at 15, 30 and 45
        with pytest.raises(KillError), TensorBoardWatcher(Dying(at), run.folder) as watcher:
            train(run, corpus, watcher)
    with TensorBoardWatcher(TerminalWatcher(silent=True), run.folder) as watcher:
        train(run, corpus, watcher)
    assert len(list((run.folder / TENSORBOARD).iterdir())) == 3  # also where they are of the same second
    assert_tells_what_the_run_tells(run)

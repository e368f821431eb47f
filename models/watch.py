"""What a person sees while a model trains: a live display in a terminal, plain lines elsewhere, or TensorBoard."""

import signal
from pathlib import Path
from types import FrameType
from typing import Any

from rich.console import Console, Group
from rich.live import Live
from rich.panel import Panel
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text
from tensorboardX import SummaryWriter

BARS = "▁▂▃▄▅▆▇█"
CURVE = 60  # validation losses that the little curve shows
TENSORBOARD = "tensorboard"


class TerminalWatcher:
    """Shows progress; Ctrl-C asks training to write a checkpoint and stop."""

    def __init__(self, silent: bool = False) -> None:
        self.console = Console(quiet=silent)
        self.silent = silent
        self.stop = False
        self.losses: list[float] = []
        self.latest: dict[str, Any] = {}
        self.sample: Panel | None = None
        self.progress = Progress(
            TextColumn("step"),
            MofNCompleteColumn(),
            BarColumn(bar_width=None),
            TimeElapsedColumn(),
            TextColumn("left"),
            TimeRemainingColumn(),
            console=self.console,
            expand=True,
        )
        self.task = self.progress.add_task("", total=None)
        self.live = Live(console=self.console, refresh_per_second=4, get_renderable=self._display)

    def __enter__(self) -> "TerminalWatcher":
        self.previous = signal.signal(signal.SIGINT, self._request_stop)
        if self.console.is_terminal and not self.silent:
            self.live.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.live.stop()
        signal.signal(signal.SIGINT, self.previous)

    def _request_stop(self, _number: int, _frame: FrameType | None) -> None:
        self.stop = True
        signal.signal(signal.SIGINT, self.previous)  # a second Ctrl-C ends at once

    def stop_requested(self) -> bool:
        return self.stop

    def advanced(self, step: int, total: int, row: dict[str, Any] | None) -> None:
        """One step is done; `row` is the line of log.csv, where one was written."""
        self.progress.update(self.task, completed=step, total=total)
        if not row:
            return
        self.latest = row
        validation = row["validation_loss"]
        if validation != "":
            self.losses = [*self.losses, validation][-CURVE:]
        if not (self.console.is_terminal or self.silent):
            of_validation = f", validation {validation:.4f}" if validation != "" else ""
            losses = f"train {row['train_loss']:.4f}{of_validation} nats"
            line = f"step {step}/{total}, epoch {row['epoch']:.2f}: {losses}, {row['chars_per_second']:,} chars/s"
            print(line, flush=True)

    def sampled(self, step: int, text: str) -> None:
        """A sample was written; a terminal shows the latest."""
        title = f"sample after {step:,} steps"
        body = Text(text, overflow="fold")
        self.sample = Panel(body, title=title, title_align="left", height=8, border_style="dim")

    def _display(self) -> Group:
        """Progress, the losses so far, and the last sample."""
        parts: list[Any] = [self.progress]
        if self.latest:
            figures = Table.grid(padding=(0, 3))
            figures.add_row(
                f"epoch {self.latest['epoch']:.2f}",
                f"train {self.latest['train_loss']:.4f} nats",
                f"validation {self.losses[-1]:.4f} nats (best {min(self.losses):.4f})" if self.losses else "",
                f"{self.latest['chars_per_second']:,} characters/s",
            )
            parts += [figures, Text(curve(self.losses), style="blue")]
        if self.sample:
            parts.append(self.sample)
        if self.stop:
            parts.append(Text("stopping: writing a checkpoint …", style="yellow"))
        return Group(*parts)


def curve(losses: list[float]) -> str:
    """Losses as a row of little bars, the lowest loss the lowest bar."""
    low, high = (min(losses), max(losses)) if losses else (0.0, 0.0)
    span = (high - low) or 1.0
    return "".join(BARS[round((loss - low) / span * (len(BARS) - 1))] for loss in losses)


class TensorBoardWatcher:
    """Writes what another watcher is shown to TensorBoard's event files as well, under `tensorboard/` in the run."""

    def __init__(self, watcher: TerminalWatcher, folder: Path) -> None:
        self.watcher = watcher
        self.folder = folder / TENSORBOARD
        self.writer: SummaryWriter | None = None

    def __enter__(self) -> "TensorBoardWatcher":
        return self

    def __exit__(self, *_: object) -> None:
        if self.writer:
            self.writer.close()

    def stop_requested(self) -> bool:
        return self.watcher.stop_requested()

    def advanced(self, step: int, total: int, row: dict[str, Any] | None) -> None:
        """Losses in nats, learning rate, gradient norm and speed by step."""
        self.watcher.advanced(step, total, row)
        for name, value in (row or {}).items():
            if name not in ("step", "epoch", "chars") and value != "":
                self._writer_from(step).add_scalar(name, float(value), step)
        if row:
            self._writer_from(step).flush()

    def sampled(self, step: int, text: str) -> None:
        """The sample as preformatted text."""
        self.watcher.sampled(step, text)
        self._writer_from(step).add_text("sample", "    " + text.replace("\n", "\n    "), step)

    def _writer_from(self, step: int) -> SummaryWriter:
        """Events of later steps, left by a run that was killed, no longer count."""
        if self.writer is None:
            suffix = f".{step:08}"  # else a file of the same second would be overwritten
            self.writer = SummaryWriter(str(self.folder), purge_step=step, filename_suffix=suffix)
        return self.writer

"""What a person sees while a model trains: a progress bar with time left in a terminal, plain lines elsewhere."""

import signal
from types import FrameType, TracebackType
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn


class TerminalWatcher:
    """Shows progress; Ctrl-C asks training to write a checkpoint and stop."""

    def __init__(self) -> None:
        self.console = Console()
        self.stop = False
        self.progress = Progress(
            TextColumn("{task.completed}/{task.total} steps"),
            BarColumn(),
            TextColumn("{task.description}"),
            TimeElapsedColumn(),
            TextColumn("left"),
            TimeRemainingColumn(),
            console=self.console,
            disable=not self.console.is_terminal,
        )
        self.task = self.progress.add_task("", total=None)

    def __enter__(self) -> "TerminalWatcher":
        self.previous = signal.signal(signal.SIGINT, self._request_stop)
        self.progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.progress.stop()
        signal.signal(signal.SIGINT, self.previous)

    def _request_stop(self, _number: int, _frame: FrameType | None) -> None:
        self.stop = True
        signal.signal(signal.SIGINT, self.previous)  # a second Ctrl-C ends at once

    def stop_requested(self) -> bool:
        return self.stop

    def advanced(self, step: int, total: int, row: dict[str, Any] | None) -> None:
        """One step is done; `row` is the line of log.csv, where one was written."""
        self.progress.update(self.task, completed=step, total=total)
        if row:
            validation = f", validation {row['validation_loss']:.4f}" if row["validation_loss"] != "" else ""
            description = f"train {row['train_loss']:.4f}{validation} nats, {row['chars_per_second']:,} chars/s"
            if not self.console.is_terminal:
                print(f"step {step}/{total}, epoch {row['epoch']:.2f}: {description}", flush=True)
            self.progress.update(self.task, description=description)

    def sampled(self, step: int, text: str) -> None:
        """A sample was written; a terminal shows its first line above the bar."""
        if self.console.is_terminal:
            self.console.print(f"step {step}: {text[:100]!r}", markup=False, highlight=False)

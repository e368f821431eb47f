"""The search as one watches it in a terminal, and its outcome as a table of text."""

from collections.abc import Iterable
from pathlib import Path

import pandas as pd
from rich import box
from rich.console import Console
from rich.progress import BarColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.progress import Progress as Bars
from rich.table import Table

from analysis.findings import best_units, is_units_table, rows_of
from analysis.progress import Progress
from analysis.statistics import MEASURE_TITLES, measured_text, score_text
from corpora import InputError
from models.out import require_file
from models.units import Unit
from models.work import StoppedError, Work

COURSE = (2, 3, 4, 3, 1, 4, 1, *3 * (2, 2, 1))  # how long the stages of a search take, roughly, relative to each other


class SearchProgress(Progress):
    """A bar for what is being done, on standard error; without a terminal a line for each stage.

    The job's `work`, if there is one, is told how far the search is as a whole, and may end it.
    """

    def __init__(self, work: Work | None = None) -> None:
        self.work, self.name, self.number, self.done, self.total = work, "", -1, 0, 1
        columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), TimeRemainingColumn())
        self.bars = Bars(*columns, console=Console(stderr=True), transient=True)
        self.task = self.bars.add_task("", visible=False)

    def __enter__(self) -> "SearchProgress":
        self.bars.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self.bars.stop()
        if kind in (KeyboardInterrupt, StoppedError):
            self.remark("The search was stopped. Earlier tables are unchanged.")

    def stage(self, name: str, total: int = 1) -> None:
        self.bars.reset(self.task, description=name, total=total, visible=True)
        if not self.bars.console.is_terminal:
            self.remark(name)
        self.name, self.number, self.done, self.total = name, self.number + 1, 0, max(1, total)
        self._report()

    def advance(self, by: int = 1) -> None:
        self.bars.advance(self.task, by)
        self.done += by
        self._report()

    def _report(self) -> None:
        """Tell the job.

        Raises:
            StoppedError: somebody asked it to stop.
        """
        if self.work is None:
            return
        share = min(1.0, self.done / self.total)
        behind, now = sum(COURSE[: self.number]), sum(COURSE[self.number : self.number + 1])
        self.work.report(behind + now * share, sum(COURSE), self.name)
        self.work.check()

    def remark(self, line: str) -> None:
        self.bars.console.print(line, markup=False, highlight=False)


def table_of(units: pd.DataFrame) -> Table:
    """The best unit of each concept, the surest first."""
    shown = Table("concept", "unit", "score", "95 %", "n-grams", "untrained", "verdict", box=box.SIMPLE)
    for row in rows_of(best_units(units)):
        if pd.isna(row["score"]):
            shown.add_row(row["concept"], *[""] * 5, "cannot be scored")
            continue
        unit = Unit.of_row(row)
        shown.add_row(
            row["concept"],
            f"{unit} {unit.symbol}",
            measured_text(MEASURE_TITLES[row["measure"]], row["score"]),
            f"{score_text(row['ci_low'])}–{score_text(row['ci_high'])}",
            *("" if pd.isna(value) else score_text(value) for value in (row["ngram"], row["untrained"])),
            f"{row['verdict']} ({row['level']})" if row["level"] else row["verdict"],
        )
    return shown


def print_table(table: Table) -> None:
    """To a terminal in its width, to a file or another program in the width that the table needs."""
    console = Console()
    Console(width=console.width if console.is_terminal else 120).print(table)


def check_writable(path: Path, inputs: Iterable[Path | None] = (), overwrite: bool = False) -> Path:
    """The file that a table is written to: to be known before the search, not after it.

    Raises:
        InputError: another ending than .csv or .parquet, no such folder, or a file that must not be replaced.
    """
    if path.suffix not in (".csv", ".parquet"):
        raise InputError(f"Wanted a .csv or .parquet file to write, got {path}. Choose one of these endings for --out.")
    target = require_file(path, is_units_table, inputs, overwrite)
    if not path.parent.is_dir():
        raise InputError(f"Cannot write {path}. Make its folder, or choose another --out.")
    return target

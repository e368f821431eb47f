"""How far a command is, in a terminal and as a job: one call tells both."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import Progress

from models.work import Work


@contextmanager
def progress(what: str, total: int, work: Work | None = None) -> Iterator[Callable[[int], None]]:
    """A progress bar in a terminal, and the reports of a job; yields what to call with each number of parts done.

    That call ends the job by `StoppedError` if somebody asked for it.
    """
    done = 0
    with Progress(*Progress.get_default_columns(), disable=not Console().is_terminal) as bar:
        task = bar.add_task(what, total=total)

        def advance(more: int) -> None:
            nonlocal done
            done += more
            bar.advance(task, more)
            if work:
                work.report(done, total, what)
                work.check()

        yield advance

"""The long work that the app starts for a run: which command does it, and what people call it.

Each piece of work is a process of its own (`models.jobs`): it outlives the page, the browser and the server.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from corpora import InputError
from corpora.shell import shell_word
from models.jobs import Job, start_job
from models.own import is_own
from models.run import Run


@dataclass(frozen=True)
class Kind:
    """A kind of work."""

    command: tuple[str, str]
    """The package and its command."""
    button: str
    icon: str
    doing: str
    """What goes on, in words."""
    noun: str
    kept: str
    """What stays when it is stopped."""
    options: tuple[str, ...] = ()
    """What comes before the run's name."""


UNTOUCHED = "Earlier results are unchanged."
KINDS = {
    "search": Kind(("analysis", "search"), "Search its units", "search", "Searching its units", "search", UNTOUCHED),
    "ablate": Kind(
        ("analysis", "ablate"), "Test its units by clamping", "science", "Clamping its units", "test by clamping",
        "What was tested is kept.",
    ),
    "gates": Kind(("models", "gates"), "Measure its gates", "speed", "Measuring its gates", "measurement", UNTOUCHED),
    "evaluate": Kind(
        ("models", "evaluate"), "Evaluate it", "straighten", "Evaluating it on its test text", "evaluation", UNTOUCHED
    ),
    "errors": Kind(
        ("analysis", "errors"), "Analyse its errors", "troubleshoot", "Analysing its errors", "error analysis",
        UNTOUCHED,
    ),
    "ngram": Kind(
        ("models", "ngram"), "Count n-grams", "bar_chart", "Counting the n-grams of its text", "count", UNTOUCHED,
        ("--run",),
    ),
    "train": Kind(
        ("models", "resume"), "Resume", "play_arrow", "Training", "training", "Its weights so far are kept."
    ),
    "finish": Kind(
        ("models", "finish"), "Stop with the best weights", "flag", "Stopping the training", "stop", UNTOUCHED
    ),
}  # fmt: skip

OF_TRAINING = ("train", "finish")  # noted in the run's own folder


def start(run: Run, kind: str, *arguments: str) -> Job:
    """Start the work of a kind on a run, in a process of its own.

    Raises:
        InputError: it is going on already, the server's users are visitors, it cannot be started, or the run was
            deleted meanwhile: nothing of it comes back.
    """
    if not (run.folder / "config.json").exists():
        raise InputError(f"{run.name} was deleted. Reload the page.")
    words = _words(run, kind, arguments)
    return start_job(run.folder if kind in OF_TRAINING else run.results_folder, kind, ["-m", *words])


def command_of(run: Run, kind: str, *arguments: str) -> str:
    """The same work as a command, for people who work in a terminal."""
    return " ".join(map(shell_word, ["python", "-m", *_words(run, kind, arguments)]))


def _words(run: Run, kind: str, arguments: Sequence[str]) -> list[str]:
    """The command's words; a shipped model and an own run are named, so that their results lie where the app looks."""
    name = run.name if run.results or is_own(run) else str(run.folder)
    options = KINDS[kind].options
    if options:
        return [*KINDS[kind].command, *arguments, f"{options[0]}={name}"]
    return [*KINDS[kind].command, *arguments, *["--"] * name.startswith("-"), name]

"""What the app shows first: dialogue, colored by the quote detector."""

import contextlib

from analysis.findings import FOUND
from analysis.profile.excerpt import is_at_hand
from corpora import InputError
from corpora.demo import load_passage, passage_like
from dashboard.engine import ENGINE
from dashboard.location import Location
from dashboard.readings import findings_of
from dashboard.snapshots import emerging
from models.own import is_own
from models.run import Run, all_runs, corpus_of, load_run, shipped_runs
from models.units import Unit

LANDING_RUN = "war-and-peace"
LANDING_CONCEPTS = {"war-and-peace": "inside-quotes", "linux": "comment-or-string", "wikipedia": "inside-link"}


def read_landing() -> None:
    """Read the landing passage, so that the engine holds it."""
    if LANDING_RUN in shipped_runs():
        ENGINE.read(load_run(LANDING_RUN), load_passage(LANDING_RUN))


def known_run(name: str) -> str:
    """The name itself, if a run has it: an address never makes the application look into other folders.

    Raises:
        InputError: no run has that name.
    """
    if name not in all_runs():
        raise InputError(f"No run is called {name[:40]!r}. Known: {', '.join(all_runs())}.")
    return name


def first_text(run: Run) -> str:
    """What a run reads first: an own one the start of its own validation text, if that is here; else a demo passage."""
    if is_own(run) and is_at_hand(run):
        with contextlib.suppress(InputError):  # another text goes by that name
            if text := corpus_of(run).excerpt("validation", Location.length):
                return text
    return load_passage(passage_like(run.corpus["name"]))


def first_look(run: Run, concept: str = "") -> tuple[Unit, str]:
    """The unit to show first, and its concept: the one asked for, else the corpus's default, else the clearest."""
    findings = [finding for finding in findings_of(run) if finding["rank"] == 1]
    if not findings:
        return _changed_most(run), ""
    known = LANDING_CONCEPTS.get(run.corpus["name"])
    found = [finding for finding in findings if finding["verdict"] in FOUND] or findings
    asked = [finding for finding in findings if finding["concept"] == concept]
    clearest = max(found, key=lambda each: (each["concept"] == known, each["clear"]))  # the first of them
    best = asked[0] if asked else clearest
    return Unit.of_row(best).in_recorded_state(run.model), best["concept"]


def _changed_most(run: Run) -> Unit:
    """Of an own run without a search, the unit that came to follow a concept most clearly; else the first one."""
    if is_own(run):
        with contextlib.suppress(InputError):  # it kept no snapshots, or damaged ones
            if units := emerging(run)["units"]:
                return Unit.parse(units[0]["unit"], units[0]["state"])
    return Unit(1, 0, run.memory)

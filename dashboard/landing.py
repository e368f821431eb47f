"""What whoever opens the app for the first time sees: dialogue, colored by the quote detector."""

from corpora.demo import load_passage
from dashboard.readings import STORE
from models.run import load_run, shipped_runs

LANDING_RUN = "war-and-peace"
LANDING_CONCEPT = {"war-and-peace": "inside-quotes", "linux": "comment-or-string", "wikipedia": "inside-link"}


def read_landing() -> None:
    """Put the landing's reading into the store."""
    if LANDING_RUN in shipped_runs():
        STORE.read(load_run(LANDING_RUN), load_passage(LANDING_RUN))

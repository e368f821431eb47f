"""The text on which the Unit view shows units: read once per model, kept for all visitors."""

import streamlit as st

from analysis.profile.excerpt import LabelledExcerpt, is_at_hand
from corpora import InputError, fetch_corpus, load_corpus
from corpora.places import is_read_only
from corpora.sources import SOURCES
from dashboard.engine import ENGINE
from dashboard.messages import show_error, show_warning
from models.network import CharRNN
from models.run import Run

MEGABYTES = {"war-and-peace": 3, "war-and-peace-bytes": 3, "linux": 135, "wikipedia": 36}  # of a download


def read_with(run: Run) -> tuple[CharRNN, LabelledExcerpt]:
    """The network, and its reading of held-out text if that is on this machine, else of a demo passage.

    Raises:
        InputError: the run has no weights.
    """
    at_hand = is_at_hand(run)
    with st.spinner("Reading 20,000 characters, once for all units of the model …", show_time=False):
        try:
            return ENGINE.network(run), ENGINE.excerpt(run, at_hand)
        except InputError as error:
            if not at_hand:
                raise
            show_warning(f"{error} A demo passage is shown instead.")
            return ENGINE.network(run), ENGINE.excerpt(run, False)


def show_source(run: Run, passage: LabelledExcerpt) -> None:
    """Which text was read, and, if it was a demo passage, a button to get the test text."""
    if is_at_hand(run):
        st.caption(
            f"{len(passage):,} characters of {passage.source}: of the part not used to choose units, those with the "
            "most concepts."
        )
        return
    row = st.container(horizontal=True, vertical_alignment="center")
    row.caption(
        f"This is {passage.source} of {len(passage):,} characters. The model's test text is not on this machine.",
        width="stretch",
    )
    name = run.corpus["name"]
    if name not in SOURCES or is_read_only():
        return
    fetches = SOURCES[name].find() is None
    cost = f"fetches {MEGABYTES[name]} MB" if fetches else "nothing to fetch"
    if row.button(f"Use the test text ({cost})", icon=":material/download:", key="unit_fetch"):
        try:
            with st.spinner("Preparing the text …", show_time=True):
                fetch_corpus(name) if fetches else load_corpus(name)
        except InputError as error:
            show_error(error)
            return
        st.rerun()

"""The text on which the Unit view shows units: read once per model, kept for all visitors."""

import streamlit as st

from analysis.profile.excerpt import LabelledExcerpt, is_at_hand
from corpora import InputError
from dashboard.engine import ENGINE
from dashboard.messages import plain, show_warning
from dashboard.views.missing_text import show_get_text
from models.network import CharRNN
from models.run import Run


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
    source = plain(passage.source)
    if is_at_hand(run):
        st.caption(
            f"{len(passage):,} characters of {source}: of the part not used to choose units, those with the "
            "most concepts."
        )
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(
            f"This is {source} of {len(passage):,} characters. The model's test text is not on this machine.",
            width="stretch",
        )
        show_get_text(run, "unit_fetch", "Use the test text")

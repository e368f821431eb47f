"""How a model learned: one slider through its training."""

import streamlit as st

from dashboard.views.explained import show_explained
from dashboard.views.training_slider import show_slider
from models.run import Run


def show_learning(run: Run) -> None:
    """Losses, samples and what a unit did, at the step in view."""
    st.markdown("#### How it learned")
    show_explained("models-learning")
    if run.imported:
        st.caption("This network was trained elsewhere. It was imported without losses, samples and snapshots.")
        return
    show_slider(run, live=not run.is_finished)

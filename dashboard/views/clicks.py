"""What Find and Models share: the model in the address, and clicks that open a unit."""

from dataclasses import replace
from typing import Any

import plotly.graph_objects as go
import streamlit as st
from streamlit.navigation.page import StreamlitPage

from corpora import InputError
from dashboard import session
from dashboard.figures.style import PLOTLY
from dashboard.messages import show_error
from models.run import Run, load_run
from models.units import Unit

CLICKS = "clicks"


def chosen_run(view: str) -> Run | None:
    """The model that the visitor looks at, with a box to choose another; None if it cannot be shown."""
    try:
        location, _ = session.arrive(view)
        session.choose_model(f"{view}_model", location)
        session.show_address(location)
        return load_run(location.model)
    except InputError as error:
        show_error(error)
        return None


def fresh(key: str) -> str:
    """A widget's key that changes after each click, so that the same click can be made again."""
    return f"{key}_{st.session_state.get(CLICKS, 0)}"


def clicked_dot(figure: go.Figure, key: str) -> Any:
    """Show a figure; what its clicked dot has as `customdata`, or None."""
    event: Any = st.plotly_chart(figure, key=fresh(key), on_select="rerun", selection_mode="points", config=PLOTLY)
    return next((point["customdata"] for point in event.selection.points if "customdata" in point), None)


def open_unit(page: StreamlitPage, run: Run, unit: Unit, concept: str = "") -> None:
    """Open a clicked unit on a page."""
    st.session_state[CLICKS] = st.session_state.get(CLICKS, 0) + 1
    session.go(page, replace(session.here(), model=run.name, unit=unit, concept=concept))

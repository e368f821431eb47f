"""Read: a text, colored by any unit of a model, with its predictions. The heart of the application.

The address bar names model, text, marks and unit. The reader in the browser keeps the unit up to date on its own.
"""

from dataclasses import replace

import streamlit as st

from corpora import InputError
from dashboard.component import command, prepare_reader, show_reader
from dashboard.engine import ENGINE
from dashboard.location import LONGEST_IN_LINK, LOOK, Location
from dashboard.messages import show_error
from dashboard.naming import names_for_reader
from dashboard.readings import Reading
from dashboard.session import (
    arrive,
    choose,
    linkable,
    note_reading,
    note_written,
    secret_of_session,
    show_address,
    told_place,
    with_unit,
)
from dashboard.views.explained import show_explained
from dashboard.views.job_panel import offer_job
from dashboard.views.names_told import show_told, want_stars
from dashboard.views.read_ranges import marks_in, show_ranges, want_marks
from dashboard.views.text_choice import (
    OWN,
    show_model_box,
    show_text_box,
    show_text_details,
    text_to_read,
    with_text,
)
from models.own import is_own
from models.run import load_run

UNSEARCHED = "Which of its units follow a concept, such as quotation marks? A search finds them."


def show_read() -> None:
    """The Read view."""
    prepare_reader()
    location, arrived = arrive("read")
    location = with_text(location)
    choose(location)
    _show_choices(location)
    try:
        run = load_run(location.model)
        text = text_to_read(location, run)
        if text is None:
            return
        with st.spinner("Reading …", show_time=False):
            key, reading = ENGINE.read(run, text, secret_of_session(), told_place())
    except InputError as error:
        show_error(error)
        show_address(location)
        return
    location = replace(with_unit(location), marks=marks_in(reading.text, location.marks))
    choose(location)
    if location.text == OWN:
        note_reading(location.own, key)
    address = linkable(location)
    if arrived or st.session_state.get("commanded_model") != run.name:
        _command(location)
    query = {name: value for name, value in address.to_query().items() if name not in LOOK}
    note_written(address)
    show_reader(key, query, location.marks, want_marks, names_for_reader(run), want_stars)
    show_told()
    _show_remarks(reading, address)
    if is_own(run) and ENGINE.findings(run) is None:
        offer_job(run, "search", UNSEARCHED)
    show_explained("read")
    show_ranges(key, reading, location.marks)


def _show_choices(location: Location) -> None:
    """The boxes for the model and the text."""
    left, right = st.columns([1, 2])
    show_model_box(left, location)
    show_text_box(right, location)
    show_text_details(location)


def _command(location: Location) -> None:
    """Tell the reader which unit to show: the visitor has just arrived, or the model has changed."""
    assert location.unit is not None
    look = {"mode": location.mode, "palette": location.palette, "signals": bool(location.signals)}
    view = {**location.unit.columns, "concept": location.concept}
    command(view | {name: value for name, value in look.items() if value})
    st.session_state["commanded_model"] = location.model


def _show_remarks(reading: Reading, address: Location) -> None:
    """The text's length and how long its link works; the reader names the characters that the model does not know."""
    remarks = [f"{len(reading):,} characters"]
    if address.held:
        remarks.append(f"a link holds at most {LONGEST_IN_LINK:,}, so this one works only while the server runs")
    st.caption("; ".join(remarks) + ".")

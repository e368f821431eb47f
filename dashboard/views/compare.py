"""Compare: units, states, layers and models over one text, one above the other, under one cursor.

The address bar names the text and the rows; the browser keeps the rows up to date on its own.
"""

from dataclasses import replace
from typing import Any

import streamlit as st

from corpora import InputError
from dashboard.compared import Row, parse_rows, rows_for, write_rows
from dashboard.component import hear, heard_from
from dashboard.components import below_base_path, declare, module_address
from dashboard.engine import ENGINE
from dashboard.location import PALETTES, SPLITS, Location
from dashboard.messages import show_error
from dashboard.model_menu import menu_of_models
from dashboard.readings import Reading
from dashboard.routes import PREFIX
from dashboard.session import (
    arrive,
    choose,
    here,
    linkable,
    note_reading,
    note_written,
    secret_of_session,
    show_address,
    told_place,
    with_unit,
)
from dashboard.views.explained import show_explained
from dashboard.views.text_choice import (
    OWN,
    show_model_box,
    show_text_box,
    show_text_details,
    text_to_read,
    with_text,
)
from models.run import load_run

KEY, ROWS, SEQ, READ = "compare", "compared_rows", "compared_seq", "compared_reading"
STYLES = ("reader.css", "compare.css")
_mount = declare("charscope_compare", '<div class="reader-place"></div>', *STYLES)


def show_compare() -> None:
    """The Compare view."""
    location, _ = arrive(KEY)
    location = with_text(location)
    choose(replace(location, rows=""))  # only this view's address has them
    _show_choices(location)
    try:
        rows = _rows_of(location)
        location = replace(location, rows="")
        run = load_run(location.model)
        text = text_to_read(location, run)
        if text is None:
            return
        with st.spinner("Reading …", show_time=False):
            key, reading = _read(rows, text)
    except InputError as error:
        show_error(error)
        show_address(location)
        return
    if location.text == OWN:
        note_reading(location.own, key)
    _show_rows(location, key, rows)
    st.caption(f"{len(reading):,} characters. A red wave marks a character that the row's model does not know.")
    show_explained(KEY)


def _rows_of(location: Location) -> list[Row]:
    """The rows that a link names, else those that were there, else the unit in view and the model's surprise."""
    state = st.session_state
    if location.rows:
        rows, problems = parse_rows(location.rows)
        for problem in problems:
            show_error(problem)
        if rows:
            _keep(rows)
            state[SEQ] = state.get(SEQ, 0) + 1
    if not state.get(ROWS):
        unit = with_unit(location).unit
        assert unit is not None
        _keep(rows_for(load_run(location.model), unit))
        state[SEQ] = state.get(SEQ, 0) + 1
    rows, problems = parse_rows(state[ROWS])
    if not rows:  # the models have gone meanwhile
        del state[ROWS]
        raise InputError(problems[0])
    return rows


def _read(rows: list[Row], text: str) -> tuple[str, Reading]:
    """The text as a model read it: the one that has read it for this page before, else that of the first row."""
    key = st.session_state.get(READ, "")
    reading = ENGINE.reading(key)
    if reading is None or reading.text != text:
        key, reading = ENGINE.read(load_run(rows[0].signal.model), text, secret_of_session(), told_place())
        st.session_state[READ] = key
    return key, reading


def _keep(rows: list[Row]) -> None:
    st.session_state[ROWS] = write_rows(rows)


def _show_choices(location: Location) -> None:
    """The boxes for the text; an excerpt is one of a model's own corpus."""
    if location.text in SPLITS:
        left, right = st.columns([2, 1])
        show_text_box(left, location)
        show_model_box(right, location, "Excerpt from the text of")
    else:
        show_text_box(st, location)
    show_text_details(location)


def _show_rows(location: Location, key: str, rows: list[Row]) -> None:
    """Show rows over the text that the engine holds under `key`; the browser adds rows and palette to the address."""
    address = linkable(location)
    query = {name: value for name, value in address.to_query().items() if name not in ("rows", "palette")}
    note_written(address)
    _mount(
        key=KEY,
        data={
            "host": module_address("hosts/compare.js"),
            "url": below_base_path(f"{PREFIX}/{key}"),
            "models": menu_of_models(location.model),
            "rows": [row.columns for row in rows],
            "seq": st.session_state[SEQ],
            "palette": location.palette or PALETTES[0],
            "address": query,
            "heard": heard_from(KEY),
        },
        on_rows_change=lambda: hear(KEY, "rows", _note_rows),
    )


def _note_rows(message: dict[str, Any]) -> None:
    """Keep the rows that the browser shows, for when the visitor returns."""
    st.session_state[ROWS] = str(message["rows"])
    if message["palette"] in PALETTES:
        choose(replace(here(), palette=message["palette"]))

"""The reader as a Streamlit component: the text, colored by a unit, with its controls."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from dashboard.components import below_base_path, declare, module_address
from dashboard.location import Marks
from dashboard.routes import PREFIX
from dashboard.session import choose, here

KEY, HEARD = "reader", "reader_heard"
VIEW = ("state", "layer", "unit", "concept", "mode", "palette")
_mount_ahead = declare("charscope_reader_ahead", "")
_mount = declare("charscope_reader", '<div class="reader-place"></div>', "reader.css")


def prepare_reader() -> None:
    """Make the browser load the reader and note keys while the server reads the text. It takes no space."""
    with st.container(key="reader_ahead"):
        _mount_ahead(key="ahead", data={"host": module_address("hosts/ahead.js")})


def note_view(view: dict[str, Any]) -> None:
    """Keep what the reader shows, for the other views; what `view` leaves out stays."""
    choose(here().with_view({name: view[name] for name in VIEW if name in view}))


def show_reader(
    key: str,
    address: dict[str, str],
    marks: Marks,
    on_marks: Callable[[Marks], None],
    on_view: Callable[[dict[str, Any]], None] = note_view,
) -> None:
    """Show the reading that the engine holds under `key`, with the unit that was last commanded.

    `address` is the model and the text for the address bar. The reader adds the unit, and replaces the entry in the
    browser's history, where Streamlit would add one. `marks` are the ranges drawn on the text; `on_marks` gets the
    ranges that the visitor wants instead, before the script runs again. It is a trigger, not a state of the component,
    so that the same ranges can be set again after they were cleared.

    The reader switches units without the server. `on_view` gets its last view when the visitor turns to another part
    of the page. Views are numbered: the browser holds back a click until the server has received the last one.
    """
    _mount(
        key=KEY,
        data={
            "host": module_address("hosts/streamlit.js"),
            "url": below_base_path(f"{PREFIX}/{key}"),
            "address": address,
            "cmd": st.session_state["command"],
            "marks": [list(mark) for mark in marks],
            "heard": st.session_state.get(HEARD, 0),
        },
        on_marks_change=lambda: on_marks(_wanted_marks()),
        on_view_change=lambda: _hear(on_view),
    )


def _hear(on_view: Callable[[dict[str, Any]], None]) -> None:
    view = _sent("view") or {}
    on_view(view)
    st.session_state[HEARD] = view.get("told", st.session_state.get(HEARD, 0))


def _sent(name: str) -> Any:
    """What the browser sent; None if the reader is no longer on the page that is asked for."""
    return (st.session_state.get(KEY) or {}).get(name)


def _wanted_marks() -> Marks:
    wanted = _sent("marks") or []
    return tuple((int(start), int(stop)) for start, stop in wanted)


def command(view: dict[str, Any]) -> None:
    """Make the reader show a unit: it takes over a view when `seq` has grown, else it keeps its own."""
    state = st.session_state
    state["command"] = {"seq": state.get("command", {"seq": 0})["seq"] + 1, "view": view}
    note_view({"concept": "", **view})

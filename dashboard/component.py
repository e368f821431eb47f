"""The reader as a Streamlit component: the text, colored by a unit, with its controls."""

import time
from collections.abc import Callable
from typing import Any

import streamlit as st

from dashboard.components import below_base_path, declare, module_address
from dashboard.location import Marks
from dashboard.routes import PREFIX
from dashboard.session import choose, here

KEY, HEARD = "reader", "heard"
VIEW = ("state", "layer", "unit", "concept", "mode", "palette", "signals")
_mount_ahead = declare("charscope_reader_ahead", "")
_mount = declare("charscope_reader", '<div class="reader-place"></div>', "reader.css", "names.css")


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
    names: dict[str, Any] | None = None,
    on_stars: Callable[[dict[str, Any]], None] = lambda _: None,
) -> None:
    """Show the reading that the engine holds under `key`, with the unit that was last commanded.

    `address` is the model and the text for the address bar. The reader adds the unit, and replaces the entry in the
    browser's history, where Streamlit would add one. `marks` are the ranges drawn on the text; `on_marks` gets the
    ranges that the visitor wants instead, before the script runs again. It is a trigger, not a state of the component,
    so that the same ranges can be set again after they were cleared. `names` is what units are called, and `on_stars`
    gets the stars that the visitor sets: see `dashboard.naming`.

    The reader switches units without the server, and tells its last view when the visitor turns to another part of
    the page. Messages are numbered: the browser sends one again that the server has not heard, and holds back a
    click until the server has heard the last view.
    """
    _mount(
        key=KEY,
        data={
            "host": module_address("hosts/streamlit.js"),
            "url": below_base_path(f"{PREFIX}/{key}"),
            "address": address,
            "cmd": st.session_state["command"],
            "marks": [list(mark) for mark in marks],
            "names": names,
            "heard": heard_from(KEY),
        },
        on_again_change=lambda: hear(KEY, "again", lambda _: None),  # the script runs, and reads the text again
        on_marks_change=lambda: hear(
            KEY, "marks", lambda marks: on_marks(tuple((int(start), int(stop)) for start, stop in marks))
        ),
        on_stars_change=lambda: hear(KEY, "stars", on_stars),
        on_view_change=lambda: hear(KEY, "view", note_view),
    )


def heard_from(key: str) -> dict[str, int]:
    """The number of the last message that was heard from a component, by the message's name."""
    return st.session_state.get(HEARD, {}).get(key, {})


def hear(key: str, name: str, act: Callable[[Any], None]) -> None:
    """Act on a component's message, once, unless the component is no longer on the page that is asked for."""
    message, heard = (st.session_state.get(key) or {}).get(name), heard_from(key)
    if message is None or message["number"] == heard.get(name):
        return
    act(message["value"])
    st.session_state[HEARD] = {**st.session_state.get(HEARD, {}), key: {**heard, name: message["number"]}}


def command(view: dict[str, Any]) -> None:
    """Make the reader show a unit: it takes over a view when `seq` has grown, else it keeps its own.

    `seq` is the time in milliseconds, so that it grows also when a page outlives its session or its server.
    """
    state = st.session_state
    last = state.get("command", {"seq": 0})["seq"]
    state["command"] = {"seq": max(last + 1, time.time_ns() // 1_000_000), "view": view}
    note_view({"concept": "", **view})

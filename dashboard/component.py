"""The reader as a Streamlit component: the text, colored by a unit, with its controls."""

from collections.abc import Callable
from typing import Any

import streamlit as st
from streamlit.components import v2

from dashboard.address import Marks
from dashboard.heatmap import component_js, reader_css
from dashboard.routes import PREFIX

KEY = "reader"
_mount = v2.component("charscope_reader", html='<div class="reader-place"></div>', css=reader_css(), js=component_js())


def show_reader(key: str, address: dict[str, str], marks: Marks, on_marks: Callable[[Marks], None]) -> None:
    """Show the reading that the store holds under `key`, with the unit that was last commanded.

    `address` is what the address bar is to say about model and text. The reader adds the unit, and replaces the entry
    in the browser's history, where Streamlit would add one. `marks` are ranges to be drawn on the text; `on_marks` is
    told of others that somebody wants, before the script runs again. It is a trigger and no state of the component, so
    that the same ranges can be wanted once more after they were cleared.
    """
    base = st.get_option("server.baseUrlPath").strip("/")
    url = f"{'/' + base if base else ''}{PREFIX}/{key}"
    _mount(
        key=KEY,
        data={
            "url": url,
            "address": address,
            "cmd": st.session_state["command"],
            "marks": [list(mark) for mark in marks],
        },
        on_marks_change=lambda: on_marks(_wanted_marks()),
    )


def _wanted_marks() -> Marks:
    wanted = st.session_state[KEY]["marks"] or []
    return tuple((int(start), int(stop)) for start, stop in wanted)


def command(view: dict[str, Any]) -> None:
    """Have the reader show a unit: it takes a view when `seq` has grown, else it keeps its own."""
    state = st.session_state
    state["command"] = {"seq": state.get("command", {"seq": 0})["seq"] + 1, "view": view}

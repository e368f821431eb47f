"""The reader as a Streamlit component: the text, colored by a unit, with its controls."""

from typing import Any

import streamlit as st
from streamlit.components import v2

from dashboard.heatmap import component_js, reader_css
from dashboard.routes import PREFIX

_mount = v2.component("charscope_reader", html='<div class="reader-place"></div>', css=reader_css(), js=component_js())


def show_reader(key: str, address: dict[str, str], command: dict[str, Any]) -> None:
    """Show the reading that the store holds under `key`.

    `address` is what the address bar is to say about model and text. The reader adds the unit, and replaces the entry
    in the browser's history, where Streamlit would add one. `command` is `{"seq": n, "view": {...}}`: the reader takes
    the view when `seq` has grown, else it keeps its own.
    """
    base = st.get_option("server.baseUrlPath").strip("/")
    _mount(
        key="reader", data={"url": f"{'/' + base if base else ''}{PREFIX}/{key}", "address": address, "cmd": command}
    )

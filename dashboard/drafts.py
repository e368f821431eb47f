"""What is typed into a field is kept by the browser tab: a reload or a new start of the server would forget it."""

import streamlit as st

from dashboard.component import hear, heard_from
from dashboard.components import declare, module_address

_mount = declare("charscope_draft", "")


def keep_draft(field: str) -> None:
    """Keep what is typed into the text area with this key; a session that has not had it yet gets it back.

    To be called beside the text area, in each run of the script that shows it.
    """
    key = f"draft_of_{field}"

    def take_back(text: str) -> None:
        st.session_state[field] = text

    with st.container(key=f"draft_{field}"):
        _mount(
            key=key,
            data={"host": module_address("hosts/drafts.js"), "field": field, "isNew": not heard_from(key)},
            on_text_change=lambda: hear(key, "text", take_back),
        )

"""The texts of visitors are kept by their browser tabs as well: the server drops them, and a reload forgets them.

A link names a long text by the key of its reading. If the server no longer holds that, the browser tab is asked.
"""

from typing import Any

import streamlit as st

from dashboard.component import hear
from dashboard.components import declare, module_address

KEY, RECALLED = "recall", "recalled"
_mount = declare("charscope_recall", "")


def recalled_text(key: str) -> str | None:
    """The text of a reading from the visitor's browser tab; None while that is being asked, empty if it has none."""
    asked, text = st.session_state.get(RECALLED, ("", ""))
    if asked == key:
        return text
    with st.container(key=KEY):
        _mount(
            key="recall_text",
            data={"host": module_address("hosts/recall.js"), "key": key},
            on_text_change=lambda: hear("recall_text", "text", _note),
        )
    return None


def _note(answer: dict[str, Any]) -> None:
    text = answer.get("text")
    st.session_state[RECALLED] = (str(answer.get("key", "")), text if isinstance(text, str) else "")

"""What came of a change of names, which a page says when it runs next; and the stars that Read sends."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from corpora import InputError
from dashboard.messages import plain, show_error
from dashboard.naming import keep_stars

TOLD = "names_told"
FOR_VISITORS = "Visitors see the names of units; only the person who shares this server can change them."


def attempt(change: Callable[..., Any], *arguments: Any, said: str = "", **wanted: Any) -> bool:
    """Make a change; the page says what came of it when it runs next. Whether it was made."""
    try:
        change(*arguments, **wanted)
    except InputError as error:
        st.session_state[TOLD] = (False, str(error))
        return False
    if said:
        st.session_state[TOLD] = (True, said)
    return True


def show_told() -> None:
    """Say what came of the last change."""
    is_made, words = st.session_state.pop(TOLD, (True, ""))
    if words and is_made:
        st.success(plain(words))
    elif words:
        show_error(words)


def want_stars(sent: dict[str, Any]) -> None:
    """Keep the stars that the reader sent."""
    attempt(keep_stars, sent)

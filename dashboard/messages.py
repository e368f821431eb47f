"""Messages about what went wrong. They may contain what somebody wrote into a link, a form or a file's name.

Streamlit reads every message as Markdown. A link could otherwise make the page load a picture from elsewhere.
"""

import re
from collections.abc import Callable

import streamlit as st

from corpora import InputError

MARKDOWN = re.compile(r"([!-/:-@\[-`{-~])")  # CommonMark 0.31, section 2.4: any of these after a backslash is itself
LINKED = re.compile(r"(?<=[:w])(?=//|\.)|(?=@)")  # inside what Streamlit would make a link even so: https://, www., a@b
WORD_JOINER = "\u2060"  # invisible


def plain(text: str) -> str:
    """The text in Markdown that shows it as it is, on one line."""
    return MARKDOWN.sub(r"\\\1", LINKED.sub(WORD_JOINER, " ".join(text.split())))


def as_code(command: str) -> str:
    """The command in Markdown as code, whatever backticks are in it."""
    fence = "`" * (1 + max(map(len, re.findall("`+", command)), default=0))
    return f"{fence}{command}{fence}"


def show_error(problem: Exception | str) -> None:
    """Show what was wanted, what was got and what to do."""
    st.error(plain(str(problem)))


def show_warning(problem: Exception | str) -> None:
    """Show what is missing, and what is shown instead."""
    st.warning(plain(str(problem)))


def refused_in_one_line(show: Callable[[], object]) -> Callable[[], None]:
    """A page that says in one line what refuses it, below what it has shown by then."""

    def page() -> None:
        try:
            show()
        except InputError as error:
            show_error(error)

    return page


def say_what_failed(error: Exception) -> bool:
    """Show an error that nothing expected in one line, in place of Streamlit's box; the server's log has the rest.

    Streamlit calls it for scripts, fragments and callbacks, and shows its own box unless it gets True.
    """
    if isinstance(error, InputError):
        show_error(error)
    elif isinstance(error, OSError) and error.strerror:
        show_error(f"Cannot use {error.filename or 'a file'} ({error.strerror}). Mend that, then reload the page.")
    else:
        kind = type(error).__name__
        show_error(f"This part of the page failed ({kind}). Reload the page; the server's log says more.")
    return True

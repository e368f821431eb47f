"""What a page says and offers where the text that a model was trained on is not on this machine."""

import streamlit as st

from analysis.profile.excerpt import is_at_hand
from corpora import InputError, fetch_corpus, load_corpus
from corpora.places import is_read_only
from corpora.sources import SOURCES
from dashboard.messages import plain, show_error
from models.card import text_title
from models.run import Run

MEGABYTES = {"war-and-peace": 3, "war-and-peace-bytes": 3, "linux": 135, "wikipedia": 36}  # of a download


def lacks_text(run: Run) -> bool:
    """Whether the run's text is neither prepared here nor lies where a command finds it."""
    name = run.corpus["name"]
    return not is_at_hand(run) and (name not in SOURCES or is_read_only() or SOURCES[name].find() is None)


def missing_sentence(run: Run) -> str:
    """That the text is missing, as Markdown."""
    if not run.corpus["name"]:
        return f"{plain(run.name)} was imported without the text that it was trained on."
    return f"{plain(run.name)} was trained on *{plain(text_title(run.corpus['name']))}*, which is not on this machine."


def can_get_text(run: Run) -> bool:
    """Whether a button can get it."""
    return run.corpus["name"] in SOURCES and not is_read_only()


def show_get_text(run: Run, key: str, label: str = "Get the text") -> None:
    """A button that gets the run's text, where one can."""
    name = run.corpus["name"]
    if not can_get_text(run):
        return
    fetches = SOURCES[name].find() is None
    cost = f"fetches {MEGABYTES.get(name, 'some')} MB" if fetches else "nothing to fetch"
    if st.button(f"{label} ({cost})", icon=":material/download:", key=key):
        try:
            with st.spinner("Preparing the text …", show_time=True):
                fetch_corpus(name) if fetches else load_corpus(name)
        except InputError as error:
            show_error(error)
            return
        st.rerun()


def _how_to_get_it(run: Run) -> str:
    """What helps where no button gets the text."""
    if can_get_text(run) or is_read_only():
        return ""
    if not run.corpus["name"]:
        return "Import the network again under the same name, together with its text."
    return "Give the same text in Train and press Start training: that keeps the text here."


def show_missing_text(run: Run, key: str) -> None:
    """That the text is missing, and how to get it."""
    st.caption(f"{missing_sentence(run)} {_how_to_get_it(run)}")
    show_get_text(run, key)

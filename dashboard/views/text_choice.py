"""The text that a view reads, and the boxes to choose it: a demo passage, an excerpt, or the visitor's own."""

import io
from dataclasses import replace
from typing import Any

import streamlit as st

from corpora import InputError
from corpora.demo import load_passage, passage_like, passage_names
from corpora.reading import decode_stream
from dashboard.engine import ENGINE
from dashboard.location import SPLITS, Location
from dashboard.messages import plain, show_error, show_warning
from dashboard.model_menu import select_model
from dashboard.readings import LONGEST_TEXT
from dashboard.recall import recalled_text
from dashboard.session import choose, here, show_address
from dashboard.views.missing_text import lacks_text, missing_sentence, show_get_text
from models.own import is_own
from models.run import Run, corpus_of, load_run

DEMO_TITLES = {
    "war-and-peace": "Demo: a scene with dialogue",
    "linux": "Demo: a C file",
    "wikipedia": "Demo: a wiki article",
}
LARGEST_FILE = 5  # MB of an upload; Train takes larger ones
EXCERPT, TEST, OWN = "excerpt", "test", "own"
TEXT_TITLES = {
    **{f"demo-{name}": DEMO_TITLES[name] for name in passage_names()},
    EXCERPT: "An excerpt of the validation text",
    TEST: "An excerpt of the test text",
    OWN: "Your own text",
}
ASK_FOR_TEXT = "Type or paste a text above and press Ctrl+Enter, or upload a file. Every model can read any text."


def with_text(location: Location) -> Location:
    """The location with a text: the model's first one if none was chosen; a held text itself, not its key."""
    if location.held:
        held = ENGINE.reading(location.held)
        own = held.text if held else location.own or recalled_text(location.held)
        if own is None:  # the browser is being asked
            return location
        if not own:
            show_warning(
                "The text of this link is gone: neither this server nor this browser tab has it. Paste it again."
            )
        location = replace(location, own=own, held="")
    text = location.text if location.text in TEXT_TITLES else first_text_of(location.model)
    return replace(location, text=text, length=max(1, min(location.length, LONGEST_TEXT)))


def first_text_of(model: str) -> str:
    """What a model reads first: a shipped one the demo passage that resembles its corpus, an own one its own text."""
    run = load_run(model)
    return EXCERPT if is_own(run) else f"demo-{passage_like(run.corpus['name'])}"


def show_model_box(place: Any, location: Location, title: str = "Model") -> None:
    """The box for the model."""
    with place:
        select_model("model", location.model, title, on_change=_model_changed)


def show_text_box(place: Any, location: Location) -> None:
    """The box for the text."""
    st.session_state["text"] = location.text
    place.selectbox("Text", list(TEXT_TITLES), key="text", format_func=TEXT_TITLES.__getitem__, on_change=_text_changed)


def show_text_details(location: Location) -> None:
    """The boxes for which excerpt, or for the visitor's own text."""
    state = st.session_state
    state["own"], state["start"], state["length"] = location.own, location.start, location.length
    if location.text in SPLITS:
        left, right = st.columns(2)
        left.number_input("First character", min_value=0, step=1_000, key="start", on_change=_text_changed)
        right.number_input("Characters", 1, LONGEST_TEXT, step=1_000, key="length", on_change=_text_changed)
    if location.text == OWN:
        left, right = st.columns([2, 1])
        left.text_area("Your text (Ctrl+Enter to read it)", key="own", height=160, on_change=_text_changed)
        right.file_uploader(
            f"Or a text file of at most {LONGEST_TEXT:,} characters",
            key="upload",
            max_upload_size=LARGEST_FILE,
            on_change=_take_upload,
        )
        if "upload_error" in state:
            show_error(state.pop("upload_error"))


def _model_changed() -> None:
    """Another model reads its own first text, unless one was chosen."""
    choose(here().with_model(st.session_state["model"]))


def _text_changed() -> None:
    """Another text has no marks yet."""
    state, location = st.session_state, here()
    chosen = {name: state[name] for name in ("text", "start", "length", "own") if name in state}
    choose(replace(location, **chosen, held="", marks=()))


def _take_upload() -> None:
    """Use an uploaded text; if it cannot be read, keep the text that was there."""
    state = st.session_state
    if state["upload"] is None:
        return
    try:
        text = "".join(decode_stream(io.BytesIO(state["upload"].getvalue()), state["upload"].name))
        if not text:
            raise InputError(f"Wanted a text, but {state['upload'].name} is empty. Choose a file with text in it.")
        if len(text) > LONGEST_TEXT:
            name, most = state["upload"].name, f"{LONGEST_TEXT:,}"
            raise InputError(f"Wanted at most {most} characters, but {name} has {len(text):,}. Upload an excerpt.")
        choose(replace(here(), own=text, held="", marks=()))
    except InputError as error:
        state["upload_error"] = str(error)


def text_to_read(location: Location, run: Run) -> str | None:
    """The text itself; None if there is none yet or any more, which is said below the boxes.

    Raises:
        InputError: there is no such excerpt.
    """
    text = _text_at(location, run)
    if text == "" and not location.held:
        st.info(ASK_FOR_TEXT)
    if not text:
        show_address(location)
    return text or None


def _text_at(location: Location, run: Run) -> str | None:
    """The text itself; empty if the visitor has not given one yet; None if it is gone, which is said.

    Raises:
        InputError: there is no such excerpt.
    """
    if location.text == OWN:
        return location.own
    if location.text not in SPLITS:
        return load_passage(location.text.removeprefix("demo-"))
    if lacks_text(run):
        _show_without_text(run, missing_sentence(run))
        return None
    try:
        with st.spinner("Fetching the excerpt …", show_time=False):
            corpus = corpus_of(run)
    except InputError as error:
        _show_without_text(run, plain(str(error)))
        return None
    split = SPLITS[location.text]
    text = corpus.excerpt(split, location.length, location.start)
    if not text:
        size = len(corpus.split(split))
        raise InputError(
            f"Wanted a first character below {size:,}, where the {split} text ends, got {location.start:,}. "
            "Choose a smaller one."
        )
    return text


def _show_without_text(run: Run, reason: str) -> None:
    """Why the model's own text is not here, in Markdown, and what it can read instead."""
    st.info(f"{reason} It can read any other text: choose a demo passage, or give it one.")
    with st.container(horizontal=True):
        show_get_text(run, "read_get")
        for name in [f"demo-{each}" for each in passage_names()] + [OWN]:
            st.button(TEXT_TITLES[name], key=f"read_{name}", on_click=_choose_text, args=(name,))


def _choose_text(text: str) -> None:
    choose(replace(here(), text=text, held="", marks=()))

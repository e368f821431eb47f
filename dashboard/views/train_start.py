"""Train, third step: how long it will take on this machine, a name, and the start."""

from collections.abc import Iterator
from typing import Any

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from corpora import InputError
from corpora.look import TextLook
from dashboard.headline import headline
from dashboard.messages import show_error
from dashboard.new_training import (
    Plan,
    Text,
    measure,
    measurement_of,
    require_free,
    start_training,
    suggest_name,
)
from dashboard.session import put
from models.card import format_duration

NAMED, MEASURED = "train_named", "train_measured"
ASK_EVERY = 1.0  # seconds


def show_start(text: Text, look: TextLook, plan: Plan, train: StreamlitPage) -> None:
    """The estimate, the name and the button; once started, the page `train` shows the training."""
    st.markdown("#### 3 · Start")
    estimate = st.container()
    left, right = st.columns([2, 1], vertical_alignment="bottom")
    with left:
        name = _choose_name(suggest_name(text.title, plan.preset))
    wrong = ""
    try:
        require_free(name)
    except InputError as error:
        wrong = str(error)
    pressed = right.button(
        "Start training", type="primary", icon=":material/play_arrow:", width="stretch", disabled=bool(wrong)
    )
    if wrong:
        show_error(wrong)
    elif pressed:
        _start(name, text, plan, train)
    with estimate:  # last, since it may run the page again: a press would be lost
        show_estimate(plan, text.training_characters(look.characters), look.vocabulary)


def _choose_name(suggested: str) -> str:
    """The name in its box: the suggestion follows text and preset until somebody writes another."""
    state = st.session_state
    put("train_name", state.get(NAMED) or suggested)

    def named() -> None:
        state[NAMED] = state["train_name"].strip()

    return st.text_input("Name of the training", key="train_name", on_change=named).strip()


def _start(name: str, text: Text, plan: Plan, train: StreamlitPage) -> None:
    try:
        with st.spinner("Starting …", show_time=False):
            start_training(name, text, plan)
    except InputError as error:
        show_error(error)
        return
    st.session_state.pop(NAMED, None)
    st.switch_page(train, query_params={"run": name})


# ---- the estimate ---------------------------------------------------------------------------------------------------


def show_estimate(plan: Plan, characters: int, vocabulary: int) -> None:
    """How long the plan takes here: measured in a process of its own, once for each shape."""
    measured = measurement_of(plan, characters, vocabulary)
    if measured.needed:
        try:
            measured = measure(plan, characters, vocabulary, st.session_state.get(MEASURED))
        except InputError as error:
            show_error(error)
            return
    st.session_state[MEASURED] = measured.folder
    st.fragment(_watch, run_every=ASK_EVERY if measured.running else None)(
        plan, characters, vocabulary, measured.running
    )


def _watch(plan: Plan, characters: int, vocabulary: int, was_running: bool) -> None:
    measured = measurement_of(plan, characters, vocabulary)
    if measured.running:
        st.caption(":material/hourglass_top: Measuring how fast this machine trains such a network. You can start now.")
    elif was_running:
        st.rerun()  # no longer every second
    elif measured.found:
        st.html(headline(_figures(measured.found)))
        _offer_again(plan, characters, vocabulary)
    else:
        show_error(f"The time could not be measured. {measured.job.reason if measured.job else ''}")
        _offer_again(plan, characters, vocabulary)


def _offer_again(plan: Plan, characters: int, vocabulary: int) -> None:
    if st.button("Measure again", type="tertiary", icon=":material/refresh:"):
        try:
            measure(plan, characters, vocabulary)
        except InputError as error:
            show_error(error)
            return
        st.rerun()


def _figures(found: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """The headline figures: name, figure, more about it."""
    options, speed = found["options"], found["characters_per_second"]
    yield "Time", f"about {format_duration(found['seconds'])}", "if this machine stays as busy as it is now"
    yield "Epochs", f"{options['epochs']:g}", "passes over the training text"
    yield "Steps", f"{found['steps']:,}", f"of {options['streams']} × {options['steps']} characters"
    yield "Speed", f"{speed:,.0f}", "characters per second, measured here"

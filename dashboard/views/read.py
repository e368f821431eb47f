"""Read: a text, colored by any unit of a model, with its predictions. The heart of the application.

The address bar names model, text, marks and unit. The reader in the browser keeps the unit up to date on its own.
"""

import io
from dataclasses import replace
from typing import Any

import streamlit as st

from corpora import InputError
from corpora.demo import load_passage, passage_names
from corpora.reading import decode_stream
from dashboard.address import LONGEST_IN_LINK, Address, parse_view
from dashboard.component import command, prepare_reader, show_reader
from dashboard.landing import LANDING_RUN, default_view, known_run
from dashboard.readings import LONGEST_TEXT, STORE, Reading
from dashboard.views.read_ranges import marks_in, set_marks, show_ranges, want_marks
from models.run import Run, all_runs, corpus_of, load_run
from models.units import Unit

DEMO_TITLES = {
    "war-and-peace": "Demo: a scene with dialogue",
    "linux": "Demo: a C file",
    "wikipedia": "Demo: a wiki article",
}
EXCERPT, OWN = "excerpt", "own"
TEXT_TITLES = {
    **{f"demo-{name}": DEMO_TITLES[name] for name in passage_names()},
    EXCERPT: "An excerpt of the validation text",
    OWN: "Your own text",
}


def show_read() -> None:
    """The Read view."""
    prepare_reader()
    query = st.query_params.to_dict()
    state = st.session_state
    try:
        wanted_view = _arrive(query)
    except InputError as error:
        st.error(str(error))
        _fill_in(Address())
        wanted_view = {}
    _show_choices()
    try:
        run = load_run(state["model"])
        address, text = _chosen_text(run)
        if not text:
            state["address"] = address
            if not address.held and "held" not in query:
                st.info(
                    "Type or paste a text above and press Ctrl+Enter, or upload a file. Any model can read any text."
                )
            return
        with st.spinner("Reading …", show_time=False):
            key, reading = STORE.read(run, text)
    except InputError as error:
        st.error(str(error))
        return
    if address.text == OWN and len(text) > LONGEST_IN_LINK:
        address = Address(address.model, OWN, held=key)
    marks = marks_in(reading.text)
    state["address"] = address = replace(address, marks=marks)
    _command(reading, wanted_view)
    show_reader(key, address.to_query(), marks, want_marks)
    _show_remarks(reading, address)
    show_ranges(key, reading, marks)


def _arrive(query: dict[str, str]) -> dict[str, Any] | None:
    """Bring the controls in line with a link that was followed; the view that it asks for, None if nobody came."""
    state = st.session_state
    if "model" not in state and "address" in state and not query:  # back from another page: all is as it was left
        _fill_in(state["address"])
        return None
    address, seen = Address.parse(query), state.get("seen_address")
    state["seen_address"] = address
    if "model" in state and (not query or address in (seen, state.get("address"))):
        return None
    view = parse_view(query)
    _fill_in(address)
    return view


def _fill_in(address: Address) -> None:
    """Set the controls to an address."""
    state = st.session_state
    state["model"] = known_run(address.model or LANDING_RUN)
    state["text"] = address.text if address.text in TEXT_TITLES else _demo_of(state["model"])
    state["start"], state["length"] = address.start, max(1, min(address.length, LONGEST_TEXT))
    held = STORE.get(address.held)
    state["own"] = held.text if held else address.own
    set_marks(address.marks)
    if address.held and not held:
        st.warning("The text of this link was only held by the server that made it, and is gone. Paste it again.")


def _demo_of(model: str) -> str:
    """The demo passage in the manner of a model's corpus."""
    corpus = load_run(model).corpus["name"]
    return f"demo-{corpus if corpus in passage_names() else 'linux' if corpus == 'python' else 'war-and-peace'}"


def _show_choices() -> None:
    """Which model, which text."""
    state = st.session_state
    left, right = st.columns([1, 2])
    left.selectbox("Model", all_runs(), key="model", on_change=_model_changed)
    right.selectbox("Text", list(TEXT_TITLES), key="text", format_func=TEXT_TITLES.__getitem__)
    if state["text"] == EXCERPT:
        left, right = st.columns(2)
        left.number_input("First character", min_value=0, step=1_000, key="start")
        right.number_input("Characters", min_value=1, max_value=LONGEST_TEXT, step=1_000, key="length")
    if state["text"] == OWN:
        left, right = st.columns([2, 1])
        left.text_area("Your text (Ctrl+Enter to read it)", key="own", height=160)
        right.file_uploader("Or a text file, in UTF-8", key="upload", on_change=_take_upload)
        if "upload_error" in state:
            st.error(state.pop("upload_error"))


def _model_changed() -> None:
    """Another model reads its own demo passage, unless the text was chosen on purpose."""
    state = st.session_state
    if state["text"].startswith("demo-"):
        state["text"] = _demo_of(state["model"])


def _take_upload() -> None:
    state = st.session_state
    if state["upload"] is None:
        return
    try:
        text = "".join(decode_stream(io.BytesIO(state["upload"].getvalue()), state["upload"].name))
        if len(text) > LONGEST_TEXT:
            raise InputError(f"Wanted at most {LONGEST_TEXT:,} characters, {state['upload'].name} has {len(text):,}.")
        state["own"] = text
    except InputError as error:
        state["upload_error"] = str(error)


def _chosen_text(run: Run) -> tuple[Address, str]:
    """What the controls say, as an address and as the text itself."""
    state = st.session_state
    choice = state["text"]
    if choice == EXCERPT:
        start, length = int(state["start"]), int(state["length"])
        with st.spinner("Fetching the excerpt …", show_time=False):
            corpus = corpus_of(run)
        text = corpus.excerpt("validation", length, start)
        if not text:
            size = len(corpus.split("validation"))
            raise InputError(f"Wanted a first character below {size:,}, where the validation text ends, got {start:,}.")
        return Address(run.name, EXCERPT, start, length), text
    if choice == OWN:
        return Address(run.name, OWN, own=state["own"]), state["own"]
    return Address(run.name, choice), load_passage(choice.removeprefix("demo-"))


def _command(reading: Reading, wanted_view: dict[str, Any] | None) -> None:
    """Tell the reader which unit to show when somebody arrives, or when the model is another."""
    state = st.session_state
    if wanted_view is None and state.get("commanded_model") == reading.run.name:
        return
    wanted = wanted_view or {}
    view: dict[str, Any] = (
        default_view(reading, wanted.get("concept", "")) | ({"concept": ""} if "unit" in wanted else {}) | wanted
    )
    try:
        Unit(view["layer"], view["unit"]).require(reading.run.model)
    except InputError as error:
        st.error(str(error))
        view |= default_view(reading)
    if view["state"] not in reading.state_names:
        st.warning(f"{reading.run.name} ({reading.run.model.title}) has no {view['state']} state: here is h.")
        view["state"] = "hidden"
    command(view)
    state["commanded_model"] = reading.run.name


def _show_remarks(reading: Reading, address: Address) -> None:
    """What is worth knowing about this text: its length, and what the model could not read."""
    unknown = reading.run.vocabulary.count_unknown(reading.text)
    remarks = [f"{len(reading):,} characters"]
    if unknown:
        remarks.append(f"{unknown:,} of them are not in this model's vocabulary: it read them as U+FFFD")
    if address.held:
        remarks.append(f"a link carries at most {LONGEST_IN_LINK:,} characters: this one works while the server runs")
    st.caption("; ".join(remarks) + ".")

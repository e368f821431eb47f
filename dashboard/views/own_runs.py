"""One's own runs in a list: how each stands, and buttons to hide it from the menus or to delete it."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from corpora import InputError
from corpora.places import is_read_only, runs_folder
from dashboard.landing import LANDING_RUN
from dashboard.messages import plain, show_error
from dashboard.session import choose, here
from models.card import text_title
from models.own import damaged_runs, delete_run, hide_run, is_hidden, is_own_folder, readable_run
from models.run import Run, is_text, shipped_runs
from models.status import reason_of, status_of

REFUSED, ASKED = "own_refused", "own_asked"


def show_own_runs() -> None:
    """Every own run, also hidden, failed and damaged ones; nothing where there is none."""
    names, damaged = own_names(), damaged_runs()
    if not names and not damaged:
        return
    st.markdown("#### Your own models")
    show_refusal()
    for name in sorted({*names, *damaged}):
        with st.container(horizontal=True, vertical_alignment="center", border=True):
            st.markdown(_described(name, damaged.get(name, "")), width="stretch")
            if name in names and not is_read_only():
                show_changes(name)


def own_names() -> list[str]:
    """The names of all own runs, in alphabetical order."""
    folders = (folder for folder in runs_folder().glob("[!.]*") if is_text(folder.name) and is_own_folder(folder))
    return sorted({folder.name for folder in folders} - set(shipped_runs()))


def _status_words(run: Run) -> str:
    """How its training stands, in words."""
    status = status_of(run.folder)
    return "imported" if run.imported else "not started" if status == "untrained" else status


def _described(name: str, damage: str) -> str:
    """A run in a line of Markdown; of one that cannot be read the reason."""
    run, bold = readable_run(name), f"**{plain(name)}**"
    if run is None:
        return f"{bold} · {plain(damage or 'its configuration is damaged')}"
    facts = [run.model.title, text_title(run.corpus["name"]), _status_words(run), reason_of(run.folder)]
    return " · ".join([bold, *(plain(fact) for fact in facts if fact), *["hidden"] * is_hidden(run)])


def show_changes(name: str) -> None:
    """Buttons that hide a run and delete it; the latter asks once more."""
    run = readable_run(name)
    if run is not None:
        hidden = is_hidden(run)
        label, icon = ("Show in menus", "visibility") if hidden else ("Hide from menus", "visibility_off")
        key = f"own_hide_{name}"
        st.button(label, key=key, icon=f":material/{icon}:", on_click=_try_to_hide, args=(run, not hidden))
    show_delete(name)


def show_delete(name: str, row: DeltaGenerator | None = None) -> None:
    """A button that deletes a run once it was asked again."""
    place, key = row or st, f"own_delete_{name}"
    if st.session_state.get(ASKED) != name:
        place.button("Delete", key=key, icon=":material/delete:", on_click=_ask, args=(name,))
        return
    place.button(
        "Delete it for good", key=f"{key}_really", icon=":material/delete_forever:", type="primary",
        on_click=_try_to_delete, args=(name,),
    )  # fmt: skip
    place.button("Keep it", key=f"{key}_not", on_click=_ask, args=("",))


def _ask(name: str) -> None:
    st.session_state[ASKED] = name


def _try_to_hide(run: Run, hidden: bool) -> None:
    try:
        hide_run(run, hidden)
    except InputError as error:
        st.session_state[REFUSED] = str(error)


def _try_to_delete(name: str) -> None:
    _ask("")
    try:
        delete_run(name)
    except InputError as error:
        st.session_state[REFUSED] = str(error)
        return
    if here().model == name:
        choose(here().with_model(LANDING_RUN))


def show_refusal() -> None:
    """Why the last button did nothing, once."""
    if REFUSED in st.session_state:
        show_error(st.session_state.pop(REFUSED))

"""The part of Unit that says what people call the unit, and lets them say it: star, name, note, lists."""

import html
from typing import Any

import streamlit as st

from corpora import InputError
from corpora.places import is_read_only
from dashboard.messages import plain, show_warning
from dashboard.naming import Naming, change_unit, naming_of
from dashboard.views.names_told import FOR_VISITORS, attempt, show_told
from dashboard.views.unit_place import look_at
from models.names import Named, Names, change_names
from models.names.named import LONGEST_NAME, LONGEST_NOTE
from models.run import Run, load_run
from models.units import Unit

STYLE = (
    "display: block; overflow-wrap: anywhere; white-space: pre-wrap; unicode-bidi: isolate; font-size: {}; margin: 0;"
)


def show_unit_names(run: Run, unit: Unit) -> None:
    """Star, name, note and lists of a unit, and the way to other named units."""
    naming = naming_of(run)
    if naming.problem:
        show_warning(naming.problem)
    show_told()
    entry = naming.of(unit)
    _show_row(run, naming, entry)
    _show_words(naming, unit, entry)
    if is_read_only():
        st.caption(FOR_VISITORS)
        return
    with st.expander("Name, note and lists", icon=":material/edit:"):
        _show_form(run, naming, entry)
    _show_earlier(run, naming, unit)


def _show_row(run: Run, naming: Naming, entry: Named) -> None:
    """The star, and the box of named units."""
    row = st.container(horizontal=True, vertical_alignment="bottom")
    star = "★ Starred" if entry.starred else "☆ Star this unit"
    row.button(
        star, key="unit_star", on_click=_change, args=(run.name, naming.weights, entry.unit),
        kwargs={"starred": not entry.starred}, disabled=is_read_only(),
    )  # fmt: skip
    options = {f"{unit.slug}.{unit.state}": unit for unit in naming.known}
    if not options:
        return
    here_now = next((slug for slug, unit in options.items() if unit.in_state("") == entry.unit.in_state("")), None)
    st.session_state["unit_named"] = here_now
    row.selectbox(
        "Named units", list(options), key="unit_named", width=380, placeholder="choose by name",
        label_visibility="collapsed", on_change=_jump, args=(options,),
        format_func=lambda slug: ("★ " if naming.of(options[slug]).starred else "") + naming.label(options[slug]),
    )  # fmt: skip


def _jump(options: dict[str, Unit]) -> None:
    chosen = options.get(st.session_state["unit_named"])
    if chosen:
        look_at(chosen)


def _show_words(naming: Naming, unit: Unit, entry: Named) -> None:
    """What it is called, what people noted, and its lists, as text."""
    name = naming.name(unit)
    lists = [name for name, units in naming.lists.items() if _is_in(unit, units) and name in entry.lists]
    lists += [name for name in naming.shipped if _is_in(unit, [each.unit for each in naming.shipped[name]])]
    words = [(name, "1.15rem; font-weight: 600"), (entry.note, "1rem")]
    words += [(f"Also called: {', '.join(said.text for said in entry.names[1:])}", "0.875rem")] * (len(entry.names) > 1)
    words += [(f"Another note: {said.text}", "0.875rem") for said in entry.notes[1:]]
    words += [(f"In: {', '.join(lists)}", "0.875rem")] * bool(lists)
    shown = [f'<bdi style="{STYLE.format(size)}">{html.escape(text)}</bdi>' for text, size in words if text]
    if shown:
        st.html(f'<div class="unit-names">{"".join(shown)}</div>')


def _is_in(unit: Unit, units: list[Unit]) -> bool:
    return any(unit.in_state("") == other.in_state("") for other in units)


def _show_form(run: Run, naming: Naming, entry: Named) -> None:
    key = f"names_{entry.unit.slug}_{naming.weights[:8]}_{entry.at}"  # of this entry: another one has fields of its own
    with st.form(key, border=False):
        st.text_input(
            "Name", entry.name, LONGEST_NAME, key=f"{key}_name", placeholder="What does it do, in a word or two?"
        )
        st.text_area("Note", entry.note, max_chars=LONGEST_NOTE, key=f"{key}_note", height=100)
        st.multiselect(
            "Lists", sorted({*naming.own_lists, *entry.lists}), list(entry.lists), key=f"{key}_lists",
            accept_new_options=True, placeholder="Choose a list, or type the name of a new one",
        )  # fmt: skip
        st.form_submit_button("Save", on_click=_save, args=(run.name, naming.weights, entry, key))
    if len(entry.names) > 1 or len(entry.notes) > 1:
        st.button("Keep only the first name and note", key=f"{key}_first", on_click=_keep_first, args=(entry,))


def _save(run_name: str, weights: str, shown: Named, key: str) -> None:
    """Change what the visitor changed in the form: somebody else may have changed the rest meanwhile."""
    state = st.session_state
    name, note, lists = (state[f"{key}_{field}"] for field in ("name", "note", "lists"))
    wanted = {"name": name} if name != shown.name else {}
    wanted |= {"note": note} if note != shown.note else {}
    joined, left = tuple(set(lists) - set(shown.lists)), tuple(set(shown.lists) - set(lists))
    if wanted or joined or left:
        _change(run_name, weights, shown.unit, joined=joined, left=left, **wanted)


def _change(run_name: str, weights: str, unit: Unit, **wanted: Any) -> None:
    attempt(_change_of_weights, run_name, weights, unit, **wanted)


def _change_of_weights(run_name: str, weights: str, unit: Unit, **wanted: Any) -> None:
    run = load_run(run_name)
    if run.weights_hash != weights:
        raise InputError(
            f"{run.name} has other weights since this page was opened. Look at the unit again, then change it."
        )
    change_unit(run, unit, **wanted)


def _keep_first(shown: Named) -> None:
    def change(names: Names) -> Names:
        entry = next((entry for entry in names.units if entry.key == shown.key), shown)
        return names.with_entry(entry.with_first_only())

    attempt(change_names, change)


def _show_earlier(run: Run, naming: Naming, unit: Unit) -> None:
    """What was noted of this unit on other weights of a run of this name."""
    for entry in naming.earlier:
        if entry.unit.in_state("") != unit.in_state(""):
            continue
        words = f"“{entry.name}”" if entry.name else "A star or a note"
        st.warning(
            f"{plain(words)} was noted on other weights of {plain(run.name)}, where L{unit.layer}·u{unit.index} was "
            "another unit. Check it before you take it over."
        )
        row, key = st.container(horizontal=True), f"{entry.weights[:8]}_{unit.slug}"
        row.button("Take it over", key=f"take_{key}", on_click=take_over, args=([entry], naming.weights, run.name))
        row.button("Drop it", key=f"drop_{key}", on_click=drop, args=([entry],))


def take_over(entries: list[Named], weights: str, run_name: str) -> None:
    """Bind entries to other weights."""
    keys = [entry.key for entry in entries]
    said = f"{len(keys):,} units have their names on the present weights."
    attempt(change_names, lambda names: names.taken_over(keys, weights, run_name), said=said * (len(keys) > 1))


def drop(entries: list[Named]) -> None:
    """Remove entries."""
    keys = [entry.key for entry in entries]
    attempt(change_names, lambda names: names.without(keys), said=f"{len(keys):,} dropped." * (len(keys) > 1))

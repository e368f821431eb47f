"""The part of Find that shows named units and lists: open, rename, take a quiz of them, export, import, share."""

from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st
from streamlit.column_config import CheckboxColumn, TextColumn
from streamlit.navigation.page import StreamlitPage

from corpora.places import is_read_only
from dashboard.compared import rows_of_units, write_rows
from dashboard.messages import plain, show_warning
from dashboard.naming import NAMED, STARRED, Naming, naming_of
from dashboard.session import go, here
from dashboard.views.clicks import fresh, open_unit
from dashboard.views.names_exchange import change_list, import_names, link_to_names, quiz_address
from dashboard.views.names_told import FOR_VISITORS, show_told
from dashboard.views.unit_names import drop, take_over
from models.names import Names, load_names, written_names
from models.names.named import LONGEST_NAME
from models.run import Run
from models.units import Unit

COLUMNS = {
    "star": CheckboxColumn("★", width="small"),
    "unit": TextColumn("Unit", help="Click to open it in Read."),
    "symbol": TextColumn("State"),
    "name": TextColumn("Name", width="medium"),
    "note": TextColumn("Note", width="large"),
    "lists": TextColumn("Lists", width="medium"),
}


def show_named_units(run: Run, read: StreamlitPage, unit: StreamlitPage, compare: StreamlitPage) -> None:
    """The section; a click opens a unit on the page `read` or `unit`, or a list's units on the page `compare`."""
    naming = naming_of(run)
    st.markdown("#### Named units and lists")
    if naming.problem:
        show_warning(naming.problem)
    show_told()
    if not naming.lists:
        st.caption("No unit has a name yet. Give a unit a star in Read, or a name, a note and lists in Unit.")
    else:
        chosen = _choose_list(naming)
        _show_units(run, naming, naming.lists[chosen], read, unit)
        _show_ways_out(run, naming, chosen, compare)
    if is_read_only():
        st.caption(FOR_VISITORS)
        return
    st.file_uploader("Import names: a JSON file that was downloaded here", "json", key="names_file",
                     on_change=import_names, width=480)  # fmt: skip
    _show_earlier(run, naming)


def _choose_list(naming: Naming) -> str:
    """A box of lists; an invented list may be called as a shipped one, then it stands in its place."""
    titles = {NAMED: "All named units", STARRED: "Starred units"}
    counts = {name: f"{titles.get(name, name)} ({len(units)})" for name, units in naming.lists.items()}
    order = [name for name in (NAMED, STARRED, *naming.own_lists, *naming.shipped) if name in counts]
    return st.selectbox(
        "List", list(dict.fromkeys(order)), key=f"names_list_{naming.weights[:8]}", width=380,
        format_func=counts.__getitem__,
    )  # fmt: skip


def _show_units(run: Run, naming: Naming, units: list[Unit], read: StreamlitPage, unit: StreamlitPage) -> None:
    rows = [
        {
            "star": naming.of(each).starred, "unit": str(each), "symbol": each.symbol, "name": naming.name(each),
            "note": " ".join(naming.of(each).note.split()), "lists": ", ".join(naming.of(each).lists),
        }
        for each in units
    ]  # fmt: skip
    table = pd.DataFrame(rows)
    empty = {name for name in COLUMNS if not table[name].astype(bool).any()} - {"unit", "name"}
    shown = [name for name in COLUMNS if name not in empty | ({"symbol"} if len(run.states) == 1 else set())]
    event: Any = st.dataframe(
        table[shown], column_config=COLUMNS, hide_index=True, on_select="rerun", selection_mode="single-cell",
        key=fresh("names_table"), height=420 if len(table) > 11 else "content",
    )  # fmt: skip
    st.caption("Click a unit to open it in Read, any other cell to open the unit's page.")
    if event.selection.cells:
        number, column = event.selection.cells[0]
        chosen = units[number]
        concept = next((each.concept for cells in naming.shipped.values() for each in cells if each.unit == chosen), "")
        open_unit(read if column == "unit" else unit, run, chosen, concept)


def _show_ways_out(run: Run, naming: Naming, chosen: str, compare: StreamlitPage) -> None:
    """Its units over one text, a quiz of the list, its file, its link, and its name."""
    entries = naming.entries(chosen)
    row = st.container(horizontal=True, vertical_alignment="center")
    if row.button("Compare these units", key="names_compare", icon=":material/compare_arrows:"):
        go(compare, replace(here(), rows=write_rows(rows_of_units(run, naming.lists[chosen]))))
    if address := quiz_address(run, naming.lists[chosen]):
        row.link_button("Quiz with this list", address, icon=":material/quiz:")
    icon = ":material/download:"
    row.download_button(
        "Download this list", lambda: written_names(entries), f"{run.name}-names.json", "application/json", icon=icon
    )
    if naming.own and not naming.problem:
        row.download_button(
            "Download all names of all models", lambda: written_names(load_names()), "names.json", "application/json",
            icon=icon,
        )  # fmt: skip
    with row.popover("Share as a link", icon=":material/link:"):
        link = link_to_names(run, entries)
        if link:
            st.caption("The link holds these names and notes. Whoever opens it is asked before they are kept.")
            st.code(link, language=None, wrap_lines=True)
        else:
            st.caption("These names and notes are too long for a link. Download the list, and send the file.")
    if chosen in naming.own_lists and not is_read_only():
        with row.popover("Change this list", icon=":material/edit:"):
            _show_list_form(naming, chosen)


def _show_list_form(naming: Naming, chosen: str) -> None:
    key = f"list_name_{naming.weights[:8]}_{chosen}"
    st.text_input("Name of the list", chosen, LONGEST_NAME, key=key)
    st.button("Rename it", key="list_rename", on_click=change_list, args=(naming.weights, chosen, key))
    st.button(
        "Remove the list: its units keep their names", key="list_dissolve", on_click=change_list,
        args=(naming.weights, chosen, ""),
    )  # fmt: skip


def _show_earlier(run: Run, naming: Naming) -> None:
    """Entries of other weights of a run of this name: they stay, and nobody should trust them unseen."""
    count = len(naming.earlier)
    if not count:
        return
    few = ", ".join(f"{entry.unit}{f' “{entry.name}”' if entry.name else ''}" for entry in naming.earlier[:6])
    st.warning(
        f"{count:,} {'unit was' if count == 1 else 'units were'} named on other weights of {plain(run.name)}: "
        f"{plain(few)}{' …' if count > 6 else ''}. Check these names before you take them over."
    )
    row, fitting = st.container(horizontal=True), [entry for entry in naming.earlier if naming.has(entry.unit)]
    row.button(
        "Take them over", key="names_take", on_click=take_over, args=(fitting, naming.weights, run.name),
        disabled=not fitting,
    )  # fmt: skip
    row.button("Drop them", key="names_drop", on_click=drop, args=(naming.earlier,))
    row.download_button(
        "Download them", lambda: written_names(Names.of(naming.earlier)), f"{run.name}-earlier-names.json",
        "application/json",
    )  # fmt: skip

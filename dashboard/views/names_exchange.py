"""Names that come from elsewhere and go there: a file, a link, a list of units in a quiz's address."""

from urllib.parse import urlencode, urljoin

import pandas as pd
import streamlit as st

from corpora import InputError
from corpora.places import is_read_only
from dashboard.messages import plain, show_error
from dashboard.quiz import MOST
from dashboard.views.names_told import FOR_VISITORS, TOLD, attempt
from models.names import Names, change_names, difference, pack_names, parse_names, unpack_names
from models.run import Run, all_runs, load_run
from models.units import Unit

QUERY, ANSWERED = "names", "names_answered"


def many(number: int, noun: str) -> str:
    """`1 unit`, `2 units`."""
    return f"{number:,} {noun}{'s' * (number != 1)}"


def quiz_address(run: Run, units: list[Unit]) -> str:
    """The address of a quiz of these units, at most twenty, from a view's; "" if there is none."""
    asked = ",".join(f"{unit.slug}.{unit.state}" for unit in units[:MOST])
    return f"./learn?quiz&{urlencode({'model': run.name, 'units': asked}, safe=',')}" if asked else ""


def link_to_names(run: Run, names: Names) -> str:
    """An address that brings names; "" if they are too long."""
    packed = pack_names(names)
    query = urlencode({"model": run.name, QUERY: packed})
    return urljoin(st.context.url or "", f"find?{query}") if packed else ""


def merge_in(brought: Names) -> None:
    """Keep names that were brought, and say what they changed.

    Raises:
        InputError: they cannot be kept.
    """
    seen = {}

    def change(names: Names) -> Names:
        seen["before"] = names
        return names.merged(brought)

    after = change_names(change)
    st.session_state[TOLD] = (True, _told(seen["before"], after, brought))


def _told(before: Names, after: Names, brought: Names) -> str:
    came, runs = difference(before, after), sorted({entry.run for entry in brought.units})
    parts = [f"{came.new:,} new"] * bool(came.new) + [f"{came.more:,} extended"] * bool(came.more)
    if came.renamed:
        few = "; ".join(
            f"{entry.unit} is “{entry.names[0].text}”, also called “{entry.names[1].text}”"
            for entry in came.renamed[:3]
        )
        parts.append(f"{len(came.renamed):,} with two names, both kept, the newer one first ({few})")
    elsewhere = len({entry.key for entry in brought.units if entry.weights not in _weights_here()})
    came_of_it, whose = ", ".join(parts) or "nothing new", ", ".join(runs) or "no model"
    words = f"Merged {many(len(brought.units), 'unit')} of {whose}: {came_of_it}."
    if elsewhere:
        words += f" Of weights that no model here has: {many(elsewhere, 'unit')}, kept but not shown."
    return words


def _weights_here() -> set[str]:
    found = set()
    for name in all_runs():
        try:
            found.add(load_run(name).weights_hash)
        except InputError:
            continue  # a run that cannot be read has no names to show
    return found


def import_names() -> None:
    """Merge an uploaded file into the names that are kept."""
    file = st.session_state["names_file"]
    if file is not None:
        attempt(lambda: merge_in(parse_names(file.getvalue(), file.name[:60])))


def change_list(weights: str, before: str, key: str) -> None:
    """Give a list the name that its field holds, or dissolve it, without a field."""
    after = st.session_state[key] if key else ""
    if after != before:
        attempt(change_names, lambda names: names.with_list_renamed(weights, before, after))


# ---- a link ---------------------------------------------------------------------------------------------------------


def show_link_offer() -> None:
    """Show the names that a link brings, and ask whether to keep them."""
    packed = st.query_params.get(QUERY, "")
    if not packed or st.session_state.get(ANSWERED) == packed:
        return
    try:
        brought = unpack_names(packed)
    except InputError as error:
        show_error(error)
        return
    with st.container(border=True):
        runs = sorted({entry.run for entry in brought.units})
        st.markdown(f"**This link brings {many(len(brought.units), 'named unit')}** of {plain(', '.join(runs))}.")
        rows = [{"Unit": str(entry.unit), "Name": entry.name, "Note": entry.note, "Lists": ", ".join(entry.lists)}
                for entry in brought.units]  # fmt: skip
        st.dataframe(pd.DataFrame(rows), hide_index=True, height=min(300, 40 + 36 * max(1, len(rows))))
        if elsewhere := sum(entry.weights not in _weights_here() for entry in brought.units):
            st.caption(f"On weights that no model here has: {many(elsewhere, 'unit')}.")
        if is_read_only():
            st.caption(FOR_VISITORS)
            return
        row = st.container(horizontal=True)
        row.button("Keep them with mine", key="names_keep", type="primary", on_click=_answer, args=(packed, brought))
        row.button("Do not keep them", key="names_leave", on_click=_answer, args=(packed, None))


def _answer(packed: str, brought: Names | None) -> None:
    if brought is None or attempt(merge_in, brought):
        st.session_state[ANSWERED] = packed
        st.query_params.pop(QUERY, None)

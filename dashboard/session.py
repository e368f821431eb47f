"""What one visitor's session remembers: the location. The typed keys of the session state are defined here.

Streamlit clears the query when a visitor changes pages by the navigation, and adds an entry to the browser's history
when Python writes the address. So the session keeps the location, and the browser rewrites the current entry.
"""

import secrets
from collections.abc import Iterable
from dataclasses import replace

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from analysis.concepts import CONCEPTS
from corpora import InputError
from dashboard.components import declare, module_address
from dashboard.landing import LANDING_RUN, first_look, known_run
from dashboard.location import KEYS, LONGEST_IN_LINK, LOOK, Location
from dashboard.messages import show_error
from dashboard.model_menu import select_model
from dashboard.turns import Told
from models.run import load_run
from models.units import symbol_of, title_of_state

HERE, SEEN, WRITTEN, VIEW, READING = "location", "query_seen", "query_written", "view_seen", "reading"
SECRET = "secret"
_mount = declare("charscope_address", "")


def here() -> Location:
    """The visitor's location; only the unit may be missing."""
    return st.session_state.get(HERE, Location(model=LANDING_RUN))


def choose(location: Location) -> None:
    """Keep the location that the visitor chose."""
    st.session_state[HERE] = location


def secret_of_session() -> str:
    """What makes the keys of this visitor's readings ones that nobody can guess."""
    return st.session_state.setdefault(SECRET, secrets.token_urlsafe())


def told_place() -> Told:
    """A line that tells how many readings come before the visitor's, while there are any."""
    place = st.empty()

    def told(before: int) -> None:
        if before:
            place.caption(f"{before} {'reading comes' if before == 1 else 'readings come'} before yours.")
        else:
            place.empty()

    return told


def put(key: str, value: object) -> None:
    """Give a widget a value, unless it has it: a value that is set goes to the browser, over what is typed there."""
    if st.session_state.get(key) != value:
        st.session_state[key] = value


def arrive(view: str) -> tuple[Location, bool]:
    """The location that a view shows, and whether the visitor came by a link or from another view.

    A query is a followed link unless it equals the view's last query or the last one written. Streamlit may repeat a
    view's earlier query when a visitor returns to it. In Read the browser writes the unit, and in Compare the rows, so
    there only the other keys are compared.
    """
    state, query = st.session_state, {name: _text(value) for name, value in st.query_params.items() if name in KEYS}
    came = state.get(VIEW) != view
    seen, written = state.setdefault(SEEN, {}).get(view, {}), state.get(WRITTEN, {})
    state[VIEW], state[SEEN][view] = view, query
    known = query in ({}, seen, written)
    if known or (view in ("read", "compare") and not came and _rest(query) in (_rest(seen), _rest(written))):
        _leave_lost_model()
        return here(), came
    _follow(query)
    return here(), True


def _text(value: str) -> str:
    """A value from an address without half surrogate pairs, which no text can hold: U+FFFD stands for them."""
    return value.encode(errors="surrogatepass").decode(errors="replace")


def _leave_lost_model() -> None:
    """Where the model in view was deleted or damaged meanwhile, say so and go on with the first one."""
    try:
        load_run(here().model)
    except InputError as error:
        show_error(error)
        choose(here().with_model(LANDING_RUN))


def _rest(query: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in query.items() if name not in LOOK}


def _follow(query: dict[str, str]) -> None:
    """Use a link's location; each invalid value shows an error and is ignored."""
    location, problems = Location.parse(query)
    try:
        model = known_run(location.model or LANDING_RUN)
        load_run(model)
    except InputError as error:
        problems.append(str(error))
        model, location = LANDING_RUN, replace(location, unit=None)
    if location.unit:
        run = load_run(model)
        unit = location.unit if location.unit.state else location.unit.in_state(run.memory)
        if unit.state not in (*run.states, *run.model.gate_states):
            shown = symbol_of(run.memory)
            problems.append(
                f"{run.name} ({run.model.title}) has no {title_of_state(unit.state)}; {shown} is shown instead."
            )
            unit = unit.in_state(run.memory)
        try:
            unit.require(run.model, gates=True)
        except InputError as error:
            problems.append(str(error))
            unit = None
        location = replace(location, unit=unit)
    for problem in problems:
        show_error(problem)
    choose(replace(location, model=model))


def with_unit(location: Location) -> Location:
    """The location with a unit: the best for its concept, else the model's default."""
    if location.unit:
        return location
    unit, concept = first_look(load_run(location.model), location.concept)
    return replace(location, unit=unit, concept=concept if concept in CONCEPTS else "")


def linkable(location: Location) -> Location:
    """The location as a link can hold it: a text that is too long is named by the key of its reading.

    The link leaves out a text that has not been read yet; the session keeps it.
    """
    if len(location.own) <= LONGEST_IN_LINK:
        return location
    text, key = st.session_state.get(READING, ("", ""))
    return replace(location, own="", held=key if text == location.own else "")


def note_reading(own: str, key: str) -> None:
    """Remember the key under which the visitor's own text is held."""
    st.session_state[READING] = (own, key)


def show_address(location: Location) -> None:
    """Write a location into the address bar, without a new entry in the history."""
    _write_address(note_written(linkable(location)), KEYS)


def show_training_address(location: Location, run: str) -> None:
    """The same for Train, with the training that is shown or "": a link to the page that is open does not write it.

    The landing location is left out.
    """
    is_landing = location == Location(model=LANDING_RUN)
    query = {} if is_landing else note_written(linkable(location))
    _write_address(query | ({"run": run} if run else {}), ("run",) if is_landing else (*KEYS, "run"))


def _write_address(query: dict[str, str], keys: Iterable[str]) -> None:
    with st.container(key="address_bar"):
        _mount(key="address", data={"host": module_address("hosts/address.js"), "query": query, "keys": list(keys)})


def choose_model(key: str, location: Location) -> None:
    """A box to choose the model; `key` is the widget's."""

    def chosen() -> None:
        choose(here().with_model(st.session_state[key]))

    select_model(key, location.model, width=400, on_change=chosen)


def note_written(location: Location) -> dict[str, str]:
    """Remember the query that the browser will write, so that it is not taken for a link."""
    st.session_state[WRITTEN] = location.to_query()
    return st.session_state[WRITTEN]


def go(page: StreamlitPage, location: Location) -> None:
    """Open a page at a location."""
    choose(location)
    st.switch_page(page, query_params=note_written(linkable(location)))

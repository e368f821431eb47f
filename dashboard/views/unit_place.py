"""Which unit the Unit view shows: from the address bar, from its selectors, or where one begins.

The address says the same: `unit?model=war-and-peace&unit=L2.u392&state=cell&concept=inside-quotes`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import streamlit as st

from analysis.concepts import concept
from analysis.findings import Findings, load_findings
from analysis.profile.summary import known_units, matches
from corpora import InputError
from dashboard.address import parse_view
from dashboard.landing import LANDING_CONCEPTS, LANDING_RUN, known_run
from dashboard.views.unit_words import name_of, sentence, title_of
from models.run import UNITS, Run, all_runs, load_run
from models.units import Unit, symbol_of

KEY, SEEN = "unit_place", "unit_seen"


@dataclass(frozen=True)
class Place:
    """A unit of a model, and the concept that it is looked at with; no concept: the one that explains it best."""

    model: str
    unit: Unit
    concept: str = ""

    def to_query(self) -> dict[str, str]:
        """The query string that leads here."""
        query = {"model": self.model, "unit": self.unit.slug, "state": self.unit.state}
        return query | ({"concept": self.concept} if self.concept else {})


@st.cache_resource(max_entries=8, show_spinner=False)
def _findings_of(_run: Run, weights: str, written: tuple[int, ...]) -> Findings | None:  # noqa: ARG001  what it is kept under
    return load_findings(_run)


def findings_of_run(run: Run) -> Findings | None:
    """The tables of a run's search, read once; None if its weights were not searched."""
    paths = [folder / UNITS for folder in run.measured_in if (folder / UNITS).exists()]
    return _findings_of(run, run.weights_hash, tuple(path.stat().st_mtime_ns for path in paths)) if paths else None


def first_place(model: str) -> Place:
    """Where one begins: the unit of the corpus's best-known concept, else the surest one, else the first of all."""
    run = load_run(model)
    findings = findings_of_run(run)
    known = known_units(findings, run) if findings else []
    wanted = LANDING_CONCEPTS.get(run.corpus["name"])
    best = next((unit for name, unit in known if name == wanted), known[0][1] if known else None)
    return Place(model, best or Unit(1, 0, run.memory))


def parse_place(query: Mapping[str, str], model: str) -> Place:
    """The place that a query string names; what it leaves open is that of the first place of its model, or of `model`.

    Raises:
        InputError: a model, unit, state or concept that there is not.
    """
    place = first_place(known_run(query.get("model") or model))
    view = parse_view(query)
    run = load_run(place.model)
    if "unit" in view:
        state = run.memory
        place = replace(place, unit=Unit(view["layer"], view["unit"], state))
    if "state" in view:
        place = replace(place, unit=replace(place.unit, state=view["state"]))
    if query.get("concept"):
        place = replace(place, concept=concept(query["concept"]).name)
    place.unit.require(run.model)
    return place


def go(place: Place) -> None:
    """Show another unit from the next run of the page on."""
    st.session_state[KEY] = place


def arrive() -> Place:
    """The place to show: of the link that was followed, else where somebody was, else where one begins."""
    state, query = st.session_state, st.query_params.to_dict()
    model = state["address"].model if "address" in state and state["address"].model else LANDING_RUN
    kept = state.get(KEY)
    if (not query and kept and kept.model == model) or (kept and query == state.get(SEEN)):
        return kept
    try:
        place = parse_place(query, model)
    except InputError as error:
        st.error(str(error))
        known = query.get("model") or model
        place = first_place(known if known in all_runs() else LANDING_RUN)
    state[KEY], state[SEEN] = place, query
    return place


def keep_in_address(place: Place) -> None:
    """Let the address bar name the place; a bare address stays bare until something is chosen."""
    state, query = st.session_state, st.query_params.to_dict()
    wanted = place.to_query()
    if query != wanted and (query or state.get(SEEN) or place != first_place(place.model)):
        st.query_params.from_dict(wanted)
        query = wanted
    state[SEEN] = query


def show_choices(place: Place) -> None:
    """Model, unit by concept, unit by number, state."""
    state, run = st.session_state, load_run(place.model)
    findings = findings_of_run(run)
    options = {_label(name, unit): (name, unit) for name, unit in (known_units(findings, run) if findings else [])}
    own = matches(findings, place.unit, 1) if findings else []
    if own and own[0].verdict not in ("", "none"):
        options.setdefault(_label(own[0].concept, place.unit), (own[0].concept, place.unit))
    found = next((label for label, (_, unit) in options.items() if unit == place.unit), None)
    found = next((label for label, option in options.items() if option == (place.concept, place.unit)), found)
    state["unit_model"], state["unit_found"], state["unit_state"] = place.model, found, place.unit.state
    state["unit_layer"], state["unit_number"] = place.unit.layer, place.unit.index
    row = st.container(horizontal=True, vertical_alignment="bottom")
    row.selectbox("Model", all_runs(), key="unit_model", on_change=_model_chosen, width=210)
    row.selectbox(
        "What it tracks", list(options), key="unit_found", on_change=_found_chosen, args=(options,), width=380,
        placeholder="choose by concept" if options else "not searched yet", disabled=not options,
    )  # fmt: skip
    model = run.model
    row.number_input("Layer", 1, model.num_layers, key="unit_layer", on_change=_number_chosen, width=130)
    row.number_input("Unit", 0, model.hidden_size - 1, key="unit_number", on_change=_number_chosen, width=130)
    states = model.states
    if len(states) > 1:
        row.segmented_control(
            "State", states, format_func=symbol_of, required=True, key="unit_state",
            on_change=_number_chosen,
        )  # fmt: skip


def _label(concept_name: str, unit: Unit) -> str:
    return f"{sentence(title_of(concept_name))} · {name_of(unit)}"


def _model_chosen() -> None:
    go(first_place(st.session_state["unit_model"]))


def _found_chosen(options: dict[str, tuple[str, Unit]]) -> None:
    state = st.session_state
    if state["unit_found"] in options:
        name, unit = options[state["unit_found"]]
        go(Place(state[KEY].model, unit, name))


def _number_chosen() -> None:
    """Another unit, or another state of it."""
    state, place = st.session_state, st.session_state[KEY]
    chosen = Unit(int(state["unit_layer"]), int(state["unit_number"]), state.get("unit_state") or place.unit.state)
    same = chosen.in_state("") == place.unit.in_state("")
    go(Place(place.model, chosen, place.concept if same else ""))

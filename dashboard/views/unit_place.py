"""Which unit the Unit view shows: from the address bar, from its selectors, or by default.

The address says the same: `unit?model=war-and-peace&unit=L2.u392&state=cell&concept=inside-quotes`.
"""

from dataclasses import replace

import streamlit as st

from analysis.profile.summary import known_units, matches
from dashboard.engine import ENGINE
from dashboard.model_menu import select_model
from dashboard.session import arrive, choose, here, with_unit
from dashboard.views.unit_words import name_of, sentence, title_of
from models.run import Run, load_run
from models.units import Unit, symbol_of


def look_at(unit: Unit) -> None:
    """Show another unit when the page runs next."""
    choose(replace(here(), unit=unit, concept=""))


def arrive_at_unit() -> tuple[Run, Unit, str]:
    """A unit of a model, and the concept to compare it with; "" for the one that explains it best.

    They are from the link that was followed, else the visitor's last ones, else the default.
    """
    location = with_unit(arrive("unit")[0])
    choose(location)
    assert location.unit is not None
    run = load_run(location.model)
    return run, location.unit.in_recorded_state(run.model), location.concept


def show_choices(run: Run, unit: Unit, concept: str) -> None:
    """Model, unit by concept, unit by number, state."""
    state, findings = st.session_state, ENGINE.findings(run)
    options = {_label(name, known): (name, known) for name, known in (known_units(findings, run) if findings else [])}
    own = matches(findings, unit, 1) if findings else []
    if own and own[0].verdict not in ("", "none"):
        options.setdefault(_label(own[0].concept, unit), (own[0].concept, unit))
    found = next((label for label, (_, known) in options.items() if known == unit), None)
    found = next((label for label, option in options.items() if option == (concept, unit)), found)
    state["unit_found"], state["unit_state"] = found, unit.state
    state["unit_layer"], state["unit_number"] = unit.layer, unit.index
    row = st.container(horizontal=True, vertical_alignment="bottom")
    with row:
        select_model("unit_model", run.name, on_change=_model_chosen, width=210)
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
    choose(here().with_model(st.session_state["unit_model"]))


def _found_chosen(options: dict[str, tuple[str, Unit]]) -> None:
    state = st.session_state
    if state["unit_found"] in options:
        name, unit = options[state["unit_found"]]
        choose(replace(here(), unit=unit, concept=name))


def _number_chosen() -> None:
    """The visitor chose another unit, or another state of it."""
    state, location = st.session_state, with_unit(here())
    before = location.unit or Unit(1, 0)
    chosen = Unit(int(state["unit_layer"]), int(state["unit_number"]), state.get("unit_state") or before.state)
    same = chosen.in_state("") == before.in_state("")
    choose(replace(location, unit=chosen, concept=location.concept if same else ""))

"""Unit: all that is known about one unit of a model, from the concepts that it tracks to the inputs that drive it.

The address bar names model, unit, state and concept.
"""

from dataclasses import replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.navigation.page import StreamlitPage

from analysis.findings import Findings
from analysis.profile.excerpt import LabelledExcerpt, correlated_units, is_constant
from analysis.profile.summary import Match, matches, mates
from analysis.statistics import measured_text
from corpora import InputError
from dashboard.compared import rows_for, write_rows
from dashboard.engine import ENGINE
from dashboard.headline import headline
from dashboard.messages import show_error
from dashboard.session import go, here, show_address
from dashboard.verdict_words import verdict_sentence
from dashboard.views.explained import show_explained
from dashboard.views.job_panel import offer_job
from dashboard.views.unit_concept import choose_concept, show_around, show_causal, show_movers
from dashboard.views.unit_contexts import show_context_groups
from dashboard.views.unit_names import show_unit_names
from dashboard.views.unit_place import arrive_at_unit, look_at, show_choices
from dashboard.views.unit_profile import context_groups, tests_of
from dashboard.views.unit_text import read_with, show_source
from dashboard.views.unit_weights import show_inputs, show_output
from dashboard.views.unit_words import (
    causal_figure,
    match_figures,
    measure_of,
    name_of,
    sentence,
    signed,
    title_of,
)
from models.run import Run
from models.units import Unit


def show_unit(read: StreamlitPage, compare: StreamlitPage) -> None:
    """The Unit view; buttons open its unit on the page `read`, and its signals on the page `compare`."""
    run, unit, named = arrive_at_unit()
    show_choices(run, unit, named)
    show_address(here())
    try:
        unit.require(run.model)
        findings = ENGINE.findings(run)
        found = matches(findings, unit) if findings else None  # without a search nothing is known
        show_identity(run, unit, found, read, compare)
        show_unit_names(run, unit)
        network, passage = read_with(run)
        concept = choose_concept(named, found, passage)
        if is_constant(passage.values(unit)):
            st.info(
                f"{name_of(unit)} is constant: it stays at {passage.values(unit)[0]:+.3f} over "
                f"{len(passage):,} characters. Only its weights can be shown."
            )
        else:
            show_contexts(run, passage, unit)
            show_around(passage, unit, concept, found)
            show_movers(passage, unit)
        show_causal(run, unit, concept)
        show_output(run, network, passage, unit, concept)
        show_inputs(run, network, passage, unit, concept)
        if not is_constant(passage.values(unit)):
            show_relatives(findings, passage, unit)
    except InputError as error:
        show_error(error)


def show_identity(run: Run, unit: Unit, found: list[Match] | None, read: StreamlitPage, compare: StreamlitPage) -> None:
    """The unit's best concept, with its verdict and a row of figures."""
    name = f"{name_of(unit)} of {run.name}"
    if found is None:
        st.markdown(f"### {name}")
        missing = "This model has not been searched for concepts yet: a search finds what its units track."
        offer_job(run, "search", f"A unit of a {run.model.title}. {missing}")
    elif not found:
        st.markdown(f"### {name}: no concept found")
        st.markdown("It correlates with none of the concepts. That is a result too: most units are like this.")
    else:
        best = found[0]
        title = sentence(title_of(best.concept))
        st.markdown(f"### {name}: {title[:1].lower() + title[1:]}")
        st.markdown(verdict_sentence(best))
        tested = [row for row in tests_of(run, unit) if row["concept"] == best.concept][:1]
        st.html(headline([*match_figures(best), *(causal_figure(row) for row in tested)]))
    row = st.container(horizontal=True, vertical_alignment="center")
    if row.button("Open in Read", icon=":material/menu_book:", key="unit_read"):
        go(read, here())
    if run.model.gates:
        row.caption("or color the text by its", width="content")
    for gate in run.model.gate_states:
        shown = unit.in_state(gate)
        if row.button(shown.symbol.replace("candidate gate", "candidate"), key=f"unit_read_{gate}", type="tertiary"):
            go(read, replace(here(), unit=shown, concept=""))
    if row.button("Compare its signals", icon=":material/compare_arrows:", key="unit_compare"):
        go(compare, replace(here(), rows=write_rows(rows_for(run, unit, gates=True))))
    if found:
        _show_matches(found)
    show_explained("unit")


def _show_matches(found: list[Match]) -> None:
    """The other concepts that the unit correlates with, and the unit that ranks first for the best of them."""
    others = found[1:]
    if found[0].rank > 1:
        first = found[0]
        row = st.container(horizontal=True, vertical_alignment="center")
        place = f"Ranked {_ordinal(first.rank)} for this concept on the development part"
        row.caption(f"{place}; ranked first:", width="content")
        _button_to(row, first.best, measured_text(measure_of(first.concept), first.best_score))
    if others:
        listed = "; ".join(
            f"{title_of(match.concept)} ({measured_text(measure_of(match.concept), match.score)}"
            f"{', inverted' if match.sign < 0 else ''}{', the best unit' if match.rank == 1 else ''})"
            for match in others
        )
        st.caption(f"It also correlates with: {listed}.")


def _ordinal(number: int) -> str:
    ending = "th" if 10 < number % 100 < 14 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number:,}{ending}"


def _button_to(row: DeltaGenerator, unit: Unit, more: str) -> None:
    """A button that goes to another unit."""
    label, key = f"{name_of(unit)} · {more}" if more else name_of(unit), f"unit_to_{unit.slug}_{unit.state}_{more}"
    row.button(label, key=key, type="tertiary", on_click=look_at, args=(unit,))


def show_contexts(run: Run, passage: LabelledExcerpt, unit: Unit) -> None:
    """Contexts where the unit is highest, lowest, and in between."""
    st.markdown("#### Where it is high, and where it is low")
    show_context_groups(context_groups(passage, unit), unit.state)
    show_source(run, passage)


def show_relatives(findings: Findings | None, passage: LabelledExcerpt, unit: Unit) -> None:
    """The units that correlate with it most, positively or negatively."""
    st.markdown("#### Related units")
    same = mates(findings, unit) if findings else []
    if same:
        row = st.container(horizontal=True, vertical_alignment="center")
        row.caption("In the same cluster of the search:", width="content")
        for mate in same:
            _button_to(row, mate, "")
    st.caption("The largest rank correlations (Spearman) in this text:")
    row = st.container(horizontal=True)
    for other, correlation in correlated_units(passage, unit):
        _button_to(row, other, signed(correlation))

"""One unit and one concept: inside and outside, around events, at other lags, and when the unit is clamped."""

from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from analysis.concepts import CONCEPTS, Concept
from analysis.profile.excerpt import LabelledExcerpt
from analysis.profile.summary import Match
from analysis.profile.tracking import (
    agreement_by_lag,
    events_of,
    histogram,
    mean_by_amount,
    movers,
    peri_event,
)
from dashboard.figures.style import PLOTLY
from dashboard.figures.unit import amount_figure, histogram_figure, lead_figure, movers_figure, peri_event_figure
from dashboard.headline import headline
from dashboard.session import choose, here
from dashboard.views.explained import show_explained
from dashboard.views.job_panel import offer_job
from dashboard.views.unit_profile import ablate_options, tests_of, threshold_of
from dashboard.views.unit_words import (
    ablation_figures,
    ablation_sentence,
    lead_sentence,
    measure_of,
    sentence,
    title_of,
)
from models.run import Run
from models.units import Unit, symbol_of

HELP = "The concept for the figures below. Only concepts that occur in this text are listed."


def choose_concept(named: str, found: list[Match] | None, passage: LabelledExcerpt) -> Concept | None:
    """The concept in the address, else the one that explains the unit best, if it varies in this text."""
    best = [match.concept for match in found or []]
    options = [name for name in dict.fromkeys([*best, *passage.labels]) if name in passage.labels]
    if named and named not in options:
        st.caption(f"The concept “{title_of(named)}” does not occur in this text.")
    chosen = named if named in options else options[0] if options else None
    st.session_state["unit_options"] = options
    return CONCEPTS[chosen] if chosen else None


def show_around(passage: LabelledExcerpt, unit: Unit, concept: Concept | None, found: list[Match] | None) -> None:
    """Histogram or curve, means around events, and lags."""
    st.markdown("#### Compared with a concept")
    if concept is None:
        st.caption("The text is too short: no concept occurs in it.")
        return
    st.session_state["unit_concept"] = concept.name
    st.selectbox(
        "Concept", st.session_state["unit_options"], key="unit_concept", width=380, help=HELP,
        on_change=_concept_chosen, format_func=lambda name: sentence(title_of(name)),
    )  # fmt: skip
    st.caption(concept.description)
    values, labels = passage.values(unit), passage.labels[concept.name]
    axis = symbol_of(unit.state)
    left, right = st.columns(2, gap="large")
    with left:
        _show_values(values, labels, concept, axis, threshold_of(concept, found))
    with right:
        agreement = agreement_by_lag(concept, values, labels)
        measure = measure_of(concept.name)
        st.markdown("**Does it lead or follow?**")
        st.plotly_chart(lead_figure(agreement, measure), key="unit_lead", config=PLOTLY)
        st.caption(
            f"{measure} of the unit now with the concept at earlier and later characters. "
            f"{lead_sentence(agreement, measure)}"
        )
    _show_events(values, labels, concept, axis)


def _concept_chosen() -> None:
    choose(replace(here(), concept=st.session_state["unit_concept"]))


def _show_values(values: Any, labels: Any, concept: Concept, axis: str, threshold: float | None) -> None:
    if concept.is_amount:
        st.markdown("**Its mean for each amount**")
        figure = amount_figure(mean_by_amount(values, labels), title_of(concept.name), axis)
        st.plotly_chart(figure, key="unit_amount", config=PLOTLY)
        return
    if not concept.has_sides:
        st.caption("The classes of this concept have no order, so there is no inside and outside.")
        return
    inside, outside = concept.sides(labels)
    bars = histogram(values, inside, outside)
    names = (f"inside: {inside.mean():.1%} of the text", "outside")
    st.markdown("**The distribution of its values**")
    figure = histogram_figure(bars.edges, bars.inside, bars.outside, names, axis, threshold)
    st.plotly_chart(figure, key="unit_histogram", config=PLOTLY)
    st.caption(
        "Inside, the concept holds; outside, it does not."
        + (" Dashed: the threshold chosen by the search." if threshold is not None else "")
    )


def _show_events(values: Any, labels: Any, concept: Concept, axis: str) -> None:
    panels, rare = [], []
    for event, at in events_of(concept, labels).items():
        around = peri_event(values, at)
        if around is None:
            rare.append(f"it {event} {len(at)} times")
            continue
        columns = {"lag": around.lags, "mean": around.mean, "low": around.low, "high": around.high}
        panels.append(pd.DataFrame({"event": f"where it {event} ({around.events} times)", **columns}))
    if panels:
        st.markdown("**Around the concept's events**")
        st.plotly_chart(peri_event_figure(pd.concat(panels), axis), key="unit_events", config=PLOTLY)
        st.caption("The mean over all such events in the text, with a 95 % band; 0 is the event's own character.")
    if rare:
        st.caption(f"Too rare in this text for a mean: {', '.join(rare)}.")


def show_movers(passage: LabelledExcerpt, unit: Unit) -> None:
    """The concepts' events that change the unit most."""
    table = movers(passage, passage.values(unit))
    if table.empty:
        return
    st.markdown("**The events that change it most**")
    labels = [f"{title_of(name)}: {event}" for name, event in zip(table["concept"], table["event"], strict=True)]
    figure = movers_figure(table.assign(label=labels))
    st.plotly_chart(figure, key="unit_movers", config=PLOTLY)
    st.caption(
        "Of all concepts: its mean over five characters from the event on, minus its mean over the five before, in "
        "standard deviations of the unit."
    )


def show_causal(run: Run, unit: Unit, concept: Concept | None) -> None:
    """How clamping the unit changed the network's predictions, or the button that tests it."""
    st.markdown("#### Does the network use it?")
    show_explained("unit-cause")
    rows = tests_of(run, unit)
    of_concept = [row for row in rows if concept and row["concept"] == concept.name]
    for row in (of_concept or rows)[:1]:
        tested = f"Tested for **{title_of(row['concept'])}** by clamping {symbol_of(row['state'])}."
        st.markdown(f"{tested} {ablation_sentence(row)}")
        st.html(headline(ablation_figures(row)))
    if of_concept:
        return
    if concept is None or not concept.has_sides:
        st.caption("Choose a concept that has an inside and an outside to test the unit for it.")
        return
    missing = (
        "Not tested yet for this concept. The test clamps the unit to a fixed value and measures which predictions "
    )
    offer_job(run, "ablate", f"{missing}get worse.", *ablate_options(run, unit, concept), label="Test it by clamping")

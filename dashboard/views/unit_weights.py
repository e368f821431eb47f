"""What a unit adds to the predictions, what drives its gates, and how far they are open."""

from collections.abc import Iterator

import pandas as pd
import streamlit as st

from analysis.concepts import Concept
from analysis.profile.excerpt import LabelledExcerpt
from analysis.profile.weights import gate_means, gates_over_text, inputs_of, strongest
from dashboard.figures.style import PLOTLY
from dashboard.figures.unit_inputs import inputs_figure, predictions_figure
from dashboard.headline import headline
from dashboard.views.explained import show_explained
from dashboard.views.unit_profile import indirect, next_by
from dashboard.views.unit_words import character_name, sides_of, signed
from models.network import CharRNN
from models.run import Run
from models.units import Unit

GATES = {
    "input": "input: lets in",
    "forget": "forget: keeps",
    "candidate": "candidate: new content",
    "output": "output: lets out",
    "reset": "reset: looks back",
    "update": "update: keeps",
    "state": "its state",
}
SOURCES = {
    "character": "**The character just read**",
    "below": "**Units of the layer below**",
    "own": "**Units of its own layer, one character ago**",
}


def show_output(run: Run, network: CharRNN, passage: LabelledExcerpt, unit: Unit, concept: Concept | None) -> None:
    """Which next characters the unit itself makes more likely."""
    st.markdown("#### What it predicts")
    show_explained("unit-predictions")
    if why := indirect(run, unit):
        st.markdown(why)
        return
    said = next_by(run, network, passage, unit, concept)
    if said is None:
        st.caption("It is constant, so it changes no prediction.")
        return
    st.markdown(said.intro)
    st.plotly_chart(predictions_figure(said.table), key="unit_output", config=PLOTLY)
    st.caption("Added to a character's logit: +0.7 doubles its odds, −0.7 halves them. Only characters of this text.")


def show_inputs(run: Run, network: CharRNN, passage: LabelledExcerpt, unit: Unit, concept: Concept | None) -> None:
    """What drives the unit's gates, and how far they are open."""
    st.markdown("#### What drives it")
    show_explained("unit-inputs")
    _show_gates(network, passage, unit, concept)
    inputs = inputs_of(network, passage, unit)
    for source, of_source in inputs.groupby("source", sort=False):
        table = strongest(of_source, 6 if source == "character" else 4)
        if table.empty:
            continue
        st.markdown(SOURCES[str(source)])
        labels = [_label(run, str(source), unit.layer, int(number)) for number in table["number"]]
        figure = inputs_figure(table.assign(label=labels, gate=table["gate"].map(GATES)))
        st.plotly_chart(figure, key=f"unit_inputs_{source}", config=PLOTLY)
    st.caption(
        "What each adds to the gate's pre-activation. For a character: compared with the mean over the text. "
        "For a unit: its weight times the standard deviation of its h."
    )


def _label(run: Run, source: str, layer: int, number: int) -> str:
    if source == "character":
        return character_name(run.vocabulary.characters[number])
    return str(Unit(layer - 1 if source == "below" else layer, number))


def _show_gates(network: CharRNN, passage: LabelledExcerpt, unit: Unit, concept: Concept | None) -> None:
    """The mean of each gate inside and outside the concept."""
    if not network.config.gates:
        st.caption("A plain recurrent network has no gates: characters and units drive the state itself.")
        return
    if concept is None or not concept.has_sides:
        return
    means = gate_means(gates_over_text(network, passage, unit), *concept.sides(passage.labels[concept.name]))
    where, other = sides_of(concept.name)
    st.html(headline(_gate_figures(means, other)))
    st.caption(f"The mean of each gate {where}, and {other}; 0 is shut, 1 is open.")


def _gate_figures(means: pd.DataFrame, other: str) -> Iterator[tuple[str, str, str]]:
    for gate, inside, outside in means.itertuples(index=False):
        if gate == "candidate":  # unlike a gate, it has a sign
            yield "Candidate", signed(inside), f"{other} {signed(outside)}"
        else:
            yield f"{str(gate).capitalize()} gate", f"{inside:.2f}", f"{other} {outside:.2f}"

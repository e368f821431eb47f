"""Models: what a model is, how it learned, how its gates work, and how good it is beside others.

The address bar names the model, and the sample and the axis that were chosen.
"""

from collections.abc import Iterator
from dataclasses import replace
from math import exp, log
from typing import Any

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from corpora import InputError
from dashboard.figures import PLOTLY, saturation_figure
from dashboard.headline import facts, headline
from dashboard.session import arrive, choose_model, go, here, show_address
from dashboard.views.models_comparison import show_comparison
from dashboard.views.models_learning import show_learning
from models.card import describe_run, format_duration, parameter_count, reproduce_command
from models.comparison import counted_by
from models.evaluate import load_evaluation
from models.run import Run, load_run
from models.saturation import load_saturation
from models.units import Unit

KEEPERS = {"lstm": "A forget gate", "gru": "An update gate"}


def show_models(read: StreamlitPage) -> None:
    """The Models view; a click on a unit opens it on the page `read`."""
    try:
        run = _chosen_run()
    except InputError as error:
        st.error(str(error))
        return
    for show in (show_card, show_learning, lambda run: show_gates(run, read), show_comparison):
        try:
            show(run)
        except InputError as error:
            st.error(str(error))


def _chosen_run() -> Run:
    location, _ = arrive("models")
    choose_model("models_model", location)
    show_address(location)
    return load_run(location.model)


def show_card(run: Run) -> None:
    """What the model is, in figures and in words, and the command that makes it again."""
    st.html(headline(_figures(run)))
    st.html(facts(describe_run(run)))
    if "steps_done" not in run.training:
        st.caption(f"Training has not finished. To continue a stopped one: `python -m models resume {run.name}`")
    st.caption("The command that trains it again:")
    st.code(reproduce_command(run), language="bash", wrap_lines=True)


def _figures(run: Run) -> Iterator[tuple[str, str, str]]:
    """The headline figures: name, figure, more about it."""
    per = counted_by(run)
    test = load_evaluation(run).get("test")
    loss, split = (test.nats, "Test") if test else (run.training.get("validation_loss"), "Validation")
    if loss is not None:
        yield f"{split} loss", f"{loss:.3f} nats", f"{loss / log(2):.3f} bits per {per}"
        yield "Perplexity", f"{exp(loss):.2f} {per}s", f"a uniform prediction: {len(run.vocabulary)}"
    yield "Parameters", f"{parameter_count(run):,}", run.model.title
    if "seconds" in run.training:
        yield "Trained for", format_duration(run.training["seconds"]), f"on {run.training['hardware']}"


def show_gates(run: Run, read: StreamlitPage) -> None:
    """How often each unit's gates are wide open or shut."""
    st.markdown("#### Gates")
    if not run.model.gates:
        st.caption(f"{run.model.title}: a plain recurrent network has no gates.")
        return
    gates = load_saturation(run)
    if gates is None:
        st.caption(f"Not measured yet: `python -m models gates {run.name}`")
        return
    st.markdown(
        "Each dot is a unit: further right, its gate is wide open (above .9) more of the time; further up, it is shut "
        f"(below .1) more of the time. {KEEPERS[run.model.cell]} far to the right keeps what its unit remembers. "
        "Click a dot to open its unit in Read."
    )
    key = f"gates_{st.session_state.get('models_clicks', 0)}"  # another after each click, so that it can be made again
    event: Any = st.plotly_chart(
        saturation_figure(gates), key=key, on_select="rerun", selection_mode="points", config=PLOTLY
    )
    if event.selection.points:
        st.session_state["models_clicks"] = st.session_state.get("models_clicks", 0) + 1
        layer, unit, _ = event.selection.points[0]["customdata"]
        go(read, replace(here(), model=run.name, unit=Unit(layer, unit, run.memory), concept=""))

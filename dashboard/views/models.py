"""Models: what a model is, how it learned, how its gates work, how good it is beside others, and where it errs.

The address bar names the model, and the sample and the axis that were chosen.
"""

from collections.abc import Iterator
from math import exp, log
from urllib.parse import quote

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from corpora import InputError
from corpora.shell import shell_command
from dashboard.figures.saturation import saturation_figure
from dashboard.headline import facts, headline
from dashboard.messages import as_code, show_error
from dashboard.views.clicks import chosen_run, clicked_dot, open_unit
from dashboard.views.explained import show_explained
from dashboard.views.job_panel import offer_job
from dashboard.views.models_comparison import show_comparison
from dashboard.views.models_errors import show_errors
from dashboard.views.models_learning import show_learning
from dashboard.views.own_runs import show_own_runs
from models.card import describe_run, format_duration, parameter_count, reproduce_command
from models.comparison import counted_by
from models.evaluate import load_evaluation
from models.run import Run
from models.saturation import load_saturation
from models.units import Unit

KEEPERS = {"lstm": "A forget gate", "gru": "An update gate"}


def show_models(read: StreamlitPage) -> None:
    """The Models view; a click on a unit opens it on the page `read`."""
    run = chosen_run("models")
    if run is None:
        return
    sections = (
        show_card,
        show_learning,
        lambda run: show_gates(run, read),
        show_comparison,
        lambda run: show_errors(run, read),
    )
    for show in sections:
        try:
            show(run)
        except InputError as error:
            show_error(error)
    show_own_runs()


def show_card(run: Run) -> None:
    """What the model is, in figures and in words, and the command that makes it again."""
    st.html(headline(_figures(run)))
    st.html(facts(describe_run(run)))
    show_explained("models-card")
    if not run.is_finished:
        st.caption(
            f"The training has not finished. [Open it to watch or resume it](train?run={quote(run.name)})",
            help=f"In a terminal: {as_code(shell_command('models', 'resume', run.name))}",
        )
    if command := reproduce_command(run):
        st.caption("This command trains such a network again, from the start:")
        st.code(command, language="bash", wrap_lines=True)


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
    show_explained("models-gates")
    if not run.model.gates:
        st.caption(f"{run.model.title}: a plain recurrent network has no gates.")
        return
    gates = load_saturation(run)
    if gates is None:
        offer_job(run, "gates", "Not measured yet: how often each unit's gates are wide open or shut.")
        return
    st.markdown(
        "Each dot is a unit: further right, its gate is wide open (above .9) more of the time; further up, it is shut "
        f"(below .1) more of the time. {KEEPERS[run.model.cell]} far to the right keeps what its unit remembers. "
        "Click a dot to open its unit in Read."
    )
    names = list(dict.fromkeys(gates["gate"]))
    for place, name in zip(st.columns(len(names)), names, strict=True):
        with place:
            clicked = clicked_dot(saturation_figure(name, gates[gates["gate"] == name]), f"gate_{name}")
        if clicked is not None:
            layer, unit, _ = clicked
            open_unit(read, run, Unit(layer, unit, run.memory))

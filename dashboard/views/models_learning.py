"""How a model learned: its loss curves, and what it wrote along the way."""

from collections.abc import Iterator
from math import log

import pandas as pd
import streamlit as st

from corpora import InputError
from dashboard.figures.learning import loss_figure
from dashboard.figures.style import PLOTLY
from dashboard.headline import headline, written
from dashboard.messages import show_error
from dashboard.views.explained import show_explained
from models.comparison import best_ngram_of, counted_by
from models.history import Losses, Sample, load_log, load_samples, losses_at
from models.run import Run


@st.fragment
def show_learning(run: Run) -> None:
    """Loss curves and samples, with one step in view."""
    st.markdown("#### How it learned")
    show_explained("models-learning")
    try:
        rows, samples = load_log(run), load_samples(run)
    except InputError as error:
        show_error(error)
        return
    if rows.empty:
        st.caption("Nothing is logged yet.")
        return
    above = st.container()
    shown = _choose_sample(samples) if samples else None
    with above:
        _show_curves(run, rows, shown.chars if shown else 0)
    if shown:
        st.html(headline(_figures(shown, losses_at(rows, shown.step))) + written(shown.text))
        with st.expander(f"All {len(samples)} samples, one below the other"):
            st.html("".join(_in_brief(sample, losses_at(rows, sample.step)) for sample in samples))


def _show_curves(run: Run, rows: pd.DataFrame, marked_at: int) -> None:
    logarithmic = st.toggle("Logarithmic axis: see the beginning", key="log", bind="query-params")
    per, characters, levels = counted_by(run), len(run.vocabulary), {}
    ngram = best_ngram_of(run, per)
    if ngram:
        levels[f"n-gram model of order {ngram['order']}"] = ngram["nats"]
    if logarithmic:
        levels[f"uniform prediction over {characters} characters"] = log(characters)
    figure = loss_figure(rows, run.training.get("best_step"), levels, per, logarithmic, marked_at)
    st.plotly_chart(figure, key="loss_curve", config=PLOTLY)
    if ngram:
        st.caption("Dashed: the best n-gram model, on the test split.")


def _choose_sample(samples: list[Sample]) -> Sample:
    """The last sample, unless another is chosen or named in a link."""
    linked = st.query_params.get("sample", "1")
    if "sample" not in st.session_state and linked not in map(str, range(1, len(samples) + 1)):
        show_error(f"Wanted a sample from 1 to {len(samples)}, got {linked[:40]!r} in the link. Choose one below.")
    st.markdown("**What it wrote during training**, from before the first step to after the last")
    number = st.pagination(
        len(samples), default=len(samples), max_visible_pages=None, width="stretch", key="sample", bind="query-params"
    )
    return samples[number - 1]


def _figures(sample: Sample, losses: Losses) -> Iterator[tuple[str, str, str]]:
    """The figures of a sample's step: name, figure, more about it."""
    yield "After step", f"{sample.step:,}", f"{sample.chars:,} characters read"
    if losses.train is not None:
        steps = f"mean of steps {losses.train_first:,} to {losses.train_last:,}"
        yield "Training loss", f"{losses.train:.3f} nats", f"{losses.train / log(2):.3f} bits; {steps}"
    if losses.validation is not None:
        bits = f"{losses.validation / log(2):.3f} bits; at step {losses.validation_step:,}"
        yield "Validation loss", f"{losses.validation:.3f} nats", bits


def _in_brief(sample: Sample, losses: Losses) -> str:
    """A sample below one line about it."""
    loss = "" if losses.train is None else f", training loss {losses.train:.3f} nats"
    return f"<b>Step {sample.step:,}</b>{loss}" + written(sample.text)

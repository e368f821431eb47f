"""Where a model errs: its errors by what would put them right, and what its memory buys."""

import contextlib
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import pandas as pd
import streamlit as st
from streamlit.navigation.page import StreamlitPage

from analysis.errors.oracles import CATEGORIES
from analysis.errors.stored import Curve, ErrorAnalysis, load_errors
from corpora import InputError
from dashboard import session
from dashboard.figures.errors import errors_figure, gain_figure, share_words
from dashboard.location import SPLITS, Location
from dashboard.messages import plain
from dashboard.views.clicks import CLICKS, clicked_dot
from dashboard.views.explained import show_explained
from dashboard.views.job_panel import offer_job
from models.comparison import text_of
from models.run import Run, all_runs, load_run

BEFORE, AFTER = 600, 200  # characters of an example around the error
SHOWN, STEPS = 6, 6  # links to examples in a row; curves of earlier steps in a figure
MISSING = "Not analysed yet: which of its errors what would put right, and what its memory buys."
Analyses = dict[str, tuple[Run, ErrorAnalysis]]


def show_errors(run: Run, read: StreamlitPage) -> None:
    """The errors of a model, beside those of the models that were analysed on the same text."""
    st.markdown("#### Where it errs")
    show_explained("models-errors")
    analysis = load_errors(run)
    if analysis is None:
        offer_job(run, "errors", MISSING)
        return
    beside = analyses_of_text(run, analysis)
    st.markdown(
        "An error is a character that was given less than half a chance. Each is taken away by the first of these that "
        "explains it, in this order. Click a part to open an example in Read."
    )
    clicked = clicked_dot(errors_figure(error_rows(run, beside)), "errors")
    if clicked is not None:
        model, number = str(clicked[0]), int(clicked[1])
        _open(read, *beside[model], beside[model][1].categories[number].examples)
    with st.expander("What the kinds of errors are, with examples"):
        st.markdown("\n".join(f"- {line}" for line in _kinds(run, analysis)))
        st.caption(f"{_read_words(run, analysis)} The kinds are those of Karpathy, Johnson and Fei-Fei, section 4.4.")
    _show_gains(run, analysis, beside, read)


def analyses_of_text(run: Run, analysis: ErrorAnalysis) -> Analyses:
    """The analyses of the same text by model, this one first; runs that cannot be read are left out."""
    found: Analyses = {run.name: (run, analysis)}
    for name in all_runs():
        with contextlib.suppress(InputError):
            other = load_run(name)
            kept = load_errors(other) if name not in found and text_of(other) == text_of(run) else None
            if kept and kept.text_sha256 == analysis.text_sha256:
                found[name] = other, kept
    return found


def error_rows(run: Run, beside: Analyses) -> pd.DataFrame:
    """A row per model and category, for the figure: this model first, the others by their errors."""
    others = sorted((name for name in beside if name != run.name), key=lambda name: (beside[name][1].errors, name))
    rows = []
    for name in (run.name, *others):
        of, analysis = beside[name]
        title = f"{name} ({of.model.title}), {analysis.errors / analysis.characters:.1%}"
        rows += [
            {
                "model": name,
                "title": title,
                "category": number,
                "errors": kind.errors,
                "rate": kind.errors / analysis.characters,
                "share": share_words(kind),
            }
            for number, kind in enumerate(analysis.categories)
        ]
    return pd.DataFrame(rows)


def example_location(run: Run, analysis: ErrorAnalysis, at: int) -> Location | None:
    """Where Read shows the character `at` of the text that was read, marked, with the predictions; None: nowhere."""
    text = next((name for name, split in SPLITS.items() if split == analysis.split), None)
    if text is None:
        return None
    start = max(0, at - BEFORE)
    length, mark = at - start + AFTER, (at - start, at - start + 1)
    return Location(run.name, text, start, length, marks=(mark,), mode="predictions")


def _kinds(run: Run, analysis: ErrorAnalysis) -> Iterator[str]:
    """Each category: its share, what explains it, and links to examples."""
    for category, kind in zip(CATEGORIES, analysis.categories, strict=True):
        yield f"**{category.title}**, {share_words(kind)}. {category.description}{_links(run, analysis, kind.examples)}"


def _links(run: Run, analysis: ErrorAnalysis, examples: list[int]) -> str:
    """Links that open examples in Read."""
    places = [place for at in examples[:SHOWN] if (place := example_location(run, analysis, at))]
    links = [f"[{number}](read?{urlencode(place.to_query())})" for number, place in enumerate(places, 1)]
    return f" Examples: {' '.join(links)}" if links else ""


def _read_words(run: Run, analysis: ErrorAnalysis) -> str:
    return (
        f"{analysis.characters:,} characters of {plain(run.corpus['name'])}, {analysis.split} split; "
        f"{analysis.errors:,} errors."
    )


def _show_gains(run: Run, analysis: ErrorAnalysis, beside: Analyses, read: StreamlitPage) -> None:
    """A figure for each delimiter of the text, and all of them as a table."""
    curves = analysis.curves_at()
    if not curves:
        st.caption("This text closes nothing that it opened: no brackets and no quotation marks.")
        return
    steps = shown_steps(analysis)
    if any(map(is_drawn, curves)):
        others = " The thin lines are the other models." if len(beside) > 1 else ""
        growth = " The faint lines are its own at earlier steps of the training." if steps else ""
        st.markdown(
            f"**What its memory buys**: how much better it predicts what closes than the n-gram model of order "
            f"{analysis.ngram_order}, which sees no further back than the dotted line. The band is the 95 % interval."
            f"{others}{growth} Click a point to open an example in Read."
        )
    else:
        st.caption("What its memory buys cannot be drawn: what closes is too rare in the text that was read.")
    places = st.columns(2)
    for number, curve in enumerate(filter(is_drawn, curves)):
        earlier = [analysis.curve(curve.closing, step) for step in steps]
        drawn = gain_figure(curve, analysis.ngram_order - 1, _others(run, beside, curve.closing), earlier)
        with places[number % 2]:
            clicked = clicked_dot(drawn, f"gain_{number}")
        if clicked is not None:
            _open(read, run, analysis, curve.bins[int(clicked[1])].examples)
    with st.expander("As a table, with the distances that are too rare to be drawn"):
        st.dataframe(gain_rows(curves), hide_index=True)


def _others(run: Run, beside: Analyses, closing: str) -> dict[str, Curve]:
    """The curves of the other models for a delimiter."""
    found = {name: other.curve(closing) for name, (_, other) in beside.items()}
    return {name: curve for name, curve in found.items() if name != run.name}


def shown_steps(analysis: ErrorAnalysis) -> list[int]:
    """Some of the steps whose weights were kept, evenly among them, the first and the last included."""
    steps = sorted({curve.step for curve in analysis.curves if curve.step is not None})
    few = min(STEPS, len(steps))
    return [steps[round(number * (len(steps) - 1) / max(1, few - 1))] for number in range(few)]


def is_drawn(curve: Curve) -> bool:
    """Whether there are enough pairs for two points with intervals."""
    return sum(one.low is not None for one in curve.bins) > 1


def gain_rows(curves: list[Curve]) -> pd.DataFrame:
    """The gain curves of a model as a table."""
    return pd.DataFrame(
        [
            {
                "closes": curve.closing,
                "characters back": one.distances,
                "times": one.pairs,
                "nats gained": round(one.gain, 3),
                "95 % from": one.low,
                "to": one.high,
                "probability": round(one.probability, 3),
                "n-gram model": round(one.ngram_probability, 3),
            }
            for curve in curves
            for one in curve.bins
        ]
    )


def _open(read: StreamlitPage, run: Run, analysis: ErrorAnalysis, examples: list[int]) -> None:
    """Open the next example in Read: another one at each click."""
    clicks: Any = st.session_state.get(CLICKS, 0)
    st.session_state[CLICKS] = clicks + 1
    place = example_location(run, analysis, examples[clicks % len(examples)]) if examples else None
    if place is not None:
        here = session.here()
        unit = here.unit if here.model == run.name else None
        session.go(read, replace(place, unit=unit, palette=here.palette))

"""Which concepts of the catalogue fit the text that a model was trained on, in a sentence."""

from collections import Counter
from typing import get_args

import numpy as np
import streamlit as st

from analysis.concepts import CONCEPTS
from analysis.concepts.concept import TextKind
from analysis.concepts.writing import writing_of
from corpora import InputError
from dashboard.messages import plain
from models.run import Run, corpus_of

SAMPLE = 300_000  # characters that a search reads, if not said otherwise


def show_fitting(run: Run) -> None:
    """How many concepts a search will look for in a text of one's own, and why not for the others."""
    if any(run.corpus["name"].removesuffix("-bytes") in concept.corpora for concept in CONCEPTS.values()):
        return
    try:
        codes = np.asarray(corpus_of(run).split("test")[:SAMPLE])
    except InputError:
        return  # the button says that the text is missing
    st.caption(plain(fitting_sentence(codes)))


def fitting_sentence(codes: np.ndarray) -> str:
    """How many concepts fit a text, and what it lacks for the others."""
    writing = writing_of(codes)
    lacking = Counter(writing.lacks(concept) for concept in CONCEPTS.values())
    fitting = lacking.pop("", 0)
    said = f"{fitting} of {len(CONCEPTS)} concepts fit the text."
    left_out = [f"{count} {_verb(lack, count)} {lack}" for lack, count in lacking.most_common()]
    return f"{said} Of the others, {'; '.join(left_out)}." if left_out else said


def _verb(lack: str, count: int) -> str:
    of_a_kind = lack in get_args(TextKind)
    return ("speaks of" if of_a_kind else "needs") if count == 1 else ("speak of" if of_a_kind else "need")

"""From Find to Compare: the best unit of each network for one concept."""

from dataclasses import replace

import pandas as pd
import streamlit as st
from streamlit.navigation.page import StreamlitPage

from dashboard import session
from dashboard.compared import best_of_each, write_rows


def show_best_of_each(known: pd.DataFrame, compare: StreamlitPage) -> None:
    """A box for a concept of the board, and a button that opens the best unit of each searched network."""
    if known.empty:
        return
    titles = dict(zip(known["concept"], known["title"], strict=True))
    first = session.here().concept
    left, right = st.columns([2, 3], vertical_alignment="bottom")
    names = list(titles)
    at = names.index(first) if first in titles else 0
    chosen = left.selectbox("Concept to compare", names, at, titles.__getitem__, key="find_compared")
    if right.button("Compare the best unit of each network", icon=":material/compare_arrows:") and chosen:
        rows = best_of_each(chosen)
        session.go(compare, replace(session.here(), concept=chosen, rows=write_rows(rows)))

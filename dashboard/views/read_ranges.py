"""The marked ranges of the Read view, and the units and concepts that are on exactly there."""

import html
from dataclasses import replace
from functools import partial

import pandas as pd
import streamlit as st
from streamlit.column_config import NumberColumn, TextColumn

from analysis.concepts import CONCEPTS, Concept
from analysis.findings import rows_of
from analysis.own_concepts import own_concepts
from corpora import InputError
from dashboard.component import command
from dashboard.engine import ENGINE, prepare_range_search
from dashboard.location import Marks
from dashboard.messages import show_error
from dashboard.readings import Reading
from dashboard.selection import AROUND, DRAWS, Found, check_marks
from dashboard.session import choose, here
from models.run import Run
from models.units import Unit, symbol_of

TABLE_HEIGHT = 282  # pixels
MOST_QUOTES, LONGEST_QUOTE = 6, 18  # ranges that are quoted, and characters of each
VISIBLE = str.maketrans({"\n": "↵", "\t": "→", "\0": "␀"})
DOUBTFUL = 0.05
UNIT_COLUMNS = {
    "name": TextColumn("Unit", width=75, help="Layers count from 1, units from 0"),
    "symbol": TextColumn("State", width=50, help="h, the hidden state, or c, the cell state"),
    "there": TextColumn("On/off", width=60, help="On: higher in the ranges than around them. Off: lower."),
    "soft": NumberColumn(
        "Gap",
        width=50,
        format="%.2f",
        help="Of the unit's ranks: the 10th percentile in the ranges minus the 90th percentile around them. "
        "Above 0, the unit separates the two. The table is sorted by the gap.",
    ),
    "auroc": NumberColumn(
        "AUROC", width=60, format="%.3f", help="How often a character inside is higher than one around; if off, lower"
    ),
    "p_soft": NumberColumn(
        "p",
        width=50,
        format="%.2f",
        help=f"The share of {DRAWS} random sets of ranges for which any unit has as wide a gap",
    ),
    "known": TextColumn("Known for", help="The concept that the unit tracks on held-out text"),
}
CONCEPT_COLUMNS = {
    "words": TextColumn("Concept"),
    "f1": NumberColumn("F1", format="%.2f", help="1: it holds in the ranges and nowhere around them"),
    "precision": NumberColumn("Precision", format="%.2f", help="Its share that is in the ranges"),
    "recall": NumberColumn("Recall", format="%.2f", help="The share of the ranges that it covers"),
}


def want_marks(marks: Marks) -> None:
    """Keep the marks that were made in the text."""
    choose(replace(here(), marks=marks))


def marks_in(text: str, marks: Marks) -> Marks:
    """The marks on a text, in order. Marks that are not valid show an error, and the earlier marks stay."""
    state = st.session_state
    try:
        marks = check_marks(marks, len(text))
    except InputError as error:
        show_error(error)
        before, of_text = state.get("marks_before", ((), ""))
        marks = before if of_text == text else ()
    state["marks_before"] = (marks, text)
    return marks


def show_ranges(key: str, reading: Reading, marks: Marks) -> None:
    """Units and concepts for the marks on a reading; nothing without marks."""
    if not marks:
        prepare_range_search(reading.run.corpus["name"])
        return
    with st.container(gap="xsmall"):
        row = st.container(horizontal=True, vertical_alignment="center")
        row.markdown(f"#### On exactly in {len(marks)} marked range{'s' * (len(marks) != 1)}", width="stretch")
        row.button("Clear marks", key="clear_marks", on_click=want_marks, args=((),), icon=":material/ink_eraser:")
        with st.spinner("Comparing all units …", show_time=False):
            own = _saved_concepts(reading.run)
            found = ENGINE.marks(key, reading, marks, tuple(own.values()))
        st.caption(caution(found, len(marks)))
        st.html(quote_marks(reading.text, marks))
        left, right = st.columns([3, 2])
        with left:
            _show_units(found.units, marks, several=len(reading.run.states) > 1)
        with right:
            _show_concepts(found.concepts, CONCEPTS | own)
        st.caption(comparison(found, len(reading)))


def quote_marks(text: str, marks: Marks) -> str:
    """The beginning of each range with its position, as HTML."""
    quotes = []
    for start, stop in marks[:MOST_QUOTES]:
        cut = stop - start > LONGEST_QUOTE
        quote = text[start : start + LONGEST_QUOTE] if cut else text[start:stop]
        shown = html.escape(quote.translate(VISIBLE)) + ("…" if cut else "")
        quotes.append(f'<span style="white-space: pre"><i>{start:,}</i> <code>{shown}</code></span>')
    if len(marks) > MOST_QUOTES:
        quotes.append(f"and {len(marks) - MOST_QUOTES} more")
    return f'<div class="marks" style="font-size: 13px; line-height: 1.7">{" &ensp; ".join(quotes)}</div>'


def caution(found: Found, ranges: int) -> str:
    """How far the tables can be trusted."""
    p = float(found.units["p_soft"].iloc[0])
    chance = f"Random ranges of {'this length' if ranges == 1 else 'these lengths'} have a unit with as wide a gap"
    verdict = "so this may well be chance" if p > DOUBTFUL else "so this is unlikely to be chance"
    words = [f"{chance} in about {p:.0%} of draws (p = {p:.2f}), {verdict}."]
    if ranges == 1:
        words.insert(0, "**One range is weak evidence.**")
    if ranges == 1 or p > DOUBTFUL:
        words.append("Mark more ranges of the same kind: select a piece of text and press Add.")
    return " ".join(words)


def comparison(found: Found, length: int) -> str:
    """What the ranges were compared with."""
    words = f"Click a unit to color the text by it. Ranges are compared with the {AROUND} characters on either side"
    if found.window == length:
        return f"{words}; random ranges lie anywhere in the text."
    return f"{words}; random ranges lie within {found.window:,} characters near the marks, of {length:,} in all."


def _show_units(units: pd.DataFrame, marks: Marks, several: bool) -> None:
    units = units.assign(
        name=[str(Unit.of_row(row)) for row in rows_of(units)],
        symbol=units["state"].map(symbol_of),
        there=units["sign"].map({1: "on", -1: "off"}),
    )
    key = f"ranges_{hash(marks)}"
    st.dataframe(
        units[[name for name in UNIT_COLUMNS if name != "symbol" or several]],
        column_config=UNIT_COLUMNS,
        hide_index=True,
        on_select=partial(_show_clicked, key, units),
        selection_mode="single-cell",
        key=key,
        height=TABLE_HEIGHT,
    )


def _show_clicked(key: str, units: pd.DataFrame) -> None:
    """Have the reader show the unit whose row was clicked."""
    cells = st.session_state[key].selection.cells
    if cells:  # else it was clicked once more
        (row,) = rows_of(units.iloc[[cells[0][0]]])
        command(Unit.of_row(row).columns)


def _saved_concepts(run: Run) -> dict[str, Concept]:
    """The custom concepts saved with a model; none if their file is damaged, which is said."""
    try:
        return own_concepts(run)
    except InputError as error:
        show_error(error)
        return {}


def _show_concepts(concepts: pd.DataFrame, known: dict[str, Concept]) -> None:
    words = [rule_in_words(known[row["concept"]], row["rule"]) for _, row in concepts.iterrows()]
    table = concepts.assign(words=words)[list(CONCEPT_COLUMNS)]
    st.dataframe(table, column_config=CONCEPT_COLUMNS, hide_index=True, height=TABLE_HEIGHT)


def rule_in_words(concept: Concept, rule: str) -> str:
    """A rule on a concept's label, such as `no` or `>= 3`, in words."""
    if concept.is_binary:
        return concept.title if rule == "yes" else f"not {concept.title}"
    return f"{concept.title} {rule.replace('>=', '≥').replace('<=', '≤')}"

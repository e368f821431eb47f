"""Find: which unit tracks which concept, with the evidence for it and the controls against it.

The address bar names the model, and what the other views look at.
"""

from typing import Any

import pandas as pd
import streamlit as st
from streamlit.column_config import NumberColumn, TextColumn
from streamlit.navigation.page import StreamlitPage

from analysis.findings import Findings, rows_of
from dashboard.board import BOARD, CONTROLS_EXPLAINED, COUNTS_FROM, BoardColumn, board_of, counts_sentence, unfound
from dashboard.engine import ENGINE
from dashboard.figures.findings import findings_figure, probes_figure, share_figure
from dashboard.figures.style import PLOTLY
from dashboard.messages import plain
from dashboard.naming import naming_of
from dashboard.views.clicks import chosen_run, clicked_dot, fresh, open_unit
from dashboard.views.explained import show_explained
from dashboard.views.find_compare import show_best_of_each
from dashboard.views.find_custom import show_custom_concepts
from dashboard.views.find_fitting import show_fitting
from dashboard.views.job_panel import offer_job, show_running
from dashboard.views.named_units import show_named_units
from dashboard.views.names_exchange import show_link_offer
from models.run import Run
from models.units import Unit


def _in_table(column: BoardColumn) -> Any:
    """A column of the board as Streamlit shows it."""
    width = "medium" if column.is_wide else None
    if column.format is None:
        return TextColumn(column.title, width=width, help=column.help or None)
    return NumberColumn(column.title, width=width, help=column.help, format=column.format)


COLUMNS = {name: _in_table(column) for name, column in BOARD.items()}


WHAT_A_SEARCH_DOES = (
    "A search scores every unit for every concept on the test split of the model's text, beside n-grams, untrained "
    "networks and other controls. It takes from a minute to half an hour."
)


def show_find(read: StreamlitPage, unit: StreamlitPage, compare: StreamlitPage) -> None:
    """The Find view; a click opens a unit on the page `read` or `unit`, or one of each model on the page `compare`."""
    run = chosen_run("find")
    if run is None:
        return
    show_link_offer()
    findings = ENGINE.findings(run)
    if findings is None:
        show_fitting(run)
        offer_job(
            run, "search", f"#### {plain(run.name)} has not been searched yet\n{WHAT_A_SEARCH_DOES}", primary=True
        )
        show_named_units(run, read, unit, compare)
        return
    show_running(run, "search")
    board = board_of(run, findings)
    best = board[board["rank"] == 1]
    known = best[best["score"].notna()]
    st.markdown(
        f"#### {counts_sentence(known)} in {run.name}\n"
        "Each dot is a concept's best unit, scored on text that was not used to choose it. "
        f"{COUNTS_FROM} **Click a dot to open its unit in Read.**"
    )
    _show_forest(known, run, read)
    _show_missing(best)
    show_explained("find")
    everything = st.toggle("All candidates, not only the best of each concept", key="find_all")
    _show_table(board[board["score"].notna()] if everything else known, run, read, unit)
    show_best_of_each(known, compare)
    _show_downloads(findings, run)
    show_named_units(run, read, unit, compare)
    _show_share(findings)
    _show_probes(findings, known)
    show_custom_concepts(run, read)


def _show_forest(best: pd.DataFrame, run: Run, read: StreamlitPage) -> None:
    clicked = clicked_dot(findings_figure(best), "find_figure")
    st.caption(CONTROLS_EXPLAINED)
    if clicked is not None:
        index = clicked[0] if isinstance(clicked, list) else clicked
        _open(best[best.index == int(index)], run, read)


def _show_missing(best: pd.DataFrame) -> None:
    """A concept without a unit is a result too."""
    for words, titles in unfound(best).items():
        st.caption(f"{words}: {', '.join(titles)}.")


def _show_table(table: pd.DataFrame, run: Run, read: StreamlitPage, unit: StreamlitPage) -> None:
    several = len(run.states) > 1
    columns = [name for name in COLUMNS if (name != "symbol" or several) and table[name].notna().any()]
    naming = naming_of(run)
    called = [naming.label(Unit.of_row(row)) for row in rows_of(table)]
    event: Any = st.dataframe(
        table[columns].assign(name=called),
        column_config=COLUMNS,
        hide_index=True,
        on_select="rerun",
        selection_mode="single-cell",
        key=fresh("find_table"),
        height=520 if len(table) > 14 else "content",
        placeholder="–",
    )
    st.caption("Click a unit to open it in Read, any other cell to open the unit's page.")
    if event.selection.cells:
        number, column = event.selection.cells[0]
        _open(table.iloc[[number]], run, read if column == "name" else unit)


def _show_downloads(findings: Findings, run: Run) -> None:
    row, icon = st.container(horizontal=True), ":material/download:"
    units = findings.units.to_csv(index=False)
    row.download_button("Units as CSV", units, f"{run.name}-units.csv", "text/csv", icon=icon)
    row.download_button(
        "All scores as Parquet",
        lambda: findings.scores.to_parquet(index=False),
        f"{run.name}-scores.parquet",
        "application/vnd.apache.parquet",
        icon=icon,
        help=f"Every unit against every concept: {len(findings.scores):,} rows",
    )


def _show_share(findings: Findings) -> None:
    st.markdown(
        "#### How many units can be interpreted?\n"
        "It depends on the AUROC required. Each unit counts once, for the concept it detects best, if it beats the "
        "n-gram baselines. The controls are randomly rotated layers and untrained networks."
    )
    st.plotly_chart(share_figure(findings.share), config=PLOTLY, key="find_share")


def _show_probes(findings: Findings, best: pd.DataFrame) -> None:
    st.markdown(
        "#### Several units together\n"
        "Where no single unit carries a concept, a few may: here a weighted sum of the best 1, 2, 4, 8 or 16 units."
    )
    probed = best[best["concept"].isin(findings.probes["concept"])].set_index("concept")
    if probed.empty:
        return
    worst = int((probed["verdict"] == "none").to_numpy().argmax())  # the first that no single unit detects
    chosen = st.selectbox(
        "Concept", list(probed.index), worst, probed["title"].to_dict().__getitem__, key="find_probe", width=400
    )
    (row,) = rows_of(probed[probed.index == chosen])
    probes = findings.probes[findings.probes["concept"] == chosen]
    st.plotly_chart(probes_figure(probes, row["measure"], row["ngram"]), config=PLOTLY, key="find_probe_figure")


def _open(table: pd.DataFrame, run: Run, page: StreamlitPage) -> None:
    """Open the unit of a table's only row."""
    (row,) = rows_of(table)
    open_unit(page, run, Unit.of_row(row).in_recorded_state(run.model), row["concept"])

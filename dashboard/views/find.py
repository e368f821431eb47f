"""Find: which unit tracks which concept, with scores on held-out text and what untrained networks reach."""

from typing import Any

import pandas as pd
import streamlit as st
from streamlit.navigation.page import StreamlitPage

from corpora import InputError
from dashboard.figures import findings_figure
from dashboard.landing import LANDING_RUN, known_run
from dashboard.readings import UnitName, findings_of
from models.network import CELLS
from models.run import Run, all_runs, load_run

COLUMNS = {
    "title": st.column_config.TextColumn("Concept"),
    "name": st.column_config.TextColumn("Unit", help="Layers count from 1, units from 0. Click it to read with it."),
    "symbol": st.column_config.TextColumn("State", help="h, the hidden state, or c, the cell state"),
    "score": st.column_config.ProgressColumn(
        "Score", min_value=0, max_value=1, format="%.3f", help="On text that had no part in choosing the unit"
    ),
    "measure": st.column_config.TextColumn("Measure", help="AUROC for what is on or off, Spearman for depths"),
    "random_init": st.column_config.ProgressColumn(
        "Untrained", min_value=0, max_value=1, format="%.3f", help="The best unit of three untrained networks"
    ),
    "clear": st.column_config.CheckboxColumn(
        "Clear", help="AUROC ≥ .90 or Spearman ≥ .70, and .05 above untrained networks"
    ),
    "f1": st.column_config.NumberColumn("F1", format="%.3f", help="At the threshold chosen on the development part"),
    "share": st.column_config.NumberColumn("Share of text", format="percent", help="How much of the text it covers"),
}


def show_find(read: StreamlitPage) -> None:
    """The Find view; a click on a unit opens it on the page `read`."""
    try:
        run = _chosen_run()
    except InputError as error:
        st.error(str(error))
        return
    findings = pd.DataFrame(findings_of(run))
    if findings.empty:
        st.info(f"{run.name} has not been searched yet. Search it: `python -m analysis search {run.name}`")
        return
    findings["name"] = [
        str(UnitName(layer, unit)) for layer, unit in zip(findings["layer"], findings["unit"], strict=True)
    ]
    findings["symbol"] = findings["state"].map({"hidden": "h", "cell": "c"})
    best = findings[findings["place"] == 1]
    clear = int(best["clear"].sum())
    columns = [name for name in COLUMNS if name != "symbol" or len(CELLS[run.model.cell].states) > 1]
    st.markdown(
        f"#### {clear} of {len(best)} concepts have a clear unit in {run.name}\n"
        "Each unit, its sign and its threshold were chosen on one part of the test text and scored on another. "
        "Click a unit to read with it."
    )
    _show_figure(best, run, read)
    everything = st.toggle("All candidates, not only the best of each concept", key="find_all")
    _show_table(findings if everything else best, columns, run, read)


def _chosen_run() -> Run:
    state = st.session_state
    wanted = st.query_params.get("model") or (state["address"].model if "address" in state else LANDING_RUN)
    if "find_model" not in state:
        try:
            state["find_model"] = known_run(wanted)
        except InputError as error:
            st.error(str(error))
            state["find_model"] = LANDING_RUN
    chosen = st.selectbox("Model", all_runs(), key="find_model", width=400)
    if chosen != wanted:  # a bare address stays bare: Streamlit adds an entry to the browser's history
        st.query_params.from_dict({"model": chosen})
    return load_run(chosen)


def _show_figure(best: pd.DataFrame, run: Run, read: StreamlitPage) -> None:
    config = {"displayModeBar": False, "scrollZoom": False}
    event: Any = st.plotly_chart(
        findings_figure(best), key=_fresh("find_figure"), on_select="rerun", selection_mode="points", config=config
    )
    clicked = [point["customdata"] for point in event.selection.points if "customdata" in point]
    if clicked:
        index = clicked[0][0] if isinstance(clicked[0], list) else clicked[0]
        _open(best[best.index == int(index)].iloc[0], run, read)


def _show_table(table: pd.DataFrame, columns: list[str], run: Run, read: StreamlitPage) -> None:
    event: Any = st.dataframe(
        table[columns],
        column_config=COLUMNS,
        hide_index=True,
        on_select="rerun",
        selection_mode="single-cell",
        key=_fresh("find_table"),
        height="content",
        placeholder="–",
    )
    st.download_button(
        "Download as CSV",
        table.drop(columns=["symbol", "place"]).to_csv(index=False),
        file_name=f"{run.name}-units.csv",
        mime="text/csv",
        icon=":material/download:",
    )
    if event.selection.cells:
        _open(table.iloc[event.selection.cells[0][0]], run, read)


def _fresh(key: str) -> str:
    """A widget's key that changes after each click, so that the same click can be made again."""
    return f"{key}_{st.session_state.get('find_clicks', 0)}"


def _open(row: pd.Series, run: Run, read: StreamlitPage) -> None:
    """Read with the unit of a row."""
    st.session_state["find_clicks"] = st.session_state.get("find_clicks", 0) + 1
    unit = f"L{row['layer']}.u{row['unit']}"
    st.switch_page(read, query_params={"model": run.name, "unit": unit, "state": row["state"]})

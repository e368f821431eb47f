"""How good the models are: beside one another, n-gram models and the paper."""

from collections.abc import Iterator
from functools import partial
from math import log
from typing import Any

import pandas as pd
import streamlit as st
from streamlit.column_config import NumberColumn, TextColumn

from dashboard.figures.comparison import comparison_figure
from dashboard.figures.style import PLOTLY
from dashboard.messages import plain
from dashboard.views.explained import show_explained
from dashboard.views.job_panel import offer_job
from models import paper
from models.card import CELL_TITLES, text_title
from models.comparison import BYTE, CHARACTER, WAR_AND_PEACE, best_ngram_of, compare_models, counted_by, text_of
from models.run import Run

PANELS = {
    CHARACTER: "nats per character of the test split",
    BYTE: "nats per byte of the test split",
}
DOT = {"panel": "string", "label": "string", "kind": "string", "nats": float, "low": float, "high": float}
PAPER_DOT = {"panel": PANELS[BYTE], "kind": "paper"}
loss = partial(NumberColumn, format="%.3f")
COMMON = {
    "model": TextColumn("Model", pinned=True),
    "network": TextColumn("Network"),
    "parameters": NumberColumn("Parameters", format="localized"),
}
LOSSES = {
    "nats": loss("Test, nats", help="Mean loss on the test split"),
    "bits": loss("Test, bits", help="The same in bits"),
    "interval": TextColumn("95 % interval, nats"),
    "dynamic": loss("Adapting", help="Nats with dynamic evaluation: the network goes on learning as it reads"),
    "ngram": loss("Best n-gram", help="Nats of the best n-gram model"),
}
COLUMNS: dict[str, dict[str, Any]] = {
    CHARACTER: COMMON
    | {
        "title": TextColumn("Text"),
        "validation": loss("Validation, nats"),
        **LOSSES,
    },
    BYTE: COMMON
    | LOSSES
    | {"paper": loss("Paper, same shape", help="The paper's network with as many layers and units; from memory")},
}


def show_comparison(run: Run) -> None:
    """The models of the run's text as a figure, and those of all texts as tables, one per way of counting."""
    st.markdown("#### How good it is")
    show_explained("models-comparison")
    table = compare_models()
    beside = table[table["text"] == text_of(run)]
    is_evaluated = bool(beside[beside["model"] == run.name]["nats"].notna().any())
    if not is_evaluated:
        offer_job(run, "evaluate", "Not evaluated yet on the test split of its text.")
    else:
        st.markdown(
            "Lower is better. An interval covers other text of the same kind; on the same text, smaller differences "
            "between two models are reliable too."
        )
    if run.imported:
        st.caption(
            f"{plain(run.name)} was trained elsewhere. If that training used the test split, "
            "its loss here is lower than on unseen text."
        )
    results = pd.DataFrame(comparison_dots(run, beside[beside["nats"].notna()]), columns=list(DOT)).astype(DOT)
    if not results.empty:
        st.plotly_chart(comparison_figure(results), key="comparison", config=PLOTLY)
    if best_ngram_of(run, counted_by(run)) is None:
        missing = (
            "Not counted yet: the n-gram models of its text. They say how well the last few characters alone predict."
        )
        offer_job(run, "ngram", missing)
    st.markdown("**Per character**, every model on the test split of its own text")
    _show_table(table.assign(elsewhere=table["text"] != text_of(run)), CHARACTER)
    if (beside["counted"] == BYTE).any():
        st.markdown(
            "**Per byte, as the paper counts**: *War and Peace* byte for byte, where a line break is two bytes and an "
            "accented letter is two. So these figures are lower than those per character: do not compare the two."
        )
        _show_table(beside.assign(elsewhere=False), BYTE)
    elif text_of(run) == WAR_AND_PEACE:
        if is_evaluated:
            missing = "Not evaluated yet per byte of the paper's test text, as the paper's figures are."
            offer_job(run, "evaluate", missing, "--paper-bytes", label="Evaluate it per byte")
    elif run.corpus["name"] == paper.LINUX:
        st.caption(_paper_on_linux(run))
    _show_paper()


def comparison_dots(run: Run, beside: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """The dots of the figure: models, n-gram models and, where the text is the paper's, the paper."""
    for row in beside.to_dict("records"):
        dot = {"panel": PANELS[row["counted"]], "label": f"{row['model']} ({row['network']})"}
        kind = "chosen" if row["model"] == run.name else "model"
        yield dot | {"kind": kind, "nats": row["nats"], "low": row["low"], "high": row["high"]}
        if row["dynamic"] == row["dynamic"]:  # measured
            yield dot | {"kind": "dynamic", "label": f"{row['model']}, adapting as it reads", "nats": row["dynamic"]}
    ways = list(beside["counted"].unique())
    for way in ways:
        best = best_ngram_of(run, way)
        if best:
            label = f"n-gram model of order {best['order']}"
            yield {"panel": PANELS[way], "label": label, "kind": "n-gram", **best}
    if BYTE in ways:
        yield from _paper_dots(run)


def _paper_dots(run: Run) -> Iterator[dict[str, Any]]:
    """The paper's n-gram model, its best network, and its network of the run's shape."""
    ngram, best = paper.N_GRAMS[paper.WAR_AND_PEACE], paper.best_figure(paper.WAR_AND_PEACE)
    same = paper.figure_of(paper.WAR_AND_PEACE, run.model)
    yield {"label": f"paper: n-gram model of order {ngram.order}", "nats": ngram.nats} | PAPER_DOT
    if best:
        label = f"paper's best: {best.num_layers} layers, {CELL_TITLES[best.cell]}"
        yield {"label": label, "nats": best.nats} | PAPER_DOT
    if same and same != best:
        label = f"paper: {same.num_layers}x{same.size} LSTM, from memory"
        yield {"label": label, "nats": same.nats} | PAPER_DOT


def _paper_on_linux(run: Run) -> str:
    ngram, same = paper.N_GRAMS[paper.LINUX], paper.figure_of(paper.LINUX, run.model)
    like = f" and, from memory, {same.nats:.3f} for a {run.model.title}" if same else ""
    return (
        "The paper's excerpt of Linux is another text, so the comparison is only a rough one: "
        f"{ngram.nats:.3f} nats for its best n-gram model{like}."
    )


def _show_table(table: pd.DataFrame, way: str) -> None:
    """The rows that are counted in this way: the run's own text first, then by loss."""
    part = table[table["counted"] == way].sort_values(["elsewhere", "text", "nats"])
    shown = part.assign(bits=part["nats"] / log(2), title=part["corpus"].map(text_title))
    ends = part[["low", "high"]].map("{:.3f}".format)
    shown["interval"] = (ends["low"] + " – " + ends["high"]).where(part["low"].notna())
    columns = COLUMNS[way]
    measured = [name for name in columns if shown[name].notna().any()]
    st.dataframe(shown[measured], column_config=columns, hide_index=True, height="content", placeholder="–")


def _show_paper() -> None:
    """All figures of the paper."""
    with st.expander("The paper's figures"):
        st.markdown(
            f"Test loss in nats per character of their texts (Karpathy, Johnson and Fei-Fei, {paper.SOURCE}). Networks "
            "in a row have the same number of parameters; the size is the LSTM's. Figures are **from memory**, except "
            "the best on War and Peace (GRU, 3 layers, 512) and the n-gram models: check them against the paper before "
            "you cite them. Their excerpt of Linux is not ours, so the comparison is only a rough one."
        )
        for corpus, title in ((paper.WAR_AND_PEACE, "War and Peace, per byte"), (paper.LINUX, "Linux, their excerpt")):
            ngram = paper.N_GRAMS[corpus]
            st.markdown(f"**{title}**; n-gram model of order {ngram.order}: {ngram.nats:.3f}")
            st.dataframe(_paper_table(corpus).style.format("{:.3f}", na_rep="–"))


def _paper_table(corpus: str) -> pd.DataFrame:
    """The paper's networks of a corpus: a row per size, a column per cell and number of layers."""
    figures = pd.DataFrame([vars(one) for one in paper.FIGURES if one.corpus == corpus])
    figures["network"] = figures["cell"].map(CELL_TITLES) + " × " + figures["num_layers"].astype(str)
    return figures.pivot(index="size", columns="network", values="nats")[figures["network"].unique()]

"""Custom concepts: a form in Find that searches for them at once."""

from dataclasses import replace

import numpy as np
import streamlit as st
from streamlit.navigation.page import StreamlitPage

from analysis.concepts import Concept, concepts_for
from analysis.concepts.concept import TextKind
from analysis.concepts.custom import parse_file
from analysis.concepts.writing import writing_of
from analysis.findings import Findings, best_units, rows_of
from analysis.own_concepts import save_concepts, written_concepts
from analysis.progress import Progress
from analysis.search import search
from analysis.statistics import MEASURE_TITLES, measured_text, score_text
from corpora import InputError
from corpora.places import is_read_only
from dashboard.drafts import keep_draft
from dashboard.engine import ENGINE
from dashboard.messages import plain, show_error
from dashboard.session import go, here
from models.run import Run, corpus_of
from models.units import Unit

SAMPLE = 20_000  # characters that tell how a text is written
CHARACTERS, DRAWS = 60_000, 100  # of the test split, and of null labels: enough for a first answer
EXAMPLES: dict[TextKind, str] = {
    "prose": """\
- name: inside-dashes
  title: between two dashes
  description: From a double dash to the next one, or to the end of the paragraph.
  automaton: {open: "--", close: "--", reset: "\\n\\n"}

- name: form-of-address
  title: forms of address
  description: A title by which a person is addressed.
  pattern: '(?i)\\b(prince|count|countess|your excellency)\\b'
""",
    "C code": """\
- name: inside-brackets
  title: inside square brackets
  description: Between [ and ], as in an array's index.
  automaton: {open: "[", close: "]", reset: "\\n"}

- name: goto-label
  title: labels of goto
  description: A name at the start of a line, followed by a colon.
  pattern: '(?m)^[a-z_]+:'
""",
    "MediaWiki markup": """\
- name: inside-round-brackets
  title: inside round brackets
  description: Between ( and ); a blank line ends it.
  automaton: {open: "(", close: ")", reset: "\\n\\n"}

- name: date
  title: dates
  description: A month and a day.
  pattern: '(January|February|March|April|May|June|July|August|September|October|November|December) [0-9]{1,2}'
""",
}


class ProgressOnPage(Progress):
    """A progress bar on the page, with the remarks of the search below it."""

    def __init__(self) -> None:
        self.bar, self.total, self.done, self.name = st.progress(0.0), 1, 0, ""
        self.remarks: list[str] = []

    def stage(self, name: str, total: int = 1) -> None:
        self.name, self.total, self.done = name, max(1, total), 0
        self.bar.progress(0.0, name)

    def advance(self, by: int = 1) -> None:
        self.done += by
        self.bar.progress(min(1.0, self.done / self.total), self.name)

    def remark(self, line: str) -> None:
        self.remarks.append(line)


def show_custom_concepts(run: Run, read: StreamlitPage) -> None:
    """A form for custom concepts, and what the search found for them."""
    st.markdown(
        "#### A custom concept\n"
        "Describe it: the text between two delimiters (`automaton`), or what a regular expression matches (`pattern`). "
        "Nothing in the form is executed."
    )
    with st.container(border=True):
        written = _written(run)
        row = st.container(horizontal=True)
        wanted = row.button(
            f"Search {plain(run.name)}", type="primary", icon=":material/search:", key="find_custom_search"
        )
        saved = not is_read_only() and row.button(
            "Save with the model",
            icon=":material/save:",
            key="find_custom_save",
            help="In place of those saved before. Read compares them with what is marked; ablate knows their names.",
        )
    state = st.session_state
    try:
        if saved:
            names = ", ".join(concept.name for concept in save_concepts(run, written))
            st.success(plain(f"Saved with {run.name}: {names}"), icon=":material/check:")
        if wanted:
            state["custom_findings"] = (run.weights_hash, *_search(run, written))
    except InputError as error:
        show_error(error)
        return
    if state.get("custom_findings", ("",))[0] == run.weights_hash:
        _, concepts, findings, remarks = state["custom_findings"]
        _show(run, concepts, findings, remarks, read)


def _written(run: Run) -> str:
    """The text of the form: what was typed in this session, or else saved with the model, or else an example.

    Streamlit forgets what was typed into a field once its page is left, so a copy is kept.
    """
    state, field, kept = st.session_state, f"find_custom_text_{run.name}", f"find_custom_kept_{run.name}"
    if field not in state:
        state[field] = state[kept] if kept in state else _saved(run) or EXAMPLES[_example_for(run)]
    written = st.text_area("Concepts, in YAML", height=260, key=field)
    keep_draft(field)
    state[kept] = written
    return written


def _saved(run: Run) -> str:
    try:
        return written_concepts(run)
    except InputError as error:
        show_error(error)
        return ""


def _example_for(run: Run) -> TextKind:
    """The kind of text that the model was trained on, as far as there is an example of it."""
    try:
        kinds = writing_of(np.asarray(corpus_of(run).split("test")[:SAMPLE])).kinds
    except InputError:  # the text is not on this machine
        kinds = {known.speaks_of for known in concepts_for(run.corpus["name"]) if run.corpus["name"] in known.corpora}
    shown: list[TextKind] = [kind for kind in EXAMPLES if kind in kinds]
    return shown[0] if shown else "prose"


def _search(run: Run, written: str) -> tuple[list[Concept], Findings, list[str]]:
    concepts = parse_file(written, "the text above")
    if not concepts:
        raise InputError("Wanted at least one concept, got none. Begin with '- name: ...'.")
    progress = ProgressOnPage()

    def look() -> tuple[Findings, list[str]]:
        findings = search(run, chars=CHARACTERS, concepts=concepts, draws=DRAWS, progress=progress)
        return findings, progress.remarks

    def told(before: int) -> None:
        progress.stage(f"waiting: {before} before this one" if before else "reading")

    try:
        return concepts, *ENGINE.custom_search(run, written, look, told)
    finally:
        progress.bar.empty()


def _show(run: Run, concepts: list[Concept], findings: Findings, remarks: list[str], read: StreamlitPage) -> None:
    for remark in remarks:
        st.caption(plain(remark))
    titles = {concept.name: concept.title for concept in concepts}
    for row in rows_of(best_units(findings.units[findings.units["score"].notna()])):
        unit = Unit.of_row(row)
        left, right = st.columns([4, 1], vertical_alignment="center")
        verdict = f"**{row['verdict']}** ({row['level']})" if row["level"] else "**no unit found**"
        score = measured_text(MEASURE_TITLES[row["measure"]], row["score"])
        left.markdown(
            f"**{plain(titles[row['concept']])}**: {verdict}. Best: {unit} {unit.symbol}, {score} "
            f"({score_text(row['ci_low'])}–{score_text(row['ci_high'])}); n-grams {score_text(row['ngram'])}, "
            f"untrained {score_text(row['untrained'])}, q {row['q_value']:.1g}."
        )
        if right.button("Open in Read", key=f"own_{row['concept']}"):
            shown = unit.in_recorded_state(run.model)
            go(read, replace(here(), model=run.name, unit=shown, concept=""))
    st.caption(f"On {findings.attributes['characters']:,} characters of {plain(findings.attributes['source'])}.")

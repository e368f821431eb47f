"""The list of all own trainings: how each stands, and the way to its page."""

import time
from pathlib import Path
from typing import Literal

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from corpora import InputError
from dashboard.messages import plain
from dashboard.new_training import TRAIN, trainings
from models.card import format_duration, text_title
from models.history import load_log
from models.jobs import find_job
from models.own import UNREADABLE, readable_run
from models.run import Run, load_run
from models.status import reason_of, status_of

LOOK_EVERY = 3.0  # seconds, while one is running
AT_FIRST = 20
Color = Literal["blue", "orange", "green", "red", "gray"]
BADGES: dict[str, tuple[str, Color, str]] = {
    "training": ("training", "blue", ":material/progress_activity:"),
    "paused": ("paused", "orange", ":material/pause:"),
    "finished": ("finished", "green", ":material/check:"),
    "failed": ("failed", "red", ":material/error:"),
    "untrained": ("not started", "gray", ":material/schedule:"),
}

IMPORTED: tuple[str, Color, str] = ("imported", "gray", ":material/download:")


def show_trainings(train: StreamlitPage) -> None:
    """Every own training, running ones first, then the latest; each links to the page `train`."""
    folders = trainings()
    st.markdown("#### Your trainings")
    if not folders:
        st.caption("None yet. Each training that you start is listed here.")
        return
    running = any(status_of(folder) == "training" for folder in folders)
    st.fragment(_show_rows, run_every=LOOK_EVERY if running else None)(train)


def _show_rows(train: StreamlitPage) -> None:
    found = [(folder, status_of(folder), _when(folder)) for folder in trainings()]
    found.sort(key=lambda each: (each[1] != "training", -each[2]))
    shown = found if st.session_state.get("train_all") else found[:AT_FIRST]
    for folder, status, when in shown:
        with st.container(border=True, gap="xsmall"):
            with st.container(horizontal=True, vertical_alignment="center"):
                if st.button(f"**{plain(folder.name)}**", key=f"train_open_{folder.name}", help="Open its page"):
                    st.switch_page(train, query_params={"run": folder.name})  # a link to the same page keeps its query
                words, color, icon = IMPORTED if is_imported(folder) else BADGES[status]
                st.badge(words, icon=icon, color=color)
            st.caption(" · ".join(map(plain, filter(None, _facts(folder, status, when)))))
    if len(found) > len(shown):
        st.button(f"Show all {len(found)}", key="train_all")


def is_imported(folder: Path) -> bool:
    """Whether its network was trained elsewhere."""
    run = readable_run(folder.name)
    return run is not None and run.imported is not None


def _when(folder: Path) -> float:
    """When it was started or, of one without a note of that, last written."""
    job = find_job(folder, TRAIN)
    try:
        return job.started if job else folder.stat().st_mtime
    except OSError:  # deleted just now
        return 0.0


def _facts(folder: Path, status: str, when: float) -> list[str]:
    """A training in a few words: its network, text, loss, how far it is or why it failed, and when it was."""
    facts, job = [], find_job(folder, TRAIN)
    if (folder / "config.json").exists():  # it came so far
        try:
            run = load_run(folder)
            facts = [run.model.title, text_title(run.corpus["name"], short=True), _loss(run)]
        except UNREADABLE as error:
            facts = [str(error)]
    if status == "training" and job:
        left = job.progress.seconds_left
        facts += [f"{job.progress.share:.0%}", "" if left is None else f"{format_duration(left)} left"]
    return [*facts, reason_of(folder), f"{format_duration(max(0, time.time() - when))} ago"]


def _loss(run: Run) -> str:
    """The best validation loss of one that has ended, the latest of one that goes on."""
    loss = run.training.get("validation_loss")
    if loss is None:
        try:
            seen = load_log(run)["validation_loss"].dropna()
        except InputError:
            return ""
        loss = seen.iloc[-1] if len(seen) else None
    return "" if loss is None else f"validation {loss:.3f} nats"

"""The page of one training: how far it is, how good it is, and what to do with it.

A training is a process of its own, so this page only looks at what it writes; anybody may close it and come back.
"""

from pathlib import Path

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from corpora import InputError
from corpora.places import is_read_only, runs_folder
from dashboard.engine import ENGINE
from dashboard.headline import headline
from dashboard.jobs import start
from dashboard.landing import known_run
from dashboard.location import Location
from dashboard.messages import plain, show_error
from dashboard.routes import live_page_address
from dashboard.session import go
from dashboard.training_figures import figures_of
from dashboard.views.job_panel import VISITORS, offer_job, show_refusal, try_to
from dashboard.views.missing_text import lacks_text
from dashboard.views.own_runs import show_changes
from dashboard.views.own_runs import show_refusal as show_refused_change
from dashboard.views.train_list import is_imported
from dashboard.views.training_slider import show_slider
from models.card import format_duration
from models.checkpoint import CHECKPOINT
from models.jobs import Job, ask, find_job, kill
from models.outcome import learned_nothing, outcome_of
from models.run import WEIGHTS, Run, is_run_name, load_run, shipped_runs
from models.status import Status, reason_of, status_of

EVERY = 2.0  # seconds between two looks at a training that runs
BADGES: dict[Status, tuple[str, str]] = {
    "training": ("blue", "training"),
    "paused": ("orange", "paused"),
    "finished": ("green", "finished"),
    "failed": ("red", "failed"),
    "untrained": ("gray", "not started"),
}
ANSWERS = {
    "pause": "Pausing: it writes a checkpoint …",
    "finish": "Stopping with the best weights …",
    "stop": "Stopping …",
}


def show_training(run_name: str, read: StreamlitPage, find: StreamlitPage) -> None:
    """The page of the training of that name; buttons lead to the pages `read` and `find`."""
    try:
        folder = training_folder(run_name)
    except InputError as error:
        show_error(error)
        return
    status = status_of(folder)
    color, words = ("gray", "imported") if is_imported(folder) else BADGES[status]
    st.markdown(f"### {plain(run_name)} :{color}-badge[{words}]")
    show_refusal()
    show_refused_change()
    if status == "training":
        with st.container(key="train_live"):
            st.fragment(_show_live, run_every=EVERY)(folder, (folder / "config.json").exists())
    elif _is_ending(folder):
        st.fragment(_show_ending, run_every=EVERY)(folder)
        return
    else:
        _show_ended(folder, status)
    run = _run_of(folder, is_told=True)
    if run is None:
        return
    if status in ("finished", "paused", "failed") and (folder / WEIGHTS).exists():
        _show_what_next(run, read, find)
    if not run.imported:
        show_slider(run, status == "training", is_told=True)
    if status == "finished" and not is_read_only():
        with st.container(horizontal=True):
            show_changes(folder.name)


def training_folder(run_name: str) -> Path:
    """The folder of a training under `runs/`, begun or ended.

    Raises:
        InputError: there is none of that name.
    """
    folder = runs_folder() / run_name
    begun = is_run_name(run_name) and run_name not in shipped_runs() and folder.is_dir()
    if not begun or not ((folder / "config.json").exists() or find_job(folder, "train")):
        raise InputError(
            f"No training is called {run_name[:40]!r}. It may have been deleted. Choose another one in Train."
        )
    return folder


def _run_of(folder: Path, is_told: bool = False) -> Run | None:
    """The run, once it is configured; a training that has just begun is not. What is wrong with it is told once."""
    try:
        return load_run(folder) if (folder / "config.json").exists() else None
    except InputError as error:
        if not is_told:
            show_error(error)
        return None


# ---- while it runs --------------------------------------------------------------------------------------------------


def _show_live(folder: Path, is_configured: bool) -> None:
    """Progress, figures and control; the whole page runs once more when there is a run to draw, and when it ends."""
    job, run = find_job(folder, "train"), _run_of(folder)
    if job is None or status_of(folder) != "training" or (run is not None and not is_configured):
        st.rerun()
        return
    progress = job.progress
    st.progress(progress.share, plain(_how_far(job)))
    if run:
        _show_figures(run)
    if not is_read_only():
        _show_control(job)


def _how_far(job: Job) -> str:
    """What goes on, the share done and the time left, in words."""
    progress = job.progress
    said = ANSWERS[job.wish] if job.wish else progress.stage.capitalize() or "Starting …"
    left = progress.seconds_left
    about = f"about {format_duration(left)} left" if left is not None and not job.wish else ""
    return " · ".join(filter(None, (said, f"{progress.share:.0%}" if progress.total else "", about)))


def _show_control(job: Job) -> None:
    """Pause it, or end it with the best weights; end the process at once if it was asked and does not answer."""
    with st.container(horizontal=True, vertical_alignment="center", key="train_control"):
        if job.wish:
            st.button(
                "End it at once", key="train_kill", icon=":material/stop_circle:", on_click=try_to, args=(kill, job)
            )
            st.caption(
                "It stops after its next step. If you end it at once, you can resume it from its last checkpoint."
            )
            return
        st.button("Pause", key="train_pause", icon=":material/pause:", on_click=try_to, args=(ask, job, "pause"))
        st.button(
            "Stop with the best weights", key="train_finish", icon=":material/flag:", on_click=try_to,
            args=(ask, job, "finish"), help="Ends it for good and keeps the weights with the lowest validation loss.",
        )  # fmt: skip


def _is_ending(folder: Path) -> bool:
    """Whether a process is about to end a training that does not run and has not ended."""
    job = find_job(folder, "finish")
    return job is not None and job.state == "running" and status_of(folder) not in ("training", "finished")


def _show_ending(folder: Path) -> None:
    """That it is being ended; the page runs once more when it is, or when the process is at work as a training."""
    if not _is_ending(folder):
        st.rerun()
    st.progress(0.0, ANSWERS["finish"])


def _show_figures(run: Run) -> None:
    try:
        st.html(headline(figures_of(run)))
    except InputError as error:
        show_error(error)


# ---- when it does not -----------------------------------------------------------------------------------------------


def _show_ended(folder: Path, status: Status) -> None:
    """How it ended, its figures, and the buttons that go on, end it for good, or delete it."""
    run, reason = _run_of(folder), reason_of(folder)
    if reason:
        show_error(f"The training failed: {reason} {_what_to_do(folder, run, reason)}")
    elif status == "paused" and (ending := find_job(folder, "finish")) and ending.state == "failed":
        show_error(f"It could not be stopped with its best weights: {ending.reason}")
    if run:
        _show_figures(run)
        _show_outcome(run)
    if is_read_only():
        st.caption(VISITORS)
        return
    if status == "finished":  # what one does with it comes first: the rest is at the end of the page
        return
    with st.container(horizontal=True):
        if run:
            label = "Start" if status == "untrained" else "Resume"
            _button_to_start(run, "train", label, "play_arrow")
            if (folder / CHECKPOINT).exists():
                _button_to_start(run, "finish", "Stop with the best weights", "flag")
        show_changes(folder.name)


def _what_to_do(folder: Path, run: Run | None, reason: str) -> str:
    """What helps a training that failed; without a configuration, a text or a sound checkpoint there is no resuming."""
    if is_read_only():
        return ""
    if run and lacks_text(run):
        return "Then resume it, or delete it."
    if str(folder / CHECKPOINT) in reason:
        return "Delete it, and start another in Train."
    if (folder / CHECKPOINT).exists():
        return "Resume it from its last checkpoint, or delete it."
    if (folder / "config.json").exists():
        return "Resume it to begin again, or delete it."
    return "Delete it, and start another in Train."


def _button_to_start(run: Run, kind: str, label: str, icon: str) -> None:
    main = kind == "train"
    st.button(
        label, key=f"train_{kind}", icon=f":material/{icon}:", type="primary" if main else "secondary",
        on_click=try_to, args=(start, run, kind),
    )  # fmt: skip


def _show_outcome(run: Run) -> None:
    """How good it is, and what helps where it is not."""
    try:
        said = outcome_of(run)
        if said and learned_nothing(run):
            st.warning(plain(said), icon=":material/warning:")
        elif said:
            st.markdown(plain(said))
    except InputError as error:
        show_error(error)


def _show_what_next(run: Run, read: StreamlitPage, find: StreamlitPage) -> None:
    """Read with it, search its units, export it."""
    searched = _is_searched(run)
    with st.container(horizontal=True):
        if st.button("Read with it", key="train_read", icon=":material/menu_book:", type="primary"):
            go(read, Location(model=known_run(run.name)))
        if searched and st.button("See what its units track", key="train_find", icon=":material/search:"):
            go(find, Location(model=known_run(run.name)))
        st.link_button(
            "Export the live page", live_page_address(run), icon=":material/download:",
            help="One HTML file with the network in it. It reads and writes in any browser, offline.",
        )  # fmt: skip
    if not searched:
        offer_job(run, "search", "What do its units track? A search scores every unit for every concept.")


def _is_searched(run: Run) -> bool:
    """Whether there is a search of its weights; a damaged one is told, and can be made again."""
    try:
        return ENGINE.findings(run) is not None
    except InputError as error:
        show_error(error)
        return False

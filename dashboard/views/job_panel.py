"""A job on a page: its progress while it runs, a button to stop it, how it ended, and the button that starts it.

Every page that shows a job looks at the same files, so all browsers see the same, also after a new start of the server.
"""

from collections.abc import Callable
from pathlib import Path

import streamlit as st

from corpora import InputError
from corpora.places import is_read_only
from dashboard.jobs import KINDS, command_of, start
from dashboard.messages import as_code, plain, show_error
from dashboard.views.missing_text import lacks_text, show_missing_text
from models.card import format_duration
from models.jobs import Job, ask, find_job, kill
from models.run import Run

EVERY = 1.0  # seconds between two looks at a job that runs
REFUSED = "job_refused"
VISITORS = "This Charscope is shared: only the person who shares it can start this."
End = Callable[[Job], None]


def show_job(folder: Path, kind: str, title: str, *, on_end: End | None = None) -> Job | None:
    """The latest job of a kind in a folder: how far it is, or how it ended; None, and nothing, if there was none.

    While it runs, this part of the page looks at it again and again, and the page runs once more when it ends. It must
    not stand inside a fragment.

    Args:
        folder: where the job is noted: a training in the run's folder, all else among the run's results.
        kind: of work, as in `dashboard.jobs.KINDS`.
        title: what goes on, in a few words.
        on_end: called with the job, in each browser that saw it end, before the page runs once more.
    """
    job = find_job(folder, kind)
    if job is None:
        return None
    if job.state == "running":
        st.fragment(_show_running, run_every=EVERY)(folder, kind, title, on_end)
    elif job.state == "stopped":
        kept = KINDS[kind].kept if kind in KINDS else ""
        st.caption(plain(f"{title}: stopped. {kept}"))
    elif job.state == "failed":
        show_error(f"{title} failed: {job.reason}")
    return job


def _show_running(folder: Path, kind: str, title: str, on_end: End | None) -> None:
    job = find_job(folder, kind)
    if job is None or job.state != "running":
        if job and on_end:
            on_end(job)
        st.rerun()
    with st.container(border=True, key=f"job_{kind}"):
        st.progress(job.progress.share, f"**{plain(title)}**  \n{plain(_how_far(job))}")
        if not is_read_only():
            _show_stop(job)


def _how_far(job: Job) -> str:
    """The stage, the share done and the time left, in words."""
    if job.wish:
        return "Stopping …"
    progress = job.progress
    if not progress.total:
        return "Starting …"
    left = progress.seconds_left
    about = f"about {format_duration(left)} left" if left is not None and progress.share >= SURE else ""
    return " · ".join(filter(None, (progress.stage, f"{progress.share:.0%}", about)))


SURE = 0.03  # share done from which on the time left is more than a guess


def _show_stop(job: Job) -> None:
    """Ask it to stop; end it at once if it was asked and does not answer."""
    key, icon = f"job_stop_{job.kind}", ":material/stop_circle:"
    if not job.wish:
        st.button("Stop", key=key, icon=icon, on_click=try_to, args=(ask, job, "stop"))
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button("End it at once", key=f"{key}_now", icon=icon, on_click=try_to, args=(kill, job))
        st.caption("It stops at its next step, mostly within seconds.", width="content")


def try_to(act: Callable[..., object], *arguments: object) -> None:
    """Do what a button asks for; what refuses it is shown by the page that runs next."""
    try:
        act(*arguments)
    except InputError as error:
        st.session_state[REFUSED] = str(error)


def show_refusal() -> None:
    """Why the last button of a job did nothing, once."""
    if REFUSED in st.session_state:
        show_error(st.session_state.pop(REFUSED))


def show_running(run: Run, kind: str) -> bool:
    """The progress of work of a kind on a run, if somebody has started it; whether it runs."""
    job = find_job(run.results_folder, kind)
    if job and job.state == "running":
        show_job(run.results_folder, kind, f"{KINDS[kind].doing}: {run.name}")
        return True
    return False


def offer_job(run: Run, kind: str, missing: str, *arguments: str, label: str = "", primary: bool = False) -> None:
    """What a run lacks and the button that makes it; while it is being made, its progress.

    Args:
        run: whose results it is to be among.
        kind: of work, as in `dashboard.jobs.KINDS`.
        missing: what is missing, in one sentence of Markdown.
        arguments: options for the command.
        label: of the button, if not the kind's own.
        primary: whether it is what the page is for.
    """
    known = KINDS[kind]
    st.markdown(missing)
    show_refusal()
    if show_running(run, kind):
        return
    if is_read_only():
        st.caption(VISITORS)
        return
    if lacks_text(run):
        show_missing_text(run, f"get_text_{kind}")
        return
    show_job(run.results_folder, kind, f"The last {known.noun}")
    st.button(
        label or known.button,
        key=f"start_{kind}{''.join(arguments)}",
        icon=f":material/{known.icon}:",
        type="primary" if primary else "secondary",
        help=f"You may close the page while it runs. In a terminal: {as_code(command_of(run, kind, *arguments))}",
        on_click=try_to,
        args=(start, run, kind, *arguments),
    )

"""The menu of models: one's own first, each with what it is and when it was made, then the shipped ones."""

from datetime import datetime
from typing import Any

import streamlit as st

from models.own import offered_runs, readable_run
from models.run import WEIGHTS, Run, shipped_runs
from models.status import status_of

STATUS = {"training": "still training", "paused": "paused"}


def menu_of_models(current: str) -> list[str]:
    """The names to choose from, with the one in view, whatever it is."""
    names = offered_runs()
    return names if current in names else [*names, current]


def label_of_model(name: str, now: datetime | None = None) -> str:
    """A model in the menu: a shipped one by its name, an own one with its network and its age."""
    if name in shipped_runs():
        return name
    run = readable_run(name)
    if run is None:
        return f"{name} · own"
    facts = (run.model.title, STATUS.get(status_of(run.folder), ""), _when(run, now or datetime.now()))
    return f"{name} · own, {', '.join(filter(None, facts))}"


def _when(run: Run, now: datetime) -> str:
    """When its weights were written, as people say it."""
    try:
        written = datetime.fromtimestamp((run.folder / WEIGHTS).stat().st_mtime)
    except OSError:
        return ""
    days = (now.date() - written.date()).days
    return {0: "today", 1: "yesterday"}.get(days, f"{written:%d %B %Y}".lstrip("0"))


def select_model(key: str, current: str, title: str = "Model", **options: Any) -> None:
    """The box to choose a model; `key` is the widget's, and the rest is for `st.selectbox`."""
    st.session_state[key] = current
    st.selectbox(title, menu_of_models(current), key=key, format_func=label_of_model, **options)

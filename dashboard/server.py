"""The application's parts: Streamlit's pages, the data routes, and a warm start."""

import gc
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import streamlit as st
from starlette.middleware import Middleware
from starlette.routing import Route

from dashboard.compare_routes import compare_routes
from dashboard.hosts import middleware as host_checks
from dashboard.page_routes import WrongAddresses, page_routes
from dashboard.routes import routes as data_routes

PAGES = Path(__file__).parent / "pages.py"


def routes() -> list[Route]:
    """The routes that Streamlit does not serve."""
    return [*compare_routes(), *data_routes(), *page_routes()]


def middleware() -> list[Middleware]:
    """What every request passes through: the checks of its host, and an answer where there is no page."""
    return [*host_checks(), Middleware(WrongAddresses)]


@asynccontextmanager
async def warm_start(_app: st.App) -> AsyncIterator[dict[str, Any]]:
    """Read the landing passage in the background, so that the first visitor does not wait for it.

    The thread is not a daemon, so Python waits for it before it exits. Exit while a thread runs native code, as in
    torch and numba, would abort the process.
    """
    stopping = threading.Event()
    threading.Thread(target=_warm_up, args=(stopping,), name="warm-up").start()
    yield {}
    stopping.set()


def _warm_up(stopping: threading.Event) -> None:
    try:
        from dashboard.landing import read_landing  # imports torch while the server already answers

        if not stopping.is_set():
            read_landing()
    except Exception:  # stopping the server in its first seconds breaks an import
        if not stopping.is_set():
            raise
    gc.collect()
    gc.freeze()  # Streamlit collects garbage after every rerun: exclude the imported modules

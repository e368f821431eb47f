"""What the application is built of: Streamlit's pages, the data routes beside them, and a warm start."""

import gc
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import streamlit as st
from starlette.routing import Route

from dashboard.hosts import middleware
from dashboard.page_routes import page_routes
from dashboard.routes import routes as data_routes

__all__ = ["PAGES", "middleware", "routes", "warm_start"]

PAGES = Path(__file__).parent / "pages.py"


def routes() -> list[Route]:
    """What the server answers beside Streamlit."""
    return [*data_routes(), *page_routes()]


@asynccontextmanager
async def warm_start(_app: st.App) -> AsyncIterator[dict[str, Any]]:
    """Read the landing passage in the background, so that the first visitor does not wait for it.

    The thread is no daemon: Python waits for it before it ends. To end while a thread is within native code, as torch
    and numba are, aborts the process.
    """
    stopping = threading.Event()
    threading.Thread(target=_warm_up, args=(stopping,), name="warm-up").start()
    yield {}
    stopping.set()


def _warm_up(stopping: threading.Event) -> None:
    try:
        from dashboard.landing import read_landing  # torch is imported here, while the server already answers

        if not stopping.is_set():
            read_landing()
    except Exception:  # whoever stops the server in its first seconds stops an import
        if not stopping.is_set():
            raise
    gc.collect()
    gc.freeze()  # Streamlit collects garbage after every rerun: leave what the imports made out of it

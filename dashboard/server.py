"""What the application is built of: Streamlit's pages, the data routes beside them, and a warm start."""

import gc
import os
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import streamlit as st
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware

from dashboard.routes import routes

__all__ = ["PAGES", "allowed_hosts", "middleware", "routes", "warm_start"]

PAGES = Path(__file__).parent / "pages.py"


def allowed_hosts() -> list[str]:
    """Names under which the server answers; `CHARSCOPE_HOSTS` (comma-separated) adds some, for a classroom."""
    return ["localhost", "127.0.0.1", *filter(None, os.environ.get("CHARSCOPE_HOSTS", "").split(","))]


def middleware() -> list[Middleware]:
    """What every request passes through: a page elsewhere cannot reach the server under another name."""
    return [Middleware(TrustedHostMiddleware, allowed_hosts=allowed_hosts())]


@asynccontextmanager
async def warm_start(_app: st.App) -> AsyncIterator[dict[str, Any]]:
    """Read the landing passage in the background, so that the first visitor does not wait for it."""
    threading.Thread(target=_warm_up, name="warm-up", daemon=True).start()
    yield {}


def _warm_up() -> None:
    from dashboard.landing import read_landing  # torch is imported here, while the server already answers

    read_landing()
    gc.collect()
    gc.freeze()  # Streamlit collects garbage after every rerun: leave what the imports made out of it

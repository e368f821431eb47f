"""The page that a browser loads at a view's address, with the address of its server.

Streamlit's page looks for its server below the address that it was loaded from. Opened by a link to `/find`, it asks
for `/find/_stcore/health` and `/find/_stcore/host-config`, gets 404 twice, and only then asks the right address. To
answer these two would not help: the page would take `/find` for the application's base path.
"""

from functools import cache
from pathlib import Path

import streamlit as st
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route
from streamlit.file_util import get_static_dir

FIRST, *OTHERS = VIEWS = ("read", "find", "unit", "compare", "generate", "train", "learn", "models")
# A view lies beside the first page, so its folder is the server's address, even behind a proxy that adds a prefix.
SERVER = '<script>window.__streamlit = { BACKEND_BASE_URL: new URL(".", window.location.href).href }</script>'


def base_path() -> str:
    """The prefix of every path: nothing, or `server.baseUrlPath`."""
    base = st.get_option("server.baseUrlPath").strip("/")
    return f"/{base}" if base else ""


@cache
def _page() -> str:
    """Streamlit's page, with our line before its first script."""
    before, script, after = (Path(get_static_dir()) / "index.html").read_text(encoding="utf-8").partition("<script")
    return f"{before}{SERVER}{script}{after}"


def page(_request: Request) -> Response:
    """The page; like Streamlit's own, the browser requests it anew each time."""
    return HTMLResponse(_page(), headers={"Cache-Control": "no-cache"})


def to_first_page(request: Request) -> Response:
    """Redirect to the application's own address, which shows the first view: Streamlit has no page under its name."""
    return RedirectResponse(f"./?{request.url.query}")


def page_routes() -> list[Route]:
    """One route for each view."""
    first = Route(f"{base_path()}/{FIRST}", to_first_page)
    return [first, *(Route(f"{base_path()}/{view}", page) for view in OTHERS)]

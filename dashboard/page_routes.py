"""The page that a browser loads at a view's address, with the address of its server.

Streamlit's page looks for its server below the address that it was loaded from. Opened by a link to `/find`, it asks
for `/find/_stcore/health` and `/find/_stcore/host-config`, gets 404 twice, and only then asks the right address. To
answer these two would not help: the page would take `/find` for the application's base path.
"""

import html
from functools import cache
from pathlib import Path

import streamlit as st
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send
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


# ---- wrong addresses ------------------------------------------------------------------------------------------------

NO_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>No such page – Charscope</title>
<style>:root {{ color-scheme: light dark; font: 1.1rem/1.6 system-ui, sans-serif }} body {{ margin: 3rem }}</style>
<h1>There is no page {path}</h1>
<p>Charscope has these: {views}.</p>
"""
POLICY = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"}


def elsewhere(path: str, query: str) -> Response:
    """What to answer at a path below the base path where there is no page.

    A path that names a view, such as `/Find`, `/unit/` or `/lab/read`, leads there; any other lists the views.
    """
    home = "./" + "../" * (path.count("/") - 1)
    names = (segment.strip().lower().removesuffix(".html") for segment in path.split("/"))
    view = next((name for name in names if name in VIEWS or name == "index"), "")
    if view:
        address = home + ("" if view in (FIRST, "index") else view)
        return RedirectResponse(f"{address}?{query}" if query else address)
    links = ", ".join(f'<a href="{home}{"" if name == FIRST else name}">{name.capitalize()}</a>' for name in VIEWS)
    page = NO_PAGE.format(path=html.escape(path[:80]), views=links)
    return HTMLResponse(page, status_code=404, headers=POLICY)


class WrongAddresses:
    """Answers where Streamlit would load the application for an address that is none of its pages.

    That page looks for its server below the wrong address, and says "Page not found" over the first view.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Replace a page that is not a view's; files, media, data and our downloads pass."""
        base = base_path()
        below = scope["path"].removeprefix(base) if scope["type"] == "http" else ""
        if below in ("", "/", *(f"/{view}" for view in VIEWS)):
            await self.app(scope, receive, send)
            return
        is_replaced = False

        async def send_instead(message: Message) -> None:
            nonlocal is_replaced
            if message["type"] == "http.response.start":
                headers = Headers(raw=message["headers"])
                is_page = headers.get("content-type", "").startswith("text/html") and message["status"] == 200
                is_replaced = is_page and "content-disposition" not in headers and scope["method"] in ("GET", "HEAD")
                if is_replaced:
                    await elsewhere(below, scope["query_string"].decode("latin-1"))(scope, receive, send)
            if not is_replaced:
                await send(message)

        await self.app(scope, receive, send_instead)

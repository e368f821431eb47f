"""Under which names the server answers, and to whose pages.

A page of another site must not reach the server: not under a name that it points at this machine (DNS rebinding), which
the host check refuses, and not by a websocket, which browsers open to any site and which the origin check refuses.
"""

import os

from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocketClose

HOSTS = "CHARSCOPE_HOSTS"
POLICY_VIOLATION = 1008  # RFC 6455, section 7.4.1


def allowed_hosts() -> list[str]:
    """Names under which the server answers; `CHARSCOPE_HOSTS` (comma-separated) adds some."""
    return ["localhost", "127.0.0.1", *filter(None, os.environ.get(HOSTS, "").split(","))]


class SameOrigin:
    """Refuses a websocket that a page of another site opens.

    Streamlit checks this as well, but to do so it asks a server on the Internet for this machine's public address.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what is no websocket, what no browser sent, and what a page of this server opens."""
        headers = Headers(scope=scope) if scope["type"] == "websocket" else {}
        origin = headers.get("origin")
        if origin is not None and origin.partition("://")[2].lower() != headers.get("host", "").lower():
            await WebSocketClose(POLICY_VIOLATION)(scope, receive, send)  # as 403, since nothing was accepted yet
            return
        await self.app(scope, receive, send)


def middleware() -> list[Middleware]:
    """What every request passes through."""
    return [Middleware(TrustedHostMiddleware, allowed_hosts=allowed_hosts()), Middleware(SameOrigin)]

"""The names under which the server answers, and the pages that may reach it.

A page of another site must not reach the server. The host check refuses foreign names that point at this machine (DNS
rebinding). The origin check refuses websockets, which browsers would let any page open.
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
        """Pass on plain requests, requests without an origin, and those of this server's own pages."""
        headers = Headers(scope=scope) if scope["type"] == "websocket" else {}
        origin = headers.get("origin")
        if origin is not None and origin.partition("://")[2].lower() != headers.get("host", "").lower():
            await WebSocketClose(POLICY_VIOLATION)(scope, receive, send)  # as 403, since nothing was accepted yet
            return
        await self.app(scope, receive, send)


def middleware() -> list[Middleware]:
    """The checks that every request passes through."""
    return [Middleware(TrustedHostMiddleware, allowed_hosts=allowed_hosts()), Middleware(SameOrigin)]

"""Every data route and page route, found by looking at the application, asked in-process with hostile addresses."""

import base64
import json
import random
import re
import zlib
from typing import Any
from urllib.parse import quote, urlencode

from tests.reliability.children import crowd
from tests.reliability.hostile import FLOATS, LONG, NUMBERS, WORDS

QUERIES = (
    "unit", "state", "mode", "palette", "concept", "rows", "since", "model", "units", "seed", "text", "start",
    "length", "own", "held", "marks", "signals", "tab", "names", "run", "sample", "temperature", "prompt", "hide",
    "clamp",
)  # fmt: skip
UNITS = (
    "L1.u1",
    "L2.u5",
    "L1.u0",
    "L0.u0",
    "L3.u0",
    "L1.u6",
    "l1.u1",
    "L1.u1.hidden",
    "L1.u" + "9" * 400,
    "L1.u٣",
    "L-1.u1",
    "L1,u1",
    "L1.u1,L1.u2",
    ",".join(["L1.u1"] * 300),
)
STATES = (
    "hidden",
    "cell",
    "input_gate",
    "forget_gate",
    "candidate_gate",
    "output_gate",
    "reset_gate",
    "update_gate",
    "gates",
    "Hidden",
    "base",
    "export",
    "hidden ",
)
MARKS = (
    "0-5",
    "5-0",
    "0-0",
    "1-2,3-4",
    "999999999-1000000000",
    "-1-5",
    "0-5,",
    ",".join(["1-9"] * 51),
    "a-b",
    "0–5",
    "٠-٥",
    "1-" + "9" * 30,
)
ROWS = (
    "tiny:L1.u1:hidden", "tiny:L2:cell", "gru:loss", "tiny:loss~gru:loss", "tiny:L1.u1:hidden,gru:L1.u1:hidden",
    "tiny:L1.u1:hidden~tiny:L2.u1:cell", "tiny:L1.u1:forget_gate", "gru:L1.u1:cell", "tiny:L9.u1:hidden", "tiny",
    "~", "a:b:c:d", ",".join(["tiny:L1.u1:hidden"] * 30), "tiny:loss~tiny:L1.u1:hidden", "a~b~c", "%7E:loss", "[]",
)  # fmt: skip
RUNS = (
    "tiny",
    "gru",
    "paused",
    "nobody",
    "..",
    ".",
    "%2e%2e",
    "war-and-peace",
    "tiny/",
    "tiny/../gru",
    "/etc",
    "....//",
    "tiny\0",
    "packed",
)
PATHS = (
    "reader/grid.js",
    "../export.py",
    "..%2f..%2fetc%2fpasswd",
    "/etc/passwd",
    "....//....//etc/passwd",
    "reader",
    "reader/",
    "",
)
METHODS = ("GET",) * 17 + ("HEAD", "POST", "OPTIONS")
SLOW = 20.0  # seconds that an answer may take


def shown_routes() -> list[tuple[str, tuple[tuple[str, str], ...]]]:
    """The path of every route, with the names and types of what varies in it."""
    from dashboard.server import routes

    return [(route.path, tuple(re.findall(r"\{(\w+)(?::(\w+))?\}", route.path))) for route in routes()]


def packed(text: str) -> str:
    """As links hold a text."""
    return base64.urlsafe_b64encode(zlib.compress(text.encode(errors="surrogatepass"), 9)).decode().rstrip("=")


def packings(chance: random.Random) -> str:
    """A packed text, or what is none."""
    return chance.choice(
        (packed("He said"), packed(""), packed("\ud800"), packed("a" * 10**6), packed("x")[:-4], packed("x") + "AAAA",
        "====", "é", packed("\0" * 50), packed("<script>alert(1)</script>"),
         packed(json.dumps({"format": 1, "units": []})), packed('{"format": 99, "units": []}'), packed("[" * 50_000),
         packed("{}"), "A" * 9000)
    )  # fmt: skip


def value_for(name: str, chance: random.Random) -> str:
    """A value for a part of an address, fitting or not."""
    fitting = {
        "unit": UNITS, "units": UNITS, "state": STATES, "marks": MARKS, "rows": ROWS, "model": RUNS, "run": RUNS,
        "start": NUMBERS, "length": NUMBERS, "seed": NUMBERS,
        "temperature": FLOATS, "since": ("0-0-00000000", "3-1-ffffffff", "99999999999-1-0", "a-b-c"),
        "mode": ("colors", "predictions", "guesses"), "signals": ("1", "0"),
        "concept": ("inside-quotes", "column", "inside-square", "nothing"), "text": ("own", "excerpt", "demo-linux",
        "demo-nothing"), "palette": ("blue–orange", "x"),
        "tab": ("generate", "read", "x"), "name": ("hello", "cells", "evidence", "cause", "nothing", "..",
        "01-sequences"), "path": PATHS, "column": NUMBERS, "layer": NUMBERS,
    }.get(name)  # fmt: skip
    if name in ("own", "names") and chance.random() < 0.7:
        return packings(chance)
    if fitting and chance.random() < 0.7:
        return chance.choice(fitting)
    return chance.choice((*WORDS, *NUMBERS, LONG * 30))


def request_of(
    chance: random.Random, routes: list[tuple[str, tuple[tuple[str, str], ...]]], known: dict[str, tuple[str, ...]]
) -> tuple[str, str]:
    """A method and an address. `known` are right values, by name, so that requests get further than the first check."""
    path, names = chance.choice(routes)
    for name, kind in names:
        right = known.get(name, ())
        value = chance.choice(right) if right and chance.random() < 0.75 else value_for(name, chance)
        if kind == "int" and chance.random() < 0.8:
            value = chance.choice(("0", "1", "5", "11", "12", "99999999999", "1" + "0" * 400))
        safe = "/" if kind == "path" and chance.random() < 0.5 else ""
        written = quote(value, safe=safe, errors="surrogateescape") if chance.random() < 0.97 else value
        path = re.sub(rf"\{{{name}(:\w+)?\}}", written.replace("\\", "\\\\"), path)
    query = [(name, value_for(name, chance)) for name in chance.sample(QUERIES, chance.choice((0, 1, 1, 2, 3, 6)))]
    if path.endswith("/comparison") and chance.random() < 0.8:
        query.append(("rows", value_for("rows", chance)))
    written = urlencode(query, errors="surrogateescape")
    if chance.random() < 0.05:
        written = chance.choice(("%", "%zz", "a", "&&&", "unit=%ff%fe", "unit=" + "L1.u1&unit=" * 400, "=" * 200))
    return chance.choice(METHODS), path + "?" * bool(written) + written


def ask_all(requests: list[tuple[str, str]], tell: Any) -> None:
    """Ask the application in this process; `tell` gets each number when it begins, and what was wrong."""
    import signal
    import time

    from starlette.applications import Starlette
    from starlette.testclient import TestClient

    from dashboard.hosts import middleware
    from dashboard.server import routes

    class TooSlowError(BaseException):
        """The alarm rang."""

    def ring(*_: Any) -> None:
        raise TooSlowError

    signal.signal(signal.SIGALRM, ring)
    client = TestClient(
        Starlette(routes=list(routes()), middleware=middleware()), base_url="http://127.0.0.1", follow_redirects=False
    )
    for number, (method, address) in enumerate(requests):
        tell(number, "begins", "")
        began = time.monotonic()
        signal.alarm(int(SLOW * crowd()))
        try:
            answer = client.build_request(method, address) and client.request(method, address)
            told = wrong_with(answer.status_code, answer.text[:3000] if answer.status_code >= 400 else "", method)
        except TooSlowError:
            told = ("hang", f"no answer within {SLOW:.0f} s")
        except Exception as error:
            told = None if _refused_by_client(error) else ("traceback", _cause(error))
        finally:
            signal.alarm(0)
        if told is None and time.monotonic() - began > SLOW / 2 * crowd():
            told = ("slow", f"{time.monotonic() - began:.0f} s")
        tell(number, *(told or ("fine", "")))


def _refused_by_client(error: Exception) -> bool:
    """An address that no browser could send: the client itself does not send it."""
    import traceback

    return not any(
        "starlette/routing" in frame.filename or "/dashboard/" in frame.filename
        for frame in traceback.extract_tb(error.__traceback__)
    )


def _cause(error: Exception) -> str:
    import traceback

    from tests.reliability.verdicts import cause_of

    return cause_of("".join(traceback.format_exception(error)))


def wrong_with(status: int, said: str, method: str) -> tuple[str, str] | None:
    """What is wrong with an answer: its kind and its detail."""
    if status >= 500:
        return "server error", f"{status}: {said[:100]}"
    if "root:" in said or "Traceback" in said:
        return "escape", said[:100]
    if status >= 400 and method == "GET" and len(said.strip().splitlines()) != 1:
        return "message", f"{status} with {len(said.splitlines())} lines: {said[:80]!r}"
    return None

"""Fifty visitors at once: the server's memory, how long readings and the data routes take, and what stays held.

python -m benchmarks.bench_sessions [--sessions 50] [--characters 5000] [--models 1]
python -m benchmarks.bench_sessions --searches 3

Starts the application, opens sessions over Streamlit's websocket as browsers do, each with a text of its own, and gets
what the reader gets: the base frame and the states. Longer texts than a link can hold are excerpts of a corpus that is
on this machine. With --searches, as many visitors press the button in Find that searches for custom concepts.
"""

import asyncio
import contextlib
import itertools
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from typing import Annotated
from urllib.parse import parse_qs, urlencode

import psutil
import typer
import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.TextArea_pb2 import TextArea
from websockets.typing import Origin, Subprotocol

from benchmarks.compare import Quick
from corpora import load_corpus
from corpora.demo import load_passage
from dashboard.location import LONGEST_IN_LINK, pack_text
from models.run import load_run, shipped_runs

READING = re.compile(rb"/charscope/readings/[0-9a-f]+")
MEBIBYTE = 1 << 20


class Memory(threading.Thread):
    """Samples the memory of a process and its children, and keeps the peak."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.process, self.peak, self.ended = psutil.Process(pid), 0, threading.Event()

    def now(self) -> int:
        """Resident memory in bytes."""
        family = [self.process, *self.process.children(recursive=True)]
        total = 0
        for each in family:
            with contextlib.suppress(psutil.Error):
                total += each.memory_info().rss
        return total

    def run(self) -> None:
        while not self.ended.wait(0.05):
            with contextlib.suppress(psutil.Error):
                self.peak = max(self.peak, self.now())


@contextlib.contextmanager
def application() -> Iterator[tuple[str, Memory]]:
    """A running application with folders of its own, once it has read the first passage."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "streamlit_app.py", "--server.headless", "true"]
    command += ["--server.port", str(port)]
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {"CHARSCOPE_RUNS": f"{folder}/runs", "CHARSCOPE_DATA": os.path.abspath("data")}
        process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        memory = Memory(process.pid)
        try:
            address = f"127.0.0.1:{port}"
            for _ in range(600):
                with contextlib.suppress(OSError):
                    urllib.request.urlopen(f"http://{address}/_stcore/health", timeout=2).close()
                    break
                time.sleep(0.1)
            time.sleep(15)  # the first passage is read in the background
            memory.start()
            yield address, memory
        finally:
            memory.ended.set()
            process.terminate()
            process.wait(30)


def connection(address: str) -> websockets.connect:
    """A session's websocket, as a browser opens it."""
    return websockets.connect(
        f"ws://{address}/_stcore/stream", subprotocols=[Subprotocol("streamlit")], max_size=None, origin=Origin(f"http://{address}"),
        open_timeout=120, ping_interval=None, proxy=None,
    )  # fmt: skip


async def visit(address: str, query: str, times: dict[str, list[float]], leave: asyncio.Event) -> None:
    """Open a session at an address, wait for its reading, and get the frames that the reader gets."""
    begun = time.monotonic()
    async with connection(address) as stream:
        message = BackMsg()
        message.rerun_script.query_string = query
        await stream.send(message.SerializeToString())
        found = None
        while found is None:
            found = READING.search(await stream.recv(decode=False))
        times["reading"].append(time.monotonic() - begun)
        states = load_run(parse_qs(query)["model"][0]).states
        for frame in ("base", *(f"{state}/0" for state in (*states, *states)[:2])):
            begun = time.monotonic()
            url = f"http://{address}{found.group().decode()}/{frame}"
            await asyncio.to_thread(lambda url=url: urllib.request.urlopen(url, timeout=300).read())
            times["route"].append(time.monotonic() - begun)
        while not leave.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stream.recv(), 0.2)


async def visit_all(address: str, queries: list[str]) -> dict[str, list[float]]:
    times: dict[str, list[float]] = {"reading": [], "route": []}
    leave = asyncio.Event()
    visitors = [asyncio.create_task(visit(address, query, times, leave)) for query in queries]
    while len(times["route"]) < 3 * len(queries) and not any(visitor.done() for visitor in visitors):
        await asyncio.sleep(0.2)
    leave.set()
    await asyncio.gather(*visitors)
    return times


async def search(address: str, number: int, times: dict[str, list[float]]) -> None:
    """Open Find, press the button that searches for custom concepts, and wait for what it finds."""
    async with connection(address) as stream:
        await stream.send(asking_for_find().SerializeToString())
        button, form = "", TextArea()
        while not button:
            element = ForwardMsg.FromString(await stream.recv(decode=False)).delta.new_element
            form = element.text_area if element.text_area.id else form
            button = element.button.id if "find_custom_search" in element.button.id else ""
        again = asking_for_find()
        # Each visitor's form differs: else the second is answered from memory.
        again.rerun_script.widget_states.widgets.add(
            id=form.id, string_value=f"{form.value or form.default}\n# {number}"
        )
        again.rerun_script.widget_states.widgets.add(id=button, trigger_value=True)
        await stream.send(again.SerializeToString())
        begun = time.monotonic()
        while b", untrained " not in await stream.recv(decode=False):
            pass
        times["search"].append(time.monotonic() - begun)


def asking_for_find() -> BackMsg:
    message = BackMsg()
    message.rerun_script.page_name, message.rerun_script.query_string = "find", "model=war-and-peace"
    return message


async def search_all(address: str, searches: int) -> dict[str, list[float]]:
    times: dict[str, list[float]] = {"search": []}
    await asyncio.gather(*(search(address, number, times) for number in range(searches)))
    return times


def queries_for(sessions: int, characters: int, models: int) -> list[str]:
    """The addresses: each session reads another text."""
    names, passage = shipped_runs()[:models] if models > 1 else ["war-and-peace"], load_passage("war-and-peace")
    if characters > 4 * LONGEST_IN_LINK:
        return [
            urlencode({"model": "war-and-peace", "text": "excerpt", "start": 1 + 5_000 * k, "length": characters})
            for k in range(sessions)
        ]
    texts = (f"Visitor {k}. {passage * 9}"[:characters] for k in range(sessions))
    return [
        urlencode({"model": name, "text": "own", "own": pack_text(text)})
        for name, text in zip(itertools.cycle(names), texts, strict=False)
    ]


def main(
    sessions: Annotated[int, typer.Option(help="How many visitors at once.")] = 50,
    characters: Annotated[int, typer.Option(help="The length of each text.")] = 5_000,
    models: Annotated[int, typer.Option(help="How many shipped models they use.")] = 1,
    searches: Annotated[int, typer.Option(help="So many search in Find instead.")] = 0,
    quick: Quick = False,
) -> None:
    """Print memory in MiB and times in seconds."""
    if quick:
        sessions, characters = 4, 500
    if searches or characters > 4 * LONGEST_IN_LINK:
        load_corpus("war-and-peace")  # says how to get it, where it is missing
    with application() as (address, memory):
        before, begun = memory.now(), time.monotonic()
        visits = (
            search_all(address, searches) if searches else visit_all(address, queries_for(sessions, characters, models))
        )
        times = asyncio.run(visits)
        took = time.monotonic() - begun
        time.sleep(2 if quick else 20)
        after = memory.now()
        print(
            f"{searches} searches, {took:.0f} s"
            if searches
            else f"{sessions} sessions of {characters:,} characters, {models} model(s), {took:.0f} s"
        )
        print(f"memory: {memory.peak / before:.2f}x ({memory.peak / MEBIBYTE:,.0f} MiB at the peak over "
              f"{before / MEBIBYTE:,.0f} before; {after / MEBIBYTE:,.0f} after they have left)")  # fmt: skip
        for name, seconds in times.items():
            ordered = sorted(seconds)
            p99 = ordered[min(len(ordered) - 1, int(0.99 * len(ordered)))]
            print(f"{name}: {len(ordered)}, median {statistics.median(ordered):.2f} s, p99 {p99:.2f} s")


if __name__ == "__main__":
    typer.run(main)

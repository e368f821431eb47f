"""Sharing with a class. Servers of these tests listen on loopback addresses only."""

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from ipaddress import ip_address
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from corpora import InputError, fetch_corpus, load_corpus, prepare_file
from dashboard import network, share
from dashboard.network import host_names, is_on_local_network, own_addresses
from tests.conftest import ROOT, Outcome

ALIAS, UNSERVED = "127.0.0.2", "127.0.0.3"
SECONDS_TO_START = 120

# ---- addresses ---------------------------------------------------------------------------------------------


def addresses(*written: str) -> list[network.Address]:
    return [ip_address(each) for each in written]


# Documentation networks count as private ones do, and no test names a place that exists.
@pytest.mark.parametrize(
    ("address", "local"),
    [
        ("192.0.2.7", True), ("198.51.100.7", True), ("fd00::7", True),
        ("127.0.0.1", False), ("127.0.0.2", False), ("::1", False), ("169.254.1.7", False), ("fe80::7%eth0", False),
        ("0.0.0.0", False), ("::", False), ("8.8.8.8", False), ("2606:4700::7", False), ("100.64.0.7", False),
    ],
)  # fmt: skip
def test_addresses_on_the_local_network_are_told_from_others(address: str, local: bool):
    assert is_on_local_network(ip_address(address)) == local


def test_this_machine_knows_its_addresses_without_sending_anything(monkeypatch: pytest.MonkeyPatch):
    for name in ("send", "sendto", "sendall", "sendmsg"):
        monkeypatch.setattr(socket.socket, name, lambda *_: pytest.fail("something was sent"))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_: pytest.fail("a name server may be asked"))
    found = own_addresses()
    assert ip_address("127.0.0.1") in found
    assert len(set(found)) == len(found)
    assert all(name == name.lower() for name in host_names())


def test_all_interfaces_that_are_up_are_found_and_the_way_out_comes_first(monkeypatch: pytest.MonkeyPatch):
    def entry(address: str) -> SimpleNamespace:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        return SimpleNamespace(family=family, address=address)

    interfaces = {
        "lo": [entry("127.0.0.1"), entry("::1")],
        "cable": [entry("198.51.100.7"), SimpleNamespace(family=-1, address="00:00:5e:00:53:01")],
        "radio": [entry("192.0.2.7"), entry("fd00::7"), entry("fe80::7%radio")],
        "unplugged": [entry("203.0.113.7")],
    }
    monkeypatch.setattr(network.psutil, "net_if_addrs", lambda: interfaces)
    up = {name: SimpleNamespace(isup=name != "unplugged") for name in interfaces}
    monkeypatch.setattr(network.psutil, "net_if_stats", lambda: up)
    monkeypatch.setattr(network, "_addresses_of_default_routes", lambda: addresses("192.0.2.7"))
    assert share.addresses_to_serve([], own_addresses()) == addresses("192.0.2.7", "198.51.100.7", "fd00::7")


def test_a_machine_without_a_network_is_told_so_in_one_line(command: Callable[..., Outcome], monkeypatch: Any):
    monkeypatch.setattr(share, "own_addresses", lambda: addresses("127.0.0.1", "::1"))
    assert "found none; others: none. Connect to a network" in command("dashboard", "share").error
    monkeypatch.setattr(share, "own_addresses", lambda: addresses("127.0.0.1", "8.8.8.8"))
    assert "others: 8.8.8.8." in command("dashboard", "share").error


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ("0.0.0.0", "stands for all"),
        ("::", "stands for all"),
        ("here", "Wanted an IP address of this machine"),
        ("", "''"),
    ],
)
def test_what_is_not_one_address_is_refused(wanted: str, message: str):
    with pytest.raises(InputError, match=message):
        share.addresses_to_serve([wanted], [])


def test_a_port_that_is_taken_is_one_line(command: Callable[..., Outcome]):
    with socket.create_server((ALIAS, 0)) as taken:
        port = taken.getsockname()[1]
        assert "choose another --port" in command("dashboard", "share", "--address", ALIAS, "--port", port).error


def test_what_is_printed_names_the_first_address_and_warns_of_public_ones():
    said = share.announcement(addresses("192.0.2.7", "fd00::7"), 8501)
    assert said.index("http://192.0.2.7:8501\n") < said.index("http://[fd00::7]:8501\n")
    assert "Ctrl-C" in said
    assert "Internet" not in said
    assert "8.8.8.8 is public" in share.announcement(addresses("8.8.8.8"), 8501)


# ---- the server --------------------------------------------------------------------------------------------


def free_port() -> int:
    with socket.create_server((ALIAS, 0)) as free:
        return free.getsockname()[1]


def answer(address: str, port: int, path: str = "/", method: str = "GET", host: str = "") -> tuple[int, str]:
    """Status and text of an answer of the server at an address, asked for under the name of a host."""
    with contextlib.closing(HTTPConnection(address, port, timeout=30)) as connection:
        connection.request(method, path, headers={"Host": host or f"{address}:{port}"})
        response = connection.getresponse()
        return response.status, response.read().decode()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[subprocess.Popen[str], int, Path]]:
    """The process of a shared dashboard, its port, and the file that holds what it printed."""
    folder, port = tmp_path_factory.mktemp("shared"), free_port()
    command = [sys.executable, "-m", "dashboard", "share", "--address", ALIAS, "--port", str(port)]
    environment = os.environ | {"CHARSCOPE_DATA": str(folder / "data"), "CHARSCOPE_RUNS": str(folder / "runs")}
    with (folder / "printed").open("w") as out:
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=out, stderr=subprocess.STDOUT, text=True)
        try:
            _wait_until_it_answers(port, server)
            yield server, port, folder / "printed"
        finally:
            server.kill()
            server.wait(20)


def _wait_until_it_answers(port: int, server: subprocess.Popen[str]) -> None:
    until = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < until and server.poll() is None:
        try:
            if answer(ALIAS, port, "/_stcore/health")[0] == 200:
                return
        except OSError:
            time.sleep(0.2)
    pytest.fail("the shared dashboard did not start")


Shared = tuple[subprocess.Popen[str], int, Path]


def test_the_printed_addresses_answer(shared: Shared):
    _, port, printed = shared
    urls = re.findall(r"http://([\w.]+):(\d+)", printed.read_text())
    assert urls == [(ALIAS, str(port)), ("localhost", str(port))]
    for host, _ in urls:
        status, text = answer("127.0.0.1" if host == "localhost" else host, port, host=f"{host}:{port}")
        assert status == 200
        assert "<title>" in text


def test_it_answers_under_its_own_names_and_no_other(shared: Shared):
    _, port, _ = shared
    for name in host_names():
        assert answer(ALIAS, port, host=f"{name}:{port}")[0] == 200
    for name in ("evil.example", UNSERVED, f"{ALIAS}.evil.example", "0.0.0.0", ""):
        assert answer(ALIAS, port, host=f"{name}:{port}") == (400, "Invalid host header"), name


def test_it_listens_on_no_other_address(shared: Shared):
    with pytest.raises(ConnectionRefusedError):
        answer(UNSERVED, shared[1])


def test_a_websocket_is_opened_by_its_own_pages_only(shared: Shared):
    _, port, _ = shared
    url, own = f"ws://{ALIAS}:{port}/_stcore/stream", f"http://{ALIAS}:{port}"
    with connect(url, origin=own, subprotocols=["streamlit"], proxy=None) as opened:
        assert opened.subprotocol == "streamlit"
    for origin in (
        "http://evil.example",
        f"http://evil.example:{port}",
        f"http://{ALIAS}:{port + 1}",
        "null",
        "file://",
    ):
        with pytest.raises(InvalidStatus) as refused:
            connect(url, origin=origin, subprotocols=["streamlit"], proxy=None)
        assert refused.value.response.status_code == 403, origin


def test_an_upload_wants_the_token_of_its_own_page(shared: Shared):
    assert answer(ALIAS, shared[1], "/_stcore/upload_file/a/b", "PUT")[0] == 403


def test_ctrl_c_ends_it_although_somebody_is_there(shared: Shared):
    """The last of the tests of this server."""
    server, port, printed = shared
    with connect(f"ws://{ALIAS}:{port}/_stcore/stream", subprotocols=["streamlit"], proxy=None):
        server.send_signal(signal.SIGINT)
        assert server.wait(30) == 0
    assert printed.read_text().endswith("Stop sharing: Ctrl-C.\nStopped.\n")  # and nothing else was printed


# ---- visitors write nothing --------------------------------------------------------------------------------


def test_the_server_of_visitors_is_read_only_and_keeps_the_hosts_of_the_environment(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CHARSCOPE_HOSTS", "lab.example")
    monkeypatch.setenv("CHARSCOPE_READ_ONLY", "")
    served: list[Any] = []

    def run(_server: Any, sockets: list[socket.socket]) -> None:
        served.extend(each.getsockname()[0] for each in sockets)
        for each in sockets:
            each.close()

    monkeypatch.setattr(share.uvicorn.Server, "run", run)
    share.share([ALIAS], free_port())
    assert served == ["127.0.0.1", ALIAS]
    assert os.environ["CHARSCOPE_READ_ONLY"]
    assert os.environ["CHARSCOPE_HOSTS"].split(",") == ["lab.example", ALIAS, *host_names()]


@pytest.mark.parametrize("get", [fetch_corpus, load_corpus, lambda _: prepare_file(ROOT / "README.md")])
def test_visitors_have_no_text_fetched_or_prepared(get: Callable[[str], Any], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CHARSCOPE_READ_ONLY", "1")
    with pytest.raises(InputError, match="a shared server prepares none for visitors"):
        get("python")
    assert not list(Path(os.environ["CHARSCOPE_DATA"]).iterdir())


def source_of_the_unit_view() -> None:
    from dashboard.views.unit_text import show_source
    from models.run import load_run

    class Passage(str):
        source = "a demo passage"

    show_source(load_run("linux"), Passage("text"))  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize("shared", ["", "1"])
def test_visitors_are_not_offered_to_fetch_a_text(shared: str, monkeypatch: pytest.MonkeyPatch):
    from streamlit.testing.v1 import AppTest

    monkeypatch.delenv("CHARSCOPE_CORPORA", raising=False)
    monkeypatch.setenv("CHARSCOPE_READ_ONLY", shared)
    shown = AppTest.from_function(source_of_the_unit_view).run()
    assert not shown.exception
    assert len(shown.caption) == 1
    assert len(shown.button) == (0 if shared else 1)

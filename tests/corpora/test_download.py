"""Downloads from a server of our own: resumed where they broke off, checked, and never half there."""

import hashlib
import http.server
import threading
from collections.abc import Iterator

import pytest

from corpora import InputError, fetch_corpus, to_text
from corpora.places import data_folder
from corpora.reading import read_plain
from corpora.sources import SOURCES, Source

CONTENT = b"".join(b"line %d\n" % number for number in range(40_000))


class Server(http.server.ThreadingHTTPServer):
    """Serves CONTENT; hangs up after `break_after` bytes while that is set, and remembers what was asked for."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.content, self.break_after, self.knows_ranges = CONTENT, 0, True
        self.ranges: list[str | None] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/text.txt"


class Handler(http.server.BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        asked = self.headers["Range"]
        self.server.ranges.append(asked)
        start = int(asked.removeprefix("bytes=").rstrip("-")) if asked and self.server.knows_ranges else 0
        if start >= len(self.server.content):
            self.send_error(416)
            return
        rest = self.server.content[start:]
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(rest)))
        self.end_headers()
        self.wfile.write(rest[: self.server.break_after or None])

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A server on this machine, and a corpus `served` that comes from it."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.delenv("CHARSCOPE_CORPORA", raising=False)
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        source = Source("served", "ours", read_plain, url=server.url, sha256=hashlib.sha256(CONTENT).hexdigest())
        monkeypatch.setitem(SOURCES, "served", source)
        yield server
        server.shutdown()
        thread.join()


def test_a_download_is_prepared_and_not_repeated(server: Server):
    assert to_text(fetch_corpus("served").characters).encode() == CONTENT
    fetch_corpus("served")
    assert server.ranges == [None]
    assert [path.name for path in (data_folder() / "downloads").iterdir()] == ["text.txt"]


@pytest.mark.parametrize("knows_ranges", [True, False], ids=["ranges", "no ranges"])
def test_a_broken_download_goes_on_where_it_stopped(server: Server, knows_ranges: bool):
    server.break_after, server.knows_ranges = 200_000, knows_ranges
    with pytest.raises(InputError, match="What came is kept: fetch it again to resume"):
        fetch_corpus("served")
    assert not (data_folder() / "downloads" / "text.txt").exists()
    assert not (data_folder() / "served").exists()
    server.break_after = 0
    assert to_text(fetch_corpus("served").characters).encode() == CONTENT
    asked_from = int(server.ranges[1].removeprefix("bytes=").rstrip("-"))
    assert 100_000 < asked_from <= 200_000


def test_a_whole_part_file_needs_no_more_bytes(server: Server):
    (data_folder() / "downloads").mkdir()
    (data_folder() / "downloads" / "text.txt.part").write_bytes(CONTENT)
    assert to_text(fetch_corpus("served").characters).encode() == CONTENT


def test_a_file_with_another_sha256_is_refused_and_fetched_anew_next_time(server: Server):
    server.content = CONTENT.replace(b"line 7\n", b"line 8\n")
    with pytest.raises(InputError, match=f"sha256:{hashlib.sha256(CONTENT).hexdigest()}, got another file"):
        fetch_corpus("served")
    assert not (data_folder() / "served").exists()
    server.content = CONTENT
    assert to_text(fetch_corpus("served").characters).encode() == CONTENT


def test_a_server_that_does_not_answer_is_one_clear_error(server: Server, monkeypatch: pytest.MonkeyPatch):
    nowhere = Source("nowhere", "ours", read_plain, url="http://127.0.0.1:9/text.txt")
    monkeypatch.setitem(SOURCES, "nowhere", nowhere)
    with pytest.raises(InputError, match=r"Could not download http://127.0.0.1:9/text.txt .*--from FILE"):
        fetch_corpus("nowhere")

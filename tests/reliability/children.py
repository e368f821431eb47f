"""Runs a function in a forked child, with limits on time, memory and size of files, and says how it ended.

The parent has loaded all packages, so that a child costs milliseconds. It must have no threads of its own.
"""

import atexit
import contextlib
import ctypes
import os
import resource
import select
import signal
import sys
import threading
import time
import traceback
import weakref
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

LONGEST = 20.0  # seconds that a child may take; what the campaign asks for takes at most a few
MEMORY = 3 * 2**30  # bytes of address space beyond what the parent has
LARGEST_FILE = 300 * 2**20
MOST_SAID = 1 << 20  # bytes that are kept of what a child says
SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER of prctl(2)
PRIVATE = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True)
class Outcome:
    """How a child ended. `peak` is the bytes of memory that it took beyond its parent's."""

    code: int | None
    """What it exited with; None if a signal ended it."""
    signal: int = 0
    out: str = ""
    err: str = ""
    seconds: float = 0.0
    peak: int = 0
    timed_out: bool = False
    noted: tuple[str, ...] = ()
    """Connections and processes that it tried to start."""


@dataclass
class Limits:
    """What a child may take, and what is done in it before it begins."""

    seconds: float = LONGEST
    memory: int = MEMORY
    file_size: int = LARGEST_FILE
    first: list[Callable[[], Any]] = field(default_factory=list)


def adopt_orphans() -> None:
    """Make this process the parent of whatever its children leave behind, so that it can be found and ended."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(SUBREAPER, 1, 0, 0, 0)


def run_child(work: Callable[[], Any], limits: Limits | None = None, after: float | None = None) -> Outcome:
    """Run a function in a child; `after` so many seconds the child is killed on purpose, by SIGKILL."""
    limits = limits or Limits()
    sys.stdout.flush()
    sys.stderr.flush()
    began, base = time.monotonic(), psutil.Process().memory_info().rss
    pipes = [os.pipe() for _ in range(3)]  # files would count among those that may not grow
    child = os.fork()
    if not child:
        _live(work, limits, *(writing for _, writing in pipes))
    for _, writing in pipes:
        os.close(writing)
    texts, in_time = _listen(
        child, [reading for reading, _ in pipes], limits.seconds * crowd() if after is None else after
    )
    if not in_time:
        os.kill(child, signal.SIGKILL)
    _, status, usage = os.wait4(child, 0)
    _end_orphans()
    code = os.WEXITSTATUS(status) if os.WIFEXITED(status) else None
    ended_by = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
    return Outcome(
        code, ended_by, texts[0], texts[1], time.monotonic() - began, max(0, usage.ru_maxrss * 1024 - base),
        not in_time and after is None, tuple(texts[2].splitlines()),
    )  # fmt: skip


def crowd() -> float:
    """How many times longer things take, since other processes want the processors as well."""
    return max(1.0, os.getloadavg()[0] / len(os.sched_getaffinity(0)))


def _listen(child: int, pipes: list[int], seconds: float) -> tuple[list[str], bool]:
    """What a child says, the beginning of it, until it ends or its time is over; whether it ended."""
    said, open_pipes, ended = {pipe: bytearray() for pipe in pipes}, set(pipes), False
    watched, until = os.pidfd_open(child), time.monotonic() + seconds
    poll = select.poll()
    for descriptor in (watched, *pipes):
        poll.register(descriptor, select.POLLIN)
    while not ended and (left := until - time.monotonic()) > 0:
        for descriptor, _ in poll.poll(left * 1000):
            if descriptor == watched:
                ended = True
            elif not _take(descriptor, said[descriptor]):
                poll.unregister(descriptor)
                open_pipes.discard(descriptor)
    for pipe in open_pipes if ended else ():
        os.set_blocking(pipe, False)
        with contextlib.suppress(BlockingIOError):
            while _take(pipe, said[pipe]):
                pass
    for descriptor in (watched, *pipes):
        os.close(descriptor)
    return [bytes(said[pipe]).decode("utf-8", errors="surrogateescape") for pipe in pipes], ended


def _take(pipe: int, said: bytearray) -> bool:
    """Take what is in a pipe; False at its end."""
    block = os.read(pipe, 1 << 16)
    if len(said) < MOST_SAID:
        said += block
    return bool(block)


def _end_orphans() -> None:
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error):
            process.kill()
            process.wait(5)


def _live(work: Callable[[], Any], limits: Limits, out: int, err: int, notes: int) -> None:
    """The child's whole life."""
    code = 1
    try:
        _forget_exits()
        os.setsid()
        with contextlib.suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(out, 1)
        os.dup2(err, 2)
        sys.stdout = open(1, "w", encoding="utf-8", errors="surrogateescape", closefd=False)  # noqa: SIM115
        sys.stderr = open(2, "w", encoding="utf-8", errors="backslashreplace", closefd=False)  # noqa: SIM115
        sys.addaudithook(_watching(notes))
        _limit(limits)
        for act in limits.first:
            act()
        code = _ended(work)
    except BaseException:
        traceback.print_exc()
    finally:
        with contextlib.suppress(BaseException):
            threading._shutdown()  # pyright: ignore[reportAttributeAccessIssue]  # as Python does before it exits
            atexit._run_exitfuncs()
        with contextlib.suppress(BaseException):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def _forget_exits() -> None:
    """What the parent wants done when it exits is not the child's to do: it would remove the parent's folders."""
    atexit._clear()
    weakref.finalize._registry.clear()  # pyright: ignore[reportAttributeAccessIssue]
    weakref.finalize._registered_with_atexit = False  # pyright: ignore[reportAttributeAccessIssue]


def _ended(work: Callable[[], Any]) -> int:
    """What Python would exit with."""
    try:
        work()
    except SystemExit as ended:
        if ended.code is None or isinstance(ended.code, int):
            return (ended.code or 0) & 255
        print(ended.code, file=sys.stderr)
        return 1
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


def _limit(limits: Limits) -> None:
    size = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (size + limits.memory,) * 2)
    resource.setrlimit(resource.RLIMIT_CPU, (int(limits.seconds) + 1, int(limits.seconds) + 9))
    resource.setrlimit(resource.RLIMIT_FSIZE, (limits.file_size,) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # a file that is too large is an error, as on a full disk


def _watching(notes: int) -> Callable[[str, tuple[Any, ...]], None]:
    """An audit hook that notes connections and processes."""

    def watch(event: str, details: tuple[Any, ...]) -> None:
        if event == "socket.connect" and isinstance(details[1], tuple) and details[1][0] not in PRIVATE:
            os.write(notes, f"connect {details[1][0]}\n".encode(errors="replace"))
        elif event == "socket.getaddrinfo" and details[0] and details[0] not in PRIVATE:
            os.write(notes, f"look up {details[0]}\n".encode(errors="replace"))
        elif event in ("os.system", "os.exec", "os.posix_spawn", "subprocess.Popen") and details[0] != sys.executable:
            os.write(notes, f"start {str(details[0])[:80]}\n".encode(errors="replace"))

    return watch

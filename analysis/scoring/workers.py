"""Who computes: the threads of this process, or the workers of a Dask cluster that sees the same files."""

import os
import re
import socket
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, Protocol, TypeVar, runtime_checkable

from threadpoolctl import threadpool_limits

from corpora import InputError

T = TypeVar("T")
R = TypeVar("R")
PATIENCE = "10s"  # with a scheduler that does not answer
GREETING, LONGEST_GREETING = 3.0, 2**20  # seconds that a scheduler takes to say what it speaks, and bytes of that


@runtime_checkable
class Workers(Protocol):
    """Applies a function to each task; the results come in the order of the tasks."""

    def map(self, function: Callable[[T], R], tasks: Iterable[T]) -> list[R]: ...


class Threads:
    """A thread per processor, each with a matrix library of one thread: so a sum has one order, and one value."""

    def __init__(self, count: int | None = None) -> None:
        self.count = count or len(os.sched_getaffinity(0))

    def map(self, function: Callable[[T], R], tasks: Iterable[T]) -> list[R]:
        with threadpool_limits(1), ThreadPoolExecutor(self.count) as pool:
            return list(pool.map(function, tasks))


class Cluster:
    """The workers of a Dask cluster (Rocklin 2015). They read the store from disk, so they must see its folder."""

    def __init__(self, client: Any) -> None:
        self.client = client

    def map(self, function: Callable[[T], R], tasks: Iterable[T]) -> list[R]:
        futures = self.client.map(_alone, [(function, task) for task in tasks], pure=False)
        return self.client.gather(futures)


def _alone(call: tuple[Callable[[Any], Any], Any]) -> Any:
    threadpool_limits(1)
    function, task = call
    return function(task)


@contextmanager
def workers_at(scheduler: str | None) -> Iterator[Workers]:
    """Threads of this process, or the cluster whose scheduler has this address, such as tcp://127.0.0.1:8786.

    Raises:
        InputError: nobody answers there.
    """
    if scheduler is None:
        yield Threads()
        return
    wanted = f"Wanted the address of a Dask scheduler, such as tcp://127.0.0.1:8786, got {scheduler!r}"
    if not re.fullmatch(r"(tcp|tls|ws|wss)://.+:\d+", scheduler):
        raise InputError(f"{wanted}. Start one: dask scheduler")
    if not _speaks_dask(scheduler):
        raise InputError(f"{wanted}, where no scheduler answers. Start one: dask scheduler")
    from distributed import Client

    try:
        client = Client(scheduler, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        raise InputError(f"{wanted} ({error}). Start one: dask scheduler") from None
    with client:
        yield Cluster(client)


def _speaks_dask(scheduler: str) -> bool:
    """Whether what listens there greets as Dask does: with the length of its first message, as 8 bytes.

    Dask's own client waits for minutes for a greeting. Where the connection is encrypted it has to find out itself.
    """
    protocol, _, place = scheduler.partition("://")
    if protocol != "tcp":
        return True
    host, _, port = place.rstrip("/").rpartition(":")
    try:
        with socket.create_connection((host.strip("[]"), int(port)), timeout=GREETING) as connection:
            greeting = connection.recv(8, socket.MSG_WAITALL)
    except (OSError, ValueError, OverflowError):
        return False
    return len(greeting) == 8 and int.from_bytes(greeting, "little") <= LONGEST_GREETING

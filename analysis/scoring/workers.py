"""Who computes: the threads of this process, or the workers of a Dask cluster that sees the same files."""

import os
import re
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, Protocol, TypeVar, runtime_checkable

from threadpoolctl import threadpool_limits

from corpora import InputError

T = TypeVar("T")
R = TypeVar("R")
PATIENCE = "10s"  # with a scheduler that does not answer


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
    from distributed import Client

    try:
        client = Client(scheduler, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        raise InputError(f"{wanted} ({error}). Start one: dask scheduler") from None
    with client:
        yield Cluster(client)

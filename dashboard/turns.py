"""Turns at what uses all processors: one at a time, first come, first served. Whoever waits learns the place."""

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

LOOK_AGAIN_SECONDS = 0.5  # how often a thread that waits looks at its place
Told = Callable[[int], None]
"""Called with the number of turns that come before, whenever that changes while one waits, and with 0 at the end."""


class Turns:
    """A lock that is fair, that its holder may take again, and that tells the place in its queue."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._queue: deque[object] = deque()  # the first has its turn
        self._holder, self._depth = 0, 0

    @property
    def waiting(self) -> int:
        """How many wait for their turn."""
        with self._changed:
            return max(0, len(self._queue) - 1)

    @contextmanager
    def turn(self, told: Told | None = None) -> Iterator[None]:
        """Wait for a turn, and have it. `told` may raise, to give up the place."""
        me = threading.get_ident()
        if self._holder == me:
            self._depth += 1
            try:
                yield
            finally:
                self._depth -= 1
            return
        ticket = object()
        with self._changed:
            self._queue.append(ticket)
        try:
            self._wait(ticket, told)
            self._holder = me
            yield
        finally:
            with self._changed:
                if self._holder == me:
                    self._holder = 0
                self._queue.remove(ticket)
                self._changed.notify_all()

    def _wait(self, ticket: object, told: Told | None) -> None:
        said = 0
        while True:
            with self._changed:
                before = self._queue.index(ticket)
                if before == said > 0:
                    self._changed.wait(LOOK_AGAIN_SECONDS)
                    before = self._queue.index(ticket)
            if told and before != said:  # outside of the lock: it may take its time, or raise
                told(before)
            said = before
            if before == 0:
                return

"""A kill at the k-th step on the file system: that step and all that follow do not happen, whoever tries them."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest

from corpora import whole

STEPS = ("mkdir", "rename", "replace", "rmdir", "unlink", "link", "truncate")


class KilledError(BaseException):
    """The process is dead by now."""


class Killer:
    """Counts steps; from the one of number `at` on, none happens."""

    def __init__(self, at: float) -> None:
        self.at, self.steps = at, 0

    def wrap(self, step: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*arguments: Any, **options: Any) -> Any:
            self.steps += 1
            if self.steps >= self.at:
                raise KilledError
            return step(*arguments, **options)

        return counted


@contextmanager
def killed_at(number: float) -> Iterator[Killer]:
    """Kill what the block does at its step of that number, counted from 1; infinity only counts."""
    killer = Killer(number)
    with pytest.MonkeyPatch.context() as patch:
        for name in STEPS:
            patch.setattr(os, name, killer.wrap(getattr(os, name)))
        patch.setattr(whole, "_exchange", killer.wrap(whole._exchange))
        with suppress(KilledError):
            yield killer

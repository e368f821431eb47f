"""One hostile input: what is made ready, what is run, and what is known of how it has to end."""

import random
import shlex
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.reliability.children import Limits
from tests.reliability.world import World


@dataclass
class Case:
    """A command, or a function, in a world that was prepared for it.

    `may_change` are beginnings of paths, relative to the world, of what the command owns; new files may only appear
    below them or at `out`. `must_refuse`: an end with code 0 would be silence about damage.
    """

    words: list[str]
    prepare: Callable[[World], str] | None = None
    """What is done to the world before; it says what, or nothing where it changed nothing."""
    told: str = ""
    may_change: tuple[str, ...] = ()
    out: str = ""
    must_refuse: str = ""
    limits: Limits = field(default_factory=Limits)
    serves: bool = False
    """Whether it goes on until it is ended, if nothing is wrong."""

    @property
    def line(self) -> str:
        """The command as one types it, and what was done before."""
        return f"python -m {shlex.join(self.words)}" + f"   # {self.told}" * bool(self.told)


Maker = Callable[[random.Random, int], Case]


def path_below(world: Path, path: Path) -> str:
    """A path relative to the world, or its whole where it lies elsewhere."""
    try:
        return str(path.resolve().relative_to(world.resolve()))
    except (ValueError, OSError, RuntimeError):
        return str(path)

"""The server's cache for all visitors: networks, readings, excerpts, search tables, and results computed from them.

One policy for memory: everything shares one budget of bytes, and the least recently used entry is dropped first. One
policy for work: heavy computations run one at a time, since each uses all processors; cached results return at once.
"""

import hashlib
import hmac
import os
import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from typing import Any, TypeVar

import numpy as np

from analysis.concepts import Concept, concepts_for
from analysis.findings import Findings, load_findings
from analysis.profile.excerpt import LabelledExcerpt, demo_text, read_excerpt, unseen_text
from analysis.selection.ranges import find_units
from corpora import InputError
from dashboard.location import Marks
from dashboard.memory import give_back_memory
from dashboard.readings import LONGEST_TEXT, Reading, read_gates, read_text
from dashboard.selection import AROUND, Found, search_concepts, search_marks
from dashboard.turns import Told, Turns
from models.network import CharRNN
from models.run import UNITS, Run, load_run

HELD_BYTES = 1_000_000_000
KEY_LENGTH = 24  # characters
MOST_KEYS = 100_000  # of readings, also of those that were dropped: a key then leads to the text's next reading
T = TypeVar("T")
Key = tuple[Any, ...]


class Engine:
    """A cache of computations that computes what it lacks."""

    def __init__(self, limit: int = HELD_BYTES) -> None:
        self.limit = limit
        self._held: OrderedDict[Key, tuple[Any, int]] = OrderedDict()
        self._holding = threading.Lock()  # for the moment of a look-up
        self._computing = Turns()  # a reading may need its network first
        self._secret = secrets.token_bytes()
        self._contents: OrderedDict[str, str] = OrderedDict()  # by the key of a reading, the digest of model and text

    @contextmanager
    def alone(self, told: Told | None = None) -> Iterator[None]:
        """Wait for the turn of a heavy computation whose result is not cached; `told` gets the place in the queue."""
        with self._computing.turn(told):
            yield

    def held(self, *key: Any) -> Any | None:
        """The entry under a key, or None; never waits for a computation."""
        with self._holding:
            if key not in self._held:
                return None
            self._held.move_to_end(key)
            return self._held[key][0]

    def hold(self, key: Key, make: Callable[[], T], size: Callable[[T], int], told: Told | None = None) -> T:
        """The entry under a key, made now if it is missing; others who ask meanwhile wait and get the same.

        `told` gets the place in the queue, see `dashboard.turns`.
        """
        found = self.held(*key)
        if found is not None:
            return found
        with self._computing.turn(told):
            found = self.held(*key)
            if found is None:
                found = make()
                self._keep(key, found, size(found))
            return found

    def remember(self, key: Key, make: Callable[[], T], size: Callable[[T], int]) -> T:
        """The same for what is made at once: it waits for no heavy computation, and two may make it side by side."""
        found = self.held(*key)
        if found is None:
            found = make()
            self._keep(key, found, size(found))
        return found

    def _keep(self, key: Key, made: Any, size: int) -> None:
        with self._holding:
            self._held[key] = (made, size)
            is_full = self._bytes() > self.limit
            while len(self._held) > 1 and self._bytes() > self.limit:
                self._held.popitem(last=False)
        if is_full:
            give_back_memory()

    def _bytes(self) -> int:
        return sum(size for _, size in self._held.values())

    @property
    def nbytes(self) -> int:
        """The memory that all entries take."""
        with self._holding:
            return self._bytes()

    # ---- what is held ------------------------------------------------------------------------------------

    def network(self, run: Run) -> CharRNN:
        """The network of a run's current weights."""
        return self.hold(("network", run.weights_hash), run.load_network, lambda network: 4 * network.parameter_count)

    def reading(self, key: str) -> Reading | None:
        """The reading under a key, which a version may follow; None if it is no longer held."""
        return self.held("reading", self._content(key))

    def _content(self, key: str) -> str:
        """The digest of model and text that a key stands for; empty if this server gave out no such key."""
        with self._holding:
            return self._contents.get(key[:KEY_LENGTH], "")

    def _key(self, content: str, session: str) -> str:
        """The key of a session for a model and text; nobody else can compute it, whatever they guess of the text."""
        key = hmac.new(self._secret + session.encode(), content.encode(), hashlib.sha256).hexdigest()[:KEY_LENGTH]
        with self._holding:
            self._contents[key] = content
            self._contents.move_to_end(key)
            while len(self._contents) > MOST_KEYS:
                self._contents.popitem(last=False)
        return key

    def read(self, run: Run, text: str, session: str = "", told: Told | None = None) -> tuple[str, Reading]:
        """The reading of a text by a model, and its key with a version, which changes with the search tables.

        The key is that of one `session`, which is a secret. `told` gets the place in the queue.

        Raises:
            InputError: the text is empty or too long.
        """
        if not text:
            raise InputError("Wanted a text to read, got an empty one. Type or paste some.")
        if len(text) > LONGEST_TEXT:
            raise InputError(f"Wanted at most {LONGEST_TEXT:,} characters, got {len(text):,}. Take an excerpt.")
        text = "".join("\ufffd" if "\ud800" <= character <= "\udfff" else character for character in text)
        # A copy of a run has the same weights, but a name, search tables and saved concepts of its own.
        content = _digest(f"{os.fsencode(run.folder)!r} {run.weights_hash} {text}")
        version = _digest(repr(_searched(run)))[:KEY_LENGTH]
        return self._key(content, session) + version, self.hold(
            ("reading", content), lambda: read_text(run, text, self.network(run)), lambda reading: reading.nbytes, told
        )

    def with_gates(self, key: str, reading: Reading) -> Reading:
        """The same reading with its gates among its states: the text is read once more when they are first asked for.

        Raises:
            InputError: the run has got other weights since.
        """

        def read() -> dict[str, np.ndarray]:
            run = reading.run
            if load_run(run.folder).weights_hash != run.weights_hash:
                raise InputError(f"{run.name} has other weights by now. Reload the page.")
            return read_gates(run, reading.text, self.network(run))

        codes = self.hold(
            ("gates", self._content(key)), read, lambda codes: sum(array.nbytes for array in codes.values())
        )
        return replace(reading, states=reading.states | codes)

    def excerpt(self, run: Run, is_at_hand: bool) -> LabelledExcerpt:
        """A network's reading of its unseen text, if that is on this machine, else of a demo passage.

        Raises:
            InputError: the corpus is not the text that the run was trained on.
        """

        def read() -> LabelledExcerpt:
            return read_excerpt(run, self.network(run), unseen_text(run) if is_at_hand else demo_text(run))

        return self.hold(("excerpt", run.folder, run.weights_hash, is_at_hand), read, _bytes_of_excerpt)

    def findings(self, run: Run) -> Findings | None:
        """The tables of a run's search; None if its current weights were not searched."""
        searched = _searched(run)
        if not searched:
            return None
        key = ("findings", run.folder, run.weights_hash, searched)
        found = self.remember(key, lambda: (load_findings(run),), _bytes_of_findings)  # not behind all readings
        return found[0]

    def custom_search(
        self, run: Run, written: str, make: Callable[[], tuple[Findings, list[str]]], told: Told | None = None
    ) -> tuple[Findings, list[str]]:
        """What a search for custom concepts found, and its remarks; `written` defines the concepts."""
        return self.hold(("custom", run.weights_hash, written), make, _bytes_of_findings, told)

    def marks(self, key: str, reading: Reading, marks: Marks, own: tuple[Concept, ...] = ()) -> Found:
        """The units and concepts, of the catalogue and `own` ones, that fit marked ranges of a reading."""
        return self.hold(("marks", key, marks, own), lambda: search_marks(reading, marks, own), lambda _: 100_000)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _searched(run: Run) -> tuple[int, ...]:
    """When the run's search tables were written: the user's and the shipped ones."""
    paths = [folder / UNITS for folder in run.measured_in]
    return tuple(path.stat().st_mtime_ns for path in paths if path.exists())


def _bytes_of_excerpt(excerpt: LabelledExcerpt) -> int:
    arrays = (
        *excerpt.states.values(),
        *excerpt.labels.values(),
        excerpt.deviation,
        excerpt.ranks,
        excerpt.codes,
        excerpt.ids,
    )
    return sum(array.nbytes for array in arrays)


def _bytes_of_findings(found: tuple[Findings | None, *tuple[Any, ...]]) -> int:
    tables = () if found[0] is None else (found[0].units, found[0].scores, found[0].share, found[0].probes)
    return sum(int(table.memory_usage(deep=True).sum()) for table in tables)


ENGINE = Engine()


@cache
def prepare_range_search(corpus_name: str) -> None:
    """Compile the search of ranges in the background, once, so that the first marks need not wait for it."""

    def search_a_little() -> None:
        with ENGINE.alone():
            find_units(np.arange(60, dtype=np.int8)[:, None], [(3, 5)], AROUND, draws=2)
            search_concepts("ab " * 20, ((3, 5),), concepts_for(corpus_name))

    threading.Thread(target=search_a_little, name="prepare-search").start()  # no daemon: see `server.warm_start`

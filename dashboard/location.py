"""A visitor's location: model, text, marks, unit, concept and look. Every view reads and writes the same address.

All views share the location, so a choice in one view holds in the others, and an address restores any view.
"""

import base64
import re
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from analysis.concepts import CONCEPTS
from corpora import InputError
from corpora.demo import passage_names
from models.units import GATES, STATES, Unit

MODES = {"colors": "colors", "predictions": "predictions", "guesses": "predictions"}  # older links say guesses
PALETTES = ("blue–orange", "blue–green")  # as browser/reader/colors.js names them
LONGEST_IN_LINK = 2_000  # characters of a pasted text that a link can hold
MOST_MARKS = 50
Marks = tuple[tuple[int, int], ...]
# What the browser keeps up to date in the address: the reader its look, Compare its rows.
LOOK = ("unit", "state", "concept", "mode", "palette", "signals", "rows")
SPLITS = {"excerpt": "validation", "test": "test"}  # texts that are excerpts of a split of the model's own text
TEXTS = (*(f"demo-{name}" for name in passage_names()), *SPLITS, "own")
KEYS = ("model", "text", "start", "length", "own", "held", "marks", *LOOK)


@dataclass(frozen=True)
class Location:
    """A model, a text, and the unit and concept in view.

    `text` is `demo-NAME`, `excerpt` or `test` (of the validation or test split, `start` and `length` in characters), or
    `own`: then `own` is the text itself, or `held` the key of a reading that the running server holds. `marks` are the
    marked ranges: first character and the one after the last, from 0. Without a `unit` a view shows the default one; a
    unit may lack its state, which may be a gate such as `forget_gate`. `concept` is the one that the unit is compared
    with. `signals` is "1" where all signals of the unit are shown below the text. `rows` are those of Compare as the
    address writes them, for `dashboard.compared`; only that view's address has them.
    """

    model: str = ""
    text: str = ""
    start: int = 0
    length: int = 2_000
    own: str = field(default="", repr=False)
    held: str = ""
    marks: Marks = ()
    unit: Unit | None = None
    concept: str = ""
    mode: str = ""
    palette: str = ""
    signals: str = ""
    rows: str = ""

    @classmethod
    def parse(cls, query: Mapping[str, str]) -> tuple["Location", list[str]]:
        """The location in a query string, and an error for each invalid value; the other values are used."""
        found, problems = {}, []
        for name, read in _READERS.items():
            try:
                if query.get(name):
                    found[name] = read(query[name])
            except InputError as error:
                problems.append(str(error))
        state = found.pop("state", "")
        if "unit" in found:
            found["unit"] = found["unit"].in_state(state)
        return cls(**found), problems

    def to_query(self) -> dict[str, str]:
        """The query string of this location, without the defaults."""
        span = {"start": self.start, "length": self.length} if self.text in SPLITS else {}
        own = {"own": self.own and pack_text(self.own), "held": self.held} if self.text == "own" else {}
        written = {"model": self.model, "text": self.text, **span, **own}
        written |= {"marks": ",".join(f"{start}-{stop}" for start, stop in self.marks)}
        if self.unit:
            written |= {"unit": self.unit.slug, "state": self.unit.state}
        written |= {"concept": self.concept, "mode": self.mode, "palette": self.palette}
        written |= {"signals": self.signals, "rows": self.rows}
        plain = {"start": 0, "length": Location.length, "mode": "colors", "palette": PALETTES[0]}
        return {name: str(value) for name, value in written.items() if value and value != plain.get(name)}

    def with_model(self, model: str) -> "Location":
        """The location with another model: its own first text unless one was chosen, no unit, the same concept."""
        start_of_excerpt = self.text == "excerpt" and (self.start, self.length) == (0, Location.length)
        demo = not self.text or self.text.startswith("demo-") or start_of_excerpt
        text, marks = ("", ()) if demo else (self.text, self.marks)
        return replace(self, model=model, unit=None, text=text, marks=marks)

    def with_view(self, view: Mapping[str, Any]) -> "Location":
        """The location with what the reader shows: `layer`, `unit`, `state` and the rest of its look."""
        unit = self.unit
        if {"layer", "unit", "state"} <= view.keys():
            unit = Unit(int(view["layer"]), int(view["unit"]), str(view["state"]))
        look = {name: str(view[name]) for name in ("concept", "mode", "palette") if name in view}
        if "signals" in view:
            look["signals"] = "1" if view["signals"] else ""
        return replace(self, unit=unit, **look)


def _one_of(name: str, known: Mapping[str, str]) -> Callable[[str], str]:
    def read(written: str) -> str:
        if written not in known:
            wanted = " or ".join(dict.fromkeys(known.values()))
            raise InputError(f"Wanted {wanted} as {name} in the link, got {written[:40]!r}.")
        return known[written]

    return read


def _state(written: str) -> str:
    if written not in (*STATES, *GATES):
        raise InputError(
            f"Wanted hidden, cell or a gate such as forget_gate as state in the link, got {written[:40]!r}."
        )
    return written


def _concept(written: str) -> str:
    if written not in CONCEPTS:
        raise InputError(f"No concept is called {written[:40]!r}. Choose one in the view Find.")
    return written


def parse_marks(written: str) -> Marks:
    """The ranges of a string such as `12-40,80-95`, not checked against any text.

    Raises:
        InputError: not ranges, or too many.
    """
    if not written:
        return ()
    parts = written.split(",")
    if not all(re.fullmatch("[0-9]{1,9}-[0-9]{1,9}", part) for part in parts):
        raise InputError(f"Wanted marks such as 12-40,80-95 in the link, got {written[:40]!r}.")
    if len(parts) > MOST_MARKS:
        raise InputError(f"Wanted at most {MOST_MARKS} marks in the link, got {len(parts)}.")
    return tuple((int(start), int(stop)) for start, stop in (part.split("-") for part in parts))


def _number(name: str) -> Callable[[str], int]:
    def read(written: str) -> int:
        if not re.fullmatch("[0-9]{1,12}", written):
            raise InputError(f"Wanted a number as {name} in the link, got {written[:40]!r}.")
        return int(written)

    return read


def pack_text(text: str) -> str:
    """A text, compressed, in characters that are safe in a link."""
    return base64.urlsafe_b64encode(zlib.compress(text.encode(), 9)).decode().rstrip("=")


def unpack_text(packed: str) -> str:
    """The text that `pack_text` packed.

    Raises:
        InputError: the link is damaged.
    """
    if not packed:
        return ""
    inflater = zlib.decompressobj()
    try:
        data = base64.b64decode(packed + "=" * (-len(packed) % 4), altchars=b"-_", validate=True)
        text = inflater.decompress(data, 4 * LONGEST_IN_LINK).decode()
    except (ValueError, zlib.error):
        text = ""
    if not inflater.eof:  # damaged, cut short, or more than a link may carry
        raise InputError("The text in this link is damaged. Ask for the link again, or paste the text.")
    return text


_READERS: dict[str, Callable[[str], Any]] = {
    "model": str,
    "text": _one_of("text", {text: text for text in TEXTS}),
    "start": _number("start"),
    "length": _number("length"),
    "own": unpack_text,
    "held": str,
    "marks": parse_marks,
    "unit": Unit.parse,
    "state": _state,
    "concept": _concept,
    "mode": _one_of("mode", MODES),
    "palette": _one_of("palette", {palette: palette for palette in PALETTES}),
    "signals": _one_of("signals", {"1": "1", "0": ""}),
    "rows": str,
}

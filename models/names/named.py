"""A unit that has a name, and all of them: what they hold, and how two of them become one.

An entry belongs to weights, not to a run: unit 217 of other weights is another unit. Merging is a union, so that files
can be merged in any order and any number of times: of two names the one that was said last comes first, and the other
is kept behind it.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from corpora import InputError
from models.units import Unit

LONGEST_NAME, LONGEST_NOTE = 60, 2_000  # characters; a list's name is as long as a unit's
MOST_UNITS, MOST_LISTS, MOST_SAID = 5_000, 50, 5
"""Entries of a file, lists of a unit, and names (or notes) of a unit that are kept, the latest first."""
JOINERS = "\u200c\u200d"  # parts of words and emoji, though they cannot be seen
HIDDEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")  # controls, overrides of the direction, surrogates, line ends
TIME = "%Y-%m-%dT%H:%M:%SZ"
STACKED = 3  # marks on one letter; more of them cover the lines around it


def now() -> str:
    """The time in UTC to a second, in a form whose order is that of time."""
    return datetime.now(UTC).strftime(TIME)


def clean(text: str, lines: bool = False) -> str:
    """Text that shows as one line and reorders nothing around it; with `lines` its line ends stay."""
    kept = "\n" if lines else ""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    shown = "".join(
        character
        if character in kept or character in JOINERS or unicodedata.category(character) not in HIDDEN
        else " " * (character == "\n")
        for character in text
    )
    rows = (_without_stacks(" ".join(row.split())) for row in shown.split("\n"))
    return "\n".join(rows).strip()


def _without_stacks(text: str) -> str:
    found, marks = [], 0
    for character in text:
        marks = marks + 1 if unicodedata.category(character) in ("Mn", "Me") else 0
        found += [character] if marks <= STACKED else []
    return "".join(found)


@dataclass(frozen=True)
class Said:
    """Words about a unit, and when they were said."""

    text: str
    at: str


@dataclass(frozen=True)
class Named:
    """What people noted of one unit of one network."""

    weights: str
    """sha256 of the weights."""
    run: str
    """The run that had these weights when the unit was noted."""
    unit: Unit
    """In the state in which it was looked at."""
    names: tuple[Said, ...] = ()
    """The present one first; others came from merged files."""
    notes: tuple[Said, ...] = ()
    starred: bool = False
    lists: tuple[str, ...] = ()
    at: str = ""
    """When it was last changed."""

    @property
    def key(self) -> tuple[str, int, int]:
        """What makes two entries the same unit."""
        return self.weights, self.unit.layer, self.unit.index

    @property
    def name(self) -> str:
        return self.names[0].text if self.names else ""

    @property
    def note(self) -> str:
        return self.notes[0].text if self.notes else ""

    @property
    def is_empty(self) -> bool:
        return not (self.names or self.notes or self.starred or self.lists)

    def merged(self, other: "Named") -> "Named":
        """One entry of two of the same unit: both one's names and notes, stars and lists."""
        latest = max(self, other, key=lambda entry: (entry.at, entry.run, entry.unit.state))
        lists = tuple(sorted({*self.lists, *other.lists}))
        if len(lists) > MOST_LISTS:
            raise InputError(f"{self.unit} would be in {len(lists)} lists, at most {MOST_LISTS} are kept. Remove some.")
        return replace(
            latest,
            names=united(self.names, other.names),
            notes=united(self.notes, other.notes),
            starred=self.starred or other.starred,
            lists=lists,
        )

    def with_first_only(self) -> "Named":
        """The same without the names and notes behind the present ones."""
        return replace(self, names=self.names[:1], notes=self.notes[:1], at=now())


def united(some: tuple[Said, ...], others: tuple[Said, ...]) -> tuple[Said, ...]:
    """Each text once, at the last time that it was said, the latest first."""
    last: dict[str, str] = {}
    for said in (*some, *others):
        last[said.text] = max(said.at, last.get(said.text, ""))
    latest = sorted(last.items(), key=lambda pair: (pair[1], pair[0]), reverse=True)
    return tuple(Said(text, at) for text, at in latest)[:MOST_SAID]


def changed(
    entry: Named,
    name: str | None = None,
    note: str | None = None,
    starred: bool | None = None,
    joined: tuple[str, ...] = (),
    left: tuple[str, ...] = (),
) -> Named:
    """An entry as somebody wants it from now on; what is None stays.

    A new name takes the place of the present one; none takes away all of them. `joined` and `left` are lists.

    Raises:
        InputError: a name, a note or a list is too long, or there are too many lists.
    """
    at = now()
    names = entry.names if name is None else _said(entry.names, clean(name), at)
    notes = entry.notes if note is None else _said(entry.notes, clean(note, lines=True), at)
    lists = {*entry.lists, *map(clean, joined)} - {"", *left}
    new = replace(
        entry,
        names=names,
        notes=notes,
        starred=entry.starred if starred is None else starred,
        lists=tuple(sorted(lists)),
        at=at,
    )
    return require_short(new)


def _said(before: tuple[Said, ...], text: str, at: str) -> tuple[Said, ...]:
    if not text:
        return ()
    if before and before[0].text == text:
        return before
    others = tuple(said for said in before[1:] if said.text != text)
    return (Said(text, _later(at, before)), *others)


def _later(at: str, before: tuple[Said, ...]) -> str:
    """A time after all that was said, though another machine's clock may be ahead."""
    last = max((said.at for said in before), default="")
    if at > last:
        return at
    return (datetime.strptime(last, TIME).replace(tzinfo=UTC) + timedelta(seconds=1)).strftime(TIME)


def require_short(entry: Named) -> Named:
    """The entry itself, if all its words have their limits.

    Raises:
        InputError: they have not.
    """
    for what, texts, most in (
        ("name", [said.text for said in entry.names], LONGEST_NAME),
        ("note", [said.text for said in entry.notes], LONGEST_NOTE),
        ("list's name", entry.lists, LONGEST_NAME),
    ):
        longest = max(map(len, texts), default=0)
        if longest > most:
            raise InputError(f"Wanted a {what} of at most {most:,} characters for {entry.unit}, got {longest:,}.")
    for what, many, most in (
        ("lists", entry.lists, MOST_LISTS), ("names", entry.names, MOST_SAID), ("notes", entry.notes, MOST_SAID)
    ):  # fmt: skip
        if len(many) > most:
            raise InputError(f"Wanted at most {most} {what} for {entry.unit}, got {len(many)}. Remove some.")
    return entry


@dataclass(frozen=True)
class Names:
    """All entries, each unit once, in the order of runs, layers and units."""

    units: tuple[Named, ...] = ()

    @classmethod
    def of(cls, entries: Iterable[Named]) -> "Names":
        """Entries in any order; of those of the same unit one is made, and empty ones are left out.

        Raises:
            InputError: there are too many.
        """
        by_key: dict[tuple[str, int, int], Named] = {}
        for entry in entries:
            known = by_key.get(entry.key)
            by_key[entry.key] = known.merged(entry) if known else entry
        found = [entry for entry in by_key.values() if not entry.is_empty]
        if len(found) > MOST_UNITS:
            raise InputError(f"Wanted at most {MOST_UNITS:,} units with names, got {len(found):,}. Import fewer.")
        return cls(tuple(sorted(found, key=lambda entry: (entry.run, *entry.key))))

    def merged(self, other: "Names") -> "Names":
        """The entries of both."""
        return Names.of([*self.units, *other.units])

    def of_weights(self, weights: str) -> dict[Unit, Named]:
        """The entries of one network, by unit without its state."""
        return {entry.unit.in_state(""): entry for entry in self.units if entry.weights == weights}

    def earlier(self, run: str, weights: str) -> list[Named]:
        """The entries of a run of this name that belong to other weights."""
        return [entry for entry in self.units if entry.run == run and entry.weights != weights]

    def with_entry(self, entry: Named) -> "Names":
        """The same with an entry in place of the one of its unit; an empty one only removes it."""
        return Names.of([*(other for other in self.units if other.key != entry.key), entry])

    def without(self, keys: Iterable[tuple[str, int, int]]) -> "Names":
        """The same without some units."""
        gone = set(keys)
        return Names.of(entry for entry in self.units if entry.key not in gone)

    def taken_over(self, keys: Iterable[tuple[str, int, int]], weights: str, run: str) -> "Names":
        """The same, with some entries bound to other weights; they join what these weights' units have already."""
        chosen = set(keys)
        return Names.of(
            replace(entry, weights=weights, run=run) if entry.key in chosen else entry for entry in self.units
        )

    def with_list_renamed(self, weights: str, before: str, after: str) -> "Names":
        """The same, with a list of one network under another name; without one it is gone, its units stay."""
        return Names.of(
            changed(entry, left=(before,), joined=(after,))
            if entry.weights == weights and before in entry.lists
            else entry
            for entry in self.units
        )


@dataclass(frozen=True)
class Difference:
    """What a merge brought."""

    new: int
    """Units that had no entry."""
    more: int
    """Units whose entry has more now: a star, a list, a name where there was none."""
    renamed: list[Named] = field(default_factory=list)
    """Units that have several names now: both were kept."""


def difference(before: Names, after: Names) -> Difference:
    """What is in `after`, and was not in `before`."""
    known = {entry.key: entry for entry in before.units}
    other = [entry for entry in after.units if entry.key in known and entry != known[entry.key]]
    renamed = [entry for entry in other if {*entry.names} - {*known[entry.key].names} and len(entry.names) > 1]
    new = sum(entry.key not in known for entry in after.units)
    return Difference(new, len(other) - len(renamed), renamed)

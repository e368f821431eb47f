"""What a link to the Read view says: the model, the text, its marks and the unit, in the words of the address bar."""

import base64
import re
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from corpora import InputError
from models.units import STATES, Unit

MODES = {"colors": "colors", "predictions": "predictions", "guesses": "predictions"}  # the last is of older links
LONGEST_IN_LINK = 2_000  # characters of a text of one's own that a link carries
MOST_MARKS = 50
Marks = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Address:
    """A place in the Read view.

    `text` is `demo-NAME`, `excerpt` (of the validation split, `start` and `length` in characters), or `own`:
    then `own` carries the text itself, or `held` the key of a reading that the running server holds. `marks` are the
    ranges that somebody marked: first character and the one after the last, from 0.
    """

    model: str = ""
    text: str = ""
    start: int = 0
    length: int = 2_000
    own: str = field(default="", repr=False)
    held: str = ""
    marks: Marks = ()

    @classmethod
    def parse(cls, query: Mapping[str, str]) -> "Address":
        """The address that a query string holds.

        Raises:
            InputError: a value that cannot be meant.
        """
        start, length = (_number(query, name, getattr(cls, name)) for name in ("start", "length"))
        own, marks = unpack_text(query.get("own", "")), parse_marks(query.get("marks", ""))
        return cls(query.get("model", ""), query.get("text", ""), start, length, own, query.get("held", ""), marks)

    def to_query(self) -> dict[str, str]:
        """The query string that leads here; what is by default is left out."""
        plain = Address()
        kept = {name: str(value) for name, value in asdict(self).items() if value != getattr(plain, name)}
        if self.text != "excerpt":
            kept = {name: value for name, value in kept.items() if name not in ("start", "length")}
        if "own" in kept:
            kept["own"] = pack_text(self.own)
        if "marks" in kept:
            kept["marks"] = ",".join(f"{start}-{stop}" for start, stop in self.marks)
        return kept


def parse_view(query: Mapping[str, str]) -> dict[str, Any]:
    """What the reader is to show, as far as the query string says it.

    Raises:
        InputError: a unit, state or mode that cannot be meant.
    """
    view: dict[str, Any] = {}
    if "unit" in query:
        unit = Unit.parse(query["unit"])
        view |= {"layer": unit.layer, "unit": unit.index}
    for name, known in (("state", {state: state for state in STATES}), ("mode", MODES)):
        if name in query:
            if query[name] not in known:
                wanted = " or ".join(dict.fromkeys(known.values()))
                raise InputError(f"Wanted {wanted} as {name} in the link, got {query[name]!r}.")
            view[name] = known[query[name]]
    return view | {name: query[name] for name in ("concept", "palette") if name in query}  # the reader knows them


def parse_marks(written: str) -> Marks:
    """The ranges that are written so: `12-40,80-95`. Whether a text has such characters is not known here.

    Raises:
        InputError: they are not written as ranges, or too many.
    """
    if not written:
        return ()
    parts = written.split(",")
    if not all(re.fullmatch("[0-9]{1,9}-[0-9]{1,9}", part) for part in parts):
        raise InputError(f"Wanted marks such as 12-40,80-95 in the link, got {written[:40]!r}.")
    if len(parts) > MOST_MARKS:
        raise InputError(f"Wanted at most {MOST_MARKS} marks in the link, got {len(parts)}.")
    return tuple((int(start), int(stop)) for start, stop in (part.split("-") for part in parts))


def _number(query: Mapping[str, str], name: str, default: int) -> int:
    written = query.get(name, str(default))
    if not re.fullmatch("[0-9]{1,12}", written):
        raise InputError(f"Wanted a number as {name} in the link, got {written[:40]!r}.")
    return int(written)


def pack_text(text: str) -> str:
    """A text, compressed, as characters that a link may hold."""
    return base64.urlsafe_b64encode(zlib.compress(text.encode(), 9)).decode().rstrip("=")


def unpack_text(packed: str) -> str:
    """The text that `pack_text` packed.

    Raises:
        InputError: a damaged link.
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

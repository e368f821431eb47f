"""Named units as JSON: written, read strictly, and packed into a link."""

import base64
import dataclasses
import json
import re
import zlib
from datetime import datetime
from typing import Any

from corpora import InputError
from models.names.named import LONGEST_NAME, MOST_SAID, MOST_UNITS, Named, Names, Said, clean, require_short, united
from models.units import Unit

FORMAT = 1
LONGEST_FILE = 8_000_000  # bytes
LONGEST_IN_LINK = 2_000  # characters of a link
KEYS = {"weights_sha256", "run", "unit", "state", "names", "notes", "starred", "lists", "at"}
TIME, HASH, STATE = r"2[01]\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ", "[0-9a-f]{64}", "[a-z_]{0,30}"


class NewerFormatError(InputError):
    """The file was written by a newer Charscope: it is sound, though it cannot be read here."""


def written_names(names: Names, indent: int | None = 1) -> str:
    """The JSON of named units, in ASCII: an editor shows every hidden character in it."""
    units = [
        {
            "weights_sha256": entry.weights, "run": entry.run, "unit": entry.unit.slug, "state": entry.unit.state,
            "names": [dataclasses.asdict(said) for said in entry.names],
            "notes": [dataclasses.asdict(said) for said in entry.notes],
            "starred": entry.starred, "lists": list(entry.lists), "at": entry.at,
        }
        for entry in names.units
    ]  # fmt: skip
    separators = None if indent else (",", ":")
    return json.dumps({"format": FORMAT, "units": units}, indent=indent, separators=separators) + "\n"


def parse_names(data: bytes, where: str) -> Names:
    """Named units from a file's content; `where` it is, for messages. Words lose what would not show as itself.

    Raises:
        InputError: anything that this format is not.
    """
    try:
        if len(data) > LONGEST_FILE:
            raise ValueError(f"it has {len(data):,} bytes, at most {LONGEST_FILE:,} are read")
        described = json.loads(data, parse_constant=_refuse, parse_int=_whole)
        if type(described) is not dict or type(described.get("format")) is not int:
            raise ValueError("it does not say its format")
        if described["format"] > FORMAT:
            raise NewerFormatError(
                f"{where} has format {described['format']}, this Charscope reads up to {FORMAT}. Update Charscope."
            )
        if set(described) != {"format", "units"} or type(described["units"]) is not list:
            raise ValueError("it is not a list of units")
        if len(described["units"]) > MOST_UNITS:
            raise ValueError(f"it has {len(described['units']):,} units, at most {MOST_UNITS:,} are read")
        return Names.of(map(_entry, described["units"]))
    except NewerFormatError:
        raise
    except (InputError, ValueError, RecursionError) as error:
        reason = " ".join(str(error).split())[:200] or "it is nested too deeply"
        raise InputError(
            f"Wanted named units in {where}, could not read them ({reason}). Take a file that Charscope exported."
        ) from None


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is no number")


def _whole(digits: str) -> int:
    if len(digits) > 15:
        raise ValueError("a number is too long")
    return int(digits)


def _entry(described: Any) -> Named:
    if type(described) is not dict or set(described) != KEYS:
        raise ValueError(f"wanted {', '.join(sorted(KEYS))} for each unit")
    if type(described["starred"]) is not bool:
        raise ValueError("starred is true or false")
    texts = {key: described[key] for key in ("weights_sha256", "unit", "state", "run", "at")}
    if not all(type(text) is str for text in texts.values()):
        raise ValueError(f"{', '.join(texts)} are texts")
    if not re.fullmatch(HASH, texts["weights_sha256"]) or not re.fullmatch(STATE, texts["state"]):
        raise ValueError("wanted a sha256 of weights and a state such as hidden")
    return require_short(
        Named(
            texts["weights_sha256"],
            _words(texts["run"], 255, "the name of a run"),
            Unit.parse(texts["unit"], texts["state"]),
            _all_said(described["names"], lines=False),
            _all_said(described["notes"], lines=True),
            described["starred"],
            tuple(sorted({_words(name, LONGEST_NAME, "a list's name") for name in _listed(described["lists"])})),
            _time(texts["at"]),
        )
    )


def _words(text: Any, longest: int, what: str) -> str:
    if type(text) is not str or len(text) > longest or not clean(text):
        raise ValueError(f"wanted {what} of 1 to {longest} characters")
    return clean(text)


def _listed(values: Any) -> list[Any]:
    if type(values) is not list or len(values) > 1_000:
        raise ValueError("wanted lists of names")
    return values


def _all_said(values: Any, lines: bool) -> tuple[Said, ...]:
    found: tuple[Said, ...] = ()
    if len(_listed(values)) > MOST_SAID:
        raise ValueError(f"wanted at most {MOST_SAID} names and notes of a unit")
    for value in values:
        if type(value) is not dict or set(value) != {"text", "at"} or type(value["text"]) is not str:
            raise ValueError("wanted text and at for each name and note")
        text = clean(value["text"], lines)
        found += (Said(text, _time(value["at"])),) if text else ()
    return united(found, ())


def _time(written: Any) -> str:
    if type(written) is not str or not re.fullmatch(TIME, written, re.ASCII):
        raise ValueError("wanted a time such as 2026-01-31T12:00:00Z")
    datetime.fromisoformat(written)
    return written


# ---- links ----------------------------------------------------------------------------------------------------------


def pack_names(names: Names) -> str:
    """Named units, compressed, in characters that are safe in a link; empty if a link cannot hold them."""
    data = zlib.compress(written_names(names, indent=None).encode(), 9)
    packed = base64.urlsafe_b64encode(data).decode().rstrip("=")
    return packed if len(packed) <= LONGEST_IN_LINK else ""


def unpack_names(packed: str) -> Names:
    """What `pack_names` packed.

    Raises:
        InputError: the link is damaged, or holds something else.
    """
    inflater = zlib.decompressobj()
    try:
        if len(packed) > LONGEST_IN_LINK:
            raise ValueError
        data = base64.b64decode(packed + "=" * (-len(packed) % 4), altchars=b"-_", validate=True)
        data = inflater.decompress(data, 1_000_000)
    except (ValueError, zlib.error):
        data = b""
    if not inflater.eof:
        raise InputError("The named units in this link are damaged. Ask for the link again, or for their file.")
    return parse_names(data, "this link")

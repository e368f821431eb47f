"""Names that people give to units, with notes, stars and lists: one file for all runs. See docs/run-format.md."""

from models.names.format import pack_names, parse_names, unpack_names, written_names
from models.names.kept import change_names, load_names, names_of
from models.names.named import Named, Names, Said, changed, clean, difference, now

__all__ = [
    "Named",
    "Names",
    "Said",
    "change_names",
    "changed",
    "clean",
    "difference",
    "load_names",
    "names_of",
    "now",
    "pack_names",
    "parse_names",
    "unpack_names",
    "written_names",
]

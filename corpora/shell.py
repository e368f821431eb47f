"""Commands that are shown to be copied, as a shell has to be given them."""

import os
import shlex
import shutil
import sys
import unicodedata
from pathlib import Path

INVISIBLE = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")  # categories of characters that cannot be seen
UNDECODABLE = 0xDC00  # Python adds this to a byte of a file's name that is not UTF-8


def python() -> str:
    """How a shell starts this interpreter: `python` if it finds this one, else a path, such as `.venv/bin/python`."""
    found = shutil.which("python")
    if found and os.path.abspath(found) == os.path.abspath(sys.executable):
        return "python"
    path, here = Path(os.path.abspath(sys.executable)), Path(os.path.abspath(os.curdir))
    return shell_word(str(path.relative_to(here) if path.is_relative_to(here) else path))


def shell_command(*words: str) -> str:
    """A command of ours to copy: `python -m models resume my-run` of the words `models resume my-run`."""
    return " ".join([python(), "-m", *map(shell_word, words)])


def shell_word(word: str) -> str:
    """The word, quoted where a shell would read more into it; what cannot be seen is written as an escape."""
    if not any(is_invisible(character) for character in word):
        return shlex.quote(word)
    return "$'" + "".join(map(_escaped, word)) + "'"


def is_invisible(character: str) -> bool:
    """Whether a character cannot be seen, or changes how others are shown."""
    return unicodedata.category(character) in INVISIBLE


def _escaped(character: str) -> str:
    code = ord(character)
    if 0 <= code - UNDECODABLE < 256:
        return f"\\x{code - UNDECODABLE:02x}"
    if is_invisible(character):
        return f"\\U{code:08x}"
    return f"\\{character}" if character in "\\'" else character

"""Values that nobody should type, by type, and things on disk that are not what a command wants.

Nothing here touches the machine's own devices: pipes, sockets and links are made in the sandbox.
"""

import os
import random
import socket
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

LONG = "n" * 300
WORDS = (
    "", " ", "0", "-", "--", ".", "..", "../x", "a/b", "/", "~", "*", "%s%n", "{0}", "$(id)", "`id`", "; ls", "a\nb",
    "a\tb", "\x1b[31mred\x1b[0m", "\u202egnp", "\u200b", "\ufeff", "日本語", "Анна", "é" * 3, "e\u0301", "👨‍👩‍👧‍👦",
    "\udcff\udcfe", LONG, LONG * 20, "CON", "null", "None", "true", "[]", "<b>x</b>",
    "![x](http://evil.example/x.png)", "#", "'", '"', "\\", "-x", "--help", "=", "a=b", "L1.u1", "L0.u0", "L99.u99",
    "L1.u-1", "L1.u999999999999", "L1.u1=nan", "L1.u1=inf", "L1.u1=1e309", "L1.u1=1", "L1.u1=", "cell", "hidden",
    "inside-quotes", "test", "training", "file-x-0123456789ab", ".hidden", "corpus.json", "/etc/passwd",
    "tcp://127.0.0.1:9", "http://evil.example/", "cuda", "mps", "cuda:99", "meta",
)  # fmt: skip
NUMBERS = (
    "0", "-0", "-1", "1", "2", "3", "7", "100", "999", "1000", "1001", "4096", "65535", "65536", "2147483647",
    "2147483648", "4294967296", "9223372036854775807", "9223372036854775808", "18446744073709551615",
    "18446744073709551616", "1" + "0" * 30, "1" + "0" * 5000, "0x10", "1e3", "1_000", "٣", "1.5", " 5", "5 ", "",
    "one", "nan", "+5", "--5", "1,000", "½",
)  # fmt: skip
FLOATS = (
    *NUMBERS, "inf", "-inf", "Infinity", "nan", "-nan", "1e308", "1e309", "-1e308", "1e-320", "1e-45", "0.1", "0.5",
    "0.95", "0.9500001", "1e-9", "9e-10", "1,5", "0.1.2", "1e", ".", "-.5", "1e400000",
)  # fmt: skip


def value_of(kind: Any, chance: random.Random, paths: tuple[str, ...]) -> str:
    """A hostile value for an option of a type, as its words on a command line."""
    if chance.random() < 0.08:
        return chance.choice(WORDS)
    origin = get_origin(kind)
    if origin is Literal:
        known = chance.choice([str(each) for each in get_args(kind)])
        return chance.choice([known, known.upper(), known + " ", known[:-1], "", chance.choice(WORDS)])
    if origin is not None:
        inner = [each for each in get_args(kind) if each is not type(None)]
        return value_of(chance.choice(inner), chance, paths) if inner else chance.choice(WORDS)
    if kind is int:
        return chance.choice(NUMBERS)
    if kind is float:
        return chance.choice(FLOATS)
    if kind is Path:
        return chance.choice(paths)
    return chance.choice((*WORDS, *paths))


# ---- things on disk -------------------------------------------------------------------------------------------------


def make_strange(folder: Path) -> None:
    """Things of every kind in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "empty").write_bytes(b"")
    (folder / "full").mkdir()
    (folder / "full" / "a.txt").write_text("A note of somebody's.\n" * 20)
    (folder / "void").mkdir()
    (folder / "secret.txt").write_text("Nobody else's business.\n" * 30)
    os.symlink("secret.txt", folder / "link.txt")
    os.symlink("nowhere", folder / "dangling")
    os.symlink("loop", folder / "loop")
    os.symlink("full", folder / "link-to-folder")
    os.mkfifo(folder / "pipe")
    os.symlink("pipe", folder / "link-to-pipe")
    _listen_never(folder / "socket")
    (folder / "closed").write_text("Not for you.\n" * 30)
    (folder / "closed").chmod(0)
    (folder / "shut").mkdir()
    (folder / "shut" / "in.txt").write_text("Behind a door.\n")
    (folder / "shut").chmod(0)
    (folder / "новый файл.txt").write_text("Пример.\n" * 40)
    (folder / os.fsdecode(b"bytes-\xff\xfe.txt")).write_text("A name that is no UTF-8.\n" * 20)
    (folder / "-dash.txt").write_text("A name that begins with a dash.\n" * 20)
    (folder / "new\nline.txt").write_text("A name of two lines.\n" * 20)


def _listen_never(path: Path) -> None:
    """A socket file that nobody serves."""
    here = os.getcwd()
    os.chdir(path.parent)  # a socket's address may be short only
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(path.name)
    finally:
        os.chdir(here)

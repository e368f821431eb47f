"""The named corpora: where they come from and how they are read."""

import re
import sysconfig
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from corpora.places import local_sources_folder
from corpora.reading import Pieces, read_bytes, read_sections, read_tree, read_wiki_pages


@dataclass(frozen=True)
class Source:
    """One named corpus.

    `title` says what it holds exactly, `short` in a few words for the inside of a sentence, if the title has too many.
    `split` is the shares of training, validation and test, in order. The cuts fall on the nearest
    document start within one percent of the text unless `exact_split`.
    `sha256` is that of the unpacked source, if known (such a `url` is not packed).
    `published` is the checksum of the file at `url` as it comes, `unpacked_checksum` that of the file when unpacked;
    other files may be used in its place. Both are `ALGORITHM:HEX`, as the file's author published them.
    `local_names` are the file names that `CHARSCOPE_CORPORA` is searched for.
    `as_bytes` if every byte is one character; `left_out` says which files of a folder are no part of the text.
    """

    title: str
    licence: str
    read: Callable[[Path], Pieces]
    short: str = ""
    split: tuple[float, float, float] = (0.9, 0.05, 0.05)
    exact_split: bool = False
    url: str | None = None
    sha256: str | None = None
    published: str | None = None
    unpacked_checksum: str | None = None
    local_names: tuple[str, ...] = ()
    location: Path | None = None
    as_bytes: bool = False
    left_out: str = ""

    @property
    def checksum(self) -> str | None:
        """Of the file at `url`, as `pooch` writes it."""
        return self.published or (f"sha256:{self.sha256}" if self.sha256 else None)

    def find(self) -> Path | None:
        """The source, if it is already on this machine."""
        if self.location is not None:
            return self.location
        folder = local_sources_folder()
        if folder is None:
            return None
        return next((path for pattern in self.local_names for path in sorted(folder.glob(pattern))), None)


def _kernel_source(name: str) -> bool:
    """Whether a file is in the tree's own `kernel/`, not in `arch/x86/kernel/`."""
    return re.fullmatch(r"(\./)?([^/]+/)?kernel/.*\.[ch]", name) is not None


def _library_source(name: str) -> bool:
    left_out = ("site-packages", "dist-packages", "test", "tests", "idle_test", "__pycache__")
    return name.endswith(".py") and not any(part in left_out for part in name.split("/"))


WAR_AND_PEACE_FILE = {
    "url": "https://cs.stanford.edu/people/karpathy/char-rnn/warpeace_input.txt",
    "sha256": "fb66ba999dafe24017cdd59e04c56d385a9c8466993d374fd4c6f08b2142985e",
    "local_names": ("warpeace_input.txt*",),
    "licence": "public domain",
    "split": (0.8, 0.1, 0.1),
}

SOURCES: dict[str, Source] = {
    "war-and-peace": Source(
        "War and Peace, decoded, LF newlines", short="War and Peace", read=read_sections, **WAR_AND_PEACE_FILE
    ),
    "war-and-peace-bytes": Source(
        "War and Peace, byte for byte as the paper read it",
        short="the bytes of War and Peace",
        read=read_bytes,
        exact_split=True,
        as_bytes=True,
        **WAR_AND_PEACE_FILE,
    ),
    "linux": Source(
        "Linux kernel/, C sources and headers, shuffled by file",
        short="the Linux kernel's C sources",
        licence="GPL-2.0",
        read=read_tree(_kernel_source, "C sources under a folder kernel/"),
        url="https://cdn.kernel.org/pub/linux/kernel/v6.x/linux-6.1.tar.xz",
        published="sha256:2ca1f17051a430f6fed1196e4952717507171acfd97d96577212502703b25deb",  # in its sha256sums.asc
        local_names=("linux-source-*.tar.*", "linux-*.tar.*"),
    ),
    "wikipedia": Source(
        "English Wikipedia, raw MediaWiki markup in XML",
        short="English Wikipedia",
        licence="CC BY-SA 3.0",
        read=read_wiki_pages,
        url="https://mattmahoney.net/dc/enwik8.zip",
        unpacked_checksum="sha1:57b8363b814821dc9d47aa4d41f58733519076b2",  # as mattmahoney.net/dc/textdata.html says
        local_names=("enwiki*pages-articles*.xml*", "enwik8*"),
    ),
    "python": Source(
        "The running interpreter's standard library",
        short="Python's standard library",
        licence="PSF-2.0",
        read=read_tree(_library_source, "Python sources"),
        location=Path(sysconfig.get_paths()["stdlib"]),
    ),
}

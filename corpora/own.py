"""The user's own texts that are kept: pasted, uploaded, or read from a path once; each is a prepared corpus."""

from dataclasses import dataclass
from pathlib import Path

from corpora.errors import InputError
from corpora.gather import Files, gather, stem_of
from corpora.places import data_folder, is_read_only
from corpora.prepared import CHARACTERS, DESCRIPTION, OWN, Corpus, read_prepared
from corpora.preparing import prepare_own, read_own

PREFIX = "file-"


@dataclass(frozen=True)
class KeptText:
    """A kept text: `name` is its corpus, `title` what people call it, `kept_at` seconds since the epoch."""

    name: str
    title: str
    characters: int
    documents: int
    as_bytes: bool
    size_on_disk: int
    """Bytes."""
    kept_at: float


def keep_text(name: str, files: Files, as_bytes: bool = False) -> Corpus:
    """Keep files in memory, `(name, content)`, as a corpus called after `name`; `load_corpus(corpus.name)` finds it.

    A text that is kept already, under any name, is not kept again.

    Raises:
        InputError: no text is in the files, the disk is full, or this is a shared server. Nothing is left behind.
    """
    _require_own_server()
    gathered = gather(files, as_bytes, stem_of(name))
    digest = gathered.corpus_name[-12:]
    for folder in sorted(data_folder().glob(f"{PREFIX}*-{digest}")):
        if (folder / DESCRIPTION).exists():
            return read_own(folder, gathered)
    return prepare_own(gathered, Path(name))


def own_texts() -> list[KeptText]:
    """All kept texts, the newest first."""
    found = [_kept_text(folder) for folder in data_folder().glob(f"{PREFIX}*")]
    return sorted((text for text in found if text), key=lambda text: (-text.kept_at, text.name))


def own_title(corpus_name: str) -> str | None:
    """What people call an own text, by the name of its corpus; None if that is no own text's."""
    own = OWN.fullmatch(corpus_name)
    return own[1] if own else None


def _require_own_server() -> None:
    if is_read_only():
        raise InputError(
            "A shared server keeps no texts of visitors. To train on yours, run Charscope on your own machine."
        )


def _kept_text(folder: Path) -> KeptText | None:
    try:
        corpus = read_prepared(folder)
        described = (folder / DESCRIPTION).stat()
        size = described.st_size + (folder / CHARACTERS).stat().st_size
    except (OSError, InputError):
        return None  # not prepared by this version, or being removed
    title = own_title(corpus.name) or corpus.name
    return KeptText(
        corpus.name, title, corpus.cuts[2], len(corpus.documents), corpus.as_bytes, size, described.st_mtime
    )

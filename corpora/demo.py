"""The demo passages that ship with Charscope: one per paper corpus, written for it, under `corpora/passages/`."""

from pathlib import Path

from corpora.errors import InputError

FOLDER = Path(__file__).resolve().parent / "passages"
PASSAGES: dict[str, str] = {
    "war-and-peace": "war-and-peace.txt",
    "linux": "linux.c",
    "wikipedia": "wikipedia.xml",
}


def passage_names() -> list[str]:
    """The corpora that have a demo passage."""
    return list(PASSAGES)


def passage_like(corpus: str) -> str:
    """The name of the demo passage that resembles a corpus of that name most."""
    corpus = corpus.removesuffix("-bytes")
    return corpus if corpus in PASSAGES else "linux" if corpus == "python" else "war-and-peace"


def load_passage(name: str) -> str:
    """The demo passage that resembles a corpus, 1,500 to 3,000 characters.

    Raises:
        InputError: no passage has that name.
    """
    if name not in PASSAGES:
        raise InputError(f"No demo passage is called {name!r}. Known: {', '.join(PASSAGES)}.")
    return (FOLDER / PASSAGES[name]).read_text(encoding="utf-8")

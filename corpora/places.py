"""Paths: the checkout, and the two git-ignored folders of generated files."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
READ_ONLY = "CHARSCOPE_READ_ONLY"


def is_read_only() -> bool:
    """Whether the server writes nothing to disk, since its users are visitors: `CHARSCOPE_READ_ONLY` is set."""
    return bool(os.environ.get(READ_ONLY))


def data_folder() -> Path:
    """Prepared corpora; `CHARSCOPE_DATA` moves it."""
    return Path(os.environ.get("CHARSCOPE_DATA") or ROOT / "data")


def runs_folder() -> Path:
    """Training runs; `CHARSCOPE_RUNS` moves it."""
    return Path(os.environ.get("CHARSCOPE_RUNS") or ROOT / "runs")


def local_sources_folder() -> Path | None:
    """The folder that holds already downloaded sources, if `CHARSCOPE_CORPORA` names one."""
    folder = os.environ.get("CHARSCOPE_CORPORA")
    return Path(folder) if folder else None

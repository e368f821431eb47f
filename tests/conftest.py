"""Fixtures that all tests share: tiny texts, tiny models, and folders of their own."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(autouse=True)
def own_folders(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test touches the checkout's data/ and runs/."""
    monkeypatch.setenv("CHARSCOPE_DATA", str(tmp_path_factory.mktemp("data")))
    monkeypatch.setenv("CHARSCOPE_RUNS", str(tmp_path_factory.mktemp("runs")))


@pytest.fixture(scope="session")
def real_corpora() -> Path:
    """The folder of real corpora; skips where there is none."""
    folder = os.environ.get("CHARSCOPE_CORPORA")
    if not folder:
        pytest.skip("needs real corpora: set CHARSCOPE_CORPORA to a folder that holds them")
    return (ROOT / folder).resolve() if not Path(folder).is_absolute() else Path(folder)

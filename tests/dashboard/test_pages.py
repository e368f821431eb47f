"""The script of all pages: what a view did not expect of a file on disk is a message, and no exception."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from corpora import InputError
from dashboard import server
from dashboard.messages import plain
from dashboard.views import read


def test_a_damaged_file_is_told_by_whatever_view_meets_it(monkeypatch: pytest.MonkeyPatch):
    def meet() -> None:
        raise InputError("X is not a table. Search again: `python`")

    monkeypatch.setattr(read, "show_read", meet)
    shown = AppTest.from_file(Path(server.PAGES), default_timeout=120).run()
    assert not shown.exception
    assert [error.value for error in shown.error] == [plain("X is not a table. Search again: `python`")]

"""What the server tells the reader, and what it does with the reader's messages."""

import time
from types import SimpleNamespace
from typing import Any

import pytest

from dashboard import component


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The state of a new session."""
    return new_session(monkeypatch)


def new_session(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    state: dict[str, Any] = {}
    monkeypatch.setattr(component, "st", SimpleNamespace(session_state=state))
    monkeypatch.setattr(component, "note_view", lambda view: None)
    return state


def test_commands_are_numbered_upwards_also_across_sessions(monkeypatch: pytest.MonkeyPatch):
    clock = iter([5_000_000_000, 5_000_000_000, 5_400_000_000, 6_000_000_000])
    monkeypatch.setattr(time, "time_ns", lambda: next(clock))
    numbers = []
    for _ in range(2):
        session = new_session(monkeypatch)
        for unit in range(2):
            component.command({"unit": unit})
            numbers.append(session["command"]["seq"])
    assert numbers == sorted(set(numbers))


def test_a_message_that_arrives_again_is_acted_on_once(session: dict[str, Any]):
    acted = []
    for number, value in [(3, "a"), (3, "a"), (4, "a"), (1, "b")]:  # the last from a page that was loaded anew
        session[component.KEY] = {"marks": {"number": number, "value": value}}
        component.hear(component.KEY, "marks", acted.append)
    assert acted == ["a", "a", "b"]
    assert component.heard_from(component.KEY) == {"marks": 1}
    assert component.heard_from("another") == {}


def test_a_reader_that_is_no_longer_there_says_nothing(session: dict[str, Any]):
    component.hear(component.KEY, "view", pytest.fail)
    session[component.KEY] = {"marks": None}
    component.hear(component.KEY, "view", pytest.fail)
    assert component.HEARD not in session

"""The engine: one budget for all that is held, one computation at a time, each done once."""

import hashlib
import os
import shutil
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from analysis.findings import Findings, load_findings
from corpora import InputError
from dashboard import engine as engine_module
from dashboard.engine import KEY_LENGTH, Engine
from dashboard.readings import findings_of
from models.run import Run, load_run


def test_a_text_is_read_once_and_what_was_not_used_for_longest_goes_first(
    tiny_run: Run, monkeypatch: pytest.MonkeyPatch
):
    probe, read, really = Engine(), [], engine_module.read_text
    size = probe.read(tiny_run, "a" * 100)[1].nbytes
    network = probe.nbytes - size
    monkeypatch.setattr(
        engine_module, "read_text", lambda run, text, network: read.append(text) or really(run, text, network)
    )
    engine = Engine(limit=network + 3 * size)
    keys = []
    for character in "abcab":
        engine.network(tiny_run)  # in use
        keys.append(engine.read(tiny_run, character * 100)[0])
    assert read == ["a" * 100, "b" * 100, "c" * 100]
    assert keys[0] == keys[3]
    engine.network(tiny_run)
    engine.read(tiny_run, "d" * 100)
    assert engine.reading(keys[2]) is None
    assert engine.reading(keys[0]) is not None
    assert engine.nbytes <= engine.limit


def test_all_kinds_share_one_budget_and_the_last_made_stays():
    engine = Engine(limit=100)
    for number in range(5):
        engine.hold(("kind", number), lambda number=number: [number], lambda _: 40)
    assert [engine.held("kind", number) for number in range(5)] == [None, None, None, [3], [4]]
    engine.hold(("other",), lambda: "large", lambda _: 1000)
    assert engine.held("other") == "large"
    assert engine.held("kind", 4) is None


def test_two_who_ask_for_the_same_get_one_computation():
    engine, made, begun, go_on = Engine(), [], threading.Event(), threading.Event()

    def make() -> object:
        begun.set()
        assert go_on.wait(20)
        made.append(object())
        return made[-1]

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(engine.hold, ("x",), make, lambda _: 1)
        assert begun.wait(20)
        second = pool.submit(engine.hold, ("x",), make, lambda _: 1)
        go_on.set()
        assert first.result(20) is second.result(20)
    assert len(made) == 1


def test_what_is_held_is_handed_out_while_something_else_is_computed():
    engine, begun, go_on = Engine(), threading.Event(), threading.Event()
    engine.hold(("held",), lambda: 7, lambda _: 1)

    def make() -> int:
        begun.set()
        assert go_on.wait(20)
        return 8

    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(engine.hold, ("slow",), make, lambda _: 1)
        assert begun.wait(20)
        assert engine.hold(("held",), pytest.fail, lambda _: 1) == 7
        go_on.set()
        assert slow.result(20) == 8


def test_an_error_leaves_the_engine_free():
    engine = Engine()

    def fail() -> int:
        raise InputError("no")

    with pytest.raises(InputError, match="no"):
        engine.hold(("x",), fail, lambda _: 1)
    with ThreadPoolExecutor(1) as pool:  # another thread: the lock is not this one's
        assert pool.submit(engine.hold, ("x",), lambda: 1, lambda _: 1).result(20) == 1


def test_a_new_search_is_seen_and_gives_the_same_reading_another_version(searched_run: Run):
    engine = Engine()
    before, (key, reading) = engine.findings(searched_run), engine.read(searched_run, "abc")
    assert isinstance(before, Findings)
    assert engine.findings(searched_run) is before
    table: Path = searched_run.folder / "units.parquet"
    later = table.stat().st_mtime_ns + 10**9
    os.utime(table, ns=(later, later))
    assert engine.findings(searched_run) is not before
    later_key, later_reading = engine.read(searched_run, "abc")
    assert later_key != key
    assert later_reading is reading
    assert engine.reading(key) is engine.reading(later_key) is reading


def test_a_copy_of_a_run_has_its_own_name_and_findings(searched_run: Run):
    copy = load_run(shutil.copytree(searched_run.folder, searched_run.folder.with_name("copy")))
    (copy.folder / "units.parquet").unlink()
    engine = Engine()
    keys = [engine.read(run, "A text for both.")[0] for run in (searched_run, copy)]
    held = [engine.reading(key) for key in keys]
    assert [reading.run.name for reading in held if reading] == ["tiny", "copy"]
    assert [bool(findings_of(reading.run)) for reading in held if reading] == [True, False]
    assert engine.findings(searched_run) is not None
    assert engine.findings(copy) is None


def test_what_custom_concepts_found_is_held(searched_run: Run):
    engine, findings = Engine(), load_findings(searched_run)
    assert findings is not None
    looked: list[str] = []

    def look() -> tuple[Findings, list[str]]:
        looked.append("once")
        return findings, ["a remark"]

    found = [engine.custom_search(searched_run, written, look) for written in ("a", "a", "b")]
    assert found == [(findings, ["a remark"])] * 3
    assert len(looked) == 2
    assert engine.nbytes > 2 * findings.scores["concept"].memory_usage()


def test_read_and_unit_share_a_network(tiny_run: Run):
    engine = Engine()
    engine.read(tiny_run, "abc")
    network = engine.held("network", tiny_run.weights_hash)
    assert network is not None
    engine.excerpt(tiny_run, False)
    assert engine.network(tiny_run) is network


def test_a_key_belongs_to_a_session_and_cannot_be_computed(tiny_run: Run):
    engine, text = Engine(), "the secret is 123"
    mine, yours = (engine.read(tiny_run, text, session)[0] for session in ("mine", "yours"))
    assert mine != yours
    assert engine.reading(mine) is engine.reading(yours) is not None
    assert engine.read(tiny_run, text, "mine")[0] == mine
    guesses = [hashlib.sha256(f"{tiny_run.weights_hash} {text}".encode()).hexdigest()[:KEY_LENGTH], "", "x" * 48]
    guesses.append(Engine().read(tiny_run, text, "mine")[0])
    assert [engine.reading(guess) for guess in guesses] == [None] * 4


def test_a_key_leads_to_the_next_reading_of_a_text_that_was_dropped(tiny_run: Run):
    engine = Engine(limit=1)
    key = engine.read(tiny_run, "first", "mine")[0]
    engine.read(tiny_run, "second", "mine")
    assert engine.reading(key) is None
    assert engine.read(tiny_run, "first", "mine")[0] == key
    assert engine.reading(key) is not None

"""Named units: what a file may say, what becomes of two of them, and that nothing is lost."""

import itertools
import json
import multiprocessing
import os
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpora import InputError
from corpora.places import READ_ONLY, runs_folder
from models.names import (
    Named,
    Names,
    Said,
    change_names,
    changed,
    clean,
    difference,
    load_names,
    names_of,
    pack_names,
    parse_names,
    unpack_names,
    written_names,
)
from models.names.named import united
from models.run import Run
from models.units import Unit
from tests.conftest import HOSTILE

HERE, ELSEWHERE = "a" * 64, "b" * 64
TIMES = [f"2026-01-0{day}T00:00:00Z" for day in range(1, 8)]


def named(index: int = 1, name: str = "", weights: str = HERE, at: str = TIMES[0], **more: Any) -> Named:
    names = (Said(name, at),) if name else ()
    return Named(weights, "tiny", Unit(1, index, "hidden"), names=names, at=at, **more)


def said(texts: st.SearchStrategy[str]) -> st.SearchStrategy[tuple[Said, ...]]:
    pairs = st.lists(st.builds(Said, texts, st.sampled_from(TIMES)), max_size=3)
    return pairs.map(lambda found: united(tuple(found), ()))


ENTRIES = st.builds(
    Named,
    weights=st.sampled_from([HERE, ELSEWHERE]),
    run=st.sampled_from(["one", "two"]),
    unit=st.builds(Unit, st.just(1), st.integers(0, 3), st.sampled_from(["hidden", "cell"])),
    names=said(st.sampled_from(["quotes", "dialogue", "speech"])),
    notes=said(st.sampled_from(["on inside", "off\noutside"])),
    starred=st.booleans(),
    lists=st.sets(st.sampled_from(["mine", "yours"])).map(lambda found: tuple(sorted(found))),
    at=st.sampled_from(TIMES),
)
MANY = st.lists(ENTRIES, max_size=6).map(Names.of)


@given(MANY, MANY, MANY)
def test_files_merge_in_any_order_and_any_number_of_times(one: Names, two: Names, three: Names):
    assert one.merged(two) == two.merged(one)
    assert one.merged(two).merged(three) == one.merged(two.merged(three))
    assert one.merged(two).merged(two) == one.merged(two)
    assert one.merged(one) == one


@given(MANY)
def test_what_is_written_is_read_again(names: Names):
    assert parse_names(written_names(names).encode(), "x") == names
    packed = pack_names(names)
    assert packed == "" or unpack_names(packed) == names


def test_of_two_names_the_later_comes_first_and_both_are_kept():
    mine, theirs = named(name="quotes", at=TIMES[1]), named(name="dialogue", at=TIMES[2], starred=True, lists=("x",))
    both = Names.of([mine]).merged(Names.of([theirs, named(2, "other")]))
    first = both.units[0]
    assert [each.text for each in first.names] == ["dialogue", "quotes"]
    assert first.name == "dialogue"
    assert first.starred
    assert first.lists == ("x",)
    told = difference(Names.of([mine]), both)
    assert (told.new, told.more, told.renamed) == (1, 0, [first])


def test_a_new_name_takes_the_place_of_the_present_one_only():
    entry = named(name="quotes").merged(named(name="speech", at="2199-01-01T00:00:00Z"))
    entry = changed(entry, name="dialogue", note="a\r\nb", joined=("mine",))
    assert [each.text for each in entry.names] == ["dialogue", "quotes"]
    assert entry.note == "a\nb"
    assert Names.of([entry]).merged(Names.of([entry])).units[0] == entry  # though another clock was ahead
    assert changed(entry, name=" ").names == ()
    assert changed(entry, left=("mine",)).lists == ()
    assert Names.of([changed(entry, name="", note="", left=("mine",))]) == Names()


def test_lists_are_renamed_and_dissolved_and_entries_are_taken_over_by_other_weights():
    names = Names.of([named(1, "a", lists=("mine",)), named(2, "b", lists=("mine", "more")), named(1, "c", ELSEWHERE)])
    renamed = names.with_list_renamed(HERE, "mine", "ours")
    assert [entry.lists for entry in renamed.of_weights(HERE).values()] == [("ours",), ("more", "ours")]
    assert [entry.lists for entry in names.with_list_renamed(HERE, "mine", "").of_weights(HERE).values()] == [
        (),
        ("more",),
    ]
    (old,) = names.earlier("tiny", HERE)
    taken = names.taken_over([old.key], HERE, "tiny")
    assert {each.text for each in taken.of_weights(HERE)[Unit(1, 1)].names} == {"a", "c"}
    assert taken.earlier("tiny", HERE) == []
    assert names.without([old.key]).earlier("tiny", HERE) == []


# ---- words ----------------------------------------------------------------------------------------------------------


@given(st.text())
def test_clean_words_are_one_line_and_reorder_nothing(text: str):
    assert clean(clean(text)) == clean(text)
    assert clean(text).isprintable() or set("\u200c\u200d") & set(text) or clean(text) == ""
    assert not set(clean(text)) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\0\n\u2028")
    clean(text).encode()
    lines = clean(text, lines=True)
    assert clean(lines, lines=True) == lines


def test_a_hostile_name_stays_words():
    assert clean("a\u202eb\tc\nd") == "ab c d"
    assert clean("e" + "\u0301" * 50) == "e" + "\u0301" * 3
    assert clean("👩\u200d🔬 \ud800") == "👩\u200d🔬"
    assert "<script>" in clean(HOSTILE)  # it is text: whoever shows it shows it as text


# ---- reading --------------------------------------------------------------------------------------------------------


def described(**changes: Any) -> bytes:
    (unit,) = json.loads(written_names(Names.of([named(name="quotes", lists=("mine",))])))["units"]
    unit |= changes
    return json.dumps(
        {"format": 1, "units": [{key: value for key, value in unit.items() if value is not ...}]}
    ).encode()


DAMAGED = {
    "nothing": b"",
    "half": written_names(Names.of([named(name="quotes")])).encode()[:-20],
    "no text": b"\xff\xfe{}",
    "a list": b"[]",
    "no format": b'{"units": []}',
    "a true format": b'{"format": true, "units": []}',
    "more keys": b'{"format": 1, "units": [], "and": 1}',
    "no list": b'{"format": 1, "units": {}}',
    "a number": b'{"format": 1, "units": [1]}',
    "deep": b'{"format": 1, "units": ' + b"[" * 100_000,
    "a long number": b'{"format": ' + b"1" * 10_000 + b', "units": []}',
    "not a number": b'{"format": NaN, "units": []}',
    "too many": json.dumps({"format": 1, "units": [0] * 5_001}).encode(),
    "too large": b" " * 8_000_001,
    "no hash": described(weights_sha256="../../etc"),
    "no unit": described(unit="L1.u-1"),
    "no state": described(state="<b>"),
    "a missing key": described(at=...),
    "an unknown key": described(run_command="rm"),
    "a list of numbers": described(lists=[1]),
    "a long name": described(names=[{"text": "x" * 61, "at": TIMES[0]}]),
    "a long note": described(notes=[{"text": "x" * 2_001, "at": TIMES[0]}]),
    "many names": described(names=[{"text": str(k), "at": TIMES[0]} for k in range(6)]),
    "many lists": described(lists=[str(k) for k in range(51)]),
    "a name that is a list": described(names=[["quotes", TIMES[0]]]),
    "no time": described(at="2026-13-01T00:00:00Z"),
    "a time far ahead": described(names=[{"text": "x", "at": "9999-12-31T23:59:59Z"}]),
    "a star that is a number": described(starred=1),
    "no run": described(run="\u202e"),
}


@pytest.mark.parametrize("data", DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_file_is_refused_in_one_line(data: bytes):
    with pytest.raises(InputError) as refused:
        parse_names(data, "names.json")
    assert "\n" not in str(refused.value)
    assert len(str(refused.value)) < 400
    assert "Wanted named units in names.json" in str(refused.value)


@pytest.mark.parametrize("packed", ["", "x", "!!!", "eJw", "A" * 3_000, pack_names(Names.of([named(name="q")]))[:-4]])
def test_a_damaged_link_is_refused(packed: str):
    with pytest.raises(InputError, match="link"):
        unpack_names(packed)


def test_a_long_list_does_not_fit_into_a_link():
    assert pack_names(Names.of([named(k, f"the name of unit {k}", starred=True) for k in range(12)]))
    assert not pack_names(Names.of([named(k, os.urandom(20).hex()) for k in range(100)]))


# ---- the file -------------------------------------------------------------------------------------------------------


def keep(entry: Named) -> Names:
    return change_names(lambda names: names.with_entry(entry))


def test_names_are_kept_in_one_file_and_belong_to_weights(tiny_run: Run):
    assert names_of(tiny_run) == {}
    keep(named(3, "quotes", tiny_run.weights_hash))
    keep(named(3, "other", ELSEWHERE))
    assert [entry.name for entry in names_of(tiny_run).values()] == ["quotes"]
    assert len(load_names().units) == 2
    assert [path.name for path in runs_folder().glob("names*")] == ["names.json"]
    keep(changed(named(3, "quotes", tiny_run.weights_hash), name=""))
    assert names_of(tiny_run) == {}


def test_a_file_that_cannot_be_read_is_never_written_over():
    path = runs_folder() / "names.json"
    for number, damaged in enumerate((b"{", b"not names"), start=1):
        path.write_bytes(damaged)
        with pytest.raises(InputError, match=r"names\.json, could not read"):
            load_names()
        assert path.read_bytes() == damaged
        keep(named(name="quotes"))
        assert (runs_folder() / f"names-unreadable-{number}.json").read_bytes() == damaged
        assert [entry.name for entry in load_names().units] == ["quotes"]
    path.write_text('{"format": 2, "units": [], "colors": []}')
    with pytest.raises(InputError, match="Update Charscope"):
        keep(named(name="quotes"))
    assert "colors" in path.read_text()


def test_nothing_is_written_for_visitors_nor_on_a_refused_change(monkeypatch: pytest.MonkeyPatch):
    keep(named(name="quotes"))
    before = (runs_folder() / "names.json").read_bytes()
    with pytest.raises(InputError, match="at most 60 characters"):
        change_names(lambda names: names.with_entry(changed(names.units[0], name="x" * 61)))
    with pytest.raises(InputError, match="could not read"):  # what could not be read again is not written
        keep(named(2, "quotes", weights="short"))
    monkeypatch.setenv(READ_ONLY, "1")
    with pytest.raises(InputError, match="Visitors"):
        keep(named(2, "other"))
    assert (runs_folder() / "names.json").read_bytes() == before


def test_a_folder_that_takes_nothing_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("CHARSCOPE_RUNS", str(tmp_path / "file" / "runs"))
    with pytest.raises(InputError, match="Cannot write"):
        keep(named(name="quotes"))


def _name_many(who: int) -> None:
    for k in range(20):
        keep(named(20 * who + k, f"{who} {k}"))
        change_names(partial(_listed_too, f"{who} {k}"))


def _listed_too(name: str, names: Names) -> Names:
    entry = names.of_weights(HERE).get(Unit(1, 999), named(999))
    return names.with_entry(changed(entry, joined=(name,)))


def test_two_processes_at_once_lose_nothing():
    context = multiprocessing.get_context("fork" if "fork" in multiprocessing.get_all_start_methods() else None)
    both = [context.Process(target=_name_many, args=(who,)) for who in (0, 1)]
    for process in both:
        process.start()
    for process in both:
        process.join(60)
    assert [process.exitcode for process in both] == [0, 0]
    names = load_names().of_weights(HERE)
    expected = [f"{who} {k}" for who, k in itertools.product((0, 1), range(20))]
    assert sorted(names[Unit(1, 999)].lists) == sorted(expected)
    assert [names[Unit(1, k)].name for k in range(40)] == expected

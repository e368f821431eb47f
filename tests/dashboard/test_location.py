"""Where somebody is: what an address holds, and that all views read and keep the same."""

import re
from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from analysis.concepts import CONCEPTS
from corpora import InputError
from dashboard.location import LONGEST_IN_LINK, MOST_MARKS, Location, Marks, pack_text, unpack_text
from models.run import Run
from models.units import Unit

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)


@given(TEXTS)
def test_a_link_carries_any_text(text: str):
    packed = pack_text(text)
    assert unpack_text(packed) == text
    assert set(packed) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


def test_the_longest_text_of_the_widest_characters_fits():
    text = "\U0001f642" * LONGEST_IN_LINK
    assert unpack_text(pack_text(text)) == text


def test_a_link_cannot_inflate_without_bound():
    with pytest.raises(InputError, match="damaged"):
        unpack_text(pack_text("a" * 10_000_000))


UNITS = st.builds(
    Unit, st.integers(1, 9), st.integers(0, 4095), st.sampled_from(["hidden", "cell", "forget_gate", "reset_gate"])
)


@given(
    st.sampled_from(["linux", "my run/../x", ""]),
    st.sampled_from(["excerpt", "test", "own", "demo-linux", ""]),
    st.tuples(st.integers(0, 10**6), st.integers(1, 10**5)),
    TEXTS,
    st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)), max_size=MOST_MARKS).map(tuple),
    st.none() | UNITS,
    st.sampled_from(["", *CONCEPTS]),
    st.sampled_from(["", "predictions"]),
)
def test_a_location_survives_the_address_bar(
    model: str, text: str, span: tuple[int, int], own: str, marks: Marks, unit: Unit | None, concept: str, mode: str
):
    start, length = span if text in ("excerpt", "test") else (0, 2000)
    own = own if text == "own" else ""
    location = Location(model, text, start, length, own, "", marks, unit, concept, mode, "blue–green")
    assert Location.parse(location.to_query()) == (location, [])


@pytest.mark.parametrize(
    ("name", "value"),
    [("start", "x"), ("start", "-5"), ("length", "1e3"), ("own", "!!!"), ("own", "eNoLzk"), ("own", "AAAA"),
     ("unit", "7"), ("unit", "L2.u" + "9" * 99), ("state", "c"), ("state", "constructor"),
     ("state", "forget"), ("signals", "yes"), ("mode", "<b>"),
     ("concept", "__proto__"), ("text", "nonsense"), ("concept", "x" * 9999)],
    ids=lambda value: value[:12],
)  # fmt: skip
def test_what_cannot_be_meant_is_one_line_and_the_rest_counts(name: str, value: str):
    others = {
        "model": "linux",
        "text": "excerpt",
        "start": "7",
        "unit": "L2.u7",
        "state": "cell",
        "mode": "predictions",
    }
    location, problems = Location.parse(others | {name: value})
    assert len(problems) == 1
    assert len(problems[0]) < 150
    kept = Location.parse({other: written for other, written in others.items() if other != name})[0]
    assert location == kept


def test_a_look_holds_what_the_link_says_and_no_more():
    assert Location.parse({"model": "linux"})[0] == Location("linux")
    assert Location.parse({"unit": "L2.u7", "state": "cell"})[0].unit == Unit(2, 7, "cell")


@pytest.mark.parametrize(
    ("written", "mode"), [("colors", "colors"), ("predictions", "predictions"), ("guesses", "predictions")]
)
def test_a_mode_is_understood_also_in_the_word_of_older_links(written: str, mode: str):
    assert Location.parse({"mode": written})[0].mode == mode


@pytest.mark.parametrize(
    "marks",
    ["12", "12-", "-3-5", "1-2,", "1-2;3-4", "a-b", f"1-{'9' * 4400}", "1-2," * MOST_MARKS + "1-2", "¹-²"],
    ids=lambda marks: marks[:12],
)
def test_damaged_marks_are_refused_in_one_line(marks: str):
    location, (problem,) = Location.parse({"marks": marks})
    assert location.marks == ()
    assert re.search(r"marks .*in the link", problem)
    assert len(problem) < 150


def test_another_model_brings_its_own_demo_passage_and_keeps_a_text_that_was_chosen():
    chosen = Location("linux", "own", own="abc", marks=((0, 2),), unit=Unit(1, 2, "cell"), concept="column")
    assert chosen.with_model("war-and-peace") == Location(
        "war-and-peace", "own", own="abc", marks=((0, 2),), concept="column"
    )
    for text in ("demo-linux", ""):
        assert Location("linux", text, marks=((0, 2),)).with_model("x") == Location("x")


def run_view() -> None:
    """One run of one view, for AppTest: its source is taken, so all that it needs is named within."""
    import streamlit as st

    from dashboard.views.find import show_find
    from dashboard.views.models import show_models
    from dashboard.views.read import show_read
    from dashboard.views.unit import show_unit

    page = st.Page(lambda: None, title="x", url_path="x")
    views = {
        "read": show_read,
        "find": lambda: show_find(page, page, page),
        "unit": lambda: show_unit(page, page),
        "models": lambda: show_models(page),
    }
    views[st.session_state["tested_view"]]()


MODEL_BOXES = {"read": "model", "find": "find_model", "unit": "unit_model", "models": "models_model"}


@pytest.mark.parametrize(("first", "second"), list(permutations(MODEL_BOXES, 2)))
def test_what_one_view_chose_the_next_keeps(first: str, second: str, searched_run: Run):
    app = AppTest.from_function(run_view, default_timeout=60)
    app.session_state["tested_view"] = first
    app.run()
    assert not app.exception
    app.selectbox(key=MODEL_BOXES[first]).select("tiny").run()
    assert not app.exception
    chosen = app.session_state["location"]
    assert chosen.model == "tiny"
    moved = replace(chosen, unit=Unit(2, 6, "cell"), concept="column", text="own", own="Anna said so. " * 20)
    app.session_state["location"] = moved
    app.session_state["tested_view"] = second
    app.query_params.clear()  # as Streamlit does when a link of the navigation is pressed
    app.run()
    assert not app.exception
    assert app.selectbox(key=MODEL_BOXES[second]).value == "tiny"
    kept = app.session_state["location"]
    assert (kept.model, kept.unit, kept.concept, kept.text, kept.own) == (
        "tiny", Unit(2, 6, "cell"), "column", "own", moved.own,
    )  # fmt: skip


@pytest.mark.parametrize("view", MODEL_BOXES)
def test_an_address_restores_every_view(view: str, searched_run: Run):
    location = Location("tiny", "own", own="Anna said so. " * 20, unit=Unit(2, 6, "cell"), concept="column")
    app = AppTest.from_function(run_view, default_timeout=60)
    app.session_state["tested_view"] = view
    for name, value in location.to_query().items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    assert not app.error
    kept = app.session_state["location"]
    assert replace(kept, text=location.text) == location
    assert app.session_state["query_written"] == location.to_query()


@pytest.mark.parametrize("view", MODEL_BOXES)
def test_a_link_of_nonsense_is_told_line_by_line_and_shows_something(view: str, searched_run: Run):
    app = AppTest.from_function(run_view, default_timeout=60)
    app.session_state["tested_view"] = view
    for name, value in {"model": "tiny", "unit": "L9.u1", "state": "cell", "start": "x", "mode": "__proto__"}.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    assert len(app.error) == 3
    assert app.selectbox(key=MODEL_BOXES[view]).value == "tiny"


LONG = "Anna said so, and then again. " * 400  # six times what a link carries


def opened(view: str, query: dict[str, str]) -> AppTest:
    app = AppTest.from_function(run_view, default_timeout=60)
    app.session_state["tested_view"] = view
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def move(app: AppTest, view: str, query: dict[str, str]) -> None:
    app.session_state["tested_view"] = view
    app.query_params.clear()
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    assert not app.error


@pytest.mark.parametrize("view", ["find", "unit", "models"])
@pytest.mark.parametrize("by_address", [False, True], ids=["navigation", "address"])
def test_a_long_text_of_ones_own_survives_the_way_through_every_view(view: str, by_address: bool, searched_run: Run):
    app = opened("read", {"model": "tiny", "text": "own"})
    app.text_area(key="own").set_value(LONG).run()
    assert app.session_state["location"].own == LONG
    move(app, view, {})
    written = app.session_state["query_written"]
    assert len(written["held"]) < 100
    assert "own" not in written
    move(app, "read", written if by_address else {})
    assert app.session_state["location"].own == LONG
    elsewhere = opened("read", written)  # somebody else, while the server holds it
    assert elsewhere.session_state["location"].own == LONG
    assert not elsewhere.error


def test_a_long_text_is_not_taken_for_the_demo_passage_that_was_read_since(searched_run: Run):
    app = opened("read", {"model": "tiny", "text": "own"})
    app.text_area(key="own").set_value(LONG).run()
    app.selectbox(key="text").select("demo-linux").run()
    assert not {"own", "held"} & app.session_state["query_written"].keys()
    move(app, "models", {})
    move(app, "read", {})
    app.selectbox(key="text").select("own").run()
    assert app.text_area(key="own").value == LONG


@pytest.mark.parametrize("view", MODEL_BOXES)
def test_an_unknown_model_costs_nothing_else_of_a_link(view: str, searched_run: Run):
    app = opened(view, {"model": "nothing", **Location(text="own", own="abc", concept="column").to_query()})
    assert len(app.error) == 1
    kept = app.session_state["location"]
    assert (kept.model, kept.text, kept.own, kept.concept) == ("war-and-peace", "own", "abc", "column")

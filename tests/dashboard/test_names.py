"""Names of units in the dashboard: what Unit says and keeps, what Find lists, and that words show as text."""

import json
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest

from corpora import InputError
from corpora.places import READ_ONLY, runs_folder
from dashboard.naming import (
    change_unit,
    keep_stars,
    names_for_reader,
    naming_of,
)
from dashboard.views.names_exchange import merge_in, quiz_address
from models.names import Names, load_names, names_of, pack_names, parse_names, written_names
from models.run import Run, load_run
from models.units import Unit
from tests.dashboard.test_unit_view import html_of, open_unit, run_again, texts_of

if TYPE_CHECKING:
    from streamlit.testing.v1 import AppTest

DETECTOR = Unit(1, 4, "cell")
HOSTILE_NAME = "</bdi><img src=x onerror=alert(1)> [a](b) :red[x] **b**"


def find_page() -> None:
    import streamlit as st

    from dashboard.views.find import show_find

    show_find(
        st.Page(lambda: None, title="Read"),
        st.Page(lambda: None, title="Unit", url_path="unit"),
        st.Page(lambda: None, title="Compare", url_path="compare"),
    )


def open_find(**query: str) -> "AppTest":
    from streamlit.testing.v1 import AppTest

    shown = AppTest.from_function(find_page, default_timeout=120)
    for name, value in query.items():
        shown.query_params[name] = value
    return run_again(shown)


def field(shown: "AppTest", kind: str, ending: str) -> Any:
    (found,) = [each for each in getattr(shown, kind) if (each.key or "").endswith(ending)]
    return found


def press(shown: "AppTest", **wanted: str) -> None:
    """Press the button that has a key or a label."""
    ((name, value),) = wanted.items()
    next(button for button in shown.button if getattr(button, name) == value).click()
    run_again(shown)


def with_other_weights(run: Run) -> Run:
    """The run after it learned on: its file has other bytes."""
    import torch

    tensors = {name: tensor + 1e-3 for name, tensor in run.load_network().state_dict().items()}
    with torch.no_grad():
        run.save_weights(tensors)
    return load_run(run.name)


# ---- what the other parts ask ---------------------------------------------------------------------------------------


def test_a_unit_is_called_by_its_own_name_else_by_that_of_its_cell(searched_run: Run):
    assert naming_of(searched_run).label(DETECTOR) == "L1·u4 · quote detection cell"
    assert naming_of(searched_run).label(Unit(2, 6)) == "L2·u6"
    assert naming_of(searched_run).lists["the cells of the paper"] == [DETECTOR]
    change_unit(searched_run, Unit(1, 4, "hidden"), name="dialogue", joined=("mine",))
    change_unit(searched_run, Unit(2, 6, "forget_gate"), starred=True, joined=("mine",))
    assert naming_of(searched_run).label(DETECTOR) == "L1·u4 · dialogue"
    assert naming_of(searched_run).lists["mine"] == [Unit(1, 4, "hidden"), Unit(2, 6, "cell")]
    assert naming_of(searched_run).lists["starred units"] == [Unit(2, 6, "cell")]


def test_stars_from_the_reader_are_kept_for_the_weights_that_it_showed(searched_run: Run):
    said = names_for_reader(searched_run)
    assert said["units"]["L1.u4"] == {
        "layer": 1, "unit": 4, "state": "cell", "name": "quote detection cell", "starred": False,
    }  # fmt: skip
    sent = {"model": "tiny", "weights": said["weights"], "stars": {"L2.u7": {"starred": True, "state": "hidden"}}}
    keep_stars(sent)
    keep_stars(sent)  # a message may come twice
    assert names_for_reader(searched_run)["units"]["L2.u7"]["starred"]
    with pytest.raises(InputError, match="Wanted a unit"):
        keep_stars(sent | {"stars": {"L9.u7": {"starred": True, "state": ""}}})
    with_other_weights(searched_run)
    with pytest.raises(InputError, match="other weights"):
        keep_stars(sent)


def test_a_file_of_units_that_the_network_lacks_and_a_damaged_one_harm_no_page(searched_run: Run):
    (entry,) = json.loads(written_names(naming_of(searched_run).entries("the cells of the paper")))["units"]
    merge = Names.merged
    far = parse_names(json.dumps({"format": 1, "units": [entry | {"unit": "L9.u4"}]}).encode(), "x")
    with patch("streamlit.session_state", {}):
        merge_in(far)
    assert merge(Names(), far) == load_names()
    assert naming_of(searched_run).own == {}
    (runs_folder() / "names.json").write_text("{")
    shown = open_unit(model="tiny", unit="L1.u4", state="cell")
    assert "could not read" in texts_of(shown, "warning")
    assert "quote detection cell" in html_of(shown)


# ---- Unit -----------------------------------------------------------------------------------------------------------


def test_a_unit_is_starred_and_named_and_hostile_words_are_text(searched_run: Run):
    shown = open_unit(model="tiny", unit="L2.u20", state="hidden")
    assert "unit-names" not in html_of(shown)
    press(shown, key="unit_star")
    assert names_of(searched_run)[Unit(2, 20)].starred
    field(shown, "text_input", "_name").set_value(HOSTILE_NAME)
    field(shown, "text_area", "_note").set_value("<b>first</b>\nsecond \u202e third")
    field(shown, "multiselect", "_lists").set_value(["<i>mine</i>"])
    press(shown, label="Save")
    entry = names_of(searched_run)[Unit(2, 20)]
    assert (entry.name, entry.note) == (HOSTILE_NAME, "<b>first</b>\nsecond third")
    assert (entry.lists, entry.starred) == (("<i>mine</i>",), True)
    html = html_of(shown).partition('class="unit-names"')[2].partition("</div>")[0]
    assert "&lt;/bdi&gt;&lt;img src=x" in html
    assert "In: &lt;i&gt;mine" in html
    assert not any(tag in html for tag in ("<img", "<i>", "<b>"))
    assert HOSTILE_NAME not in texts_of(shown, "markdown", "caption", "warning", "success")
    again = open_unit(model="tiny", unit="L2.u20", state="cell")
    assert "&lt;img src=x" in html_of(again)
    again.selectbox(key="unit_named").select("L1.u4.cell")
    run_again(again)
    assert "L1·u4 (c) of tiny" in texts_of(again, "markdown")


def test_what_somebody_else_changed_meanwhile_stays(searched_run: Run):
    shown = open_unit(model="tiny", unit="L2.u20", state="hidden")
    change_unit(searched_run, Unit(2, 20, "hidden"), note="from another page", joined=("theirs",))
    field(shown, "text_input", "_name").set_value("mine")
    press(shown, label="Save")
    entry = names_of(searched_run)[Unit(2, 20)]
    assert (entry.name, entry.note, entry.lists) == ("mine", "from another page", ("theirs",))


def test_names_of_other_weights_are_said_and_taken_over_or_dropped(searched_run: Run):
    change_unit(searched_run, DETECTOR, name="*quotes*")
    change_unit(searched_run, Unit(2, 1, "cell"), starred=True)
    run = with_other_weights(searched_run)
    assert names_of(run) == {}
    shown = open_unit(model="tiny", unit="L1.u4", state="cell")
    assert "noted on other weights of tiny" in texts_of(shown, "warning")
    assert r"\*quotes\*" in texts_of(shown, "warning")
    press(shown, label="Take it over")
    assert names_of(run)[Unit(1, 4)].name == "*quotes*"
    assert texts_of(shown, "warning") == ""
    found = open_find(model="tiny")  # these weights have not been searched
    assert "1 unit was named on other weights of tiny: L2·u1" in texts_of(found, "warning")
    press(found, key="names_drop")
    assert texts_of(found, "warning") == ""
    assert len(load_names().units) == 1


def test_visitors_see_names_and_change_none(searched_run: Run, monkeypatch: pytest.MonkeyPatch):
    change_unit(searched_run, DETECTOR, name="quotes")
    monkeypatch.setenv(READ_ONLY, "1")
    shown = open_unit(model="tiny", unit="L1.u4", state="cell")
    assert "quotes" in html_of(shown)
    assert "only the person who shares this server" in texts_of(shown, "caption")
    assert shown.button(key="unit_star").disabled
    assert not [each for each in shown.text_input if "_name" in (each.key or "")]
    assert names_for_reader(searched_run)["locked"]
    packed = pack_names(naming_of(searched_run).entries("named units"))
    offered = open_find(model="tiny", names=packed)
    assert not [button for button in offered.button if button.key == "names_keep"]


# ---- Find -----------------------------------------------------------------------------------------------------------


def test_find_shows_names_lists_and_a_link_that_asks_before_it_keeps(searched_run: Run):
    change_unit(searched_run, DETECTOR, name="quotes", joined=("mine",))
    packed = pack_names(naming_of(searched_run).entries("mine"))
    shown = open_find(model="tiny")
    tables = [each.value for each in shown.dataframe]
    assert "L1·u4 · quotes" in set(tables[0]["name"])
    assert tables[1]["name"].tolist() == ["quotes"]
    chooser = next(each for each in shown.selectbox if (each.key or "").startswith("names_list_"))
    assert chooser.options == ["All named units (1)", "mine (1)", "the cells of the paper (1)"]
    chooser.select("mine")
    run_again(shown)
    assert f"names={packed[:20]}" in shown.code[0].value
    field(shown, "text_input", "_mine").set_value("ours")
    press(shown, key="list_rename")
    assert names_of(searched_run)[Unit(1, 4)].lists == ("ours",)
    (runs_folder() / "names.json").unlink()
    offered = open_find(model="tiny", names=packed)
    assert "**This link brings 1 named unit** of tiny" in texts_of(offered, "markdown")
    assert load_names() == Names()
    press(offered, key="names_keep")
    assert names_of(searched_run)[Unit(1, 4)].lists == ("mine",)
    assert "1 new" in texts_of(offered, "success")
    assert "This link brings" not in texts_of(offered, "markdown")
    assert "damaged" in texts_of(open_find(model="tiny", names="x"), "error")


def test_a_merge_says_what_it_brought(searched_run: Run):
    change_unit(searched_run, DETECTOR, name="quotes")
    (entry,) = load_names().units
    theirs = json.loads(written_names(Names.of([entry])))["units"]
    theirs[0]["names"] = [{"text": "dialogue", "at": "2199-01-01T00:00:00Z"}]
    theirs.append(theirs[0] | {"unit": "L2.u2", "weights_sha256": "c" * 64})
    with patch("streamlit.session_state", {}) as state:
        merge_in(parse_names(json.dumps({"format": 1, "units": theirs}).encode(), "x"))
    said = state["names_told"][1]
    assert "Merged 2 units of tiny: 1 new, 1 with two names, both kept, the newer one first" in said
    assert "L1·u4 is “dialogue”, also called “quotes”" in said
    assert "Of weights that no model here has: 1 unit, kept but not shown" in said


def test_a_quiz_asks_for_the_units_of_a_list(searched_run: Run):
    address = quiz_address(searched_run, [DETECTOR, Unit(2, 6, "hidden")])
    assert address == "./learn?quiz&model=tiny&units=L1.u4.cell,L2.u6.hidden"
    assert quiz_address(searched_run, []) == ""

"""The Unit view without a browser: what the page says of units of all kinds, and what its HTML is made of."""

import json
import re
import shutil
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from analysis.ablation.ablation import Ablation
from analysis.ablation.table import keep_ablation
from analysis.profile.contexts import Context
from corpora import to_code_points
from dashboard.figures.unit import histogram_figure, lead_figure
from dashboard.messages import plain
from dashboard.views.unit_contexts import contexts_of_unit
from dashboard.views.unit_words import ablation_sentence, character_name, lead_sentence
from models.run import Run
from models.units import Unit
from tests.dashboard.formulas import cells_of_codes
from tests.other_cells import with_cell

if TYPE_CHECKING:
    from streamlit.testing.v1 import AppTest


def page() -> None:
    import streamlit as st

    from dashboard.views.unit import show_unit

    show_unit(st.Page(lambda: None, title="Read"), st.Page(lambda: None, title="Compare", url_path="compare"))


def open_unit(**query: str) -> "AppTest":
    from streamlit.testing.v1 import AppTest

    shown = AppTest.from_function(page, default_timeout=120)
    for name, value in query.items():
        shown.query_params[name] = value
    return run_again(shown)


def run_again(shown: "AppTest") -> "AppTest":
    shown.run()
    assert not shown.exception
    return shown


def texts_of(shown: "AppTest", *kinds: str) -> str:
    return "\n".join(each.value for kind in kinds for each in getattr(shown, kind))


def html_of(shown: "AppTest") -> str:
    return "\n".join(each.proto.body for each in shown.get("html"))


def has_contexts(shown: "AppTest") -> bool:
    return len(shown.get("bidi_component")) == 2  # beside the one that writes the address


def address_of(shown: "AppTest") -> dict[str, str]:
    """What the browser is asked to write into the address bar."""
    return shown.session_state["query_written"]


def charts_of(shown: "AppTest") -> dict[str, dict[str, Any]]:
    """The figures by their keys."""
    found = {}
    for each in shown.get("plotly_chart"):
        key = re.search(r"unit_(\w+)$", each.proto.id)
        assert key
        found[key[1]] = json.loads(each.proto.spec)
    return found


def test_a_detector_is_shown_with_its_evidence(searched_run: Run):
    shown = open_unit(model="tiny", unit="L1.u4", state="cell")
    words, html = texts_of(shown, "markdown"), html_of(shown)
    assert "L1·u4 (c) of tiny: inside quotation marks" in words
    assert "A detector by the strict rule: high where this holds" in words
    assert "0.970" in html
    assert "95 % interval 0.950 to 0.980" in html
    assert "0.700" in html  # the best oracle
    assert "When clamped" not in html
    assert {"histogram", "lead", "events", "movers", "inputs_character", "inputs_own"} <= set(charts_of(shown))
    assert "does not reach the predictions directly" in words
    test = next(each for each in shown.button if each.label == "Test it by clamping")
    assert "`python -m analysis ablate --unit=L1.u4 --concept=inside-quotes --state=cell tiny`" in test.help
    assert texts_of(shown, "error") == ""


def test_a_link_to_a_model_leads_to_its_surest_unit(searched_run: Run):
    shown = open_unit(model="tiny")
    assert "L1·u4 (c) of tiny" in texts_of(shown, "markdown")
    assert address_of(shown) == {"model": "tiny", "unit": "L1.u4", "state": "cell", "concept": "inside-quotes"}


def test_a_unit_is_chosen_by_concept_by_number_and_by_state(searched_run: Run):
    shown = open_unit(model="tiny", unit="L2.u20", state="hidden")
    shown.selectbox(key="unit_found").select("The column in the line · L1·u5 (h)")
    run_again(shown)
    assert "L1·u5 (h) of tiny: the column in the line" in texts_of(shown, "markdown")
    assert address_of(shown) == {
        "model": "tiny", "unit": "L1.u5", "state": "hidden", "concept": "column",
    }  # fmt: skip
    assert "amount" in charts_of(shown)
    shown.number_input(key="unit_number").set_value(9)
    run_again(shown)
    assert address_of(shown) == {"model": "tiny", "unit": "L1.u9", "state": "hidden"}
    assert "no concept found" in texts_of(shown, "markdown")


def test_another_concept_can_be_looked_at(searched_run: Run):
    shown = open_unit(model="tiny", unit="L1.u4", state="cell")
    shown.selectbox(key="unit_concept").select("column")
    run_again(shown)
    assert address_of(shown)["concept"] == "column"
    assert "amount" in charts_of(shown)
    assert "--concept=column" in next(each for each in shown.button if each.label == "Test it by clamping").help
    again = open_unit(model="tiny", unit="L1.u4", state="cell", concept="column")
    assert again.selectbox(key="unit_concept").value == "column"


def test_a_correlated_unit_is_one_click_away(searched_run: Run):
    shown = open_unit(model="tiny", unit="L2.u20", state="hidden")
    button = next(each for each in shown.button if re.fullmatch(r"L\d·u\d+ \([hc]\) · [+−]\d\.\d\d", each.label))
    button.click()
    run_again(shown)
    assert f"{button.label.split(' ·')[0]} of tiny" in texts_of(shown, "markdown")


def test_a_run_without_a_search_still_shows_what_its_units_do(tiny_run: Run):
    shown = open_unit(model="tiny", unit="L2.u3", state="cell")
    assert shown.button(key="start_search").label == "Search its units"
    assert "has not been searched" in texts_of(shown, "markdown")
    assert {"histogram", "output", "inputs_below", "inputs_own"} <= set(charts_of(shown))
    assert has_contexts(shown)
    assert f"characters of {plain('file-story')}" in texts_of(shown, "caption")


@pytest.mark.parametrize("cell", ["gru", "rnn"])
def test_other_cells_have_a_page_too(tiny_run: Run, cell: Any):
    with_cell(tiny_run, cell)
    shown = open_unit(model=cell, unit="L2.u3")
    panels = {trace["name"] for trace in charts_of(shown)["inputs_own"]["data"]}
    assert len(panels) == (3 if cell == "gru" else 1)
    assert ("A plain recurrent network has no gates" in texts_of(shown, "caption")) == (cell == "rnn")
    assert ("Update gate" in html_of(shown)) == (cell == "gru")
    (problem,) = open_unit(model=cell, unit="L2.u3", state="cell").error
    assert problem.value.endswith(plain("has no cell state; h is shown instead."))


def test_a_constant_unit_is_said_to_be_constant(tiny_run: Run):
    other = tiny_run.folder.with_name("still")
    shutil.copytree(tiny_run.folder, other)
    run = Run(other, tiny_run.model, tiny_run.vocabulary, tiny_run.corpus, tiny_run.training)
    tensors = run.load_network().state_dict()
    for name in ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"):
        tensors[f"rnn.{name}"][5::24] = 0
    run.save_weights(tensors)
    shown = open_unit(model="still", unit="L1.u5", state="cell")
    assert "L1·u5 (c) is constant" in shown.info[0].value
    assert not has_contexts(shown)
    assert "histogram" not in charts_of(shown)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"model": "nobody"}, "No run is called 'nobody'"),
        ({"model": "tiny", "unit": "L9.u1"}, "Wanted a unit of a 2x24 LSTM, L1.u0 to L2.u23, got L9.u1"),
        ({"model": "tiny", "unit": "u1"}, "Wanted a unit such as L2.u217"),
        ({"model": "tiny", "state": "input"}, "Wanted hidden, cell or a gate"),
        ({"model": "tiny", "concept": "<b>"}, "No concept is called '<b>'"),
    ],
)
def test_a_bad_link_is_one_line_and_a_page(tiny_run: Run, query: dict[str, str], words: str):
    shown = open_unit(**query)
    assert len(shown.error) == 1
    assert plain(words) in shown.error[0].value
    assert "What drives it" in texts_of(shown, "markdown")


def test_without_the_test_text_there_is_a_demo_passage_and_a_way_to_more(
    tiny_run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.setenv("CHARSCOPE_DATA", str(tmp_path))
    monkeypatch.delenv("CHARSCOPE_CORPORA", raising=False)
    shown = open_unit(model="war-and-peace-rnn", unit="L1.u3")
    assert "This is a demo passage of" in texts_of(shown, "caption")
    assert shown.button(key="unit_fetch").label == "Use the test text (fetches 3 MB)"
    assert not list(tmp_path.iterdir())  # nothing was fetched or prepared
    assert "This is a demo passage" in texts_of(open_unit(model="tiny", unit="L1.u3"), "caption")


def ablation_of(**more: Any) -> Ablation:
    values: dict[str, Any] = {
        "concept": "inside-quotes", "unit": Unit(1, 4, "cell"), "text": "here", "characters": 9_999,
        "events": 50, "inside_mean": 1.0, "outside_mean": -1.0, "hidden_difference": 0.5, "auroc": 0.9,
        "clamped_to": "outside", "bits_there": 0.42, "ci_low": 0.3, "ci_high": 0.5, "bits_elsewhere": 0.004,
        "controls": 40, "control_median": 0.0, "controls_95": 0.03, "other_bits_there": 0.0,
        "other_bits_elsewhere": 0.0, "verdict": "confirmed",
    }  # fmt: skip
    return Ablation(**values | more)


def test_a_causal_test_is_told_in_words_and_figures(searched_run: Run):
    keep_ablation(searched_run, ablation_of())
    shown = open_unit(model="tiny", unit="L1.u4", state="cell")
    assert "the network uses this unit for the concept" in texts_of(shown, "markdown")
    html = html_of(shown)
    assert html.count("+0.42 bits") == 2  # at the top, and where it is explained
    assert "95 % interval +0.30 to +0.50; 50 events" in html
    assert "the 95th percentile of 40 like it" in html
    assert not shown.code


def test_every_verdict_of_a_causal_test_has_its_words():
    told = {
        verdict: ablation_sentence(asdict(ablation_of(verdict=verdict)))
        for verdict in ("confirmed", "encoded but unused", "not encoded", "not tested")
    }
    assert len(set(told.values())) == 4
    assert "the network does not depend on it" in told["encoded but unused"]


# ---- words, contexts, figures ---------------------------------------------------------------------------------------


def context_of(text: str, marked: int, level: float = 0.5) -> Context:
    codes = to_code_points(text)
    return Context(1_000, marked, codes, np.full(len(codes), level, dtype=np.float32))


def test_contexts_go_to_the_browser_as_they_are(hostile: str):
    groups = {"Highest": [context_of(hostile, 3), context_of("short", 2)], "Lowest": []}
    shown = json.loads(json.dumps(contexts_of_unit(groups, "hidden"), allow_nan=False))
    assert [group["title"] for group in shown["groups"]] == ["Highest", "Lowest"]
    first, second = shown["groups"][0]["contexts"]
    assert (first["text"], first["marked"], second["text"]) == (hostile, 3, "short")
    assert len(first["codes"]) == len(hostile)
    assert second["value"] == 0.5


@pytest.mark.parametrize("state", ["hidden", "cell"])
def test_contexts_of_a_unit_share_one_scale(state: str):
    levels = (-0.9, 0.0, 0.3, 0.9) if state == "hidden" else (-40.0, 0.0, 0.3, 2.0)
    shown = contexts_of_unit({"all": [context_of("abc", 1, level) for level in levels]}, state)
    codes = np.array([context["codes"][1] for context in shown["groups"][0]["contexts"]])
    exact = codes / 127 if state == "hidden" else cells_of_codes(codes, shown["largest"])
    np.testing.assert_allclose(exact, levels, atol=0.02, rtol=0.01)
    assert contexts_of_unit({"none": []}, state)["groups"] == [{"title": "none", "contexts": []}]


def test_characters_have_names_that_can_be_seen():
    assert [character_name(each) for each in " \n\t\ufffda\u202e\u0301"] == [
        "space", "new line", "tab", "any other", "a", "U+202E", "U+0301",
    ]  # fmt: skip


def test_whether_a_unit_leads_is_said_only_where_it_is_clear():
    lags = dict.fromkeys(range(-3, 4), 0.7)
    assert lead_sentence(dict.fromkeys(range(-3, 4), 0.55), "AUROC").startswith("It hardly tracks")
    leads, follows = lead_sentence(lags | {1: 0.9}, "AUROC"), lead_sentence(lags | {-2: 0.1}, "AUROC")
    assert leads == "It leads: it agrees best with the concept 1 character later."
    assert follows == "It follows: it agrees best with the concept 2 characters earlier."
    assert lead_sentence(lags | {2: 0.7001}, "AUROC").startswith("In step")
    assert lead_sentence(dict.fromkeys(range(-3, 4), float("nan")), "AUROC") == ""


def test_the_best_lag_stands_out_also_where_the_unit_is_lower():
    (dots,) = lead_figure({-1: 0.4, 0: 0.1, 1: 0.6}, "AUROC").data
    assert list(dots.marker.size) == [9, 14, 9]  # pyright: ignore[reportAttributeAccessIssue]


def test_the_line_between_yes_and_no_is_drawn_where_it_lies_in_the_figure():
    edges, share = np.linspace(-1, 1, 11), np.full(10, 0.1)
    drawn = histogram_figure(edges, share, share, ("inside", "outside"), "h", 0.25)
    assert [shape.x0 for shape in drawn.layout.shapes] == [0.25]  # pyright: ignore[reportAttributeAccessIssue]
    for threshold in (None, 7.0):
        figure = histogram_figure(edges, share, share, ("inside", "outside"), "h", threshold)
        assert not figure.layout.shapes  # pyright: ignore[reportAttributeAccessIssue]

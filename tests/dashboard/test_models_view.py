"""The Models view without a browser: what each section says of runs that have, or lack, what it shows."""

import json
from math import log
from typing import TYPE_CHECKING, Any

import pytest

from dashboard.messages import plain
from models.evaluate import Evaluation, keep_evaluation
from models.run import Run
from models.saturation import gate_saturation, save_saturation
from tests.other_cells import with_cell

if TYPE_CHECKING:
    from streamlit.testing.v1 import AppTest


def page() -> None:
    import streamlit as st

    from dashboard.views.models import show_models

    show_models(st.Page(lambda: None, title="Read"))


def open_models(**query: str) -> "AppTest":
    from streamlit.testing.v1 import AppTest

    shown = AppTest.from_function(page, default_timeout=60)
    for name, value in query.items():
        shown.query_params[name] = value
    shown.run()
    assert not shown.exception
    return shown


def texts_of(shown: "AppTest", kind: str) -> str:
    return "\n".join(each.value for each in getattr(shown, kind))


def html_of(shown: "AppTest") -> str:
    return "\n".join(each.proto.body for each in shown.get("html"))


def charts_of(shown: "AppTest") -> list[dict[str, Any]]:
    return [json.loads(each.proto.spec) for each in shown.get("plotly_chart")]


@pytest.fixture
def measured(tiny_run: Run) -> Run:
    """The tiny run with its test loss and the saturation of its gates."""
    keep_evaluation(tiny_run, "test", Evaluation(1.5, 0.1, 12_000), {})
    ids = tiny_run.vocabulary.encode("To be read by a gate. " * 20)
    save_saturation(tiny_run, gate_saturation(tiny_run.load_network(), ids), "story", "test", len(ids))
    return tiny_run


def test_a_measured_run_shows_all_its_sections(measured: Run):
    shown = open_models(model="tiny")
    assert "1.500 nats" in html_of(shown)
    assert f"{1.5 / log(2):.3f} bits per character" in html_of(shown)
    assert "4.48 characters" in html_of(shown)
    assert shown.code[0].value.startswith("python -m models train --corpus file-story-")
    *gates, comparison = charts_of(shown)
    assert [len(trace["customdata"]) for gate in gates for trace in gate["data"]] == 3 * 2 * [24]
    assert [trace["name"] for trace in comparison["data"]] == ["this model"]
    assert texts_of(shown, "error") == ""


def test_what_is_missing_is_said_with_the_button_that_makes_it(tiny_run: Run):
    shown = open_models(model="tiny")
    missing = {"gates": "Measure its gates", "evaluate": "Evaluate it", "ngram": "Count n-grams"}
    assert {kind: shown.button(key=f"start_{kind}").label for kind in missing} == missing
    assert "`python -m models gates tiny`" in shown.button(key="start_gates").help
    assert "Validation loss" in html_of(shown)


def test_a_plain_network_is_said_to_have_no_gates(tiny_run: Run):
    with_cell(tiny_run, "rnn")
    assert "a plain recurrent network has no gates" in texts_of(open_models(model="rnn"), "caption")


def test_a_gru_has_two_gates_and_one_that_keeps(tiny_run: Run):
    gru = with_cell(tiny_run, "gru")
    ids = gru.vocabulary.encode("To be read by a gate. " * 20)
    save_saturation(gru, gate_saturation(gru.load_network(), ids), "story", "test", len(ids))
    shown = open_models(model="gru")
    names = [note["text"] for gate in charts_of(shown) for note in gate["layout"]["annotations"]]
    assert names == ["reset gate", "update gate"]
    assert "An update gate far to the right" in texts_of(shown, "markdown")


def test_a_run_that_is_not_finished_says_how_to_go_on(tiny_run: Run):
    path = tiny_run.folder / "config.json"
    described = json.loads(path.read_text())
    for name in ("steps_done", "best_step", "validation_loss", "seconds"):
        del described["training"][name]
    path.write_text(json.dumps(described))
    shown = open_models(model="tiny")
    assert "(train?run=tiny)" in texts_of(shown, "caption")
    assert "; not finished" in html_of(shown)


def test_a_damaged_file_costs_one_section_and_one_line(measured: Run):
    (measured.folder / "evaluation.json").write_text("{}")
    shown = open_models(model="tiny")
    errors = [error.value for error in shown.error]
    assert errors
    assert all(plain("Delete it, then measure again") in error for error in errors)
    assert "#### Gates" in texts_of(shown, "markdown")


def test_an_unknown_model_in_a_link_is_one_line():
    shown = open_models(model="nobody")
    assert plain("No run is called 'nobody'") in texts_of(shown, "error")
    assert shown.selectbox[0].value == "war-and-peace"


def test_the_paper_on_linux_is_in_words_and_not_in_the_figure():
    shown = open_models(model="linux")
    assert "only a rough one: 0.889 nats for its best n-gram model" in texts_of(shown, "caption")
    (comparison,) = (chart for chart in charts_of(shown) if "nats per character of the test split" in json.dumps(chart))
    assert "paper" not in json.dumps(comparison)


def test_the_paper_stands_beside_models_of_its_text_only(measured: Run):
    assert "paper" not in json.dumps(charts_of(open_models(model="tiny"))[-1])
    run = measured.folder.parent / "bytes"
    measured.folder.rename(run)
    described = json.loads((run / "config.json").read_text())
    described["corpus"]["name"] = "war-and-peace-bytes"
    (run / "config.json").write_text(json.dumps(described))
    figure = charts_of(open_models(model="bytes"))[-1]
    assert {"this model", "the paper"} <= {trace["name"] for trace in figure["data"]}
    assert [axis["title"]["text"] for name, axis in figure["layout"].items() if name.startswith("xaxis")][-1] == (
        "nats per byte of the test split"
    )

"""Where a model errs, in the Models view: what is drawn, what is offered, and where its links lead."""

import json
import re
from urllib.parse import parse_qsl

import msgspec
import numpy as np
import pytest

from analysis.errors.measure import analyse_errors, count_ngrams, count_training_words, text_of_runs
from analysis.errors.oracles import CATEGORIES
from analysis.errors.stored import FILE, Bin, Curve, ErrorAnalysis, keep_errors, load_errors
from dashboard.figures.errors import errors_figure, gain_figure
from dashboard.location import Location
from dashboard.messages import plain
from dashboard.views.models_errors import AFTER, BEFORE, analyses_of_text, error_rows, example_location, gain_rows
from models.checkpoints import keep_checkpoint
from models.run import Run, corpus_of
from tests.dashboard.test_models_view import charts_of, open_models, texts_of
from tests.other_cells import with_cell


def analysed(run: Run, chars: int = 12_000) -> ErrorAnalysis:
    text = text_of_runs([run], "test", chars)
    found = analyse_errors(run, text, count_ngrams(text, run.vocabulary, 9), count_training_words(text))
    keep_errors(run, found)
    return found


@pytest.fixture
def measured(tiny_run: Run) -> Run:
    analysed(tiny_run)
    return tiny_run


def test_what_was_not_analysed_is_offered(tiny_run: Run):
    shown = open_models(model="tiny")
    assert shown.button(key="start_errors").label == "Analyse its errors"
    assert "`python -m analysis errors tiny`" in shown.button(key="start_errors").help
    assert "Not analysed yet" in texts_of(shown, "markdown")


def test_errors_and_gains_are_drawn_and_linked(measured: Run):
    analysis = load_errors(measured)
    assert analysis is not None
    shown = open_models(model="tiny")
    errors, gain = charts_of(shown)[-2:]
    assert [trace["name"] for trace in errors["data"]] == [category.title for category in CATEGORIES]
    total = sum(trace["x"][0] for trace in errors["data"])
    assert total == pytest.approx(analysis.errors / analysis.characters)
    (line,) = [trace for trace in gain["data"] if trace.get("name") == "this model"]
    np.testing.assert_allclose(line["y"], [one.gain for one in analysis.curves[0].bins if one.low is not None])
    links = re.findall(r"\(read\?([^)]+)\)", texts_of(shown, "markdown"))
    assert len(links) == sum(min(6, len(kind.examples)) for kind in analysis.categories)
    location, problems = Location.parse(dict(parse_qsl(links[0])))
    assert problems == []
    assert (location.model, location.text, location.mode) == ("tiny", "test", "predictions")


def test_an_example_shows_the_error_that_is_meant(measured: Run):
    analysis = load_errors(measured)
    assert analysis is not None
    whole = corpus_of(measured).excerpt("test", 10_000)
    for at in (3, BEFORE, 2500):
        place = example_location(measured, analysis, at)
        assert place is not None
        (mark,) = place.marks
        assert whole[place.start : place.start + place.length][slice(*mark)] == whole[at]
        assert place.length <= BEFORE + AFTER
    on_training = msgspec.structs.replace(analysis, split="training")
    assert example_location(measured, on_training, 5) is None


def test_models_of_the_same_text_stand_beside_it_and_others_do_not(measured: Run):
    same, shorter = with_cell(measured, "gru"), with_cell(measured, "rnn")
    analysed(same)
    analysed(shorter, 3000)
    (same.folder.parent / "broken").mkdir()
    (same.folder.parent / "broken" / "config.json").write_text("{}")
    (same.folder.parent / "broken" / "model.safetensors").write_text("")
    analysis = load_errors(measured)
    assert analysis is not None
    beside = analyses_of_text(measured, analysis)
    assert list(beside) == ["tiny", "gru"]
    rows = error_rows(measured, beside)
    assert list(dict.fromkeys(rows["model"])) == ["tiny", "gru"]
    assert len(rows) == 2 * len(CATEGORIES)
    from_gru = error_rows(same, analyses_of_text(same, beside["gru"][1]))
    assert list(dict.fromkeys(from_gru["model"])) == ["gru", "tiny"]
    shown = open_models(model="tiny")
    assert "The thin lines are the other models." in texts_of(shown, "markdown")
    gain = charts_of(shown)[-1]
    assert [trace.get("name") for trace in gain["data"]] == ["gru", None, "this model"]


def test_earlier_steps_of_a_training_are_drawn_in_order(tiny_run: Run):
    for step in (40, 0):
        keep_checkpoint(tiny_run.folder, step, tiny_run.untrained_network(step), "float16")
    analysed(tiny_run)
    shown = open_models(model="tiny")
    assert "at earlier steps of the training" in texts_of(shown, "markdown")
    assert [trace.get("name") for trace in charts_of(shown)[-1]["data"]] == ["step 0", "step 40", None, "this model"]


def test_a_text_that_is_too_short_for_a_curve_says_so_and_has_the_table(tiny_run: Run):
    analysed(tiny_run, 1500)
    shown = open_models(model="tiny")
    assert "too rare in the text that was read" in texts_of(shown, "caption")
    (errors,) = (chart for chart in charts_of(shown) if "share of characters" in json.dumps(chart))
    assert errors == charts_of(shown)[-1]
    assert len(shown.dataframe)


def test_a_damaged_analysis_is_one_line(measured: Run):
    (measured.folder / FILE).write_text("{}")
    shown = open_models(model="tiny")
    assert any(plain("Delete it, then measure again") in error.value for error in shown.error)


BINS = [
    Bin(1, 9, 7, 0.5, 0.2, 0.8, 0.6, 0.4, [3]),
    Bin(10, 19, 2, 0.4, None, None, 0.6, 0.4, [5]),
    Bin(1000, None, 9, -0.1, -0.3, 0.1, 0.2, 0.3),
]
CURVE = Curve("<b>", "<i>", "a delimiter", BINS)


def test_a_band_is_drawn_where_there_are_intervals_and_names_are_no_html():
    figure = gain_figure(CURVE, 19, {"<x>": CURVE}, [])
    other, band, own = figure.data
    assert other.name == "&lt;x&gt;"
    assert list(own.x) == pytest.approx([3, 2000])
    assert list(own.y) == [0.5, -0.1]
    assert list(band.y) == [0.8, 0.1, -0.3, 0.2]
    assert [row[1] for row in own.customdata] == [0, 2]
    assert "<i>" not in json.dumps(figure.to_dict(), default=list).replace("<b>%{", "")
    assert figure.layout.shapes[0].x0 == 19
    table = gain_rows([CURVE])
    assert list(table["characters back"]) == ["1 to 9", "10 to 19", "1,000 and more"]
    assert table["95 % from"].isna().tolist() == [False, True, False]


def test_a_part_of_a_bar_names_its_model_and_its_kind(measured: Run):
    analysis = load_errors(measured)
    assert analysis is not None
    figure = errors_figure(error_rows(measured, {"tiny": (measured, analysis)}))
    for number, trace in enumerate(figure.data):
        assert [list(row[:2]) for row in trace.customdata] == [["tiny", number]]
    assert figure.layout.barmode == "stack"
    assert figure.layout.annotations[0].text.startswith("tiny (2x24 LSTM), ")

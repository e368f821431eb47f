"""Figures of the Models view: what is drawn where."""

from itertools import product
from math import log10, nan

import numpy as np
import pandas as pd
import pytest

from dashboard.figures.comparison import comparison_figure
from dashboard.figures.learning import loss_figure
from dashboard.figures.saturation import saturation_figure
from dashboard.headline import facts, headline, written

LOG = pd.DataFrame(
    {
        "step": np.arange(50, 1050, 50),
        "chars": np.arange(50, 1050, 50) * 1000,
        "train_loss": np.linspace(3.0, 1.1, 20),
        "validation_loss": [nan, nan, nan, nan, 2.0] * 4,
    }
)


def draw_losses(logarithmic: bool = False, marked_at: int = 0, **levels: float):
    return loss_figure(LOG, 500, levels, "character", logarithmic, marked_at)


def test_losses_are_drawn_against_characters_with_bits_to_hover_over():
    training, validation, best = draw_losses().data
    assert list(training.x) == list(LOG["chars"])
    assert len(validation.x) == 4
    assert list(best.x) == [500_000]
    np.testing.assert_allclose([bits for bits, _ in training.customdata], LOG["train_loss"] / np.log(2))
    assert "nats" in training.hovertemplate
    assert "bits" in training.hovertemplate


def test_levels_are_inside_the_picture_and_named():
    assert draw_losses().layout.annotations == ()
    figure = draw_losses(logarithmic=True, ngram=1.05, guess=4.6)
    assert [note.text for note in figure.layout.annotations] == ["ngram: 1.050", "guess: 4.600"]
    low, high = figure.layout.yaxis.range
    assert low < 1.05
    assert high > 4.6


def test_the_name_of_a_level_is_where_no_curve_runs():
    below, above = draw_losses(logarithmic=True, ngram=0.05, guess=4.6).layout.annotations
    assert (below.xanchor, below.yanchor) == ("left", "top")  # the curves come down on it from above
    assert (above.xanchor, above.yanchor) == ("right", "bottom")  # they have passed it


def test_a_linear_axis_leaves_out_the_first_fall_and_a_logarithmic_one_shows_it():
    rows = pd.concat([LOG.head(1).assign(chars=1, train_loss=9.0), LOG])
    tops = [loss_figure(rows, None, {}, "byte", way, 0).layout.yaxis.range[1] for way in (False, True)]
    assert tops[0] < 9.0 < tops[1]


@pytest.mark.parametrize("marked_at", [3, 70_000, 10**6])
def test_the_step_that_is_looked_at_is_inside_a_logarithmic_picture(marked_at: int):
    figure = draw_losses(True, marked_at)
    first, last = figure.layout.xaxis.range
    assert first <= log10(marked_at) <= last
    assert any(shape.x0 == shape.x1 == marked_at for shape in figure.layout.shapes)


def test_a_log_without_an_evaluation_can_be_drawn():
    rows = LOG.assign(validation_loss=nan)
    figure = loss_figure(rows.head(1), None, {}, "byte", False, 0)
    low, high = figure.layout.yaxis.range
    assert low < 3.0 < high
    assert figure.layout.yaxis.title.text == "nats per byte"


def test_every_unit_is_a_dot_in_the_figure_of_its_gate():
    gates = pd.DataFrame(list(product(("input", "forget"), (1, 2), (0, 1, 2))), columns=["gate", "layer", "unit"]).eval(
        "left = 0.1 * unit\nright = 0.2 * layer"
    )
    for gate in ("input", "forget"):
        figure = saturation_figure(gate, gates[gates["gate"] == gate])
        assert [note.text for note in figure.layout.annotations] == [f"{gate} gate"]
        assert [trace.name for trace in figure.data] == ["layer 1", "layer 2"]
        np.testing.assert_allclose(figure.data[1].y, [0.0, 0.1, 0.2])
        assert list(figure.data[1].x) == [0.4] * 3
        assert [list(row) for row in figure.data[1].customdata] == [[2, 0, "L2·u0"], [2, 1, "L2·u1"], [2, 2, "L2·u2"]]


def test_each_way_of_counting_has_a_panel_with_the_lowest_loss_on_top():
    results = pd.DataFrame(
        [
            ("per character", "a", "chosen", 1.3, 1.2, 1.4),
            ("per character", "b", "model", 1.1, nan, nan),
            ("per byte", "a", "chosen", 1.2, 1.1, 1.3),
            ("per byte", "the paper", "paper", 1.0, nan, nan),
        ],
        columns=["panel", "label", "kind", "nats", "low", "high"],
    )
    figure = comparison_figure(results)
    assert figure.layout.xaxis.title.text == "per character"
    assert figure.layout.xaxis2.title.text == "per byte"
    assert list(figure.layout.yaxis.categoryarray) == ["a", "b"]  # from the bottom up
    assert list(figure.layout.yaxis2.categoryarray) == ["a", "the paper"]
    by_panel = {(trace.xaxis, trace.name): trace for trace in figure.data}
    assert list(by_panel["x2", "the paper"].x) == [1.0]
    np.testing.assert_allclose(by_panel["x", "this model"].error_x.array, [0.1])
    assert "95 % interval 1.200 to 1.400" in by_panel["x", "this model"].customdata[0][1]
    assert by_panel["x", "other models"].customdata[0][1] == ""
    assert [trace.showlegend for trace in figure.data if trace.name == "this model"] == [True, False]
    alone = comparison_figure(results.head(1))
    assert alone.layout.height < figure.layout.height


def test_html_escapes_what_it_is_given():
    for shown in (headline([("<b>", "<i>", "&")]), facts({"<b>": "<script>"}), written("<pre>\n<script>")):
        body = shown.split("</style>")[1]
        assert "&lt;" in body
        assert "<script" not in body
        assert "<i>" not in body


def test_a_text_that_begins_with_a_line_break_keeps_it():
    assert '<pre class="written">\n\n x' in written("\n x")  # HTML drops the first one

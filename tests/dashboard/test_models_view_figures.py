"""Figures of the Models view: what is drawn where."""

from itertools import product
from math import nan

import numpy as np
import pandas as pd

from dashboard.figures.comparison import comparison_figure
from dashboard.figures.saturation import saturation_figure
from dashboard.headline import facts, headline


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
    for shown in (headline([("<b>", "<i>", "&")]), facts({"<b>": "<script>"})):
        body = shown.split("</style>")[1]
        assert "&lt;" in body
        assert "<script" not in body
        assert "<i>" not in body

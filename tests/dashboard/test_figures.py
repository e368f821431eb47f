import pandas as pd
import pytest

from analysis.findings import load_findings
from dashboard.board import board_of, units_together
from dashboard.figures.findings import findings_figure, probes_figure, share_figure
from dashboard.figures.unit_inputs import inputs_figure
from models.run import Run


def board(run: Run):
    findings = load_findings(run)
    assert findings is not None
    return board_of(run, findings)


def test_the_figure_shows_every_score_beside_its_controls(searched_run: Run):
    best = board(searched_run).query("rank == 1")
    traces: dict = {}
    for trace in findings_figure(best).data:
        traces.setdefault(trace.name, []).append(trace)
    assert [list(trace.x) for trace in traces["untrained networks"]] == [[0.6], [0.3]]  # a panel for each measure
    assert [list(trace.x) for trace in traces["n-gram baseline"]] == [[0.7], [0.7]]
    (found,) = traces["best unit: detector or ramp"]
    assert (list(found.x), list(found.y)) == ([0.97], ["inside quotation marks  <b>L1·u4</b> c"])
    assert list(found.customdata) == [best.index[0]]
    (missed,) = traces["best unit: short of the rule"]
    assert list(missed.x) == [0.6]


def test_every_dot_is_on_its_axis(searched_run: Run):
    best = board(searched_run).query("rank == 1")
    figure = findings_figure(best.assign(score=[0.2, -0.4], ci_low=[0.1, -0.5]))
    for trace in figure.data:
        low, high = figure.layout[trace.xaxis.replace("x", "xaxis")].range
        assert all(low < x < high for x in trace.x if x == x)


def test_a_name_of_a_row_is_above_it_and_a_long_one_has_a_second_line(searched_run: Run):
    best = board(searched_run).query("rank == 1")
    long = "in links such as [[File:...]] and [[Category:...]]"
    first, second = findings_figure(best.assign(title=[long, "short"])).to_dict()["layout"]["annotations"]
    assert first["text"] == f"{long}<br><b>L1·u4</b> c"
    assert second["text"] == "short  <b>L1·u5</b> h"
    assert first["yanchor"] == second["yanchor"] == "bottom"
    one_line, two_lines = (findings_figure(best.assign(title=[title, ""])).layout.height for title in ("", long))  # pyright: ignore[reportAttributeAccessIssue]
    assert two_lines > one_line


@pytest.mark.parametrize("scale", [0.003, 0.2, 7.0, 1000.0])
def test_panels_of_inputs_have_ticks_on_both_sides_at_any_scale(scale: float):
    inputs = pd.DataFrame({"gate": ["a", "a", "b"], "label": ["x", "y", "z"], "push": [scale, -scale / 2, -scale / 3]})
    drawn = inputs_figure(inputs).to_dict()["layout"]
    for name in ("xaxis", "xaxis2"):
        (low, high), ticks = drawn[name]["range"], drawn[name]["tickvals"]
        assert low == -high
        assert low < ticks[0] < ticks[1] == 0 < ticks[2] < high
        assert ticks[2] > 0.3 * high


def test_the_board_puts_the_surest_concept_first_and_all_states_in_one_order(searched_run: Run):
    table = board(searched_run)
    assert list(table["concept"]) == ["inside-quotes", "inside-quotes", "column", "column"]
    assert list(table["rank"]) == [1, 2, 1, 2]
    assert list(table["name"]) == ["L1·u4", "L1·u3", "L1·u5", "L2·u6"]
    assert list(table["symbol"]) == ["c", "h", "h", "c"]
    assert list(table["ngram"]) == [0.7] * 4
    assert list(table["together"]) == [1, 1, 2, 2]


def test_units_do_not_carry_a_concept_that_untrained_ones_or_few_characters_carry(searched_run: Run):
    findings = load_findings(searched_run)
    assert findings is not None
    table, probes = board(searched_run), findings.probes
    assert units_together(probes, table) == {"inside-quotes": 1, "column": 2}
    free = probes.assign(score=probes["score"].where(probes["source"] == "trained", 0.99))
    assert all(found != found for found in units_together(free, table).values())
    assert all(found != found for found in units_together(probes, table.assign(ngram=0.99)).values())


def test_the_share_and_the_probes_are_drawn_by_source_and_state(searched_run: Run):
    findings = load_findings(searched_run)
    assert findings is not None
    names = [trace.name for trace in share_figure(findings.share).data]
    assert names == ["h, trained", "c, trained", "h, rotated", "c, rotated", "h, untrained", "c, untrained"]
    column = findings.probes.query("concept == 'column'")
    trained, untrained = probes_figure(column, "Spearman", 0.7).data
    assert (list(trained.y), list(untrained.y)) == ([0.5, 0.75], [0.3, 0.4])

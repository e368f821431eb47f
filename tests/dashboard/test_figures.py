from analysis.findings import load_findings
from dashboard.board import board_of, units_together
from dashboard.figures.findings import findings_figure, probes_figure, share_figure
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

import pandas as pd

from dashboard.figures import findings_figure
from dashboard.readings import findings_of
from models.run import Run


def test_the_figure_shows_every_score_beside_its_control(searched_run: Run):
    findings = pd.DataFrame(findings_of(searched_run))
    best = findings[findings["place"] == 1].assign(name=["L1·u4", "L1·u5"])
    traces = {trace.name: trace for trace in findings_figure(best).data if trace.name}
    assert list(traces["best of untrained networks"].x) == [0.3, 0.6]
    assert list(traces["best unit, a clear case"].x) == [0.97]
    assert list(traces["best unit, no clear case"].x) == [0.6]
    assert list(traces["best unit, a clear case"].customdata) == [best.index[0]]

"""What the tables of a search say of one unit."""

from typing import TYPE_CHECKING

import pandas as pd
import pytest

from analysis.findings import NGRAMS, Findings
from analysis.profile.summary import known_units, matches, mates
from models.units import Unit

if TYPE_CHECKING:
    from models.run import Run


def row(concept: str, layer: int, unit: int, state: str, development: float, **more: object) -> dict[str, object]:
    return {
        "concept": concept, "layer": layer, "unit": unit, "state": state, "development": development, "sign": 1,
        "score": 0.5 + development / 2, "stratified": 0.9, "verdict": "none", "level": "", "cluster": unit,
        "stratified_auroc": 0.9, **dict.fromkeys((*NGRAMS, "untrained"), 0.5), **more,
    }  # fmt: skip


@pytest.fixture
def findings() -> Findings:
    units = pd.DataFrame(
        [
            row("inside-quotes", 2, 7, "cell", 0.9, verdict="detector", level="strict", cluster=1),
            row("inside-quotes", 2, 7, "hidden", 0.8, verdict="detector", level="default", cluster=1),
            row("closing-quote-next", 2, 7, "cell", 0.95, verdict="local", level="strict", cluster=1),
            row("column", 1, 3, "cell", 0.4, cluster=2),
            row("heading", 1, 3, "cell", float("nan"), cluster=2),  # the text that was searched has none
        ]
    )
    more = [row("column", 2, 7, "cell", 0.3), row("space", 2, 7, "cell", 0.05), row("space", 1, 3, "cell", 0.5)]
    scores = pd.concat([units, pd.DataFrame(more)], ignore_index=True).drop(
        columns=["verdict", "level", "cluster", "stratified_auroc"]
    )
    return Findings(units, scores, pd.DataFrame(), pd.DataFrame())


def test_what_explains_a_unit_is_led_by_its_verdicts(findings: Findings):
    found = matches(findings, Unit(2, 7, "cell"))
    assert [match.concept for match in found] == ["inside-quotes", "closing-quote-next", "column"]
    assert [match.verdict for match in found] == ["detector", "local", ""]
    assert found[2].rank == 2
    assert found[2].best == Unit(1, 3, "cell")
    assert found[2].evidence is None
    assert found[0].rank == 1
    assert matches(findings, Unit(2, 7, "hidden"))[0].rank == 2
    assert matches(findings, Unit(1, 11, "cell")) == []
    assert [match.concept for match in matches(findings, Unit(1, 3, "cell"))] == ["space", "column"]


def test_units_of_one_cluster_say_the_same(findings: Findings):
    assert mates(findings, Unit(2, 7, "cell")) == [Unit(2, 7, "hidden")]
    assert mates(findings, Unit(1, 3, "cell")) == []
    assert mates(findings, Unit(1, 11, "cell")) == []


def test_the_surest_units_come_first(findings: Findings, tiny_run: "Run"):
    assert known_units(findings, tiny_run) == [
        ("inside-quotes", Unit(2, 7, "cell")),
        ("closing-quote-next", Unit(2, 7, "cell")),
        ("column", Unit(1, 3, "cell")),
    ]

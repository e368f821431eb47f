"""The proof that the search is right: in a network wired by hand it finds every plant, and nothing among the noise.

Axes: `time`, `concept`, `unit`.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest

from analysis.ablation.ablation import Ablation, Target, ablate
from analysis.concepts import CONCEPTS, concept
from analysis.findings import Findings
from analysis.search import search
from analysis.texts import HeldOut, split_parts
from corpora import to_code_points
from models.recording import record
from models.run import Run
from models.units import Unit
from tests.analysis.planted_lstm import (
    ADDRESS,
    BRACES,
    CLOSER,
    COPY,
    DEGRADED,
    DIGITS,
    DUPLICATE,
    INVERTED,
    INVERTED_RAMP,
    LATCH,
    LINK,
    ONE_BRACKET,
    PLANTS,
    RAMP,
    TEXT,
    WWW,
    degraded_auroc,
    wired_lstm,
)

Place = tuple[int, int]  # layer, unit

# Of each concept its plants, with their signs, and what their verdict is to be.
QUOTES: dict[Place, int] = {(1, LATCH): 1, (1, DUPLICATE): 1, (1, INVERTED): -1, (2, COPY): 1}
FAITHFUL: dict[str, tuple[dict[Place, int], str]] = {
    "inside-quotes": (QUOTES, "detector"),
    "column": ({(1, RAMP): 1, (1, INVERTED_RAMP): -1}, "ramp"),
    "brace-depth": ({(1, BRACES): 1}, "ramp"),
    "inside-link": ({(1, LINK): 1}, "detector"),
    "inside-url": ({(1, ADDRESS): 1}, "detector"),
    "www-count": ({(1, WWW): 1}, "ramp"),
    "digit-run": ({(1, DIGITS): 1}, "local"),
    "one-bracket": ({(1, ONE_BRACKET): 1}, "local"),
    "closing-quote-next": ({(2, CLOSER): 1}, "local"),
}
PLANTED = [(name, *unit) for name, (units, _) in FAITHFUL.items() for unit in units]


@dataclass(frozen=True)
class Searched:
    run: Run
    findings: Findings

    def best(self, name: str, state: str) -> pd.DataFrame:
        return self.findings.units.query("concept == @name and state == @state").sort_values("rank_in_state")


@pytest.fixture(scope="module")
def searched(tmp_path_factory: pytest.TempPathFactory) -> Searched:
    """The network that is wired by hand, searched for every concept of the catalogue."""
    folder = tmp_path_factory.mktemp("wired-lstm")
    (folder / "text.txt").write_text(TEXT)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CHARSCOPE_DATA", str(folder / "data"))
        run = wired_lstm(folder)
        return Searched(run, search(run, folder / "text.txt", concepts=list(CONCEPTS.values()), draws=40))


def test_the_plants_do_what_they_are_wired_to(searched: Searched):
    cell = record(searched.run, TEXT).states["cell"]
    amounts = {BRACES: "brace-depth", WWW: "www-count"}
    switches = {LINK: "inside-link", ADDRESS: "inside-url", ONE_BRACKET: "one-bracket"}
    for unit, name in (amounts | switches).items():
        labels = concept(name).labels(TEXT)
        known = ~np.isnan(labels)
        np.testing.assert_array_equal(cell[known, 0, unit], labels[known], err_msg=name)
        assert labels[known].any()
    quoted = concept("inside-quotes").labels(TEXT) == 1
    for (layer, unit), sign in QUOTES.items():
        np.testing.assert_array_equal(sign * cell[:, layer - 1, unit] > 0.5, quoted)
    np.testing.assert_allclose(cell[:, 0, RAMP], concept("column").labels(TEXT) / 100, atol=1e-4)
    assert 0.05 < quoted.mean() < 0.5


@pytest.mark.parametrize("state", ["hidden", "cell"])
@pytest.mark.parametrize("name", FAITHFUL)
def test_every_plant_is_ranked_first_for_its_concept_with_its_sign(name: str, state: str, searched: Searched):
    plants, verdict = FAITHFUL[name]
    best = searched.best(name, state)
    first, rest = best[: len(plants)], best[len(plants) :]
    found = zip(first["layer"], first["unit"], first["sign"], strict=True)
    assert {(layer, unit): sign for layer, unit, sign in found} == plants
    assert (first["score"] > 0.999).all()
    assert (first["verdict"] == verdict).all()
    assert (first["level"] == "strict").all()
    assert (first["q_value"] < 0.01).all()
    assert rest["development"].max() < first["development"].min() - 0.01


@pytest.mark.parametrize(("name", "layer", "unit"), PLANTED)
def test_no_other_concept_explains_a_plant_as_well_as_its_own(name: str, layer: int, unit: int, searched: Searched):
    of_unit = searched.findings.scores.query("layer == @layer and unit == @unit")
    for _, scores in of_unit.groupby("state", observed=True):
        ranked = scores.sort_values("development", ascending=False)
        assert ranked["concept"].iloc[0] == name
        assert ranked["development"].iloc[0] > ranked["development"].iloc[1]
        assert ranked["score"].iloc[0] > 0.999


def test_a_latch_that_noise_degrades_scores_what_theory_says(searched: Searched):
    """In the test part the very figure; the interval is around it."""
    judged = split_parts(len(TEXT), []).test
    quoted = concept("inside-quotes").labels(TEXT) == 1
    expected = degraded_auroc(TEXT, quoted, judged)
    assert 0.9 < expected < 0.95
    for state in ("hidden", "cell"):
        fifth = searched.best("inside-quotes", state).iloc[len(QUOTES)]
        assert (fifth["layer"], fifth["unit"], fifth["sign"]) == (2, DEGRADED, 1)
        assert fifth["auroc"] == pytest.approx(expected, abs=1e-6)
        assert fifth["ci_low"] < expected < fifth["ci_high"]
        assert (fifth["verdict"], fifth["level"]) == ("detector", "default")


def test_duplicates_inversions_and_copies_are_one_cluster(searched: Searched):
    units = searched.findings.units
    clusters = {
        name: {
            int(row.cluster)
            for row in units.query("concept == @name").itertuples()
            if (row.layer, row.unit) in FAITHFUL[name][0]
        }
        for name in ("inside-quotes", "column", "inside-link", "inside-url", "brace-depth")
    }
    assert all(len(numbers) == 1 for numbers in clusters.values()), clusters
    assert len(set.union(*clusters.values())) == len(clusters)


def test_nothing_is_found_among_the_noise(searched: Searched):
    units = searched.findings.units
    noise = [row for row in units.to_dict("records") if row["unit"] not in PLANTS[row["layer"]]]
    found = [row for row in noise if row["verdict"] not in ("none", "local")]
    assert not found
    assert len(noise) > 100


def test_what_a_rotation_of_the_layers_knows_is_less_than_a_planted_unit_does(searched: Searched):
    best = searched.findings.units.query("rank_in_state == 1").set_index("concept")
    for name in ("inside-quotes", "column", "brace-depth", "inside-link", "inside-url"):
        assert (best.loc[name, "rotated"] < 0.9).all()
        assert (best.loc[name, ["ngram_1", "ngram_3", "ngram_5", "untrained"]] < 0.98).all(axis=None)


def test_the_share_of_interpretable_units_is_that_of_the_plants(searched: Searched):
    share = searched.findings.share.query("threshold == .99")
    found = dict(zip(zip(share["source"], share["state"], strict=True), share["concepts"], strict=True))
    for state in ("hidden", "cell"):
        assert found["trained", state] == 3  # quotes, links, addresses
        assert found["untrained", state] == found["rotated", state] == 0


@pytest.mark.parametrize(
    ("layer", "unit", "verdict"),
    [(1, LATCH, "confirmed"), (1, DUPLICATE, "encoded but unused")],
)
def test_a_plant_that_the_network_uses_is_told_from_one_that_it_does_not(
    layer: int, unit: int, verdict: str, searched: Searched
):
    target = Target(concept("inside-quotes"), Unit(layer, unit, "cell"))
    relatives = {other for of_layer, other in QUOTES if of_layer == layer and other != unit}
    text = HeldOut(to_code_points(TEXT), 0, "a text of our own")
    found: Ablation = ablate(searched.run.load_network(), searched.run.vocabulary, text, target, relatives, 2000)
    assert found.verdict == verdict
    assert found.auroc > 0.999
    if verdict == "confirmed":
        assert found.bits_there > 1
    else:
        assert found.bits_there == pytest.approx(0, abs=1e-6)


def test_a_plant_needs_one_unit_of_a_probe(searched: Searched):
    probes = searched.findings.probes.query("source == 'trained' and size == 1 and concept in @FAITHFUL")
    assert (probes.query("concept != 'closing-quote-next'")["score"] > 0.999).all()
    for row in probes.query("concept == 'inside-link'").itertuples():
        assert row.units == [LINK]

"""Ablation: a planted unit that is read is confirmed, its unread copy is not, and every figure has its oracle."""

from dataclasses import replace
from math import log2
from typing import Any

import numpy as np
import pytest
import torch
from sklearn.metrics import roc_auc_score

from analysis.ablation.ablation import (
    FEWEST_EVENTS,
    Ablation,
    Target,
    ablate,
    judge,
    matched_units,
)
from analysis.ablation.passages import find_passage
from analysis.concepts import Concept
from analysis.texts import HeldOut
from corpora import InputError, to_code_points
from models.clamp import Clamp, clamped_losses
from models.network import WARM_UP, CharRNN
from models.recording import record
from models.run import Run
from models.units import Unit
from tests.analysis.ablated import COLUMN, QUOTE_NEXT, QUOTES, STORY, label_column, label_quotes, quotes_at
from tests.analysis.planted import INVERTED_LATCH, INVERTED_RAMP, LATCH, PLANTED, RAMP, TEXT, wired_run
from tests.analysis.planted import UNITS as UNITS_OF_LAYER
from tests.models.test_clamp import losses_by_hand

NOISE = 0


@pytest.fixture(scope="module", params=["lstm", "gru"])
def wired(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A hand-wired run: see `planted`. Its readout is still random."""
    return wired_run(tmp_path_factory.mktemp("ablated"), request.param)


def network_that_reads(run: Run, weights: dict[tuple[int, str], float], bias: float = 0.0) -> CharRNN:
    """The wired network with a readout of nothing but these units, each for one character."""
    network = run.load_network()
    with torch.no_grad():
        network.readout.weight.zero_()
        network.readout.bias.zero_()
        for (unit, character), weight in weights.items():
            row = int(run.vocabulary.encode(character)[0])
            network.readout.weight[row, unit] = weight
            network.readout.bias[row] = bias
    return network


def ablate_planted(run: Run, network: CharRNN, concept: Concept, unit: int, **options: Any) -> Ablation:
    target = Target(concept, Unit(1, unit, options.pop("state", run.memory)))
    options.setdefault("characters", 2_000)  # up to four times as many, for the events
    return ablate(network, run.vocabulary, STORY, target, PLANTED, **options)


def test_a_planted_latch_that_the_readout_reads_is_confirmed_and_its_unread_copy_is_not(wired: Run):
    network = network_that_reads(wired, {(LATCH, '"'): 3.0, (NOISE, "e"): 0.2})
    for state in wired.states:
        used = ablate_planted(wired, network, QUOTES, LATCH, state=state)
        unused = ablate_planted(wired, network, QUOTES, INVERTED_LATCH, state=state)
        assert (used.verdict, unused.verdict) == ("confirmed", "encoded but unused")
        assert used.clamped_to == "outside"
        assert (used.auroc, unused.auroc) == (1, 0)
        assert used.inside_mean > 0.5 > -0.5 > used.outside_mean
        assert used.bits_elsewhere < 0 < used.ci_low <= used.bits_there <= used.ci_high
        assert unused.bits_there == unused.bits_elsewhere == unused.ci_low == unused.ci_high == 0
        assert used.controls == UNITS_OF_LAYER - len(PLANTED)
        assert used.controls_95 == unused.controls_95 < 0.1


def test_the_change_is_the_one_that_follows_from_the_wiring(wired: Run):
    """Only one logit is not 0, weight x h, so each loss has a closed form."""
    weight, others = 3.0, len(wired.vocabulary) - 1
    network = network_that_reads(wired, {(LATCH, '"'): weight})
    found = ablate_planted(wired, network, QUOTES, LATCH, characters=6_000)  # so that it begins where the text does
    hold = np.tanh if wired.model.cell == "lstm" else float
    inside, outside = (weight * float(hold(mean)) for mean in (found.inside_mean, found.outside_mean))

    def bits(logit: float, is_quote: bool) -> float:
        return log2(others + np.exp(logit)) - is_quote * logit / np.log(2)

    assert found.bits_there == pytest.approx(bits(outside, True) - bits(inside, True), abs=1e-4)
    codes = STORY.codes[: found.characters + 1]
    labels = label_quotes(codes)[:-1]
    quote_next = codes[1:] == ord('"')
    share = ((labels == 1) & ~quote_next).sum() / (~((labels == 1) & quote_next)).sum()
    assert found.bits_elsewhere == pytest.approx(share * (bits(outside, False) - bits(inside, False)), abs=1e-4)
    opening = ((labels == 0) & quote_next).sum() / (~((labels == 1) & quote_next)).sum()
    plain = ((labels == 0) & ~quote_next).sum() / (~((labels == 1) & quote_next)).sum()
    expected = opening * (bits(inside, True) - bits(outside, True)) + plain * (
        bits(inside, False) - bits(outside, False)
    )
    assert found.other_bits_there == pytest.approx(0, abs=1e-4)
    assert found.other_bits_elsewhere == pytest.approx(expected, abs=1e-4)
    assert found.events == ((labels == 1) & quote_next).sum()


def test_an_amount_is_held_at_its_means_above_and_below_the_median(wired: Run):
    network = network_that_reads(wired, {(RAMP, "\n"): 20.0}, bias=-8.0)
    used, unused = (ablate_planted(wired, network, COLUMN, unit, characters=6_000) for unit in (RAMP, INVERTED_RAMP))
    assert (used.verdict, unused.verdict) == ("confirmed", "encoded but unused")
    assert (used.inside_mean > used.outside_mean, unused.inside_mean > unused.outside_mean) == (True, False)
    assert used.clamped_to == "outside"
    assert used.bits_there > 1
    columns = label_column(STORY.codes)[: used.characters + 1]
    states = record(wired, TEXT[: used.characters + 1]).states[wired.memory][:, 0, RAMP]
    above = columns > np.median(label_column(STORY.codes))
    assert used.inside_mean == pytest.approx(states[above].mean(), abs=1e-4)
    assert used.outside_mean == pytest.approx(states[~above].mean(), abs=1e-4)


@pytest.mark.parametrize(
    ("concept", "weight", "clamped_to"),
    [
        (replace(QUOTES, decisive="begin"), -6.0, "inside"),  # nobody opens a quote within one
        (replace(QUOTES, decisive="inside"), None, "outside"),
        (QUOTE_NEXT, 3.0, "outside"),
    ],
)
def test_the_clamp_contradicts_where_the_concept_matters(
    concept: Concept, weight: float | None, clamped_to: str, wired: Run
):
    reads = {(LATCH, '"'): weight} if weight else {(LATCH, character): 2.0 for character in "abcdefghijklmnopqrstuv, "}
    found = ablate_planted(wired, network_that_reads(wired, reads), concept, LATCH)
    assert found.clamped_to == clamped_to
    if concept is QUOTE_NEXT:  # the latch tells of the closing quotes only
        assert found.bits_there > 0
        return
    assert found.verdict == "confirmed"


def test_a_unit_that_does_not_tell_inside_from_outside_is_not_called_unused(wired: Run):
    found = ablate_planted(wired, network_that_reads(wired, {(LATCH, '"'): 3.0}), QUOTES, NOISE)
    assert 0.25 < found.auroc < 0.75
    assert found.verdict == "not encoded"


@pytest.mark.parametrize(
    ("changed", "verdict"),
    [
        ({}, "confirmed"),
        ({"bits_there": 0.099}, "encoded but unused"),
        ({"ci_low": 0.0}, "encoded but unused"),
        ({"controls_95": 0.5}, "encoded but unused"),
        ({"bits_elsewhere": 0.11}, "encoded but unused"),
        ({"bits_elsewhere": -3.0}, "confirmed"),
        ({"bits_there": 0.0, "auroc": 0.7}, "not encoded"),
        ({"bits_there": 0.0, "auroc": 0.2}, "encoded but unused"),
        ({"auroc": 0.5}, "confirmed"),
    ],
)
def test_each_rule_of_evidence_counts(changed: dict[str, float], verdict: str):
    found = {"bits_there": 0.5, "ci_low": 0.2, "controls_95": 0.1, "bits_elsewhere": 0.1, "auroc": 0.9}
    assert judge(found | changed) == verdict


def test_the_same_seed_gives_the_same_figures_and_the_whole_work_is_told(wired: Run):
    network, told = network_that_reads(wired, {(LATCH, '"'): 3.0, (NOISE, "e"): 0.5}), []
    first, second = (ablate_planted(wired, network, QUOTES, LATCH, advance=told.append) for _ in "ab")
    assert first == second
    assert sum(told) == pytest.approx(2)


def test_all_figures_are_those_of_a_plain_loop(tiny_run: Run, story: str):
    network, text = tiny_run.load_network(), HeldOut(to_code_points(story[:60_000]), 40_000, "story")
    target = Target(QUOTES, Unit(1, 7, "cell"))
    found = ablate(network, tiny_run.vocabulary, text, target, characters=1500)
    passage = find_passage(text, QUOTES, 1500)
    ids = tiny_run.vocabulary.encode(passage.codes)
    assert len(ids) == WARM_UP + len(passage.inside)
    recording = record(tiny_run, "".join(map(chr, passage.codes)))
    cell, hidden = (recording.states[state][WARM_UP:, 0] for state in ("cell", "hidden"))
    means = {name: cell[getattr(passage, name)].mean(axis=0) for name in ("inside", "outside")}
    free = losses_by_hand(network, ids, [])[WARM_UP:-1]
    there = passage.there[:-1]
    for name, prefix in (("outside", ""), ("inside", "other_")):
        clamped = losses_by_hand(network, ids, [Clamp(Unit(1, 7), float(means[name][7]))])[WARM_UP:-1]
        change = (clamped - free) / np.log(2)
        assert getattr(found, f"{prefix}bits_there") == pytest.approx(change[there].mean(), abs=1e-5)
        assert getattr(found, f"{prefix}bits_elsewhere") == pytest.approx(change[~there].mean(), abs=1e-5)
    controls = matched_units(cell, 7)
    assert found.controls == len(controls) == 23
    streams = [[Clamp(Unit(1, unit), float(means["outside"][unit]))] for unit in controls]
    of_controls = (clamped_losses(network, ids, streams)[WARM_UP:-1] - free[:, None]) / np.log(2)
    changes = np.sort(of_controls[there].mean(axis=0))
    assert found.control_median == pytest.approx(changes[11], abs=1e-5)
    assert found.controls_95 == pytest.approx(changes[20] + 0.9 * (changes[21] - changes[20]), abs=1e-5)
    assert found.auroc == pytest.approx(roc_auc_score(passage.inside, cell[:, 7]), abs=1e-6)
    difference = hidden[passage.inside, 7].mean() - hidden[passage.outside, 7].mean()
    assert found.hidden_difference == pytest.approx(difference, abs=1e-5)


def test_what_never_changes_or_has_no_inside_or_is_too_short_is_refused(wired: Run):
    network, plain = network_that_reads(wired, {}), HeldOut(to_code_points("no quotes here\n" * 100), 0, "plain.txt")
    target = Target(QUOTES, Unit(1, LATCH, "hidden"))
    with pytest.raises(InputError, match=r"planted both holds and does not, got 1,500 .* of plain.txt .*--text"):
        ablate(network, wired.vocabulary, plain, target)
    with pytest.raises(InputError, match=r"Wanted at least 400 characters to test units on, got 300 of plain.txt"):
        ablate(network, wired.vocabulary, replace(plain, start=1200), target)
    with pytest.raises(InputError, match="got planted, a phase: its classes have no order"):
        ablate(network, wired.vocabulary, STORY, replace(target, concept=replace(QUOTES, kind="phase")))
    with pytest.raises(InputError, match=r"got L2.u7"):
        ablate(network, wired.vocabulary, STORY, Target(QUOTES, Unit(2, LATCH, "hidden")))


def test_too_few_events_are_not_tested_and_take_no_time(wired: Run, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("analysis.ablation.ablation.clamped_losses", None)
    told, rare = [], quotes_at([1000 * k + 500 for k in range(FEWEST_EVENTS - 1)], 20_000)
    target, network = Target(QUOTES, Unit(1, LATCH, "hidden")), network_that_reads(wired, {})
    found = ablate(network, wired.vocabulary, rare, target, advance=told.append)
    assert (found.verdict, found.events, told) == ("not tested", FEWEST_EVENTS - 1, [1.0])
    assert np.isnan([found.bits_there, found.ci_low, found.controls_95, found.other_bits_there]).all()
    assert found.inside_mean > found.outside_mean
    assert "not tested, 19 events" in found.describe()
    others = set(range(40)) - {LATCH, 1, 2, 3}
    assert ablate(network, wired.vocabulary, STORY, target, others).verdict == "not tested"

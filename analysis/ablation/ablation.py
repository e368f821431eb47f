"""Tests whether the network uses a unit that tracks a concept: clamp its state and see which predictions get worse.

python -m analysis ablate RUN --unit L2.u392 --concept inside-quotes

Axes: `time`, the position of a character in the text that is read; `unit`, of one layer; `control`.

The unit is held at its mean inside the concept (labels of 1; of an amount, labels above the median) and at its mean
outside. One of the two contradicts the text where the concept says that it matters: a unit held at "outside quotes"
before the closing quote. The change in loss there, in bits per character, stands against that of all other predictions
under the same clamp, and against those that 40 units of the same layer bring about, chosen for a variance like the
unit's and held at their own means. All of these are streams of one batch: see `models.clamp`.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from math import log, nan
from typing import Any, Literal

import numpy as np
from jaxtyping import Float, Float32

from analysis.ablation.passages import Passage, Side, find_passage
from analysis.concepts import Concept
from analysis.statistics import auroc_between, block_bootstrap, interval_of
from analysis.texts import HeldOut
from corpora import Vocabulary
from models.clamp import Clamp, clamped_losses
from models.network import CharRNN
from models.recording import record_blocks
from models.units import Unit

CHARACTERS = 10_000  # to read, or up to four times as many where a concept is rare
FEWEST_EVENTS = 20  # one for each block of the bootstrap; with fewer its interval means nothing
BLOCKS, BOOTSTRAP_SEED = 20, 0  # blocks of about 500 characters, longer than most quotes or links
CONTROLS = 40  # so that the 95th percentile lies between the second and the third of them
FEWEST_CONTROLS = 10  # a layer that is too small to say what any unit does
ENCODES = 0.75  # AUROC inside against outside, either way; below it, being unused says nothing about the concept
BITS, TIMES_ELSEWHERE, PERCENTILE = 0.1, 5.0, 95.0  # the rules of evidence: see `judge`

Verdict = Literal["confirmed", "encoded but unused", "not encoded", "not tested"]
Progress = Callable[[float], None]


@dataclass(frozen=True)
class Target:
    """What is to be tested: a unit in a state, for a concept."""

    concept: Concept
    unit: Unit

    def __str__(self) -> str:
        return f"{self.unit} ({self.unit.state}) for {self.concept.name}"


@dataclass(frozen=True, kw_only=True)
class Ablation:
    """What holding a unit did. Changes are in bits per character, clamped less free; NaN where it was not tested."""

    concept: str
    unit: Unit
    text: str
    characters: int
    """How many predictions were scored."""
    events: int
    """How often the concept matters; for predictions made inside, how many stretches of them."""
    inside_mean: float
    outside_mean: float
    hidden_difference: float
    """Mean of h inside minus its mean outside, for `analysis.ablation.attribution`."""
    auroc: float
    """Of the state, inside against outside: below .5 if the unit is lower inside."""
    clamped_to: Side
    """The clamp that contradicts the concept where it matters; the other one is `other_`."""
    bits_there: float = nan
    ci_low: float = nan
    ci_high: float = nan
    bits_elsewhere: float = nan
    controls: int
    """How many other units were held."""
    control_median: float = nan
    controls_95: float = nan
    other_bits_there: float = nan
    other_bits_elsewhere: float = nan
    verdict: Verdict = "not tested"

    def describe(self) -> str:
        """The result in a line."""
        name = f"{self.unit} ({self.unit.state}) for {self.concept}: {self.verdict}"
        if self.verdict == "not tested":
            wanted = f"wanted at least {FEWEST_EVENTS} and {FEWEST_CONTROLS}"
            return f"{name}, {self.events} events in {self.text} and {self.controls} control units; {wanted}"
        interval = f"95 %: {self.ci_low:.3f} to {self.ci_high:.3f}"
        return (
            f"{name}. Clamped to its mean {self.clamped_to}: {self.bits_there:+.3f} bits ({interval}) where it matters "
            f"({self.events} events), {self.bits_elsewhere:+.3f} for other predictions; {self.controls} control "
            f"units: median {self.control_median:+.3f}, 95th percentile {self.controls_95:+.3f}"
        )


def ablate(
    network: CharRNN,
    vocabulary: Vocabulary,
    text: HeldOut,
    target: Target,
    relatives: Collection[int] = (),
    characters: int = CHARACTERS,
    advance: Progress = lambda _: None,
) -> Ablation:
    """Hold a unit at its mean inside and outside a concept, and say whether the network used it.

    `relatives` are units of the same layer that track the concept too, so they are no controls. `advance` is told what
    share of the work was done just now.

    Raises:
        InputError: the network has no such unit or state, the concept has no inside, or the text is too short for it.
    """
    unit = target.unit.require(network.config)
    passage = find_passage(text, target.concept, characters)
    ids = vocabulary.encode(passage.codes)
    states, hidden = _record(network, ids, target)
    states, hidden = states[passage.warm_up :], hidden[passage.warm_up :]
    value = states[:, unit.index]
    controls = matched_units(states, unit.index, relatives)
    inside, outside = (states[side].mean(axis=0, dtype=np.float64) for side in (passage.inside, passage.outside))
    measured: dict[str, Any] = {
        "concept": target.concept.name,
        "unit": unit,
        "text": text.source,
        "characters": len(passage.there) - 1,
        "events": passage.events,
        "clamped_to": passage.clamped_to,
        "inside_mean": float(inside[unit.index]),
        "outside_mean": float(outside[unit.index]),
        "hidden_difference": float(hidden[passage.inside].mean() - hidden[passage.outside].mean()),
        "auroc": auroc_between(value[passage.inside], value[passage.outside]),
        "controls": len(controls),
    }
    if passage.events < FEWEST_EVENTS or len(controls) < FEWEST_CONTROLS:
        advance(1.0)
        return Ablation(**measured)
    held = [replace(unit, index=index) for index in (unit.index, *controls)]
    streams = [[Clamp(each, float(mean[each.index]))] for mean in (inside, outside) for each in held]
    share = 1 / (len(ids) - 1)
    losses = clamped_losses(network, ids, [[], *streams], lambda done: advance(done * share))
    change = (losses[passage.warm_up : -1, 1:] - losses[passage.warm_up : -1, :1]) / log(2)
    changes: dict[str, np.ndarray] = dict(zip(("inside", "outside"), np.split(change, 2, axis=1), strict=True))
    measured |= _compare(passage, changes)
    return Ablation(**measured, verdict=judge(measured))


def _record(
    network: CharRNN, ids: np.ndarray, target: Target
) -> tuple[Float32[np.ndarray, "time unit"], Float32[np.ndarray, " time"]]:
    """The state of all units of the target's layer, and h of the unit itself."""
    unit, layer, parts = target.unit, target.unit.layer - 1, []
    for block in record_blocks(network, ids):
        parts.append((block.states[unit.state][:, layer].copy(), block.states["hidden"][:, layer, unit.index].copy()))
    states, hidden = zip(*parts, strict=True)
    return np.concatenate(states), np.concatenate(hidden)


def _compare(passage: Passage, changes: dict[str, np.ndarray]) -> dict[str, float]:
    """The figures of the clamp that contradicts and of the other, from each clamp's change [time, unit or control]."""
    there, elsewhere = passage.there[:-1], ~passage.there[:-1]
    contradicting, other = changes[passage.clamped_to], changes[passage.other]
    at_events = contradicting[there]
    low, high = bootstrap_interval(at_events[:, 0])
    of_controls = at_events[:, 1:].mean(axis=0)
    return {
        "bits_there": float(at_events[:, 0].mean()),
        "ci_low": low,
        "ci_high": high,
        "bits_elsewhere": float(contradicting[elsewhere, 0].mean()),
        "control_median": float(np.median(of_controls)),
        "controls_95": float(np.percentile(of_controls, PERCENTILE)),
        "other_bits_there": float(other[there, 0].mean()),
        "other_bits_elsewhere": float(other[elsewhere, 0].mean()),
    }


def judge(found: Mapping[str, Any]) -> Verdict:
    """Confirmed: at least .1 bit where it matters, surely above zero, more than the controls, five times elsewhere.

    What is not confirmed is "encoded but unused" only if the unit separates inside from outside.
    """
    there = found["bits_there"]
    used = there >= BITS and found["ci_low"] > 0 and there > found["controls_95"]
    if used and there >= TIMES_ELSEWHERE * found["bits_elsewhere"]:
        return "confirmed"
    return "encoded but unused" if max(found["auroc"], 1 - found["auroc"]) >= ENCODES else "not encoded"


# ---- how much: controls and statistics ------------------------------------------------------------------------------


def matched_units(
    states: Float32[np.ndarray, "time unit"], unit: int, relatives: Collection[int] = (), count: int = CONTROLS
) -> list[int]:
    """Other units of the layer, those first whose variance is the most like the unit's, as a ratio."""
    variance = np.log(np.maximum(states.var(axis=0, dtype=np.float64), np.finfo(np.float32).tiny))
    nearest = np.argsort(np.abs(variance - variance[unit]), kind="stable")
    return [int(other) for other in nearest if other != unit and other not in relatives][:count]


def bootstrap_interval(changes: Float[np.ndarray, " event"]) -> tuple[float, float]:
    """95 % interval of the mean from a block bootstrap: neighbouring events are drawn together."""
    blocks = np.array_split(changes.astype(np.float64), BLOCKS)
    sums, counts = block_bootstrap(np.array([(block.sum(), len(block)) for block in blocks]), BOOTSTRAP_SEED).T
    return interval_of(sums / counts)

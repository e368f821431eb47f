"""A held-out text as a network read it, kept so that any unit can be looked at: states, labels, contexts, correlations.

Axes: `time`; `layer unit`; `column`, which runs over states, layers and units; `sample`, every few characters.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool, Float32, Float64, Int64, UInt32
from scipy.stats import rankdata

from analysis.causal.passages import HeldOut
from analysis.causal.table import held_out_text
from analysis.concepts import concepts_for
from analysis.portrait.summary import UnitState
from corpora import InputError, to_code_points
from corpora.demo import load_passage, passage_names
from corpora.places import data_folder
from models.network import WARM_UP, CharRNN
from models.recording import record_blocks
from models.run import Run

CHARACTERS, BYTES = 20_000, 200_000_000  # as many characters, or fewer of a large network
SAMPLE = 4_000  # characters that correlations are taken over: their standard error is below .016
BEFORE, AFTER = 48, 31  # characters of a context before and after the one that is marked
APART = 200  # characters between two contexts, at least
STEP, ENOUGH = 500, 30  # of a stretch that is to show many kinds of events: see `richest_stretch`
FEWEST_SEEN = 5  # times that a character occurs
STILL = 1e-3  # a unit whose activation keeps within a range of this has nothing to show


@dataclass(frozen=True)
class ReadPassage:
    """A text, what every unit did while the network read it, and what every concept says of it."""

    codes: UInt32[np.ndarray, " time"]
    ids: Int64[np.ndarray, " time"]
    source: str
    states: dict[str, Float32[np.ndarray, "layer unit time"]]
    labels: dict[str, Float32[np.ndarray, " time"]]
    """By concept; only of those concepts that vary in this text."""
    deviation: Float32[np.ndarray, "layer unit"]
    """The standard deviation of h."""
    ranks: Float32[np.ndarray, "column sample"]
    """Each column's ranks, of mean 0 and length 1, so that a product of two is Spearman's correlation; 0 if still."""

    def __len__(self) -> int:
        return len(self.codes)

    def seen(self, vocabulary: int) -> Int64[np.ndarray, " character"]:
        """The ids of the characters that occur in the text often enough to be spoken of; if they are few, all."""
        counts = np.bincount(self.ids, minlength=vocabulary)
        often = np.flatnonzero(counts >= FEWEST_SEEN)
        return often if len(often) >= FEWEST_SEEN else np.flatnonzero(counts)

    def values(self, unit: UnitState) -> Float32[np.ndarray, " time"]:
        """The activation of a unit."""
        return self.states[unit.state][unit.layer - 1, unit.unit]


def is_still(values: Float32[np.ndarray, " time"]) -> bool:
    """Whether a unit does not move: there is nothing to learn from where it is high."""
    return float(np.ptp(values)) < STILL


# ---- which text -----------------------------------------------------------------------------------------------------


def is_at_hand(run: Run) -> bool:
    """Whether the run's corpus is prepared on this machine, so that its test split can be read at once."""
    return (data_folder() / run.corpus["name"] / "corpus.json").is_file()


def unseen_text(run: Run) -> HeldOut:
    """The part of the run's test split that judged its units; all of a split that is too short to be parted.

    Raises:
        InputError: the corpus is not on this machine, or it is another text than the run was trained on.
    """
    text = held_out_text(run)
    return text if text.start < len(text.codes) else replace(text, start=0)


def demo_text(run: Run) -> HeldOut:
    """The demo passage in the manner of the run's corpus: short, but it is on every machine."""
    corpus = run.corpus["name"].removesuffix("-bytes")
    name = corpus if corpus in passage_names() else "linux" if corpus == "python" else "war-and-peace"
    return HeldOut(to_code_points(load_passage(name)), 0, "a demo passage")


def read_passage(run: Run, network: CharRNN, text: HeldOut, characters: int = CHARACTERS) -> ReadPassage:
    """Read those `characters` of a text, from its `start` on, in which the most concepts are to be seen.

    What comes before is read to warm up.

    Raises:
        InputError: an empty text.
    """
    model, kind = run.model, network.kind
    width = model.num_layers * model.hidden_size
    length = min(characters, BYTES // (4 * width * len(kind.states)), len(text.codes) - text.start)
    if length < 1:
        raise InputError(f"Wanted a text to read, got none in {text.source}. Use a longer text.")
    labels = {concept: concept.labels(text.codes) for concept in concepts_for(run.corpus["name"])}
    start = text.start + richest_stretch([begins(of_text[text.start :]) for of_text in labels.values()], length)
    part, first = slice(start, start + length), max(0, start - WARM_UP)
    ids = run.vocabulary.encode(text.codes[first : part.stop])
    states = _record(network, ids, start - first)
    flat = np.concatenate([states[name].reshape(width, length) for name in kind.states])
    return ReadPassage(
        text.codes[part],
        ids[start - first :],
        text.source,
        states,
        {concept.name: of_text[part] for concept, of_text in labels.items() if _varies(of_text[part])},
        states["hidden"].std(axis=2),
        _unit_ranks(flat[:, :: -(-length // SAMPLE)]),
    )


def begins(labels: Float32[np.ndarray, " time"]) -> Bool[np.ndarray, " time"]:
    """Where a label grows."""
    return np.concatenate([[False], np.diff(labels) > 0])


def richest_stretch(events: list[Bool[np.ndarray, " time"]], length: int) -> int:
    """Where a stretch of so many characters starts that shows the most of each kind of event, up to thirty of each."""
    starts = np.arange(0, len(events[0]) - length + 1, STEP) if events else np.zeros(1, dtype=np.int64)
    shown = np.zeros(len(starts), dtype=np.int64)
    for of_kind in events:
        total = np.concatenate([[0], np.cumsum(of_kind)])
        shown += np.minimum(total[starts + length] - total[starts], ENOUGH)
    return int(starts[np.argmax(shown)])


def _record(
    network: CharRNN, ids: Int64[np.ndarray, " read"], warm_up: int
) -> dict[str, Float32[np.ndarray, "layer unit time"]]:
    """All states by name, without those of the warm-up."""
    shape = (network.config.num_layers, network.config.hidden_size, len(ids) - warm_up)
    states = {name: np.empty(shape, dtype=np.float32) for name in network.kind.states}
    for block in record_blocks(network, ids):
        start, skipped = max(0, block.start - warm_up), max(0, warm_up - block.start)
        for name, values in block.states.items():
            part = values[skipped:]
            states[name][:, :, start : start + len(part)] = part.transpose(1, 2, 0)
    return states


def _varies(labels: Float32[np.ndarray, " time"]) -> bool:
    known = labels[~np.isnan(labels)]
    return known.size > 0 and bool(known.min() < known.max())


def _unit_ranks(values: Float32[np.ndarray, "column sample"]) -> Float32[np.ndarray, "column sample"]:
    ranks = np.empty_like(values)
    for start in range(0, len(values), 256):  # in parts: ranks are float64 on their way
        part = rankdata(values[start : start + 256], axis=1)
        ranks[start : start + 256] = part - part.mean(axis=1, keepdims=True)
    return ranks / np.maximum(np.linalg.norm(ranks, axis=1, keepdims=True), 1e-6)


# ---- contexts -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Context:
    """A character where a unit has a certain value, with some of the text around it."""

    at: int
    """Its position in the passage."""
    marked: int
    """Its position in the context."""
    codes: UInt32[np.ndarray, " here"]
    values: Float32[np.ndarray, " here"]

    @property
    def value(self) -> float:
        return float(self.values[self.marked])


def context_at(passage: ReadPassage, values: Float32[np.ndarray, " time"], at: int) -> Context:
    """The text around a character, cut where the passage ends."""
    start, stop = max(0, at - BEFORE), min(len(passage), at + AFTER + 1)
    return Context(at, at - start, passage.codes[start:stop], values[start:stop])


def extreme_positions(values: Float32[np.ndarray, " time"], count: int, apart: int = APART) -> list[int]:
    """Where the values are highest, each at least `apart` from the others; fewer in a short text."""
    return _nearest_first(-values.astype(np.float64), count, apart, np.ones(len(values), dtype=bool))


def quantile_positions(values: Float32[np.ndarray, " time"], shares: Sequence[float], apart: int = APART) -> list[int]:
    """For each share a position whose value is nearest to that quantile, each `apart` from the others where it can."""
    free, found = np.ones(len(values), dtype=bool), []
    for level in np.quantile(values.astype(np.float64), list(shares)):
        found += _nearest_first(np.abs(values - level), 1, apart, free)
    return found


def _nearest_first(
    distance: Float64[np.ndarray, " time"], count: int, apart: int, free: Bool[np.ndarray, " time"]
) -> list[int]:
    """Positions of least distance among those that are free; takes up what is around each of them."""
    found = []
    while len(found) < count and free.any():
        at = int(np.argmin(np.where(free, distance, np.inf)))
        found.append(at)
        free[max(0, at - apart + 1) : at + apart] = False
    return found


# ---- correlations ---------------------------------------------------------------------------------------------------


def correlated_units(passage: ReadPassage, unit: UnitState, count: int = 8) -> list[tuple[UnitState, float]]:
    """The columns of the largest Spearman correlation with a unit, whatever its sign; not the unit itself."""
    names = list(passage.states)
    layers, units, _ = passage.states[names[0]].shape
    column = (names.index(unit.state) * layers + unit.layer - 1) * units + unit.unit
    correlation = passage.ranks @ passage.ranks[column]
    order = np.argsort(-np.abs(correlation), kind="stable")
    found = [int(each) for each in order[: count + 1] if each != column and correlation[each] != 0][:count]
    return [(_column_name(each, names, layers, units), float(correlation[each])) for each in found]


def _column_name(column: int, names: list[str], layers: int, units: int) -> UnitState:
    state, rest = divmod(column, layers * units)
    return UnitState(rest // units + 1, rest % units, names[state])

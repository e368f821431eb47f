"""A held-out text as a network read it, kept so that any unit can be looked at: states, labels, contexts, correlations.

Axes: `time`; `layer unit`; `column`, which runs over states, layers and units; `sample`, every few characters.
"""

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool, Float32, Int64, UInt32
from scipy.stats import rankdata

from analysis.concepts import fitting_concepts
from analysis.statistics import varies
from analysis.texts import HeldOut, held_out_text
from corpora import InputError, to_code_points
from corpora.demo import load_passage, passage_like
from corpora.prepared import find_prepared
from models.network import WARM_UP, CharRNN
from models.recording import record_blocks
from models.run import Run
from models.units import Unit, unit_at

CHARACTERS, BYTES = 20_000, 200_000_000  # as many characters, or fewer of a large network
SAMPLE = 4_000  # characters that correlations are taken over: their standard error is below .016
STEP, ENOUGH = 500, 30  # of a stretch that is to show many kinds of events: see `richest_stretch`
FEWEST_SEEN = 5  # times that a character occurs
CONSTANT = 1e-3  # a unit whose range of activations is smaller is constant


@dataclass(frozen=True)
class LabelledExcerpt:
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
    """Each column's ranks, of mean 0 and length 1: a product of two is Spearman's correlation. 0 if constant."""

    def __len__(self) -> int:
        return len(self.codes)

    def seen(self, vocabulary: int) -> Int64[np.ndarray, " character"]:
        """The ids of the characters that occur in the text often enough to be spoken of; if they are few, all."""
        counts = np.bincount(self.ids, minlength=vocabulary)
        often = np.flatnonzero(counts >= FEWEST_SEEN)
        return often if len(often) >= FEWEST_SEEN else np.flatnonzero(counts)

    def values(self, unit: Unit) -> Float32[np.ndarray, " time"]:
        """The activation of a unit."""
        return self.states[unit.state][unit.layer - 1, unit.index]


def is_constant(values: Float32[np.ndarray, " time"]) -> bool:
    """Whether a unit keeps its value, so that its highest contexts mean nothing."""
    return float(np.ptp(values)) < CONSTANT


# ---- which text -----------------------------------------------------------------------------------------------------


def is_at_hand(run: Run) -> bool:
    """Whether the run's corpus is prepared on this machine, so that its test split can be read at once."""
    return bool(run.corpus["name"]) and find_prepared(run.corpus["name"]) is not None


def unseen_text(run: Run) -> HeldOut:
    """The part of the run's test split that judged its units; all of a split that is too short to be parted.

    Raises:
        InputError: the corpus is not on this machine, or it is another text than the run was trained on.
    """
    text = held_out_text(run)
    return text if text.start < len(text.codes) else replace(text, start=0)


def demo_text(run: Run) -> HeldOut:
    """The demo passage in the manner of the run's corpus: short, but it is on every machine."""
    passage = load_passage(passage_like(run.corpus["name"]))
    return HeldOut(to_code_points(passage), 0, "a demo passage")


def read_excerpt(run: Run, network: CharRNN, text: HeldOut, characters: int = CHARACTERS) -> LabelledExcerpt:
    """Read those `characters` of a text, from its `start` on, that show the most concepts.

    What comes before is read to warm up.

    Raises:
        InputError: an empty text.
    """
    model, kind = run.model, network.kind
    width = model.num_layers * model.hidden_size
    length = min(characters, BYTES // (4 * width * len(kind.states)), len(text.codes) - text.start)
    if length < 1:
        raise InputError(f"Wanted a text to read, got none in {text.source}. Use a longer text.")
    labels = {concept: concept.labels(text.codes) for concept in fitting_concepts(run.corpus["name"], text.codes)}
    start = text.start + richest_stretch([begins(of_text[text.start :]) for of_text in labels.values()], length)
    part, first = slice(start, start + length), max(0, start - WARM_UP)
    ids = run.vocabulary.encode(text.codes[first : part.stop])
    states = _record(network, ids, start - first)
    flat = np.concatenate([states[name].reshape(width, length) for name in kind.states])
    return LabelledExcerpt(
        text.codes[part],
        ids[start - first :],
        text.source,
        states,
        {concept.name: of_text[part] for concept, of_text in labels.items() if varies(of_text[part])},
        states["hidden"].std(axis=2),
        _unit_ranks(flat[:, :: -(-length // SAMPLE)]),
    )


def begins(labels: Float32[np.ndarray, " time"]) -> Bool[np.ndarray, " time"]:
    """Where a label grows."""
    return np.concatenate([[False], np.diff(labels) > 0])


def richest_stretch(events: list[Bool[np.ndarray, " time"]], length: int) -> int:
    """The start of the stretch of `length` characters with the most events, counting up to thirty of each kind."""
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


def _unit_ranks(values: Float32[np.ndarray, "column sample"]) -> Float32[np.ndarray, "column sample"]:
    ranks = np.empty_like(values)
    for start in range(0, len(values), 256):  # in parts: ranks are float64 on their way
        part = rankdata(values[start : start + 256], axis=1)
        ranks[start : start + 256] = part - part.mean(axis=1, keepdims=True)
    return ranks / np.maximum(np.linalg.norm(ranks, axis=1, keepdims=True), 1e-6)


# ---- correlations ---------------------------------------------------------------------------------------------------


def correlated_units(passage: LabelledExcerpt, unit: Unit, count: int = 8) -> list[tuple[Unit, float]]:
    """The columns of the largest Spearman correlation with a unit, whatever its sign; not the unit itself."""
    names = list(passage.states)
    layers, units, _ = passage.states[names[0]].shape
    width = layers * units
    column = names.index(unit.state) * width + unit.column(units)
    correlation = passage.ranks @ passage.ranks[column]
    order = np.argsort(-np.abs(correlation), kind="stable")
    found = [int(each) for each in order[: count + 1] if each != column and correlation[each] != 0][:count]
    return [(unit_at(each % width, units, names[each // width]), float(correlation[each])) for each in found]

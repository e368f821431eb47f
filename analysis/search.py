"""Finds, for each concept, the units that track it, and says how well on text that had no part in choosing them.

python -m analysis search RUN

Axes: `time`, `concept`, and `unit`, which here runs over states, layers and units: (state, layer, unit) flattened. The
states are those of the run's cell: hidden and cell of an LSTM, hidden of the others.

The rules: the text comes from the run's test split. Its first 40 % (development) choose the unit, its sign and its
threshold; the rest, after a gap of at least 1,000 characters and from the start of a document where there is one,
gives every reported score. Beside each score stands that of the best unit of untrained networks of the same shape,
chosen in the same way: what the architecture gives for free.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr
from jaxtyping import Float, Float32, UInt8, UInt32

from analysis.concepts import Concept, concepts_for
from analysis.scores import Quantiser, Scores, best_edge, count_bins, score_units, threshold_scores
from corpora import InputError, prepare_file
from models.network import CELLS, CharRNN
from models.record import record_blocks
from models.recordings import CHUNK, open_recording
from models.run import UNITS, Run, corpus_of, replacing

DEVELOPMENT_SHARE, GAP, MINIMUM_CHARACTERS = 0.4, 1000, 10_000
CANDIDATES = 5  # units kept per concept and state
RANDOM_SEEDS = (1, 2, 3)
CLEAR_AUROC, CLEAR_SPEARMAN, CLEAR_MARGIN = 0.9, 0.7, 0.05
STREAMS = 32
Report = Callable[[str], None]


@dataclass(frozen=True)
class Halves:
    """The development part, which chooses, and the test part, which judges."""

    development: slice
    test: slice


def split_halves(length: int, document_starts: list[int]) -> Halves:
    """Contiguous parts with a gap; the test part begins with a document if one starts soon enough."""
    end = int(length * DEVELOPMENT_SHARE)
    start = end + GAP
    latest = end + int(length * 0.2)
    start = next((at for at in document_starts if start <= at <= latest), start)
    return Halves(slice(0, end), slice(start, length))


@dataclass(frozen=True)
class Activations:
    """All units of a network over a text, quantised; columns are (state, layer, unit) flattened."""

    bins: UInt8[np.ndarray, "time unit"]
    quantiser: Quantiser
    states: tuple[str, ...]
    layers: int
    units: int

    def column(self, index: int) -> tuple[str, int, int]:
        """State, layer (from 1) and unit of a column."""
        state, rest = divmod(index, self.layers * self.units)
        layer, unit = divmod(rest, self.units)
        return self.states[state], layer + 1, unit


def _flatten(states: Iterable[np.ndarray]) -> Float[np.ndarray, "time unit"]:
    return np.concatenate([state.reshape(len(state), -1) for state in states], axis=1)


def activations_of_network(network: CharRNN, ids: np.ndarray, development: slice) -> Activations:
    """Record a network over a text, 32 streams side by side, keeping only values quantised by the development part."""
    config, states = network.config, network.kind.states
    sample = np.concatenate([ids[part] for part in _sample_parts(development.stop)])
    quantiser = Quantiser(np.concatenate([_flatten(block.states.values()) for block in record_blocks(network, sample)]))
    bins = np.empty((len(ids), len(states) * config.num_layers * config.hidden_size), dtype=np.uint8)
    for block in record_blocks(network, ids, streams=STREAMS if len(ids) >= 64_000 else 1):
        bins[block.start : block.start + len(block)] = quantiser.to_bins(_flatten(block.states.values()))
    return Activations(bins, quantiser, states, config.num_layers, config.hidden_size)


def activations_of_recording(recording: xr.Dataset, states: tuple[str, ...], development: slice) -> Activations:
    """The same of these states from a recording on disk, a chunk at a time."""
    length = recording.sizes["time"]

    def read(part: slice) -> np.ndarray:
        chunk = recording.isel(time=part)
        return _flatten(chunk[state].to_numpy() for state in states)

    quantiser = Quantiser(np.concatenate([read(part) for part in _sample_parts(development.stop)]))
    bins = [quantiser.to_bins(read(slice(at, at + CHUNK))) for at in range(0, length, CHUNK)]
    return Activations(np.concatenate(bins), quantiser, states, recording.sizes["layer"], recording.sizes["unit"])


def _sample_parts(length: int, parts: int = 8, part_length: int = 2048) -> list[slice]:
    """Where the quantiser looks in the first `length` characters: at all of them, or at evenly spaced stretches."""
    if length <= parts * part_length:
        return [slice(0, length)]
    return [slice(start, start + part_length) for start in np.linspace(0, length - part_length, parts).astype(int)]


def search(
    run: Run, text: Path | None = None, recording: Path | None = None, chars: int = 300_000, report: Report = print
) -> pd.DataFrame:
    """The table of the best units for every concept of the run's corpus.

    Raises:
        InputError: no text to search on, one that is too short, or a recording of other weights.
    """
    codes, starts, source = _text_to_search(run, text, recording, chars)
    if len(codes) < MINIMUM_CHARACTERS:
        raise InputError(
            f"Wanted at least {MINIMUM_CHARACTERS:,} characters to search on, got {len(codes):,}. Use a longer text."
        )
    concepts = concepts_for(run.corpus["name"])
    report(f"labelling {len(codes):,} characters of {source} with {len(concepts)} concepts")
    labels = np.stack([concept.labels(codes) for concept in concepts], axis=1)
    halves = split_halves(len(codes), starts)
    ids = run.vocabulary.encode(codes)
    report(f"reading with {run.name}")
    if recording:
        opened = open_recording(recording).isel(time=slice(len(codes)))
        activations = activations_of_recording(opened, CELLS[run.model.cell].states, halves.development)
    else:
        activations = activations_of_network(run.load_network(), ids, halves.development)
    table = _best_units(concepts, labels, activations, halves)
    table["random_init"] = table["concept"].map(_random_init_scores(run, ids, concepts, labels, halves, report))
    table.attrs = {
        "run": run.name,
        "weights_sha256": run.weights_hash,
        "source": source,
        "characters": len(codes),
        "development_characters": halves.development.stop,
        "test_characters": halves.test.stop - halves.test.start,
    }
    return table


def _text_to_search(
    run: Run, text: Path | None, recording: Path | None, chars: int
) -> tuple[UInt32[np.ndarray, " time"], list[int], str]:
    if recording is not None and text is not None:
        raise InputError("Wanted --text or --recording to search on, got both. Leave one of them out.")
    if recording is not None:
        opened = open_recording(recording)
        if opened.attrs["weights_sha256"] != run.weights_hash:
            raise InputError(
                f"{recording} was made by other weights than {run.name} has now. "
                f"Record again: python -m models record {run.name} --out NEW.zarr"
            )
        return opened["char"].to_numpy()[:chars], [], recording.name
    if text is not None:
        corpus = prepare_file(text)
        return np.asarray(corpus.characters[:chars]), [], text.name
    corpus = corpus_of(run)
    return np.asarray(corpus.split("test")[:chars]), corpus.document_starts("test"), f"{corpus.name}, test split"


def _best_units(
    concepts: list[Concept], labels: Float32[np.ndarray, "time concept"], activations: Activations, halves: Halves
) -> pd.DataFrame:
    development = score_units(activations.bins[halves.development], labels[halves.development])
    test = score_units(activations.bins[halves.test], labels[halves.test])
    rows = []
    per_state = activations.layers * activations.units
    for index, concept in enumerate(concepts):
        for state in range(len(activations.states)):
            strength = np.nan_to_num(development.strength[index, state * per_state : (state + 1) * per_state], nan=-1.0)
            best = np.argsort(-strength, kind="stable")[:CANDIDATES] + state * per_state
            for place, column in enumerate(best, 1):
                sign = _sign(development, index, column)
                named = dict(zip(("state", "layer", "unit"), activations.column(column), strict=True))
                scores = _signed_scores(test, index, column, sign)
                detection = _detection(labels[:, index], activations, column, sign, halves) if concept.is_binary else {}
                chosen_by = {"place": place, "development": strength[column - state * per_state], "sign": sign}
                rows.append(
                    {"concept": concept.name, "kind": concept.kind, **named, **chosen_by, **scores, **detection}
                )
    return pd.DataFrame(rows)


def _sign(scores: Scores, concept: int, column: int) -> int:
    auroc, spearman = scores.auroc[concept, column], scores.spearman[concept, column]
    return -1 if auroc < 0.5 or spearman < 0 else 1


def _signed_scores(scores: Scores, concept: int, column: int, sign: int) -> dict[str, float]:
    auroc, spearman = scores.auroc[concept, column], scores.spearman[concept, column]
    return {"auroc": auroc if sign > 0 else 1 - auroc, "spearman": sign * spearman}


def _detection(
    label: Float32[np.ndarray, " time"], activations: Activations, column: int, sign: int, halves: Halves
) -> dict[str, float]:
    """Threshold (an activation) from the development part; F1 and average precision on the test part."""
    bins = np.ascontiguousarray(activations.bins[:, column : column + 1])

    def counts(part: slice, value: int) -> np.ndarray:
        found = count_bins(bins[part], np.flatnonzero(label[part] == value))[0]
        return found if sign > 0 else found[::-1]

    edge = best_edge(counts(halves.development, 1), counts(halves.development, 0))
    result = threshold_scores(counts(halves.test, 1), counts(halves.test, 0), edge)
    threshold = activations.quantiser.to_value(column, edge if sign > 0 else 256 - edge)
    if sign < 0:  # a bin begins with its lower edge, so the values below it end just before
        threshold = float(np.nextafter(np.float32(threshold), np.float32(-np.inf)))
    share = float((label[halves.test] == 1).mean())
    return {"threshold": threshold, "f1": result.f1, "average_precision": result.average_precision, "share": share}


def _random_init_scores(
    run: Run, ids: np.ndarray, concepts: list[Concept], labels: np.ndarray, halves: Halves, report: Report
) -> dict[str, float]:
    """For each concept the best test score (AUROC or Spearman) that untrained networks reach."""
    best = {concept.name: np.nan for concept in concepts}
    for seed in RANDOM_SEEDS:
        report(f"reading with an untrained network (seed {seed})")
        activations = activations_of_network(run.untrained_network(seed), ids, halves.development)
        table = _best_units(concepts, labels, activations, halves)
        chosen = table[table["place"] == 1]
        for name, group in chosen.groupby("concept"):
            found = group["auroc"].where(group["auroc"].notna(), group["spearman"]).max()
            best[str(name)] = float(np.fmax(best[str(name)], found))
    return best


def summarise(table: pd.DataFrame) -> pd.DataFrame:
    """The table with each row's headline: `measure` (AUROC or Spearman), `score` on the test part, and `clear`.

    Clear means at least AUROC .90 or Spearman .70, and .05 above what untrained networks reach.
    """
    binary = table["kind"] == "state"
    score = table["auroc"].where(binary, table["spearman"])
    enough = np.where(binary, CLEAR_AUROC, CLEAR_SPEARMAN)
    clear = (score >= enough) & (score >= table["random_init"] + CLEAR_MARGIN)
    return table.assign(measure=np.where(binary, "AUROC", "Spearman"), score=score, clear=clear)


def save_table(table: pd.DataFrame, path: Path) -> None:
    """Write a search table as Parquet (or CSV, by the name's ending), whole or not at all."""
    with replacing(path) as temporary:
        table.to_csv(temporary, index=False) if path.suffix == ".csv" else table.to_parquet(temporary, index=False)


def load_table(run: Run) -> pd.DataFrame | None:
    """The search table beside a run's weights, or None if these weights were not searched."""
    return run.measured_table(UNITS)

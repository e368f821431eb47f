"""Finds, for each concept, the units that track it, and says how well on text that had no part in choosing them.

python -m analysis search RUN

The rules: the text comes from the run's test split. Its first 40 % (development) choose the unit, its sign and its
threshold; the rest, after a gap of at least 1,000 characters and from the start of a document where there is one,
gives every reported score. Beside each score stand its baselines and controls, found in the same way: n-grams, the best
unit of untrained networks, of the same layers rotated at random, and of the same rule with other delimiters; and how
often chance does as well. `analysis.evidence.verdicts` says what counts as having found something.
"""

import errno
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import gettempdir
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from analysis.concepts import Concept, fitting_concepts
from analysis.evidence.baselines import (
    control_columns,
    ngram_columns,
    significance_columns,
    untrained_scores,
    verdict_columns,
)
from analysis.evidence.candidates import cluster_units, find_candidates
from analysis.evidence.controls import DRAWS
from analysis.evidence.prepare import Prepared, prepare
from analysis.evidence.probes import sparse_probes
from analysis.evidence.verdicts import MARGIN, all_scores, share_curve
from analysis.findings import Findings, best_ngram
from analysis.progress import Progress
from analysis.scoring.activations import ActivationStore, make_store
from analysis.scoring.scores import Scores, score_store
from analysis.scoring.sources import NetworkSource, RecordingSource, Source, recorded_states
from analysis.scoring.workers import Workers, workers_at
from analysis.texts import SEARCHED, text_to_search
from corpora import InputError
from corpora.whole import PRIVATE, temporary_folder
from models.run import Run

RANDOM_SEEDS = (1, 2, 3)
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES)


def search(
    run: Run,
    text: Path | None = None,
    recording: Path | None = None,
    chars: int = SEARCHED,
    *,
    gates: bool = False,
    concepts: Sequence[Concept] | None = None,
    scheduler: str | None = None,
    draws: int = DRAWS,
    progress: Progress | None = None,
) -> Findings:
    """The best units for each concept (by default of the run's corpus), with all that speaks for and against them.

    Activations are stored to a temporary folder: twice as many bytes as there are characters times units times states.
    The workers of a Dask scheduler must see that folder under the same name.

    Raises:
        InputError: no text to search on, one that is too short, a recording of other weights, no scheduler.
    """
    progress = progress or Progress()
    searched = text_to_search(run, text, recording, chars)
    source = _source(run, searched.recording, searched.ids, gates)
    wanted = fitting_concepts(run.corpus["name"], searched.codes) if concepts is None else list(concepts)
    with ExitStack() as stack:
        workers = stack.enter_context(workers_at(scheduler))
        folder = stack.enter_context(_spool())
        prepared = prepare(searched, wanted, folder, progress)
        store = _fill(source, folder / "trained", prepared, f"reading with {run.name}", progress, rotated=True)
        development, test = _score(store, prepared, workers, progress)
        units = find_candidates(store, prepared, development, test, workers, progress)
        units = units.join(ngram_columns(prepared, progress), on="concept")
        controls = control_columns(units, store, prepared, development, test)
        significance = significance_columns(units, store, prepared, workers, draws, folder, progress)
        units = pd.concat([units, controls, significance], axis=1)
        units["cluster"] = cluster_units(units, store.without_rotated(), prepared.parts.test)
        scores = all_scores(development, test, prepared.names, store)
        shares = [_share(scores, units, prepared, "trained")]
        probes = [_probe(store.without_rotated(), prepared, "trained", progress)]
        untrained = []
        for seed in RANDOM_SEEDS:
            found, share, probed = _untrained(run, seed, gates, prepared, folder, workers, units, progress)
            untrained.append(found)
            shares.append(share)
            probes.append(probed)
        units["untrained"] = units["concept"].map(pd.DataFrame(untrained).max())
        units = units.join(verdict_columns(units, prepared))
    plain = scores[scores["state"].isin(source.states)]
    return Findings.of(
        _attributes(run, prepared),
        units=units,
        scores=plain.assign(state=plain["state"].cat.remove_unused_categories()).reset_index(drop=True),
        share=_mean(shares, ["source", "state", "threshold"]),
        probes=_mean(probes, ["source", "concept", "state", "size"]),
    )


@contextmanager
def _spool() -> Iterator[Path]:
    """A temporary folder for the activations and labels.

    Raises:
        InputError: it has no room for them, or nothing may be written there.
    """
    try:
        with temporary_folder(Path(gettempdir()), "charscope-search", PRIVATE) as folder:
            yield folder
    except OSError as error:
        if error.errno not in NO_ROOM and "written" not in str(error):  # numpy's own errors have no number
            raise
        raise InputError(
            f"Cannot write what the search stores meanwhile to {gettempdir()} ({error.strerror or error}). Free space, "
            "search fewer characters with --chars, or set TMPDIR to a folder with more room."
        ) from None


def _source(run: Run, recording: xr.Dataset | None, ids: np.ndarray, gates: bool) -> Source:
    states = recorded_states(run.model, gates)
    if recording is None:
        return NetworkSource(run.load_network(), ids, gates)
    missing = [state for state in states if state not in recording]
    if missing:
        raise InputError(
            f"Wanted a recording of {', '.join(states)}, this one lacks {', '.join(missing)}. "
            "Record again with --gates, or search without."
        )
    return RecordingSource(recording, states)


def _fill(
    source: Source, folder: Path, prepared: Prepared, stage: str, progress: Progress, rotated: bool = False
) -> ActivationStore:
    progress.stage(stage, source.length)
    store, filling = make_store(source, folder, prepared.parts.development.stop, rotated)
    for done in filling:
        progress.advance(done)
    return store


def _score(store: ActivationStore, prepared: Prepared, workers: Workers, progress: Progress) -> tuple[Scores, Scores]:
    """Scores of the development part, which chooses, and of the test part, which judges."""
    progress.stage(f"scoring {store.columns:,} columns", 2)
    found = []
    for design in (prepared.development, prepared.test):
        found.append(score_store(store, design, prepared.labels, workers))
        progress.advance()
    return found[0], found[1]


def _untrained(
    run: Run,
    seed: int,
    gates: bool,
    prepared: Prepared,
    folder: Path,
    workers: Workers,
    units: pd.DataFrame,
    progress: Progress,
) -> tuple[dict[str, float], pd.DataFrame, pd.DataFrame]:
    """The same search in a network of the same shape that was never trained: best scores, share curve, probes."""
    network = run.untrained_network(seed)
    source = NetworkSource(network, prepared.text.ids, gates)
    store = _fill(source, folder / "untrained", prepared, f"reading with an untrained network ({seed})", progress)
    development, test = _score(store, prepared, workers, progress)
    scores = all_scores(development, test, prepared.names, store)
    share = _share(scores, units, prepared, "untrained")
    return untrained_scores(store, prepared, development, test), share, _probe(store, prepared, "untrained", progress)


def _share(scores: pd.DataFrame, units: pd.DataFrame, prepared: Prepared, source: str) -> pd.DataFrame:
    first = units.assign(ngram=best_ngram(units) + MARGIN).groupby("concept")[["ngram", "null_95"]].first()
    least = {str(name): float(value) for name, value in first.max(axis=1).items()}
    binary = {concept.name for concept in prepared.concepts if concept.is_binary and concept.kind != "local"}
    local = {name for name, decided in zip(prepared.names, prepared.by_character, strict=True) if decided}
    return share_curve(scores, least, binary - local, source)


def _probe(store: ActivationStore, prepared: Prepared, source: str, progress: Progress) -> pd.DataFrame:
    progress.stage("fitting sparse probes")
    parts = prepared.parts
    found = sparse_probes(store, prepared.labels, list(range(len(prepared.concepts))), parts.development, parts.test)
    progress.advance()
    return found.assign(source=source, concept=[prepared.names[index] for index in found["concept"]])


def _mean(tables: list[pd.DataFrame], keys: list[str]) -> pd.DataFrame:
    """One table of several: what untrained networks reach is the mean of them; lists are kept where there is one."""
    table = pd.concat(tables, ignore_index=True)
    rest = {name: "first" if table[name].dtype == object else "mean" for name in table.columns if name not in keys}
    return table.groupby(keys, sort=False, as_index=False).agg(rest)


def _attributes(run: Run, prepared: Prepared) -> dict[str, Any]:
    parts = prepared.parts
    return {
        "run": run.name,
        "weights_sha256": run.weights_hash,
        "source": prepared.text.source,
        "characters": len(prepared.text.codes),
        "development_characters": parts.development.stop,
        "test_characters": parts.test.stop - parts.test.start,
    }

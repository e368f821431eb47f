"""How often the search finds what is not there: untrained networks read one text, and the labels are another's.

python -m benchmarks.study_false_discoveries [--corpus war-and-peace] [--runs 100]

Each run has a network of its own and three excerpts of the corpus that do not overlap: one to read, one that lends the
labels, one whose labels are null labels (`--own` leaves it out, as a search on a text
file does: then the labels themselves are laid round about). Nothing that the network does has to do with the labels,
so whatever is found is found by chance. Reported are the share of runs in which any concept was significant (its false
discovery rate at most .05) and the share in which any unit got a verdict. N-gram baselines and untrained networks are
left out: they only take verdicts away. Intervals are exact (Clopper and Pearson 1934).

Not part of `make bench`: it takes minutes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import numpy as np
import pandas as pd
import torch
import typer
from jaxtyping import Float32, UInt32
from scipy.stats import binomtest

from analysis.concepts import Concept, concepts_for
from analysis.evidence.baselines import significance_columns, verdict_columns
from analysis.evidence.candidates import find_candidates
from analysis.evidence.controls import DRAWS
from analysis.evidence.prepare import prepare
from analysis.evidence.verdicts import ALPHA
from analysis.findings import NGRAMS
from analysis.progress import Progress
from analysis.scoring.activations import make_store
from analysis.scoring.scores import score_store
from analysis.scoring.sources import NetworkSource
from analysis.scoring.workers import Threads
from analysis.texts import SearchText
from corpora import Vocabulary, load_corpus
from models.config import Cell, ModelConfig
from models.network import CharRNN

CHARACTERS, ELSEWHERE = 30_000, 60_000


@dataclass(frozen=True)
class Excerpts:
    """What one run reads, whose labels it gets, and where the null distribution's labels are from."""

    read: UInt32[np.ndarray, " time"]
    lending: UInt32[np.ndarray, " time"]
    elsewhere: UInt32[np.ndarray, " elsewhere"] | None


def with_null_labels(concept: Concept, excerpts: Excerpts) -> Concept:
    """The concept, but the text that is read gets another text's labels, in the order in which they stand there."""
    lent = concept.labels(excerpts.lending)

    def label(codes: UInt32[np.ndarray, " time"]) -> Float32[np.ndarray, " time"]:
        return lent if np.array_equal(codes, excerpts.read) else concept.label(codes)

    return replace(concept, label=label, delimiters="")  # other delimiters would make labels of the text that is read


def search_for_nothing(
    excerpts: Excerpts, concepts: Sequence[Concept], seed: int, cell: Cell = "lstm", draws: int = DRAWS
) -> pd.DataFrame:
    """The table of units of an untrained network, with p-values, q-values and verdicts, for null labels."""
    vocabulary = Vocabulary.of([excerpts.read], min_count=1)
    torch.manual_seed(seed)
    network = CharRNN(ModelConfig(cell=cell, num_layers=2, hidden_size=24, embedding_size=8), len(vocabulary)).eval()
    text = SearchText(excerpts.read, vocabulary.encode(excerpts.read), [], "study", excerpts.elsewhere)
    borrowed, workers, progress = [with_null_labels(each, excerpts) for each in concepts], Threads(), Progress()
    with TemporaryDirectory() as name:
        folder = Path(name)
        prepared = prepare(text, borrowed, folder, progress)
        store, filling = make_store(NetworkSource(network, text.ids), folder / "store", prepared.parts.development.stop)
        for _ in filling:
            pass
        development, test = (
            score_store(store, design, prepared.labels, workers) for design in (prepared.development, prepared.test)
        )
        units = find_candidates(store, prepared, development, test, workers, progress)
        units = units.join(significance_columns(units, store, prepared, workers, draws, folder, progress))
        units = units.assign(**dict.fromkeys((*NGRAMS, "untrained"), np.nan))
        return units.join(verdict_columns(units, prepared))


def draw_excerpts(codes: UInt32[np.ndarray, " time"], seed: int, own: bool) -> Excerpts:
    """Three stretches of a corpus in random order, with random gaps between them."""
    chance, lengths = np.random.default_rng(seed), np.array([CHARACTERS, CHARACTERS, ELSEWHERE])
    order = chance.permutation(3)
    gaps = np.sort(chance.integers(0, len(codes) - lengths.sum(), size=3))
    starts = gaps + np.concatenate([[0], lengths[order].cumsum()[:-1]])
    found = {which: np.asarray(codes[at : at + lengths[which]]) for which, at in zip(order, starts, strict=True)}
    return Excerpts(found[0], found[1], None if own else found[2])


def share_of(found: Sequence[bool]) -> str:
    """A share with its 95 % interval."""
    share = binomtest(sum(found), len(found)).proportion_ci(method="exact")
    return f"{sum(found)} of {len(found)} ({share.low:.1%} to {share.high:.1%})"


def main(
    corpus: Annotated[str, typer.Option(help="Whose text and concepts.")] = "war-and-peace",
    runs: Annotated[int, typer.Option(min=1, help="How many networks.")] = 100,
    draws: Annotated[int, typer.Option(min=20, help="Draws of null labels per null distribution.")] = DRAWS,
    own: Annotated[bool, typer.Option("--own", help="No text elsewhere: labels are moved round about.")] = False,
) -> None:
    """Search for nothing, many times."""
    codes, concepts = load_corpus(corpus).split("training"), concepts_for(corpus)
    tables = []
    for seed in range(runs):
        tables.append(search_for_nothing(draw_excerpts(codes, seed, own), concepts, seed, draws=draws))
        wrong = tables[-1].query("q_value <= @ALPHA")
        for row in wrong.drop_duplicates("concept").itertuples():
            print(
                f"  run {seed}: {row.concept}, score {row.score:.3f}, p {row.p_value:.1g}, q {row.q_value:.2g}",
                flush=True,
            )
    best = pd.concat(table[table["rank_in_state"] == 1] for table in tables)
    p = best["p_value"].dropna()
    print(f"{corpus}, {len(concepts)} concepts, {draws} draws, labels {'of its own' if own else 'from elsewhere'}")
    print(f"  runs with a significant concept  {share_of([bool((t['q_value'] <= ALPHA).any()) for t in tables])}")
    print(f"  runs with a verdict              {share_of([bool((t['verdict'] != 'none').any()) for t in tables])}")
    for level in (0.05, 0.01, 0.001):
        print(f"  p-values of best units up to {level:<5}  {(p <= level).mean():.2%} of {len(p)}")


if __name__ == "__main__":
    typer.run(main)

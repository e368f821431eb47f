"""The numbers of lesson 20: claims about single units, each with the controls of the search, on a demo passage.

Axes: `time`, and its parts `before` and `after` the cut; `unit`, all units of a network side by side; `draw`, of null
labels.
"""

from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path
from tempfile import gettempdir
from typing import Any

import numpy as np
from jaxtyping import Float, Float32, Float64, Int64
from scipy.stats import rankdata

from analysis.concepts import concept
from analysis.evidence.controls import null_task
from analysis.evidence.ngrams import NgramBaselines, ngram_scores
from analysis.findings import best_units, load_units, rows_of
from analysis.scoring.labels import read_floats
from corpora import to_code_points
from corpora.demo import load_passage
from corpora.whole import PRIVATE, temporary_folder
from models.network import CharRNN
from models.recording.layers import NetworkReader
from models.run import Run, load_run
from models.units import Unit, unit_at

MODEL, SEED = "war-and-peace", 1
CLAIMS = {
    "names": ("untrained", "proper-name"),
    "ends": ("untrained", "sentence-end"),
    "learned": ("trained", "proper-name"),
    "quotes": ("trained", "inside-quotes"),
}
"""Which network, and what one of its units is claimed to detect."""
CHOICES = (1, 8, 64, 1024)
"""Among how many units, drawn at random, the best one is chosen."""
ORDER_SEED = 3  # of that draw
Labels = Float32[np.ndarray, " time"]


@dataclass(frozen=True)
class Candidates:
    """What all units of a network do on a text whose first part chooses and whose second part judges."""

    cell: Float32[np.ndarray, "time unit"]
    chooses: Float64[np.ndarray, "before unit"]
    """Centred ranks of the cell state within the first part."""
    judges: Float64[np.ndarray, "after unit"]
    """The same within the second part."""

    @classmethod
    def of(cls, network: CharRNN, ids: Int64[np.ndarray, " time"], cut: int) -> "Candidates":
        """Those of a network that reads the text now; the second part begins at `cut`."""
        cell = np.concatenate([layer.states[1].numpy() for layer in NetworkReader(network).read(ids)], axis=1)
        return cls(cell, _centred_ranks(cell[:cut]), _centred_ranks(cell[cut:]))


def _centred_ranks(values: Float32[np.ndarray, "time unit"]) -> Float64[np.ndarray, "time unit"]:
    return rankdata(values, axis=0) - (len(values) + 1) / 2


def aurocs(labels: Labels, ranks: Float64[np.ndarray, "time unit"]) -> Float64[np.ndarray, " unit"]:
    """The AUROC of every unit, from its centred ranks."""
    ones = float(labels.sum())
    return labels @ ranks / (ones * (len(labels) - ones)) + 0.5


def null_aurocs(labels: Labels, ranks: Float64[np.ndarray, "time unit"]) -> Float[np.ndarray, "draw unit"]:
    """The AUROC of every unit, with the better sign, for the search's null labels: the same ones, moved elsewhere."""
    with temporary_folder(Path(gettempdir()), "charscope-lesson", PRIVATE) as folder:
        task = null_task("auroc", labels, slice(0, len(labels)), None, Path(folder) / "null.f32")
        assert task is not None  # the labels vary
        weights = read_floats(task.path, 0, len(labels) * int(task.edges[-1])).reshape(-1, len(labels))
    return (np.abs(weights @ (ranks / len(ranks)).astype(np.float32)) + 1) / 2


def claim(candidates: Candidates, labels: Labels, units: int, choices: tuple[int, ...] = CHOICES) -> dict[str, Any]:
    """The best of so many units: its scores where it was chosen and elsewhere, and what the best scores by chance.

    `units` is how many a layer has. `all` holds the scores of all units where they were chosen, in the order drawn.
    """
    cut = len(candidates.chooses)
    chosen, judged = aurocs(labels[:cut], candidates.chooses), aurocs(labels[cut:], candidates.judges)
    null = null_aurocs(labels[cut:], candidates.judges)
    order = np.random.default_rng(ORDER_SEED).permutation(len(chosen))
    found = {}
    for count in choices:
        among = order[:count]
        best = int(among[np.abs(chosen[among] - 0.5).argmax()])
        sign = 1 if chosen[best] >= 0.5 else -1
        found[str(count)] = {
            "unit": str(unit_at(best, units, "cell")),
            "sign": sign,
            "chosen": float(chosen[best] if sign > 0 else 1 - chosen[best]),
            "judged": float(judged[best] if sign > 0 else 1 - judged[best]),
            "null": np.sort(null[:, among].max(axis=1)).round(4).tolist(),
            "levels": _levels(sign * candidates.cell[:, best]),
        }
    return {"found": found, "all": np.maximum(chosen, 1 - chosen)[order].round(3).tolist()}


def _levels(values: Float32[np.ndarray, " time"]) -> str:
    """For the colors: how far from its mean, 127 for three standard deviations or more; base64 of a byte each."""
    standard = (values - values.mean()) / values.std()
    return b64encode(np.rint(127 * np.clip(standard / 3, -1, 1)).astype(np.int8).tobytes()).decode()


def cut_of(text: str) -> int:
    """Where the second part begins: with the first paragraph after 40 % of the text, as in a search."""
    return text.index("\n\n", int(len(text) * 0.4)) + 2


def data() -> dict[str, Any]:
    """The passage, where its second part begins, the claims, and for each concept its labels and baselines."""
    run, text = load_run(MODEL), load_passage(MODEL)
    ids, cut, units = run.vocabulary.encode(text), cut_of(text), run.model.hidden_size
    networks = {"trained": run.load_network(), "untrained": run.untrained_network(SEED)}
    candidates = {name: Candidates.of(network, ids, cut) for name, network in networks.items()}
    codes = to_code_points(text)
    ngrams = NgramBaselines(codes[:cut], codes[cut:])
    concepts, claims = {}, {}
    for name in dict.fromkeys(name for _, name in CLAIMS.values()):
        each = concept(name)
        labels = np.nan_to_num(each.labels(codes))
        found = {network: claim(candidates[network], labels, units) for network in networks}
        claims |= {key: {"network": of, "concept": name} | found[of] for key, (of, on) in CLAIMS.items() if on == name}
        concepts[name] = {
            "title": each.title,
            "labels": "".join(str(int(label)) for label in labels),
            "ngrams": ngram_scores(ngrams, each, labels[:cut], labels[cut:]),
            "untrained": {count: best["judged"] for count, best in found["untrained"]["found"].items()},
            "search": search_of(run, name),
        }
    return {"model": MODEL, "text": text, "cut": cut, "units": units, "claims": claims, "concepts": concepts}


def search_of(run: Run, name: str) -> dict[str, Any]:
    """What the search found on far more text, with its verdict: the row of a concept's best unit."""
    table = load_units(run)
    assert table is not None  # shipped with the model
    row = next(row for row in rows_of(best_units(table)) if row["concept"] == name)
    shown = {key: row[key] for key in ("score", "ngram", "untrained", "null_95", "verdict", "level")}
    return {"unit": str(Unit.of_row(row)), "state": row["state"], "characters": table.attrs["test_characters"], **shown}

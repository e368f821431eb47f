"""The numbers of lesson 6: what a network and a 20-gram predict at each character of two passages of ours.

python -m dashboard.lessons.language_model

The command counts the 20-gram in War and Peace and writes what it predicts to `language_model.json`: the lesson itself
needs no corpus. Both models learned from the same training split with the same vocabulary.
"""

import json
from math import log
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float64

from corpora import Corpus, Vocabulary, load_corpus
from models.ngram import ngram_losses
from models.recording import record
from models.run import load_run

MODEL, ORDER, SHOWN = "war-and-peace", 20, 5
FILE = Path(__file__).with_suffix(".json")
PASSAGES = {
    "novel": (
        "The old general put down his cup and looked at the young officer as if\n",
        'he saw him for the first time. "And where is your regiment now?" he\n'
        "asked in a low voice, without waiting for an answer.",
    ),
    "today": (
        "My sister called from the station because her phone was almost dead and\n",
        "the bus to the airport had gone. I told her to take a taxi and to send\n"
        "me a photo of the driver and his number plate.",
    ),
}
"""Of each the opening, which is shown, and what is to be predicted. Written for this lesson."""


def data() -> dict[str, Any]:
    """The passages with both models' predictions, and how frequent each character is."""
    run, kept = load_run(MODEL), json.loads(FILE.read_text(encoding="utf-8"))
    characters, passages = run.vocabulary.characters, {}
    for name, (opening, hidden) in PASSAGES.items():
        recording = record(run, opening + hidden).stretch(len(opening) - 1, len(opening + hidden) - 1)
        network = [
            {"bits": float(nats) / log(2), "top": _top(characters, ids, shares)}
            for nats, ids, shares in zip(recording.loss, recording.top_char, recording.top_prob, strict=True)
        ]
        passages[name] = {"opening": opening, "hidden": hidden, "network": network, "ngram": kept["passages"][name]}
    return {"model": MODEL, "order": ORDER, "frequencies": kept["frequencies"], "passages": passages}


def ngram_table(corpus: Corpus) -> dict[str, Any]:
    """What `language_model.json` holds: predictions of the 20-gram, and of the 1-gram, which are mere frequencies."""
    run, training = load_run(MODEL), corpus.split("training")
    vocabulary, passages, frequencies = run.vocabulary, {}, np.empty(0)
    for name, (opening, hidden) in PASSAGES.items():
        shares, frequencies = distributions(vocabulary, training, opening, hidden)
        ids = vocabulary.encode(hidden)
        order = np.argsort(-shares, axis=1, kind="stable")[:, :SHOWN]
        passages[name] = [
            {"bits": round(-float(np.log2(row[index])), 6), "top": _top(vocabulary.characters, best, row[best])}
            for row, index, best in zip(shares, ids, order, strict=True)
        ]
    shares_of_all = zip(vocabulary.characters, frequencies, strict=True)
    return {
        "corpus": {"name": corpus.name, "sha256": corpus.sha256},
        "order": ORDER,
        "frequencies": {character: round(float(share), 8) for character, share in shares_of_all},
        "passages": passages,
    }


def distributions(
    vocabulary: Vocabulary, training: np.ndarray, opening: str, hidden: str, order: int = ORDER
) -> tuple[Float64[np.ndarray, "time vocab"], Float64[np.ndarray, " vocab"]]:
    """The probability of every character at each place of the hidden text, by the n-gram and by the 1-gram.

    The n-gram scores each continuation of each context: the text that it is given holds them one after the other.
    """
    ids, every = vocabulary.encode(opening + hidden), np.arange(len(vocabulary))
    starts = range(len(opening) - order + 1, len(ids) - order + 1)
    tried = [np.append(ids[start : start + order - 1], each) for start in starts for each in every]
    held_out = np.concatenate([*tried, every])
    scores = list(ngram_losses(vocabulary.encode(training), held_out, len(vocabulary), order))
    last = np.exp(-scores[-1].losses[: -len(every)][order - 1 :: order])
    return last.reshape(len(starts), len(every)), np.exp(-scores[0].losses[-len(every) :])


def _top(characters: tuple[str, ...], ids: np.ndarray, shares: np.ndarray) -> list[list[Any]]:
    return [[characters[index], round(float(share), 6)] for index, share in zip(ids, shares, strict=True)]


def main() -> None:
    """Count and write."""
    FILE.write_text(json.dumps(ngram_table(load_corpus("war-and-peace")), ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

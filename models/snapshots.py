"""How a model's states came to be: h and tanh c on one passage, at the steps at which it also wrote a sample.

With these the emergence of a cell can be shown without keeping the weights of every step.

Axes: `snapshot`, `time`, `layer`, `unit`.
"""

import re
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
import xarray as xr

from corpora import Corpus, InputError, Vocabulary, to_code_points, to_text
from corpora.demo import load_passage, passage_names
from models.network import CharRNN
from models.record import record_blocks
from models.run import Run, replacing

SNAPSHOTS = "snapshots"
LENGTH = 1000  # characters of the passage
FULL = 127  # what the value 1 is stored as


def passage_of(corpus: Corpus) -> str:
    """What snapshots of a training on this corpus read: its demo passage, or the start of its validation split."""
    has_one = corpus.name in passage_names()
    return load_passage(corpus.name)[:LENGTH] if has_one else to_text(corpus.split("validation")[:LENGTH])


def save_snapshot(folder: Path, step: int, network: CharRNN, vocabulary: Vocabulary, passage: str) -> None:
    """Record the passage now and write `snapshots/STEP.npz`, whole or not at all: about a byte per value."""
    codes = to_code_points(passage)
    blocks = list(record_blocks(network, vocabulary.encode(codes)))
    states = {}
    for name in network.kind.states:
        values = np.concatenate([block.states[name] for block in blocks])
        states[name] = np.rint(FULL * (np.tanh(values) if name == "cell" else values)).astype(np.int8)
    with replacing(folder / SNAPSHOTS / f"{step:08}.npz") as temporary, temporary.open("wb") as out:
        np.savez_compressed(out, char=codes, **states)


def forget_snapshots_after(folder: Path, step: int) -> None:
    """Drop the snapshots of steps that a resumed run will do again."""
    for path in (folder / SNAPSHOTS).glob("*.npz"):
        if int(path.stem) > step:
            path.unlink()


def load_snapshots(run: Run) -> xr.Dataset | None:
    """All snapshots of a run: `hidden` and, for an LSTM, tanh of `cell` (dims `snapshot time layer unit`, int8, 127
    stands for 1), `char` (`time`), and the coordinate `step`. None if it has none.

    Raises:
        InputError: a damaged file.
    """
    paths = sorted(path for path in (run.folder / SNAPSHOTS).glob("*.npz") if re.fullmatch(r"\d+", path.stem))
    if not paths:
        return None
    try:
        stored = [dict(np.load(path, allow_pickle=False)) for path in paths]
        dims = ("snapshot", "time", "layer", "unit")
        names = [name for name in ("hidden", "cell") if name in stored[0]]
        states = {name: (dims, np.stack([arrays[name] for arrays in stored])) for name in names}
        steps = ("snapshot", [int(path.stem) for path in paths])
        return xr.Dataset({"char": (("time",), stored[0]["char"]), **states}, coords={"step": steps})
    except (BadZipFile, ValueError, KeyError, OSError) as error:
        raise InputError(f"{run.folder / SNAPSHOTS} is damaged ({error}). Delete it, or train the run again.") from None

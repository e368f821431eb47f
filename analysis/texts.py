"""The text that a search reads: where it comes from, its parts, and text elsewhere that it has nothing to do with.

Axes: `time`.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import xarray as xr
from jaxtyping import Int64, UInt32

from analysis.findings import load_units
from corpora import InputError, prepare_file
from corpora.shell import shell_command
from models.recording.store import open_recording
from models.run import Run, corpus_of

DEVELOPMENT_SHARE, GAP, MINIMUM_CHARACTERS = 0.4, 1000, 10_000
SEARCHED = 300_000  # characters of the test split, if not said otherwise
MOST_ELSEWHERE = 1_000_000  # characters of the training split for n-gram baselines and null labels


@dataclass(frozen=True)
class Parts:
    """The development part, which chooses, and the test part, which judges."""

    development: slice
    test: slice


def split_parts(length: int, document_starts: list[int]) -> Parts:
    """Contiguous parts with a gap; the test part begins with a document if one starts soon enough."""
    end = int(length * DEVELOPMENT_SHARE)
    start = end + GAP
    latest = end + int(length * 0.2)
    start = next((at for at in document_starts if start <= at <= latest), start)
    return Parts(slice(0, end), slice(start, length))


@dataclass(frozen=True)
class SearchText:
    """Code points and ids of the text that is searched."""

    codes: UInt32[np.ndarray, " time"]
    ids: Int64[np.ndarray, " time"]
    starts: list[int]
    """Where its documents begin, as far as that is known."""
    source: str
    elsewhere: UInt32[np.ndarray, " elsewhere"] | None
    """Text of the same corpus that is not searched: the start of its training split."""
    recording: xr.Dataset | None = None

    @property
    def parts(self) -> Parts:
        return split_parts(len(self.codes), self.starts)


def text_to_search(run: Run, text: Path | None, recording: Path | None, chars: int) -> SearchText:
    """A text file, the text of a recording, or the run's test split; at most `chars` characters of it.

    Raises:
        InputError: both a text and a recording, a recording of other weights, or a text that is too short.
    """
    if recording is not None and text is not None:
        raise InputError("Wanted --text or --recording to search on, got both. Leave one of them out.")
    elsewhere, opened, starts = None, None, []
    if recording is not None:
        opened = _recording_of(run, recording).isel(time=slice(chars))
        codes, source = opened["char"].to_numpy(), recording.name
    elif text is not None:
        codes, source = np.asarray(prepare_file(text).characters[:chars]), text.name
    else:
        corpus = corpus_of(run)
        codes, starts = np.asarray(corpus.split("test")[:chars]), corpus.document_starts("test")
        source, elsewhere = f"{corpus.name}, test split", np.asarray(corpus.split("training")[:MOST_ELSEWHERE])
    if len(codes) < MINIMUM_CHARACTERS:
        raise InputError(
            f"Wanted at least {MINIMUM_CHARACTERS:,} characters to search on, got {len(codes):,}. Use a longer text."
        )
    return SearchText(codes, run.vocabulary.encode(codes), starts, source, elsewhere, opened)


def _recording_of(run: Run, path: Path) -> xr.Dataset:
    opened = open_recording(path)
    if opened.attrs["weights_sha256"] != run.weights_hash:
        raise InputError(
            f"{path} was recorded with other weights than those of {run.name}. "
            f"Record again: {shell_command('models', 'record', run.name)} --out NEW.zarr"
        )
    return opened


# ---- text that judges units ----


@dataclass(frozen=True)
class HeldOut:
    """A text whose characters from `start` on had no part in choosing units; labels need what is before."""

    codes: UInt32[np.ndarray, " time"]
    start: int
    source: str


def held_out_text(run: Run, path: Path | None = None) -> HeldOut:
    """The part of the run's test split that judged the units that a search chose, or the whole of a text file.

    Raises:
        InputError: the corpus is not on this machine, or the file cannot be read.
    """
    if path is not None:
        return HeldOut(np.asarray(prepare_file(path).characters), 0, path.name)
    corpus, table = corpus_of(run), load_units(run)
    codes = np.asarray(corpus.split("test"))
    if table is not None and {"characters", "test_characters"} <= table.attrs.keys():
        codes = codes[: table.attrs["characters"]]
        start = len(codes) - table.attrs["test_characters"]
    else:
        codes = codes[:SEARCHED]
        start = split_parts(len(codes), corpus.document_starts("test")).test.start
    return HeldOut(codes, max(0, start), f"{corpus.name}, test split")

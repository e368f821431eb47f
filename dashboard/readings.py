"""A reading: a text as one model read it, held ready for the browser; and the store of recent ones.

Axes: `time`, `unit` (layer and unit flattened: column = (layer - 1) * units + unit), `prediction`.
"""

import hashlib
import threading
from collections import OrderedDict
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import xarray as xr
from jaxtyping import Float32, Int8

from analysis.concepts import CONCEPTS
from analysis.findings import load_units, ranked, rows_of
from analysis.statistics import MEASURE_TITLES
from corpora import InputError
from dashboard.codes import cell_codes, hidden_codes
from dashboard.frames import encode_frame
from models.network import CharRNN
from models.recordings import record
from models.run import Run

LONGEST_TEXT = 100_000  # characters of a text that is read while somebody waits
STORE_BYTES = 600_000_000
FINDING = (
    "concept", "title", "where", "kind", "state", "layer", "unit", "sign", "measure", "score", "untrained", "ngram",
    "verdict", "level", "clear", "f1", "share", "rank",
)  # fmt: skip


@dataclass(frozen=True)
class Reading:
    """What the browser needs to show a text: states as codes, predictions, loss, and the search's findings."""

    run: Run
    text: str
    recording: xr.Dataset

    @property
    def layers(self) -> int:
        return self.recording.sizes["layer"]

    @property
    def units(self) -> int:
        return self.recording.sizes["unit"]

    @property
    def state_names(self) -> tuple[str, ...]:
        """The states that the model's cells have: hidden, and cell of an LSTM."""
        return self.run.states

    @cached_property
    def cell_scale(self) -> Float32[np.ndarray, " unit"]:
        """Largest |c| of each unit in this text: what the code 127 stands for."""
        largest = np.abs(self._values("cell")).max(axis=0)
        return np.maximum(largest, np.float32(1e-6))

    @cached_property
    def states(self) -> dict[str, Int8[np.ndarray, "unit time"]]:
        """Every state as codes, -127 .. 127: see `dashboard.codes`."""
        codes = {"hidden": hidden_codes(self._values("hidden"))}
        if "cell" in self.state_names:
            codes["cell"] = cell_codes(self._values("cell"), self.cell_scale)
        return codes

    def _values(self, state: str) -> Float32[np.ndarray, "time unit"]:
        return self.recording[state].to_numpy().reshape(len(self), -1)

    def __len__(self) -> int:
        return self.recording.sizes["time"]

    @property
    def nbytes(self) -> int:
        """Memory that it takes: the recording, and its states as int8."""
        return self.recording.nbytes + len(self.state_names) * len(self) * self.layers * self.units

    def header(self) -> dict[str, Any]:
        """The header of the base frame: see docs/frame-format.md."""
        return {
            "length": len(self),
            "layers": self.layers,
            "units": self.units,
            "columns": self.layers * self.units,
            "states": list(self.state_names),
            "vocabulary": list(self.run.vocabulary.characters),
            "findings": findings_of(self.run),
            "model": self.run.name,
        }

    def base_arrays(self) -> dict[str, np.ndarray]:
        """The arrays of the base frame, with their shapes and units in docs/frame-format.md."""
        scale = {"cell_scale": self.cell_scale} if "cell" in self.state_names else {}
        return {
            "text": np.frombuffer(self.text.encode(), dtype=np.uint8),
            "top_char": self.recording["top_char"].to_numpy(),
            "top_prob": self.recording["top_prob"].to_numpy().astype(np.float32),
            "loss": np.nan_to_num(self.recording["loss"].to_numpy()).astype(np.float32),
            "rank": self.recording["rank"].to_numpy(),
            **scale,
        }

    def base_frame(self) -> bytes:
        """All but the activations."""
        return encode_frame(self.header(), self.base_arrays())

    def state_frame(self, state: str, column: int | None = None) -> bytes:
        """Activations of a state: of all units, or of one."""
        if state not in self.state_names or not (column is None or 0 <= column < self.layers * self.units):
            raise InputError(
                f"Wanted {' or '.join(self.state_names)} and a unit below {self.layers * self.units}, "
                f"got {state}/{column}."
            )
        values = self.states[state]
        return encode_frame({}, {"activations": values if column is None else values[column]})


def findings_of(run: Run) -> list[dict[str, Any]]:
    """The rows of a run's search table as the browser shows them: the surest concept first."""
    units = load_units(run)
    if units is None:
        return []
    table = ranked(units[units["concept"].isin(CONCEPTS) & units["score"].notna()])
    table = table.assign(
        title=[CONCEPTS[name].title for name in table["concept"]],
        where=[CONCEPTS[name].where for name in table["concept"]],
        measure=table["measure"].map(MEASURE_TITLES),
    )
    plain = table[list(FINDING)].astype(object)
    return rows_of(plain.where(plain.notna(), None))  # None, not NaN: JSON has no NaN


class ReadingStore:
    """The most recent readings, shared by all sessions; one text is read at a time."""

    def __init__(self, limit: int = STORE_BYTES) -> None:
        self.limit = limit
        self.kept: OrderedDict[str, Reading] = OrderedDict()
        self.networks: OrderedDict[str, CharRNN] = OrderedDict()
        self.reading = threading.Lock()

    def get(self, key: str) -> Reading | None:
        """A reading that is still held."""
        return self.kept.get(key)

    def read(self, run: Run, text: str) -> tuple[str, Reading]:
        """The key and the reading of a text by a model, from the store or made now.

        Raises:
            InputError: an empty or too long text.
        """
        if not text:
            raise InputError("Wanted a text to read, got an empty one. Type or paste some.")
        if len(text) > LONGEST_TEXT:
            raise InputError(
                f"Wanted at most {LONGEST_TEXT:,} characters, got {len(text):,}. "
                "Take an excerpt, or use: python -m models record"
            )
        text = "".join("\ufffd" if "\ud800" <= character <= "\udfff" else character for character in text)
        key = hashlib.sha256(f"{run.weights_hash} {text}".encode()).hexdigest()[:24]
        with self.reading:
            if key not in self.kept:
                self.kept[key] = Reading(run, text, record(run, text, network=self._network(run)))
            self.kept.move_to_end(key)
            while sum(reading.nbytes for reading in self.kept.values()) > self.limit and len(self.kept) > 1:
                self.kept.popitem(last=False)
            return key, self.kept[key]

    def _network(self, run: Run) -> CharRNN:
        if run.weights_hash not in self.networks:
            self.networks[run.weights_hash] = run.load_network()
        self.networks.move_to_end(run.weights_hash)
        while len(self.networks) > 2:
            self.networks.popitem(last=False)
        return self.networks[run.weights_hash]


STORE = ReadingStore()

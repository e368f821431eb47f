"""`config.json`, declared: what a run says of its network, its vocabulary, its text and its training.

Keys that are not named here are kept and ignored, except in `model`, where one could change what the network computes.
"""

import dataclasses
from pathlib import Path
from typing import Annotated, Any

import msgspec

from corpora import Vocabulary
from corpora.prepared import is_corpus_name
from corpora.stored import UNREADABLE, Count, DamagedFileError, as_declared, parse_json, read_file, reason_of
from models.config import (
    BEFORE_THE_OPTION,
    MOST_WEIGHTS,
    ModelConfig,
    TrainingConfig,
    require_options,
)
from models.tensors import count_weights

LARGEST_CONFIG = 32 << 20  # bytes: a vocabulary of all of Unicode
NO_TEXT = {"sha256": "", "licence": "", "cuts": [0, 0, 0]}  # of a run that somebody made by hand
Finite = Annotated[float, msgspec.Meta(ge=-1e300, le=1e300)]
HashOrNone = Annotated[str, msgspec.Meta(pattern="^([0-9a-f]{64})?$")]


class CorpusOfRun(msgspec.Struct):
    """The text of a run: `cuts` are the ends of training, validation and test, in characters."""

    name: str
    sha256: HashOrNone
    licence: str
    cuts: tuple[Count, Count, Count]

    def __post_init__(self) -> None:
        if self.name and not is_corpus_name(self.name):
            raise ValueError("name: wanted the name of a text, got a path")
        if list(self.cuts) != sorted(self.cuts):
            raise ValueError("cuts: they do not follow each other")


class Ended(msgspec.Struct):
    """What a training adds to its options when it ends, and what an import says instead."""

    steps_done: Count | None = None
    best_step: Count | None = None
    validation_loss: Finite | None = None
    seconds: Finite | None = None
    precision_used: str = ""
    hardware: str = ""
    torch: str = ""
    imported: dict[str, str] | None = None


class Parts(msgspec.Struct):
    """The document as a whole; its parts are read once its format is known."""

    format: Count
    model: dict[str, Any]
    vocabulary: list[str]
    corpus: dict[str, Any]
    training: dict[str, Any]


@dataclasses.dataclass(frozen=True)
class Configuration:
    """A run's `config.json`, read."""

    format: int
    model: ModelConfig
    vocabulary: Vocabulary
    corpus: dict[str, Any]
    training: dict[str, Any]


def read_configuration(path: Path, newest: int) -> Configuration:
    """The configuration in a file, if its format is at most `newest`.

    Raises:
        DamagedFileError: it cannot be read, is something else, or a newer Charscope wrote it.
    """
    try:
        found = parse_json(read_file(path, LARGEST_CONFIG))
        described = as_declared(found, Parts)
        if described.format > newest:
            raise DamagedFileError.because(
                path, "a newer format",
                f"{{path}} has format {described.format}, this Charscope reads up to {newest}. Update Charscope.",
            )  # fmt: skip
        return _configuration(described)
    except UNREADABLE as error:
        raise DamagedFileError.no("a run's configuration", path, reason_of(error), "Train or copy it again.") from None


def _configuration(described: Parts) -> Configuration:
    model, vocabulary = _model(described.model), Vocabulary(tuple(described.vocabulary))
    weights = count_weights(model, len(vocabulary))
    if weights > MOST_WEIGHTS:
        raise ValueError(f"model: wanted at most {MOST_WEIGHTS:,} weights, got {weights:,}")
    corpus = NO_TEXT | described.corpus
    as_declared(corpus, CorpusOfRun, "corpus")
    as_declared(described.training, Ended, "training")
    options = BEFORE_THE_OPTION[TrainingConfig] | described.training
    require_options(as_declared(options, TrainingConfig, "training"))
    return Configuration(described.format, model, vocabulary, corpus, described.training)


def _model(described: dict[str, Any]) -> ModelConfig:
    known = {field.name for field in dataclasses.fields(ModelConfig)}
    given = BEFORE_THE_OPTION[ModelConfig] | described
    model = as_declared(given, ModelConfig, "model")
    unlike = [*sorted(given.keys() - known), *sorted(known - given.keys())]
    if unlike:
        raise ValueError(f"model: {unlike[0]} is {'missing' if unlike[0] in known else 'not known'}")
    require_options(model)
    return model

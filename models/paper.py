"""What Karpathy, Johnson and Fei-Fei report, for comparison: test loss in nats per character of their texts.

Source: "Visualizing and Understanding Recurrent Networks", arXiv:1506.02078. Figures that are `recalled` were written
down from memory: check them against the paper before you cite them.

Their War and Peace is read byte by byte, as the corpus `war-and-peace-bytes` is; figures per character of the decoded
text are others. Their Linux is another excerpt of the kernel: figures on it allow only a rough comparison.
"""

from dataclasses import dataclass

from models.config import ModelConfig

SOURCE = "arXiv:1506.02078"
WAR_AND_PEACE, LINUX = "war-and-peace-bytes", "linux"

# Cell -> units per layer of the LSTM with as many parameters -> nats with 1, 2 and 3 layers. As recalled.
_RECALLED: dict[str, dict[str, dict[int, tuple[float, float, float]]]] = {
    WAR_AND_PEACE: {
        "lstm": {
            64: (1.449, 1.442, 1.540),
            128: (1.277, 1.227, 1.279),
            256: (1.189, 1.137, 1.141),
            512: (1.161, 1.092, 1.082),
        },
        "rnn": {64: (1.446, 1.401, 1.396), 128: (1.417, 1.286, 1.277), 256: (1.342, 1.256, 1.239)},
        "gru": {
            64: (1.398, 1.373, 1.472),
            128: (1.230, 1.226, 1.253),
            256: (1.198, 1.164, 1.138),
            512: (1.170, 1.201, 1.077),
        },
    },
    LINUX: {
        "lstm": {
            64: (1.355, 1.331, 1.366),
            128: (1.149, 1.128, 1.177),
            256: (1.026, 0.972, 0.998),
            512: (0.952, 0.840, 0.846),
        },
        "rnn": {64: (1.407, 1.371, 1.383), 128: (1.241, 1.120, 1.220), 256: (1.171, 1.116, 1.116)},
        "gru": {
            64: (1.335, 1.298, 1.357),
            128: (1.154, 1.125, 1.150),
            256: (1.039, 0.991, 1.026),
            512: (0.943, 0.861, 0.829),
        },
    },
}
_CHECKED = {(WAR_AND_PEACE, "gru", 512, 3)}


@dataclass(frozen=True)
class PaperFigure:
    """One network of the paper. `size` is the width of the LSTM with as many parameters; `nats` are per character."""

    corpus: str
    cell: str
    num_layers: int
    size: int
    nats: float
    recalled: bool


@dataclass(frozen=True)
class PaperNGram:
    """The paper's best n-gram model of a corpus: modified Kneser-Ney; checked, not recalled."""

    order: int
    nats: float


FIGURES = tuple(
    PaperFigure(corpus, cell, layers, size, nats, (corpus, cell, size, layers) not in _CHECKED)
    for corpus, cells in _RECALLED.items()
    for cell, sizes in cells.items()
    for size, by_layers in sizes.items()
    for layers, nats in enumerate(by_layers, 1)
)
# Of War and Peace by n; from memory, except the 20-gram.
N_GRAMS_BY_ORDER = {1: 2.399, 2: 1.928, 3: 1.521, 4: 1.314, 5: 1.232, 6: 1.203, 7: 1.194, 8: 1.194, 9: 1.194, 20: 1.195}
N_GRAMS = {WAR_AND_PEACE: PaperNGram(20, N_GRAMS_BY_ORDER[20]), LINUX: PaperNGram(20, 0.889)}


def figure_of(corpus: str, model: ModelConfig) -> PaperFigure | None:
    """The paper's figure for an LSTM of the same shape, or None.

    Its other networks have as many parameters as the LSTM of a size, not as many units.
    """
    shape = (corpus, "lstm", model.num_layers, model.hidden_size)
    alike = (one for one in FIGURES if (one.corpus, one.cell, one.num_layers, one.size) == shape)
    return next(alike, None) if model.cell == "lstm" else None


def best_figure(corpus: str) -> PaperFigure | None:
    """The paper's lowest loss on a corpus, or None."""
    return min((one for one in FIGURES if one.corpus == corpus), key=lambda one: one.nats, default=None)

"""The numbers of lesson 13: three shipped networks that differ in their cell, and the equations of the variants."""

from math import log
from typing import Any

from corpora.demo import load_passage
from dashboard.lessons.markup import mathml
from models.evaluate import load_evaluation
from models.recording import record
from models.run import load_run

MODELS = {"lstm": "war-and-peace-lstm", "gru": "war-and-peace-gru", "rnn": "war-and-peace-rnn"}
PASSAGE = "war-and-peace"
SUM = r"W_{{x{0}}}\, x_t + W_{{h{0}}}\, h_{{t-1}} + b_{0}"
PEEPHOLE = SUM + r" + p_{0} \odot c_{{{1}}}"


def _gate(name: str, tex: str = SUM, cell: str = "", squash: str = r"\sigma") -> str:
    return rf"{name}_t = {squash}({tex.format(name, cell)})"


EQUATIONS = {
    "lstm.i": _gate("i"),
    "lstm.i.peephole": _gate("i", PEEPHOLE, "t-1"),
    "lstm.f": _gate("f"),
    "lstm.f.peephole": _gate("f", PEEPHOLE, "t-1"),
    "lstm.f.coupled": "f_t = 1 - i_t",
    "lstm.g": _gate("g", squash=r"\tanh"),
    "lstm.c": r"c_t = f_t \odot c_{t-1} + i_t \odot g_t",
    "lstm.c.kept": r"c_t = c_{t-1} + i_t \odot g_t",
    "lstm.o": _gate("o"),
    "lstm.o.peephole": _gate("o", PEEPHOLE, "t"),
    "lstm.h": r"h_t = o_t \odot \tanh(c_t)",
    "lstm.h.open": r"h_t = \tanh(c_t)",
    "lstm.h.linear": r"h_t = o_t \odot c_t",
    "lstm.h.open.linear": "h_t = c_t",
    "gru.r": _gate("r"),
    "gru.z": _gate("z"),
    "gru.n": r"n_t = \tanh(W_{xn}\, x_t + b_{xn} + r_t \odot (W_{hn}\, h_{t-1} + b_{hn}))",
    "gru.n.before": r"n_t = \tanh(W_{xn}\, x_t + W_{hn}\, (r_t \odot h_{t-1}) + b_n)",
    "gru.h": r"h_t = (1 - z_t) \odot n_t + z_t \odot h_{t-1}",
    "gru.h.take": r"h_t = z_t \odot n_t + (1 - z_t) \odot h_{t-1}",
    "rnn.h": r"h_t = \tanh(W_{xh}\, x_t + W_{hh}\, h_{t-1} + b_h)",
    "rnn.h.jordan": r"h_t = \tanh(W_{xh}\, x_t + W_{yh}\, y_{t-1} + b_h)",
    "rnn.y": r"y_t = W_{hy}\, h_t + b_y",
}
"""TeX by the keys of `cells_step.js`, which computes them."""


def data() -> dict[str, Any]:
    """For each model its bits per character on the test split, from its evaluation, and on a passage of ours."""
    models = {}
    for cell, name in MODELS.items():
        run = load_run(name)
        network, test = run.load_network(), load_evaluation(run)["test"]
        losses = record(run, load_passage(PASSAGE), network=network).loss[:-1]  # the last character has none after it
        models[cell] = {
            "model": name,
            "weights": network.parameter_count,
            "test": {"bits": test.nats / log(2), "low": test.low / log(2), "high": test.high / log(2)},
            "passage": float(losses.mean()) / log(2),
            "characters": [test.characters, len(losses)],
        }
    return {"models": models, "equations": {key: mathml(tex) for key, tex in EQUATIONS.items()}}

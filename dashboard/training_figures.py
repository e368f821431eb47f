"""A training in figures, from what it has logged so far. Losses are nats per character, and shown in bits as well."""

from collections.abc import Iterator
from math import log

from models.baseline import best_ngram_on
from models.card import format_duration
from models.comparison import counted_by
from models.history import load_log
from models.run import Run

Figure = tuple[str, str, str]


def figures_of(run: Run) -> Iterator[Figure]:
    """The headline figures: name, figure, more about it; without a log, only what the text itself says.

    Raises:
        InputError: the log is damaged.
    """
    rows, per = load_log(run), counted_by(run)
    if len(rows):
        last = rows.iloc[-1]
        passes = f"epoch {last['epoch']:.2f} of {run.options.epochs:g}" if "epoch" in rows else ""
        yield "Step", f"{int(last['step']):,}", f"{passes}, {int(last['chars']):,} {per}s read".removeprefix(", ")
        yield _loss("Training loss", float(last["train_loss"]), per)
        validated = rows["validation_loss"].dropna()
        if len(validated):
            best = validated.min()
            more = "" if best == validated.iloc[-1] else f"; best {best:.3f} nats"
            yield _loss("Validation loss", float(validated.iloc[-1]), per, more)
    ngram = best_ngram_on(run, "validation") or best_ngram_on(run, "test")
    if ngram:
        yield _loss("N-gram baseline", ngram["nats"], per, f"; order {ngram['order']}, the best")
    yield from _pace(run)


def _loss(name: str, nats: float, per: str, more: str = "") -> Figure:
    return name, f"{nats:.3f} nats", f"{nats / log(2):.3f} bits per {per}{more}"


def _pace(run: Run) -> Iterator[Figure]:
    """Speed while it runs, and the time that it took once it has ended."""
    rows = load_log(run)
    if "seconds" in run.training:
        yield "Trained for", format_duration(run.training["seconds"]), f"on {run.training.get('hardware', '')}"
    elif len(rows) and "chars_per_second" in rows:
        yield "Speed", f"{int(rows['chars_per_second'].iloc[-1]):,}", f"{counted_by(run)}s per second"

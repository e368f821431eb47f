"""What the paper says of errors and of memory, as recalled, beside what was measured here: for docs/errors.md."""

from collections.abc import Iterator

from analysis.errors.oracles import CATEGORIES, NUMBER
from analysis.errors.stored import Bin, ErrorAnalysis
from models.run import Run

Analysed = tuple[Run, ErrorAnalysis]
BRACE, REACHED = "}", 60  # the paper's delimiter; characters up to which its gain grows


def small_and_large(found: dict[str, list[Analysed]]) -> Iterator[tuple[Analysed, Analysed]]:
    """Of each text with several LSTMs the smallest and the largest."""
    for analysed in found.values():
        lstms = [one for one in analysed if one[0].model.cell == "lstm"]
        if len(lstms) > 1:
            yield lstms[-1], lstms[0]


def errors_removed(before: ErrorAnalysis, after: ErrorAnalysis) -> list[float]:
    """The share of each kind among the errors by which one analysis has less than another."""
    gone = before.errors - after.errors
    kinds = zip(before.categories, after.categories, strict=True)
    return [(one.errors - other.errors) / (gone or 1) for one, other in kinds]


def claims(found: dict[str, list[Analysed]]) -> Iterator[tuple[str, str, str]]:
    """What the paper says, as recalled, what was measured here, and whether the two agree."""
    for pair in small_and_large(found):
        yield from _claims_of_size(*pair)
    for analysed in found.values():
        analysis = analysed[0][1]
        if any(curve.closing == BRACE for curve in analysis.curves_at()):
            yield from _claims_of_memory(analysed[0][0], analysis.curve(BRACE).bins, analysis.ngram_order)


def _claims_of_size(small: Analysed, large: Analysed) -> Iterator[tuple[str, str, str]]:
    before, after = small[1], large[1]
    ngram, memory, word, punctuation = (NUMBER[name] for name in ("n-gram", "memory", "word model", "punctuation"))
    removed, shares = errors_removed(before, after), [kind.share for kind in after.categories]
    largest = CATEGORIES[max(range(len(shares)), key=shares.__getitem__)].title
    yield (
        "Most of the errors that a larger LSTM no longer makes are n-gram errors.",
        f"From `{small[0].name}` to `{large[0].name}`, {removed[ngram]:.0%} of those that are gone are.",
        _verdict(removed[ngram] > 0.5),
    )
    yield (
        "The largest kind that is left to a large LSTM is that of the word model.",
        f"`{large[0].name}`: {largest}; the word model has {shares[word]:.0%}.",
        _verdict(shares[word] == max(shares)),
    )
    yield (
        "Punctuation is one of the smallest kinds.",
        f"`{large[0].name}`: {shares[punctuation]:.0%}, one of the two smallest: "
        f"{'yes' if punctuation in _two_smallest(shares) else 'no'}.",
        _verdict(punctuation in _two_smallest(shares)),
    )
    fell = [
        1 - other.errors / max(1, one.errors) for one, other in zip(before.categories, after.categories, strict=True)
    ]
    yield (
        "A larger LSTM does not learn to use words that it has read lately: its errors of dynamic memory hardly fall.",
        f"They fall by {fell[memory]:.0%}, those of n-grams by {fell[ngram]:.0%}.",
        _verdict(fell[memory] < fell[ngram] / 2),
    )


def _two_smallest(shares: list[float]) -> list[int]:
    return sorted(range(len(shares)), key=shares.__getitem__)[:2]


def _claims_of_memory(run: Run, bins: list[Bin], order: int) -> Iterator[tuple[str, str, str]]:
    near = [one for one in bins if one.longest is not None and one.longest < order]
    reached = [one for one in bins if order <= one.shortest < REACHED]
    far = [one for one in bins if one.shortest >= REACHED]
    if not (near and reached and far):
        return
    first, end, last = reached[0], reached[-1], far[-1]
    yield (
        f"Beyond the reach of the n-gram model an LSTM predicts the `{BRACE}` better.",
        f"`{run.name}`, {order} to {REACHED} characters back: {_range([one.gain for one in reached])} nats, every "
        f"interval above 0: {'yes' if all((one.low or 0) > 0 for one in reached) else 'no'}.",
        _verdict(all((one.low or 0) > 0 for one in reached)),
    )
    shown = ", ".join(f"{one.gain:+.2f} at {one.distances}" for one in (near[0], first, end))
    yield (
        f"The gain grows with the distance up to about {REACHED} characters.",
        f"`{run.name}`: {shown}.",
        verdict_on_growth(max(one.gain for one in near), first, end),
    )
    yield (
        "Farther back it does not grow any more.",
        f"`{run.name}`: {far[0].gain:+.2f} at {far[0].distances}, {last.gain:+.2f} at {last.distances}.",
        _verdict(all(one.gain <= (end.high or end.gain) for one in far)),
    )


def verdict_on_growth(near: float, first: Bin, end: Bin) -> str:
    """Whether the gain grows from within the n-gram model's reach to beyond it, and beyond it, too."""
    if first.gain < (end.low or end.gain):
        return _verdict(near < end.gain)
    in_part = (
        "agrees in part: it grows up to the reach of the n-gram model, and is level within its interval from there"
    )
    return in_part if near < first.gain else _verdict(False)


def _range(values: list[float]) -> str:
    return f"{min(values):+.2f} to {max(values):+.2f}"


def _verdict(agrees: bool) -> str:
    return "agrees" if agrees else "does not agree"

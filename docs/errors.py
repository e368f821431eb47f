"""Analyses the errors of the shipped models, and writes docs/errors.md: what they get wrong, and what memory buys.

python -m docs.errors measure    the analyses, and the page
python -m docs.errors write      the page, from the analyses that are there
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from analysis.errors.command import CHARACTERS, LONGEST_NGRAM, distance_text, errors, gain_text, share_text
from analysis.errors.oracles import CATEGORIES, NUMBER
from analysis.errors.stored import Bin, Curve, ErrorAnalysis, load_errors
from corpora import InputError
from corpora.errors import new_command_line, run_command_line
from docs.reproduction import table
from models.card import parameter_count, text_title
from models.run import PRETRAINED, Run, load_run, shipped_runs

PAGE = Path(__file__).parent / "errors.md"
Analysed = tuple[Run, ErrorAnalysis]
BRACE, REACHED = "}", 60  # the paper's delimiter; characters up to which its gain grows

app = new_command_line("Analyse the errors of the shipped models, and write docs/errors.md.")


@app.command()
def measure() -> None:
    """Analyse every shipped model on its test text, and write the page."""
    for runs in texts().values():
        errors([str(run.folder) for run in runs], "test", CHARACTERS, LONGEST_NGRAM, False)
    write()


@app.command()
def write() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")
    print(PAGE)


@app.command()
def check() -> None:
    """Whether the page matches the analyses."""
    if PAGE.read_text(encoding="utf-8") != page():
        raise InputError(f"{PAGE.name} is not that of the shipped analyses. Write it: python -m docs.errors write")


def texts() -> dict[str, list[Run]]:
    """The shipped models by their text, those of a text by size, the largest first."""
    found: dict[str, list[Run]] = {}
    for name in shipped_runs():
        run = load_run(PRETRAINED / name)  # by folder: only shipped results
        found.setdefault(run.corpus["sha256"], []).append(run)
    return {runs[0].corpus["name"]: sorted(runs, key=parameter_count, reverse=True) for runs in found.values()}


def page() -> str:
    """The whole page."""
    found = {name: [(run, _analysis(run)) for run in runs] for name, runs in texts().items()}
    parts = [INTRODUCTION, "## Why each error is one\n", _definitions()]
    parts += [part for name, analysed in found.items() for part in _text(name, analysed)]
    parts += ["## What a larger network no longer gets wrong\n", LARGER, _larger(found), MEMORY]
    parts += [part for name, analysed in found.items() for part in _gains(name, analysed)]
    parts += ["## Beside the paper\n", BESIDE, table(("the paper, as recalled", "here", ""), _claims(found))]
    return "\n".join(part.rstrip() + "\n" for part in parts)


def _analysis(run: Run) -> ErrorAnalysis:
    found = load_errors(run)
    if found is None:
        raise InputError(f"{run.name} has no error analysis. Make those of all: python -m docs.errors measure")
    return found


def _definitions() -> str:
    rows = ((category.title, category.description, ", ".join(category.steps)) for category in CATEGORIES)
    return table(("kind", "the oracle explains an error if", "its steps"), rows)


def _text(name: str, analysed: list[Analysed]) -> Iterator[str]:
    """The shares of a text's models, and what each step of an oracle explains."""
    yield f"### {text_title(name)}\n"
    header = ("", *(f"`{run.name}`, {run.model.title}" for run, _ in analysed))
    rows: list[tuple[Any, ...]] = [
        ("characters", *(f"{analysis.characters:,}" for _, analysis in analysed)),
        ("nats per character", *(analysis.nats for _, analysis in analysed)),
        ("errors", *(f"{analysis.errors:,} ({_rate(analysis):.1%})" for _, analysis in analysed)),
    ]
    rows += [
        (category.title, *(share_text(analysis.categories[number]) for _, analysis in analysed))
        for number, category in enumerate(CATEGORIES)
    ]
    yield table(header, rows)
    steps = [
        (category.title, step, *(_step_share(analysis, number, place) for _, analysis in analysed))
        for number, category in enumerate(CATEGORIES)
        for place, step in enumerate(category.steps)
    ]
    yield "Step by step, each with what weaker ones do not explain:\n"
    yield table(("kind", "step", *(f"`{run.name}`" for run, _ in analysed)), steps)


def _rate(analysis: ErrorAnalysis) -> float:
    return analysis.errors / analysis.characters


def _step_share(analysis: ErrorAnalysis, number: int, place: int) -> str:
    return f"{analysis.categories[number].steps[place].errors / max(1, analysis.errors):.1%}"


def _larger(found: dict[str, list[Analysed]]) -> str:
    """By kind, how many errors less the largest model of a text makes than its smallest LSTM."""
    pairs = list(_small_and_large(found))
    if not pairs:
        return "No text has two LSTMs.\n"
    rows = [
        (f"`{small.name}` to `{large.name}`", *(f"{share:.1%}" for share in _removed(before, after)))
        for (small, before), (large, after) in pairs
    ]
    return table(("of the errors that are gone", *(category.title for category in CATEGORIES)), rows)


def _small_and_large(found: dict[str, list[Analysed]]) -> Iterator[tuple[Analysed, Analysed]]:
    for analysed in found.values():
        lstms = [one for one in analysed if one[0].model.cell == "lstm"]
        if len(lstms) > 1:
            yield lstms[-1], lstms[0]


def _removed(before: ErrorAnalysis, after: ErrorAnalysis) -> list[float]:
    """The share of each kind among the errors by which one analysis has less than another."""
    gone = before.errors - after.errors
    kinds = zip(before.categories, after.categories, strict=True)
    return [(one.errors - other.errors) / (gone or 1) for one, other in kinds]


def _gains(name: str, analysed: list[Analysed]) -> Iterator[str]:
    orders = ", ".join(dict.fromkeys(f"{analysis.ngram_order}" for _, analysis in analysed))
    yield f"### {text_title(name)}\n\nOver the n-gram model of order {orders}, the best of 1 to {LONGEST_NGRAM}.\n"
    header = ("closes", "characters back", "times", "n-gram", *(f"`{run.name}`" for run, _ in analysed))
    rows = [
        _gain_row(curve.closing, [_bin(analysis, curve.closing, place) for _, analysis in analysed])
        for curve in analysed[0][1].curves_at()
        for place in range(len(curve.bins))
    ]
    yield table(header, rows)


def _bin(analysis: ErrorAnalysis, closing: str, place: int) -> Bin:
    return _curve(analysis, closing).bins[place]


def _curve(analysis: ErrorAnalysis, closing: str) -> Curve:
    return next(curve for curve in analysis.curves_at() if curve.closing == closing)


def _gain_row(closing: str, bins: list[Bin]) -> Iterable[Any]:
    first = bins[0]
    measured = (f"{gain_text(one)}, p {one.probability:.2f}" for one in bins)
    shown = closing.replace("|", "\\|")
    return (f"`{shown}`", distance_text(first), f"{first.pairs:,}", f"p {first.ngram_probability:.2f}", *measured)


# ---- beside the paper ----------------------------------------------------------------------------------------------


def _claims(found: dict[str, list[Analysed]]) -> Iterator[tuple[str, str, str]]:
    """What the paper says, as recalled, what was measured here, and whether the two agree."""
    for pair in _small_and_large(found):
        yield from _claims_of_size(*pair)
    for analysed in found.values():
        analysis = analysed[0][1]
        if any(curve.closing == BRACE for curve in analysis.curves_at()):
            yield from _claims_of_memory(analysed[0][0], _curve(analysis, BRACE).bins, analysis.ngram_order)


def _claims_of_size(small: Analysed, large: Analysed) -> Iterator[tuple[str, str, str]]:
    before, after = small[1], large[1]
    ngram, memory, word, punctuation = (NUMBER[name] for name in ("n-gram", "memory", "word model", "punctuation"))
    removed, shares = _removed(before, after), [kind.share for kind in after.categories]
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
    shown = ", ".join(f"{one.gain:+.2f} at {distance_text(one)}" for one in (near[0], first, end))
    yield (
        f"The gain grows with the distance up to about {REACHED} characters.",
        f"`{run.name}`: {shown}.",
        _verdict_on_growth(max(one.gain for one in near), first, end),
    )
    yield (
        "Farther back it does not grow any more.",
        f"`{run.name}`: {far[0].gain:+.2f} at {distance_text(far[0])}, {last.gain:+.2f} at {distance_text(last)}.",
        _verdict(all(one.gain <= (end.high or end.gain) for one in far)),
    )


def _verdict_on_growth(near: float, first: Bin, end: Bin) -> str:
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


INTRODUCTION = f"""# What the shipped models get wrong, and what their memory buys

Made by `python -m docs.errors write` from the shipped analyses. `python -m docs.errors measure` makes these again, each on
the first {CHARACTERS:,} characters of its test text, as `python -m analysis errors RUN` does. Both questions are those of
Karpathy, Johnson and Fei-Fei, *Visualizing and Understanding Recurrent Networks* (arXiv:1506.02078), sections 4.3 and 4.4.
All figures are measured here. What the paper says is as recalled: check it there before you cite it.

An error is a character that was given less than half a chance. A network reads the text from its start, with fixed
weights. Intervals of shares are 95 % intervals from eight contiguous parts of the text, as those of losses are.
"""  # noqa: E501
LARGER = """Of the errors by which a larger LSTM makes less than a smaller one on the same text, the share of each
kind. A kind of which the larger one makes more errors counts below 0.
"""
MEMORY = """## What memory buys

The gain is the mean log-probability that a network gives to what closes, less that of the n-gram model, in nats, by how
many characters back it was opened; *p* is the mean probability. What is commented or quoted in C is no bracket. For two
characters, such as `*/`, the probability is that of both. The 95 % intervals are from a bootstrap of 100 blocks of the
text; where fewer than 5 blocks have such a pair, there is none.
"""
BESIDE = """Only *War and Peace* is the paper's text, and the networks are of other sizes, so the comparison is one of
kind, not of figures.
"""


if __name__ == "__main__":
    run_command_line(app)

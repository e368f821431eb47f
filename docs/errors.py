"""Analyses the errors of the shipped models, and writes docs/errors.md: what they get wrong, and what memory buys.

python -m docs.errors measure    the analyses, and the page
python -m docs.errors write      the page, from the analyses that are there
python -m docs.errors keep RUN   after analysing a run that kept its weights: how its memory grew, for the page

A training that was measured for the page but is not shipped leaves docs/errors-training.json: the command that makes it
again, and its gains by step.
"""

import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from analysis.errors.command import CHARACTERS, LONGEST_NGRAM, errors, gain_text, share_text
from analysis.errors.oracles import CATEGORIES
from analysis.errors.stored import Bin, Curve, ErrorAnalysis, load_errors
from corpora import InputError
from corpora.errors import new_command_line, run_command_line
from docs.errors_beside import BRACE, Analysed, claims, errors_removed, small_and_large
from docs.reproduction import table
from models.card import parameter_count, reproduce_command, text_title
from models.job_notes import JOBS
from models.run import PRETRAINED, Run, load_run, shipped_runs

DOCS = Path(__file__).parent
PAGE, TRAINING = DOCS / "errors.md", DOCS / "errors-training.json"

SHOWN = (1, 10, 20, 40, 60, 100, 200, 500)  # beginnings of the bins in the table of a training


class Grown(msgspec.Struct):
    """How the gain of a delimiter grew through a training."""

    run: str
    network: str
    corpus: str
    command: str
    characters: int
    ngram_order: int
    finished: bool
    curves: list[Curve]


app = new_command_line("Analyse the errors of the shipped models, and write docs/errors.md.")


@app.command()
def measure() -> None:
    """Analyse every shipped model on its test text, and write the page."""
    for runs in texts().values():
        errors([str(run.folder) for run in runs], "test", CHARACTERS, LONGEST_NGRAM, False)
        for run in runs:  # notes of jobs are not shipped
            shutil.rmtree(run.folder / JOBS, ignore_errors=True)
    write()


@app.command()
def write() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")
    print(PAGE)


@app.command()
def keep(
    run: Annotated[str, typer.Argument(help="A run that kept its weights, after its errors were analysed.")],
) -> None:
    """Keep how the memory of a training grew in docs/errors-training.json, and write the page."""
    loaded = load_run(run)
    analysis = _analysis(loaded)
    curves = [
        msgspec.structs.replace(curve, bins=[msgspec.structs.replace(one, examples=[]) for one in curve.bins])
        for curve in analysis.curves
        if curve.step is not None and curve.closing == BRACE
    ]
    if not curves:
        raise InputError(
            f"Wanted a run of C that kept its weights, got {run}. Train one with --keep-checkpoints float16."
        )
    command = reproduce_command(loaded) or ""
    about = loaded.name, loaded.model.title, loaded.corpus["name"], command
    grown = Grown(*about, analysis.characters, analysis.ngram_order, loaded.is_finished, curves)
    TRAINING.write_bytes(msgspec.json.format(msgspec.json.encode(grown), indent=1) + b"\n")
    write()


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
    parts = [INTRODUCTION, "## The kinds of errors\n", _definitions()]
    parts += [part for name, analysed in found.items() for part in _text(name, analysed)]
    parts += ["## What a larger network no longer gets wrong\n", LARGER, _larger(found), MEMORY]
    parts += [part for name, analysed in found.items() for part in _gains(name, analysed)]
    if TRAINING.exists():
        parts += ["### How it grows in training\n", *growth(msgspec.json.decode(TRAINING.read_bytes(), type=Grown))]
    parts += ["## Beside the paper\n", BESIDE, table(("the paper, as recalled", "here", ""), claims(found))]
    return "\n".join(part.rstrip() + "\n" for part in parts)


def _analysis(run: Run) -> ErrorAnalysis:
    found = load_errors(run)
    if found is None:
        raise InputError(f"{run.name} has no error analysis. Make those of all: python -m docs.errors measure")
    return found


def _definitions() -> str:
    rows = ((category.title, category.description, ", ".join(category.steps)) for category in CATEGORIES)
    return table(("kind", "what the oracle knows", "its steps"), rows)


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
    pairs = list(small_and_large(found))
    if not pairs:
        return "No text has two LSTMs.\n"
    rows = [
        (f"`{small.name}` to `{large.name}`", *(f"{share:.1%}" for share in errors_removed(before, after)))
        for (small, before), (large, after) in pairs
    ]
    return table(("of the errors that are gone", *(category.title for category in CATEGORIES)), rows)


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
    return analysis.curve(closing).bins[place]


def _gain_row(closing: str, bins: list[Bin]) -> Iterable[Any]:
    first = bins[0]
    measured = (f"{gain_text(one)}, p {one.probability:.2f}" for one in bins)
    shown = closing.replace("|", "\\|")
    return (f"`{shown}`", first.distances, f"{first.pairs:,}", f"p {first.ngram_probability:.2f}", *measured)


def growth(grown: Grown) -> Iterator[str]:
    """The gain by step of a training, at some of the distances."""
    stopped = "" if grown.finished else f", which was stopped after step {grown.curves[-1].step:,} here"
    yield (
        f"A {grown.network} on `{grown.corpus}` that kept its weights, over the n-gram model of order "
        f"{grown.ngram_order}: nats gained at the `{BRACE}`, on {grown.characters:,} characters of the test text. This "
        f"command trains it{stopped}:\n\n```\n{grown.command}\n```\n"
    )
    first = grown.curves[0].bins
    places = [place for place, one in enumerate(first) if one.shortest in SHOWN]
    header = ("step", *(f"{first[place].distances} back" for place in places))
    yield table(
        header, ((f"{curve.step:,}", *(gain_text(curve.bins[place]) for place in places)) for curve in grown.curves)
    )
    firsts = ((first[place], first_ahead(grown.curves, place)) for place in places)
    ahead = [(one, step) for one, step in firsts if step is not None]
    words = "; ".join(f"{one.distances} characters back from step {step:,}" for one, step in ahead)
    yield f"The network is ahead of the n-gram model to the end, by the whole interval: {words or 'nowhere'}."


def first_ahead(curves: list[Curve], place: int) -> int | None:
    """The step from which on the interval of a bin is above 0."""
    found = None
    for curve in reversed(curves):
        if (curve.bins[place].low or 0) <= 0:
            break
        found = curve.step
    return found


INTRODUCTION = f"""# What the shipped models get wrong, and what their memory buys

Made by `python -m docs.errors write` from the shipped analyses. `python -m docs.errors measure` makes these again, each
on the first {CHARACTERS:,} characters of its test text, as `python -m analysis errors RUN` does. Both questions are
those of Karpathy, Johnson and Fei-Fei, *Visualizing and Understanding Recurrent Networks* (arXiv:1506.02078), sections
4.3 and 4.4. All figures are measured here. What the paper says is as recalled: check it there before you cite it.

An error is a character that was given less than half a chance. A network reads the text from its start, with fixed
weights. Intervals of shares are 95 % intervals from eight contiguous parts of the text, as those of losses are.
"""
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

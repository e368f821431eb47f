"""Brings the figures in README.md, docs/api.md and the notebooks up to date with the shipped models.

python -m docs.figures write    after weights, evaluations, searches or ablations of shipped models were replaced
python -m docs.figures check    says which are out of date

People write the sentences; here they stand once more, with a name in braces where a figure is. A sentence is found in
its document however its lines are broken, and the figures in it are replaced.
"""

import math
import re
from collections.abc import Iterator
from pathlib import Path

import typer

from analysis.ablation.table import load_ablations
from analysis.findings import found_row, rows_of
from corpora import InputError
from corpora.errors import new_command_line, run_command_line
from docs.cells import without_zero
from models.evaluate import load_evaluation
from models.ngram import load_baseline
from models.run import PRETRAINED, Run, load_run
from models.units import Unit

ROOT = Path(__file__).parents[1]
FIGURE = re.compile(r"(?<!\{)\{([\w-]+)\}")
FOUND = r"([^|\s]+(?: [^|\s]+){0,2}?)"  # a figure in a document: up to three words
NGRAM = 20  # characters, the paper's
TRAINED_ON = {
    "war-and-peace": "*War and Peace*, {length_war-and-peace} characters",
    "linux": "`kernel/` of Linux 6.1, C sources and headers, {length_linux} characters",
    "wikipedia": "206 pages of English Wikipedia in raw markup, {length_wikipedia} characters",
    "war-and-peace-lstm": "*War and Peace*",
    "war-and-peace-gru": "*War and Peace*",
    "war-and-peace-rnn": "*War and Peace*",
}

SENTENCES: dict[str, tuple[str, ...]] = {
    "README.md": (
        "the cell state of **{quotes_written}** is on inside quotations",
        "with an AUROC of **{quotes_auroc}** (95 %: {quotes_low} to {quotes_high}). The last five characters alone "
        "reach {quotes_ngram}, the best unit of untrained networks **{quotes_untrained}**.",
        "predicts closing quotation marks **{quotes_bits} bits** worse (95 %: {quotes_bits_low} to {quotes_bits_high}) "
        "and everything else {quotes_bits_elsewhere} bits worse; 95 % of {quotes_controls} control units of similar "
        "variance cost less than {quotes_controls_95}.",
        "**{column_written}** measures the position in the line.",
        "at a Spearman correlation of **{column_signed}** (untrained networks: {column_untrained}); clamping it costs "
        "{column_bits} bits at line breaks.",
        "--unit {quotes} --unit {column} --state cell --out quotes.html",
        'heatmap("war-and-peace", text, unit="{quotes}")',
        *(
            f"| `{name}` | {text} | {{network_{name}}} | {{nats_{name}}} | {{bits_{name}}} | {{ngram_{name}}} |"
            for name, text in TRAINED_ON.items()
        ),
        "On the paper's bytes `war-and-peace` reaches {paper_nats}, or {paper_dynamic} if it keeps learning as",
    ),
    "docs/api.md": (
        'ablate_unit(run, "{quotes}", "inside-quotes"',
        'clamp={{"{quotes}": -1.0}}',
        'heatmap(run, text, unit="{quotes}", state="cell")',
        'unit_trace(recording, ["{quotes}", "{column}"]',
        'unit_histogram(recording, "{quotes}", "inside-quotes")',
    ),
    "docs/notebook.ipynb": (
        "The cell state of its unit {quotes_written} is on inside quotation marks.",
        r"unit=\"{quotes}\", state=\"cell\")",
        r"run=run, unit=\"{column}\", state=\"cell\"",
        r"heatmap(folder, unit=\"{quotes}\", start",
    ),
    "docs/session.ipynb": (
        "The cell state of unit {quotes_written} of the model",
        r"heatmap(recording, unit=\"{quotes}\", state=\"cell\"",
        r"unit_histogram(recording, \"{quotes}\", \"inside-quotes\")",
        r"unit_trace(recording, \"{quotes}\", start",
        r"(\"held\", {{\"{quotes}\": off}})",
    ),
}

app = new_command_line("Bring the figures in documents up to date with the shipped models.")


@app.command()
def write() -> None:
    """Replace the figures in the documents."""
    for path, old, new in documents():
        path.write_text(new, encoding="utf-8")
        typer.echo(f"{path.relative_to(ROOT)}: {'as it was' if old == new else 'brought up to date'}")


@app.command()
def check() -> None:
    """Say which documents have figures of other models."""
    old = [str(path.relative_to(ROOT)) for path, old, new in documents() if old != new]
    if old:
        raise InputError(f"Figures in {', '.join(old)} are out of date. Run python -m docs.figures write.")


def documents() -> Iterator[tuple[Path, str, str]]:
    """Each document: its path, its text, and its text with the figures of today."""
    found = figures()
    for name, sentences in SENTENCES.items():
        text = (ROOT / name).read_text(encoding="utf-8")
        yield ROOT / name, text, filled(text, sentences, found)


def filled(text: str, sentences: tuple[str, ...], found: dict[str, str]) -> str:
    """A text in which the sentences have these figures.

    Raises:
        InputError: a sentence is not there.
    """
    for sentence in sentences:
        expression, names = expression_of(sentence)
        text, count = expression.subn(lambda match, names=names: _with_figures(match, names, found), text)
        if not count:
            raise InputError(f"Wanted the sentence {sentence!r}, found it nowhere. Write it so in docs/figures.py.")
    return text


def expression_of(sentence: str) -> tuple[re.Pattern[str], list[str]]:
    """What finds a sentence, lines broken anywhere, with a group for each figure; and the names of these figures.

    `{{` and `}}` in a sentence are braces.
    """
    words = FIGURE.split(sentence)
    parts = [
        r"\s+".join(map(re.escape, re.split(r"\s+", part.replace("{{", "{").replace("}}", "}")))) for part in words[::2]
    ]
    return re.compile(FOUND.join(parts)), words[1::2]


def _with_figures(match: re.Match[str], names: list[str], found: dict[str, str]) -> str:
    """What was matched, each group replaced by its figure."""
    whole, at, parts = match.string, match.start(), []
    for group, name in enumerate(names, start=1):
        parts += [whole[at : match.start(group)], found[name]]
        at = match.end(group)
    return "".join([*parts, whole[at : match.end()]])


# ---- the figures ----------------------------------------------------------------------------------------------------


def figures() -> dict[str, str]:
    """Every figure by name, as it is written."""
    run = load_run(PRETRAINED / "war-and-peace")
    found = _unit_figures(run, "quotes", "inside-quotes") | _unit_figures(run, "column", "column")
    for name in TRAINED_ON:
        found |= {f"{what}_{name}": figure for what, figure in _model_figures(load_run(PRETRAINED / name)).items()}
    evaluations = load_evaluation(run)
    return found | {
        "paper_nats": f"{evaluations['test paper bytes'].nats:.3f}",
        "paper_dynamic": f"{evaluations['test paper bytes dynamic'].nats:.3f}",
    }


def _unit_figures(run: Run, name: str, concept: str) -> dict[str, str]:
    """Of the best unit for a concept: what it is called, its evidence, and what clamping its cell state costs."""
    row, ablations = found_row(run, concept, "cell"), load_ablations(run)
    assert ablations is not None, run.name
    unit = Unit.of_row(row)
    same = (ablations[["layer", "unit", "state"]] == [unit.layer, unit.index, "cell"]).all(axis=1)
    cause = rows_of(ablations[same & (ablations["concept"] == concept)])[0]
    values: dict[str, tuple[float, int]] = {
        "auroc": (row["score"], 3), "low": (row["ci_low"], 2), "high": (row["ci_high"], 2), "ngram": (row["ngram"], 3),
        "untrained": (row["untrained"], 3), "signed": (row["sign"] * row["score"], 3), "bits_low": (cause["ci_low"], 2),
        "bits": (cause["bits_there"], 1 if cause["bits_there"] > 3 else 2), "bits_high": (cause["ci_high"], 2),
        "bits_elsewhere": (cause["bits_elsewhere"], 2), "controls_95": (cause["controls_95"], 2),
    }  # fmt: skip
    written = {f"{name}_{what}": without_zero(value, digits) for what, (value, digits) in values.items()}
    return written | {name: unit.slug, f"{name}_written": str(unit), f"{name}_controls": str(cause["controls"])}


def _model_figures(run: Run) -> dict[str, str]:
    nats, baseline = load_evaluation(run)["test"].nats, load_baseline(run.corpus["name"])
    assert baseline is not None, run.name
    return {
        "network": run.model.title.replace("RNN", "plain RNN"),
        "nats": f"{nats:.3f}",
        "bits": f"{nats / math.log(2):.3f}",
        "ngram": f"{next(order['nats'] for order in baseline['orders'] if order['order'] == NGRAM):.3f}",
        "length": f"{run.corpus['cuts'][-1]:,}",
    }


if __name__ == "__main__":
    run_command_line(app)

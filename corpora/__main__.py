"""The corpora command.

python -m corpora list | fetch NAME [--from FILE] | info NAME [--bytes]
"""

from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from corpora.corpus import BYTES_HELP, fetch_corpus, load_corpus
from corpora.errors import new_command_line, run_command_line
from corpora.look import look_at_corpus
from corpora.places import data_folder
from corpora.prepared import SPLITS, Corpus
from corpora.sources import SOURCES
from corpora.vocabulary import Vocabulary

AsBytes = Annotated[bool, typer.Option("--bytes", help=BYTES_HELP)]

app = new_command_line("Fetch and describe the texts that models are trained on.")


@app.command("list")
def list_corpora() -> None:
    """Every named corpus, and whether it is on this machine."""
    for name, source in SOURCES.items():
        ready = (data_folder() / name / "corpus.json").exists()
        state = "prepared" if ready else "here, not yet prepared" if source.find() else "not fetched yet"
        typer.echo(f"{name:20} {state:23} {source.title} ({source.licence})")


@app.command()
def fetch(
    name: Annotated[str, typer.Argument(help="A name from the list.")],
    path: Annotated[Path | None, typer.Option("--from", help="Use this file or folder instead of a download.")] = None,
) -> None:
    """Prepare a corpus from --from, from CHARSCOPE_CORPORA, or by download."""
    _describe(fetch_corpus(name, path))


@app.command()
def info(
    name: Annotated[str, typer.Argument(help="A name from the list, or a file, folder or archive.")],
    as_bytes: AsBytes = False,
) -> None:
    """Size, checksum, split, documents and vocabulary of a corpus; of your own text also what may go wrong."""
    corpus = load_corpus(name, as_bytes)
    _describe(corpus)
    if corpus.name not in SOURCES:
        look = look_at_corpus(corpus)
        typer.echo(f"  lines       the longest has {look.longest_line:,} characters")
        for warning in look.warnings:
            typer.echo(f"  note        {warning}")


def _describe(corpus: Corpus) -> None:
    training = corpus.split("training")
    vocabulary = Vocabulary.of([training])
    typer.echo(f"{corpus.name} ({corpus.licence})")
    typer.echo(f"  sha256      {corpus.sha256}")
    typer.echo(f"  characters  {len(corpus.characters):,} ({len(np.unique(corpus.characters)):,} distinct)")
    for split in SPLITS:
        codes = corpus.split(split)
        documents, unknown = len(corpus.document_starts(split)), vocabulary.count_unknown(codes)
        typer.echo(f"  {split:11} {len(codes):,} characters, {documents:,} document starts, {unknown:,} read as U+FFFD")
    typer.echo(f"  vocabulary  {len(vocabulary)} characters (those that occur 5 times in training, and U+FFFD)")


if __name__ == "__main__":
    run_command_line(app)

"""The command that imports a network from a file: `python -m models import FILE`."""

from pathlib import Path
from typing import Annotated

import typer

from corpora.shell import shell_command
from models.config import Cell
from models.importing.importing import import_file


def import_network(
    file: Annotated[Path, typer.Argument(help="A state dict: safetensors, or saved by torch.save.")],
    vocabulary: Annotated[
        str,
        typer.Option(
            help="A JSON file: the character of each id. Or printable (Python's string.printable), or bytes. "
            "Default: the one in the file."
        ),
    ] = "",
    run: Annotated[str, typer.Option(help="Name of the new run; default: the file's name.")] = "",
    corpus: Annotated[str, typer.Option(help="The text that it was trained on: a corpus by name, or a path.")] = "",
    cell: Annotated[
        Cell | None, typer.Option(help="Refuse the file if its cells are of another kind.", show_default=False)
    ] = None,
    gate_order: Annotated[
        str, typer.Option(help="Order of the gates in an LSTM's rows, such as ifog; default: that of its layout.")
    ] = "",
    ignore: Annotated[list[str] | None, typer.Option(help="A tensor that is not used; may be repeated.")] = None,
) -> None:
    """Import a network that was trained elsewhere as a run."""
    imported = import_file(
        file, vocabulary or None, name=run, cell=cell, corpus=corpus, gate_order=gate_order, ignore=ignore or ()
    )
    found = imported.run
    typer.echo(f"{found.folder}: a {found.model.title} over {len(found.vocabulary)} characters with U+FFFD")
    for remark in imported.remarks:
        typer.echo(remark)
    export = f"{shell_command('dashboard', 'export', found.name)} --text FILE --out page.html"
    typer.echo(f"Choose {found.name} in the app, or: {export}")

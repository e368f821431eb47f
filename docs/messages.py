"""Lists every message of the product, with the place that says it, so that they can be read in a row.

python -m docs.messages

A message is what an error is raised with, what a command prints, and what a view says in a box of its own. Of each ask:
does doing what it says help? Parts that are computed stand in braces, as in the code.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from corpora.errors import new_command_line, run_command_line
from corpora.places import ROOT

PACKAGES = ("corpora", "models", "analysis", "dashboard")
ERRORS = ("InputError", "EncodingError")
SAID = ("echo", "error", "warning", "info", "success", "toast", "remark")

app = new_command_line("List every message of the product.")


@dataclass(frozen=True)
class Message:
    """What is said, and where."""

    path: str
    line: int
    words: str
    is_error: bool


@app.command("list")
def list_messages() -> None:
    """Print all messages, file by file."""
    found = list(messages())
    for message in found:
        print(f"{message.path}:{message.line}: {message.words}")
    print(f"{len(found)} messages, {sum(message.is_error for message in found)} of them errors")


@app.command()
def count() -> None:
    """Print how many there are."""
    print(len(list(messages())))


def messages() -> Iterator[Message]:
    """All messages, in the order of files and lines."""
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            yield from sorted(_in_file(path), key=lambda message: message.line)


def _in_file(path: Path) -> Iterator[Message]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and node.args:
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            words = _words_of(node.args[0])
            if words and (name in ERRORS or name in SAID):
                yield Message(path.relative_to(ROOT).as_posix(), node.lineno, words, name in ERRORS)


def _words_of(node: ast.expr) -> str:
    """A text as the code writes it; empty for what is computed as a whole."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(
            part.value if isinstance(part, ast.Constant) else f"{{{ast.unparse(part.value)}}}"  # pyright: ignore
            for part in node.values
        )
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return _words_of(node.left) + _words_of(node.right)
    return ""


if __name__ == "__main__":
    run_command_line(app)

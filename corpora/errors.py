"""The error for wrong input, and how commands report it."""

import contextlib
import io
import os
import sys
from typing import Annotated, Any

import typer
from typer.exceptions import Abort, TyperException

from corpora.shell import is_invisible
from corpora.usage import describe_usage

MAY_BE_EMPTY = ("--prompt",)
LONGEST_WORD = 400  # characters; a path that can be copied is mostly shorter


class InputError(Exception):
    """The user's input cannot be used.

    The message is one line: what was wanted, what was got, what to do next.
    Commands print it and exit with 2; the dashboard shows it on the page, a notebook without a traceback.
    """

    def _render_traceback_(self) -> list[str]:
        """What IPython prints instead of a traceback."""
        return [f"{type(self).__name__}: {self}"]


def new_command_line(help: str) -> typer.Typer:
    """A Typer application with the `--debug` flag that every Charscope command shares."""
    app = typer.Typer(help=help, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)

    @app.callback()
    def options(  # pyright: ignore[reportUnusedFunction]  # Typer calls it
        context: typer.Context,
        debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
    ) -> None:
        context.obj = debug

    return app


def run_command_line(app: typer.Typer) -> None:
    """Run a Typer application; an `InputError` or a wrong use becomes one line on stderr and exit code 2.

    Characters that a terminal cannot show are written as escapes. Nothing more is said where nobody reads on, as after
    `| head`. Of several processes that torchrun started, only the first prints an error.
    """
    _escape_what_cannot_be_shown()
    try:
        _require_words(sys.argv[1:])
        code = app(standalone_mode=False)
        for stream in filter(None, (sys.stdout, sys.stderr)):
            stream.flush()
    except InputError as error:
        if "--debug" in sys.argv:
            raise
        code = _say_error(str(error))
    except Abort:
        code = 130
    except TyperException as error:
        code = _say_usage(error)
    except BrokenPipeError:
        code = 1
    if code == 130:
        print("interrupted", file=sys.stderr)
    if code == 1:  # nobody reads on: what is still to be written goes nowhere
        _discard_output()
    raise SystemExit(code or 0) from None


def _require_words(arguments: list[str]) -> None:
    """Refuse empty words, as a variable of a script gives that is not set: the path of nothing is the current folder.

    Raises:
        InputError: there is one.
    """
    before = ""
    for word in arguments:
        name, equals, value = word.partition("=") if word.startswith("--") else (before, "=", word)
        if equals and not value and name not in MAY_BE_EMPTY:
            wanted = f"a value for {name}" if name.startswith("--") else "a word"
            raise InputError(f"Wanted {wanted}, got an empty one. Leave it out, or give one.")
        before = word


def _say_error(message: str) -> int:
    if os.environ.get("RANK", "0") in ("", "0") or not os.environ["RANK"].isdecimal():
        line = "".join(_escaped(character) for character in " ".join(map(_shortened, message.split())))
        print(f"error: {line}", file=sys.stderr)
    return 2


def _say_usage(error: Any) -> int:
    if type(error).__name__ == "NoArgsIsHelpError":
        error.show()
        return error.exit_code
    return _say_error(describe_usage(error, sys.argv[1:]))


def _shortened(word: str) -> str:
    """A word of a message; of one that nobody would read to its end, as somebody may have typed, both ends."""
    return word if len(word) <= LONGEST_WORD else f"{word[: LONGEST_WORD // 2]}…{word[-LONGEST_WORD // 4 :]}"


def _escaped(character: str) -> str:
    """A character of a message; one that would change how others are shown, as a file's name may have, as an escape."""
    return character.encode("unicode_escape").decode() if is_invisible(character) else character


def _escape_what_cannot_be_shown() -> None:
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _discard_output() -> None:
    with contextlib.suppress(OSError, ValueError, AttributeError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)

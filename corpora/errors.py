"""The error for wrong input, and how commands report it."""

import os
import sys
from collections.abc import Callable
from typing import Annotated, Any

import typer


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


def run_command_line(app: Callable[..., Any]) -> None:
    """Run a Typer application; an `InputError` becomes one line on stderr and exit code 2.

    Of several processes that torchrun started, only the first prints it.
    """
    try:
        app()
    except InputError as error:
        if "--debug" in sys.argv:
            raise
        one_line = " ".join(str(error).split())
        if os.environ.get("RANK", "0") == "0":
            print(f"error: {one_line}", file=sys.stderr)
        raise SystemExit(2) from None
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        raise SystemExit(130) from None

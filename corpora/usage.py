"""A wrong use of a command in one line: what was wanted, what was got, what to do."""

import re
from collections.abc import Sequence
from typing import Any

from corpora.shell import python

NUMBERS = {"integer": "a whole number", "number": "a number"}


def describe_usage(error: Any, arguments: Sequence[str]) -> str:
    """The line for one of Typer's usage errors; `arguments` are the words of the command line."""
    command = error.ctx.command_path.replace("python ", f"{python()} ", 1) if error.ctx else ""
    option = getattr(error, "option_name", "")
    if type(error).__name__ == "NoSuchOption":
        near = ", ".join(sorted(error.possibilities or ()))
        said = f"Wanted an option of this command, got {option}." + (f" Did you mean {near}?" if near else "")
    elif type(error).__name__ == "BadOptionUsage":
        takes_none = "not take" in error.message
        wanted, got = ("no value", "one") if takes_none else ("a value", "none")
        said = f"Wanted {wanted} for {option}, got {got}."
    elif type(error).__name__ == "MissingParameter":
        said = f"Wanted {_name_of(error.param)}, got none."
    elif getattr(error, "param", None) is not None:
        said = _of_value(error, arguments)
    else:
        said = _of_words(error.format_message())
    return f"{said} For help: {command} --help" if command else f"{said} For help: --help"


def _name_of(param: Any) -> str:
    return param.opts[0] if param.param_type_name == "option" else str(param.name).upper()


def _of_value(error: Any, arguments: Sequence[str]) -> str:
    given = _value_of(error.param, arguments)
    got = "another" if given is None else repr(given)
    return f"Wanted {_wanted(error.param, error.message)} for {_name_of(error.param)}, got {got}."


def _wanted(param: Any, message: str) -> str:
    if choices := re.search(r"is not one of (.+?)\.?$", message):
        return f"one of {choices[1]}".replace("'", "")
    low, high = getattr(param, "min", None), getattr(param, "max", None)
    if re.search(r"(greater|less) than|valid (integer|number)|finite", message) and (low, high) != (None, None):
        above = "" if low is None else f" from {low:g}" if isinstance(low, float) else f" from {low}"
        return f"a {'whole ' * isinstance(param.default, int)}number{above}" + ("" if high is None else f" to {high}")
    if number := re.search(r"valid (integer|number)", message):
        return NUMBERS[number[1]]
    return re.sub(r"^(Value error, |Input should be )", "", message).rstrip(".")


def _value_of(param: Any, arguments: Sequence[str]) -> str | None:
    """What the command line gives an option, the last time it does."""
    given = None
    for number, word in enumerate(arguments):
        name, equals, value = word.partition("=")
        if name in param.opts:
            given = value if equals else next(iter(arguments[number + 1 :]), None)
    return given


def _of_words(message: str) -> str:
    """The same of an error that belongs to no option."""
    if extra := re.match(r"Got unexpected extra arguments?(?:\(s\))? ?\((.+)\)", message):
        return f"Wanted no further words, got {extra[1]}. Remove them, or quote a name that has blanks."
    if unknown := re.match(r"No such command '(.*?)'\.(.*)", message):
        return f"Wanted a command, got {unknown[1]!r}.{unknown[2]}"
    return message

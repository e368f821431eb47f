"""Checks what tests pass and get against our annotations, shapes included: import it before anything of ours."""

import dataclasses
import functools
import inspect
from collections.abc import Callable, Iterator
from typing import Any, get_args

import beartype
import jaxtyping
import typer.core
from jaxtyping import install_import_hook, jaxtyped
from numba.core.dispatcher import Dispatcher
from numba.core.registry import CPUDispatcher

PACKAGES = ("corpora", "models", "analysis", "dashboard")
# An int will do for a float, as PEP 484 says.
RULES = beartype.BeartypeConf(is_pep484_tower=True, violation_type=jaxtyping.TypeCheckError)
check_types = beartype.beartype(conf=RULES)


def has_shapes(annotation: Any) -> bool:
    """Whether an annotation says the shape of an array, at any depth."""
    if inspect.isclass(annotation) and issubclass(annotation, jaxtyping.AbstractArray):
        return True
    return any(has_shapes(part) for part in get_args(annotation))


def check_calls(function: Callable[..., Any]) -> Callable[..., Any]:
    """Checks what a function is passed, then what it returns; an axis has one size in all of a call.

    `jaxtyped` does the same, but checks what is passed once more with what is returned: that takes twice the time.
    """
    checked = check_types(function)

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        with jaxtyped("context"):
            return checked(*args, **kwargs)

    return call


def check_generator(function: Callable[..., Any]) -> Callable[..., Any]:
    """Checks what a generator function is passed. It stays one: `torch.inference_mode` holds within it only then."""
    checked = jaxtyped(function, typechecker=check_types)

    @functools.wraps(function)
    def generator(*args: Any, **kwargs: Any) -> Iterator[Any]:
        return (yield from checked(*args, **kwargs))

    return generator


def check_shapes(*, typechecker: object) -> Callable[..., Any]:
    """The import hook's decorator: checks what has shapes in its annotations; all else is for pyright to check."""

    def decorate(decorated: Any) -> Any:
        if not any(map(has_shapes, getattr(decorated, "__annotations__", {}).values())):
            return decorated
        if dataclasses.is_dataclass(decorated):
            decorated.__init__ = check_calls(decorated.__init__)
        if inspect.isclass(decorated):
            return decorated
        return (check_generator if inspect.isgeneratorfunction(decorated) else check_calls)(decorated)

    return decorate


class CheckedDispatcher(CPUDispatcher):
    """A compiled function that checks what Python passes to it; another compiled one calls it unchecked."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.checked(*args, **kwargs)


def check_compiled(compile_function: Callable[..., Any]) -> Callable[..., Any]:
    """What compiles functions, so that each checks its arguments and its result when Python calls it."""

    def compile_checked(function: Callable[..., Any], *args: Any) -> Any:
        dispatcher = compile_function(function, *args)
        call = functools.partial(Dispatcher.__call__, dispatcher)
        dispatcher.checked = check_calls(
            functools.wraps(dispatcher.py_func)(lambda *args, **kwargs: call(*args, **kwargs))
        )
        dispatcher.__class__ = CheckedDispatcher
        return dispatcher

    return compile_checked


def install() -> None:
    jaxtyping.jaxtyped = check_shapes  # what the hook puts before all that it imports
    install_import_hook(PACKAGES, typechecker=None)
    # Typer promises its own context and passes that of the library below it.
    typer.core.TyperGroup.context_class = typer.core.TyperCommand.context_class = typer.Context
    import models.compiled

    models.compiled.compile_function = check_compiled(models.compiled.compile_function)

"""Checks what tests pass and get against our annotations, shapes included: import it before anything of ours."""

import functools
import inspect
from collections.abc import Callable, Iterator
from typing import Any, get_args

import jaxtyping
import typer.core
from jaxtyping import install_import_hook
from jaxtyping._import_hook import Typechecker
from numba.core.dispatcher import Dispatcher
from numba.core.registry import CPUDispatcher

PACKAGES = ("corpora", "models", "analysis", "dashboard")
# An int will do for a float, as PEP 484 says.
CHECKER = "beartype.beartype(conf=beartype.BeartypeConf(is_pep484_tower=True))"


def has_shapes(annotation: Any) -> bool:
    """Whether an annotation says the shape of an array, at any depth."""
    if inspect.isclass(annotation) and issubclass(annotation, jaxtyping.AbstractArray):
        return True
    return any(has_shapes(part) for part in get_args(annotation))


def check_shapes(jaxtyped: Callable[..., Any]) -> Callable[..., Any]:
    """Jaxtyping's decorator for what has shapes in its annotations; all else is left alone, for pyright to check.

    A generator function that is checked stays one: `torch.inference_mode` holds within it only if it sees that.
    """

    def decorator(*, typechecker: Callable[..., Any]) -> Callable[..., Any]:
        def decorate(function: Any) -> Any:
            plain = getattr(function, "__func__", function)  # of a class method
            if not any(map(has_shapes, getattr(plain, "__annotations__", {}).values())):
                return function
            checked = jaxtyped(function, typechecker=typechecker)
            if not inspect.isgeneratorfunction(function):
                return checked

            @functools.wraps(function)
            def generator(*args: Any, **kwargs: Any) -> Iterator[Any]:
                return (yield from checked(*args, **kwargs))

            return generator

        return decorate

    return decorator


class CheckedDispatcher(CPUDispatcher):
    """A compiled function that checks what Python passes to it; another compiled one calls it unchecked."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.checked(*args, **kwargs)


def check_calls(compile_function: Callable[..., Any]) -> Callable[..., Any]:
    """What compiles functions, so that each checks its arguments and its result when Python calls it."""

    typechecker = Typechecker(CHECKER)
    check = jaxtyping.jaxtyped(typechecker=typechecker.lookup[typechecker.get_hash()])

    def compile_checked(function: Callable[..., Any], *args: Any) -> Any:
        dispatcher = compile_function(function, *args)
        call = functools.partial(Dispatcher.__call__, dispatcher)
        dispatcher.checked = check(functools.wraps(dispatcher.py_func)(lambda *args, **kwargs: call(*args, **kwargs)))
        dispatcher.__class__ = CheckedDispatcher
        return dispatcher

    return compile_checked


def install() -> None:
    jaxtyping.jaxtyped = check_shapes(jaxtyping.jaxtyped)
    install_import_hook(PACKAGES, CHECKER)
    # Typer promises its own context and passes that of the library below it.
    typer.core.TyperGroup.context_class = typer.core.TyperCommand.context_class = typer.Context
    import models.compiled

    models.compiled.compile_function = check_calls(models.compiled.compile_function)

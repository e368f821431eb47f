"""Checks what tests pass and get against our annotations, shapes included: import it before anything of ours."""

import functools
import inspect
from collections.abc import Callable, Iterator
from typing import Any

import jaxtyping
import typer.core
from jaxtyping import install_import_hook
from numba.core.dispatcher import Dispatcher
from numba.core.registry import CPUDispatcher

PACKAGES = ("corpora", "models", "analysis", "dashboard")
# An int will do for a float, as PEP 484 says.
CHECKER = "beartype.beartype(conf=beartype.BeartypeConf(is_pep484_tower=True))"


def check_generators(jaxtyped: Callable[..., Any]) -> Callable[..., Any]:
    """A generator function that is checked stays one: `torch.inference_mode` holds within it only if it sees that."""

    def jaxtyped_too(*, typechecker: Callable[..., Any]) -> Callable[..., Any]:
        def decorate(function: Any) -> Any:
            checked = jaxtyped(function, typechecker=typechecker)
            if not inspect.isgeneratorfunction(function):
                return checked

            @functools.wraps(function)
            def generator(*args: Any, **kwargs: Any) -> Iterator[Any]:
                return (yield from checked(*args, **kwargs))

            return generator

        return decorate

    return jaxtyped_too


class CheckedDispatcher(CPUDispatcher):
    """A compiled function that checks what Python passes to it; another compiled one calls it unchecked."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.checked(*args, **kwargs)


def check_calls(compile_function: Callable[..., Any]) -> Callable[..., Any]:
    """What compiles functions, so that each checks its arguments and its result when Python calls it."""

    def compile_checked(function: Callable[..., Any], *args: Any) -> Any:
        dispatcher = compile_function(function, *args)
        plain, call = dispatcher.py_func, functools.partial(Dispatcher.__call__, dispatcher)
        typechecker = jaxtyping._import_hook.Typechecker(CHECKER)
        lookup = typechecker.lookup[typechecker.get_hash()]
        dispatcher.checked = jaxtyping.jaxtyped(typechecker=lookup)(
            functools.wraps(plain)(lambda *args, **kwargs: call(*args, **kwargs))
        )
        dispatcher.__class__ = CheckedDispatcher
        return dispatcher

    return compile_checked


def install() -> None:
    jaxtyping.jaxtyped = check_generators(jaxtyping.jaxtyped)
    install_import_hook(PACKAGES, CHECKER)
    # Typer promises its own context and passes that of the library below it.
    typer.core.TyperGroup.context_class = typer.core.TyperCommand.context_class = typer.Context
    import models.compiled

    models.compiled.compile_function = check_calls(models.compiled.compile_function)

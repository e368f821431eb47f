"""Compiles loops with numba and keeps the machine code until a source that went into it changes.

Numba's own cache watches the file of the function alone. But a compiled function also holds the functions that it calls
and the constants that it reads, and those may be imported. Here the machine code is sealed with the text of the
function's module and of every module of ours that this one imports, directly or through others.
See `docs/decisions/016-compiled-cache-key.md`.
"""

import ast
import hashlib
import inspect
import os
import pickle
import uuid
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, overload

import numba
from numba.core.caching import FunctionCache
from numba.core.serialize import dumps

Function = TypeVar("Function", bound=Callable[..., Any])


@overload
def compiled(function: Function) -> Function: ...
@overload
def compiled(*, cache: bool = True, **options: Any) -> Callable[[Function], Function]: ...
def compiled(function: Callable[..., Any] | None = None, *, cache: bool = True, **options: Any) -> Any:
    """Compile a function when it is first called; later processes load what was compiled.

    Args:
        function: what to compile, if the decorator is used without options.
        cache: keep the machine code on disk. A function that only others call is part of theirs and needs no file.
        options: numba's: nogil, fastmath, error_model, parallel.
    """
    if function is None:
        return lambda function: compile_function(function, cache, options)
    return compile_function(function, cache, options)


def compile_function(function: Callable[..., Any], cache: bool, options: dict[str, Any]) -> Any:
    """Numba's dispatcher of a function, with our cache."""
    dispatcher: Any = numba.njit(**options)(inspect.unwrap(function))  # a checker of types is not to be compiled
    if cache:
        dispatcher._cache = SourceCache(dispatcher.py_func)
    return dispatcher


class SourceCache(FunctionCache):
    """Numba's cache, in the folder that numba chooses, with files of our own kind."""

    def __init__(self, function: Callable[..., Any]) -> None:
        super().__init__(function)
        stem = Path(self.cache_path) / self._impl.filename_base
        self._cache_file = SealedFiles(stem, hash_sources(Path(inspect.getfile(function))))


class SealedFiles:
    """One file for each signature and processor of one function: a seal, then the key and the machine code.

    Numba keeps an index beside its files. Two processes that compile at once, one of them from older sources, can leave
    there an index of the one with the machine code of the other. A file that carries its own seal is right or is
    compiled anew and replaced, so that stale ones do not pile up either.
    """

    def __init__(self, stem: Path, sources: bytes) -> None:
        self.stem, self.sources = stem, sources

    def load(self, key: Any) -> Any:
        """What was saved under this key from the same sources; None if there is nothing."""
        try:
            sealed = self._path(key).read_bytes()
        except OSError:
            return None
        seal, content = sealed[: hashlib.sha256().digest_size], sealed[hashlib.sha256().digest_size :]
        if seal != self._seal(content):
            return None
        saved_key, data = pickle.loads(content)
        return data if saved_key == key else None

    def save(self, key: Any, data: Any) -> None:
        path, content = self._path(key), dumps((key, data))
        written = path.with_name(f"{path.name}.tmp.{uuid.uuid4().hex[:16]}")
        try:
            written.write_bytes(self._seal(content) + content)
            os.replace(written, path)
        finally:
            written.unlink(missing_ok=True)

    def flush(self) -> None:
        for path in self.stem.parent.glob(f"{self.stem.name}.*.nbc"):
            path.unlink(missing_ok=True)

    def _path(self, key: Any) -> Path:
        signature, processor, _ = key
        name = hashlib.sha256(repr((signature, processor)).encode()).hexdigest()[:16]
        return self.stem.with_name(f"{self.stem.name}.{name}.nbc")

    def _seal(self, content: bytes) -> bytes:
        return hashlib.sha256(numba.__version__.encode() + self.sources + content).digest()


def hash_sources(path: Path) -> bytes:
    """The hash of a module's text and of the texts of all modules of ours that it imports, directly or not."""
    texts, waiting = {}, [path.resolve()]
    while waiting:
        if (path := waiting.pop()) not in texts:
            status = path.stat()
            texts[path], imports = _read_module(path, status.st_mtime_ns, status.st_size)
            waiting += imports
    return hashlib.sha256(b"".join(texts[path] for path in sorted(texts))).digest()


@cache
def _read_module(path: Path, _changed: int, _size: int) -> tuple[bytes, tuple[Path, ...]]:
    """The hash of a module's text, and the modules of ours that it imports. Read again if it changed meanwhile."""
    text = path.read_bytes()
    return hashlib.sha256(text).digest(), tuple(_imported(ast.parse(text), path))


def _imported(tree: ast.Module, path: Path) -> Iterator[Path]:
    """The files of the imports that lie beside the module's own package; all others belong to other projects."""
    root = path.parent
    while (root / "__init__.py").exists():
        root = root.parent
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [root.joinpath(*alias.name.split(".")) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            package = path.parents[node.level - 1] if node.level else root
            package = package.joinpath(*(node.module or "").split("."))
            names = [package, *(package / alias.name for alias in node.names)]
        else:
            continue
        files = (file for name in names for file in (name.with_suffix(".py"), name / "__init__.py"))
        yield from (file for file in files if file.exists())

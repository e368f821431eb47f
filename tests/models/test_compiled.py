import importlib
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from models.compiled import SealedFiles, hash_sources

ROOT = Path(__file__).resolve().parents[2]
HOUSE = {
    "__init__": "",
    "sizes": "STEP = 1\n",
    "kernels": """
from house.sizes import STEP
from models.compiled import compiled

BASE = 10


@compiled(cache=False)
def inlined(value):
    return value * 2


@compiled
def kernel(value):
    return BASE + STEP + inlined(value)
""",
    "loops": """
import numpy as np
from numba import prange

from . import kernels
from house.kernels import kernel
from models.compiled import compiled


@compiled(nogil=True)
def called(value):
    return kernel(value)


@compiled
def through_the_module(value):
    return kernels.kernel(value)


@compiled(parallel=True)
def in_parallel(value):
    total = 0
    for i in prange(4):
        total += kernel(value) if i == 0 else 0
    return total


FUNCTIONS = called, through_the_module, in_parallel


def call():
    \"\"\"What each function gives, and how often any was loaded and compiled.\"\"\"
    results = {int(function(0)) for function in FUNCTIONS}
    counts = [function.stats for function in FUNCTIONS]
    loaded = sum(sum(count.cache_hits.values()) for count in counts)
    return results, loaded, sum(sum(count.cache_misses.values()) for count in counts)
""",
    "stranger": "NOTHING = 1\n",
}
LOADED, COMPILED = (3, 0), (0, 3)


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package of two modules with compiled functions, one with a constant and one that none of them imports."""
    folder = tmp_path / "house"
    folder.mkdir()
    for name, text in HOUSE.items():
        (folder / f"{name}.py").write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    monkeypatch.setattr("numba.config.CACHE_DIR", "")
    monkeypatch.setattr(sys, "dont_write_bytecode", True)  # Python itself takes an edit of equal size and time for none
    return folder


def import_anew() -> ModuleType:
    for name in [name for name in sys.modules if name.partition(".")[0] == "house"]:
        del sys.modules[name]
    importlib.invalidate_caches()
    return importlib.import_module("house.loops")


def call_anew() -> tuple[set[int], tuple[int, int]]:
    results, *counts = import_anew().call()
    return results, tuple(counts)


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


RUN = "from house import loops; results, *counts = loops.call(); print(*results, *counts)"


def start(house: Path, **environment: str) -> "subprocess.Popen[str]":
    path = os.pathsep.join((str(ROOT), str(house.parent)))
    environment = {**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1", **environment}
    return subprocess.Popen([sys.executable, "-c", RUN], env=environment, stdout=subprocess.PIPE, text=True)


def run(house: Path) -> str:
    return start(house).communicate()[0].strip()


def test_other_processes_load_what_was_compiled_until_an_imported_function_changes(house: Path) -> None:
    assert run(house) == "11 0 3"
    assert run(house) == "11 3 0"
    path = house / "kernels.py"
    before = path.stat()
    edit(path, "value * 2", "value + 2")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert path.stat().st_size == before.st_size
    assert run(house) == "13 0 3"
    assert run(house) == "13 3 0"


def test_processes_that_compile_at_once_give_the_same(house: Path) -> None:
    for started in [start(house) for _ in range(2)]:
        assert started.communicate()[0].startswith("11 ")
    assert run(house) == "11 3 0"


@pytest.mark.parametrize(
    ("module", "old", "new", "expected"),
    [
        ("kernels", "BASE + STEP", "BASE - STEP", 9),
        ("kernels", "value * 2", "value + 2", 13),
        ("kernels", "BASE = 10", "BASE = 20", 21),
        ("sizes", "STEP = 1", "STEP = 5", 15),
    ],
)
def test_an_edit_of_whatever_went_into_the_machine_code_is_seen(
    house: Path, module: str, old: str, new: str, expected: int
) -> None:
    assert call_anew() == ({11}, COMPILED)
    assert call_anew() == ({11}, LOADED)
    edit(house / f"{module}.py", old, new)
    assert call_anew() == ({expected}, COMPILED)


def test_an_edit_elsewhere_leaves_the_machine_code(house: Path) -> None:
    call_anew()
    edit(house / "stranger.py", "1", "2")
    assert call_anew() == ({11}, LOADED)


def test_stale_files_are_replaced(house: Path) -> None:
    def files() -> list[Path]:
        return sorted((house / "__pycache__").iterdir())

    call_anew()
    before = files()
    for step in range(2, 5):
        (house / "sizes.py").write_text(f"STEP = {step}{' ' * step}\n")
        assert call_anew() == ({10 + step}, COMPILED)
        assert files() == before


def test_where_the_checkout_cannot_be_written_the_users_own_folder_is_used(
    house: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    (house / "__pycache__").write_text("no folder")
    assert call_anew() == ({11}, COMPILED)
    assert call_anew() == ({11}, LOADED)
    assert list((tmp_path / "home").rglob("*.nbc"))


def test_numbas_own_setting_of_the_folder_is_respected(
    house: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("numba.config.CACHE_DIR", str(tmp_path / "elsewhere"))
    assert call_anew() == ({11}, COMPILED)
    assert call_anew() == ({11}, LOADED)
    assert list((tmp_path / "elsewhere").rglob("*.nbc"))
    assert not (house / "__pycache__").exists()


KEY = ("signature", "processor", "code")


@pytest.fixture
def files(tmp_path: Path) -> Callable[[bytes], SealedFiles]:
    return lambda sources: SealedFiles(tmp_path / "function", sources)


def test_what_an_older_process_saves_last_is_not_taken_for_new(files: Callable[[bytes], SealedFiles]) -> None:
    old, new = files(b"old"), files(b"new")
    new.save(KEY, 2)
    old.save(KEY, 1)
    assert new.load(KEY) is None
    assert old.load(KEY) == 1
    new.save(KEY, 2)
    assert (new.load(KEY), old.load(KEY)) == (2, None)
    new.flush()
    assert new.load(KEY) is None


@pytest.mark.parametrize("key", [("other", *KEY[1:]), (KEY[0], "other", KEY[2]), (*KEY[:2], "other")])
def test_machine_code_is_only_loaded_under_its_own_key(files: Callable[[bytes], SealedFiles], key: tuple) -> None:
    saved = files(b"")
    saved.save(KEY, 1)
    assert saved.load(key) is None
    saved.save(key, 2)
    assert saved.load(key) == 2
    assert saved.load(KEY) == (None if key[:2] == KEY[:2] else 1)


@pytest.mark.parametrize("length", [0, 20, 32, -1])
def test_a_file_that_was_cut_off_is_compiled_anew(
    files: Callable[[bytes], SealedFiles], tmp_path: Path, length: int
) -> None:
    files(b"").save(KEY, "machine code")
    (path,) = tmp_path.glob("*.nbc")
    path.write_bytes(path.read_bytes()[:length])
    assert files(b"").load(KEY) is None


def test_every_import_counts_and_nothing_else_does(house: Path) -> None:
    def change(name: str) -> bool:
        before = hash_sources(house / "loops.py")
        path = house / f"{name}.py"
        path.write_text(path.read_text() + "# more\n")
        return hash_sources(house / "loops.py") != before

    assert {name: change(name) for name in HOUSE} == {
        "__init__": True, "sizes": True, "kernels": True, "loops": True, "stranger": False,
    }  # fmt: skip

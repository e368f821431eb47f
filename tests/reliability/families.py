"""The kinds of hostile input, each with its share of all inputs and how a range of them is run."""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.reliability.addresses import VIEWS, open_pages, parse_all, query_of
from tests.reliability.asking import chance_of, run_batch
from tests.reliability.cases import Case
from tests.reliability.children import MEMORY
from tests.reliability.commands import make_command
from tests.reliability.copies import Copy
from tests.reliability.disturb import run_disturbances
from tests.reliability.formats import FORMATS, is_silent, make_damaged
from tests.reliability.hostile import LONG
from tests.reliability.routes import ask_all, request_of, shown_routes
from tests.reliability.tasks import TASKS
from tests.reliability.verdicts import Fault, faults_of
from tests.reliability.world import World

Result = tuple[int, str, list[Fault]]
Known = dict[str, Any]
Say = Callable[..., Any]


@dataclass(frozen=True)
class Family:
    """`run(copy, numbers, seed, known, say)` gives the number, the line and the faults of each input."""

    name: str
    share: float
    run: Callable[..., Iterator[Result]] = field(repr=False)
    needs_tables: bool = False
    """Whether it needs what a search made, or takes too long: only in the full part."""
    least: int = 1
    disturbs: bool = False
    """Whether it is about an instant of a task, not about an input."""


def silent(*_: Any, **__: Any) -> None:
    """Say nothing."""


def known_of(world: World, isolated: bool) -> Known:
    """What hostile inputs are made of. Unless this process is isolated, no path leads out of the sandbox."""
    strange = world.work / "strange"
    names = [f"strange/{path.name}" for path in sorted(strange.iterdir())]
    more = (
        "none",
        "none/none",
        "secret.txt/x",
        "full/",
        "link-to-folder/new",
        "loop/x",
        "new.html",
        "new.csv",
        "new.parquet",
        "new.json",
        "new.zarr",
        LONG,
        "n" * 249,
        "日" * 84,
    )
    paths = (
        *names,
        *(f"strange/{name}" for name in more),
        ".",
        "..",
        "",
        "./",
        ("d" * 200 + "/") * 25 + "x",
        "../outside.html",
        *("/", "/nowhere/x", "/usr/x.html") * isolated,
    )
    return {"paths": paths, "routes": None}


# ---- commands -------------------------------------------------------------------------------------------------------


def run_commands(copy: Copy, numbers: range, seed: int, known: Known, say: Say = silent) -> Iterator[Result]:
    for number in numbers:
        case = make_command(chance_of(seed, "commands", number), known["paths"])
        faults = faults_of_case(copy, case, say)
        yield number, case.line, faults


def damaged(name: str) -> Callable[..., Iterator[Result]]:
    def run(copy: Copy, numbers: range, seed: int, known: Known, say: Say = silent) -> Iterator[Result]:
        for number in numbers:
            case = make_damaged(chance_of(seed, name, number), name, copy.original)
            faults = faults_of_case(copy, case, say)
            yield number, case.line, faults

    return run


def faults_of_case(copy: Copy, case: Case, say: Say) -> list[Fault]:
    """Run a case in a clean world; what was wrong."""
    told = ""
    if case.prepare is not None:
        told = prepared(copy, case)
        case.told += f": {told}"
    damage = copy.changes()
    outcome = copy.world.command(case.words, case.limits)
    changes = {path: how for path, how in copy.changes().items() if damage.get(path) != how}
    say(
        case.line,
        f"exit {outcome.code}, signal {outcome.signal}, {outcome.seconds:.2f} s, {outcome.peak / 1e6:.0f} MB",
        outcome.out[-3000:],
        outcome.err[-6000:],
        changes,
        sep="\n",
    )
    found = faults_of(case, outcome, changes, copy.world.root)
    if outcome.code == 0 and is_silent(case, told):
        found.append(Fault("silent", case.must_refuse))
    copy.restore()
    return found


def prepared(copy: Copy, case: Case) -> str:
    """Damage the world in a child, since libraries that write tables start threads; what was done."""
    assert case.prepare is not None
    outcome = copy.world.child(lambda: print(json.dumps(case.prepare(copy.world))))  # pyright: ignore[reportOptionalCall]
    if outcome.code != 0:
        raise RuntimeError(f"The campaign cannot damage: {case.line}: {outcome.err[-1500:]}")
    return json.loads(outcome.out)


# ---- the application ------------------------------------------------------------------------------------------------


def run_requests(copy: Copy, numbers: range, seed: int, known: Known, say: Say = silent) -> Iterator[Result]:
    known["routes"] = known["routes"] or shown_routes()
    right = right_values(copy.original)
    requests = [request_of(chance_of(seed, "routes", number), known["routes"], right) for number in numbers]

    def ask(first: int, tell: Any) -> None:
        hold_readings()
        ask_all(requests[first:], lambda number, *words: tell(first + number, *words))

    yield from _batch(copy, numbers, [f"{method} {address[:300]}" for method, address in requests], ask, 120, say)


def right_values(world: World) -> dict[str, tuple[str, ...]]:
    """Values that name what is there; the key of a reading is filled in by `hold_readings`."""
    from dashboard import browser

    weights = [(world.runs / name / "model.safetensors").read_bytes() for name in ("tiny", "gru")]

    return {
        "run": ("tiny", "gru"),
        "version": (browser.version(),),
        "path": (*sorted(browser.modules())[:9],),
        "name": ("hello", "cells", "evidence"),
        "key": ("KEY",),
        "other": ("KEY",),
        "state": ("hidden", "cell"),
        "weights": tuple(hashlib.sha256(each).hexdigest()[:16] for each in weights),
    }


def hold_readings() -> None:
    """Make the engine hold two readings, under keys that the requests know."""
    from dashboard.engine import ENGINE
    from models.run import load_run

    read = ENGINE.read(load_run("tiny"), "He said: “No.”\nThen she went. " * 5)[1]
    held = ENGINE.reading
    ENGINE.reading = lambda key: read if key.startswith("KEY") else held(key)  # pyright: ignore[reportAttributeAccessIssue]


def run_queries(copy: Copy, numbers: range, seed: int, known: Known, say: Say = silent) -> Iterator[Result]:
    queries = [query_of(chance_of(seed, "addresses", number), full=False) for number in numbers]
    lines = [str(query)[:300] for query in queries]
    yield from _batch(
        copy,
        numbers,
        lines,
        lambda first, tell: parse_all(queries[first:], lambda number, *words: tell(first + number, *words)),
        60,
        say,
    )


def run_pages(copy: Copy, numbers: range, seed: int, known: Known, say: Say = silent) -> Iterator[Result]:
    chances = [chance_of(seed, "pages", number) for number in numbers]
    visits = [(chance.choice(VIEWS), query_of(chance, full=True)) for chance in chances]
    lines = [f"/{view} {query}"[:300] for view, query in visits]
    yield from _batch(
        copy,
        numbers,
        lines,
        lambda first, tell: open_pages(visits[first:], lambda number, *words: tell(first + number, *words)),
        180,
        say,
    )


def run_bad_runs(copy: Copy, numbers: range, seed: int, known: Known, say: Say = silent) -> Iterator[Result]:
    """A run of which a file is damaged: every view, opened for it and for another run."""
    names = [name for name in FORMATS if FORMATS[name].files[0].startswith("runs/tiny")]
    for number in numbers:
        chance = chance_of(seed, "bad runs in the app", number)
        case = make_damaged(chance, chance.choice(names), copy.original)
        case.told += f": {prepared(copy, case)}"
        visits = [
            (chance.choice(VIEWS[:6] + VIEWS[7:]), {"model": "tiny"}),
            (chance.choice(VIEWS), {"model": "gru"}),
            ("train", {"run": "tiny"}),
        ]
        lines = [f"{visits}, {case.told}"]

        def look(first: int, tell: Any, visits: list[tuple[str, dict[str, str]]] = visits) -> None:
            tell(0, "begins", "")
            wrong: list[tuple[str, str]] = []
            open_pages(visits, lambda _, *words: wrong.append(words) if words[0] not in ("begins", "fine") else None)
            ask_all(
                _requests_for_bad(),
                lambda _, *words: wrong.append(words) if words[0] not in ("begins", "fine") else None,
            )
            tell(0, *(wrong[0] if wrong else ("fine", "")))

        for _, line, faults in _batch(copy, range(1), lines, look, 180, say):
            yield number, line, faults
        copy.restore()


def _requests_for_bad() -> list[tuple[str, str]]:
    from dashboard.training_routes import PREFIX

    return [
        ("GET", f"{PREFIX}/tiny/{rest}")
        for rest in ("history", "emergence", "emergence?unit=L1.u1", "emergence?concept=column", "snapshots/hidden/1")
    ]


def _batch(
    copy: Copy, numbers: range, lines: list[str], act: Callable[[int, Any], None], seconds: float, say: Say
) -> Iterator[Result]:
    for place, faults in enumerate(run_batch(copy.world, len(lines), act, seconds, 2 * MEMORY)):
        changes = (
            {path: how for path, how in copy.changes().items() if how != "new" and "/jobs/" not in path}
            if place == 0
            else {}
        )
        say(lines[place], changes, faults)
        yield numbers[place], lines[place], faults
    copy.restore()


FAMILIES: dict[str, Family] = {
    "commands": Family("commands", 36, run_commands),
    **{
        f"damaged {name}": Family(f"damaged {name}", 1.2 * known.share, damaged(name), known.needs_tables)
        for name, known in FORMATS.items()
    },
    "routes": Family("routes", 24, run_requests),
    "addresses": Family("addresses", 16, run_queries),
    "pages": Family("pages", 3, run_pages),
    "bad runs in the app": Family("bad runs in the app", 2, run_bad_runs),
    **{
        f"{kind}: {task.name}": Family(
            f"{kind}: {task.name}", task.share, run_disturbances(task, kind), task.needs_tables, disturbs=True
        )
        for kind in ("kills", "full disks")
        for task in TASKS.values()
    },
}

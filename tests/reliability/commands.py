"""Every command and every option, found by looking at the command lines, with hostile values by type."""

import importlib
import os
import random
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, get_args, get_origin

import typer.main

from tests.reliability.cases import Case
from tests.reliability.hostile import value_of
from tests.reliability.isolation import give_to_nobody, obey_permissions
from tests.reliability.world import TRAIN, World

PACKAGES = ("corpora", "models", "analysis", "dashboard")
QUICK_TRAIN = (*TRAIN[:-1], "--epochs=0.002", "--no-ngram")
# What each command works on when nothing is wrong: `words`, and the share of inputs that it gets.
SOUND: dict[str, tuple[tuple[str, ...], float]] = {
    "corpora list": ((), 0.2),
    "corpora fetch": (("linux", "--from=kernel.tar.gz"), 1),
    "corpora info": (("short.txt",), 1),
    "models train": (("--corpus=ten.txt", "--run=new", *QUICK_TRAIN), 3),
    "models resume": (("paused", "--no-ngram"), 0.5),
    "models finish": (("paused",), 0.5),
    "models estimate": (("--corpus=ten.txt", "--hidden=6", "--layers=1", "--streams=8", "--steps=16"), 1),
    "models import": (("net.safetensors", "--vocabulary=vocabulary.json", "--run=new"), 1.5),
    "models evaluate": (("tiny", "--split=validation"), 1.5),
    "models gates": (("tiny", "--chars=2000"), 1),
    "models sample": (("tiny", "--length=20"), 1.5),
    "models record": (("tiny", "--out=new.zarr", "--chars=300"), 1.5),
    "models pack": (("tiny", "--out=new-packed"), 1),
    "models ngram": (("short.txt", "--order=3"), 1),
    "analysis search": (("tiny", "--text=ten.txt", "--out=new.parquet"), 0.3),
    "analysis ablate": (("tiny", "--unit=L1.u1", "--concept=column", "--chars=1000"), 1),
    "analysis errors": (("tiny", "--chars=2000", "--order=9"), 0.5),
    "analysis concepts": (("--file=concepts.yaml",), 0.5),
    "dashboard export": (("tiny", "--text=short.txt", "--out=new.html"), 1.5),
    "dashboard lesson": (("hello", "--out=new.html"), 1),
    "dashboard site": (("tiny", "--out=new-site"), 0.15),
    "dashboard share": (("--port=0",), 0.1),  # never served: only what it refuses
}
OWNED = {  # what a command changes in the world when all is well
    "corpora fetch": ("data/",),
    "corpora info": ("data/",),
    "models train": ("runs/", "data/"),
    "models resume": ("runs/paused/",),
    "models finish": ("runs/paused/",),
    "models estimate": ("data/",),
    "models import": ("runs/", "data/"),
    "dashboard share": ("data/", "runs/"),
}
RESULTS = (
    "/jobs/", "/evaluation.json", "/errors.json", "/gates.parquet", "/ngram.json", "/units.parquet", "/scores.parquet",
    "/share.parquet", "/probes.parquet", "/ablations.parquet", "/.lock",
)  # fmt: skip
RUNS = ("tiny", "gru", "paused", "war-and-peace", "nobody", "runs/tiny", "../runs/tiny", "packed", "strange/full")


@dataclass(frozen=True)
class Parameter:
    """An option or an argument."""

    opt: str
    """Empty for an argument."""
    kind: Any
    is_flag: bool
    multiple: bool


@cache
def parameters() -> dict[str, tuple[Parameter, ...]]:
    """The parameters of every command, by `PACKAGE NAME`."""
    found = {}
    for package in PACKAGES:
        group: Any = typer.main.get_command(importlib.import_module(f"{package}.__main__").app)
        for name, command in group.commands.items():
            found[f"{package} {name}"] = tuple(
                Parameter(
                    each.opts[0] if each.param_type_name == "option" else "",
                    each.type_descriptor.annotation,
                    bool(getattr(each, "is_flag", False)),
                    bool(each.multiple) or each.nargs != 1,
                )
                for each in command.params
                if each.name != "help"
            )
    return found


def make_command(chance: random.Random, paths: tuple[str, ...]) -> Case:
    """A command with one to three hostile values."""
    known = parameters()
    names = sorted(known)
    name = chance.choices(names, [SOUND[each][1] for each in names])[0]
    words = list(SOUND[name][0])
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        words = _spoiled(words, chance.choice(known[name]) if known[name] else None, chance, paths)
    if chance.random() < 0.03:
        words.insert(
            chance.randrange(len(words) + 1),
            chance.choice(("--nothing", "-q", "extra", "--out", "--", "--debug", "--version")),
        )
    case = case_of([*name.split(), *words])
    if chance.random() < 0.03 and os.getuid() == 0:
        case.told, case.prepare, case.limits.first = (
            "as another user of the machine",
            _leave_to_nobody,
            [obey_permissions],
        )
    if name == "dashboard share":
        case.serves, case.limits.seconds = True, 5
    return case


def _leave_to_nobody(world: World) -> str:
    give_to_nobody(world.root)
    return "all files are another's"


def case_of(words: list[str]) -> Case:
    """The case of a command line; what it may change follows from the command."""
    outs = [word.partition("=")[2] for word in words if word.startswith(("--out=", "--job="))]
    return Case(words, may_change=OWNED.get(" ".join(words[:2]), ()), out=outs[-1] if outs else "")


def _spoiled(words: list[str], parameter: Parameter | None, chance: random.Random, paths: tuple[str, ...]) -> list[str]:
    """The words with a hostile value for a parameter, in place of the sound one."""
    if parameter is None:
        return [*words, value_of(str, chance, paths)]
    if parameter.is_flag:
        return [*words, parameter.opt]
    value = _value(parameter, chance, paths)
    if not parameter.opt:
        arguments = [word for word in words if not word.startswith("--")]
        options = [word for word in words if word.startswith("--")]
        return (
            [value, *arguments[1:], *options] if not value.startswith("-") else [*options, "--", value, *arguments[1:]]
        )
    kept = [word for word in words if not word.startswith(f"{parameter.opt}=")]
    given = [f"{parameter.opt}={value}"]
    if "--" in kept:
        return [*given, *kept]
    return [*kept, *given * (chance.choice((1, 1, 2, 40)) if parameter.multiple else 1)]


def _value(parameter: Parameter, chance: random.Random, paths: tuple[str, ...]) -> str:
    texts = (
        "story.txt", "short.txt", "latin.txt", "utf16.txt", "texts", "texts.zip", "story.txt.gz", "kernel.tar.gz",
        "net.pt", "small.zarr", "page.html", "table.parquet", "concepts.yaml", "vocabulary.json", "../runs/tiny",
        "../data",
    )  # fmt: skip
    if parameter.kind is str and chance.random() < 0.3:
        return chance.choice((*RUNS, *texts))
    if _has_path(parameter.kind) and chance.random() < 0.3:
        return chance.choice(texts)
    value = value_of(parameter.kind, chance, paths).replace("\0", "")
    return (
        f"strange{value}" if value.startswith("/") and "/" not in paths else value
    )  # unless nothing can be written there


def _has_path(kind: Any) -> bool:
    return kind is Path or (get_origin(kind) is not None and any(map(_has_path, get_args(kind))))

"""Work that writes files: how it is started, what it leaves that can be read, and what is done after it was disturbed.

`read` gives a fingerprint of what a reader finds: after a disturbance it has to be the old one or the new one.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.reliability.world import TRAIN, World

NOTHING = "nothing"


@dataclass(frozen=True)
class Task:
    """A command that writes. `before` changes the world, so that there is something old to lose."""

    name: str
    words: tuple[str, ...]
    read: Callable[[World], str]
    before: Callable[[World], Any] | None = None
    again: Callable[[World], tuple[str, ...]] | None = None
    """What the product advises after an interruption; by default the same command."""
    share: float = 1.0
    needs_tables: bool = False
    writes: int = 0
    """Bytes that it writes at most, if that is more than what it leaves."""
    whole: bool = True
    """Whether a reader must never see a part of what the command makes."""


def digest(*parts: Any) -> str:
    """A short fingerprint."""
    return hashlib.sha256(repr(parts).encode(errors="surrogatepass")).hexdigest()[:16]


def bytes_of(*names: str) -> Callable[[World], str]:
    """Reads files below `work` as they are; of a folder all that is in it, but what is hidden."""

    def read(world: World) -> str:
        found = []
        for name in names:
            path = world.work / name
            files = (
                sorted(each for each in path.rglob("*") if each.is_file()) if path.is_dir() else [path] * path.exists()
            )
            found += [
                (str(each.relative_to(world.work)), each.read_bytes())
                for each in files
                if not each.name.startswith(".")
            ]
        return digest(found) if found else NOTHING

    return read


def corpus(world: World) -> str:
    from corpora import load_corpus

    if not (world.data / "linux").exists():
        return NOTHING
    found = load_corpus("linux")
    return digest(found.sha256, found.cuts, hashlib.sha256(found.characters.tobytes()).hexdigest())


def trained(world: World) -> str:
    """The weights, the log without its speeds, and the samples of a training."""
    import pandas as pd

    from models.run import load_run

    if not (world.runs / "new" / "config.json").exists():
        return NOTHING
    run = load_run("new")
    if not run.is_finished:
        return "unfinished"
    run.load_network()
    log = pd.read_csv(run.folder / "log.csv").drop(columns="chars_per_second")
    return digest(
        run.weights_hash, log.to_csv(), (run.folder / "samples.jsonl").read_text(), run.training["steps_done"]
    )


def searched(world: World) -> str:
    from analysis.findings import load_findings
    from models.run import load_run

    found = load_findings(load_run("tiny"))
    return (
        NOTHING
        if found is None
        else digest(*(table.to_csv() for table in (found.units, found.scores, found.share, found.probes)))
    )


def ablated(world: World) -> str:
    from analysis.ablation.table import TABLE
    from models.run import load_run

    table = load_run("tiny").measured_table(TABLE)
    return (
        NOTHING
        if table is None
        else digest(table.sort_values(["concept", "state", "layer", "unit"]).to_csv(index=False))
    )


def evaluated(world: World) -> str:
    path = world.runs / "tiny" / "evaluation.json"
    return digest(json.dumps(json.loads(path.read_text()), sort_keys=True)) if path.exists() else NOTHING


def saturated(world: World) -> str:
    from models.run import load_run
    from models.saturation import load_saturation

    table = load_saturation(load_run("tiny"))
    return NOTHING if table is None else digest(table.to_csv())


def imported(world: World) -> str:
    from models.run import load_run

    return digest(load_run("new").weights_hash) if (world.runs / "new" / "config.json").exists() else NOTHING


def packed(world: World) -> str:
    """The packed model as a run; all of its files have to be of one making."""
    from models.run import load_run

    run = load_run(world.work / "packed")
    run.load_network()
    return bytes_of("packed")(world)


# ---- what is there before -------------------------------------------------------------------------------------------


def another_corpus(world: World) -> None:
    from corpora import fetch_corpus

    source = world.work / "kernel-tree" / "kernel" / "b.c"
    source.write_text("int older(void) { return 1; }\n" * 30)
    fetch_corpus("linux", world.work / "kernel-tree")


def other_weights(world: World) -> None:
    """The run goes on after it was packed: its weights and its log are others."""
    from models.run import load_run

    run = load_run("tiny")
    network = run.load_network()
    run.save_weights({name: tensor * 1.01 for name, tensor in network.state_dict().items()})
    with (run.folder / "log.csv").open("a") as log:
        log.write((run.folder / "log.csv").read_text().splitlines()[-1] + "\n")


def resume_or_begin(world: World) -> tuple[str, ...]:
    """A training that was configured is resumed; else the same command is given again."""
    configured = (world.runs / "new" / "config.json").exists()
    return ("models", "resume", "new", "--no-ngram") if configured else TRAINING


TRAINING = ("models", "train", "--corpus=ten.txt", "--run=new", *TRAIN, "--epochs=0.5")
TASKS: dict[str, Task] = {
    task.name: task
    for task in (
        Task("fetch", ("corpora", "fetch", "linux", "--from=kernel.tar.gz"), corpus, another_corpus),
        Task("prepare", ("corpora", "info", "texts"), lambda world: bytes_of("../data")(world), whole=False),
        Task("train", TRAINING, trained, again=resume_or_begin, whole=False, share=1.5),
        Task("record", ("models", "record", "tiny", "--chars=3000", "--out=new.zarr"), bytes_of("new.zarr")),
        Task("evaluate", ("models", "evaluate", "tiny"), evaluated),
        Task("gates", ("models", "gates", "tiny", "--chars=3000"), saturated, needs_tables=True),
        Task("import", ("models", "import", "net.safetensors", "--vocabulary=vocabulary.json", "--run=new"), imported),
        Task("pack", ("models", "pack", "tiny", "--out=packed"), packed, other_weights, needs_tables=True),
        Task(
            "search",
            ("analysis", "search", "tiny", "--chars=10200"),
            searched,
            share=0.4,
            needs_tables=True,
            writes=6_000_000,
        ),
        Task(
            "ablate",
            ("analysis", "ablate", "tiny", "--unit=L2.u3", "--concept=column", "--chars=1000"),
            ablated,
            needs_tables=True,
        ),
        Task(
            "export",
            ("dashboard", "export", "tiny", "--text=ten.txt", "--out=page.html"),
            bytes_of("page.html"),
            needs_tables=True,
        ),
        Task(
            "site",
            ("dashboard", "site", "gru", "--out=site"),
            bytes_of("site"),
            share=0.4,
            needs_tables=True,
            whole=False,
        ),
    )
}

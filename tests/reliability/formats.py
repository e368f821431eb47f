"""Which file has which format, who reads it, and how it is damaged."""

import random
from dataclasses import dataclass
from pathlib import Path

from tests.reliability import damage, damage_data, damage_texts
from tests.reliability.cases import Case
from tests.reliability.commands import case_of
from tests.reliability.damage import BYTES, Damage
from tests.reliability.world import World

OF_RUN = (
    "models evaluate tiny --split=validation", "models sample tiny --length=10",
    "models record tiny --out=new.zarr --chars=200", "models gates tiny --chars=500",
    "models pack tiny --out=new-packed", "analysis ablate tiny --unit=L1.u1 --concept=column --chars=1000",
    "dashboard export tiny --text=short.txt --out=new.html", "models resume tiny", "models finish tiny",
    "models sample gru --length=5", "dashboard export tiny --live --out=new.html",
)  # fmt: skip
OF_PAUSED = (
    "models resume paused --no-ngram",
    "models finish paused",
    "models evaluate paused",
    "dashboard export paused --text=short.txt --out=new.html",
)
OF_TABLES = (
    "analysis ablate tiny --chars=1000", "dashboard export tiny --text=short.txt --out=new.html",
    "dashboard export tiny --live --out=new.html", "models pack tiny --out=new-packed",
    "analysis ablate tiny --unit=L1.u1 --concept=column --chars=1000",
)  # fmt: skip
OF_CORPUS = (
    "models evaluate tiny --split=validation", "models record tiny --out=new.zarr --chars=200",
    "models gates tiny --chars=500", "models resume paused --no-ngram", "corpora info CORPUS",
    "models train --corpus=CORPUS --run=new --epochs=0.001 --hidden=4 --layers=1 --streams=4 --steps=8 --no-ngram",
    "models ngram CORPUS --order=2",
)  # fmt: skip
OF_TEXT = (
    "corpora info FILE",
    "models train --corpus=FILE --run=new --epochs=0.01 --hidden=4 --layers=1 --streams=2 --steps=4 --no-ngram",
    "models ngram FILE --order=2", "models record tiny --out=new.zarr --text=FILE",
    "dashboard export tiny --text=FILE --out=new.html", "models evaluate tiny --corpus=FILE",
    "corpora info FILE --bytes",
)  # fmt: skip
NOT_COMPARED = "the text is not what its checksum says"


@dataclass(frozen=True)
class Format:
    """A file, those that read it, and what may befall it. `checked` says what is silent if damaged content is used."""

    files: tuple[str, ...]
    readers: tuple[str, ...]
    damages: tuple[Damage, ...]
    checked: str = ""
    share: float = 1.0
    needs_tables: bool = False


FORMATS: dict[str, Format] = {
    "config.json": Format(
        ("runs/tiny/config.json",), OF_RUN, (*BYTES, *(damage.spoil_json,) * 12, damage.replace_json), share=3
    ),
    "config.json of a paused run": Format(
        ("runs/paused/config.json",), OF_PAUSED, (*BYTES, *(damage.spoil_json,) * 12, damage.replace_json)
    ),
    "weights": Format(("runs/tiny/model.safetensors",), OF_RUN, (*BYTES, *(damage_data.spoil_tensors,) * 6), share=1.5),
    "log.csv": Format(
        ("runs/paused/log.csv", "runs/tiny/log.csv"), (*OF_PAUSED, OF_RUN[4]), (*BYTES, *(damage_data.spoil_csv,) * 6)
    ),
    "samples.jsonl": Format(
        ("runs/paused/samples.jsonl", "runs/tiny/samples.jsonl"),
        (*OF_PAUSED, OF_RUN[4]),
        (*BYTES, *(damage.spoil_json,) * 6),
    ),
    "snapshots": Format(
        ("runs/paused/snapshots", "runs/tiny/snapshots"),
        (*OF_PAUSED, OF_RUN[4]),
        (*BYTES, *(damage_data.spoil_npz,) * 6),
    ),
    "search tables": Format(
        tuple(f"runs/tiny/{name}.parquet" for name in ("units", "scores", "share", "probes")),
        OF_TABLES,
        (*BYTES, *(damage_data.spoil_table,) * 8),
        share=2,
        needs_tables=True,
    ),
    "ablations and gates": Format(
        ("runs/tiny/ablations.parquet", "runs/tiny/gates.parquet"),
        (*OF_TABLES[-1:], OF_RUN[3], OF_RUN[4]),
        (*BYTES, *(damage_data.spoil_table,) * 8),
        needs_tables=True,
    ),
    "evaluation.json": Format(
        ("runs/tiny/evaluation.json",), OF_RUN[:1], (*BYTES, *(damage.spoil_json,) * 8, damage.replace_json), share=0.7
    ),
    "jobs": Format(
        ("runs/tiny/jobs/evaluate.json", "runs/tiny/jobs/evaluate.progress.json"),
        OF_RUN[:1],
        (*BYTES, *(damage.spoil_json,) * 8, damage.replace_json),
        share=0.7,
    ),
    "checkpoint": Format(
        ("runs/paused/resume/state.safetensors",), OF_PAUSED[:2], (*BYTES, *(damage_data.spoil_tensors,) * 8)
    ),
    "prepared corpus.json": Format(
        ("data/*/corpus.json",), OF_CORPUS, (*BYTES, *(damage.spoil_json,) * 10, damage.replace_json)
    ),
    "prepared characters": Format(
        ("data/*/characters.u32",),
        OF_CORPUS,
        (
            damage.cut,
            damage.flip,
            damage.insert,
            damage.blank,
            damage.lengthen,
            damage.noise,
            damage.vanish,
            damage.become,
        ),
        NOT_COMPARED,
    ),
    "recording": Format(
        ("work/long.zarr",),
        ("analysis search tiny --recording=long.zarr --out=new.parquet",),
        (damage_data.spoil_recording,),
        "a damaged recording is searched",
        share=0.35,
        needs_tables=True,
    ),
    "text": Format(
        ("work/short.txt", "work/ten.txt"),
        OF_TEXT,
        (*BYTES, *(damage_texts.other_encoding,) * 6, *(damage_texts.strange_text,) * 6),
        share=2,
    ),
    "archive": Format(
        ("work/texts.zip", "work/kernel.tar.gz", "work/story.txt.gz", "work/story.txt.xz", "work/story.txt.bz2"),
        OF_TEXT,
        (*BYTES, *(damage_texts.strange_archive,) * 6),
        share=1.5,
    ),
    "source of a corpus": Format(
        ("work/kernel.tar.gz", "work/wiki.xml"),
        ("corpora fetch linux --from=kernel.tar.gz", "corpora fetch wikipedia --from=wiki.xml"),
        (*BYTES, damage_texts.strange_archive, damage_texts.other_encoding, damage_texts.strange_text),
    ),
    "concepts.yaml": Format(
        ("work/concepts.yaml",),
        ("analysis concepts --file=concepts.yaml", "analysis search tiny --text=ten.txt --concepts=concepts.yaml"),
        (*BYTES[:6], *(damage_texts.strange_yaml,) * 12),
        share=1.5,
    ),
    "network to import": Format(
        ("work/net.safetensors", "work/net.pt"),
        ("models import FILE --vocabulary=vocabulary.json --run=new", "models import FILE --run=new"),
        (*BYTES, *(damage_data.spoil_tensors,) * 6),
        share=1.5,
    ),
    "vocabulary to import": Format(
        ("work/vocabulary.json",),
        ("models import net.safetensors --vocabulary=vocabulary.json --run=new",),
        (*BYTES, *(damage.spoil_json,) * 6, damage.replace_json),
    ),
}


def make_damaged(chance: random.Random, name: str, world: World) -> Case:
    """A file of a format, damaged, and a command that reads it."""
    known = FORMATS[name]
    pattern = chance.choice(known.files)
    found = sorted(world.root.glob(pattern))
    file = chance.choice(found).relative_to(world.root)
    if file.name == "snapshots":
        file = chance.choice(sorted((world.root / file).iterdir())).relative_to(world.root)
    doing = chance.choice([each for each in known.damages if _fits(each, file)])
    seed = chance.random()
    reader = _reader_of(file, known.readers, chance)

    def prepare(at: World) -> str:
        """Damage the file; nothing is said where that changed nothing."""
        before = _content(at.root / file)
        told = doing(at.root / file, random.Random(seed))
        return told if _content(at.root / file) != before else ""

    case = case_of(reader.replace("FILE", file.name).replace("CORPUS", file.parts[1]).split())
    case.prepare, case.told = prepare, f"{file}: {doing.__name__}"
    case.must_refuse = known.checked
    return case


def _content(path: Path) -> list[bytes]:
    """All bytes of a file, or of the files in a folder."""
    if not path.is_dir():
        return [path.read_bytes()] if path.is_file() else []
    return [each.read_bytes() for each in sorted(path.rglob("*")) if each.is_file()]


def is_silent(case: Case, told: str) -> bool:
    """Whether it is known that this damage cannot be right: of a recording, chunks that a search reads are missing."""
    if not told or not case.must_refuse:
        return False
    if "long.zarr" not in case.told:
        return True
    return told.startswith(("hidden/c", "cell/c", "char/c")) and ("gone" in told or "cut to" in told)


def _reader_of(file: Path, readers: tuple[str, ...], chance: random.Random) -> str:
    """A command that reads this very file."""
    name = next((part for part in ("tiny", "paused") if part in file.parts), "")
    others = {"tiny": "paused", "paused": "tiny"}.get(name)
    fitting = [each for each in readers if others is None or f" {others}" not in each]
    if file.parts[0] == "data":
        story = file.parts[1].startswith("file-story")
        fitting = [each for each in fitting if story or "CORPUS" in each]
    fitting = [each for each in fitting if "--from=" not in each or file.name in each] or fitting
    return chance.choice(fitting or list(readers))


def _fits(doing: Damage, file: Path) -> bool:
    if doing is damage_data.spoil_tensors:
        return file.suffix == ".safetensors"
    if doing is damage_texts.strange_archive:
        return file.suffix == ".zip" or file.name.endswith(".tar.gz")
    return True

"""What commands write: old whole or new whole whenever they are killed, never over what is not theirs, nothing left."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis.findings import PROBES, SCORES, SHARE, TABLES, Findings, load_findings
from corpora import InputError, whole
from corpora.prepared import read_prepared
from corpora.preparing import prepare
from corpora.reading import read_plain
from corpora.sources import Source
from corpora.whole import is_left_behind, restore, sweep, temporary_folder
from dashboard.site.folder import write_site
from models.out import require_file
from models.pack import pack_run
from models.recording.store import open_recording, record_to_zarr
from models.run import UNITS, Run, load_run
from models.writing import replacing
from tests.conftest import Outcome
from tests.dashboard.site_pages import files_of
from tests.killed import killed_at

Command = Callable[..., Outcome]
DEAD = 2**22 + 1  # more than Linux numbers processes


def tables(run: Run, mark: int) -> Findings:
    """Four tables that all say `mark`."""
    made: dict[str, Any] = {}
    for name in (UNITS, SCORES, SHARE, PROBES):
        of_type = {"list": [mark], "string": str(mark), "float": float(mark)}
        columns = {column.name: [of_type.get(column.type, mark)] for column in TABLES[name]}
        made[name.removesuffix(".parquet")] = pd.DataFrame(columns)
    return Findings.of({"run": run.name, "weights_sha256": run.weights_hash}, **made)


class Output:
    """Something that a command writes."""

    stride = 1
    """Which steps it is killed at."""


class Tables(Output):
    """The tables of a search."""

    def __init__(self, run: Run, folder: Path) -> None:
        self.run = run

    def write(self, mark: int) -> None:
        tables(self.run, mark).save(self.run.folder)

    def read(self) -> Any:
        found = load_findings(self.run)
        return found and {int(table.iloc[0, -1][0] if name == "probes" else table["state"].iloc[0])
                          for name, table in vars(found).items()}  # fmt: skip


class Packed(Output):
    """A packed run, of one of two networks."""

    stride = 3

    def __init__(self, run: Run, folder: Path) -> None:
        self.run, self.out = run, folder / "packed"

    def write(self, mark: int) -> None:
        self.run.training["mark"] = mark
        self.run.save_config()
        tensors = self.run.load_network().state_dict()
        tensors["readout.bias"][:] = mark
        self.run.save_weights(tensors)
        pack_run(load_run(self.run.folder), self.out)

    def read(self) -> Any:
        try:
            packed = load_run(self.out)
        except InputError:
            return None
        return {packed.training["mark"], int(packed.load_network().readout.bias[0])}


class Site(Output):
    """A site of pages that belong together."""

    def __init__(self, run: Run, folder: Path) -> None:
        self.out = folder / "site"

    def write(self, mark: int) -> None:
        page = str(mark).encode()
        write_site(self.out, [("a/index.html", page), ("b.js", page), ("index.html", page)], {})

    def read(self) -> Any:
        return {int(content) for path, content in files_of(self.out).items() if "json" not in path} or None


class Recorded(Output):
    """A recording, of a text of one character."""

    stride = 31  # most steps are zarr's own

    def __init__(self, run: Run, folder: Path) -> None:
        self.run, self.out = run, folder / "x.zarr"

    def write(self, mark: int) -> None:
        list(record_to_zarr(self.run, "ab"[mark - 1] * 3, self.out, overwrite=True))

    def read(self) -> Any:
        if not self.out.exists():
            return None
        return {1 + "ab".index(chr(code)) for code in open_recording(self.out)["char"].values}


class Prepared(Output):
    """A corpus that is prepared anew."""

    def __init__(self, run: Run, folder: Path) -> None:
        self.text, self.folder = folder / "text.txt", Path(os.environ["CHARSCOPE_DATA"]) / "mine"

    def write(self, mark: int) -> None:
        self.text.write_text(str(mark) * 10 * mark)
        prepare("mine", Source("mine", "ours", read_plain), self.text)

    def read(self) -> Any:
        if not self.folder.exists():
            return None
        corpus = read_prepared(self.folder)
        return {*np.unique(corpus.characters - ord("0")).tolist(), corpus.cuts[2] // 10}


class File(Output):
    """One file."""

    def __init__(self, run: Run, folder: Path) -> None:
        self.out = folder / "file.json"

    def write(self, mark: int) -> None:
        with replacing(self.out) as temporary:
            temporary.write_text(str(mark))

    def read(self) -> Any:
        return {int(self.out.read_text())} if self.out.exists() else None


OUTPUTS = [Tables, Packed, Site, Recorded, Prepared, File]


CASES = [(kind, before) for kind in OUTPUTS for before in ({1}, None) if before or kind in (Packed, File)]


@pytest.mark.parametrize(("kind", "before"), CASES, ids=lambda case: getattr(case, "__name__", str(case)))
def test_killed_at_any_step_an_output_is_the_old_or_the_new_one(kind: Any, before: Any, tiny_run: Run, tmp_path: Path):
    """At some steps the old one, at later ones the new one; the next run makes it whole in any case."""
    seen, step = [], 1
    while True:
        folder = tmp_path / str(step)
        folder.mkdir()
        output = kind(tiny_run, folder)
        if before:
            output.write(1)
        with killed_at(step) as killer:
            output.write(2)
        if killer.steps < step:
            break
        seen.append(output.read())
        assert seen[-1] in (before, {2}), step
        output.write(2)
        assert output.read() == {2}
        step += kind.stride
    assert len(seen) > 2


def test_what_a_dead_process_left_is_swept_and_what_a_living_one_holds_is_not(tmp_path: Path):
    with temporary_folder(tmp_path, "spool") as held:
        (held / "big").write_bytes(b"x")
        dead = tmp_path / f".spool.{DEAD}.0123abcd"
        dead.mkdir()
        (dead / "big").write_bytes(b"x")
        locked = tmp_path / f".spool.{DEAD}.89abcdef"
        locked.mkdir()
        other = tmp_path / ".spool.of-mine"
        other.mkdir()
        descriptor = whole._lock(locked)
        sweep(tmp_path, ".spool.")
        assert {path.name for path in tmp_path.iterdir()} == {held.name, locked.name, other.name}
        assert descriptor is not None
        os.close(descriptor)
        with temporary_folder(tmp_path, "spool"):
            assert not locked.exists()
        assert (held / "big").exists()
    assert [path.name for path in tmp_path.iterdir()] == [other.name]


def test_a_process_that_started_after_the_folder_was_written_is_another(tmp_path: Path):
    mine = tmp_path / f".spool.{os.getpid()}.0123abcd"
    mine.mkdir()
    assert not is_left_behind(mine)
    os.utime(mine, (0, 0))
    assert is_left_behind(mine)


def test_a_killed_process_that_nobody_reaped_is_dead(tmp_path: Path):
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    left = tmp_path / f".spool.{process.pid}.0123abcd"
    left.mkdir()
    assert not is_left_behind(left)
    process.kill()
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)  # it has ended, and stays a zombie
    assert is_left_behind(left)
    process.communicate()


def test_without_an_exchange_of_names_a_kill_between_the_two_steps_is_undone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    target, aside = tmp_path / "site", tmp_path / f".site.{DEAD}.old"
    monkeypatch.setattr(whole, "_exchange", lambda *_: False)
    aside.mkdir()
    restore(target)
    assert target.is_dir()
    assert not aside.exists()
    with temporary_folder(tmp_path, "site") as made:
        (made / "new").touch()
        whole.put_in_place(made, target)
    assert [path.name for path in target.iterdir()] == ["new"]
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


# ---- what --out may name ----

WRITERS = {
    "ngram": ("models", "ngram", "{text}", "--order=1", "--out={out}"),
    "search": ("analysis", "search", "tiny", "--text={text}", "--out={out}"),
    "export": ("dashboard", "export", "tiny", "--text={text}", "--out={out}"),
    "lesson": ("dashboard", "lesson", "hello", "--out={out}"),
    "record": ("models", "record", "tiny", "--text={text}", "--out={out}"),
    "pack": ("models", "pack", "tiny", "--out={out}"),
    "site": ("dashboard", "site", "tiny", "--out={out}"),
}


def state_of(path: Path) -> Any:
    found = path.lstat()
    return found.st_ino, found.st_mode, found.st_mtime_ns, path.read_bytes() if path.is_file() else None


def place(what: str, folder: Path) -> Path:  # noqa: C901  a case each
    """Something that no output may replace."""
    out, text = folder / "out.parquet", folder / "text.txt"
    if what == "the input":
        out = folder / "text.parquet"
        text.rename(out)
        text.symlink_to(out)
    elif what == "a link to the input":
        out.symlink_to(text)
    elif what == "a hard link to the input":
        out.hardlink_to(text)
    elif what == "a link to nothing":
        out.symlink_to(folder / "nothing")
    elif what == "a pipe":
        os.mkfifo(out)
    elif what == "a socket":
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(os.path.relpath(out))
    elif what == "a folder":
        out.mkdir()
        (out / "mine").touch()
    elif what == "a file of mine":
        out.write_text("mine")
    elif what == "below a file":
        return text / "out.parquet"
    elif what == "below a link to itself":
        out.symlink_to(out)
        return out / "x.parquet"
    elif what == "a name that is too long":
        return folder / ("x" * 250 + ".parquet")
    return out


PLACES = [
    "the input", "a link to the input", "a hard link to the input", "a link to nothing", "a pipe", "a socket",
    "a folder", "a file of mine", "below a file", "below a link to itself",
    "a name that is too long",
]  # fmt: skip


def test_an_option_is_no_name(command: Command, tiny_run: Run, tmp_path: Path):
    (tmp_path / "text.txt").write_text("abc " * 200)
    for words in WRITERS.values():
        given = [word.format(text=tmp_path / "text.txt", out="--overwrite") for word in words]
        assert "got the option --overwrite" in command(*given).error or words[1] == "search", words  # no table by name
    assert not Path("--overwrite").exists()


@pytest.mark.parametrize("what", PLACES)
def test_no_command_replaces_what_it_did_not_make(what: str, command: Command, tiny_run: Run, tmp_path: Path):
    text = tmp_path / "text.txt"
    text.write_text("abc " * 200)
    out = place(what, tmp_path)
    before = {path: state_of(path) for path in tmp_path.rglob("*")}
    for words in WRITERS.values():
        assert command(*(word.format(text=text, out=out) for word in words)).error
        assert {path: state_of(path) for path in tmp_path.rglob("*")} == before, words


@pytest.mark.parametrize("out", [".", "/", "..", ""])
@pytest.mark.parametrize("name", WRITERS)
def test_folders_that_are_there_are_no_output(name: str, out: str, command: Command, tiny_run: Run, tmp_path: Path):
    (tmp_path / "text.txt").write_text("abc " * 200)
    words = [word.format(text=tmp_path / "text.txt", out=out) for word in WRITERS[name]]
    assert command(*words).error


def test_what_a_command_made_it_makes_again_and_else_only_with_overwrite(
    command: Command, tiny_run: Run, tmp_path: Path
):
    text, out = tmp_path / "text.txt", tmp_path / "out"
    text.write_text("abc " * 200)
    for name in ("ngram", "export", "lesson"):
        words = [word.format(text=text, out=out) for word in WRITERS[name]]
        out.write_text("mine")
        assert "replace it: --overwrite" in command(*words).error
        assert out.read_text() == "mine"
        assert command(*words, "--overwrite").code == 0
        made = out.read_bytes()
        assert command(*words).code == 0
        assert out.read_bytes() == made
        link = tmp_path / "link"
        link.symlink_to(out)
        assert command(*(word.format(text=text, out=link) for word in WRITERS[name])).code == 0
        assert link.is_symlink()
        link.unlink()
    for read in (text, tiny_run.folder / "config.json"):
        words = ("dashboard", "export", "tiny", f"--text={text}", f"--out={read}", "--overwrite")
        assert "which this command reads" in command(*words).error


def test_a_recording_is_replaced_only_with_overwrite_and_only_by_a_recording(
    command: Command, tiny_run: Run, tmp_path: Path
):
    words = ("models", "record", "tiny", "--chars=5", f"--out={tmp_path}/x.zarr")
    assert command(*words).code == 0
    assert "replace it: --overwrite" in command(*words).error
    assert command(*words[:3], "--chars=7", words[4], "--overwrite").code == 0
    assert open_recording(tmp_path / "x.zarr").sizes["time"] == 7
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "zarr.json").write_text(json.dumps({"attributes": {}}))
    assert "is no recording of ours" in command(*words[:4], f"--out={tmp_path}/mine", "--overwrite").error


def test_a_run_is_packed_over_a_packed_one_only_and_its_tables_stay(command: Command, tiny_run: Run, tmp_path: Path):
    assert command("models", "pack", "tiny", f"--out={tmp_path}/packed").code == 0
    (tmp_path / "packed" / "ablations.parquet").write_bytes(b"tested")
    assert command("models", "pack", "tiny", f"--out={tmp_path}/packed").code == 0
    assert (tmp_path / "packed" / "ablations.parquet").read_bytes() == b"tested"
    weights = (tiny_run.folder / "model.safetensors").read_bytes()
    packed = ("models", "pack", str(tmp_path / "packed"), f"--out={tiny_run.folder}")
    assert "Wanted a new or empty folder" in command(*packed).error
    assert (tiny_run.folder / "model.safetensors").read_bytes() == weights


def test_a_name_that_is_no_utf8_can_be_written(tmp_path: Path):
    out = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.json"))
    with replacing(require_file(out, lambda _: False)) as temporary:
        temporary.write_text("x")
    assert os.listdir(os.fsencode(tmp_path)) == [b"\xff.json"]

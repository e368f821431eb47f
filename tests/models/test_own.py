"""Own runs: which a menu offers, and how one is hidden and deleted."""

import os
import shutil
from pathlib import Path

import pytest
from filelock import FileLock

from corpora import InputError
from models.own import delete_run, hide_run, is_hidden, is_own, offered_runs, readable_run
from models.run import Run, load_run, own_runs, shipped_runs
from models.work import at_work


def copy_of(run: Run, name: str, age: int = 0) -> Path:
    """Another run with the same files, whose weights are so many seconds older."""
    folder = run.folder.with_name(name)
    shutil.copytree(run.folder, folder)
    written = (run.folder / "model.safetensors").stat().st_mtime - age
    os.utime(folder / "model.safetensors", (written, written))
    return folder


def test_own_runs_come_first_the_latest_before_the_others(tiny_run: Run):
    copy_of(tiny_run, "older", age=1000)
    copy_of(tiny_run, "newer", age=-1000)
    assert offered_runs() == ["newer", "tiny", "older", *shipped_runs()]
    assert is_own(tiny_run)
    assert not is_own(load_run("linux"))


@pytest.mark.parametrize(
    "written",
    ["", "{", "[]", "null", '{"format": 1}', '{"format": 1, "model": {"cell": "lstm"}, "vocabulary": 3}', "\udcff",
     '{"format": 1, "model": {"cell": "lstm"}, "vocabulary": ["a"], "corpus": "x", "training": []}'],
)  # fmt: skip
def test_a_damaged_run_is_left_out_and_breaks_nothing(tiny_run: Run, written: str):
    damaged = copy_of(tiny_run, "damaged")
    (damaged / "config.json").write_text(written, errors="surrogateescape")
    assert readable_run("damaged") is None
    assert offered_runs() == ["tiny", *shipped_runs()]
    (damaged / "config.json").unlink()
    assert offered_runs() == ["tiny", *shipped_runs()]
    assert "damaged" in own_runs()


def test_a_failed_training_is_left_out(tiny_run: Run):
    failed = copy_of(tiny_run, "failed")
    config = failed / "config.json"
    config.write_text(config.read_text().replace('"steps_done"', '"steps_before"'))
    assert "failed" in offered_runs()
    with pytest.raises(ZeroDivisionError), at_work(failed, "train"):
        _ = 1 / 0
    assert offered_runs() == ["tiny", *shipped_runs()]


def test_a_run_is_hidden_and_shown_again(tiny_run: Run):
    hide_run(tiny_run, True)
    hide_run(tiny_run, True)
    assert is_hidden(tiny_run)
    assert offered_runs() == shipped_runs()
    assert load_run("tiny").folder == tiny_run.folder  # a link to it still works
    hide_run(tiny_run, False)
    hide_run(tiny_run, False)
    assert "tiny" in offered_runs()


def test_a_run_is_deleted_with_all_that_lies_in_it(tiny_run: Run):
    other = copy_of(tiny_run, "other")
    delete_run("tiny")
    assert [path.name for path in tiny_run.folder.parent.iterdir()] == ["other"]
    assert load_run("other").folder == other


@pytest.mark.parametrize("name", ["", ".", "..", "../runs/tiny", "nobody", "war-and-peace", "tiny/snapshots", ".tiny"])
def test_nothing_but_an_own_run_is_deleted(name: str, tiny_run: Run):
    (tiny_run.folder.parent / "war-and-peace").mkdir()  # results of a shipped model
    (tiny_run.folder.parent / "war-and-peace" / "evaluation.json").write_text("{}")
    with pytest.raises(InputError, match="Wanted a run of your own"):
        delete_run(name)
    assert {path.name for path in tiny_run.folder.parent.iterdir()} == {"tiny", "war-and-peace"}


def test_what_a_link_leads_to_is_not_deleted(tiny_run: Run, tmp_path: Path):
    elsewhere = tiny_run.folder.rename(tmp_path / "elsewhere")
    tiny_run.folder.symlink_to(elsewhere)
    delete_run("tiny")
    assert not tiny_run.folder.is_symlink()
    assert (elsewhere / "config.json").exists()


def test_a_run_at_work_is_not_deleted(tiny_run: Run):
    with at_work(tiny_run.folder, "search"), pytest.raises(InputError, match="The search of tiny is running"):
        delete_run("tiny")
    with FileLock(tiny_run.folder / ".lock"), pytest.raises(InputError, match="The training of tiny is running"):
        delete_run("tiny")
    delete_run("tiny")
    assert not tiny_run.folder.exists()


def test_visitors_change_nothing(tiny_run: Run, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CHARSCOPE_READ_ONLY", "1")
    for change in (lambda: delete_run("tiny"), lambda: hide_run(tiny_run, True)):
        with pytest.raises(InputError, match="Visitors"):
            change()
    assert "tiny" in offered_runs()

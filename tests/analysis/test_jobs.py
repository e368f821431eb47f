"""The search and the ablation as jobs: others see how far they are, stop them, and see how they ended."""

from collections.abc import Callable
from typing import Any

import pytest

import analysis.__main__ as command_line
from analysis.progress import Progress
from analysis.terminal import COURSE, SearchProgress
from corpora import InputError
from models.jobs import ask, find_job
from models.run import UNITS, Run
from models.work import at_work
from tests.conftest import Outcome

Command = Callable[..., Outcome]


def test_a_search_that_is_stopped_leaves_the_earlier_tables_as_they_were(tiny_run: Run, command: Command):
    (tiny_run.folder / UNITS).write_bytes(b"earlier")
    with at_work(tiny_run.folder, "search") as before:  # its process is this one, as that of the command will be
        ask(before.job, "stop")
        before.end = lambda *_: None
    outcome = command("analysis", "search", "tiny")
    assert outcome.code == 0, outcome
    assert "Earlier tables are unchanged." in outcome.err
    job = find_job(tiny_run.folder, "search")
    assert job is not None
    assert (job.state, job.progress.stage[:9], job.wish) == ("stopped", "labelling", None)
    assert (tiny_run.folder / UNITS).read_bytes() == b"earlier"


def test_what_another_process_was_asked_is_not_asked_of_this_one(tiny_run: Run):
    jobs = tiny_run.folder / "jobs"
    jobs.mkdir()
    (jobs / "search.json").write_text('{"command": [], "pid": 1, "started": 0}')
    (jobs / "search.asked").write_text("stop")
    left = find_job(tiny_run.folder, "search")
    assert left is not None
    assert left.state == "stopped"  # it was asked to, and is gone
    with at_work(tiny_run.folder, "search") as work:
        assert work.wish() is None


def test_the_stages_of_a_search_are_one_way_from_nothing_to_all_of_it(tiny_run: Run):
    with at_work(tiny_run.folder, "search") as work:
        progress, shares = SearchProgress(work), []
        for number in range(len(COURSE) + 1):  # one more than there are does no harm
            progress.stage(f"stage {number}", 4)
            for _ in range(4):
                progress.advance()
                shares.append(work.latest.done / work.latest.total)
    assert shares == sorted(shares)
    assert 0 < shares[0] < shares[-2] == shares[-1] == 1


def test_a_search_on_another_text_is_no_job_of_the_run(tiny_run: Run, command: Command, monkeypatch: Any):
    def refuse(*_: Any, progress: Progress, **__: Any) -> None:
        progress.stage("reading")
        raise InputError("Wanted nothing, got this. Stop.")

    monkeypatch.setattr(command_line, "search_run", refuse)
    (tiny_run.folder / "text.txt").write_text("a text")
    assert "Wanted nothing" in command("analysis", "search", "tiny", f"--text={tiny_run.folder}/text.txt").error
    assert find_job(tiny_run.folder, "search") is None
    assert "Wanted nothing" in command("analysis", "search", "tiny").error
    job = find_job(tiny_run.folder, "search")
    assert job is not None
    assert (job.state, job.reason) == ("failed", "Wanted nothing, got this. Stop.")


def test_an_ablation_says_what_it_clamps_and_ends_when_it_is_asked_to(
    tiny_run: Run, command: Command, monkeypatch: pytest.MonkeyPatch
):
    def half_done(*rest: Any) -> None:
        rest[-1](0.5)
        job = find_job(tiny_run.folder, "ablate")
        assert job is not None
        ask(job, "stop")
        rest[-1](0.1)

    monkeypatch.setattr(command_line, "ablate_unit", half_done)
    assert command("analysis", "ablate", "tiny", "--unit=L2.u5", "--concept=inside-quotes").code == 0
    job = find_job(tiny_run.folder, "ablate")
    assert job is not None
    assert job.state == "stopped"
    assert job.progress.stage == "clamping L2·u5 (cell) for inside-quotes"

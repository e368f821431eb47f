"""The campaign sees what it looks for: each kind of fault, made on purpose."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.reliability.addresses import leads_elsewhere
from tests.reliability.cases import Case
from tests.reliability.children import Outcome
from tests.reliability.copies import Copy
from tests.reliability.routes import wrong_with
from tests.reliability.verdicts import faults_of
from tests.reliability.world import World

NOWHERE = Path("/nowhere")
TRACEBACK = 'Traceback (most recent call last):\n  File "/x/models/run.py", line 3, in f\nKeyError: 1'
ADVICE = "error: Wanted a text, got none. Name a file."


def kinds(outcome: Outcome, changes: dict[str, str] | None = None, *words: str) -> list[str]:
    words = words or ("models", "evaluate", "tiny")
    out = next((word.partition("=")[2] for word in words if word.startswith("--out=")), "")
    return [fault.what for fault in faults_of(Case(list(words), out=out), outcome, changes or {}, NOWHERE)]


@pytest.mark.parametrize(
    ("outcome", "kind"),
    [
        (Outcome(0), []),
        (Outcome(2, err=ADVICE), []),
        (Outcome(1, err=TRACEBACK), ["traceback"]),
        (Outcome(None, signal.SIGSEGV), ["crash"]),
        (Outcome(None, signal.SIGKILL, timed_out=True), ["hang"]),
        (Outcome(3), ["exit code"]),
        (Outcome(0, peak=2_000_000_000), ["memory"]),
        (Outcome(2, err="Usage: x\n╭─ Error ─╮"), ["message"]),
        (Outcome(2, err=f"{ADVICE}\nand more"), ["message"]),
        (Outcome(2, err="error: wrong"), ["no next step"]),
        (Outcome(0, noted=("connect 192.0.2.1",)), ["network or process"]),
    ],
)  # fmt: skip
def test_how_a_command_ends_is_judged(outcome: Outcome, kind: list[str]):
    assert kinds(outcome) == kind


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"runs/tiny/evaluation.json": "changed", "runs/tiny/jobs/evaluate.json": "new"}, []),
        ({"work/new.html": "new"}, []),
        ({"runs/tiny/config.json": "changed"}, ["lost file"]),
        ({"work/story.txt": "gone"}, ["lost file"]),
        ({"outside.html": "new"}, ["escape"]),
        ({"work/.new.html.123": "new"}, ["left behind"]),
        ({"tmp/spool": "new"}, ["left behind"]),
    ],
)  # fmt: skip
def test_what_a_command_did_to_files_is_judged(changes: dict[str, str], kind: list[str]):
    assert kinds(Outcome(0), changes, "dashboard", "export", "tiny", "--out=new.html") == kind


def test_an_output_of_a_command_that_failed_is_left_behind():
    words = ("models", "pack", "tiny", "--out=packed-new")
    assert kinds(Outcome(2, err=ADVICE), {"work/packed-new": "new"}, *words) == ["left behind"]


def test_answers_and_words_of_pages_are_judged():
    assert wrong_with(404, "Wanted a unit, got none. Name one.", "GET") is None
    assert wrong_with(500, "Internal Server Error", "GET")
    assert wrong_with(404, "two\nlines", "GET")
    assert leads_elsewhere("got ![x](http://evil.example/x.png)")
    assert not leads_elsewhere(r"got \!\[x\]\(http:⁠//evil\.example\)")


def test_a_copy_knows_what_changed_and_is_put_back(tmp_path: Path):
    (tmp_path / "original").mkdir()
    (tmp_path / "original" / "a").write_text("a")
    (tmp_path / "original" / "b").mkdir()
    os.mkfifo(tmp_path / "original" / "b" / "pipe")
    copy = Copy(World(tmp_path / "original"), tmp_path / "copy")
    assert copy.changes() == {}
    (tmp_path / "copy" / "a").write_text("b")
    (tmp_path / "copy" / "b" / "pipe").unlink()
    (tmp_path / "copy" / "c").mkdir()
    assert copy.changes() == {"a": "changed", "b/pipe": "gone", "c": "new"}
    copy.restore()
    assert copy.changes() == {}
    assert (tmp_path / "copy" / "a").read_text() == "a"


CHILDREN = """
import os, socket, sys, time
from tests.reliability.children import Limits, run_child

def refuse():
    raise SystemExit(2)

def connect():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        any_socket.connect(("192.0.2.1", 9))

ended = [
    run_child(lambda: print("said")), run_child(refuse), run_child(lambda: 1 / 0), run_child(os.abort),
    run_child(lambda: time.sleep(60), Limits(seconds=0.2)), run_child(lambda: bytearray(1 << 40)),
    run_child(lambda: time.sleep(60), after=0.1), run_child(connect),
]
print([(each.code, each.signal, each.timed_out, each.out.strip(), len(each.noted)) for each in ended])
"""


def test_children_end_as_they_do():
    told = subprocess.run([sys.executable, "-c", CHILDREN], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert told.stdout.strip() == str(
        [
            (0, 0, False, "said", 0), (2, 0, False, "", 0), (1, 0, False, "", 0),
            (None, signal.SIGABRT.value, False, "", 0), (None, 9, True, "", 0), (1, 0, False, "", 0),
            (None, 9, False, "", 0), (0, 0, False, "", 1),
        ]
    ), told.stderr  # fmt: skip

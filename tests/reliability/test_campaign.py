"""The campaign's quick part: a few inputs of every kind, the same each time, and nothing is wrong with any of them."""

import json
import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT
from tests.reliability.commands import SOUND, parameters


def test_every_command_has_its_inputs():
    assert set(SOUND) == set(parameters())


def test_nothing_is_wrong_with_a_few_inputs_of_every_kind(tmp_path: Path):
    told = tmp_path / "told.json"
    words = ["--quick", "--inputs=60", "--kills=8", "--disks=8", "--jobs=1", f"--json={told}"]
    ended = subprocess.run(
        [sys.executable, "-m", "tests.reliability.campaign", *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    counts = json.loads(told.read_text())["families"]
    assert sum(count["inputs"] for count in counts.values()) > 60
    assert not any(count["faulty"] for count in counts.values())

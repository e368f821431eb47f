"""Calls the lessons' browser modules in Node.js."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

from tests.browser.engine_in_node import NODE

SCRIPT = Path(__file__).resolve().parents[2] / "dashboard" / "browser" / "tests" / "run_lessons.js"


def call(*calls: tuple[Any, ...]) -> list[Any]:
    """The answers to calls such as ("hello_network", "trainedWeights", 0, 100): see run_lessons.js."""
    assert NODE, "Node.js is missing"
    environment = {name: value for name, value in os.environ.items() if name != "NODE_OPTIONS"}
    done = subprocess.run(
        [NODE, str(SCRIPT)], input=json.dumps(calls), capture_output=True, text=True, check=False, env=environment
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
